"""When a checklist is done: with the last required task ticked or skipped (docs/domain.md, "The customer's life").

Asked by `life.py` and `tasks.py` inside a unit of work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.errors import UserError
from storage.base.plurals import counted
from storage.cta.record import CLOSED_SUCCESS

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.cta.record import Cta


def closes(unit: Unit, cta: Cta) -> dict[str, Any]:
    """What becomes of a checklist whose tasks were just settled: closed as success with the last required one."""
    if not cta.is_checklist or _left(unit, cta):
        return {}
    by = unit.actor_id
    return {"status": CLOSED_SUCCESS, "closed_on": unit.today, "closed_by": by, "snoozed_until": None}


def refuse_unsettled(unit: Unit, cta: Cta) -> None:
    """Raise UserError while required tasks of a checklist are open: nobody closes it over them."""
    if left := _left(unit, cta):
        open_tasks = counted(left, "task is", "tasks are")
        raise UserError(
            f"{open_tasks} still open: with the last one it closes by itself.",
            "Tick or skip them, or close it as not needed.",
            choices=[("Tasks", f"/cta task {cta.id}")],
        )


def refuse_another(unit: Unit, cta: Cta) -> None:
    """Raise UserError where another checklist of the same playbook and day is open: one at a time."""
    other = unit.db.execute(
        "SELECT id FROM ctas WHERE account_id = ? AND playbook = ? AND anchor_on = ? AND anchor IS NOT NULL"
        " AND id <> ? AND status IN ('new', 'work_in_progress')",
        (cta.account_id, cta.playbook, cta.anchor_on.isoformat() if cta.anchor_on else None, cta.id),
    ).fetchone()
    if other:
        show = [(f"Show {other[0]}", f"/cta show {other[0]}")]
        raise UserError(f"CTA {other[0]} is open for the same.", "One at a time: work on that one.", choices=show)


def _left(unit: Unit, cta: Cta) -> int:
    found: int = unit.db.execute(
        "SELECT count(*) FROM tasks WHERE cta_id = ? AND state = 'open' AND optional = 0", (cta.id,)
    ).fetchone()[0]
    return found
