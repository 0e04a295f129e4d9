"""What a batch of outbox rows says in Slack, from today's facts. Called by delivery when it is about to post.

Delivery decides who gets which rows together; here they become text and blocks. Nothing is stored or sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from reminders.engine.kinds import at_once, kind_of
from reminders.outbox import notes
from reminders.outbox.my_day import my_day
from storage.base import outbox, upkeep
from storage.base.nouns import merged
from templates.blocks.in_full import in_full
from templates.blocks.render import marked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from templates.blocks.render import Renderer


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message: `text` always stands as the fallback, and alone where Slack refuses the blocks.

    `file` (its name and content) is uploaded with the text as its comment; it has no blocks then.
    """

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    file: tuple[str, bytes] | None = None


def compose(
    db: Connection, renderer: Renderer, policy: Policy, rows: Sequence[OutboxRow], now: datetime
) -> list[Message]:
    """The message that these rows make together, and the replies in its thread after it.

    All rows have one destination and make one message: all reminders of one person (or of operations) that are
    due, one message of a kind that makes its own, one CTA's card (posts and edits alike: both show today's facts), one
    notice, or several notices `trouble` at once. An empty list: nothing to say any more; the rows are cancelled, and
    a card that stands in a channel is taken away. Replies are posted one by one later, each from a call of its own: the
    same row must make the same number of them.
    """
    first = rows[0]
    kind = kind_of(first)
    made: Sequence[dict[str, Any] | None]
    if first.kind in own_messages():
        made = [own_messages()[first.kind](db, renderer, policy, first, now)]
    elif told := at_once(first):
        made = [told.compose(db, renderer, policy, rows, now)]
    elif kind and kind.compose:
        made = kind.compose(db, renderer, policy, first, now)
    elif kind:
        made = [my_day(db, renderer, policy, rows, now)]
    elif all(row.payload.get("notice") == "trouble" for row in rows):
        made = [renderer.render("notice/trouble", lines=[row.payload["words"] for row in rows])]
    elif first.payload.get("notice") == "redraw":
        made = [_again(db, renderer, policy, first, now)]
    elif first.payload.get("notice") in notes.notices():
        return _notice(db, renderer, policy, first, now)
    else:
        made = [renderer.render("message/plain", items=[{"kind": row.kind, "why": row.why} for row in rows])]
    epoch = upkeep.epoch(db)
    return [Message(in_full(one["text"], one["blocks"]), marked(one["blocks"], epoch)) for one in made if one]


Make = Callable[["Connection", "Renderer", "Policy", "OutboxRow", "datetime"], dict[str, Any] | None]


@cache
def own_messages() -> Mapping[str, Make]:
    """The messages that nouns post beside reminders and notices, by the row's kind (`reminders/<noun>/messages.py`)."""
    return merged("reminders", "messages", "MESSAGES")


def _again(db: Connection, renderer: Renderer, policy: Policy, row: OutboxRow, now: datetime) -> dict[str, Any] | None:
    """A message to a person as it is to read now that something in it was done."""
    stands = outbox.get(db, int(row.payload["of"]))
    if stands is None:
        return None
    rows, told = outbox.of_same_message(db, stands), at_once(stands)
    return told.compose(db, renderer, policy, rows, now) if told else my_day(db, renderer, policy, rows, now)


def _notice(db: Connection, renderer: Renderer, policy: Policy, row: OutboxRow, now: datetime) -> list[Message]:
    """A note to one person, and an invitation's calendar file in its thread."""
    made = notes.message(db, renderer, policy, row, now)
    if made is None:
        return []
    file = notes.file_of(db, policy, row, now)
    said = [Message(in_full(made["text"], made["blocks"]), marked(made["blocks"], upkeep.epoch(db)))]
    return [*said, Message("For your calendar", file=file)] if file else said
