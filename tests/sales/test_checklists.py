"""Checklists of a renewal: opened by hand or once a review was held, ended with the renewal, answers in the brief."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from storage.account import store as accounts
from storage.cta.checklists import follow_anchors
from storage.playbook import store as playbooks
from storage.playbook.record import is_reported, motion_of
from storage.sales.checklists import not_begun
from storage.sales.record import CHECKLISTS
from tests.account.books import account

DAYS = {"discovery": -150, "strategy": -120, "package": -75}
RENEWAL = date(2027, 4, 30)


def checklists(world, name="Acme"):
    return {
        row["playbook"]: row
        for row in world.rows(
            "SELECT * FROM ctas WHERE account_id = ? AND area = 'sales' ORDER BY id", account(world, name).id
        )
    }


def tasks(world, cta_id):
    return world.rows("SELECT * FROM tasks WHERE cta_id = ? ORDER BY position", cta_id)


@pytest.mark.parametrize("which", DAYS)
def test_each_is_as_the_handbook_has_it_and_in_no_report(book, which):
    said = book.as_("alex").command(f"/renewals {which} Acme").text
    assert CHECKLISTS[which] in said
    made = checklists(book)[CHECKLISTS[which]]
    found = tasks(book, made["id"])
    assert {task["due_on"] for task in found} == {(RENEWAL + timedelta(DAYS[which])).isoformat()}
    assert (len(found), {task["asks"] for task in found}) == (5, {"text"})
    ids = {row["email"]: row["id"] for row in book.rows("SELECT email, id FROM people")}
    whose = {"ae": ids["alex@example.com"], "sa": ids["omar@example.com"], "csm": None}
    assert [task["assignee_id"] for task in found] == [whose[task["role"]] for task in found]
    assert [task["role"] for task in found].count("ae") == (3 if which == "strategy" else 5)
    assert (made["due_on"], made["motion"], made["reported"], made["anchor"]) == (None, None, 0, "renewal")
    assert not is_reported(CHECKLISTS[which])
    assert motion_of(CHECKLISTS[which]) is None
    assert playbooks.named(book.db, CHECKLISTS[which]) is None


def test_it_is_opened_once_and_its_opening_is_taken_back_until_it_was_worked_on(book):
    alex = book.as_("alex")
    opened = alex.command("/renewals discovery Acme").message
    number = checklists(book)[CHECKLISTS["discovery"]]["id"]
    assert f"CTA {number}" in alex.command("/renewals discovery Acme").text
    opened.click("Undo")
    opened.expect("taken back")
    assert checklists(book)[CHECKLISTS["discovery"]]["status"] == "withdrawn"
    again = alex.command("/renewals discovery Acme").message
    newest = checklists(book)[CHECKLISTS["discovery"]]["id"]
    assert "Renewal" in alex.command(f"/cta task {newest} done 1 fewer tools").text
    assert "worked on since" in again.click("Undo").text
    assert checklists(book)[CHECKLISTS["discovery"]]["status"] == "work_in_progress"


def test_it_wants_a_renewal_that_is_to_come(book):
    with book.unit() as unit:
        accounts.edit(unit, account(book).id, {"renewal_on": None})
    assert "no renewal date" in book.as_("alex").command("/renewals package Acme").text
    assert "taken" not in book.as_("maya").command("/renewals churned Globex 20 Nov price").text
    assert "churned" in book.as_("maya").command("/renewals package Globex").text
    assert checklists(book) == checklists(book, "Globex") == {}


def test_a_review_that_was_held_offers_those_that_are_not_there(book):
    maya = book.as_("maya")
    assert "Growth" in maya.command("/renewals strategy Acme").text
    form = maya.command("/renewals held Acme").modal
    done = form.fill("Health", "Green").fill("Outlook", "Renews").fill("Next step", "talk").submit().message
    assert [name for name in ("Discovery", "Growth strategy", "Deal package") if done.has(name)] == [
        "Discovery", "Deal package",
    ]  # fmt: skip
    assert CHECKLISTS["package"] in done.click("Deal package").text
    assert set(checklists(book)) == {CHECKLISTS["strategy"], CHECKLISTS["package"]}


def test_what_has_passed_is_due_tomorrow_and_told_to_its_ae(book):
    with book.unit() as unit:
        accounts.edit(unit, account(book).id, {"renewal_on": "2027-02-20"})  # 89 days ahead
    book.as_("maya").command("/renewals strategy Acme").expect(CHECKLISTS["strategy"])
    made = checklists(book)[CHECKLISTS["strategy"]]["id"]
    assert {task["due_on"] for task in tasks(book, made)} == {"2026-11-24"}
    for hour, handle, words in ((9, "omar", "1 task due"), (20, "alex", "3 tasks due")):
        book.jump(datetime(2026, 11, 24, hour, 0, tzinfo=UTC))
        book.as_(handle).expect_dm(words, seconds=30)
        book.posted()
        assert words in book.as_(handle).open_home().text, "Home says what the morning said"


def test_it_moves_with_the_renewal_day(book):
    book.as_("alex").command("/renewals package Acme").expect(CHECKLISTS["package"])
    with book.unit() as unit:
        accounts.edit(unit, account(book).id, {"renewal_on": "2027-05-10"})
        follow_anchors(unit)
    made = checklists(book)[CHECKLISTS["package"]]["id"]
    assert {task["due_on"] for task in tasks(book, made)} == {"2027-02-24"}
    book.as_("alex").command(f"/cta close {made} no-success not_needed").expect()
    with book.unit() as unit:
        accounts.edit(unit, account(book).id, {"renewal_on": "2027-05-20"})
        assert follow_anchors(unit) == 0
    acme = account(book)
    assert not_begun(book.db, book.store.policy, acme) == ["discovery", "strategy"]
    assert not_begun(book.db, book.store.policy, replace(acme, renewal_on=date(2028, 5, 20))) == list(CHECKLISTS)


@pytest.mark.parametrize("ended", ["/renewals renewed Acme 30 Apr 2028", "/renewals churned Acme 20 Nov price"])
def test_a_recorded_renewal_ends_what_is_open_and_taking_it_back_opens_it_again(book, ended):
    alex = book.as_("alex")
    for which in CHECKLISTS:
        alex.command(f"/renewals {which} Acme").expect(CHECKLISTS[which])
    first = checklists(book)
    discovery = first[CHECKLISTS["discovery"]]["id"]
    for position in range(1, 6):
        alex.command(f"/cta task {discovery} done {position} words of {position}").expect()
    alex.command(f"/cta task {first[CHECKLISTS['package']]['id']} done 2 the pilot").expect()
    of_ctas = "SELECT count(*) AS n FROM outbox WHERE kind = 'told' AND cta_id IS NOT NULL"
    before = book.rows(of_ctas)
    said = alex.command(ended).message
    now = checklists(book)
    assert {name: (row["status"], row["reason"]) for name, row in now.items()} == {
        CHECKLISTS["discovery"]: ("closed_success", None),
        CHECKLISTS["strategy"]: ("closed_no_success", "not_needed"),
        CHECKLISTS["package"]: ("closed_no_success", "not_needed"),
    }
    with book.unit() as unit:
        assert follow_anchors(unit) == 0
    said.click("Undo")
    said.expect("taken back")
    assert book.rows(of_ctas) == before, "their CSM is told of the renewal alone"
    now = checklists(book)
    assert [now[CHECKLISTS[which]]["status"] for which in CHECKLISTS] == ["closed_success", "new", "work_in_progress"]
    assert [task["due_on"] for task in tasks(book, now[CHECKLISTS["package"]]["id"])] == ["2027-02-14"] * 5


def test_a_source_that_moves_the_date_by_a_year_ends_them_too(book):
    book.as_("maya").command("/renewals package Globex").expect(CHECKLISTS["package"])
    book.book("accounts", {"name": "Globex", "crm_id": "G1", "renewal_date": "2027-02-10"})
    book.start_at(datetime(2027, 1, 11, 10, 30, tzinfo=UTC))
    book.book("accounts", {"name": "Globex", "crm_id": "G1", "renewal_date": "2028-02-10"})
    assert checklists(book, "Globex")[CHECKLISTS["package"]]["reason"] == "not_needed"
    book.book("accounts", {"name": "Globex", "crm_id": "G1", "renewal_date": "2027-02-10"})
    assert checklists(book, "Globex")[CHECKLISTS["package"]]["status"] == "new"


def test_answers_stand_in_the_brief_and_the_state_on_the_page(book):
    alex = book.as_("alex")
    alex.command("/renewals discovery Acme").expect()
    number = checklists(book)[CHECKLISTS["discovery"]]["id"]
    alex.command(f"/cta task {number} done 1 fewer *tools* <!channel>").expect()
    page = book.as_("maya").command("/success Acme").text
    assert "Renewal: Discovery · 4 tasks of 5 left" in page
    brief = book.as_("lena").command("/account brief Acme").modal.text
    assert "Found out for the renewal" in brief
    assert "<!channel> (Discovery, today)" in brief  # as it was typed: a mention would read @channel
    assert "renewed" in book.as_("maya").command("/renewals renewed Acme 30 Apr 2028").text
    assert "The CTO's priorities" in book.as_("lena").command("/account brief Acme").modal.text
    assert "Found out" not in book.as_("lena").command("/account brief Globex").modal.text


def test_off_its_verbs_are_refused_with_their_key(make_book):
    book = make_book()
    before = book.rows("SELECT count(*) AS n FROM audit")
    for which in CHECKLISTS:
        assert "enabled = true below [sales]" in book.as_("maya").command(f"/renewals {which} Acme").text
    assert book.rows("SELECT count(*) AS n FROM audit") == before


def test_one_that_ended_is_neither_won_nor_a_no(book):
    alex = book.as_("alex")
    for which in ("discovery", "strategy"):
        alex.command(f"/renewals {which} Acme").expect("opened")
        alex.command(f"/cta close {checklists(book)[CHECKLISTS[which]]['id']} no-success not_needed").expect("Closed")
    assert re.findall("Said no|Won", alex.command("/renewals Acme").text) == []
