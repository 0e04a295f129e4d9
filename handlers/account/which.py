"""The account of a request: named by its words (`by_name.py`) or its channel, and whether the person may change it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.by_name import Meant, account_at_start, exact, only_own_when_cut
from handlers.door.choices import ECHOED, did_you_mean, fitting
from handlers.door.dates import LONGEST, DateNotUnderstood, find_day, parse_day, parse_moment
from handlers.door.name_spans import runs, split_name
from handlers.door.nouns import grammars, verbs_of
from handlers.door.people import person_meant
from handlers.door.request import as_number
from handlers.door.today import reader_today, zone_of
from handlers.door.verbs import meant_verb
from storage.account import lists as books
from storage.account import store as accounts
from storage.base import people
from storage.base.errors import NotFound, UserError
from storage.base.moments import day_said

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from sqlite3 import Connection

    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.door.words import Asked, Word
    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy


FAR = 1_000_000
"""No list is so long."""


def account_meant(
    request: Request,
    services: Services,
    words: Sequence[Word],
    command: str,
    *,
    careful: bool = False,
    verbs: Collection[str] = (),
) -> tuple[Account, list[Word]]:
    """The account that a command's words begin with, and the words after its name.

    In an account's channel it need not be named. `careful` asks about a cut name unless the account is the person's
    own. Raises UserError as `account_named` does.
    """
    db = services.store.connection()
    here = accounts.of_channel(db, request.channel_id) if request.channel_id else None
    if here and (not words or _is_a_day(words, request, services)):
        return here, list(words)
    meant = account_named(db, words, command, verbs=verbs, policy=services.policy)
    if careful:
        only_own_when_cut(meant, request.person, command)
    return meant.account, meant.rest


def scope_meant(request: Request, services: Services, asked: Asked) -> str:
    """Whose accounts a list is to show: everybody may look at anybody's, `/renewals @maya`."""
    if asked.person is None:
        return asked.scope
    person = person_meant(request, services, asked.person)
    return books.of_person(services.store.connection(), person).scope


def page_meant(value: str) -> tuple[str, int, str]:
    """Whose list (empty: as ever), from which row on, and the rest of what a page's button says: `SCOPE:ROW[:REST]`."""
    scope, _, rest = value.partition(":")
    row, _, rest = rest.partition(":")
    return scope if books.is_scope(scope) else "", min(as_number(row), FAR), rest


def whose_meant(db: Connection, whose: books.Whose) -> Person | None:
    """The person whose accounts a list has, if somebody was named."""
    return None if whose.one is None else people.many(db, [whose.one]).get(whose.one)


def account_named(
    db: Connection, words: Sequence[Word], command: str, *, verbs: Collection[str] = (), policy: Policy | None = None
) -> Meant:
    """The account at the start of the words, and the words after it; raises UserError.

    What is mistyped is offered again as `command account:7 rest`, so that nothing typed is lost. Where no sub-command
    was understood, the first word may be one of `verbs`, mistyped, or one of another command that `policy` shows.
    """
    if not words:
        raise UserError("Which account?", f"For example: {command} Acme")
    try:
        return account_at_start(db, words, command)
    except NotFound as unknown:
        first = words[0].text if verbs and words[0].kind == "word" else ""
        said = f"There is no {command} {first[:ECHOED]}."
        if first and policy and (elsewhere := _elsewhere(db, words, policy)):
            raise NotFound(said, did_you_mean(elsewhere), choices=elsewhere) from unknown
        verb = meant_verb(first, verbs)
        if not verb:
            raise
        corrected = " ".join([command, verb, *(word.id_or_text for word in words[1:])])
        # An account of that name is no likely wish beside it: only those that are there are offered too.
        there = [choice for choice in unknown.choices if choice[1].startswith(f"{command} account:")]
        choices = fitting([(corrected[:70], corrected), *there])
        raise UserError(said, did_you_mean(choices), choices=choices) from unknown


def _elsewhere(db: Connection, words: Sequence[Word], policy: Policy) -> list[tuple[str, str]]:
    """The same words, of each command that has the first of them, where an account's name follows that."""
    if split_name(words[1:], exact(db, runs(words[1:]))) is None:
        return []
    first, said = words[0].text.casefold(), " ".join(word.id_or_text for word in words)
    having = [name for name in grammars(policy) if first in verbs_of(name, policy)]
    return fitting([(f"{name} {said}"[:70], f"{name} {said}") for name in having])


def account_to_change(request: Request, services: Services, account_id: int) -> Account:
    """The account, read again; raises Refused if the person may not change it, naming who can."""
    account = accounts.get(services.store.connection(), account_id)
    refuse_stranger(request, services, account)
    return account


def account_clicked(request: Request, services: Services) -> Account:
    """The account that a button names (`7`, `7:green`), for somebody who wants to change it."""
    return account_to_change(request, services, number(request.value.split(":")[0]))


def account_seen(request: Request, services: Services) -> Account:
    """The same, for whoever wants to look at it."""
    return accounts.get(services.store.connection(), number(request.value.split(":")[0]))


def account_of_form(request: Request, services: Services) -> Account:
    """The account that a form is about, for somebody who wants to change it."""
    return account_to_change(request, services, number(str(request.meta.get("account", ""))))


def day_typed(request: Request, services: Services, words: str, *, past: bool = False) -> date | None:
    """The day that the words name, None for no words; raises DateNotUnderstood."""
    if not words:
        return None
    return parse_day(words, reader_today(request, services), services.policy.date_formats, past=past)


def suggested(stands: date | None, typed: date | None) -> dict[str, str]:
    """What the meta of a form says that suggests a time or day: which one stood then; nothing where one was typed."""
    return {} if typed else {"stood": stands.isoformat() if stands else ""}


def is_set_since(request: Request, stands: date | None) -> bool:
    """Whether a suggestion that nobody touched was drawn before somebody set what stands now: it is not chosen."""
    stood = request.meta.get("stood")
    if stands is None or stood is None or stood == stands.isoformat():
        return False
    return not any(
        request.touched(name) for name in ("scheduled_on", "scheduled_time", "held_on") if name in request.values
    )


def day_held(request: Request, services: Services, last: date | None) -> date | None:
    """The day on which a form says that something was held, for which it suggests one; `last` is that of the last."""
    if last and is_set_since(request, last):
        raise UserError(
            f"Somebody has entered the one of {day_said(last, reader_today(request, services))} since.",
            "Was this another one? Then pick its day.",
            field="held_on",
        )
    return request.day("held_on")


def moment_picked(request: Request, services: Services, planned_at: datetime | None) -> datetime:
    """The day and time of a form, in the person's zone; both are needed. What is planned now may not be what was."""
    if planned_at and is_set_since(request, planned_at):
        local, today = planned_at.astimezone(zone_of(request, services)), reader_today(request, services)
        raise UserError(
            f"Somebody has set {day_said(local.date(), today)}, {local:%H:%M} since: that stands.",
            "Pick another day or time to move it.",
            field="scheduled_on",
        )
    day, clock = request.day("scheduled_on"), request.clock("scheduled_time")
    if not day:
        raise UserError("Which day?", field="scheduled_on")
    if not clock:
        raise UserError("At what time?", field="scheduled_time")
    return datetime.combine(day, clock, zone_of(request, services))


def moment_typed(request: Request, services: Services, words: str) -> tuple[date | None, datetime | None]:
    """The instant that the words name; of a day alone the day, to be completed in a form; of no words neither."""
    if not words:
        return None, None
    today, formats = reader_today(request, services), services.policy.date_formats
    try:
        return None, parse_moment(words, today, zone_of(request, services), formats)
    except DateNotUnderstood as error:
        if error.was_meant or find_day(words.split(), today, formats) is None:
            raise
        return parse_day(words, today, formats), None


def nothing_left(rest: Sequence[Word] | str, example: str) -> None:
    """Raise UserError for words that a command has no use for."""
    left = rest if isinstance(rest, str) else " ".join(word.text for word in rest)
    if left:
        raise UserError(f"'{left[:80]}' was not understood.", f"For example: {example}")


def number(text: str) -> int:
    """The id that a button or a form carries; raises NotFound for anything else."""
    if not (found := as_number(text)):
        raise NotFound("That record is not known here.")
    return found


def _is_a_day(words: Sequence[Word], request: Request, services: Services) -> bool:
    typed = [word.text for word in words]
    try:
        return find_day(typed[:LONGEST], reader_today(request, services), services.policy.date_formats) is not None
    except DateNotUnderstood:
        return True  # a day was meant, and is refused where it is read
