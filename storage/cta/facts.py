"""CTAs as reminders hang on them: their facts, and when each is next due for a look.

Read in bulk by the walk (reminders/engine/walk.py).
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from storage.base.marks import Looks
from storage.base.moments import instant_text, maybe_day
from storage.base.planning import AMONG, known
from storage.base.reminder import CtaFacts, TaskFacts
from storage.cta.record import OPEN_STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.base.recipients import Directory

_A_WEEK = timedelta(days=7)
_MANY = 20_000
_LOOKED_AT = "(status IN ('new', 'work_in_progress') OR (status = 'closed_no_success' AND revisit_on IS NOT NULL))"
LOOKS = Looks(
    "ctas",
    page=f"SELECT id FROM ctas WHERE id > ? AND {_LOOKED_AT} ORDER BY id LIMIT ?",
    whose="owner_id",
    only=_LOOKED_AT,
    gives_accounts=False,
)
"""Those that are open or come back one day."""


def cta_facts(
    db: Connection,
    directory: Directory,
    ids: Sequence[int],
    *,
    tasks_from: date,
    known_by: datetime | None = None,
) -> list[CtaFacts]:
    """The facts of these CTAs, with their open tasks due on or after a day.

    Those of accounts that are archived, leaving or gone are left out: nobody is nudged about them.
    """
    among = json.dumps(ids)
    rows = db.execute(
        "SELECT c.id, c.account_id, a.name, a.crm_id, c.status, coalesce(c.owner_id, a.csm_id), c.due_on,"
        " CASE WHEN c.anchor IS NULL THEN c.touched_on END, c.snoozed_until, c.revisit_on, c.known_at,"
        " c.status = 'closed_no_success' AND ("
        "  EXISTS (SELECT 1 FROM ctas n WHERE n.linked_to = c.id AND n.status <> 'withdrawn')"
        "  OR EXISTS (SELECT 1 FROM ctas n WHERE n.account_id = c.account_id AND n.use_case = c.use_case"
        "   AND n.motion = c.motion AND n.status IN ('new', 'work_in_progress'))), c.area"
        f" FROM ctas c JOIN accounts a ON a.id = c.account_id WHERE c.id {AMONG} AND a.archived_at IS NULL"
        " AND a.churned_on IS NULL"
        " ORDER BY c.id",
        (among,),
    ).fetchall()
    tasks = db.execute(
        "SELECT cta_id, id, due_on, assignee_id FROM tasks"
        f" WHERE cta_id {AMONG} AND state = 'open' AND due_on >= ? ORDER BY id",
        (among, tasks_from.isoformat()),
    ).fetchall()
    directory.read([row[5] for row in rows] + [task[3] for task in tasks])
    of_cta: dict[int, list[TaskFacts]] = defaultdict(list)
    for cta_id, task_id, due_on, assignee_id in tasks:
        of_cta[cta_id].append(TaskFacts(task_id, date.fromisoformat(due_on), directory.recipient(assignee_id)))
    latest = None if known_by is None else instant_text(known_by)
    return [
        CtaFacts(
            id=row[0],
            account_id=row[1],
            account_name=row[2],
            account_crm_id=row[3],
            is_open=row[4] in OPEN_STATUSES,
            owner=directory.csm(row[5]),
            due_on=maybe_day(row[6]),
            touched_on=maybe_day(row[7]),
            snoozed_until=maybe_day(row[8]),
            revisit_on=maybe_day(row[9]),
            returned=bool(row[11]),
            known_at=known(row[10], latest),
            tasks=tuple(of_cta.get(row[0], ())),
            area=row[12],
        )
        for row in rows
    ]


def deferred_of_account(db: Connection, account_id: int) -> list[int]:
    """The CTAs of an account that come back one day."""
    rows = db.execute(
        "SELECT id FROM ctas WHERE account_id = ? AND status = 'closed_no_success' AND revisit_on IS NOT NULL",
        (account_id,),
    )
    return [row[0] for row in rows]


def ctas_of_news(db: Connection, outbox_id: int) -> list[int]:
    """The CTAs that a `cta_morning` row is about, by themselves or through a task."""
    rows = db.execute(
        "SELECT CASE WHEN subject LIKE 'cta:%' THEN CAST(substr(subject, 5) AS BIGINT)"
        "  ELSE (SELECT cta_id FROM tasks WHERE tasks.id = CAST(substr(subject, 6) AS BIGINT)) END AS cta_id"
        " FROM outbox_news WHERE outbox_id = ? GROUP BY 1 ORDER BY 1",
        (outbox_id,),
    )
    return [row[0] for row in rows if row[0] is not None]


def ctas_of_owner(db: Connection, person_id: int | None) -> list[int]:
    """The open CTAs that a person is reminded of: owned, of nobody in an account of theirs, or by a task."""
    rows = db.execute(
        "SELECT ctas.id FROM accounts JOIN ctas ON account_id = accounts.id"
        "  WHERE csm_id IS NULL AND owner_id IS NULL AND status IN ('new', 'work_in_progress')"
        if person_id is None
        else "SELECT id FROM ctas WHERE owner_id = ?1 AND status IN ('new', 'work_in_progress')"
        " UNION SELECT ctas.id FROM accounts JOIN ctas ON account_id = accounts.id"
        "  WHERE csm_id = ?1 AND owner_id IS NULL AND status IN ('new', 'work_in_progress')"
        " UNION SELECT cta_id FROM tasks JOIN ctas ON ctas.id = cta_id"
        "  WHERE assignee_id = ?1 AND state = 'open' AND status IN ('new', 'work_in_progress')",
        () if person_id is None else (person_id,),
    )
    return [row[0] for row in rows]


def ctas_of_owners(db: Connection, people: Iterable[int | None]) -> list[int]:
    """`ctas_of_owner` of several people."""
    return [cta_id for person_id in people for cta_id in ctas_of_owner(db, person_id)]


def put_off(unit: Unit, policy: Policy) -> bool:
    """Look again in a week at so many open CTAs that nothing can be news of before, without reading them.

    Only what is plain: no task, due date or idle day is near. True if there may be more of them.
    """
    today = unit.now.date()
    until = today + _A_WEEK
    done = unit.db.execute(
        "UPDATE ctas SET look_at = ? WHERE id IN ("
        "SELECT id FROM ctas WHERE look_at <= ? AND status IN ('new', 'work_in_progress')"
        " AND (due_on IS NULL OR due_on > ?) AND (touched_on IS NULL OR touched_on > ?)"
        " AND NOT EXISTS (SELECT 1 FROM tasks WHERE cta_id = ctas.id AND state = 'open' AND due_on <= ?) LIMIT ?)",
        (
            instant_text(datetime.combine(until, time(), UTC)),
            unit.at,
            (until + timedelta(days=policy.cta_due_soon_days)).isoformat(),
            (until - timedelta(days=policy.cta_idle_days)).isoformat(),
            until.isoformat(),
            _MANY,
        ),
    )
    return done.rowcount == _MANY


def mark_of_person(unit: Unit, person_id: int) -> None:
    """Look again at all open CTAs that somebody owns."""
    unit.db.execute(
        "UPDATE ctas SET look_at = '' WHERE owner_id = ? AND status IN ('new', 'work_in_progress') AND look_at <> ''",
        (person_id,),
    )


def mark_of_account(unit: Unit, account_id: int) -> None:
    """Look again at all CTAs of an account that leaves, or does not after all."""
    unit.db.execute("UPDATE ctas SET look_at = '' WHERE account_id = ? AND look_at <> ''", (account_id,))
