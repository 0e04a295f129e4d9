"""The note with which a returned plan comes back, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base.moments import instant_text
from storage.base.switches import area_on
from storage.plan import store
from templates.plan.notices import returned_note

if TYPE_CHECKING:
    from reminders.outbox.notes import Note

RETURNED = "plan_returned"


def _returned(note: Note) -> dict[str, Any] | None:
    if not area_on(note.policy, "plans"):
        return None
    account = accounts.get(note.db, int(note.row.account_id or 0))
    at = store.get(note.db, note.policy, int(note.payload["plan"])).submitted_at
    if at is not None and instant_text(at) == note.payload["submitted_at"]:
        return None  # the return was taken back
    return returned_note(note.person("by"), account, str(note.payload["line"]))


NOTICES = {RETURNED: _returned}
