"""CTAs as they are kept: cards, lists, earlier answers and the audit."""

import json
from datetime import timedelta

import pytest

from storage.account import store as accounts
from storage.base import audit_history as history
from storage.base.errors import UserError
from storage.cta import life as cta_life
from storage.cta import lists as cta_lists
from storage.cta import store as ctas
from storage.cta import work as cta_work
from storage.cta.closing_checks import Closing
from storage.handover import store as handover
from tests.cta.conftest import TODAY, close_one, list_all, open_one


def test_internal_ctas_have_no_card(stored):
    assert stored.cards(open_one(stored, success_plan="internal").id) == []


def test_the_card_is_posted_once_and_edited_from_then_on(stored):
    cta = open_one(stored)
    with stored.unit() as unit:
        cta_work.add_note(unit, cta.id, "met the CTO")
    assert len(stored.cards(cta.id)) == 1, "still pending: it will show the note anyway"
    stored.sent()
    close_one(stored, cta)
    with stored.unit() as unit:
        cta_life.reopen(unit, cta.id)
    assert [row[1:] for row in stored.cards(cta.id)] == [("post", "sent"), ("update", "pending")]
    stored.sent()
    with stored.unit() as unit:
        cta_work.move_due(unit, cta.id, TODAY + timedelta(99))
    assert [row[1] for row in stored.cards(cta.id)] == ["post", "update", "update"]


@pytest.mark.parametrize("by", ["reassigning", "handing over"])
def test_a_card_follows_whatever_gives_its_account_away(stored, by):
    cta = open_one(stored, owner_id=stored.person("bob").id)
    stored.sent()
    with stored.unit() as unit:
        if by == "reassigning":
            accounts.edit(unit, stored.account().id, {"csm_id": stored.person("bob").id})
        else:
            handover.hand_over(unit, stored.person("ann").id, stored.person("bob").id)
    assert [row[1:] for row in stored.cards(cta.id)] == [("post", "sent"), ("update", "pending")]


def test_lists_show_what_is_asked(stored):
    expand = open_one(stored)
    enable = open_one(stored, "Enable: SCM", "Globex", owner_id=stored.person("alex").id)
    deferred = open_one(stored, "Expand: CD")
    close_one(stored, deferred, reason="deferred", revisit_on=TODAY + timedelta(30))
    assert [row[:2] for row in list_all(stored)] == [("Acme", "Expand: CI")]
    assert [row[:2] for row in list_all(stored, scope="all")] == [
        ("Globex", "Enable: SCM"),
        ("Acme", "Expand: CI"),
    ] or [row[:2] for row in list_all(stored, scope="all")] == [("Acme", "Expand: CI"), ("Globex", "Enable: SCM")]
    assert [row[1] for row in list_all(stored, scope="all", account_id=stored.account("Globex").id)] == ["Enable: SCM"]
    assert [row[1] for row in list_all(stored, scope="all", use_case="ci")] == ["Expand: CI"]
    assert [row[1] for row in list_all(stored, scope="all", motion="enable")] == ["Enable: SCM"]
    assert [row[1] for row in list_all(stored, state="deferred")] == ["Expand: CD"]
    assert list_all(stored, state="overdue") == []
    stored.db.execute("UPDATE ctas SET due_on = '2026-11-20' WHERE id = ?", (expand.id,))
    assert [row[1] for row in list_all(stored, state="overdue")] == ["Expand: CI"]
    assert cta_lists.counts(stored.db, stored.store.policy, [stored.person("ann").id], TODAY) == cta_lists.Counts(
        1, 1, 0
    )
    assert [row.cta.id for row in cta_lists.closed_today(stored.db, stored.person("ann").id, stored.now, "UTC")] == [
        deferred.id
    ]
    open_one(stored, "Expand: CD", linked_to=deferred.id)
    assert list_all(stored, state="deferred") == []
    assert enable.id in [
        row.cta.id
        for row in cta_lists.page(
            stored.db, stored.store.policy, stored.person("ann"), cta_lists.Which("all"), TODAY, limit=1, offset=1
        )[0]
        + cta_lists.page(stored.db, stored.store.policy, stored.person("ann"), cta_lists.Which("all"), TODAY, limit=3)[
            0
        ]
    ]


def test_earlier_answers_add_up(stored):
    for account, playbook, gap in (
        ("Acme", "Expand: CI", "SAML groups"),
        ("Acme", "Expand: CD", "saml groups"),
        ("Globex", "Expand: CD", "100% uptime"),
    ):
        close_one(stored, open_one(stored, playbook, account), reason="product_gaps", detail=gap)
    assert ctas.answers_given(stored.db, ["product_gaps"], "")[0].lower() == "saml groups"
    assert ctas.answers_given(stored.db, ["product_gaps"], "100%") == ["100% uptime"]
    assert ctas.answers_given(stored.db, ["competitive_loss"], "") == []


def test_the_audit_reads_back_newest_first(stored):
    cta = open_one(stored)
    with stored.unit() as unit:
        cta_work.add_note(unit, cta.id, "hello")
    changes, total = history.of_subject(stored.db, f"cta:{cta.id}", limit=1)
    assert total == 2
    assert (changes[0].action, changes[0].who, changes[0].source) == ("cta.note", "Ann", "command")
    assert json.loads(json.dumps(changes[0].after)) == {"status": "work_in_progress", "note": "hello"}


@pytest.mark.parametrize("act", ["close", "reopen", "withdraw"])
def test_a_refusal_that_names_a_cta_names_its_account(stored, act):
    with stored.unit() as unit:
        cta = cta_life.open_cta(unit, account=stored.account(), playbook=stored.playbook())
    doings = {
        "close": lambda unit: cta_life.close(unit, cta, Closing("no_success", reason="lack_of_budget")),
        "reopen": lambda unit: cta_life.reopen(unit, cta.id),
        "withdraw": lambda unit: cta_life.withdraw(unit, cta.id),
    }
    if act != "reopen":
        with stored.unit() as unit:
            doings[act](unit)
    with pytest.raises(UserError, match=r"CTA 1 \(Acme · Expand: CI\)"), stored.unit() as unit:
        doings[act](unit)
