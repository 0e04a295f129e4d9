"""What can be taken back of an account's success plan (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account.taking_back import UNCHANGED, Undo
from storage.base.dialect import update_row
from storage.base.errors import Stale
from storage.plan import life, objectives

if TYPE_CHECKING:
    from collections.abc import Collection

    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit

_NOT_FIELDS = {"plan", "made", "lapsed", "update"}


def _not_written(unit: Unit, account: Account, found: Done) -> None:
    """The plan is as it was; one that was made is gone, unless anything has been done with it since."""
    if found.after.get("made"):
        _remove_plan(unit, account, found)
        return
    _as_before(unit, account, "plans", int(found.after["plan"]), found, found.after.keys() - _NOT_FIELDS)
    _not_updated(unit, found)


def _not_objective(unit: Unit, account: Account, found: Done) -> None:
    number = int(found.after["objective"])
    if not found.before:
        changed = unit.db.execute(
            "DELETE FROM objectives WHERE id = ? AND written_at = ? AND NOT EXISTS"
            " (SELECT 1 FROM objective_ctas WHERE objective_id = objectives.id)",
            (number, found.at),
        )
        if not changed.rowcount:
            raise Stale(f"That objective of {account.name} was worked on since.", UNCHANGED)
        if found.after.get("made"):
            _remove_plan(unit, account, found)
            return
    else:
        _as_before(unit, account, "objectives", number, found, found.before.keys())
    _not_updated(unit, found)


def _not_grouped(unit: Unit, account: Account, found: Done) -> None:
    before, after = found.before["ctas"], found.after["ctas"]
    now = objectives.places(unit.db, [int(cta_id) for cta_id in after])
    if any(now.get(int(cta_id)) != place for cta_id, place in after.items()):
        raise Stale(f"The plan of {account.name} was changed again since.", UNCHANGED)
    objectives.place(unit, {int(cta_id): place for cta_id, place in before.items()})
    _not_updated(unit, found)


def _not_submitted(unit: Unit, account: Account, found: Done) -> None:
    gone = unit.db.execute(
        "UPDATE plans SET submitted_on = NULL, submitted_at = NULL, submitted_by = NULL"
        " WHERE id = ? AND submitted_at = ?",
        (found.after["plan"], found.at),
    )
    if not gone.rowcount:
        raise Stale(f"The plan of {account.name} was answered since.", UNCHANGED)
    life.told_again(unit, int(found.after["plan"]))


def _not_qualified(unit: Unit, account: Account, found: Done) -> None:
    number = int(found.after["qualification"])
    newest = unit.db.execute(
        "SELECT max(plan_qualifications.id), max(submitted_on) FROM plan_qualifications"
        " JOIN plans ON plans.id = plan_id WHERE plan_id = ?",
        (found.after["plan"],),
    ).fetchone()
    if newest[0] != number or newest[1] is not None:
        raise Stale(f"The plan of {account.name} was submitted again since.", UNCHANGED)
    unit.db.execute("DELETE FROM plan_qualifications WHERE id = ?", (number,))
    _hold_again(unit, found.after.get("renewed"))
    update_row(unit.db, "plans", int(found.after["plan"]), dict(found.before))
    life.told_again(unit, int(found.after["plan"]))


def _not_returned(unit: Unit, account: Account, found: Done) -> None:
    waits = unit.db.execute("SELECT submitted_on FROM plans WHERE id = ?", (found.after["plan"],)).fetchone()
    if waits is None or waits[0] is not None:
        raise Stale(f"The plan of {account.name} was submitted again since.", UNCHANGED)
    update_row(unit.db, "plans", int(found.after["plan"]), dict(found.before))
    life.told_again(unit, int(found.after["plan"]))


def _as_before(unit: Unit, account: Account, table: str, number: int, found: Done, names: Collection[str]) -> None:
    fields = sorted(names)
    now = unit.db.execute(f"SELECT {', '.join(fields)} FROM {table} WHERE id = ?", (number,)).fetchone()
    if now is None or any(value != found.after[name] for name, value in zip(fields, now, strict=True)):
        raise Stale(f"The plan of {account.name} was changed again since.", UNCHANGED)
    update_row(unit.db, table, number, {name: found.before.get(name) for name in fields})


def _remove_plan(unit: Unit, account: Account, found: Done) -> None:
    gone = unit.db.execute(
        "DELETE FROM plans WHERE id = ? AND submitted_on IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM objectives WHERE plan_id = plans.id) AND NOT EXISTS"
        " (SELECT 1 FROM plan_qualifications WHERE plan_id = plans.id) AND NOT EXISTS"
        " (SELECT 1 FROM plan_updates WHERE plan_id = plans.id AND id <> ?)",
        (found.after["plan"], found.after["update"]),
    )
    if not gone.rowcount:
        raise Stale(f"The plan of {account.name} was worked on since.", UNCHANGED)


def _not_updated(unit: Unit, found: Done) -> None:
    """It was no update, and a qualification that it ended holds as before."""
    unit.db.execute("DELETE FROM plan_updates WHERE id = ?", (found.after["update"],))
    _hold_again(unit, found.after.get("lapsed"))


def _hold_again(unit: Unit, qualification_id: Any) -> None:
    if qualification_id:
        update_row(unit.db, "plan_qualifications", int(qualification_id), {"lapsed_on": None, "lapse": None})


UNDO = {
    life.EDITED: Undo("what was said of the plan", _not_written),
    life.VALIDATED: Undo("that the plan is still right", _not_written),
    life.SUBMITTED: Undo("that the plan was submitted", _not_submitted),
    life.QUALIFIED: Undo("that the plan is qualified", _not_qualified, by_manager=True),
    life.RETURNED: Undo("that the plan was returned", _not_returned, by_manager=True),
    objectives.SAID: Undo("what was said of the objective", _not_objective),
    objectives.GROUPED: Undo("which CTAs stand under the objective", _not_grouped),
}
