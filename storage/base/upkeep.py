"""What keeps the database small and tells how delivery is: the sign of life, counts by state.

Called by reminders/ (each minute, and in housekeeping) and by whatever shows the bot's health.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from storage.base import reading
from storage.base.moments import instant, instant_text, maybe_instant

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.db import Store, Unit
    from storage.base.leases import Fenced

RESTORED = "1970-01-01T00:00:00Z"
"""The sign of life of a backup: who starts on one was away, and may not know what was sent since it was made."""
EPOCH = "epoch"
"""The key in `meta` of what messages are marked with since the last restore: another one after each."""
AWAY = timedelta(minutes=2)
"""Without a sign of life (one each minute) for longer, the bot was away."""


def alive_at(db: Connection) -> datetime | None:
    """When the bot last ran on this database, as far as this copy of it knows; None for never."""
    return _instant(db, "alive_at")


def come_back(unit: Unit, store: Store | Fenced | None = None) -> datetime | None:
    """The bot starts: since when it was away, or is on a database that was restored from a backup; else None.

    So is one whose server's place a copy has taken: it may lack what was committed last.
    Remembered for a day, since a process may end before it has read all that it missed.
    """
    alive, back = alive_at(unit.db), _instant(unit.db, "back_at")
    if store and _is_copy(unit, store.lineage):
        store.leave_ids_behind(unit)
        alive = instant(RESTORED)
    if alive is not None and unit.now - alive > AWAY:
        _keep(unit, "away_since", instant_text(alive))
        _keep(unit, "back_at", unit.at)
        reading.begin(unit, reading.DIRECTORY)
        if instant_text(alive) == RESTORED:  # also a backup that was moved into place by hand
            _keep(unit, EPOCH, f"{unit.now:%Y%m%dT%H%M%S}")
        return alive
    return _instant(unit.db, "away_since") if back and unit.now - back < timedelta(days=1) else None


def _is_copy(unit: Unit, lineage: str) -> bool:
    """Whether this is another server than the one that was worked with last; kept from now on."""
    row = unit.db.execute("SELECT value FROM meta WHERE key = 'lineage'").fetchone()
    if lineage and (row is None or row[0] != lineage):
        _keep(unit, "lineage", lineage)
    return bool(lineage) and row is not None and row[0] != lineage


def back_at(db: Connection) -> datetime | None:
    """When the bot last came back from an absence, or started on a backup."""
    return _instant(db, "back_at")


def trusted_since(db: Connection, now: datetime) -> datetime:
    """Since when what Slack told of people holds: for a day, and not over an absence, when nobody heard of changes."""
    row = db.execute(
        "SELECT (SELECT value FROM meta WHERE key = 'alive_at'), (SELECT value FROM meta WHERE key = 'back_at')"
    ).fetchone()
    since, alive, back = now - timedelta(days=1), maybe_instant(row[0]), maybe_instant(row[1])
    if alive is not None and now - alive > AWAY:
        back = now if instant_text(alive) == RESTORED else alive
    return max(since, back) if back else since


def epoch(db: Connection) -> str:
    """What messages are marked with since the last restore; empty for a file that never was restored."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (EPOCH,)).fetchone()
    return str(row[0]) if row else ""


def sign_of_life(unit: Unit) -> None:
    """The bot runs now."""
    _keep(unit, "alive_at", unit.at)


def _instant(db: Connection, key: str) -> datetime | None:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return maybe_instant(row[0]) if row else None


def _keep(unit: Unit, key: str, value: str) -> None:
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def counts(db: Connection) -> dict[str, int]:
    """How many outbox rows are in each state."""
    return dict(db.execute("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state").fetchall())


def overdue_since(db: Connection, now: datetime) -> datetime | None:
    """Since when the longest waiting row could have been sent.

    One that is being tried waits still; so does one put off by an error, since when it was to be posted.
    """
    row = db.execute(
        "SELECT min(since) FROM (SELECT CASE WHEN error IS NULL THEN not_before ELSE post_at END AS since FROM outbox"
        " WHERE state IN ('pending', 'sending')) AS waiting WHERE since <= ?",
        (instant_text(now),),
    ).fetchone()
    return maybe_instant(row[0])
