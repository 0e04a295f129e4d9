"""What is behind the rows of somebody's day, read when it is shown: by delivery's messages and by Home."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage import accounts, books, briefs, ctas, outbox
from storage.model.day import DayItem, NewsCta, PlannedRenewal
from storage.model.moments import day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.model.brief import Brief
    from storage.model.outbox import OutboxRow
    from storage.model.policy import Policy

_TO_DO = ("renewal_review", "renewal_review_held", "ebr_nudge", "ebr_held", "deferred_cta")


def items(db: Connection, policy: Policy, rows: Sequence[OutboxRow], today: date) -> list[DayItem]:
    """The rows with today's facts, in their order."""
    seen: dict[int, Brief] = {}
    return [_item(db, policy, row, today, seen) for row in rows]


def rows_to_do(
    db: Connection, person_ids: Sequence[int], since: str, until: str, limit: int
) -> list[OutboxRow]:
    """Reminders for these people in a span of instants, the latest morning first and each in its message's order.

    Whether they are done is for the view.
    """
    kinds, to = ",".join("?" * len(_TO_DO)), ",".join("?" * len(person_ids))
    found = db.execute(
        f"SELECT {outbox.COLUMNS} FROM outbox WHERE destination IN ({to}) AND op = 'post' AND kind IN ({kinds})"
        " AND state NOT IN ('cancelled', 'expired', 'blocked') AND post_at BETWEEN ? AND ?"
        " ORDER BY post_at DESC, id LIMIT ?",
        (*(f"person:{i}" for i in person_ids), *_TO_DO, since, until, limit),
    )
    return [outbox.from_row(row) for row in found]


def _item(
    db: Connection, policy: Policy, row: OutboxRow, today: date, seen: dict[int, Brief]
) -> DayItem:
    if row.kind == "cta_morning":
        return DayItem(row, news=_news(db, policy, row, today))
    if row.kind == "monthly_plan":
        return _plan(db, policy, row, today)
    if row.account_id is None:
        return DayItem(row)
    if row.account_id not in seen:
        seen[row.account_id] = briefs.brief(db, policy, row.account_id)
    brief = seen[row.account_id]
    if row.kind == "deferred_cta" and row.cta_id is not None:
        return DayItem(row, brief, cta=ctas.get(db, row.cta_id), reopened_as=_back_as(db, row.cta_id))
    renewal_on = _renewal_day(row)
    step = next((s for s in brief.steps if s.months == row.step and s.renewal_on == renewal_on), None)
    return DayItem(row, brief, step=step, later_on=_later_on(db, row))


def _renewal_day(row: OutboxRow) -> date | None:
    # renewal_review…:{account}:{renewal date}:{offset}…
    return day(row.dedupe_key.split(":")[2]) if row.kind.startswith("renewal_review") else None


def _later_on(db: Connection, row: OutboxRow) -> date | None:
    """The day for which its reader put a reminder off, if they did."""
    found = db.execute(
        "SELECT dedupe_key FROM outbox WHERE account_id = ? AND kind = ? AND destination = ? AND id > ?"
        " AND state NOT IN ('cancelled', 'expired', 'blocked') AND payload ->> '$.later' ORDER BY id DESC LIMIT 1",
        (row.account_id, row.kind, row.destination, row.id),
    ).fetchone()
    # …:later:{day}:{person}
    return day(found[0].split(":")[-2]) if found else None


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
    kind, _, number = row.destination.partition(":")
    if kind != "person":
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
        (today_, today_, soon, idle, int(number), today_, soon, idle),
    )
    names = ("overdue", "due_soon", "idle")
    return {row[0]: {name for name, holds in zip(names, row[1:], strict=True) if holds} for row in rows}


def _pressing(news: NewsCta) -> tuple[bool, bool, str, int]:
    cta = news.cta
    due = cta.due_on.isoformat() if cta.due_on else "9999"
    return not news.is_new, "overdue" not in news.states, due, cta.id


def _plan(db: Connection, policy: Policy, row: OutboxRow, today: date) -> DayItem:
    # Whose plan it is, whoever gets it instead; one that is nobody's is about the accounts without a CSM.
    kind, _, number = str(row.payload.get("owner", row.destination)).partition(":")
    whose = books.Whose("team", (int(number),)) if kind == "person" else books.Whose("nobody")
    renewing, _ = books.renewing(db, policy, whose, today)
    planned = [PlannedRenewal(r.account, r.next_step if r.to_schedule else None) for r in renewing]
    unknown = [e.account for e in books.ebrs_due(db, policy, whose, today) if e.due_on is None]
    return DayItem(row, renewing=tuple(planned), without_ebr_date=tuple(unknown))
