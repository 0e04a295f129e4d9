"""What is behind the reminders about CTAs: the news of a morning, and a deferred one that comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.brief import brief_behind
from storage.base.counters import kept_against
from storage.base.db import to_json
from storage.cta import store as ctas
from storage.cta.checklists import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.brief import Brief
    from storage.base.day import Behind, DayItem
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.cta.record import Cta, Task

MOST = 500
"""CTAs of one list."""


@dataclass(frozen=True, slots=True)
class NewsCta:
    """A CTA that the morning tells of: `states` as the rules name them, `tasks` those due."""

    cta: Cta
    account_name: str
    arr_cents: int | None
    states: tuple[str, ...]
    tasks: tuple[Task, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class DeferredOfDay:
    """A deferred CTA that comes back, its account, and the CTA that came of it, if one did.

    `tried` is what was kept against its reason.
    """

    brief: Brief
    cta: Cta
    reopened_as: int | None
    tried: tuple[str, ...] = ()


def deferred(behind: Behind, row: OutboxRow) -> DeferredOfDay | None:
    """What is behind a deferred CTA's row."""
    if row.account_id is None or row.cta_id is None:
        return None
    cta, brief = ctas.get(behind.db, row.cta_id), brief_behind(behind, row.account_id)
    tried = kept_against(behind.db, behind.policy, brief.account.segment, cta.reason, cta.use_case)
    return DeferredOfDay(brief, cta, _back_as(behind.db, row.cta_id), tried)


def owner_of(_db: Connection, _policy: Policy, item: DayItem) -> int | None:
    """Whose a deferred CTA is by now: its owner's, else its account's CSM's."""
    found: DeferredOfDay | None = item.facts
    return (found.cta.owner_id or found.brief.account.csm_id) if found else item.row.owner_id


def news(behind: Behind, row: OutboxRow) -> tuple[NewsCta, ...]:
    """The CTAs of a morning."""
    return _news(behind.db, behind.policy, row, behind.today)


def _back_as(db: Connection, cta_id: int) -> int | None:
    row = db.execute("SELECT max(id) FROM ctas WHERE linked_to = ? AND status <> 'withdrawn'", (cta_id,)).fetchone()
    return int(row[0]) if row[0] is not None else None


def _news(db: Connection, policy: Policy, row: OutboxRow, today: date) -> tuple[NewsCta, ...]:
    """The CTAs of a morning: what is new, and all else of the same owner that stands on Home today."""
    told = _told(db, row)
    owner_id = row.owner_id  # whoever gets it instead
    current = _current(db, policy, [owner_id], today) if told and owner_id is not None else {}
    found = []
    for cta_id in told | current.keys():
        cta = ctas.get(db, cta_id)
        account = accounts.get(db, cta.account_id)
        asked = account.active and not (cta.snoozed_until and cta.snoozed_until > today)
        states = _states(cta, policy, today) if asked and cta.owner_id == owner_id else set[str]()
        due = _due(db, cta, today, [owner_id]) if asked else ()
        if states or due or cta_id in told:  # what was told stays in its message, and is done once it asks nothing
            shown = tuple(sorted(states))
            found.append(NewsCta(cta, account.name, account.arr_cents, shown, due, is_new=cta_id in told))
    return tuple(found)


def _states(cta: Cta, policy: Policy, today: date) -> set[str]:
    """What holds of an open CTA on a day, whatever held when it was told: as `_current` finds it."""
    found = set()
    if cta.due_on and cta.due_on <= today + timedelta(days=policy.cta_due_soon_days):
        found.add("overdue" if cta.due_on < today else "due_soon")
    if cta.anchor is None and cta.touched_on and cta.touched_on <= today - timedelta(days=policy.cta_idle_days):
        found.add("idle")
    return found if cta.is_open else set()


def _told(db: Connection, row: OutboxRow) -> set[int]:
    """The CTAs that the row tells of, or of a task of theirs."""
    told = set()
    for (subject,) in db.execute("SELECT subject FROM outbox_news WHERE outbox_id = ?", (row.id,)):
        kind, _, number = subject.partition(":")
        if kind not in ("cta", "task"):
            continue  # what stands in the same message by itself
        cta_id = int(number)
        if kind == "task":
            found = db.execute("SELECT cta_id FROM tasks WHERE id = ?", (cta_id,)).fetchone()
            if found is None:
                continue
            cta_id = found[0]
        told.add(cta_id)
    return told


def _due(db: Connection, cta: Cta, today: date, whose: Sequence[int | None]) -> tuple[Task, ...]:
    """Its open tasks that are due by today: all for its owner, but of a checklist each sees their own."""
    due = tuple(t for t in ctas.tasks_of(db, cta.id) if t.state == "open" and t.due_on and t.due_on <= today)
    if cta.owner_id in whose and cta.anchor is None:
        return due
    return tuple(task for task in due if (task.assignee_id or cta.owner_id) in whose)


def work_due(db: Connection, policy: Policy, owner_ids: Sequence[int], today: date) -> tuple[NewsCta, ...]:
    """All CTAs of these people that are due soon, overdue, idle, or have tasks due for them: what Home says today."""
    found = []
    for cta_id, of_owner in _current(db, policy, owner_ids, today).items():
        cta = ctas.get(db, cta_id)
        states = of_owner if cta.owner_id in owner_ids else set[str]()
        account = accounts.get(db, cta.account_id)
        due = _due(db, cta, today, owner_ids)
        if states or due:
            found.append(NewsCta(cta, account.name, account.arr_cents, tuple(sorted(states)), due, is_new=True))
    return tuple(found)


def _current(db: Connection, policy: Policy, owner_ids: Sequence[int], today: date) -> dict[int, set[str]]:
    """Their CTAs that are due soon, overdue, idle or have tasks due, and those with tasks due for them; told or not."""
    today_, soon, idle = (
        today.isoformat(),
        (today + timedelta(days=policy.cta_due_soon_days)).isoformat(),
        (today - timedelta(days=policy.cta_idle_days)).isoformat(),
    )
    whose = to_json(list(owner_ids))
    of_areas, on = shown(policy)
    tasks = "EXISTS (SELECT 1 FROM tasks WHERE cta_id = ctas.id AND tasks.state = 'open' AND tasks.due_on <= ?)"
    rows = db.execute(
        "SELECT ctas.id, ctas.due_on < ?, ctas.due_on BETWEEN ? AND ?, ctas.anchor IS NULL AND ctas.touched_on <= ?"
        " FROM ctas JOIN accounts ON accounts.id = ctas.account_id"
        " WHERE ctas.id IN (SELECT own.id FROM ctas AS own WHERE own.owner_id IN (SELECT value FROM json_each(?))"
        "  AND own.status IN ('new', 'work_in_progress') UNION SELECT cta_id FROM tasks"
        "  WHERE assignee_id IN (SELECT value FROM json_each(?)) AND state = 'open' AND due_on <= ?)"
        " AND ctas.status IN ('new', 'work_in_progress')"
        " AND accounts.archived_at IS NULL AND accounts.churned_on IS NULL"
        " AND (ctas.snoozed_until IS NULL OR ctas.snoozed_until <= ?)"
        f" AND (ctas.due_on <= ? OR (ctas.anchor IS NULL AND ctas.touched_on <= ?) OR {tasks}) AND {of_areas}"
        " ORDER BY ctas.due_on IS NULL, ctas.due_on, ctas.id LIMIT ?",
        (today_, today_, soon, idle, whose, whose, today_, today_, soon, idle, today_, on, MOST),
    )
    names = ("overdue", "due_soon", "idle")
    return {row[0]: {name for name, holds in zip(names, row[1:], strict=True) if holds} for row in rows}
