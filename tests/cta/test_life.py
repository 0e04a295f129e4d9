"""A CTA opened, closed, reopened and withdrawn, as it is kept."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage.base import audit_history as history
from storage.base.errors import AlreadyOpen, Repeated, Stale, UserError
from storage.cta import life as cta_life
from storage.cta import store as ctas
from storage.cta import tasks
from storage.cta.closing_checks import Closing
from storage.playbook import store as playbooks
from tests.cta.conftest import TODAY, close_one, list_all, open_one


def test_opening_copies_the_tasks_with_days_relative_to_today(stored):
    cta = open_one(stored, note="pilot")
    playbook = stored.playbook()
    copied = ctas.tasks_of(stored.db, cta.id)
    assert [(t.title, t.due_on) for t in copied] == [(t.title, TODAY + timedelta(t.due_days)) for t in playbook.tasks]
    assert (cta.status, cta.opened_on, cta.note, cta.priority, cta.success_plan) == (
        "new",
        TODAY,
        "pilot",
        "medium",
        "roi",
    )
    assert cta.due_on == max(t.due_on for t in copied)
    assert cta.owner_id == stored.person("ann").id
    assert stored.audit(cta.id) == ["cta.open"]
    assert stored.cards(cta.id) == [(f"card:{cta.id}", "post", "pending")]


def test_the_owner_is_the_csm_else_the_person(stored):
    assert open_one(stored, actor="bob").owner_id == stored.person("ann").id
    stored.db.execute("UPDATE accounts SET csm_id = NULL WHERE name = 'Globex'")
    assert open_one(stored, account="Globex", actor="bob").owner_id == stored.person("bob").id


def test_a_new_version_of_a_playbook_leaves_running_ctas_alone(stored):
    cta = open_one(stored)
    before = ctas.tasks_of(stored.db, cta.id)
    old = stored.playbook()
    with stored.unit() as unit:
        playbooks.sync_catalogue(unit, [replace(old, version=old.version + 1, tasks=old.tasks[:1])])
    assert ctas.tasks_of(stored.db, cta.id) == before
    assert len(stored.playbook().tasks) == 1
    assert playbooks.named(stored.db, "Enable: CI") is None


def test_a_second_open_one_is_refused_with_a_pointer(stored):
    first = open_one(stored)
    with pytest.raises(AlreadyOpen) as refusal:
        open_one(stored)
    assert refusal.value.cta_id == first.id
    assert refusal.value.choices == ((f"Show {first.id}", f"/cta show {first.id}"),)
    assert len(ctas.open_ones(stored.db, stored.account().id)) == 1
    open_one(stored, "Enable: CI")
    open_one(stored, account="Globex")


def test_a_retired_playbook_and_an_archived_account_are_refused(stored):
    with stored.unit() as unit, pytest.raises(UserError, match="retired"):
        cta_life.open_cta(unit, account=stored.account(), playbook=replace(stored.playbook(), name="OLD Expand: CI"))
    stored.db.execute("UPDATE accounts SET archived_at = '2026-01-01T00:00:00Z' WHERE name = 'Globex'")
    with pytest.raises(UserError, match="archived"):
        open_one(stored, account="Globex")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": None}, "reason"),
        ({"reason": "bad luck"}, "reason"),
        ({"reason": "deferred"}, "revisit_on"),
        ({"reason": "deferred", "revisit_on": TODAY}, "revisit_on"),
        ({"reason": "product_gaps"}, "gap"),
        ({"reason": "competitive_loss", "detail": " "}, "vendor"),
        ({"reason": "other"}, "note"),
        ({"note": "x" * 3001}, "note"),
        ({"closed_on": TODAY + timedelta(1)}, "closed_on"),
        ({"closed_on": TODAY - timedelta(1)}, "closed_on"),
    ],
)
def test_a_close_says_at_its_field_what_is_missing(stored, fields, field):
    cta = open_one(stored)
    with pytest.raises(UserError) as refusal:
        close_one(stored, cta, **fields)
    assert refusal.value.field == field
    assert ctas.get(stored.db, cta.id) == cta
    assert stored.audit(cta.id) == ["cta.open"]


def test_a_close_keeps_only_what_its_reason_asks(stored):
    cta = open_one(stored)
    closed = close_one(stored, cta, detail="SAML", revisit_on=TODAY + timedelta(9), note="later")
    assert (closed.status, closed.reason, closed.closing_note) == ("closed_no_success", "lack_of_budget", "later")
    assert (closed.detail, closed.revisit_on, closed.closed_on) == (None, None, TODAY)
    assert closed.closed_by == stored.person("ann").id


def test_a_back_dated_close_is_audited(stored):
    cta = open_one(stored)
    stored.db.execute("UPDATE ctas SET opened_on = '2026-11-01' WHERE id = ?", (cta.id,))
    cta = ctas.get(stored.db, cta.id)
    closed = close_one(stored, cta, closed_on=date(2026, 11, 10))
    assert closed.closed_on == date(2026, 11, 10)
    with stored.unit() as unit:
        cta_life.correct(
            unit, cta.id, Closing("no_success", "product_gaps", detail="SAML", closed_on=date(2026, 11, 12))
        )
    change = history.of_subject(stored.db, f"cta:{cta.id}", limit=1)[0][0]
    assert change.before == {"closed_on": "2026-11-10", "reason": "lack_of_budget"}
    assert change.after == {"closed_on": "2026-11-12", "reason": "product_gaps", "detail": "SAML"}


def test_of_two_people_closing_at_once_one_closes_and_the_other_is_told(stored):
    cta = open_one(stored)
    start = threading.Barrier(2)
    said = []

    def close(actor, reason):
        start.wait()
        try:
            close_one(stored, cta, actor=actor, reason=reason)
            said.append("closed")
        except Stale as stale:
            said.append(stale.message)

    threads = [
        threading.Thread(target=close, args=who) for who in (("ann", "lack_of_budget"), ("alex", "not_relevant"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told, closed = sorted(said)
    assert closed == "closed"
    assert "was closed on Mon 23 Nov by" in told
    assert stored.audit(cta.id) == ["cta.open", "cta.close"]


def test_the_same_click_twice_is_one_close(stored):
    cta = open_one(stored)
    with stored.unit(key="action:1:cta.success:2") as unit:
        cta_life.close(unit, cta, Closing("success"))
        unit.keep_answer("{}")
    with pytest.raises(Repeated) as repeated, stored.unit(key="action:1:cta.success:2") as unit:
        cta_life.close(unit, cta, Closing("success"))
    assert repeated.value.answer == "{}"
    assert stored.audit(cta.id) == ["cta.open", "cta.close"]


def test_success_of_enable_settles_every_open_task_and_undo_brings_them_back(stored):
    cta = open_one(stored, "Enable: CI")
    with stored.unit() as unit:
        tasks.set_states(unit, cta.id, {1: "done"})
    rest = [t for t in ctas.tasks_of(stored.db, cta.id) if t.state == "open"]
    with pytest.raises(UserError) as refusal:
        close_one(stored, cta, "success")
    assert refusal.value.field == "settle"
    settled = {t.id: "done" if i else "skipped" for i, t in enumerate(rest)}
    with pytest.raises(UserError, match="1 task is not ticked") as refusal, stored.unit() as unit:
        cta_life.close(unit, cta, Closing("success"), done=settled)
    assert refusal.value.field == "skip_reason"
    with stored.unit() as unit:
        closed = cta_life.close(unit, cta, Closing("success"), done=settled, skip_reason="not needed")
    assert closed.status == "closed_success"
    assert [t.state for t in ctas.tasks_of(stored.db, cta.id)] == ["done", "skipped"] + ["done"] * (len(rest) - 1)
    with stored.unit() as unit:
        reopened = cta_life.reopen(unit, cta.id)
    assert reopened.status == "work_in_progress"
    assert [t.state for t in ctas.tasks_of(stored.db, cta.id)] == ["done"] + ["open"] * len(rest)
    assert stored.audit(cta.id) == ["cta.open", "cta.task", "cta.close", "cta.reopen"]


def test_undo_gives_back_the_status_of_before(stored):
    cta = open_one(stored)
    close_one(stored, cta, "success", learned="the demo")
    with stored.unit() as unit:
        reopened = cta_life.reopen(unit, cta.id)
    assert (reopened.status, reopened.closed_on, reopened.learned, reopened.closed_by) == ("new", None, None, None)


def test_reopening_is_refused_where_a_newer_one_stands_in_the_way(stored):
    first = open_one(stored)
    close_one(stored, first)
    second = open_one(stored)
    with stored.unit() as unit, pytest.raises(AlreadyOpen) as refusal:
        cta_life.reopen(unit, first.id)
    assert refusal.value.cta_id == second.id
    with stored.unit() as unit, pytest.raises(Stale):
        cta_life.reopen(unit, second.id)


def test_withdrawn_is_gone_from_lists_and_kept_in_the_audit(stored):
    cta = open_one(stored)
    with stored.unit() as unit:
        cta_life.withdraw(unit, cta.id, "typed the wrong account")
    assert ctas.get(stored.db, cta.id).status == "withdrawn"
    assert list_all(stored) == []
    with stored.unit() as unit, pytest.raises(Stale):
        cta_life.withdraw(unit, cta.id)
    with stored.unit() as unit:
        assert cta_life.reopen(unit, cta.id).status == "new"
    assert stored.audit(cta.id) == ["cta.open", "cta.withdraw", "cta.reopen"]
