"""Work that goes to somebody else: for good (`/account handover`), or while its owner is away (`/account away`).

account.handover_open   PERSON or -   the form to hand somebody's accounts over
people.away             -             the form "I'm away"; people.back: back again
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.handover.slack import away, handover

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

MORE_VERBS: dict[str, dict[str, Verb]] = {
    "/account": {"handover": handover.by_words, "away": away.by_words, "back": away.back_by_words}
}
ACTIONS: dict[str, Handler] = {
    "account.handover_open": handover.handle_open,
    "people.away": away.handle_open,
    "people.back": away.handle_back,
}
VIEWS: dict[str, Handler] = {"account.handover": handover.submit, "people.away": away.submit}
OPTIONS: dict[str, Handler] = {"account.handover_accounts": handover.handle_accounts}
