"""What a batch of outbox rows says in Slack, from today's facts. Called by delivery when it is about to post.

Delivery decides who gets which rows together; here they become text and blocks. Nothing is stored or sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reminders.cards import card_message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from storage.model.outbox import OutboxRow
    from storage.model.policy import Policy
    from templates.render import Renderer


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message: `text` always stands as the fallback, and alone where Slack refuses the blocks."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


def compose(
    db: Connection, renderer: Renderer, policy: Policy, rows: Sequence[OutboxRow], now: datetime
) -> list[Message]:
    """The message that these rows make together, and the replies in its thread after it.

    All rows have one destination and make one message: all reminders of one person (or of operations) that are
    due, one weekly summary, one CTA's card (posts and edits alike: both show today's facts), one notice, or
    several notices `trouble` at once. An empty list: nothing to say any more; the rows are cancelled, and a card
    that stands in a channel is taken away. Replies are posted one by one later, each from a call of its own: the
    same row must make the same number of them.
    """
    if rows[0].kind == "card" and rows[0].cta_id is not None:
        card = card_message(db, renderer, policy, rows[0].cta_id, now)
        return [Message(card["text"], card["blocks"])] if card else []
    if all(row.payload.get("notice") == "trouble" for row in rows):
        made = renderer.render("notice/trouble", lines=[row.payload["words"] for row in rows])
    else:
        made = renderer.render("message/plain", items=[{"kind": row.kind, "why": row.why} for row in rows])
    return [Message(made["text"], made["blocks"])]
