"""A reply in the thread of a CTA's card is its note: kept once, changed and taken back with the message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.cta import actions
from handlers.cta.slack.opening import as_read
from handlers.door.actions import carry_out_unasked
from storage.base.permissions import may
from storage.base.texts import NOTE_LIMIT
from storage.cta import replies
from storage.cta import store as ctas
from templates.blocks.mrkdwn import clip

if TYPE_CHECKING:
    from handlers.door.request import Request
    from handlers.door.services import Services


def handle_reply(request: Request, services: Services) -> None:
    """Keep what somebody who may change the CTA wrote below its card; what others write stays a talk."""
    event, db = request.body["event"], services.store.connection()
    channel = str(event["channel"])
    cta_id = replies.cta_of_card(db, channel, event["thread_ts"])
    if cta_id is None:
        return
    facts = ctas.facts_to_close(db, cta_id)
    if not may(request.rights, "change", services.policy, facts.account, facts.cta.owner_id):
        return
    text = clip(as_read(services, event["text"]).strip(), NOTE_LIMIT)
    message = f"{channel}:{event['ts']}"
    carry_out_unasked(request, services, lambda unit: actions.keep_reply(unit, cta_id, message, text))
