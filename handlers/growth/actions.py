"""What can be done about customers that are gone, and those that come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.undo import undo_button
from handlers.door.actions import Outcome
from storage.growth import endings
from templates.blocks.mrkdwn import mrkdwn, on_day_words

if TYPE_CHECKING:
    from datetime import date

    from storage.account.record import Account
    from storage.base.db import Unit


def end(unit: Unit, account: Account, why: str, into: Account | None = None) -> Outcome:
    """Why an account was archived."""
    endings.end(unit, account, why, into)
    if why == endings.MERGED and into is not None:
        return Outcome(mrkdwn("*{}* was merged into *{}*: what it paid counts there.", account.name, into.name))
    said = {
        endings.DUPLICATE: "a duplicate: it counts nowhere",
        endings.NEVER: "never a customer: it counts nowhere",
        endings.LEFT: "left: it counts as churned today",
    }[why]
    return Outcome(mrkdwn("*{}* · {}.", account.name, said))


def back(unit: Unit, account: Account, on: date) -> Outcome:
    """A customer that left is back."""
    endings.back(unit, account, on)
    words = mrkdwn(
        "*{}* is back since {}: a new start. What was lost stays lost.", account.name, on_day_words(on, unit.own_today)
    )
    return Outcome(words, buttons=undo_button(unit, account.id, endings.BACK))
