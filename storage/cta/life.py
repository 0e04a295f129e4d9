"""The life of a CTA: opened, closed, corrected, reopened, withdrawn (docs/domain.md, "CTAs").

Every write re-reads the record inside its unit of work, so that of two people closing at once one closes and the
other is told. Called by handlers; imports of history write on their own.
"""

from __future__ import annotations

import json
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base import people
from storage.base.business_days import business_days_of
from storage.base.dialect import insert
from storage.base.errors import AlreadyOpen, Stale, UserError
from storage.base.moments import day_said, maybe_day, past_day_said
from storage.base.plurals import counted
from storage.base.texts import text_of
from storage.cta.cards import card_opened
from storage.cta.closing_checks import checked
from storage.cta.record import (
    CLOSED_NO_SUCCESS,
    ENABLE,
    IN_PROGRESS,
    NEW,
    OPEN_STATUSES,
    PRIORITIES,
    STATUS_LABELS,
    SUCCESS_PLANS,
    WITHDRAWN,
    Cta,
)
from storage.cta.settling import refuse_another, refuse_unsettled
from storage.cta.store import change, get, named, open_ones, still, tasks_of
from storage.cta.task_days import opening_days
from storage.playbook.record import is_retired

if TYPE_CHECKING:
    from collections.abc import Mapping
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.cta.closing_checks import Closing
    from storage.playbook.record import Playbook

_CLOSING_FIELDS = ("closed_on", "closed_by", "reason", "closing_note", "detail", "learned", "revisit_on")


def open_cta(
    unit: Unit,
    *,
    account: Account,
    playbook: Playbook,
    owner_id: int | None = None,
    due_on: date | None = None,
    priority: str = "medium",
    success_plan: str = "roi",
    note: str | None = None,
    linked_to: int | None = None,
) -> Cta:
    """Open a CTA with a copy of the playbook's tasks, due relative to today.

    Tasks fall on business days, none after the due date. Without an owner it is the account's CSM's, else the
    person's; without a due date it is due with its last task. Raises AlreadyOpen where one of the same account,
    use case and motion is open, UserError for a retired playbook or an archived account.
    """
    if is_retired(playbook.name):
        raise UserError(f"{playbook.name} is retired: it can't be opened any more.", "Pick another playbook.")
    account.refuse_archived()
    check_choices(priority, success_plan)
    if owner_id is not None:
        people.refuse_outsider(people.get(unit.db, owner_id), "own a CTA", "owner")
    today = unit.today
    if due_on is not None and due_on < unit.own_today:
        raise UserError(
            f"{day_said(due_on, unit.own_today)} is in the past.", "Take today or a later day.", field="due_on"
        )
    owner_id = owner_id or account.csm_id or unit.actor_id
    begins = people.today_for(unit, owner_id)
    business, offsets = business_days_of(unit.policy), [task.due_days for task in playbook.tasks]
    days = opening_days(offsets, min(today, due_on or today), due_on, business, begins)
    fields = {
        "account_id": account.id,
        "playbook": playbook.name,
        "status": NEW,
        "owner_id": owner_id,
        "due_on": due_on or max(days, default=None),
        "priority": priority,
        "success_plan": success_plan,
        "note": text_of(note, "note"),
        "linked_to": linked_to,
    }
    told = {name: value for name, value in fields.items() if value is not None}
    fields |= {
        "category": playbook.category,
        "use_case": playbook.use_case,
        "motion": playbook.motion,
        "reported": True,
        "opened_on": today,
        "touched_on": today,
    }
    cta = Cta(id=_insert(unit, fields, account), known_at=unit.now, **fields)  # type: ignore[arg-type] # the columns' own
    tasks = [
        (cta.id, place, task.title, task.hint, day.isoformat())
        for place, (task, day) in enumerate(zip(playbook.tasks, days, strict=True), start=1)
    ]
    if tasks:  # in one go: half of what they cost one by one
        marks = ", ".join(["(?, ?, ?, ?, ?)"] * len(tasks))
        unit.db.execute(
            f"INSERT INTO tasks(cta_id, position, title, hint, due_on) VALUES {marks}", [*chain.from_iterable(tasks)]
        )
    # What is told of the CTA that this one came of changes with it: that one is back.
    unit.audit("cta.open", f"cta:{cta.id}", {}, told, made=linked_to is None)
    card_opened(unit, cta, account.channel_id)
    return cta


def check_choices(priority: str, success_plan: str) -> None:
    """Raise UserError for a priority or success plan that no form offers."""
    for field, said, known in (("priority", priority, PRIORITIES), ("success_plan", success_plan, SUCCESS_PLANS)):
        if said not in known:
            what = field.replace("_", " ")
            raise UserError(f"'{said[:40]}' is no {what}.", f"Pick one of {', '.join(known)}.", field=field)


def _insert(unit: Unit, fields: Mapping[str, Any], account: Account) -> int:
    marks = ", ".join("?" * len(fields))
    values = [value.isoformat() if isinstance(value, date) else value for value in fields.values()]
    made = insert(
        unit.db,
        f"INSERT INTO ctas({', '.join(fields)}, known_at) VALUES ({marks}, ?) ON CONFLICT DO NOTHING",
        (*values, unit.at),
    )
    if made is None:
        raise _already_open(
            account, open_ones(unit.db, account.id, fields["use_case"], fields["motion"])[0], unit.own_today
        )
    return made


def close(
    unit: Unit,
    seen: Cta,
    closing: Closing,
    *,
    done: Mapping[int, str] | None = None,
    skip_reason: str | None = None,
) -> Cta:
    """Close an open CTA, as seen or as it is by now.

    `done` says of each open task of an Enable success whether it is `done` or `skipped`, and `skip_reason` why. Raises
    Stale for one that is not open any more, UserError for what the outcome asks and did not get.
    """
    cta = still(unit.db, seen)
    if not cta.is_open:
        raise not_open(unit.db, cta, unit.policy.reason_label(cta.reason), unit.own_today)
    closing = checked(closing, cta, unit.policy, unit.today, unit.own_today)
    if cta.is_checklist and closing.outcome == "success":
        refuse_unsettled(unit, cta)
    before_tasks: dict[str, str] = {}
    after_tasks: dict[str, str] = {}
    if closing.outcome == "success" and cta.motion == ENABLE:
        before_tasks, after_tasks = _settle_tasks(unit, cta, done or {}, text_of(skip_reason, "skip_reason"))
    return change(
        unit,
        cta,
        "cta.close",
        {
            "status": closing.status,
            "closed_on": closing.closed_on,
            "closed_by": unit.actor_id,
            "reason": closing.reason,
            "closing_note": closing.note,
            "detail": closing.detail,
            "learned": closing.learned,
            "revisit_on": closing.revisit_on,
            "snoozed_until": None,
        },
        extra_before={"tasks": before_tasks} if before_tasks else None,
        extra_after={"tasks": after_tasks} if after_tasks else None,
    )


def correct(unit: Unit, cta_id: int, closing: Closing) -> Cta:
    """Correct how a closed CTA was closed: outcome, reason, day, words. Raises Stale for one that is not closed."""
    cta = get(unit.db, cta_id)
    if not cta.is_closed:
        raise Stale(f"{named(unit.db, cta)} is not closed.", "There is nothing to correct.", choices=_show(cta_id))
    closing = checked(closing, cta, unit.policy, unit.today, unit.own_today)
    return change(
        unit,
        cta,
        "cta.correct",
        {
            "status": closing.status,
            "closed_on": closing.closed_on,
            "reason": closing.reason,
            "closing_note": closing.note,
            "detail": closing.detail,
            "learned": closing.learned,
            "revisit_on": closing.revisit_on,
        },
    )


def add_learned(unit: Unit, cta_id: int, text: str) -> Cta:
    """Keep why it won, or what would have changed the no. Raises Stale for one that is not closed."""
    cta = get(unit.db, cta_id)
    if not cta.is_closed:
        raise Stale(f"{named(unit.db, cta)} is not closed any more.", "Add a note instead.", choices=_show(cta_id))
    return change(unit, cta, "cta.learned", {"learned": text_of(text, "learned")})


def reopen(unit: Unit, cta_id: int, *, by_itself: bool = False) -> Cta:
    """Take a close (or a withdrawal) back, as if it had not happened: its tasks and status are as before.

    `by_itself`: it follows from something else, of which people are told. Raises AlreadyOpen where a newer one
    stands in the way, Stale for one that is open.
    """
    cta = get(unit.db, cta_id)
    if cta.is_open:
        raise Stale(f"{named(unit.db, cta)} is open already.", choices=_show(cta_id))
    if cta.is_checklist:
        refuse_another(unit, cta)
    if cta.motion is not None:
        in_the_way = open_ones(unit.db, cta.account_id, cta.use_case, cta.motion)
        if in_the_way:
            raise _already_open(accounts.get(unit.db, cta.account_id), in_the_way[0], unit.own_today)
    closed = _last_ending(unit.db, cta_id)
    positions = [int(position) for position in closed.get("tasks", {})]
    unit.db.executemany(
        "UPDATE tasks SET state = 'open', skip_reason = NULL, skipped_by = NULL, done_on = NULL"
        " WHERE cta_id = ? AND position = ?",
        [(cta_id, position) for position in positions],
    )
    # Withdrawn after it was closed: what stood before the close counts, not the close.
    status = closed.get("status", IN_PROGRESS)
    fields = {"status": status if status in OPEN_STATUSES else IN_PROGRESS, **dict.fromkeys(_CLOSING_FIELDS)}
    until = maybe_day(closed.get("snoozed_until"))
    if until and until > unit.today:
        fields["snoozed_until"] = until
    return change(unit, cta, "cta.reopen", fields, extra_after={"by_itself": True} if by_itself else None)


def withdraw(unit: Unit, cta_id: int, why: str | None = None) -> Cta:
    """Take a CTA that was opened by mistake out of lists and reports; the audit keeps it, `reopen` brings it back."""
    cta = get(unit.db, cta_id)
    if cta.status == WITHDRAWN:
        raise Stale(
            f"{named(unit.db, cta)} is withdrawn already.", choices=[("Bring it back", f"/cta reopen {cta_id}")]
        )
    extra = {"why": text_of(why, "why")} if why else None
    fields = {"status": WITHDRAWN, **dict.fromkeys(_CLOSING_FIELDS)}
    return change(unit, cta, "cta.withdraw", fields, extra_after=extra)


def not_open(db: Connection, cta: Cta, reason_label: str, today: date) -> Stale:
    """What to say to somebody who acts on a CTA that is not open: what became of it, by whom, what can be done."""
    what = reason_label if cta.status == CLOSED_NO_SUCCESS else STATUS_LABELS[cta.status].removeprefix("Closed: ")
    by = people.many(db, [cta.closed_by]).get(cta.closed_by or 0)
    when = f" on {past_day_said(cta.closed_on, today)}" if cta.closed_on else ""
    verb = "is withdrawn" if cta.status == WITHDRAWN else f"was closed{when}{f' by {by.name}' if by else ''} ({what})"
    return Stale(
        f"{named(db, cta)} {verb}.",
        "Nothing was changed.",
        choices=[*_show(cta.id), ("Open it again", f"/cta reopen {cta.id}")],
    )


def _settle_tasks(
    unit: Unit, cta: Cta, done: Mapping[int, str], skip_reason: str | None
) -> tuple[dict[str, str], dict[str, str]]:
    still_open = [task for task in tasks_of(unit.db, cta.id) if task.state == "open"]
    for task in still_open:
        if done.get(task.id) not in ("done", "skipped"):
            raise UserError(
                f"Task {task.position} is still open: {task.title}.",
                "This form does not show it: open it again." if done else "Tick it or mark it skipped first.",
                field="settle",
                choices=[("Tasks", f"/cta close {cta.id} success")],
            )
    skipped = [task for task in still_open if done[task.id] == "skipped"]
    if skipped and skip_reason is None:
        unticked = counted(len(skipped), "task is", "tasks are")
        hint = "Tick what was done, or say why the rest is skipped."
        raise UserError(f"{unticked} not ticked.", hint, field="skip_reason")
    unit.db.executemany(
        "UPDATE tasks SET state = ?, skip_reason = ?, skipped_by = ?, done_on = ? WHERE id = ? AND state = 'open'",
        [
            (
                done[task.id],
                skip_reason if done[task.id] == "skipped" else None,
                unit.actor_id if done[task.id] == "skipped" else None,
                unit.today.isoformat() if done[task.id] == "done" else None,
                task.id,
            )
            for task in still_open
        ],
    )
    return {str(t.position): "open" for t in still_open}, {str(t.position): done[t.id] for t in still_open}


def _last_ending(db: Connection, cta_id: int) -> dict[str, Any]:
    """What the CTA was before its last close or withdrawal, by the audit."""
    row = db.execute(
        "SELECT before FROM audit WHERE subject = ? AND action IN ('cta.close', 'cta.withdraw')"
        " ORDER BY id DESC LIMIT 1",
        (f"cta:{cta_id}",),
    ).fetchone()
    found: dict[str, Any] = json.loads(row[0]) if row else {}
    return found


def _already_open(account: Account, cta: Cta, today: date) -> AlreadyOpen:
    return AlreadyOpen(
        f"{account.name} has an open {cta.title} already: CTA {cta.id}, since {past_day_said(cta.opened_on, today)}.",
        "One at a time: work on that one, or close it first.",
        cta_id=cta.id,
    )


def _show(cta_id: int) -> list[tuple[str, str]]:
    return [(f"Show {cta_id}", f"/cta show {cta_id}")]
