"""What is told of what somebody else did to an account, and alerts about it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.moments import maybe_day
from storage.base.plurals import counted
from templates.account.show import OUTLOOK_WORDS, PARTS, arr_words, renewal_words
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, mrkdwn, on_day_words
from templates.blocks.told import Said, show_button
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from typing import Any

    from storage.account.record import Account
    from storage.base.policy import Policy

NAME = 80
LINE = 200
STATES = {
    ("health", "red"): "is red since {}",
    ("outlook", "at_risk"): "is at risk since {}",
    ("outlook", "churn"): "is expected to churn since {}",
    ("outcome", "churned"): "was recorded as churned {}",
    ("outcome", "renewed_with_less"): "renewed with less {}",
}
NAMED = 3


def name_of(account: Account) -> Mrkdwn:
    """The account's name in bold, cut for a line."""
    return mrkdwn("*{}*", clip(account.name, NAME))


def with_line(words: Mrkdwn, line: str) -> Mrkdwn:
    """What was done, and what was said with it: `set Acme to red, “sponsor left”`."""
    return mrkdwn("{}, “{}”", words, clip(line, LINE)) if line else words


def team(account: Account, reader_id: int | None) -> Said:
    """Somebody is newly on an account."""
    parts = [label for field, label in PARTS if getattr(account, field) == reader_id]
    words = mrkdwn("put you on {}", name_of(account))
    words = mrkdwn("{} as {}", words, " and ".join(parts)) if parts else words
    return Said(words, stands=bool(parts), buttons=_open(account))


def redated(account: Account, after: Mapping[str, Any], today: date) -> Said:
    """An account has another renewal date."""
    on = maybe_day(after.get("renewal_on"))
    words = f"moved the renewal of {{}} to {day_words(on, today)}" if on else "took the renewal date of {} out"
    return Said(mrkdwn(words, name_of(account)), stands=account.renewal_on == on, buttons=_renewal(account))


def health(account: Account, after: Mapping[str, Any], line: str) -> Said:
    """An account's health was set, or taken out."""
    health_ = after.get("health")
    words = (
        mrkdwn("set {} to {}", name_of(account), health_)
        if health_
        else mrkdwn("took the health of {} out", name_of(account))
    )
    return Said(with_line(words, line), stands=account.health == health_, buttons=_open(account))


def imported(file: str, accounts: Sequence[Account]) -> Said:
    """An import put somebody on accounts: their number, and the first of them."""
    names = [clip(account.name, NAME) for account in accounts[:NAMED]]
    named = ", ".join(names) + (f" and {len(accounts) - NAMED} more" if len(accounts) > NAMED else "")
    words = mrkdwn("put you on {} by importing {}: {}", counted(len(accounts), "account"), file, named)
    return Said(words, stands=bool(accounts), buttons=show_button("My accounts", "account.list", "mine:all:0"))


def alert(
    account: Account,
    matter: str,
    state: str,
    on: date,
    by: Mrkdwn,
    note: str,
    today: date,
    policy: Policy,
    *,
    show_arr: bool,
) -> Mrkdwn:
    """`Globex is red since today (@maya: "left") · 120,000 a year, renews 30 April.`; an end was recorded on a day."""
    who = mrkdwn("{}: “{}”", by, clip(note, LINE)) if note else by
    when = (on_day_words if matter == "outcome" else day_words)(on, today)
    renewal = None if account.churned_on == on else renewal_words(account, today)
    facts = joined([arr_words(account, policy, show_arr=show_arr), renewal], ", ")
    said = mrkdwn("{} {} ({})", name_of(account), STATES[matter, state].format(when), who)
    return mrkdwn("{}.", joined([said, facts or None]))


def outlook_words(outlook: str | None) -> str:
    """An outlook in words."""
    return OUTLOOK_WORDS.get(outlook or "", "none")


def _open(account: Account) -> Any:
    return show_button("Open", "account.show", account.id)


def _renewal(account: Account) -> Any:
    return show_button("Renewal", "renewal.show", account.id)
