"""What a manager's review finds, section by section, on the day on which it begins to be found and the day before."""

from datetime import date, timedelta

import pytest

from storage.account import store as accounts
from storage.account.findings import SECTIONS
from storage.base import people
from storage.review import store
from storage.triage import store as triages
from tests.account.books import MAYA, PRIYA, account

TODAY = date(2026, 11, 23)
LONG_AGO = TODAY - timedelta(days=400)


def found(world, section, today=TODAY):
    """By account what is found of it in a section; None where the section is absent."""
    review = store.of_team(world.db, world.store.policy, people.by_email(world.db, PRIYA), today)
    section = review.section(section)
    return section and {one.account.name: "; ".join(one.said) for one in section.found}


def edit(world, name="Acme", **fields):
    with world.unit() as unit:
        sets = ", ".join(f"{field} = ?" for field in fields)
        unit.db.execute(f"UPDATE accounts SET {sets} WHERE name = ?", (*map(str, fields.values()), name))


def person(world, address=MAYA, **fields):
    with world.unit() as unit:
        sets = ", ".join(f"{field} = ?" for field in fields)
        unit.db.execute(f"UPDATE people SET {sets} WHERE email = ?", (*fields.values(), address))


def test_an_account_without_a_csm_is_found_by_the_manager_of_its_region(book):
    assert found(book, "assignment") == {}
    for name, region in (("Nova", "emea"), ("Zeta", "apac")):
        book.book("accounts", {"name": name, "crm_id": name, "region": region})
    assert set(found(book, "assignment")) == {"Nova", "Zeta"}  # of no manager's region: every review shows them
    book.book("people", {"email": "omar@example.com", "role": "manager", "region": "APAC"})
    person(book, PRIYA, region="EMEA")
    assert found(book, "assignment") == {"Nova": "no CSM"}


def test_a_csm_who_has_left_is_found_with_their_accounts(book):
    person(book, deactivated=1)
    assert found(book, "assignment") == dict.fromkeys(("Acme", "Globex"), "Maya Rosen has left")


@pytest.mark.parametrize(("until", "is_found"), [("2026-12-06", False), ("2026-12-07", True)])
def test_who_is_away_for_over_ten_business_days_is_found_where_nobody_stands_in(book, until, is_found):
    tom = people.by_email(book.db, "tom@example.com")
    person(book, away_until=until, backup_id=tom.id)  # Monday 23 November to Friday 4 December are ten
    assert found(book, "assignment") == {}
    person(book, "tom@example.com", away_until="2026-11-24")
    assert set(found(book, "assignment")) == ({"Acme", "Globex"} if is_found else set())


def test_each_in_onboarding_is_found_with_day_and_milestones_and_what_is_late(book):
    edit(book, customer_since=TODAY - timedelta(days=15), engaged_on="2026-11-12", health="green", health_on=TODAY)
    assert found(book, "onboarding") == {"Acme": "day 15, engaged Thu 12 Nov"}
    assert "first value is 1 day late" in found(book, "onboarding", TODAY + timedelta(days=16))["Acme"]
    with book.unit() as unit:
        from storage.onboarding import store as onboarding
        from storage.onboarding.record import Delay

        said = Delay("first_value", TODAY + timedelta(days=20), "customer", "priority", None)
        onboarding.delay(unit, account(book), said)
    assert "late" not in found(book, "onboarding", TODAY + timedelta(days=20))["Acme"]
    assert "which has passed" in found(book, "onboarding", TODAY + timedelta(days=21))["Acme"]


def test_a_checklist_that_nobody_touches_for_fourteen_days_is_found(book):
    from storage.onboarding import store as onboarding

    edit(book, customer_since=TODAY - timedelta(days=1))
    with book.unit() as unit:
        onboarding.open_waiting(unit)
    assert "untouched" not in found(book, "onboarding", TODAY + timedelta(days=13))["Acme"]
    assert "checklist untouched for 14 days" in found(book, "onboarding", TODAY + timedelta(days=14))["Acme"]


@pytest.mark.parametrize(("days", "is_found"), [(175, False), (176, True)])
def test_a_cta_open_for_over_175_days_is_found_and_no_checklist(book, days, is_found):
    book.as_("maya").command("/cta open Acme Expand: CI due 30 Apr 2027").expect()
    with book.unit() as unit:
        unit.db.execute("UPDATE ctas SET opened_on = ?", ((TODAY - timedelta(days=days)).isoformat(),))
    assert bool(found(book, "plans")) is is_found
    with book.unit() as unit:
        unit.db.execute("UPDATE ctas SET anchor = 'opened', anchor_on = opened_on")
    assert found(book, "plans") == {}


@pytest.mark.parametrize(("days", "is_found"), [(31, False), (32, True)])
def test_a_health_that_is_not_fresh_is_found_by_its_segments_months(book, days, is_found):
    for name in ("Acme", "Globex"):  # commercial: three months
        edit(book, name, health="green", health_on=TODAY - timedelta(days=days))
    assert ("health green" in found(book, "triage").get("Acme", "")) is is_found
    assert "health" not in found(book, "triage").get("Globex", "")


def test_a_triage_overdue_or_without_impact_and_reason_is_found(book):
    with book.unit() as unit:
        accounts.edit(unit, account(book).id, {"health": "red"}, "account.health")
    assert "in triage: no impact or reason" in found(book, "triage")["Acme"]
    with book.unit() as unit:
        said = {"impact": "churn", "reason": "other", "ends": "x", "next_step": "y"}
        triages.describe(unit, triages.current(unit.db, account(book).id).id, said)
    due = date(2026, 12, 1)  # the first Tuesday at least four days later
    assert "in triage" not in found(book, "triage", due)["Acme"]
    assert "in triage: update was due" in found(book, "triage", due + timedelta(days=1))["Acme"]


def test_an_open_escalation_is_found(book):
    from storage.escalation import store as escalations

    with book.unit() as unit:
        escalations.open_(unit, account(book).id, "high", "it works")
    assert "high escalation open" in found(book, "triage")["Acme"]


def test_no_ebr_in_twelve_months_is_found_of_who_has_been_there_for_that_long(book):
    assert "EBR" not in found(book, "triage").get("Globex", "")  # 30 December 2025
    assert "last EBR on" in found(book, "triage", date(2026, 12, 31))["Globex"]
    assert "no EBR on record" in found(book, "triage")["Hooli"]
    edit(book, "Hooli", customer_since=TODAY - timedelta(days=200))
    assert "EBR" not in found(book, "triage")["Hooli"]


def test_renewals_of_three_quarters_are_found_without_review_outlook_or_fresh_health(book):
    edit(book, "Hooli", renewal_on="2027-07-01")  # the day after the third quarter
    said = found(book, "renewals")
    assert set(said) == {"Acme", "Globex"}
    assert said["Acme"].startswith("renews Fri 30 Apr 2027: no review held or scheduled, no outlook, health is not set")
    edit(book, "Hooli", renewal_on="2027-06-30")
    assert "Hooli" in found(book, "renewals")
    book.as_("maya").command("/renewals schedule Acme 3 Dec 15:00").expect()
    edit(book, outlook="renew", health="green", health_on=TODAY)
    assert "Acme" not in found(book, "renewals")


def test_who_is_expected_to_churn_or_gone_is_looked_at_no_more(book):
    edit(book, will_churn_on=TODAY)
    edit(book, "Globex", churned_on=LONG_AGO)
    assert all(not {"Acme", "Globex"} & set(found(book, section)) for section in SECTIONS)


def test_only_accounts_of_its_segments_are_looked_at_and_signals_by_their_own(make_book):
    book = make_book(
        review={"enabled": True, "segments": ["enterprise", "commercial"]},
        health={"enabled": True, "segments": ["commercial"]},
    )
    assert found(book, "triage") == {"Globex": "health is not set"}
    book.allow_messages()
