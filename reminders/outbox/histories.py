"""What stands in a conversation, read to its end: a limit or a restart on the way costs nothing that was read.

Called by reminders/outbox/conversations.py, which knows why it asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.outbox.slack_client import Rejected, Standing
from storage.base import reading
from storage.base.reading import Part

if TYPE_CHECKING:
    from datetime import datetime

    from reminders.outbox.context import Desk


def read(desk: Desk, conversation: str, *, oldest: str, thread_ts: str | None, since: datetime) -> Standing:
    """The dedupe keys that stand there from `oldest` on, or in the thread. Raises as the sender does.

    What was read goes on where it was cut short, unless it was begun before `since`: histories are read from their
    newest message on, so an earlier reading has not seen what is asked for.
    """
    method = "conversations.replies" if thread_ts else "conversations.history"
    what = f"history:{conversation}:{thread_ts or ''}"
    part = reading.part(desk.store.connection(), what)
    was_kept = part is not None
    if part is None or part.oldest != oldest or part.begun < since.replace(microsecond=0):
        part = Part(desk.clock(), oldest, "", {})
    while True:
        desk.refuse_if_held(method)
        try:
            found, cursor = desk.sender.find_page(conversation, oldest=oldest, thread_ts=thread_ts, cursor=part.cursor)
        except Rejected as refusal:
            if refusal.code != "invalid_cursor" or not part.cursor:
                raise
            part = Part(desk.clock(), oldest, "", {})  # Slack keeps cursors for a while only
            continue
        part = part._replace(cursor=cursor, found={**found, **part.found})
        if not cursor:
            break
        with desk.store.write(desk.clock()) as unit:
            reading.keep_part(unit, what, part)
        was_kept = True
    if was_kept:
        with desk.store.write(desk.clock()) as unit:
            reading.done(unit, what)
    return Standing(part.found)
