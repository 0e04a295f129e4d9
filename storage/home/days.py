"""What is behind the rows of somebody's day, read when it is shown: by delivery's messages and by Home."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.account import briefs
from storage.account import lists as books
from storage.account import store as accounts
from storage.base import outbox
from storage.base.keys import destination_of, key_of, to_person
from storage.base.outbox_row import OutboxRow
from storage.cta import store as ctas
from storage.home.day import DayItem, NewsCta, PlannedRenewal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.brief import Brief
    from storage.base.policy import Policy

@dataclass(frozen=True, slots=True)
class Behind:
    """What is read of the facts behind rows: the database, the policy, the reader's day, and each brief only once."""

    db: Connection
    policy: Policy
    today: date
    seen: dict[int, Brief] = field(default_factory=dict)

    def brief(self, account_id: int) -> Brief:
        """An account's brief."""
        if account_id not in self.seen:
            self.seen[account_id] = briefs.brief(self.db, self.policy, account_id)
        return self.seen[account_id]


Readers = Mapping[str, Callable[[Behind, OutboxRow], DayItem]]
"""How the facts behind a row are read, by kind."""


def items(
    db: Connection, policy: Policy, rows: Sequence[OutboxRow], today: date, readers: Readers
) -> list[DayItem]:
    """The rows with today's facts, in their order."""
    behind = Behind(db, policy, today)
    return [readers[row.kind](behind, row) if row.kind in readers else DayItem(row) for row in rows]


def rows_to_do(
    db: Connection, person_ids: Sequence[int], kinds: Sequence[str], since: str, until: str, limit: int
) -> list[OutboxRow]:
    """Reminders of these kinds for these people in a span of instants, the latest morning first.

    Within one they stand in their message's order. Whether they are done is for the view.
    """
    of_kind, to = ",".join("?" * len(kinds)), ",".join("?" * len(person_ids))
    found = db.execute(
        f"SELECT {outbox.COLUMNS} FROM outbox WHERE destination IN ({to}) AND op = 'post' AND kind IN ({of_kind})"
        " AND state NOT IN ('cancelled', 'expired', 'blocked') AND post_at BETWEEN ? AND ?"
        " ORDER BY post_at DESC, id LIMIT ?",
        (*(to_person(i) for i in person_ids), *kinds, since, until, limit),
    )
    return [outbox.from_row(row) for row in found]


def account_item(behind: Behind, row: OutboxRow) -> DayItem:
    """What is about an account, with its brief."""
    if row.account_id is None:
        return DayItem(row)
    return DayItem(row, behind.brief(row.account_id), later_on=_later_on(behind.db, row))


def review_item(behind: Behind, row: OutboxRow) -> DayItem:
    """What is about a renewal review: the account's brief, and the review as it stands."""
    item = account_item(behind, row)
    if item.brief is None:
        return item
    renewal_on = key_of(row.dedupe_key).day(1)
    step = next((s for s in item.brief.steps if s.months == row.step and s.renewal_on == renewal_on), None)
    return replace(item, step=step)


def deferred_item(behind: Behind, row: OutboxRow) -> DayItem:
    """A deferred CTA, and the one that came of it."""
    if row.account_id is None or row.cta_id is None:
        return DayItem(row)
    brief = behind.brief(row.account_id)
    return DayItem(row, brief, cta=ctas.get(behind.db, row.cta_id), reopened_as=_back_as(behind.db, row.cta_id))


def news_item(behind: Behind, row: OutboxRow) -> DayItem:
    """The CTAs of a morning."""
    return DayItem(row, news=_news(behind.db, behind.policy, row, behind.today))


def _later_on(db: Connection, row: OutboxRow) -> date | None:
    """The day for which its reader put a reminder off, if they did."""
    found = db.execute(
        "SELECT dedupe_key FROM outbox WHERE account_id = ? AND kind = ? AND destination = ? AND id > ?"
        " AND state NOT IN ('cancelled', 'expired', 'blocked') AND payload ->> '$.later' ORDER BY id DESC LIMIT 1",
        (row.account_id, row.kind, row.destination, row.id),
    ).fetchone()
    return key_of(found[0]).later_on if found else None


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


def plan_item(behind: Behind, row: OutboxRow) -> DayItem:
    """The renewals of a monthly plan, and the accounts without an EBR date."""
    # Whose plan it is, whoever gets it instead; one that is nobody's is about the accounts without a CSM.
    owner_id = destination_of(str(row.payload.get("owner", row.destination))).person_id
    scope = books.NOBODY if owner_id is None else f"{books.CSM}{owner_id}"
    whose = books.Whose(scope, () if owner_id is None else (owner_id,))
    renewing, _ = books.renewing(behind.db, behind.policy, whose, behind.today, limit=-1)
    planned = [PlannedRenewal(r.account, r.next_step if r.to_schedule else None) for r in renewing]
    ebrs = books.ebrs_due(behind.db, behind.policy, whose, behind.today)
    unknown = [e.account for e in ebrs if e.due_on is None]
    return DayItem(row, renewing=tuple(planned), without_ebr_date=tuple(unknown), whose=scope)
