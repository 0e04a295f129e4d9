"""CTAs as remembered: how they are read, and the one way in which they are changed.

`storage/cta/life.py` opens, closes and reopens them, `storage/cta/work.py` has what happens in between,
`storage/cta/tasks.py` the tasks, `storage/cta/lists.py` the lists.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base import people
from storage.base.dialect import HOLDING, holding, lowered
from storage.base.errors import NotFound
from storage.base.moments import maybe_day, maybe_instant
from storage.cta.cards import card_changed
from storage.cta.record import ENABLE, Cta, CtaFacts, Task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from sqlite3 import Connection, Row

    from storage.base.db import Unit

FIELDS = (
    "id",
    "account_id",
    "playbook",
    "category",
    "use_case",
    "motion",
    "reported",
    "owner_id",
    "status",
    "priority",
    "success_plan",
    "note",
    "opened_on",
    "due_on",
    "closed_on",
    "closed_by",
    "reason",
    "closing_note",
    "detail",
    "learned",
    "revisit_on",
    "snoozed_until",
    "linked_to",
    "external_id",
    "touched_on",
    "known_at",
    "version",
    "anchor",
    "anchor_on",
)
COLUMNS = ", ".join(FIELDS)
QUALIFIED = ", ".join(f"ctas.{field}" for field in FIELDS)
TASK_COLUMNS = (
    "id, cta_id, position, title, hint, due_on, state, skip_reason, assignee_id, done_on, optional, asks, answer"
)


def from_row(row: Row | tuple[Any, ...]) -> Cta:
    """The CTA of a row selected with COLUMNS."""
    return Cta(
        id=row[0],
        account_id=row[1],
        playbook=row[2],
        category=row[3],
        use_case=row[4],
        motion=row[5],
        reported=bool(row[6]),
        owner_id=row[7],
        status=row[8],
        priority=row[9],
        success_plan=row[10],
        note=row[11],
        opened_on=maybe_day(row[12]),  # type: ignore[arg-type] # NOT NULL in the schema
        due_on=maybe_day(row[13]),
        closed_on=maybe_day(row[14]),
        closed_by=row[15],
        reason=row[16],
        closing_note=row[17],
        detail=row[18],
        learned=row[19],
        revisit_on=maybe_day(row[20]),
        snoozed_until=maybe_day(row[21]),
        linked_to=row[22],
        external_id=row[23],
        touched_on=maybe_day(row[24]),
        known_at=maybe_instant(row[25]),
        version=row[26],
        anchor=row[27],
        anchor_on=maybe_day(row[28]),
    )


def task_from_row(row: Row | tuple[Any, ...]) -> Task:
    """The task of a row selected with TASK_COLUMNS."""
    return Task(
        id=row[0],
        cta_id=row[1],
        position=row[2],
        title=row[3],
        hint=row[4],
        due_on=maybe_day(row[5]),
        state=row[6],
        skip_reason=row[7],
        assignee_id=row[8],
        done_on=maybe_day(row[9]),
        optional=bool(row[10]),
        asks=row[11],
        answer=row[12],
    )


def get(db: Connection, cta_id: int) -> Cta:
    """The CTA of an id; raises NotFound."""
    row = db.execute(f"SELECT {COLUMNS} FROM ctas WHERE id = ?", (cta_id,)).fetchone()
    if row is None:
        raise _unknown(cta_id)
    return from_row(row)


def whose(db: Connection, cta_id: int) -> tuple[int | None, int]:
    """The ids of a CTA's owner and account."""
    owner_id, account_id = db.execute("SELECT owner_id, account_id FROM ctas WHERE id = ?", (cta_id,)).fetchone()
    return owner_id, account_id


def facts(db: Connection, cta_id: int) -> CtaFacts:
    """A CTA with its account, its tasks and everybody named on them; raises NotFound."""
    cta = get(db, cta_id)
    account = accounts.get(db, cta.account_id)
    tasks = tasks_of(db, cta_id)
    named = {cta.owner_id, cta.closed_by, *account.team_ids, *(task.assignee_id for task in tasks)}
    return CtaFacts(cta, account, tasks, people.many(db, named))


def facts_to_close(db: Connection, cta_id: int) -> CtaFacts:
    """The same with what closing needs only: no people, and tasks only of an Enable, which settles them."""
    cta = get(db, cta_id)
    tasks = tasks_of(db, cta_id) if cta.motion == ENABLE else ()
    return CtaFacts(cta, accounts.get(db, cta.account_id), tasks, {})


def still(db: Connection, seen: Cta) -> Cta:
    """The CTA as it is now: the one seen, unless somebody changed it since. Raises NotFound."""
    row = db.execute("SELECT version, status FROM ctas WHERE id = ?", (seen.id,)).fetchone()
    return seen if row is not None and (row[0], row[1]) == (seen.version, seen.status) else get(db, seen.id)


def named(db: Connection, cta: Cta) -> str:
    """A CTA as an answer names it: number, account and playbook. Nobody knows one by its number alone."""
    return f"CTA {cta.id} ({accounts.get(db, cta.account_id).name} · {cta.title})"


def tasks_of(db: Connection, cta_id: int) -> tuple[Task, ...]:
    """The tasks of a CTA in their order."""
    rows = db.execute(f"SELECT {TASK_COLUMNS} FROM tasks WHERE cta_id = ? ORDER BY position", (cta_id,))
    return tuple(task_from_row(row) for row in rows)


def open_ones(db: Connection, account_id: int, use_case: str | None = None, motion: str | None = None) -> list[Cta]:
    """The open CTAs of an account, or those of one use case, motion or both."""
    return _of_account(db, account_id, use_case, motion, "status IN ('new', 'work_in_progress')", "due_on, id")


def closed_ones(db: Connection, account_id: int, use_case: str | None = None, motion: str | None = None) -> list[Cta]:
    """The closed and withdrawn CTAs of an account, the last one closed first."""
    ended = "status NOT IN ('new', 'work_in_progress')"
    return _of_account(db, account_id, use_case, motion, ended, "touched_on DESC, id DESC")


def answers_given(db: Connection, reasons: Sequence[str], text: str, limit: int = 19) -> list[str]:
    """Earlier answers to the question of these reasons (gaps, vendors) that contain a text, most frequent first."""
    marks = ",".join("?" * len(reasons))
    rows = db.execute(
        f"SELECT max(detail), count(*) AS times FROM ctas WHERE reason IN ({marks}) AND detail IS NOT NULL"
        f" AND lower(detail) {HOLDING} GROUP BY lower(detail) ORDER BY times DESC, 1 LIMIT ?",
        (*reasons, holding(lowered(text.strip())), limit),
    )
    return [str(row[0]) for row in rows]


def change(
    unit: Unit,
    cta: Cta,
    action: str,
    fields: Mapping[str, Any],
    *,
    extra_before: Mapping[str, Any] | None = None,
    extra_after: Mapping[str, Any] | None = None,
    is_work: bool = True,
) -> Cta:
    """Write fields of a CTA and all that hangs on a change: version, last touch, planner's mark, audit, card.

    Only what differs is audited; where nothing does (and there are no extras), nothing is written. What is no work
    on the CTA leaves it as idle as it is.
    """
    changed = {name: value for name, value in fields.items() if getattr(cta, name) != value}
    if not changed and extra_before is None and extra_after is None:
        return cta
    before = {name: value for name in changed if (value := getattr(cta, name)) is not None}
    after = {name: value for name, value in changed.items() if value is not None or name in before}
    sets = "".join(f"{name} = ?, " for name in changed)
    touched_on = unit.today if is_work else cta.touched_on
    values = [value.isoformat() if hasattr(value, "isoformat") else value for value in changed.values()]
    unit.db.execute(
        f"UPDATE ctas SET {sets}touched_on = ?, look_at = '', version = version + 1 WHERE id = ?",
        (*values, touched_on and touched_on.isoformat(), cta.id),
    )
    unit.audit(action, f"cta:{cta.id}", {**before, **(extra_before or {})}, {**after, **(extra_after or {})})
    new = replace(cta, **changed, touched_on=touched_on, version=cta.version + 1)
    card_changed(unit, new)
    return new


def _of_account(
    db: Connection, account_id: int, use_case: str | None, motion: str | None, where: str, order: str
) -> list[Cta]:
    values: list[int | str] = [account_id]
    if use_case is not None:
        where += " AND lower(use_case) = ?"
        values.append(lowered(use_case))
    if motion is not None:
        where += " AND motion = ?"
        values.append(motion)
    rows = db.execute(f"SELECT {COLUMNS} FROM ctas WHERE account_id = ? AND {where} ORDER BY {order} LIMIT 100", values)
    return [from_row(row) for row in rows]


def _unknown(cta_id: int) -> NotFound:
    return NotFound(f"There is no CTA {cta_id}.", "/cta list shows yours.", choices=[("My CTAs", "/cta")])
