"""What can be done with one's reminders, and by a manager with their team's: mutes, nudges, reassigning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door.actions import Outcome
from storage.account import store as accounts
from storage.base import mutes
from storage.cta import work as cta_work
from storage.home import nudges
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.words import person_words

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.home.record import Matter


def mute(unit: Unit, person: Person, kind: str) -> Outcome:
    """No reminders of this kind for the person."""
    mutes.mute(unit, person.id, kind)
    return Outcome("Muted.")


def unmute(unit: Unit, person: Person, kind: str) -> Outcome:
    """Reminders of this kind come to the person again."""
    mutes.unmute(unit, person.id, kind)
    return Outcome("Not muted any more.")


def nudge(unit: Unit, csm: Person, matter: Matter) -> Outcome:
    """Have a CSM, or who stands in, asked to look at something."""
    nudges.nudge(unit, csm, matter)
    return Outcome(f"{csm.name} is asked to look at it.")


def reassign(unit: Unit, matter: Matter, taker: Person) -> Outcome:
    """A CTA gets another owner, an account another CSM; who gets it is told."""
    if matter.cta:
        cta_work.assign(unit, matter.cta.id, taker.id)
    else:
        accounts.edit(unit, matter.account.id, {"csm_id": taker.id})
    return Outcome(mrkdwn("{} is with {} now.", matter.account.name, person_words(taker)))
