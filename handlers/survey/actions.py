"""What can be done with answers, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.undo import undo_button
from handlers.door.actions import Outcome
from storage.base.switches import area_on
from storage.survey import store
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.words import joined
from templates.survey.show import answer_words

if TYPE_CHECKING:
    from datetime import date

    from storage.account.record import Account
    from storage.base.db import Unit


def record(unit: Unit, account: Account, kind: str, score: int, on: date, contact: str, comment: str) -> Outcome:
    """An answer that somebody heard from a customer."""
    found, before = store.record(unit, account, kind, score, on, contact=contact, comment=comment)
    said = mrkdwn("*{}* · {}", account.name, answer_words(found, unit.own_today))
    buttons = undo_button(unit, account.id, store.ANSWERED)
    if found.is_negative and area_on(unit.policy, "health") and account.health != "red":
        buttons = [*buttons, ("Set health", "account.health", account.id)]
    was = f"it was {before}" if before is not None and before != score else None
    return Outcome(joined([said, was]), f"{account.name}: {kind.upper()} {score} recorded.", buttons=buttons)
