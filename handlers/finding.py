"""Which account a person means, and whether they may change it: asked by every command, click and submit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from handlers.cta.meaning import did_you_mean, fitting, refuse_stranger
from handlers.parsing.cta import account_id
from handlers.parsing.dates import LONGEST, DateNotUnderstood, find_day, parse_day, parse_moment
from handlers.parsing.names import LONGEST_NAME, split_name
from handlers.today import reader_today, zone_of
from storage import accounts
from storage.model.errors import NotFound, UserError
from templates.views.account import told_apart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from handlers.parsing.words import Word
    from handlers.request import Request
    from handlers.services import Services
    from storage.model.account import Account

CHOICES = 5


def account_meant(
    request: Request, services: Services, words: Sequence[Word], command: str, *, archived: bool = False
) -> tuple[Account, list[Word]]:
    """The account that a command's words begin with, and the words after its name.

    In an account's channel it need not be named. Raises UserError as `account_named` does.
    """
    db = services.store.connection()
    here = accounts.of_channel(db, request.channel_id) if request.channel_id else None
    if here and (not words or _is_a_day(words, request, services)):
        return here, list(words)
    return account_named(db, words, command, archived=archived)


def account_named(
    db: Connection, words: Sequence[Word], command: str, *, archived: bool = False
) -> tuple[Account, list[Word]]:
    """The account of the name, CRM id or channel at the start of the words, and the words after it.

    What is mistyped is offered again as `command account:7 rest`, so that nothing typed is lost (`archived`: among
    archived ones too); raises UserError.
    """
    if not words:
        raise UserError("Which account?", f"For example: {command} Acme")
    if known_id := account_id(words[0].text):
        return accounts.get(db, known_id), list(words[1:])
    split = split_name(words, lambda name: bool(accounts.named(db, name)))
    if split:
        name, rest = split
        found = [of] if (of := accounts.of_channel(db, name)) else accounts.named(db, name)
        if len(found) == 1 or sum(account.archived_at is None for account in found) == 1:
            return found[0], rest
        if found:
            choices = _choices(found, command, rest)
            raise UserError(f"{len(found)} accounts are called {found[0].name}.", "Which one?", choices=choices)
    return _alike(db, words, command, archived=archived)


def account_to_change(request: Request, services: Services, account_id: int) -> Account:
    """The account, read again; raises Refused if the person may not change it, naming who can."""
    account = accounts.get(services.store.connection(), account_id)
    refuse_stranger(request, services, account)
    return account


def day_typed(request: Request, services: Services, words: str, *, past: bool = False) -> date | None:
    """The day that the words name, None for no words; raises DateNotUnderstood."""
    if not words:
        return None
    return parse_day(words, reader_today(request, services), services.policy.date_formats, past=past)


def moment_typed(request: Request, services: Services, words: str) -> tuple[date | None, datetime | None]:
    """The instant that the words name; of a day alone the day, to be completed in a form; of no words neither."""
    if not words:
        return None, None
    today, formats = reader_today(request, services), services.policy.date_formats
    try:
        return None, parse_moment(words, today, zone_of(request, services), formats)
    except DateNotUnderstood:
        if find_day(words.split(), today, formats) is None:
            raise
        return parse_day(words, today, formats), None


def nothing_left(rest: Sequence[Word] | str, example: str) -> None:
    """Raise UserError for words that a command has no use for."""
    left = rest if isinstance(rest, str) else " ".join(word.text for word in rest)
    if left:
        raise UserError(f"'{left[:80]}' was not understood.", f"For example: {example}")


def number(text: str) -> int:
    """The id that a button or a form carries; raises NotFound for anything else."""
    if not (text.isascii() and text.isdigit()):
        raise NotFound("That record is not known here.")
    return int(text)


def _is_a_day(words: Sequence[Word], request: Request, services: Services) -> bool:
    typed = [word.text for word in words]
    try:
        return find_day(typed[:LONGEST], reader_today(request, services), services.policy.date_formats) is not None
    except DateNotUnderstood:
        return True  # a day was meant, and is refused where it is read


def _alike(db: Connection, words: Sequence[Word], command: str, *, archived: bool) -> tuple[Account, list[Word]]:
    """The only account whose name begins as typed, else NotFound with those that it may be.

    How many words are the name is not known: as many as make it most like an account's.
    """
    likest: tuple[float, int, list[Account]] = (0, 1, [])
    for count in range(min(len(words), LONGEST_NAME), 0, -1):
        typed = accounts.name_key(" ".join(word.text for word in words[:count]))
        found = accounts.search(db, typed, CHOICES, archived=archived)
        if len(found) == 1 and accounts.name_key(found[0].name).startswith(typed):
            return found[0], list(words[count:])
        alike = max((fuzz.ratio(typed, accounts.name_key(account.name)) for account in found), default=0)
        likest = max(likest, (alike, count, found), key=lambda each: each[0])
    _, count, found = likest
    typed = " ".join(word.text for word in words[:count])[:80]
    if not found:
        raise NotFound(f"No account called '{typed}'.", "/account add makes a new one; /account list all shows all.")
    choices = _choices(found, command, words[count:])
    raise NotFound(f"No account called '{typed}'.", did_you_mean(choices), choices=choices)


def _choices(found: Sequence[Account], command: str, rest: Sequence[Word]) -> list[tuple[str, str]]:
    typed = " ".join(word.text for word in rest)
    return fitting([(told_apart(a, found), f"{command} account:{a.id} {typed}".strip()) for a in found[:CHOICES]])
