"""What can be done about usage: an account's use case is adopted, as the customer agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.undo import undo_button
from handlers.door.actions import Outcome
from storage.usage import store
from templates.blocks.mrkdwn import lived_day_words, mrkdwn, on_words

if TYPE_CHECKING:
    from datetime import date

    from storage.account.record import Account
    from storage.base.db import Unit


def adopt(unit: Unit, account: Account, use_case: str | None, on: date, agreed_with: str) -> Outcome:
    """A use case, or (None) all of it, is adopted since a day."""
    said = store.adopt(unit, account, use_case, on, agreed_with)
    words = mrkdwn(
        "*{}* · {} adopted {}, agreed with {}",
        account.name,
        use_case or "all that it bought for",
        on_words(lived_day_words(on, unit.own_today)),
        said.agreed_with,
    )
    return Outcome(words, buttons=undo_button(unit, account.id, store.ADOPTED))
