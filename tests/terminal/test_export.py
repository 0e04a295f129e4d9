"""`export`: the fields that scripts rely on, values as they are, and nothing on stdout but data."""

import csv
import io
import json

import pytest

from storage.account import store as accounts
from storage.base import exports
from storage.base.policy import Policy
from storage.cta import work as cta_work
from storage.ebr import store as ebrs
from storage.renewal import outcomes

ACCOUNTS = (
    "name,crm_id,segment,arr,renewal_date,csm,ae,sa,pse,channel,customer_since,last_ebr,ebr_cadence_months,region,"
    "health,currency,crm_url\n"
    "Acme,001,Strategic,1234.50,2027-04-30,Maya@x.com,ae@x.com,sa@x.com,pse@x.com,C0ACME0001,2020-01-01,2026-06-04,3,"
    "EMEA,green,EUR,https://crm.example.com/1\n"
    "Globex,,,,,,,,,,,,,,,,\n"
)
FIELDS = {
    "accounts": "name crm_id segment arr renewal_date csm ae sa pse channel customer_since last_ebr ebr_cadence_months"
    " crm_url currency team region health health_on archived outcome notice_days auto_renews expected_arr outlook",
    "ctas": "id account playbook use_case motion owner status reason note opened_on closed_on due_on priority internal"
    " snoozed_until revisit_on linked_to category external_id",
    "reviews": "account crm_id renewal_date offset_months state scheduled_at held_on health outlook next_step"
    " skip_reason by",
    "ebrs": "account crm_id state scheduled_at held_on note by",
    "health": "account crm_id set_on health by note source",
    "calls": "account crm_id held_on kind use_case note next_step health by source",
    "triage": "account crm_id id state colour impact reason ends next_step opened_on opened_by source last_on"
    " will_churn_on retrospective ended_on outcome helped",
    "plans": "account crm_id kind state colour strategy highlights link shared_on due_on made_on validated_on updates"
    " submitted_on submitted_by csm_since qualified qualified_on qualified_by qualified_csm lapsed_on lapse",
    "objectives": "account crm_id kind id title why criteria baseline owner customer_owner due_on priority original status"
    " came_of ended_on external_id ctas",
    "escalations": "account crm_id id severity reason criteria next_step project state opened_on opened_by last_on"
    " closed_on closed_by outcome criteria_met agreed_by agreed_on helped",
    "arr": "account crm_id as_of arr currency tier segment territory source open",
    "plays": "id reason use_case hypothesis todo impact confidence ease ice state starts_on ends_on line result by at",
    "endings": "account crm_id what day why into back_on",
    "adopted": "account crm_id use_case adopted_on agreed_with at",
    "usage": "account crm_id as_of instance environment tier licences_bought licences_activated billable_users active_users"
    " use_cases",
    "surveys": "account crm_id answered_on kind score contact comment case_id external_id round by source",
    "manager_reviews": "account crm_id manager month section state note at asked answer answered_at answered_by",
    "onboarding": "account crm_id segment csm stage started_on by_hand engaged_on engaged_source engaged_target"
    " first_value_on first_value_source first_value_target onboarded_on onboarded_source"
    " onboarded_target infrastructure_on infrastructure_source infrastructure_target outcome_on"
    " outcome_source outcome_target delays purchase_intent original_licences adopted_on territory"
    " tier",
    "audit": "at who action subject before after source",
    "people": "email name role manager team region slack_id timezone deactivated guest away_until",
}


@pytest.mark.parametrize("what", list(exports.exports()))
def test_the_fields_of_each_export(desk, what):
    desk.run("migrate")
    status, out, err = desk.run("export", what)
    assert (status, err) == (0, "")
    assert out == ",".join(FIELDS[what].split()) + "\n"
    assert desk.run("export", what, "--format", "json")[1] == "[]\n"


def test_accounts(desk):
    desk.take("accounts", ACCOUNTS)
    desk.take("people", "email,team\nmaya@x.com,Blue\n")
    acme, globex = desk.export("accounts")
    assert acme == {
        "name": "Acme",
        "crm_id": "001",
        "segment": "strategic",
        "arr": 1234.5,
        "renewal_date": "2027-04-30",
        "csm": "maya@x.com",
        "ae": "ae@x.com",
        "sa": "sa@x.com",
        "pse": "pse@x.com",
        "channel": "C0ACME0001",
        "customer_since": "2020-01-01",
        "last_ebr": "2026-06-04",
        "ebr_cadence_months": 3,
        "crm_url": "https://crm.example.com/1",
        "currency": "EUR",
        "team": "Blue",
        "region": "EMEA",
        "health": "green",
        "health_on": "2026-11-21",
        "archived": False,
        "outcome": "",
        "notice_days": None,
        "auto_renews": None,
        "expected_arr": None,
        "outlook": None,
    }
    assert {**dict.fromkeys(acme), "name": "Globex", "currency": "USD", "archived": False, "outcome": ""} == globex


def test_archived_renewed_and_churned_accounts_say_so(desk):
    desk.take("accounts", "name,renewal_date\nAcme,2026-11-30\nGlobex,2026-11-30\nHooli,2026-11-30\n")
    with desk.unit() as unit:
        outcomes.renew(unit, 1, unit.today.replace(year=2027))
        outcomes.churn(unit, 2, unit.today)
        accounts.archive(unit, 3)
    assert [(a["archived"], a["outcome"]) for a in desk.export("accounts")] == [
        (False, "renewed"),
        (False, "churned"),
        (True, ""),
    ]


def test_an_exported_file_changes_nothing_when_it_comes_back(desk):
    desk.take("accounts", ACCOUNTS)
    desk.take("people", "email,team\nmaya@x.com,Blue\n")
    with desk.unit() as unit:
        for name in ("=1+1", "'=1+1", "+49 Ltd", "-x", "@home", '"quoted", and more', "tab\there", "o'Neil"):
            accounts.add(unit, name, {"health": "red", "arr_cents": 5})
        ebrs.log(unit, 1, unit.today)
    _, text, _ = desk.run("export", "accounts")
    before = {what: desk.export(what) for what in ("accounts", "people", "audit")}
    desk.now = desk.now.replace(day=25)
    outcome = desk.take("accounts", text)
    assert outcome.counts == {"new": 0, "changed": 0, "unchanged": 10, "conflicts": 0, "missing": 0, "rejected": 0}
    assert {what: desk.export(what) for what in before} == before


def test_formulas_are_neutralised_in_csv_and_kept_in_json(desk):
    names = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "'=x", "plain"]
    with desk.unit() as unit:
        for name in names:
            accounts.add(unit, name, {"region": "\tindented"})
    rows = list(csv.DictReader(io.StringIO(desk.run("export", "accounts")[1])))
    assert [row["name"] for row in rows] == ["'=cmd|' /C calc'!A0", "'+1", "'-1", "'@SUM(A1)", "''=x", "plain"]
    assert rows[0]["region"] == "'\tindented"
    assert [a["name"] for a in desk.export("accounts")] == names


def test_a_ctas_note_is_all_that_was_said_in_order(desk):
    desk.take("accounts", "name\nAcme\n")
    desk.take("ctas", "account,playbook,status,opened_on,note,category\nAcme,Expand: CI,new,2026-11-02,pilot,X\n")
    with desk.unit() as unit:
        cta_work.add_note(unit, 1, "met the new CTO")
    (cta,) = desk.export("ctas")
    assert cta["note"] == "pilot\nmet the new CTO"
    assert (cta["internal"], cta["priority"], cta["category"], cta["linked_to"]) == (False, "medium", "X", None)


def test_audit_entries_are_objects(desk):
    desk.take("accounts", "name,arr\nAcme,5\n")
    (entry,) = desk.export("audit")
    assert (entry["who"], entry["action"], entry["before"]) == ("CTA Bot", "account.import", {})
    assert entry["after"] == {"name": "Acme", "arr_cents": 500, "currency": "USD"}
    row = next(csv.DictReader(io.StringIO(desk.run("export", "audit")[1])))
    assert json.loads(row["after"]) == entry["after"]


def test_exports_stream(desk):
    desk.take("accounts", "name\n" + "".join(f"A{i}\n" for i in range(50)))
    fields, records = exports.records(desk.db, "accounts", Policy(), desk.now.date())
    assert next(iter(records))["name"] == "A0"
    assert tuple(FIELDS["accounts"].split()) == fields
