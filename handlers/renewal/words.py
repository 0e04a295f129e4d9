"""The grammar of `/renewals`, and of `python bot.py renewals`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handlers.door.words import split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.words import Word

COMMAND_HELP: Final = [
    ("/renewals [mine|team|all]", "what renews in the next six months, and the reviews still to schedule"),
    ("/renewals Acme", "one account's renewal and its reviews"),
    ("/renewals schedule Acme 3 Dec 15:00", "pick a time for the review; AE and SA get the invitation"),
    ("/renewals ask Acme", "ask AE and SA for a time"),
    ("/renewals held Acme [12 Nov]", "the review was held: health, outlook and next step"),
    ("/renewals skip Acme champion is leaving", "leave the review out; the manager sees why"),
    ("/renewals undo Acme", "take back that the review was held or skipped; who was told is told"),
    ("/renewals later Acme [Thursday]", "be reminded again"),
    ("/renewals renewed Acme 30 Apr 2028", "it renewed, until then"),
    ("/renewals churned Acme", "it does not renew"),
    ("/renewals help", "this list"),
]

SCOPES: Final = {"mine": "mine", "my": "mine", "team": "team", "all": "all", "everybody": "all"}
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command asks for: the verb, the word that said it, and the words after it."""

    verb: str
    said: str
    rest: tuple[Word, ...]

    @property
    def scope(self) -> str:
        """Whose a list is to be: `mine`, `team`, `all`, or empty for not said."""
        words = (self.said, *(word.text.casefold() for word in self.rest))
        return next((SCOPES[word] for word in words if word in SCOPES), "")


def parse(text: str) -> Asked:
    """The verb and what follows it; no verb: `list` for nothing at all, else `show` of what was typed."""
    return by_verb(text, VERBS)


def by_verb(text: str, verbs: dict[str, str], *, otherwise: str = "show") -> Asked:
    """Read a command by its first word. A quoted first word is a name, never a verb."""
    words: Sequence[Word] = split_words(text)
    if not words:
        return Asked("list", "", ())
    first = words[0]
    verb = verbs.get(first.text.casefold()) if first.kind == "word" else None
    if verb is None:
        return Asked(otherwise, "", tuple(words))
    return Asked(verb, first.text.casefold(), tuple(words[1:]))
