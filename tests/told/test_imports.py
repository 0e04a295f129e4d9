"""An import tells nobody one by one: who got new accounts hears how many."""

from tests.account.books import MAYA, TOM


def told(world):
    return [row["recipient"] for row in world.rows("SELECT recipient FROM outbox WHERE kind = 'told'")]


def row(number, csm, **more):
    return {"name": f"New {number}", "crm_id": f"N{number}", "csm": csm, **more}


def test_the_first_import_into_an_empty_book_tells_nobody(book):
    assert told(book) == []


def test_who_got_accounts_hears_how_many(book, later):
    rows = [row(n, TOM) for n in range(4)]
    book.book("accounts", *rows, {"name": "Acme", "crm_id": "A1", "csm": TOM})
    assert told(book) == [TOM]
    later()
    book.as_("tom").expect_dm("put you on 5 accounts by importing accounts.csv: Acme, New 0, New 1 and 2 more.")
    book.book("accounts", *rows)
    later()
    assert told(book) == [TOM]


def test_an_import_that_was_undone_within_the_minute_is_not_told(book, later):
    from storage import importing

    outcome = book.book("accounts", row(1, MAYA))
    with book.unit() as unit:
        importing.undo(unit, outcome.import_id)
    later()
    assert [r["state"] for r in book.rows("SELECT state FROM outbox WHERE kind = 'told'")] == ["cancelled"]
