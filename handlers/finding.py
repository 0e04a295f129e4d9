"""Which account a person means, and whether they may change it: asked by every command, click and submit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.parsing.dates import LONGEST, DateNotUnderstood, find_day
from handlers.parsing.names import LONGEST_NAME, quoted, split_name
from storage import accounts, people
from storage.model.errors import NotFound, Refused, UserError
from storage.model.moments import civil_day, zone
from storage.model.permissions import may

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, tzinfo

    from handlers.parsing.words import Word
    from handlers.request import Request
    from handlers.services import Services
    from storage.model.account import Account


def account_meant(
    request: Request, services: Services, words: Sequence[Word], command: str
) -> tuple[Account, list[Word]]:
    """The account that a command's words begin with, and the words after its name.

    In an account's channel it need not be named. What is mistyped is offered again as `command "Acme" rest`, with
    nothing lost of what was typed; raises UserError.
    """
    db = services.store.connection()
    here = accounts.of_channel(db, request.channel_id) if request.channel_id else None
    if here and (not words or _is_a_day(words, services)):
        return here, list(words)
    if not words:
        raise UserError("Which account?", f"For example: {command} Acme")
    split = split_name(words, lambda name: bool(accounts.named(db, name)))
    if split:
        name, rest = split
        found = [of] if (of := accounts.of_channel(db, name)) else accounts.named(db, name)
        if len(found) == 1 or (found and _only_one_active(found)):
            return found[0], rest
        if found:
            raise _several(found, command, rest)
    return _alike(services, words, command)


def account_to_change(request: Request, services: Services, account_id: int) -> Account:
    """The account, read again; raises Refused if the person may not change it, naming who can."""
    account = accounts.get(services.store.connection(), account_id)
    refuse_stranger(request, services, account)
    return account


def refuse_stranger(request: Request, services: Services, account: Account) -> None:
    """Raise Refused unless the person is on the account team or a manager."""
    if may(request.rights, "change", services.policy, account):
        return
    team = people.many(services.store.connection(), account.team_ids)
    asked = next((team[i].name for i in account.team_ids if i in team and not team[i].deactivated), "a manager")
    raise Refused(f"Only the account team of {account.name} and managers can change this.", f"Ask {asked}.")


def zone_name(request: Request, services: Services) -> str:
    """The person's time zone, else the policy's."""
    return request.person.zone or services.policy.timezone


def zone_of(request: Request, services: Services) -> tzinfo:
    """The person's time zone, for reading the times that they type."""
    return zone(zone_name(request, services))


def today_of(request: Request, services: Services) -> date:
    """Today where the person is: what `today` and `tomorrow` mean when they type them."""
    return civil_day(request.now, zone_name(request, services))


def nothing_left(rest: Sequence[Word], example: str) -> None:
    """Raise UserError for words that a command has no use for."""
    if rest:
        raise UserError(f"'{' '.join(word.text for word in rest)}' was not understood.", f"For example: {example}")


def number(text: str) -> int:
    """The id that a button or a form carries; raises NotFound for anything else."""
    if not (text.isascii() and text.isdigit()):
        raise NotFound("That record is not known here.")
    return int(text)


def _is_a_day(words: Sequence[Word], services: Services) -> bool:
    typed = [word.text for word in words]
    try:
        found = find_day(typed[:LONGEST], services.clock().date(), services.policy.date_formats)
    except DateNotUnderstood:
        return True
    return found is not None


def _only_one_active(found: list[Account]) -> bool:
    return sum(account.archived_at is None for account in found) == 1


def _several(found: list[Account], command: str, rest: Sequence[Word]) -> UserError:
    typed = " ".join(word.text for word in rest)
    choices = [
        (f"{a.name} ({a.crm_id or f'no CRM id, {a.region or a.segment or a.id}'})", f"{command} {a.crm_id} {typed}")
        for a in found
        if a.crm_id
    ]
    return UserError(f"{len(found)} accounts are called {found[0].name}.", "Which one? Its CRM id tells.", choices=choices)


def _alike(services: Services, words: Sequence[Word], command: str) -> tuple[Account, list[Word]]:
    """The only account whose name begins as typed, else NotFound with those that it may be."""
    db = services.store.connection()
    for count in range(min(len(words), LONGEST_NAME), 0, -1):
        typed, rest = " ".join(word.text for word in words[:count]), list(words[count:])
        found = accounts.search(db, typed, limit=5)
        if len(found) == 1 and found[0].name.casefold().startswith(typed.casefold()):
            return found[0], rest
        if found:
            after = " ".join(word.text for word in rest)
            choices = [(a.name, f"{command} {quoted(a.name)} {after}".strip()) for a in found]
            raise NotFound(f"No account called '{typed}'.", "Did you mean one of these?", choices=choices)
    raise NotFound(
        f"No account called '{words[0].text}'.", "Add it with /account add, or look through /account list all."
    )
