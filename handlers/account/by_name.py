"""Which account is meant by words: once, for every command, from Slack and from the terminal.

An account is meant by its exact name, its CRM id, its channel or `account:7` (the bot's own buttons), else by the start
of its name where one active account fits. The longest run of words wins, exact before cut; the rest is the command's.
Where several fit, or none, the likest are offered, each as the whole command again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.account.words import account_id
from handlers.door.choices import BUTTON_VALUE, CHOICES, ECHOED, did_you_mean, fitting
from handlers.door.name_spans import lengths, runs, split_name
from handlers.door.words import SCOPES, Asked, split_words
from storage.account import store as accounts
from storage.base.alike import likeness
from storage.base.errors import NotFound, UserError
from storage.base.folding import name_key
from templates.account.show import told_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from sqlite3 import Connection

    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.account.record import Account
    from storage.base.person import Person

Accounts = tuple["Account", ...]
NEW, THEN, LONGEST_THEN = "account:new", " then: ", 400
"""What stands for an account to be added in a command, and before a command that is offered once it is."""
_LETTERS = 3
_BEFORE = 3
"""Words before a name behind which it is still looked for (`for the acme corp`)."""
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{3,}")


@dataclass(frozen=True, slots=True)
class Meant:
    """The account, the words after its name, and whether that was cut."""

    account: Account
    rest: list[Word]
    cut: bool = False


def exact(db: Connection, phrases: Sequence[str]) -> dict[str, Accounts]:
    """Of some phrases, those that are an account's name, CRM id, channel or `account:7`.

    An active account goes before an archived one of the same name; several are several.
    """
    found = {phrase: tuple(of) for phrase, of in accounts.named_among(db, _spellings(phrases)).items()}
    for phrase in phrases:
        if number := account_id(phrase):
            found[phrase] = (accounts.get(db, number),)
        elif _CHANNEL_ID.fullmatch(phrase) and (of := accounts.of_channel(db, phrase)):
            found[phrase] = (of,)
        elif phrase not in found and (other := _with_and(phrase)) in found:
            found[phrase] = found[other]
    return {phrase: found[phrase] for phrase in phrases if phrase in found}


def by_start(db: Connection, phrases: Iterable[str]) -> dict[str, Accounts]:
    """Of some phrases, those with which the name of just one active account begins; where none is so, of several."""
    ones: dict[str, Accounts] = {}
    several: dict[str, Accounts] = {}
    empty: list[str] = []
    for phrase in sorted(set(phrases), key=len):
        if any(phrase.startswith(f"{start} ") for start in empty):
            continue
        found = tuple(accounts.beginning(db, phrase, CHOICES + 1))
        if not found:
            empty.append(phrase)
        elif sum(letter.isalnum() for letter in phrase) >= _LETTERS:
            (ones if len(found) == 1 else several)[phrase] = found
    return ones or several


def whole_names(services: Services) -> Callable[[Sequence[str]], Mapping[str, Accounts]]:
    """`exact`, for a grammar."""
    return lambda phrases: exact(services.store.connection(), phrases)


def cut_names(services: Services) -> Callable[[Sequence[str]], Mapping[str, Accounts]]:
    """`by_start`, for a grammar."""
    return lambda phrases: by_start(services.store.connection(), phrases)


def account_at_start(db: Connection, words: Sequence[Word], command: str) -> Meant:
    """The account that the words begin with; raises UserError with `command account:7 rest` to pick from."""
    phrases = runs(words)
    for cut, find in ((False, exact), (True, by_start)):
        found = find(db, phrases)
        split = split_name(words, found)
        if split is None:
            continue
        phrase, rest = split
        fits = found[phrase]
        if len(fits) > 1 and not cut:
            fits = tuple(account for account in fits if account.archived_at is None) or fits
        if len(fits) == 1:
            return Meant(fits[0], rest, cut and name_key(phrase) != name_key(fits[0].name))
        raise _several(fits, phrase, [_again(command, account, rest) for account in fits])
    raise _none(db, words, command)


def or_a_name(db: Connection, asked: Asked, text: str) -> Asked:
    """What is asked for; but all the words are an account's name, though they begin as a list does: "Team Rocket"."""
    words = split_words(text) if asked.verb in ("list", "show") and asked.said and asked.rest else []
    return Asked("show", "", tuple(words)) if exact(db, runs(words)[:1]) else asked


def beside_a_list(db: Connection, words: Sequence[str]) -> Account | None:
    """The one account that is named where a list is asked for: `due Acme` is about Acme, and no list without it."""
    name = " ".join(word for word in words if word.casefold() not in SCOPES)
    found = exact(db, [name]).get(name, ()) if name else ()
    return found[0] if len(found) == 1 else None


def only_own_when_cut(meant: Meant, person: Person, command: str) -> Meant:
    """For what is hard to take back: a cut name is asked about, unless the account is the person's own."""
    if meant.cut and person.id not in meant.account.team_ids:
        choices = [(meant.account.name, _again(command, meant.account, meant.rest))]
        raise UserError(f"Do you mean {meant.account.name}?", "Nothing was changed yet.", choices=fitting(choices))
    return meant


def one_of(fits: Accounts, typed: str, command: Callable[[str], str]) -> Account:
    """The only one of the accounts; raises UserError with those to pick from (`command` of `account:7`)."""
    if len(fits) > 1:
        raise _several(fits, typed, [command(f"account:{account.id}") for account in fits])
    return fits[0]


def likest(db: Connection, typed: str, command: Callable[[str], str], *, limit: int = CHOICES) -> list[tuple[str, str]]:
    """Accounts that a mistyped name may mean, each with the whole command again."""
    found = accounts.search(db, typed[: accounts.NAME_LIMIT], limit)
    found += [account for account in _behind(db, split_words(typed))[0] if account not in found][: limit - len(found)]
    return fitting([(told_apart(account, found), command(f"account:{account.id}")) for account in found])


def _behind(db: Connection, words: Sequence[Word]) -> tuple[Accounts, list[Word]]:
    """The accounts whose name stands behind a few other words, exact before cut, and the words after it."""
    for find in (exact, by_start):
        for at in range(1, min(len(words), _BEFORE + 1)):
            named = find(db, runs(words[at:]))
            if split := split_name(words[at:], named):
                return named[split[0]], split[1]
    return (), []


def unknown(typed: str, choices: Sequence[tuple[str, str]], then: str = "") -> NotFound:
    """No such account: those that it may be, else a way to add it; never words alone.

    `then` is the whole command again, with NEW for the account: it is offered once that is added.
    """
    said = f"No account called '{typed[:ECHOED]}'."
    if choices:
        return NotFound(said, did_you_mean(choices), choices=choices)
    name = typed[: accounts.NAME_LIMIT]
    add = f"/account add {name}"
    if then and len(then) <= LONGEST_THEN and len(f"{add}{THEN}{then}") <= BUTTON_VALUE:
        add = f"{add}{THEN}{then}"
    ways = [(f"Add {name[:40]}", add), ("All accounts", "/account list all")]
    return NotFound(said, "/account add makes a new one; /account list all shows all.", choices=fitting(ways))


def _several(fits: Accounts, typed: str, commands: Sequence[str]) -> UserError:
    same = len({name_key(account.name) for account in fits}) == 1
    said = f"accounts are called {fits[0].name}" if same else f"accounts begin with '{typed[:ECHOED]}'"
    count = f"More than {CHOICES}" if len(fits) > CHOICES else str(len(fits))
    choices = [(told_apart(account, fits), again) for account, again in zip(fits, commands, strict=True)][:CHOICES]
    return UserError(f"{count} {said}.", "Which one?", choices=fitting(choices))


def _none(db: Connection, words: Sequence[Word], command: str) -> UserError:
    """How many words are the name is not known: as many as make it most like an account's."""
    best: tuple[float, int] = (-1, 1)
    for count, phrase in zip(lengths(words), runs(words), strict=True):
        key = name_key(phrase)[: accounts.NAME_LIMIT]
        found = accounts.search(db, key, CHOICES)
        alike = max((likeness(key, name_key(account.name)) for account in found), default=-1)
        best = max(best, (alike, count), key=lambda each: each[0])
    behind, left = _behind(db, words)
    others = fitting([(told_apart(account, behind), _again(command, account, left)) for account in behind])
    if best[0] < 0:
        return unknown(" ".join(word.text for word in words), others[:CHOICES])
    name, rest = words[: best[1]], words[best[1] :]
    after = " ".join(word.id_or_text for word in rest)
    typed = " ".join(word.text for word in name)
    offered = likest(db, typed, lambda account: f"{command} {account} {after}".strip())
    labels = {label for label, _ in offered}
    return unknown(typed, [*offered, *(one for one in others if one[0] not in labels)][:CHOICES])


def _again(command: str, account: Account, rest: Sequence[Word]) -> str:
    return f"{command} account:{account.id} {' '.join(word.id_or_text for word in rest)}".strip()


def _spellings(phrases: Sequence[str]) -> list[str]:
    """The phrases, and with `and` for `&` and the other way round."""
    return list(dict.fromkeys([*phrases, *map(_with_and, phrases)]))


def _with_and(phrase: str) -> str:
    if "&" in phrase:
        return " ".join(phrase.replace("&", " and ").split())
    return " ".join("&" if word.casefold() == "and" else word for word in phrase.split(" "))
