"""What can be done with an account, each once: the change, with its audit and who follows it, and what is answered.

Called by `/account`, its forms and buttons, which ask first whether the person may (`access.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.account.undo import undo_button
from handlers.door.actions import Outcome
from storage.account import notes
from storage.account import store as accounts
from storage.account.record import HEALTHS
from storage.base.errors import UserError
from storage.base.nouns import handed_in
from storage.base.switches import area_on
from storage.base.texts import text_of
from templates.account import show as views
from templates.blocks.mrkdwn import clip, day_words, mrkdwn, on_words, past_day_words
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.account.record import Account
    from storage.base.db import Unit

ECHOED = 150


def add(unit: Unit, name: str, fields: Mapping[str, Any]) -> Account:
    """A new account; the answer is its card."""
    return accounts.add(unit, name, fields)


def edit(unit: Unit, account: Account, fields: Mapping[str, Any]) -> Account:
    """What stands in its form. The answer is its card."""
    return accounts.edit(unit, account.id, fields)


def set_health(unit: Unit, account: Account, health: str, note: str = "") -> Outcome:
    """An account's health, as of today, and why it is so: a note like any other where the area is off."""
    if health not in HEALTHS:
        raise UserError(f"'{health}' is no health.", "Pick green, yellow or red.", field="health")
    why, asked = text_of(note, "note"), area_on(unit.policy, "health")
    after = accounts.edit(unit, account.id, {"health": health}, "account.health", note=why if asked else None)
    said = mrkdwn("*{}* · {}", account.name, views.health_words(after, unit.own_today))
    if why and not asked:
        notes.add(unit, account.id, why)
    if why:
        said = mrkdwn("{}: {}" if asked else "{} · noted: {}", said, clip(why, ECHOED))
    buttons = undo_button(unit, account.id, "account.health")
    for noun in handed_in("handlers", "asking"):
        if not hasattr(noun, "after_health"):
            continue
        words, more = noun.after_health(unit, after)
        said, buttons = joined([said, words]), [*buttons, *more]
    return Outcome(said, buttons=buttons)


def archive(unit: Unit, account: Account) -> Outcome:
    """An account leaves lists and reminders."""
    accounts.archive(unit, account.id)
    said = mrkdwn("*{}* is archived.", account.name)
    asked = [button for noun in handed_in("handlers", "archiving") for button in noun.buttons(unit.policy, account)]
    return Outcome(said, buttons=[("Bring back", "account.unarchive", account.id), *asked])


def bring_back(unit: Unit, account: Account) -> Outcome:
    """An account comes back to lists and reminders."""
    accounts.refuse_namesake(unit.db, account)
    found = accounts.unarchive(unit, account.id)
    said = mrkdwn("*{}* is back in lists and reminders.", account.name)
    if found.churned_on is not None:
        words = day_words if found.leaving(unit.own_today) else past_day_words
        said = mrkdwn(
            "*{}* is no longer archived, but recorded as churned {}: nothing comes of it until it is back.",
            account.name,
            on_words(words(found.churned_on, unit.own_today)),
        )
    return Outcome(said, buttons=[("Show", "account.show", account.id)])


def note(unit: Unit, account: Account, text: str) -> Outcome:
    """A note is kept: who reads the account's card, brief or history finds it there."""
    notes.add(unit, account.id, text)
    said = mrkdwn("*{}* · noted: {}", account.name, clip(text.strip(), ECHOED))
    return Outcome(said, buttons=[("Show", "account.show", account.id)])
