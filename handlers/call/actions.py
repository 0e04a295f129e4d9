"""What can be done with calls, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.account.undo import undo_button
from handlers.door.actions import Outcome
from storage.base.switches import area_on
from storage.call import store as calls
from templates.blocks.mrkdwn import clip, lived_day_words, mrkdwn
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from storage.account.record import Account
    from storage.base.db import Unit

ECHOED = 150


def log(unit: Unit, account: Account, held_on: date, said: Mapping[str, Any]) -> Outcome:
    """A call was held, with what was said of it; a health is the account's from now on."""
    call = calls.log(unit, account.id, held_on, **said)
    what = joined([call.kind, call.use_case], " on ")
    words = [
        mrkdwn("*{}* · {} of {} logged", account.name, what, lived_day_words(held_on, unit.own_today)),
        clip(call.note, ECHOED) if call.note else None,
        f"next: {clip(call.next_step, ECHOED)}" if call.next_step else None,
        f"health {call.health}" if call.health else None,
    ]
    buttons = undo_button(unit, account.id, calls.LOGGED)
    if not call.health and area_on(unit.policy, "health"):
        buttons = [*buttons, ("Set health", "account.health", account.id)]
    return Outcome(joined(words), f"{account.name}: {call.kind} of {held_on} logged.", buttons=buttons)
