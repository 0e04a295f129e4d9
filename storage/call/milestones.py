"""The milestone that follows from calls: engaged, with the first one that is logged; handed in, before the kick-off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.base.moments import maybe_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from sqlite3 import Connection

PLACE = 0
FIRST_SEEN = True


def derive(db: Connection, starts: Mapping[int, tuple[date, bool]]) -> dict[int, dict[str, tuple[date, str]]]:
    """The first call of each account; where onboarding was begun by hand, the first from that day on."""
    rows = db.execute(
        "SELECT account_id, held_on FROM calls WHERE account_id IN (SELECT value FROM json_each(?)) ORDER BY held_on",
        (json.dumps(list(starts)),),
    )
    found: dict[int, dict[str, tuple[date, str]]] = {}
    for account_id, held_on in rows:
        day, (started, by_hand) = maybe_day(held_on), starts[account_id]
        if day and account_id not in found and (not by_hand or day >= started):
            found[account_id] = {"engaged": (day, "the first call")}
    return found
