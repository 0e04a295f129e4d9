"""What follows an account's name in `/renewals renewed|churned|signing`, as what is kept. Pure but for the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from handlers.door import money
from handlers.door import values as cells
from handlers.door.dates import find_day, parse_day
from storage.base.errors import UserError

if TYPE_CHECKING:
    from datetime import date

    from storage.account.record import Account
    from storage.base.policy import Policy

_LONGEST_REASON = 6


class Ended(NamedTuple):
    """How a renewal ended, as typed: a day, why, and a line; None for what was not said."""

    day: date | None
    reason: str | None = None
    line: str | None = None


def day_and_arr(words: str, account: Account, policy: Policy, today: date) -> tuple[date | None, int | None]:
    """`30 Apr 2028 arr 260000`; neither for no words. Raises DateNotUnderstood and UserError."""
    typed = words.split()
    place = next((n for n, word in enumerate(typed) if word.lower() == "arr"), len(typed))
    arr = " ".join(typed[place + 1 :])
    if place < len(typed) and not arr:
        raise UserError("Which ARR?", "For example: arr 260000")
    day = parse_day(" ".join(typed[:place]), today, policy.date_formats) if place else None
    return day, arr_cents(arr, account, policy) if arr else None


def arr_cents(text: str, account: Account, policy: Policy, field: str = "arr") -> int:
    """An amount of a year in the account's currency, in cents; raises UserError at the field."""
    try:
        cents, currency = money.money(cells.clean(text), account.currency, policy.decimal_mark)
    except cells.Wrong as error:
        said = str(error)
        raise UserError(f"{said[:1].upper()}{said[1:]}.", field=field) from error
    if currency and currency != account.currency:
        raise UserError(f"{account.name} is kept in {account.currency}, not {currency}.", field=field)
    return cents


def ended(words: str, policy: Policy, today: date, renewal_on: date | None = None) -> Ended:
    """`[day] [reason] [line]`: the reason by key or label, as far as it is one of the policy's."""
    typed = words.split()
    found = find_day(typed, today, policy.date_formats)
    day, left = (found[0], typed[found[1] :]) if found else (None, typed)
    if found and found[0] > max(renewal_on or today, today):
        day = _nearest(" ".join(typed[: found[1]]), found[0], policy, today)
    for taken in range(min(_LONGEST_REASON, len(left)), 0, -1):
        if reason := policy.renewal_reason(" ".join(left[:taken])):
            return Ended(day, reason.key, " ".join(left[taken:]) or None)
    return Ended(day, None, " ".join(left) or None)


def _nearest(typed: str, ahead: date, policy: Policy, today: date) -> date:
    """A day without a year that is nearer behind than ahead is behind: on 29 Nov, 27 Nov is the last one."""
    try:
        behind = parse_day(typed, today, policy.date_formats, past=True)
    except UserError:
        return ahead
    return min(ahead, behind, key=lambda day: abs(day - today))


def day_and_line(words: str, policy: Policy, today: date) -> Ended:
    """`18 Dec waiting for legal`."""
    typed = words.split()
    found = find_day(typed, today, policy.date_formats)
    if typed and found is None:
        parse_day(words, today, policy.date_formats)  # says what a day is
    return Ended(found[0], None, " ".join(typed[found[1] :]) or None) if found else Ended(None)
