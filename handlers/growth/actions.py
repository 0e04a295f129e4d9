"""What can be done about customers that are gone, and those that come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.undo import undo_button
from handlers.door.actions import Outcome
from storage.account import store as accounts
from storage.account.endings import DUPLICATE, LEFT, MERGED, NEVER
from storage.growth import endings
from templates.blocks.mrkdwn import lived_day_words, mrkdwn, on_day_words

if TYPE_CHECKING:
    from datetime import date

    from storage.account.record import Account
    from storage.base.db import Unit


def end(unit: Unit, account: Account, why: str, into: Account | None = None) -> Outcome:
    """Why an account was archived."""
    endings.end(unit, account, why, into)
    if why == MERGED and into is not None:
        return Outcome(mrkdwn("*{}* was merged into *{}*: what it paid counts there.", account.name, into.name))
    said = {
        DUPLICATE: "a duplicate: it counts nowhere",
        NEVER: "never a customer: it counts nowhere",
        LEFT: "left: it counts as churned today",
    }[why]
    return Outcome(mrkdwn("*{}* · {}.", account.name, said))


def back(
    unit: Unit, account: Account, on: date, arr_cents: int | None = None, renewal_on: date | None = None
) -> Outcome:
    """A customer that left is back."""
    endings.back(unit, account, on, arr_cents, renewal_on)
    now = accounts.get(unit.db, account.id)
    renews = f"renews {on_day_words(now.renewal_on, unit.own_today)}" if now.renewal_on else "no renewal date yet"
    words = mrkdwn(
        "*{}* is back since {}: a new start, {}. What was lost stays lost.",
        account.name,
        lived_day_words(on, unit.own_today),
        renews,
    )
    return Outcome(words, buttons=[*undo_button(unit, account.id, endings.BACK), ("Edit", "account.edit", account.id)])
