"""Lists of CTAs, page by page, and the counts above them. Called by `/cta`, `/cta list` and Home."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from storage.base import people
from storage.base.dialect import lowered
from storage.base.moments import civil_day, day, instant_text, maybe_day, zone
from storage.base.order import in_order
from storage.cta.checklists import shown
from storage.cta.place import cta_place, tasks_due_from
from storage.cta.record import CLOSED_STATUSES, ListedCta
from storage.cta.store import FIELDS, QUALIFIED, from_row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.person import Person
    from storage.base.policy import Policy

Scope = Literal["mine", "team", "all"]
State = Literal["open", "overdue", "week", "slow", "deferred"]

_OPEN = "ctas.status IN ('new', 'work_in_progress') AND accounts.archived_at IS NULL"
_STAYS = "accounts.churned_on IS NULL"
# One that came back already (a linked CTA is open or ended) is not waiting any more; that of an account that is gone
# never will.
WAITING = (
    "ctas.status = 'closed_no_success' AND ctas.revisit_on IS NOT NULL"
    " AND ctas.account_id NOT IN (SELECT gone.id FROM accounts AS gone WHERE gone.archived_at IS NOT NULL"
    "  OR gone.churned_on IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM ctas AS later WHERE later.linked_to = ctas.id AND later.status <> 'withdrawn')"
)
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
    """Which CTAs a list shows. `deferred` are closed ones that come back, all other states are open ones.

    `owner_id` is whose they are, where somebody is named.
    `week` are those due up to this week's Sunday; `slow` are those named by `ids`, as the stall radar found them.
    """

    scope: Scope = "mine"
    state: State = "open"
    account_id: int | None = None
    use_case: str | None = None
    motion: str | None = None
    ids: tuple[int, ...] = ()
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands above a person's list."""

    open: int
    overdue: int
    due_this_week: int


def page(
    db: Connection, policy: Policy, person: Person, which: Which, today: date, *, limit: int, offset: int = 0
) -> tuple[list[ListedCta], int]:
    """A page of CTAs, what comes first on top, and how many there are in all."""
    conditions, values = _conditions(db, policy, person, which, today)
    where = " AND ".join(conditions)
    if which.state == "deferred":
        total = db.execute(
            f"SELECT count(*) FROM ctas JOIN accounts ON accounts.id = ctas.account_id WHERE {where}", values
        ).fetchone()[0]
        order = "ORDER BY ctas.revisit_on, ctas.id LIMIT ? OFFSET ?"
        rows = db.execute(f"{_SELECT} WHERE {where} {order}", (*values, limit, offset))
        return [_listed(tuple(row)) for row in rows], total
    ids = ids_in_order(db, policy, where, values, today)
    shown = ids[offset : offset + limit]
    rows = db.execute(f"{_SELECT} WHERE ctas.id IN (SELECT value FROM json_each(?))", (json.dumps(shown),))
    found = {row[0]: _listed(tuple(row)) for row in rows}
    return [found[cta_id] for cta_id in shown], len(ids)


def titled_in_order(
    db: Connection, policy: Policy, where: str, values: Sequence[str | int], today: date
) -> list[tuple[str, date | None, int]]:
    """`Acme · Expand: CI`, due date and id of each CTA of a condition, what comes first on top."""
    ids = ids_in_order(db, policy, where, values, today)
    rows = db.execute(
        "SELECT ctas.id, accounts.name || ' · ' || ctas.playbook, ctas.due_on FROM ctas"
        " JOIN accounts ON accounts.id = ctas.account_id WHERE ctas.id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    found = {row[0]: (str(row[1]), maybe_day(row[2]), int(row[0])) for row in rows}
    return [found[cta_id] for cta_id in ids]


def ids_in_order(db: Connection, policy: Policy, where: str, values: Sequence[str | int], today: date) -> list[int]:
    """The ids of all CTAs of a condition, what comes first on top: a list reads only a page of them whole."""
    rows = db.execute(
        "SELECT ctas.id, ctas.due_on, ctas.priority, accounts.arr_cents, accounts.name, accounts.id,"
        " EXISTS (SELECT 1 FROM tasks WHERE cta_id = ctas.id AND state = 'open' AND tasks.due_on BETWEEN ? AND ?)"
        f" FROM ctas JOIN accounts ON accounts.id = ctas.account_id WHERE {where} ORDER BY ctas.id",
        (tasks_due_from(policy, today).isoformat(), today.isoformat(), *values),
    )
    places = [
        (
            cta_place(
                maybe_day(row[1]),
                row[2],
                today,
                policy,
                task_due=bool(row[6]),
                arr_cents=row[3],
                name=row[4],
                account_id=row[5],
            ),
            int(row[0]),
        )
        for row in rows
    ]
    return [cta_id for _, cta_id in in_order(places, lambda placed: placed[0])]


def counts(db: Connection, policy: Policy, owner_ids: Sequence[int], today: date) -> Counts:
    """How many open CTAs these people own, how many are overdue, and due up to this week's Sunday."""
    (overdue, late), (week, days) = (_narrowed(state, today) for state in ("overdue", "week"))
    of_areas, on = shown(policy)
    row = db.execute(
        f"SELECT count(*), count(*) FILTER (WHERE {overdue}), count(*) FILTER (WHERE {week}) FROM ctas"
        f" JOIN accounts ON accounts.id = ctas.account_id WHERE {_owned(owner_ids)} AND {_OPEN} AND {of_areas}",
        (*late, *days, *owner_ids, on),
    ).fetchone()
    return Counts(*row)


def tasks_of_others(db: Connection, policy: Policy, person_id: int) -> list[tuple[int, str, date | None]]:
    """The open tasks that are a person's in checklists of others: the CTA, its account, its day; the next one first."""
    of_areas, on = shown(policy)
    rows = db.execute(
        f"SELECT ctas.id, accounts.name, tasks.due_on {_FROM} JOIN tasks ON tasks.cta_id = ctas.id"
        " WHERE tasks.assignee_id = ? AND tasks.state = 'open' AND ctas.anchor IS NOT NULL"
        f" AND coalesce(ctas.owner_id, 0) <> tasks.assignee_id AND {_OPEN} AND {_STAYS} AND {of_areas}"
        " ORDER BY tasks.due_on IS NULL, tasks.due_on, ctas.id, tasks.position",
        (person_id, on),
    )
    return [(row[0], row[1], maybe_day(row[2])) for row in rows]


def deferred(db: Connection, owner_ids: Sequence[int], today: date) -> tuple[int, ListedCta | None]:
    """How many deferred CTAs of these people wait to come back, and the one that comes first from today on."""
    where = f"{WAITING} AND {_owned(owner_ids)}"
    total = db.execute(
        f"SELECT count(*) FROM ctas JOIN accounts ON accounts.id = ctas.account_id WHERE {where}", tuple(owner_ids)
    ).fetchone()[0]
    first = db.execute(
        f"{_SELECT} WHERE {where} AND ctas.revisit_on >= ? ORDER BY ctas.revisit_on, ctas.id LIMIT 1",
        (*owner_ids, today.isoformat()),
    ).fetchone()
    return total, _listed(tuple(first)) if first else None


def open_since(
    db: Connection, policy: Policy, person: Person, which: Which, today: date
) -> list[tuple[int, str | None, str, date]]:
    """Id, motion, use case and opening day of the open CTAs that reports count: what the stall radar looks at.

    Without those of accounts that are gone: nobody is to get on with them.
    """
    conditions, values = _conditions(db, policy, person, replace(which, state="open"), today)
    where = " AND ".join([*conditions, "ctas.reported = 1", _STAYS])
    rows = db.execute(
        "SELECT ctas.id, ctas.motion, ctas.use_case, ctas.opened_on FROM ctas"
        f" JOIN accounts ON accounts.id = ctas.account_id WHERE {where}",
        values,
    )
    return [(row[0], row[1], row[2], day(row[3])) for row in rows]


def closed_today(db: Connection, person_id: int, now: datetime, zone_name: str) -> list[ListedCta]:
    """What a person closed on this day of their zone (back-dated or not) and is closed, the latest first.

    What was closed earlier and only touched today (a note, a line learned) is not among them; what somebody else
    touched since, where it is still yesterday, is.
    """
    today = civil_day(now, zone_name)
    midnight = datetime.combine(today, time(), zone(zone_name))
    rows = db.execute(
        f"{_SELECT} WHERE ctas.closed_by = ? AND ctas.touched_on >= ? AND ctas.status IN {CLOSED_STATUSES}"
        " AND EXISTS (SELECT 1 FROM audit WHERE audit.subject = 'cta:' || ctas.id AND audit.action = 'cta.close'"
        " AND audit.person_id = ctas.closed_by AND audit.at >= ?) ORDER BY ctas.id DESC",
        (person_id, (today - timedelta(days=1)).isoformat(), instant_text(midnight)),
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
        conditions = [WAITING]
    else:
        narrowed, days = _narrowed(which.state, today)
        of_areas, on = shown(policy)
        conditions = [_OPEN, narrowed, of_areas]
        values += [*days, on]
    if which.state == "slow":
        conditions.append("ctas.id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(which.ids))
    if which.owner_id is not None:
        conditions.append(_owned([which.owner_id]))
        values.append(which.owner_id)
    elif which.scope != "all":
        ids: Sequence[int] = [person.id] if which.scope == "mine" else people.team_ids(db, policy, person)
        conditions.append(_owned(ids))
        values += ids
    for column, value in (("account_id", which.account_id), ("motion", which.motion)):
        if value is not None:
            conditions.append(f"ctas.{column} = ?")
            values.append(value)
    if which.use_case is not None:
        conditions.append("lower(ctas.use_case) = ?")
        values.append(lowered(which.use_case))
    return conditions, values


def _owned(owner_ids: Sequence[int]) -> str:
    return f"ctas.owner_id IN ({','.join('?' * len(owner_ids))})"


def _narrowed(state: str, today: date) -> tuple[str, list[str]]:
    """What narrows open CTAs to a state, for its count and its list alike: of an account that is gone none is due."""
    match state:
        case "overdue":
            return f"ctas.due_on < ? AND {_STAYS}", [today.isoformat()]
        case "week":
            days = [today, today + timedelta(6 - today.weekday())]
            until_sunday = f"ctas.due_on BETWEEN ? AND ? AND {_STAYS}"
            return until_sunday, [each.isoformat() for each in days]
        case _:
            return "1 = 1", []


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
