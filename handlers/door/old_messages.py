"""Clicks on messages that are not the bot's present ones: told to be old, and nothing else. Asked by the guard.

A backup that was brought back knows nothing of what was posted after it was made, while Slack shows it still. So a
click counts where its message is one that the outbox knows, or was posted since then (`upkeep.epoch`) in an answer
that the outbox does not keep.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from handlers.door.spoken import WAYS
from storage.base import outbox, upkeep
from storage.base.errors import UserError
from templates.blocks.mrkdwn import link
from templates.blocks.render import epoch_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.base.outbox_row import OutboxRow

log = logging.getLogger("cta_bot")

_HARMLESS: Final = re.compile(r"(link|ignore|command\.retry)\.")
_CARD: Final = re.compile(r"card:(\d{1,18})")
_DM: Final = "D"


def refuse_old(request: Request, services: Services) -> None:
    """Raise UserError, with the way to the present message, for a click on one that is not."""
    ts, channel = str(request.message.get("ts") or ""), request.channel_id
    if request.kind != "action" or request.ephemeral or not ts or _HARMLESS.match(request.id):
        return
    db = services.store.connection()
    present = upkeep.epoch(db)
    is_of_now = epoch_of(request.message.get("blocks") or []) == present
    if is_of_now and channel.startswith(_DM) and not _payload(request):
        return  # an answer to what was written there: no row of the outbox
    if outbox.stands(db, channel, ts, or_is_posted_now=is_of_now):
        return
    log.info("a click on a message that the outbox does not know: %s in %s", ts, channel)
    why = "The bot does not know this message any more" if is_of_now else "A backup was brought back since this message"
    said = f"{why}, so its buttons do nothing."
    if there := _link(_present(request, db), services):
        raise UserError(said, link(there, "The present one is here."))
    raise UserError(said, "What there is now:", choices=WAYS[1:])


def _payload(request: Request) -> dict[str, Any]:
    """What delivery noted with the message; nothing with an answer."""
    found: dict[str, Any] = (request.message.get("metadata") or {}).get("event_payload") or {}
    return found


def _present(request: Request, db: Connection) -> Iterator[OutboxRow]:
    """The rows that a message told of, where they stand elsewhere in its conversation now."""
    keys = [str(key) for key in _payload(request).get("keys") or ()]
    if found := _CARD.match(request.block_id):
        keys.append(f"card:{found[1]}")
    for key in keys:
        row = outbox.by_key(db, key)
        if row and row.slack_ts and row.conversation == request.channel_id:
            yield row


def _link(rows: Iterator[OutboxRow], services: Services) -> str:
    for row in rows:
        try:
            found = services.slack.chat_getPermalink(channel=str(row.conversation), message_ts=str(row.slack_ts))
            return str(found["permalink"])
        except (SlackApiError, URLError, OSError) as error:
            log.info("no link to %s: %s", row.dedupe_key, error)
    return ""
