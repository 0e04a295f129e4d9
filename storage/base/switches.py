"""Whether an area of the customer's life is on, for whom, and since when: the one truth, asked by every room.

Off is off: no row, no line on any screen, and a verb that is typed all the same is refused with the key that switches
it on. Data stays, and imports, exports and reports of the terminal work either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.areas import LABELS, NAMES
from storage.base.errors import UserError
from storage.base.moments import instant, instant_text

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy


def area_on(policy: Policy, name: str) -> bool:
    """Whether an area is on: the one truth for rows, lines, screens and verbs."""
    return policy.area(name).enabled


def areas_on(policy: Policy) -> frozenset[str]:
    """The areas that are on."""
    return frozenset(name for name in NAMES if area_on(policy, name))


def covered(policy: Policy, name: str, segment: str | None) -> bool:
    """Whether the area is on, for accounts of this segment."""
    area = policy.area(name)
    return area.enabled and area.covers(segment)


def refuse_off(policy: Policy, *names: str) -> None:
    """Raise UserError, naming the key that an admin sets, where these areas are all off."""
    if areas_on(policy).isdisjoint(names):
        first, *more = names
        said = "All of this is switched off here." if more else f"{LABELS[first]}: switched off here."
        tables = ", ".join(f"[{name}]" for name in names)
        below = f"below one of {tables}" if more else f"below {tables}"
        raise UserError(said, f"An admin switches it on in policy.toml: enabled = true {below}.")


_SINCE = "area_since_"


def keep_since(unit: Unit) -> None:
    """Remember the first start with each area that is on. Called by the planner when its rules have changed."""
    unit.db.executemany(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
        [(f"{_SINCE}{name}", unit.at) for name in sorted(areas_on(unit.policy))],
    )


def since(db: Connection, name: str, now: datetime) -> datetime:
    """The first start with the area on; `now` where none has been yet."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (f"{_SINCE}{name}",)).fetchone()
    return min(instant(row[0]), now) if row else instant(instant_text(now))
