"""What can be done with an account in trouble, each once: the change, its audit, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.undo import undo_button
from handlers.door.actions import Outcome
from storage.account import store as accounts
from storage.health.settings import HealthArea
from storage.triage import store as triages
from storage.triage.record import update_due
from templates.blocks.mrkdwn import clip, mrkdwn
from templates.blocks.words import joined, update_due_words
from templates.triage.show import about_words, state_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.triage.record import Triage

ECHOED = 150


def needed(unit: Unit, account: Account, said: Mapping[str, str | None]) -> Outcome:
    """[Needs triage]: a yellow account is in trouble."""
    triage = triages.open_yellow(unit, account.id, said)
    return Outcome(_said(unit, account, triage), buttons=undo_button(unit, account.id, triages.OPENED))


def describe(unit: Unit, triage: Triage, said: Mapping[str, str | None]) -> Outcome:
    """What it is about."""
    account = accounts.get(unit.db, triage.account_id)
    found = triages.describe(unit, triage.id, said)
    return Outcome(_said(unit, account, found), buttons=undo_button(unit, account.id, triages.DESCRIBED))


def update(
    unit: Unit,
    triage: Triage,
    colour: str,
    progress: str,
    next_step: str,
    due_on: date | None,
    helped: str,
) -> Outcome:
    """An update is given; green ends it."""
    found = triages.update(unit, triage.id, colour, progress, next_step=next_step, due_on=due_on, helped=helped)
    account = accounts.get(unit.db, triage.account_id)
    said = joined([_said(unit, account, found), clip(progress.strip(), ECHOED)])
    return Outcome(said, buttons=undo_button(unit, account.id, triages.UPDATED))


def give_up(unit: Unit, triage: Triage, line: str) -> Outcome:
    """Nobody expects to keep the account."""
    found = triages.will_churn(unit, triage.id, line)
    account = accounts.get(unit.db, triage.account_id)
    said = joined([_said(unit, account, found), clip(line.strip(), ECHOED)])
    return Outcome(said, buttons=undo_button(unit, account.id, triages.GIVEN_UP))


def say_what_helped(unit: Unit, triage: Triage, line: str) -> Outcome:
    """What helped, once it is over."""
    triages.say_what_helped(unit, triage.id, line)
    account = accounts.get(unit.db, triage.account_id)
    said = mrkdwn("*{}* · what helped: {}", account.name, clip(line.strip(), ECHOED))
    return Outcome(said, buttons=undo_button(unit, account.id, triages.DESCRIBED))


def _said(unit: Unit, account: Account, triage: Triage) -> str:
    today, due_on = unit.own_today, update_due(triage, unit.policy.settings(HealthArea))
    escalated = triages.escalated(unit.db, unit.policy, account.id)
    return joined(
        [
            mrkdwn("*{}*", account.name),
            state_words(triage, today, escalated=escalated),
            about_words(triage),
            update_due_words(due_on, today),
        ]
    )
