"""The messages of CTAs, handed in: a CTA's card, made of today's facts when delivery posts or edits it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reminders.outbox.fallbacks import WORDS
from storage.base.moments import civil_day
from storage.cta import store as ctas
from templates.cta import show as views

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from templates.blocks.render import Renderer


def card_message(
    db: Connection, renderer: Renderer, policy: Policy, row: OutboxRow, now: datetime
) -> dict[str, Any] | None:
    """The `text` and `blocks` of the card; None for an internal CTA, which has no card in any channel.

    Whoever is told instead, since the channel can't have it, gets one line and why: nobody edits that one later.
    """
    if row.cta_id is None:
        return None
    facts = ctas.facts(db, row.cta_id)
    if facts.cta.internal:
        return None
    card = views.card(facts, policy, civil_day(now, policy.timezone), stays=True)
    if "instead_of" in row.payload:
        because = row.payload.get("because", "")
        why_not = views.not_there(facts.account, WORDS.get(because, because))
        message: dict[str, Any] = renderer.render("cta/card_elsewhere", card=card, why_not=why_not)
    else:
        message = renderer.render("cta/card", card=card)
    return message


MESSAGES = {"card": card_message}
