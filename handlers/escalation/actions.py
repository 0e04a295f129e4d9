"""What can be done with escalations, each once: the change, its audit, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.account.undo import undo_button
from handlers.door.actions import Outcome
from storage.account import store as accounts
from storage.base.business_days import business_days_of
from storage.escalation import store as escalations
from storage.escalation.record import next_due
from storage.escalation.settings import EscalationArea
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.words import joined, update_due_words
from templates.escalation.show import SUMMED_UP, what_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.escalation.record import Escalation


def open_(unit: Unit, account: Account, severity: str, criteria: str, said: Mapping[str, Any], *, red: bool) -> Outcome:
    """An escalation begins; with `red` the account's health is that from now on."""
    turns_red = red and account.health != "red"
    one = escalations.open_(unit, account.id, severity, criteria, **said, red=turns_red)
    undo = undo_button(unit, account.id, escalations.OPENED)
    health = "health red" if turns_red else None
    due = update_due_words(_due(unit, one), unit.own_today)
    said_ = joined([mrkdwn("*{}* · {}", account.name, what_words(one)), health, due])
    ask_red = [] if health or account.health == "red" else [("Set health", "account.health", account.id)]
    return Outcome(said_, buttons=[*undo, *ask_red])


def update(unit: Unit, one: Escalation, state: str, severity: str, progress: str, next_step: str) -> Outcome:
    """An update is given."""
    found = escalations.update(unit, one.id, state=state, severity=severity, progress=progress, next_step=next_step)
    account = accounts.get(unit.db, one.account_id)
    due = update_due_words(_due(unit, found), unit.own_today)
    said = joined([mrkdwn("*{}* · updated: {}", account.name, what_words(found)), due])
    return Outcome(said, buttons=[("Close", "escalation.close", one.id)])


def close(unit: Unit, one: Escalation, outcome: str, said: Mapping[str, Any], health: str | None) -> Outcome:
    """It is over; the last one of an account says how that is from now on."""
    found = escalations.close(unit, one.id, outcome, **said, health=health)
    account = accounts.get(unit.db, one.account_id)
    undo = undo_button(unit, account.id, escalations.ENDED)
    words = mrkdwn("*{}* · {}, {}", account.name, what_words(found), SUMMED_UP[outcome])
    again = ("Open it again", "escalation.reopen", one.id)
    return Outcome(joined([words, f"health {health}" if health else None]), buttons=[*undo, again])


def reopen(unit: Unit, one: Escalation) -> Outcome:
    """It is open again, the same one."""
    found = escalations.reopen(unit, one.id)
    account = accounts.get(unit.db, one.account_id)
    due = update_due_words(_due(unit, found), unit.own_today)
    return Outcome(joined([mrkdwn("*{}* · open again: {}", account.name, what_words(found)), due]))


def asks_health(unit_db: Any, one: Escalation) -> bool:
    """Whether closing it asks how the account is: it is the last one that is open."""
    return [other.id for other in escalations.open_ones(unit_db, [one.account_id])] == [one.id]


def _due(unit: Unit, one: Escalation) -> Any:
    if not accounts.get(unit.db, one.account_id).active:
        return None  # nobody is reminded of it
    return next_due(one, unit.policy.settings(EscalationArea), business_days_of(unit.policy))
