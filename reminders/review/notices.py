"""The note with which an answer comes back to the manager who asked, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base.switches import area_on
from storage.review import store
from templates.review import show

if TYPE_CHECKING:
    from reminders.outbox.notes import Note

ANSWER = "review_answer"


def _answer(note: Note) -> dict[str, Any] | None:
    mark = store.get(note.db, int(note.payload["mark"]))
    if mark.answer is None or not area_on(note.policy, "review"):
        return None
    return show.answer_note(note.person("by"), accounts.get(note.db, mark.account_id), mark)


NOTICES = {ANSWER: _answer}
