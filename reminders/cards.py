"""A CTA's card as a message, from today's facts. Called by reminders/messages.py when delivery posts or edits it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage import ctas
from storage.model.moments import civil_day
from templates.views import cta as views

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

    from storage.model.policy import Policy
    from templates.render import Renderer


def card_message(
    db: Connection, renderer: Renderer, policy: Policy, cta_id: int, now: datetime
) -> dict[str, Any] | None:
    """The `text` and `blocks` of the card; None for an internal CTA, which has no card in any channel."""
    facts = ctas.facts(db, cta_id)
    if facts.cta.internal:
        return None
    card = views.card(facts, policy, civil_day(now, policy.timezone))
    message: dict[str, Any] = renderer.render("cta/card", card=card)
    return message
