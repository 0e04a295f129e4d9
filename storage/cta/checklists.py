"""Checklists: CTAs of life-cycle playbooks, opened from a day that they hang on, and moved with it.

Opened by the bot in silence (nobody is told, no card), or by a person's verb. Called by the nouns whose work they are,
inside a unit of work.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.base import people
from storage.base.dialect import insert
from storage.base.moments import maybe_day
from storage.base.switches import areas_on
from storage.cta.record import NEW
from storage.cta.store import get
from storage.playbook.record import OPENED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.cta.record import Cta
    from storage.playbook.record import Checklist

_OPEN = "status IN ('new', 'work_in_progress')"
_DAYS = {"started": "coalesce(accounts.started_on, accounts.customer_since)", "renewal": "accounts.renewal_on"}
"""Where the day of an anchor stands today; that of the opening never moves."""


def shown(policy: Policy) -> tuple[str, str]:
    """The SQL condition on `ctas` of those that anybody is shown, and its value: no checklist whose area is off."""
    return "(ctas.area IS NULL OR ctas.area IN (SELECT value FROM json_each(?)))", json.dumps(sorted(areas_on(policy)))


def open_checklist(
    unit: Unit,
    account: Account,
    checklist: Checklist,
    area: str,
    anchors: Mapping[str, date],
    *,
    again: bool = False,
    not_before: date = date.min,
) -> Cta | None:
    """Open one of an account, as work of an area; None where one of this playbook and anchor day is open.

    One that was closed or withdrawn stays so, unless somebody asks for it (`again`). `anchors` are the days known. No
    task is due before `not_before`: what passed before it was opened would be told to nobody.
    Raises UserError for an archived account.
    """
    account.refuse_archived()
    days = {OPENED: unit.today, **anchors}
    anchor_on = days.get(checklist.anchor)
    if anchor_on is None:
        return None
    there = unit.db.execute(
        "SELECT 1 FROM ctas WHERE account_id = ? AND playbook = ? AND anchor_on = ? AND anchor IS NOT NULL"
        f" AND (? = 0 OR {_OPEN})",
        (account.id, checklist.name, anchor_on.isoformat(), int(again)),
    ).fetchone()
    if there:
        return None
    today = unit.today.isoformat()
    begins = {OPENED: people.today_for(unit, account.csm_id), **dict.fromkeys(anchors, date.min)}
    cta_id = insert(
        unit.db,
        "INSERT INTO ctas(account_id, playbook, category, use_case, reported, owner_id, status, opened_on, touched_on,"
        " known_at, anchor, anchor_on, area) VALUES (?, ?, '', '', 0, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            account.id,
            checklist.name,
            account.csm_id,
            NEW,
            today,
            today,
            unit.at,
            checklist.anchor,
            anchor_on.isoformat(),
            area,
        ),
    )
    assert cta_id is not None  # noqa: S101 - nothing can be in its way
    roles = {"ae": account.ae_id, "sa": account.sa_id, "pse": account.pse_id}
    unit.db.executemany(
        "INSERT INTO tasks(cta_id, position, title, hint, due_on, assignee_id, anchor, anchor_on, role, optional, asks,"
        " sets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                cta_id,
                place,
                task.title,
                task.hint,
                max(from_day + timedelta(days=task.due_days), not_before, begins[task.anchor]).isoformat()
                if (from_day := days.get(task.anchor))
                else None,
                roles.get(task.role),
                task.anchor,
                from_day.isoformat() if from_day else None,
                task.role,
                int(task.optional),
                task.asks or None,
                task.sets or None,
            )
            for place, task in enumerate(checklist.tasks, start=1)
        ],
    )
    told = {"account_id": account.id, "playbook": checklist.name, "anchor_on": anchor_on.isoformat()}
    unit.audit("cta.open", f"cta:{cta_id}", {}, told, made=True)
    return get(unit.db, cta_id)


def follow_anchors(unit: Unit) -> int:
    """Move the open tasks of checklists whose anchor day has changed by the same days; how many checklists moved.

    What has ended follows a start that was put right, and stays where onboarding was begun anew by hand; that of a
    renewal stays where that was.
    """
    moved = 0
    for anchor, now in _DAYS.items():
        rows = unit.db.execute(
            f"SELECT ctas.id, ctas.anchor_on, {now} FROM ctas JOIN accounts ON accounts.id = ctas.account_id"
            f" WHERE ctas.anchor = ? AND {now} IS NOT NULL AND ctas.anchor_on <> {now}"
            f" AND (ctas.{_OPEN} OR ctas.anchor = 'started' AND accounts.started_on IS NULL)",
            (anchor,),
        ).fetchall()
        for cta_id, before, after in rows:
            _move(unit, cta_id, anchor, before, after)
        moved += len(rows)
    return moved


def _move(unit: Unit, cta_id: int, anchor: str, before: str, after: str) -> None:
    tasks = unit.db.execute(
        "SELECT id, due_on, anchor_on FROM tasks WHERE cta_id = ? AND anchor = ? AND state = 'open'", (cta_id, anchor)
    ).fetchall()
    to_day = date.fromisoformat(after)
    unit.db.executemany(
        "UPDATE tasks SET due_on = ?, anchor_on = ? WHERE id = ?",
        [
            (
                (due_on + (to_day - (maybe_day(old) or to_day))).isoformat() if (due_on := maybe_day(due)) else None,
                after,
                i,
            )
            for i, due, old in tasks
        ],
    )
    unit.db.execute("UPDATE ctas SET anchor_on = ?, look_at = '', version = version + 1 WHERE id = ?", (after, cta_id))
    unit.audit("cta.anchor", f"cta:{cta_id}", {"anchor_on": before}, {"anchor_on": after})
