"""The note about EBRs, handed in: how often an account has one now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base.notices import rows_of
from storage.ebr.notices import CADENCE
from templates.ebr import notices as show

if TYPE_CHECKING:
    from reminders.outbox.notes import Note


def _cadence(note: Note) -> dict[str, Any] | None:
    account = accounts.get(note.db, note.row.account_id or 0)
    months = int(note.payload["months"])
    if account.ebr_cadence_months != months:
        return None  # taken back, or another one is told of by itself
    same = [row for row in rows_of(note.db, CADENCE, str(account.id)) if row.destination == note.row.destination]
    if any(row.id > note.row.id and row.payload["months"] == months for row in same):
        return None  # taken back and set again: that has a note of its own
    return show.cadence(account, months, str(note.payload["agreed_by"]), note.person("by"))


NOTICES = {CADENCE: _cadence}
