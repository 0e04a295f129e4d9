"""The grammar of `/renewals`, and of `python bot.py renewals`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handlers.door import words

if TYPE_CHECKING:
    from handlers.door.words import Asked

PLACE: Final = 30
COMMAND: Final = "/renewals"
SAID: Final = ("renewals Acme", "renewals and their reviews; also held, renewed, churned")
COMMAND_HELP: Final = [
    ("/renewals [mine|team|all]", "what renews in the next six months, and the reviews still to schedule"),
    ("/renewals Acme", "one account's renewal and its reviews"),
    ("/renewals schedule Acme 3 Dec 15:00", "pick a time for the review; AE and SA get the invitation"),
    ("/renewals ask Acme", "ask AE and SA for a time"),
    ("/renewals held Acme [12 Nov]", "the review was held: health, outlook and next step"),
    ("/renewals skip Acme champion is leaving", "leave the review out; the manager sees why"),
    ("/renewals undo Acme", "take back the last of held, skipped, renewed, churned; who was told is told"),
    ("/renewals later Acme [Thursday]", "be reminded again"),
    ("/renewals renewed Acme 30 Apr 2028", "it renewed, until then"),
    ("/renewals churned Acme", "it does not renew"),
    ("/renewals help", "this list"),
]

VERBS: Final = {
    "list": "list",
    "mine": "list",
    "my": "list",
    "team": "list",
    "all": "list",
    "account": "show",
    "show": "show",
    "schedule": "schedule",
    "book": "schedule",
    "plan": "schedule",
    "ask": "ask",
    "held": "held",
    "hold": "held",
    "done": "held",
    "skip": "skip",
    "undo": "undo",
    "later": "later",
    "remind": "later",
    "renewed": "renewed",
    "renew": "renewed",
    "churned": "churned",
    "churn": "churned",
    "help": "help",
    "?": "help",
}


def parse(text: str) -> Asked:
    """The verb and what follows it; no verb: `list` for nothing at all, else `show` of what was typed."""
    return words.by_verb(text, VERBS)
