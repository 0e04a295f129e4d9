"""The note about EBRs, handed in: how often an account has one now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from templates.ebr import notices as show

if TYPE_CHECKING:
    from reminders.outbox.notes import Note


def _cadence(note: Note) -> dict[str, Any] | None:
    account = accounts.get(note.db, note.row.account_id or 0)
    months = int(note.payload["months"])
    if account.ebr_cadence_months != months:
        return None  # taken back, or another one is told of by itself
    return show.cadence(account, months, str(note.payload["agreed_by"]), note.person("by"))


NOTICES = {"ebr_cadence": _cadence}
