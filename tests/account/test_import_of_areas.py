"""`/account import` of what areas bring: offered while they are on, a dry run first, then the import; taken back as any other."""

import pytest

from storage.importing.undo import undo
from tests.account.test_import_asks import upload

FILES = {
    "calls": (
        "Calls",
        "account,held_on,kind,note\nAcme,2026-11-12,call,<!channel> met them\n",
        {"calls": {"enabled": True}},
    ),
    "arr": ("ARR of other days", "account,as_of,arr\nAcme,2025-11-30,80\n", {"growth": {"enabled": True}}),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_an_area_is_shown_imported_and_taken_back(make_book, kind):
    label, text, policy = FILES[kind]
    book = make_book(**policy)
    book.allow("not_found")
    table = {"calls": "calls", "arr": "arr_snapshots"}[kind]
    upload(book, text, kind=label).expect_modal("Import", "1 new").click("Import 1")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")
    assert len(book.rows(f"SELECT * FROM {table}")) == 1
    with book.unit() as unit:
        undo(unit)
    assert book.rows(f"SELECT * FROM {table}") == []
    book.allow_messages()


def test_off_it_is_not_offered(book):
    form = book.as_("priya").command("/account import").modal
    assert form.options("What is in it?") == ["Accounts", "CTAs", "People"]
