"""What people type at length: a note, a reason, a line of what was learned."""

from __future__ import annotations

from storage.base.errors import UserError
from storage.base.plurals import counted

NOTE_LIMIT = 3000


def text_of(text: str | None, field: str, limit: int = NOTE_LIMIT) -> str | None:
    """The text stripped, None if empty; raises UserError where it is too long."""
    stripped = (text or "").strip()
    if len(stripped) > limit:
        raise UserError(
            f"That is {counted(len(stripped), 'character')}; {limit:,} is the most.", "Shorten it, please.", field=field
        )
    return stripped or None
