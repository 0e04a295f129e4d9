"""What is behind the reminders about CTAs: the news of a morning, and a deferred one that comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.brief import brief_behind
from storage.base.keys import destination_of
from storage.cta import store as ctas

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.brief import Brief
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.cta.record import Cta, Task


@dataclass(frozen=True, slots=True)
class NewsCta:
    """A CTA that the morning tells of: `states` as the rules name them, `tasks` those due."""

    cta: Cta
    account_name: str
    states: tuple[str, ...]
    tasks: tuple[Task, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class DeferredOfDay:
    """A deferred CTA that comes back, its account, and the CTA that came of it, if one did."""

    brief: Brief
    cta: Cta
    reopened_as: int | None


def deferred(behind: Behind, row: OutboxRow) -> DeferredOfDay | None:
    """What is behind a deferred CTA's row."""
    if row.account_id is None or row.cta_id is None:
        return None
    cta = ctas.get(behind.db, row.cta_id)
    return DeferredOfDay(brief_behind(behind, row.account_id), cta, _back_as(behind.db, row.cta_id))


def news(behind: Behind, row: OutboxRow) -> tuple[NewsCta, ...]:
    """The CTAs of a morning."""
    return _news(behind.db, behind.policy, row, behind.today)


def _back_as(db: Connection, cta_id: int) -> int | None:
    row = db.execute("SELECT max(id) FROM ctas WHERE linked_to = ? AND status <> 'withdrawn'", (cta_id,)).fetchone()
    return int(row[0]) if row[0] is not None else None


def _news(db: Connection, policy: Policy, row: OutboxRow, today: date) -> tuple[NewsCta, ...]:
    """The CTAs of a morning: what is new first, then all else of the same owner that is due, overdue or idle."""
    told, tasks = _told(db, row)
    current = _current(db, policy, row, today) if told else {}
    found = []
    for cta_id in told.keys() | current.keys():
        cta = ctas.get(db, cta_id)
        due = tuple(t for t in ctas.tasks_of(db, cta_id) if t.id in tasks and t.state == "open")
        states = told.get(cta_id, set()) | current.get(cta_id, set())
        name = accounts.get(db, cta.account_id).name
        found.append(NewsCta(cta, name, tuple(sorted(states)), due, is_new=cta_id in told))
    return tuple(sorted(found, key=_pressing))


def _told(db: Connection, row: OutboxRow) -> tuple[dict[int, set[str]], set[int]]:
    """The states that the row tells by CTA, and the tasks that it names."""
    told: dict[int, set[str]] = {}
    tasks: set[int] = set()
    for subject, state in db.execute("SELECT subject, state FROM outbox_news WHERE outbox_id = ?", (row.id,)):
        kind, _, number = subject.partition(":")
        cta_id = int(number)
        if kind == "task":
            found = db.execute("SELECT cta_id FROM tasks WHERE id = ?", (cta_id,)).fetchone()
            if found is None:
                continue
            tasks.add(cta_id)
            cta_id = found[0]
        told.setdefault(cta_id, set()).add(state)
    return told, tasks


def _current(db: Connection, policy: Policy, row: OutboxRow, today: date) -> dict[int, set[str]]:
    """The owner's CTAs that are due soon, overdue or idle today, whether told before or not."""
    owner_id = destination_of(row.destination).person_id
    if owner_id is None:
        return {}
    today_, soon, idle = (
        today.isoformat(),
        (today + timedelta(days=policy.cta_due_soon_days)).isoformat(),
        (today - timedelta(days=policy.cta_idle_days)).isoformat(),
    )
    rows = db.execute(
        "SELECT ctas.id, ctas.due_on < ?, ctas.due_on BETWEEN ? AND ?, ctas.touched_on <= ? FROM ctas"
        " JOIN accounts ON accounts.id = ctas.account_id"
        " WHERE ctas.owner_id = ? AND ctas.status IN ('new', 'work_in_progress') AND accounts.archived_at IS NULL"
        " AND (ctas.snoozed_until IS NULL OR ctas.snoozed_until <= ?)"
        " AND (ctas.due_on <= ? OR ctas.touched_on <= ?)",
        (today_, today_, soon, idle, owner_id, today_, soon, idle),
    )
    names = ("overdue", "due_soon", "idle")
    return {row[0]: {name for name, holds in zip(names, row[1:], strict=True) if holds} for row in rows}


def _pressing(news: NewsCta) -> tuple[bool, bool, str, int]:
    cta = news.cta
    due = cta.due_on.isoformat() if cta.due_on else "9999"
    return not news.is_new, "overdue" not in news.states, due, cta.id
