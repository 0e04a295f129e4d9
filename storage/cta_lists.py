"""Lists of CTAs, page by page, and the counts above them. Called by `/cta`, `/cta list` and Home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from storage import people
from storage.ctas import FIELDS, QUALIFIED, from_row
from storage.model.cta import ListedCta
from storage.model.moments import maybe_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.model.person import Person
    from storage.model.policy import Policy

Scope = Literal["mine", "team", "all"]
State = Literal["open", "overdue", "deferred"]

_OPEN = "ctas.status IN ('new', 'work_in_progress') AND accounts.archived_at IS NULL"
_FROM = "FROM ctas JOIN accounts ON accounts.id = ctas.account_id LEFT JOIN people ON people.id = ctas.owner_id"
_PEOPLE = ", ".join(f"people.{column.strip()}" for column in people.COLUMNS.split(","))
_OF_OWNER = people.COLUMNS.count(",") + 1
_NEXT_TASK = (
    "SELECT {} FROM tasks WHERE cta_id = ctas.id AND state = 'open' ORDER BY due_on IS NULL, due_on, position LIMIT 1"
)
_SELECT = (
    f"SELECT {QUALIFIED}, {_PEOPLE}, accounts.name,"
    " (SELECT count(*) FROM tasks WHERE cta_id = ctas.id AND state = 'open'),"
    f" ({_NEXT_TASK.format('title')}), ({_NEXT_TASK.format('due_on')}) {_FROM}"
)


@dataclass(frozen=True, slots=True)
class Which:
    """Which CTAs a list shows. `deferred` are closed ones that come back, all other states are open ones."""

    scope: Scope = "mine"
    state: State = "open"
    account_id: int | None = None
    use_case: str | None = None
    motion: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands above a person's list."""

    open: int
    overdue: int
    due_this_week: int


def page(
    db: Connection, policy: Policy, person: Person, which: Which, today: date, *, limit: int, offset: int = 0
) -> tuple[list[ListedCta], int]:
    """A page of CTAs, what is due first on top, and how many there are in all."""
    conditions, values = _conditions(db, policy, person, which, today)
    where = " AND ".join(conditions)
    order = "ctas.revisit_on, ctas.id" if which.state == "deferred" else "ctas.due_on IS NULL, ctas.due_on, ctas.id"
    total = db.execute(
        f"SELECT count(*) FROM ctas JOIN accounts ON accounts.id = ctas.account_id WHERE {where}", values
    ).fetchone()[0]
    rows = db.execute(f"{_SELECT} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?", (*values, limit, offset))
    return [_listed(tuple(row)) for row in rows], total


def counts(db: Connection, owner_ids: Sequence[int], today: date) -> Counts:
    """How many open CTAs these people own, how many are overdue, and due up to this week's Sunday."""
    marks = ",".join("?" * len(owner_ids))
    sunday = today + timedelta(6 - today.weekday())
    row = db.execute(
        "SELECT count(*), coalesce(sum(ctas.due_on < ?), 0), coalesce(sum(ctas.due_on BETWEEN ? AND ?), 0)"
        f" FROM ctas JOIN accounts ON accounts.id = ctas.account_id WHERE ctas.owner_id IN ({marks}) AND {_OPEN}",
        (today.isoformat(), today.isoformat(), sunday.isoformat(), *owner_ids),
    ).fetchone()
    return Counts(*row)


def closed_today(db: Connection, person_id: int, today: date, limit: int = 5) -> list[ListedCta]:
    """What a person closed today (back-dated or not): each can still be undone at a click."""
    rows = db.execute(
        f"{_SELECT} WHERE ctas.closed_by = ? AND ctas.touched_on = ? ORDER BY ctas.id DESC LIMIT ?",
        (person_id, today.isoformat(), limit),
    )
    return [_listed(tuple(row)) for row in rows]


def closed_last(db: Connection, person_id: int, limit: int) -> list[ListedCta]:
    """What a person owned or closed and is closed now, the latest first."""
    rows = db.execute(
        f"{_SELECT} WHERE (ctas.closed_by = ? OR ctas.owner_id = ?) AND ctas.status NOT IN ('new', 'work_in_progress')"
        " AND accounts.archived_at IS NULL ORDER BY ctas.touched_on DESC, ctas.id DESC LIMIT ?",
        (person_id, person_id, limit),
    )
    return [_listed(tuple(row)) for row in rows]


def _conditions(
    db: Connection, policy: Policy, person: Person, which: Which, today: date
) -> tuple[list[str], list[str | int]]:
    values: list[str | int] = []
    if which.state == "deferred":
        # One that came back already (a linked or newer CTA is open) is not waiting any more.
        conditions = [
            "ctas.status = 'closed_no_success' AND ctas.revisit_on IS NOT NULL AND accounts.archived_at IS NULL",
            "NOT EXISTS (SELECT 1 FROM ctas AS later WHERE later.linked_to = ctas.id AND later.status <> 'withdrawn')",
        ]
    else:
        conditions = [_OPEN]
    if which.state == "overdue":
        conditions.append("ctas.due_on < ?")
        values.append(today.isoformat())
    if which.scope != "all":
        ids: Sequence[int] = [person.id] if which.scope == "mine" else people.team_ids(db, policy, person)
        conditions.append(f"ctas.owner_id IN ({','.join('?' * len(ids))})")
        values += ids
    for column, value in (("account_id", which.account_id), ("motion", which.motion)):
        if value is not None:
            conditions.append(f"ctas.{column} = ?")
            values.append(value)
    if which.use_case is not None:
        conditions.append("ctas.use_case = ? COLLATE NOCASE")
        values.append(which.use_case)
    return conditions, values


def _listed(row: tuple[object, ...]) -> ListedCta:
    end = len(FIELDS)
    owner, rest = row[end : end + _OF_OWNER], row[end + _OF_OWNER :]
    account_name, open_tasks, next_task, next_due_on = rest
    return ListedCta(
        cta=from_row(row[:end]),
        account_name=str(account_name),
        owner=people.from_row(owner) if owner[0] is not None else None,
        open_tasks=int(str(open_tasks)),
        next_task=None if next_task is None else str(next_task),
        next_due_on=maybe_day(None if next_due_on is None else str(next_due_on)),
    )
