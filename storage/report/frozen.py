"""Frozen quarters: the numbers of a quarter as they were when it had ended, and what changed since.

A later change (reopened, corrected, imported, withdrawn) moves the report's numbers, as it should; it
is shown beside them. Housekeeping freezes, `/playbooks report` and the terminal's `report` show the changes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from storage.base.db import to_json
from storage.base.moments import instant
from storage.base.quarters import quarter_of
from storage.cta.record import MOTION_LABELS
from storage.report.store import CLOSED, OPENED, ebr_coverage, tally

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.quarters import Quarter

Facts = dict[str, Any]

# What of a CTA counts in a quarter, and nothing else: a CTA that is closed later has not changed this one.
_HERE = "closed_day BETWEEN :first AND :last"
_FACTS = {
    "motion": "ctas.motion",
    "use_case": "ctas.use_case",
    "opened": "CASE WHEN opened_day BETWEEN :first AND :last THEN 1 ELSE 0 END",
    "status": f"CASE WHEN {_HERE} THEN ctas.status END",
    "reason": f"CASE WHEN {_HERE} THEN ctas.reason END",
    "closed_on": f"CASE WHEN {_HERE} THEN ctas.closed_on END",
    "days": f"CASE WHEN {_HERE} THEN closed_day - opened_day END",
}
_NAMES, _NOW = ", ".join(_FACTS), ", ".join(f"{value} AS {name}" for name, value in _FACTS.items())
_KEPT = ", ".join(f"kept_{name}" for name in _FACTS)
_WAS = ", ".join(f"{name} AS kept_{name}" for name in _FACTS)
_CHANGED = " OR ".join(f"kept_{name} IS DISTINCT FROM {value}" for name, value in _FACTS.items())
_STANDS = f"{OPENED} AND (opened_day BETWEEN :first AND :last OR ({CLOSED} AND {_HERE}))"
# Those opened in the quarter, then those closed in it and opened before: each part by its own index.
_COUNTED = (
    f"SELECT id, {_NOW} FROM ctas WHERE {OPENED} AND opened_day BETWEEN :first AND :last"
    f" UNION ALL SELECT id, {_NOW} FROM ctas WHERE {CLOSED} AND {_HERE} AND opened_day < :first"
)


@dataclass(frozen=True, slots=True)
class Change:
    """What of one CTA counted in a quarter, when it was frozen and now; None where it did not count."""

    cta_id: int
    before: Facts | None
    after: Facts | None


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen quarter: `numbers` are `opened`, `success`, `no_success` and `ebr_coverage` as they were."""

    frozen_at: datetime
    numbers: dict[str, Any]
    changes: tuple[Change, ...]


def freeze_ended_quarters(unit: Unit, at_once: int = 20_000) -> list[str]:
    """Freeze quarters that ended before today, hold CTAs and are not frozen yet, the latest first; their names.

    Others wait for the next call once `at_once` CTAs were frozen, so that nobody waits for the database meanwhile.
    A quarter frozen under another fiscal calendar is frozen anew.
    """
    start_month = unit.policy.fiscal_year_start_month
    done: list[str] = []
    day = _last_day_with_ctas(unit.db, before=quarter_of(unit.today, start_month).first_day)
    frozen_ctas = 0
    while day is not None and frozen_ctas < at_once:
        quarter = quarter_of(day, start_month)
        if _stored(unit.db, quarter) is None:
            frozen_ctas += _freeze(unit, quarter)
            done.append(quarter.name)
        day = _last_day_with_ctas(unit.db, before=quarter.first_day)
    return done


def frozen(db: Connection, quarter: Quarter) -> Frozen | None:
    """A frozen quarter with what changed since; None if it is not frozen (still running, or empty)."""
    stored = _stored(db, quarter)
    if stored is None:
        return None
    stands, of_none = f"CASE WHEN {_STANDS} THEN 1 ELSE 0 END", ", ".join(["NULL"] * len(_FACTS))
    rows = db.execute(
        f"SELECT cta_id, 1, {_KEPT}, {stands}, {_NOW} FROM"
        f" (SELECT cta_id, {_WAS} FROM frozen_ctas WHERE quarter = :quarter) AS kept LEFT JOIN ctas ON id = cta_id"
        f" WHERE {stands} = 0 OR {_CHANGED}"
        f" UNION ALL SELECT id, 0, {of_none}, 1, {_NAMES} FROM ({_COUNTED}) AS counted WHERE NOT EXISTS"
        " (SELECT 1 FROM frozen_ctas WHERE quarter = :quarter AND cta_id = counted.id) ORDER BY 1",
        _parameters(quarter),
    )
    half = len(_FACTS) + 1
    changes = tuple(Change(row[0], _facts(row[1 : 1 + half]), _facts(row[1 + half :])) for row in rows)
    frozen_at, numbers = stored
    return Frozen(frozen_at, numbers, changes)


def _stored(db: Connection, quarter: Quarter) -> tuple[datetime, dict[str, Any]] | None:
    row = db.execute("SELECT frozen_at, numbers FROM frozen_quarters WHERE quarter = ?", (quarter.name,)).fetchone()
    if row is None:
        return None
    numbers = json.loads(row[1])
    return (instant(row[0]), numbers) if numbers["from"] == quarter.first_day.isoformat() else None


def _freeze(unit: Unit, quarter: Quarter) -> int:
    """Keep the quarter's CTAs and numbers; how many CTAs there are."""
    unit.db.execute("DELETE FROM frozen_quarters WHERE quarter = ?", (quarter.name,))
    unit.db.execute(
        "INSERT INTO frozen_quarters(quarter, frozen_at, numbers) VALUES (?, ?, '{}')", (quarter.name, unit.at)
    )
    kept = unit.db.execute(
        f"INSERT INTO frozen_ctas(quarter, cta_id, {_NAMES})"
        f" SELECT :quarter, id, {_NAMES} FROM ({_COUNTED}) AS counted",
        _parameters(quarter),
    )
    counted = tally(unit.db, quarter.span)
    outcomes = [counted.of(motion) for motion in MOTION_LABELS]
    numbers = {
        "from": quarter.span.first,
        "to": quarter.span.last,
        "opened": sum(counted.opened.values()),
        "success": sum(outcome.success for outcome in outcomes),
        "no_success": sum(outcome.no_success for outcome in outcomes),
        "ebr_coverage": asdict(ebr_coverage(unit.db, unit.today)),
    }
    unit.db.execute("UPDATE frozen_quarters SET numbers = ? WHERE quarter = ?", (to_json(numbers), quarter.name))
    return int(kept.rowcount)


def _parameters(quarter: Quarter) -> dict[str, Any]:
    first, last = quarter.span.first.toordinal(), quarter.span.last.toordinal()
    return {"quarter": quarter.name, "first": first, "last": last}


def _facts(values: Sequence[Any]) -> Facts | None:
    """What counted; None where its flag, which comes first, says that it did not."""
    return dict(zip(_FACTS, values[1:], strict=True)) if values[0] else None


def _last_day_with_ctas(db: Connection, before: date) -> date | None:
    """The last day before a day on which a CTA that counts was opened or closed."""
    found = [
        db.execute(f"SELECT max({column}) FROM ctas WHERE {condition} AND {column} < ?", (before.toordinal(),))
        for column, condition in (("opened_day", OPENED), ("closed_day", CLOSED))
    ]
    days = [value for rows in found for (value,) in rows if value is not None]
    return date.fromordinal(max(days)) if days else None
