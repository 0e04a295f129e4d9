"""What can't be written back now, or never: tried for three days, killed at any point, answered in no sense."""

import pytest

from handlers.source.writing import Writes
from storage.account import store as accounts
from storage.base.trying import TRIED_FOR
from storage.renewal import forecast
from storage.source import writes
from tests.source import test_hubspot, test_salesforce
from tests.source.conftest import WRITE, Back


def test_one_field_that_is_refused_does_not_hold_the_others(back):
    """A field that is gone, a value that a picklist refuses; it is tried on, told once, and once when well."""
    back.theirs.fields -= {"Outlook__c"}
    back.theirs.picklists["Health__c"] = ("GREEN", "RED")
    back.edit(health="red", customer_since="2026-01-31", renewal_on="2027-04-30")
    with back.book.unit() as unit:
        forecast.set_outlook(unit, back.id, "renew")
    back.work()
    assert back.there("next_ebr", "health") == ["2026-07-31", None]
    waiting = {row.field: row.error for row in writes.failing(back.book.db, "crm")}
    assert "Outlook__c is no field there" in waiting["outlook"]
    assert "bad value for restricted picklist" in waiting["health"]
    assert len(back.book.told()) == 1
    status, out, _ = back.book.run("writes", "list", "--state", "pending")
    assert (status, out.count("\n")) == (0, 2)
    back.theirs.fields |= {"Outlook__c"}
    back.set(values={"health": {"red": "RED"}})
    back.later(minutes=1)
    back.work()
    assert back.there("outlook", "health") == ["Renew", "RED"]
    assert back.book.told()[1:] == ["Source crm can be written to again."]


def test_an_account_that_goes_wrong_as_nobody_thought_of_holds_no_other(back, caplog):
    """It waits with a traceback in the log, is told once, and is written when it goes well."""
    for number in (2, 3):
        back.pick(number)
        back.edit(health="red")
    gone_wrong = []

    def points(name):
        if name == "write.read" and not gone_wrong:
            gone_wrong.append(name)
            raise ZeroDivisionError

    back.points = points
    back.work()
    assert back.there("health") == ["Red"]
    assert "Traceback" in caplog.text
    (waits,) = writes.failing(back.book.db, "crm")
    assert waits.error == "something went wrong here, the log says what (ZeroDivisionError)"
    assert "Customer 2, health can't be written to: something went wrong here" in back.book.told()[0]
    back.pick(2)
    assert back.there("health") == [None]
    back.later(minutes=1)
    back.work()
    assert back.there("health") == ["Red"]
    assert back.book.told()[1:] == ["Source crm can be written to again."]


def test_a_record_that_was_deleted_there_is_given_up_and_shown(back):
    del back.theirs.records[back.key]
    back.edit(health="red")
    back.work()
    assert back.states() == [("health", "dead")]
    assert "no such record any more" in back.book.run("writes", "list")[1]
    assert "Customer 2, health can't be written to" in back.book.told()[0]
    assert back.book.run("writes", "retry")[0] == 0
    back.theirs.put(2, test_salesforce.at(700), **test_salesforce.customer(2), **dict.fromkeys(WRITE.values()))
    assert back.book.run("writes", "send")[0] == 0
    assert back.there("health") == ["Red"]


def test_what_is_busy_or_away_is_tried_on_for_three_days(back):
    answers = [
        (429, "REQUEST_LIMIT", "slow"),
        (403, "REQUEST_LIMIT_EXCEEDED", "used up"),
        (503, "X", "busy"),
        "hang up",
    ]
    for method in ("GET", "PATCH"):
        for number, answer in enumerate(answers, start=1):
            back.pick(number)
            back.theirs.fault = lambda call: answer if call[0] == method and "sobjects" in call[1] else None  # noqa: B023
            back.edit(health="red" if method == "GET" else "green")
            back.work()
            back.theirs.calls.clear()
            back.edit(health="yellow")
            back.work()
            assert back.theirs.calls == [], "it is left alone for a while"
            back.theirs.fault = lambda _call: None
            back.later(minutes=1)
            back.work()
            assert back.there("health") == ["Yellow"]
    assert back.book.told() == []
    back.theirs.fault = lambda _call: (503, "UNAVAILABLE", "busy")
    back.edit(health="red")
    for hours in (2, 5, 24):
        back.work()
        back.later(hours=hours)
    assert len(back.book.told()) == 1
    back.theirs.fault = lambda _call: None
    back.work()
    assert back.there("health") == ["Red"]
    assert back.book.told()[1:] == ["Source crm can be written to again."]
    back.theirs.fault = lambda _call: (503, "UNAVAILABLE", "busy")
    back.edit(health="green")
    for _ in range(3):
        back.work()
        back.later(seconds=TRIED_FOR.total_seconds() / 2)
    assert back.states()[-1] == ("health", "dead")


def test_a_session_that_expired_is_signed_in_again(back):
    back.edit(health="red")
    expired = []

    def once(call):
        if call[0] == "PATCH" and not expired:
            expired.append(call)
            back.theirs.expire()

    back.theirs.fault = once
    back.work()
    assert back.there("health") == ["Red"]


POINTS = ("write.take", "write.taken", "write.read", "write.begun", "write.written", "write.kept")


class Killed(BaseException):
    """Caught by nothing, as a kill is."""


@pytest.mark.parametrize("meanwhile", ["nothing", "here", "there"])
def test_killed_at_any_point_nothing_is_lost_and_nothing_written_over(back, meanwhile):
    """`meanwhile` somebody changes it again, here or there; each point has an account of its own."""
    back.theirs.put(6, test_salesforce.at(540), **test_salesforce.customer(6), **dict.fromkeys(WRITE.values()))
    back.book.pull()
    for number, point in enumerate(POINTS, start=1):
        back.pick(number)
        back.theirs.written.clear()

        def points(name):
            if name == point:  # noqa: B023 - called before the next one
                raise Killed

        back.edit(health="red")
        back.points = points
        with pytest.raises(Killed):
            back.work()
        back.points = lambda _name: None
        if meanwhile == "here":
            back.edit(health="yellow")
        if meanwhile == "there":
            back.change(Health__c="Green")
        back.work()
        back.later(minutes=1)
        back.work()
        found = [(c.field, c.ours, c.theirs) for c in back.conflicts() if c.record_id == back.id]
        if meanwhile == "there":
            assert (found, back.there("health")) == ([("health", "red", "green")], ["Green"]), point
        else:
            assert (found, back.there("health")) == ([], ["Yellow" if meanwhile == "here" else "Red"]), point
        values = [one["Health__c"] for _, one in back.theirs.written]
        assert values == list(dict.fromkeys(values)), "no value is written twice"


def answering(handler, status, body, **headers):
    """What is none of theirs: a page of a proxy's, a list for a record."""
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


NO_SENSE = [b"<html>", b"", b"[1]", b'["a"]', b'"x"', b"5", b"null", b"\xff\xfe{", b"[" * 100_000]


@pytest.mark.parametrize("body", NO_SENSE, ids=lambda body: repr(body[:9]))
@pytest.mark.parametrize("crm", ["salesforce", "hubspot"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning:hubspot")
def test_an_answer_that_makes_no_sense_is_told_in_words_and_waits(crm, body, request, filled):
    """No fault of ours that comes again at each look, and of which nobody hears."""
    if crm == "salesforce":
        theirs = request.getfixturevalue("records")
        one = Back(filled, theirs)
        one.edit(health="red")
        theirs.route = lambda handler, _path, _body: answering(handler, 200, body)
    else:
        theirs = request.getfixturevalue("companies")
        theirs.types |= {"health": "enumeration"}
        test_hubspot.set_source(filled, mapping={"health": "health"}, write={"health": "health"})
        filled.counts()
        Writes(filled.store, lambda: filled.desk.now, filled.terminal.secret).work()
        with filled.unit() as unit:
            accounts.edit(unit, 2, {"health": "red"})
        theirs.company = lambda handler, *_: answering(handler, 200, body)
    Writes(filled.store, lambda: filled.desk.now, filled.terminal.secret).work()
    (row,) = writes.listed(filled.db)
    assert (row.state, row.attempts) == ("pending", 1)
    assert row.next_at > filled.desk.now
    assert row.error.startswith("crm: ")


def test_a_redirect_is_no_answer_and_nothing_counts_as_written(back):
    back.edit(health="red")
    route = back.theirs.route

    def redirected(handler, path, body):
        if handler.command == "PATCH":
            answering(handler, 302, b"", Location=path)
        else:
            route(handler, path, body)

    back.theirs.route = redirected
    back.work()
    assert back.states() == [("health", "pending")]
