"""What destinations and rows of the outbox are called where people read of them, instead of the keys they have here.

Called by delivery for what operations are told, and for what `/cta admin` and `outbox list` show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import kind_of
from storage.base import channels, outbox, people, planning
from storage.base.outbox_row import CARD, NOTICE, OPERATIONS

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.outbox_row import OutboxRow

_UNPLANNED = {CARD: "CTA card", NOTICE: "note"}


def called(db: Connection, name: str) -> str:
    """What people call a destination or a row (`person:7`, `source:crm`, `row:12`); other things as they are."""
    kind, _, rest = name.partition(":")
    if kind == "person":
        person = people.many(db, [int(rest)]).get(int(rest))
        return person.name if person else name
    if kind == "channel":
        return _channel(db, rest)
    if kind in ("source", "webhook"):
        return f"the {kind} {rest}"
    if kind == "row":
        row = outbox.get(db, int(rest))
        return row_words(db, row) if row else f"row {rest}"
    return {OPERATIONS: "the operations channel", "workspace": "the workspace"}.get(name, rest or name)


def row_words(db: Connection, row: OutboxRow) -> str:
    """A row in words: `the EBR nudge of Acme for Maya (row 12)`."""
    account, _ = planning.account_name(db, row.account_id)
    about = f" of {account}" if account else ""
    return f"the {_kind_words(row)}{about} for {called(db, row.destination)} (row {row.id})"


def _channel(db: Connection, channel_id: str) -> str:
    """Its name as Slack last told it; else it is known by the account that it belongs to."""
    if channel_id.startswith("#"):
        return channel_id
    name = channels.name_of(db, channel_id)
    if name:
        return f"#{name}"
    account = db.execute("SELECT name FROM accounts WHERE channel_id = ? ORDER BY id", (channel_id,)).fetchone()
    return f"the channel of {account[0]} ({channel_id})" if account else f"the channel {channel_id}"


def _kind_words(row: OutboxRow) -> str:
    kind = kind_of(row)
    return kind.words if kind else _UNPLANNED.get(row.kind, row.kind)
