"""Slack's channels by name, so that a file can say `#acme` and the account keeps the id.

Filled by whatever reads Slack's channels; an import that came before that keeps `#name` until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Connection

    from storage.base.db import Unit


def remember(unit: Unit, channels: Iterable[tuple[str, str]]) -> None:
    """Keep (id, name) pairs as seen now; accounts that know their channel by name get its id."""
    unit.db.executemany(
        "INSERT INTO channels(id, name, seen_at) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at",
        [(channel_id, name.lower(), unit.at) for channel_id, name in channels],
    )
    unit.db.execute(
        "UPDATE accounts SET updated_at = ?, channel_id ="
        " (SELECT id FROM channels WHERE '#' || name = accounts.channel_id ORDER BY seen_at DESC LIMIT 1)"
        " WHERE channel_id LIKE '#%' AND channel_id IN (SELECT '#' || name FROM channels)",
        (unit.at,),
    )


def name_of(db: Connection, channel_id: str) -> str | None:
    """The name of a channel as Slack last told it."""
    row = db.execute("SELECT name FROM channels WHERE id = ?", (channel_id,)).fetchone()
    return str(row[0]) if row else None


def unresolved(db: Connection) -> list[str]:
    """The channel names that accounts know and Slack has not told the id of."""
    rows = db.execute("SELECT DISTINCT channel_id FROM accounts WHERE channel_id LIKE '#%' ORDER BY channel_id")
    return [row[0] for row in rows]


def ids(db: Connection) -> dict[str, str]:
    """The id of each `#name` that Slack has told; of a name given twice, the channel seen last."""
    return {f"#{name}": channel_id for channel_id, name in db.execute("SELECT id, name FROM channels ORDER BY seen_at")}


def named_since_reading(db: Connection) -> bool:
    """Whether an account names a channel of which Slack was not asked yet."""
    asked = db.execute("SELECT value FROM meta WHERE key = 'channels_asked_for'").fetchone()
    return bool(missing := unresolved(db)) and (asked is None or " ".join(missing) != asked[0])


def reading_done(unit: Unit) -> None:
    """Slack's channels were read just now: names that are still unknown are not asked for again."""
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES ('channels_asked_for', ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (" ".join(unresolved(unit.db)),),
    )
