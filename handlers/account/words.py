"""The grammar of `/account`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from handlers.door.nouns import verbs_of
from handlers.door.words import SCOPES, Asked, by_verb
from storage.account.sieve import HEALTHS, SORTS, SPANS, Sieve
from storage.base.errors import UserError
from storage.base.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.words import Word
    from storage.base.policy import Policy

PLACE: Final = 20
COMMAND: Final = "/account"
SAID: Final = ("account Acme", "an account's card; also list, health, brief, history")
COMMAND_HELP: Final = [
    ("/account Acme", "the account at a glance: team, ARR, renewal, health, EBR, open CTAs"),
    ("/account add Acme [csm @ann] [renewal 30 Apr 2027] [arr 240000] …", "add an account, or open the form"),
    ("/account edit Acme", "change its team, dates, ARR, channel …"),
    ("/account health Acme red sponsor left", "set its health as of today, and say why"),
    ("/account note Acme met the new CTO", "note something: the newest stand on the card, all in its history"),
    (
        "/account list [mine|team|all|@maya] [renewing|no-ebr|no-csm|archived]",
        "to act in; also: by arr, red, 90 days",
    ),
    ("/account history Acme", "who changed what, and when"),
    ("/account undo Acme", "take back the health that was set last"),
    ("/account archive Acme", "take it out of lists and reminders (asks first); unarchive brings it back"),
    ("/account help", "this list"),
]

VERBS: Final = {
    "add": "add",
    "new": "add",
    "create": "add",
    "edit": "edit",
    "change": "edit",
    "show": "show",
    "health": "health",
    "list": "list",
    "mine": "list",
    "my": "list",
    "team": "list",
    "all": "list",
    "find": "show",
    "search": "show",
    "history": "history",
    "note": "note",
    "notes": "history",
    "brief": "brief",
    "undo": "undo",
    "archive": "archive",
    "unarchive": "unarchive",
    "help": "help",
    "?": "help",
}

# What stands before a value in `/account add`: the form's field, and the words that people use for it.
FIELD_WORDS: Final = {
    "csm": "csm",
    "tam": "csm",
    "ae": "ae",
    "sae": "ae",
    "sal": "ae",
    "sa": "sa",
    "pse": "pse",
    "renewal": "renewal_on",
    "renews": "renewal_on",
    "notice": "notice_days",
    "auto-renews": "auto_renews",
    "arr": "arr",
    "segment": "segment",
    "region": "region",
    "channel": "channel",
    "crm": "crm_id",
    "since": "customer_since",
    "ebr": "last_ebr_on",
}
LISTS: Final = {
    "renewing": "renewing",
    "renewals": "renewing",
    "no-ebr": "no-ebr",
    "noebr": "no-ebr",
    "no-csm": "no-csm",
    "nocsm": "no-csm",
    "archived": "archived",
}


def parse(text: str, policy: Policy | None = None) -> Asked:
    """The verb and what follows it; nothing at all is `list`."""
    return by_verb(text, verbs_of(COMMAND, policy))


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What `/account add` was told: the name, and words by field; mentions keep their Slack id."""

    name: str
    fields: dict[str, tuple[Word, ...]]


def parse_new(words: Sequence[Word]) -> NewAccount:
    """The name up to the first field word, then each field's words up to the next one."""
    name: list[str] = []
    fields: dict[str, list[Word]] = {}
    current: list[Word] | None = None
    for word in words:
        field = FIELD_WORDS.get(word.text.casefold().rstrip(":")) if word.kind == "word" and name else None
        if field:
            current = fields.setdefault(field, [])
        elif current is None:
            name.append(word.text)
        else:
            current.append(word)
    return NewAccount(" ".join(name), {field: tuple(found) for field, found in fields.items()})


def read_sieve_words(words: Sequence[str], segments: Sequence[str]) -> tuple[Sieve, list[str]]:
    """`by arr`, `red`, `90 days`, `strategic` among the words of a list, and the words that say something else.

    Raises UserError for two things to narrow it to.
    """
    sieve, left = Sieve(), []
    place = 0
    while place < len(words):
        here, following = words[place], words[place + 1] if place + 1 < len(words) else ""
        if here == "by" and (sort := _SORT_WORDS.get(following, "")):
            sieve, place = replace(sieve, sort=sort), place + 2
        elif here in HEALTHS or here in segments:
            sieve, place = _narrowed(sieve, here if here in HEALTHS else f"={here}"), place + 1
        elif following == "days" and here in map(str, SPANS):
            sieve, place = _narrowed(sieve, here), place + 2
        else:
            left.append(here)
            place += 1
    return sieve, left


def _narrowed(sieve: Sieve, only: str) -> Sieve:
    """The sieve narrowed to this; raises UserError where it is narrowed already, so that no word is passed over."""
    if sieve.only not in ("", only):
        said = [counted(int(one), "day") if one.isdecimal() else one.removeprefix("=") for one in (sieve.only, only)]
        raise UserError(f"A list shows one of these at a time: {said[0]} or {said[1]}.", "Ask for one of them.")
    return replace(sieve, only=only)


_SORT_WORDS: Final = {**{name: name for name in SORTS}, "renewal": "days", "day": "days"}


def parse_list(words: Sequence[Word]) -> tuple[str, str, list[str]]:
    """The scope (empty: by default), the kind of list and what was not understood: `renewing team`."""
    typed = [word.text.casefold() for word in words]
    joined = " ".join(typed).replace("no ebr", "no-ebr").replace("no csm", "no-csm").split()
    scope = next((SCOPES[t] for t in joined if t in SCOPES), "")
    which = next((LISTS[t] for t in joined if t in LISTS), "")
    return scope, which, [t for t in joined if t not in SCOPES and t not in LISTS]


_ACCOUNT_ID = re.compile(r"account:(\d{1,9})", re.IGNORECASE)


def account_id(phrase: str) -> int:
    """The id of `account:17`, as the bot's own buttons write it; else 0."""
    found = _ACCOUNT_ID.fullmatch(phrase)
    return int(found[1]) if found else 0
