"""The grammar of `/renewals`, and of `python bot.py renewals`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handlers.door import words
from handlers.door.nouns import verbs_of

if TYPE_CHECKING:
    from handlers.door.words import Asked

PLACE: Final = 30
COMMAND: Final = "/renewals"
SAID: Final = ("renewals Acme", "renewals and their reviews; also held, renewed, churned")
COMMAND_HELP: Final = [
    ("/renewals [mine|team|all]", "what renews in the next six months, and the reviews still to schedule"),
    ("/renewals @maya", "a colleague's; everybody may look"),
    ("/renewals Acme", "one account's renewal and its reviews"),
    ("/renewals schedule Acme 3 Dec 15:00", "pick a time for the review; AE and SA get the invitation"),
    ("/renewals ask Acme", "ask AE and SA for a time"),
    ("/renewals held Acme [12 Nov]", "the review was held: health, outlook and next step"),
    ("/renewals skip Acme champion is leaving", "leave the review out; the manager sees why"),
    ("/renewals undo Acme", "take back the last of held, skipped, renewed, churned; who was told is told"),
    ("/renewals later Acme [Thursday]", "be reminded again"),
    ("/renewals outlook Acme at risk sponsor is leaving", "what you expect of it: renew, at risk or churn, and why"),
    ("/renewals renewed Acme 30 Apr 2028 [arr 260000]", "it renewed, until then"),
    ("/renewals signing Acme 18 Dec with legal", "in signature: not lapsed until that day has passed"),
    ("/renewals churned Acme [day] [reason] [line]", "it does not renew, and why; without a reason the form asks"),
    ("/renewals lapsed [mine|team|all]", "renewal days that passed undecided"),
    ("/renewals help", "this list"),
]

VERBS: Final = {
    "list": "list",
    "mine": "list",
    "my": "list",
    "team": "list",
    "all": "list",
    "due": "list",
    "overdue": "list",
    "late": "list",
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
    "outlook": "outlook",
    "expect": "outlook",
    "renewed": "renewed",
    "renew": "renewed",
    "churned": "churned",
    "churn": "churned",
    "signing": "signing",
    "sign": "signing",
    "signed": "signing",
    "lapsed": "lapsed",
    "help": "help",
    "?": "help",
}


def parse(text: str) -> Asked:
    """The verb and what follows it; no verb: `list` for nothing at all, else `show` of what was typed."""
    return words.by_verb(text, verbs_of(COMMAND))


_OUTLOOKS: Final = {
    "renew": "renew",
    "renews": "renew",
    "green": "renew",
    "at risk": "at_risk",
    "at-risk": "at_risk",
    "at_risk": "at_risk",
    "risk": "at_risk",
    "churn": "churn",
    "churns": "churn",
}


def read_outlook(said: str) -> tuple[str, str]:
    """The outlook that the words begin with ('' for none), and the line behind it."""
    parts = said.split()
    for count in (2, 1):
        found = _OUTLOOKS.get(" ".join(parts[:count]).casefold().rstrip(":,.;"))
        if found and len(parts) >= count:
            return found, " ".join(parts[count:])
    return "", said
