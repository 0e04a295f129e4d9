"""A kind of an area: none of it while that is off, nothing of before it was on, called off once it is off again."""

from dataclasses import replace
from datetime import date

import pytest

from reminders.engine.kinds import kinds
from reminders.engine.planner import plan
from reminders.engine.recheck import still_due
from reminders.engine.rehearsal import rehearse
from storage.base import outbox
from storage.base.policy import policy_from
from tests.reminders.factory import Book, at

OFF, ON = policy_from({}), policy_from({"calls": {"enabled": True}})
FED_ON = date(2026, 11, 25)  # a Wednesday


@pytest.fixture
def stored(parrots, tmp_path, monkeypatch):
    """Ann's account keeps Polly, who is fed on Wednesday; parrots belong to calls."""
    from storage.parrot import store

    monkeypatch.setitem(kinds(), "parrot_feed", replace(kinds()["parrot_feed"], area="calls"))
    stored = Book(tmp_path)
    acme = stored.account("Acme", stored.person("ann@example.com", "UTC"))
    with stored.store.write(at("2026-11-02 09:00")) as unit:
        store.keep(unit, acme, "Polly", FED_ON)
    yield stored
    stored.close()


def planned(stored, policy, when):
    stored.store.policy = policy
    plan(stored.store, at(when))
    return [(row["state"], row["error"]) for row in stored.rows() if row["kind"] == "parrot_feed"]


def coming(stored, policy, when="2026-11-20 09:00"):
    found = rehearse(stored.db, policy, at(when), at("2026-12-01 09:00"))
    return [one.due_on for one in found if one.kind == "parrot_feed"]


def test_off_there_is_no_row_and_nothing_to_come(stored):
    assert planned(stored, OFF, "2026-11-25 10:00") == []
    assert coming(stored, OFF) == []


def test_on_it_is_planned_and_previewed(stored):
    assert coming(stored, ON) == [FED_ON]
    assert planned(stored, ON, "2026-11-20 09:00") == []
    assert planned(stored, ON, "2026-11-25 09:00") == [("pending", None)]


def test_what_lay_before_the_first_start_is_missed_and_never_sent(stored):
    assert planned(stored, ON, "2026-11-26 08:00") == [("cancelled", "missed: it passed before this was switched on")]
    assert coming(stored, ON, "2026-11-26 08:00") == []


def test_its_own_day_is_not_before(stored):
    assert planned(stored, ON, "2026-11-25 23:00") == [("pending", None)]


def test_the_first_start_counts_whenever_it_is_switched_on_again(stored):
    planned(stored, ON, "2026-11-20 09:00")
    planned(stored, OFF, "2026-11-21 09:00")
    assert planned(stored, ON, "2026-11-26 08:00") == [("pending", None)]


def test_off_again_what_waits_is_called_off_and_may_fall_due_again(stored):
    assert planned(stored, ON, "2026-11-25 09:00") == [("pending", None)]
    row = outbox.get(stored.db, stored.rows()[0]["id"])
    assert still_due(stored.db, OFF, row, at("2026-11-25 12:00")).outcome == "cancelled"
    assert planned(stored, OFF, "2026-11-25 12:00") == [("cancelled", "its area is switched off")]
    assert planned(stored, ON, "2026-11-25 13:00") == [("pending", None)]
