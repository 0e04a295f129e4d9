"""What an import brought and its undo takes away again, while it is being told, waits to be, or stands in Slack."""

import logging
from datetime import timedelta

import pytest

from storage.account import store as accounts
from storage.base import destinations, outbox
from storage.importing.undo import undo
from tests.account.books import MAYA, at
from tests.delivery.killing import all_in_utc

DUE = {"csm": "maya@example.com", "renewal_date": "2027-04-23"}
NOBODY = {"csm": "nobody.here@example.com", "renewal_date": "2027-04-23"}
WRONG = {
    "accounts": [{"name": f"Wrong {i}", "crm_id": f"W{i}", **DUE} for i in range(12)],
    "ctas": [
        {
            "account": "Globex",
            "playbook": f"Expand: {name}",
            "status": "new",
            "opened_on": "2026-10-05",
            "due_on": "2026-11-24",
            "owner": MAYA,
        }
        for name in ("CI", "CD", "SCM")
    ],
}


@pytest.mark.parametrize("kind", WRONG)
def test_home_and_the_mornings_message_go_on_without_what_was_taken_back(make_book, kind):
    """Seen failing: Home stayed as it was, the list did not open, and edits were given up."""
    book = make_book(operations_channel="#cs-operations")
    wrong = book.book(kind, *WRONG[kind])
    assert not wrong.rejected
    book.as_("maya").command("/cta open Acme expand package due 24 Nov").expect()
    book.jump(at(11, 24, 14))
    message = book.as_("maya").expect_dm("things today", "Wrong" if kind == "accounts" else "CI")
    book.allow_messages()
    with book.unit(source="import") as unit:
        assert undo(unit, wrong.import_id).removed == len(WRONG[kind])
    home = book.as_("maya").open_home()
    home.expect("Expand: Package")
    assert "Wrong" not in home.text
    assert "Expand: CI" not in home.text
    if kind == "accounts":
        assert "Wrong" not in message.click("Show all 16").modal.text
    book.as_("maya").command("/cta close 1 success" if kind == "accounts" else "/cta close 4 success").expect()
    book.posted()
    message.expect("3 things today")
    assert "Wrong" not in message.text
    assert book.rows("SELECT dedupe_key FROM outbox WHERE state = 'dead'") == []
    book.allow_messages()


def import_at_fault(office, *rows):
    """Three days ago, so that what it brings falls due now."""
    all_in_utc(office.sandbox)
    now = office.now
    office.sandbox.clock.restart(now - timedelta(days=3))
    office.book("accounts", *rows)
    office.sandbox.clock.restart(now)


def take_back(office):
    with office.store.write(office.now, source="import") as unit:
        undo(unit)


def ended_well(office, caplog):
    for _ in range(6):
        office.later(minutes=10)
        office.tick()
    wrong = list(outbox.listed(office.db, states=["dead", "pending", "unknown", "sending"]))
    return not wrong and not [one for one in caplog.records if one.levelno >= logging.ERROR]


@pytest.mark.parametrize("point", ["claim.after_commit", "look.after", "attempt.after_commit", "sent.after_commit"])
def test_taken_back_while_it_is_being_told(office, point, caplog):
    """Seen failing: given up after five tries, and operations were told of each."""
    import_at_fault(office, {"name": "Wrong", **DUE}, {"name": "Typo", **NOBODY})
    left = [point]
    office.points = lambda name: take_back(office) if name == point and left and left.pop() else None
    office.tick()
    assert not left
    assert ended_well(office, caplog)


def test_who_is_known_no_more_is_in_no_trouble(office, caplog):
    """Seen failing: every five minutes it was looked whether they can be reached, and that failed."""
    import_at_fault(office, {"name": "Typo", **NOBODY})
    office.tick()
    assert [one.id for one in destinations.troubles(office.db)] == ["person:1"]
    take_back(office)
    assert ended_well(office, caplog)
    assert destinations.troubles(office.db) == []


def test_what_waits_for_somebody_who_is_known_no_more_is_called_off(office):
    import_at_fault(office, {"name": "Typo", **NOBODY})
    office.plan()
    take_back(office)
    assert accounts.named(office.db, "Typo") == []
    assert {(row.state, row.error) for row in outbox.listed(office.db)} == {("cancelled", "the import was undone")}
