"""What was changed here goes back to the CRM, and never over what was changed there."""

import argparse
from datetime import date, timedelta

import pytest

from handlers.source import writes as command
from handlers.source.writing import Writes
from storage import importing as imports
from storage.account import store as accounts
from storage.base.errors import UserError
from storage.base.policy import policy_from
from storage.call import store as calls
from storage.ebr import store as ebrs
from storage.renewal import forecast, outcomes
from storage.source import writes
from tests.source import test_hubspot, test_salesforce
from tests.source.conftest import SOQL, WRITE


def test_what_was_changed_here_is_written_there_in_their_words(back):
    back.set(values={"health": {"yellow": "Amber"}})
    back.edit(health="yellow", renewal_on="2027-04-30", customer_since="2026-01-31")
    with back.book.unit() as unit:
        forecast.set_outlook(unit, back.id, "at_risk", line="the sponsor left")
        calls.log(unit, back.id, date(2026, 11, 20), next_step=" call the new\nsponsor ")
        ebrs.log(unit, back.id, date(2026, 11, 19))
    back.work()
    assert back.there(*WRITE) == [
        "Amber",
        "At risk",
        "call the new\nsponsor",
        "2026-11-19",
        "2027-11-19",
        "2026-11-20",
        None,
    ]
    assert len(back.theirs.written) == 1, "one call for all fields of a record"
    assert {state for _, state in back.states()} == {"sent"}
    (row,) = [row for row in back.book.export("audit") if row["action"] == "account.written"]
    assert (row["who"], row["after"]["to"]) == ("CTA Bot", "crm")
    with back.book.unit() as unit:
        outcomes.renew(unit, back.id, date(2028, 4, 30))
    back.work()
    assert back.there("outlook", "renewal_outcome") == [None, "Renewed"]
    with back.book.unit() as unit:
        outcomes.take_back(unit, back.id)
    back.work()
    assert back.there("outlook", "renewal_outcome") == ["At risk", None]


def test_what_comes_back_is_no_news_and_what_comes_from_there_does_not_go_back(back):
    """No ping-pong: neither is our value a change of theirs, nor theirs one of ours."""
    back.edit(health="red")
    back.work()
    assert back.book.counts().keys() == {"unchanged"}
    back.change(Health__c="Green")
    assert back.book.counts()["changed"] == 1
    assert back.here().health == "green"
    back.work()
    assert len(back.theirs.written) == 1
    back.edit(health="yellow")
    back.work()
    assert back.there("health") == ["Yellow"]
    back.change(Name="Renamed")
    back.edit(health="red")
    back.book.pull()
    back.work()
    assert back.book.run("import", "undo")[0] == 0, "what was written there is no hand in it here"
    assert back.here().name == "Customer 2"
    back.edit(health="yellow")
    back.work()
    back.book.take("accounts", f"crm_id,name,health\n{back.key},Customer 2,red\n")
    back.work()
    assert back.there("health") == ["Yellow"], "a file's is no change of people here"
    assert back.conflicts() == []


def test_what_we_wrote_is_what_we_know_before_the_next_pull_as_well(back):
    back.book.query.write_text(SOQL.replace("Health__c", "Last_EBR__c"))
    test_salesforce.set_source(back.book, mapping=test_salesforce.MAPPING, write=WRITE)
    policy = back.book.terminal.policy.model_dump(exclude_unset=True)
    back.book.desk.policy(**policy, import_headers={"last_ebr": "Last_EBR__c"})
    back.book.pull()
    for day in (18, 19):
        with back.book.unit() as unit:
            ebrs.log(unit, back.id, date(2026, 11, day))
        back.work()
        assert back.there("last_ebr") == [f"2026-11-{day}"]
    assert back.conflicts() == []
    assert back.book.counts().keys() == {"unchanged"}
    back.change(Last_EBR__c="2026-11-20")
    back.book.pull()
    with back.book.unit() as unit:
        ebrs.log(unit, back.id, date(2026, 11, 21))
    back.work()
    assert (back.there("last_ebr"), back.conflicts()) == (["2026-11-21"], [])


@pytest.mark.parametrize("decision", ["ours", "theirs"])
@pytest.mark.parametrize(("field", "here", "there"), [("health", "red", "Green"), ("outlook", "churn", "Renew")])
def test_what_was_changed_there_too_is_to_be_decided_and_never_written_over(back, decision, field, here, there):
    back.edit(renewal_on="2027-04-30")
    back.change(**{WRITE[field]: there})
    if field == "outlook":
        with back.book.unit() as unit:
            forecast.set_outlook(unit, back.id, here)
    else:
        back.edit(health=here)
    back.work()
    assert back.there(field) == [there]
    (conflict,) = back.conflicts()
    assert (conflict.field, conflict.ours, conflict.theirs, conflict.file) == (field, here, there.casefold(), "crm")
    back.book.pull()
    assert len(back.conflicts()) == 1
    assert getattr(back.here(), field) == here
    back.decide(decision)
    back.work()
    assert back.there(field) == [here.capitalize() if decision == "ours" else there]
    assert getattr(back.here(), field) == (here if decision == "ours" else there.casefold())
    assert back.conflicts() == []


def test_what_is_worked_out_here_can_only_stay_as_it_is_there(back):
    back.change(Last_Call__c="2026-11-21")
    with back.book.unit() as unit:
        calls.log(unit, back.id, date(2026, 11, 20))
    back.work()
    (conflict,) = back.conflicts()
    assert not conflict.takes
    back.decide("theirs")
    back.work()
    assert back.there("last_call") == ["2026-11-21"]
    with back.book.unit() as unit:
        calls.log(unit, back.id, date(2026, 11, 21), note="again")
        calls.log(unit, back.id, date(2026, 11, 21), next_step="x")
    back.work()
    assert back.there("last_call", "next_step") == ["2026-11-21", "x"]


def test_who_sets_what_stands_there_has_decided(back):
    back.change(Health__c="Green")
    for health, there in (("red", "Green"), ("green", "Green"), ("yellow", "Yellow")):
        back.edit(health=health)
        back.work()
        assert back.there("health") == [there]
        assert len(back.conflicts()) == (health == "red")


def test_an_id_that_is_none_leads_nowhere_else(back):
    back.edit(crm_id="../User/005000000000001", health="red")
    back.theirs.calls.clear()
    back.work()
    assert back.states() == [("health", "dead")]
    assert not [path for _, path, _ in back.theirs.calls if "sobjects" in path]


def test_crm_wins_takes_theirs(back):
    back.book.desk.policy(
        **(back.book.terminal.policy.model_dump(exclude_unset=True) | {"import_conflicts": "crm_wins"})
    )
    back.change(Health__c="Green")
    back.edit(health="red")
    back.work()
    assert (back.here().health, back.there("health"), back.conflicts()) == ("green", ["Green"], [])


def test_a_word_of_theirs_that_is_none_here_is_never_written_over_nor_taken(back):
    back.change(Health__c="Purple")
    back.edit(health="red")
    back.work()
    with pytest.raises(UserError, match="'Purple' is no health"):
        back.decide("theirs")
    assert back.there("health") == ["Purple"]
    back.decide("ours")
    back.work()
    assert back.there("health") == ["Red"]


def test_what_changes_there_between_the_look_and_the_write_is_not_written_over(back):
    def points(name):
        if name == "write.begun":
            back.change(Health__c="Green")
            back.points = lambda _name: None

    back.points = points
    back.edit(health="red")
    back.work()
    assert back.there("health") == ["Green"]
    back.later(minutes=1)
    back.work()
    assert [c.field for c in back.conflicts()] == ["health"]


def test_without_write_nothing_goes_back_and_what_waited_is_forgotten(back):
    back.theirs.fault = lambda call: (503, "X", "busy") if "sobjects" in call[1] else None
    back.edit(health="red")
    back.work()
    assert back.states() == [("health", "pending")]
    back.set(write={})
    back.theirs.fault = lambda _call: None
    back.later(hours=1)
    back.work()
    assert (back.states(), back.there("health")) == ([], [None])
    assert back.book.run("writes", "send")[0] == 2
    back.set()
    back.work()
    back.edit(renewal_on="2027-04-30")
    back.work()
    assert back.there("health") == [None], "what was before is not sent"


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(back):
    back.change(Outlook__c="Renew")
    back.edit(health="red", renewal_on="2027-04-30")
    with back.book.unit() as unit:
        forecast.set_outlook(unit, back.id, "churn")
    status, out, _ = back.book.run("writes", "send", "--dry-run")
    assert status == 0
    assert "crm: Customer 2: health: would become red (is None there)" in out
    assert "outlook: is churn here and renew there: to be decided" in out
    assert back.theirs.written == []
    assert back.conflicts() == []


def test_accounts_that_are_none_of_the_sources_are_not_written(back):
    back.book.take("accounts", "name,crm_id\nOther,0019\n")
    with back.book.unit() as unit:
        number = unit.db.execute("SELECT id FROM accounts WHERE name = 'Other'").fetchone()[0]
        accounts.edit(unit, number, {"health": "red"})
    back.work()
    assert back.states() == []


@pytest.mark.of_a_file  # doctor, which the desk asks, looks at the file
def test_doctor_says_what_waits(back):
    del back.theirs.records[back.key]
    back.edit(health="red")
    back.work()
    assert "written back to crm: 0 fields waiting, 1 given up; the first of them: Salesforce has no such" in back.book.run("doctor", "--offline")[1]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"kind": "file", "path": "x.csv"}, "write is for accounts of salesforce and hubspot"),
        ({"write": {"colour": "Health__c"}}, "colour is nothing that is written back; there are health"),
        ({"write": {"health": "Owner.Name"}}, "the name of a field there is needed"),
        ({"write": {"health": "X__c", "outlook": "x__c"}}, "stands there twice"),
        ({"write": {"outlook": "AnnualRevenue"}}, "AnnualRevenue is brought as arr"),
        ({"mapping": {"crm_id": "Number__c"}}, 'write needs mapping crm_id = "Id"'),
        ({"values": {"last_call": {"x": "y"}}}, "last_call has no words"),
        ({"values": {"health": {"blue": "Blue"}}}, "blue is none of ours"),
        ({"values": {"health": {"red": "Bad", "yellow": "bad"}}}, "each of our words needs one of its own"),
    ],
)
def test_the_policy_says_what_can_not_be_written(keys, words):
    rule = {"name": "crm", "kind": "salesforce", "what": "accounts", "query": "q", "mapping": test_salesforce.MAPPING,
            "write": {"health": "Health__c"}} | keys  # fmt: skip
    if rule["kind"] == "file":
        del rule["query"]
    with pytest.raises(UserError, match=words):
        policy_from({"sources": [rule]})


@pytest.mark.filterwarnings("ignore::DeprecationWarning:hubspot")
def test_hubspot_is_written_to_too_and_a_search_that_is_behind_takes_nothing_back(filled, companies):
    companies.types |= {"health": "enumeration", "next_ebr": "date", "last_call": "date"}
    keys = {"mapping": {"arr": "arr", "health": "health"}, "write": {"health": "health", "next_ebr": "next_ebr"}}
    test_hubspot.set_source(filled, **keys, values={"health": {"red": "at_risk"}})
    filled.counts()
    work = Writes(filled.store, lambda: filled.desk.now, filled.terminal.secret)
    work.work()
    with filled.unit() as unit:
        accounts.edit(unit, 2, {"health": "red", "customer_since": "2026-01-31"})
    work.work()
    assert companies.written == [(2, {"health": "at_risk", "next_ebr": "2026-07-31"})]
    companies.listed[2]["hs_lastmodifieddate"] = test_hubspot.at(541)
    filled.pull(again=True)
    assert accounts.get(filled.db, 2).health == "red"
    companies.catch_up()
    filled.pull()
    assert accounts.get(filled.db, 2).health == "red"
    companies.put(2, "2026-11-21T21:00:00.000Z", health="green")
    filled.pull()
    assert accounts.get(filled.db, 2).health == "green"
    work.work()
    companies.fault = lambda path: (403, "MISSING_SCOPES", "This app hasn't been granted all required scopes")
    with filled.unit() as unit:
        accounts.edit(unit, 4, {"health": "red"})
    work.work()
    (waits,) = writes.failing(filled.db, "crm")
    assert "crm.objects.companies.write" in waits.error
    companies.fault = lambda _path: None
    filled.desk.now += timedelta(minutes=1)
    del companies.types["next_ebr"], companies.companies[3]
    with filled.unit() as unit:
        accounts.edit(unit, 2, {"health": "yellow", "customer_since": "2026-02-28"})
        accounts.edit(unit, 3, {"health": "yellow"})
    work.work()
    assert companies.companies[2]["health"] == "Yellow"
    found = {(row.account_id, row.field): (row.state, row.error) for row in writes.failing(filled.db, "crm")}
    assert found[2, "next_ebr"] == ("pending", "next_ebr is no field there, or hidden from the bot's user")
    assert found[3, "health"] == ("dead", "HubSpot has no such company any more")
    assert imports.list_conflicts(filled.db, filled.store.policy) == []


def test_half_a_character_there_is_decided_and_holds_nothing_up(back):
    back.edit(health="red")
    back.change(Health__c="a\ud800b\0")
    back.work()
    assert [one.theirs for one in back.conflicts()] == ["a?b"]
    back.book.counts()


def test_an_id_that_is_none_is_asked_for_nowhere_else_in_a_dry_run_too(back, capsys):
    back.edit(health="red")
    with back.book.unit() as unit:
        unit.db.execute("UPDATE accounts SET crm_id = '../../query?q=x' WHERE id = ?", (back.id,))
    back.theirs.calls.clear()
    args = argparse.Namespace(action="send", dry_run=True)
    back.book.terminal.clock = lambda: back.book.desk.now
    assert command.run(args, back.book.terminal) == 1
    assert "its CRM id ../../query?q=x is none" in capsys.readouterr().out
    assert not [path for _, path, _ in back.theirs.calls if "oauth2" not in path]
