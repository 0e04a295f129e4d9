"""Frozen quarters: the numbers of a quarter as they were when it had ended, and what changed since.

A later change (reopened, corrected, imported, withdrawn) moves the report's numbers, as it should; it
is shown beside them. Housekeeping freezes, `/playbooks report` and the terminal's `report` show the changes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from storage.db import to_json
from storage.model.moments import instant
from storage.model.quarters import quarter_of
from storage.reports import CLOSED, OPENED, ebr_coverage

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.db import Unit
    from storage.model.quarters import Quarter

Facts = dict[str, Any]

# What of each CTA counts in a quarter, and nothing else: a CTA that is closed later has not changed this one.
_COUNTED = f"""
WITH counted AS (
    SELECT id, json_object(
        'motion', motion, 'use_case', use_case, 'opened', opened_day BETWEEN :first AND :last,
        'status', iif(closed_day BETWEEN :first AND :last, status, NULL),
        'reason', iif(closed_day BETWEEN :first AND :last, reason, NULL),
        'closed_on', iif(closed_day BETWEEN :first AND :last, closed_on, NULL),
        'days', iif(closed_day BETWEEN :first AND :last, closed_day - opened_day, NULL)
    ) AS facts
    FROM ctas WHERE id IN (
        SELECT id FROM ctas WHERE {OPENED} AND opened_day BETWEEN :first AND :last
        UNION SELECT id FROM ctas WHERE {CLOSED} AND closed_day BETWEEN :first AND :last
    )
)
"""


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


def freeze_ended_quarters(unit: Unit) -> list[str]:
    """Freeze every quarter that ended before today, holds CTAs and is not frozen yet; the names of those.

    One frozen under another fiscal calendar is frozen anew.
    """
    start_month = unit.policy.fiscal_year_start_month
    running = quarter_of(unit.today, start_month)
    done = []
    day = _next_day_with_ctas(unit.db, date.min)
    while day is not None and day < running.first_day:
        quarter = quarter_of(day, start_month)
        if _stored(unit.db, quarter) is None:
            _freeze(unit, quarter)
            done.append(quarter.name)
        day = _next_day_with_ctas(unit.db, quarter.next.first_day)
    return done


def frozen(db: Connection, quarter: Quarter) -> Frozen | None:
    """A frozen quarter with what changed since; None if it is not frozen (still running, or empty)."""
    stored = _stored(db, quarter)
    if stored is None:
        return None
    rows = db.execute(
        f"{_COUNTED} SELECT coalesce(cta_id, id), kept.facts, counted.facts FROM counted"
        " FULL JOIN (SELECT cta_id, facts FROM frozen_ctas WHERE quarter = :quarter) AS kept ON cta_id = id"
        " WHERE kept.facts IS NOT counted.facts ORDER BY 1",
        _parameters(quarter),
    )
    changes = tuple(Change(row[0], _facts(row[1]), _facts(row[2])) for row in rows)
    frozen_at, numbers = stored
    return Frozen(frozen_at, numbers, changes)


def _stored(db: Connection, quarter: Quarter) -> tuple[datetime, dict[str, Any]] | None:
    row = db.execute("SELECT frozen_at, numbers FROM frozen_quarters WHERE quarter = ?", (quarter.name,)).fetchone()
    if row is None:
        return None
    numbers = json.loads(row[1])
    return (instant(row[0]), numbers) if numbers["from"] == quarter.first_day.isoformat() else None


def _freeze(unit: Unit, quarter: Quarter) -> None:
    opened, success, no_success = unit.db.execute(
        f"{_COUNTED} SELECT count(*) FILTER (WHERE facts ->> 'opened'),"
        " count(*) FILTER (WHERE facts ->> 'status' = 'closed_success'),"
        " count(*) FILTER (WHERE facts ->> 'status' = 'closed_no_success') FROM counted",
        _parameters(quarter),
    ).fetchone()
    numbers = {
        "from": quarter.span.first,
        "to": quarter.span.last,
        "opened": opened,
        "success": success,
        "no_success": no_success,
        "ebr_coverage": asdict(ebr_coverage(unit.db, unit.today)),
    }
    unit.db.execute("DELETE FROM frozen_quarters WHERE quarter = ?", (quarter.name,))
    unit.db.execute(
        "INSERT INTO frozen_quarters(quarter, frozen_at, numbers) VALUES (?, ?, ?)",
        (quarter.name, unit.at, to_json(numbers)),
    )
    unit.db.execute(
        f"INSERT INTO frozen_ctas(quarter, cta_id, facts) {_COUNTED} SELECT :quarter, id, facts FROM counted",
        _parameters(quarter),
    )


def _parameters(quarter: Quarter) -> dict[str, Any]:
    first, last = quarter.span.first.toordinal(), quarter.span.last.toordinal()
    return {"quarter": quarter.name, "first": first, "last": last}


def _facts(text: str | None) -> Facts | None:
    return None if text is None else json.loads(text)


def _next_day_with_ctas(db: Connection, day: date) -> date | None:
    """The first day from `day` on on which a CTA that counts was opened or closed."""
    found = [
        db.execute(f"SELECT min({column}) FROM ctas WHERE {condition} AND {column} >= ?", (day.toordinal(),))
        for column, condition in (("opened_day", OPENED), ("closed_day", CLOSED))
    ]
    days = [value for rows in found for (value,) in rows if value is not None]
    return date.fromordinal(min(days)) if days else None
