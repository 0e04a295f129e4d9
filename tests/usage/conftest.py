"""The small book, with usage switched on, and files of usage."""

import pytest


class Sheet:
    """A file of usage, row by row."""

    def __init__(self, *columns):
        self.columns = ("account", "as_of", *columns)
        self.rows = []

    def row(self, account, as_of, *values):
        self.rows.append((account, as_of, *values))
        return self

    @property
    def text(self):
        lines = [",".join(self.columns), *(",".join("" if v is None else str(v) for v in row) for row in self.rows)]
        return "\n".join(lines) + "\n"


def take(world, text, kind="usage"):
    """Import a file as the terminal does."""
    from handlers.importing.actions import import_file

    services = world.bot.services
    return import_file(services.store, kind, text.encode(), f"{kind}.csv", now=services.clock())


@pytest.fixture
def book(make_book):
    """Maya's Acme (enterprise, a customer since May 2024), Globex, Tom's Hooli; and usage of Acme."""
    book = make_book("usage")
    sheet = Sheet(
        "licences_bought", "licences_activated", "billable_users", "active_users", "users SCM", "users CI", "ci_builds"
    )
    sheet.row("Acme", "2026-08-31", 500, 200, 200, 180, 150, 20, 300)
    sheet.row("Acme", "2026-09-30", 500, 300, 300, 240, 200, 60, 6000)
    sheet.row("Acme", "2026-10-31", 500, 400, 400, 320, 250, 90, 20000)
    assert not take(book, sheet.text).rejected
    yield book
    book.allow_messages()
