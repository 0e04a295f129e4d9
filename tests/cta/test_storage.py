"""CTAs in storage: one at a time, one close, undo as it was, the audit and the card's rows."""

import json
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage.account import store as accounts
from storage.base import audit_history as history
from storage.base.errors import AlreadyOpen, Repeated, Stale, UserError
from storage.cta import life as cta_life
from storage.cta import lists as cta_lists
from storage.cta import store as ctas
from storage.cta import tasks
from storage.cta import work as cta_work
from storage.cta.closing_checks import Closing
from storage.handover import store as handover
from storage.playbook import store as playbooks

TODAY = date(2026, 11, 23)


def open_one(stored, name="Expand: CI", account="Acme", actor="ann", **fields):
    with stored.unit(actor) as unit:
        return cta_life.open_cta(unit, account=stored.account(account), playbook=stored.playbook(name), **fields)


def close_one(stored, cta, outcome="no_success", actor="ann", **fields):
    fields = {"reason": "lack_of_budget", **fields} if outcome == "no_success" else fields
    with stored.unit(actor) as unit:
        return cta_life.close(unit, cta, Closing(outcome, **fields))


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


def test_the_first_tick_or_note_begins_the_work(stored):
    ticked, noted, skipped = open_one(stored), open_one(stored, "Expand: CD"), open_one(stored, "Expand: SCM")
    with stored.unit() as unit:
        assert tasks.set_states(unit, ticked.id, {2: "done"}).status == "work_in_progress"
        assert cta_work.add_note(unit, noted.id, "hello").status == "work_in_progress"
        assert tasks.set_states(unit, skipped.id, {1: "skipped"}, "no need").status == "new"


def test_a_tick_that_changes_nothing_is_not_audited(stored):
    cta = open_one(stored)
    for _ in range(2):
        with stored.unit() as unit:
            tasks.set_states(unit, cta.id, {1: "done"})
    assert stored.audit(cta.id) == ["cta.open", "cta.task"]


def test_tasks_are_added_and_changed(stored):
    cta = open_one(stored)
    count = len(ctas.tasks_of(stored.db, cta.id))
    with stored.unit() as unit:
        tasks.add(unit, cta.id, "Book the  demo", due_on=TODAY, assignee_id=stored.person("alex").id)
        tasks.edit(
            unit,
            cta.id,
            count + 1,
            title="Hold the demo",
            due_on=None,
            assignee_id=None,
            state="done",
            skip_reason=None,
        )
    added = ctas.tasks_of(stored.db, cta.id)[-1]
    assert (added.title, added.due_on, added.state, added.done_on) == ("Hold the demo", None, "done", TODAY)
    with stored.unit() as unit, pytest.raises(UserError) as refusal:
        tasks.edit(unit, cta.id, 1, title="x", due_on=None, assignee_id=None, state="skipped", skip_reason="")
    assert refusal.value.field == "skip_reason"


def test_moving_the_due_date_moves_open_tasks_by_the_same_days(stored):
    cta = open_one(stored)
    with stored.unit() as unit:
        tasks.set_states(unit, cta.id, {1: "done"})
    before = ctas.tasks_of(stored.db, cta.id)
    with stored.unit() as unit:
        moved = cta_work.move_due(unit, cta.id, cta.due_on + timedelta(10))
    assert moved.due_on == cta.due_on + timedelta(10)
    after = ctas.tasks_of(stored.db, cta.id)
    assert [(new.due_on - old.due_on).days for old, new in zip(before, after, strict=True)] == [0] + [10] * (
        len(before) - 1
    )


def test_assigning_takes_the_open_tasks_along(stored):
    cta = open_one(stored)
    ann, alex, bob = (stored.person(name).id for name in ("ann", "alex", "bob"))
    stored.db.execute("UPDATE tasks SET assignee_id = ? WHERE cta_id = ? AND position = 1", (ann, cta.id))
    stored.db.execute("UPDATE tasks SET assignee_id = ? WHERE cta_id = ? AND position = 2", (alex, cta.id))
    with stored.unit() as unit:
        assert cta_work.assign(unit, cta.id, bob).owner_id == bob
    assert [t.assignee_id for t in ctas.tasks_of(stored.db, cta.id)][:3] == [bob, alex, None]


def test_one_that_is_handed_over_stays_idle(stored):
    cta = open_one(stored)
    stored.db.execute("UPDATE ctas SET touched_on = '2026-09-01'")
    with stored.unit() as unit:
        assert cta_work.assign(unit, cta.id, stored.person("bob").id).touched_on == date(2026, 9, 1)
    assert ctas.get(stored.db, cta.id).touched_on == date(2026, 9, 1)


def test_outsiders_own_nothing(stored):
    cta = open_one(stored)
    stored.db.execute("UPDATE people SET guest = 1 WHERE email = 'bob@example.com'")
    with stored.unit() as unit, pytest.raises(UserError, match="can't own"):
        cta_work.assign(unit, cta.id, stored.person("bob").id)


def test_snooze_lies_ahead_and_ends_with_a_close(stored):
    cta = open_one(stored)
    with stored.unit() as unit, pytest.raises(UserError, match="ahead"):
        cta_work.snooze(unit, cta.id, TODAY)
    with stored.unit() as unit:
        assert cta_work.snooze(
            unit, cta.id, TODAY + timedelta(5), "waiting for legal"
        ).snoozed_until == TODAY + timedelta(5)
    assert close_one(stored, cta).snoozed_until is None


@pytest.mark.parametrize(
    "work",
    [
        lambda unit, i: cta_work.snooze(unit, i, TODAY + timedelta(3)),
        lambda unit, i: cta_work.assign(unit, i, 1),
        lambda unit, i: cta_work.move_due(unit, i, TODAY + timedelta(3)),
        lambda unit, i: tasks.set_states(unit, i, {1: "done"}),
        lambda unit, i: tasks.add(unit, i, "more"),
        lambda unit, i: cta_life.close(unit, ctas.get(unit.db, i), Closing("success")),
    ],
)
def test_a_closed_cta_says_what_became_of_it(stored, work):
    cta = open_one(stored)
    close_one(stored, cta)
    with pytest.raises(Stale, match="Lack of budget"), stored.unit() as unit:
        work(unit, cta.id)
    assert stored.audit(cta.id) == ["cta.open", "cta.close"]


def test_every_change_has_the_planner_look_again(stored):
    cta = open_one(stored)
    stored.db.execute("UPDATE ctas SET look_at = '2030-01-01T00:00:00Z', touched_on = '2026-01-01'")
    with stored.unit() as unit:
        tasks.set_states(unit, cta.id, {1: "done"})
    assert tuple(stored.db.execute("SELECT look_at, touched_on FROM ctas").fetchone()) == ("", "2026-11-23")


def list_all(stored, **which):
    listed, total = cta_lists.page(
        stored.db, stored.store.policy, stored.person("ann"), cta_lists.Which(**which), TODAY, limit=10
    )
    assert total == len(listed)
    return [(row.account_name, row.cta.title, row.open_tasks, row.next_task) for row in listed]


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
