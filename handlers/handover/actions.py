"""What can be done about who does the work, each once: hand it over, be away, be back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door.actions import Outcome
from storage.account import store as accounts
from storage.base import notices, people
from storage.base.moments import civil_end
from storage.base.plurals import counted
from storage.base.switches import area_on
from storage.handover import store as handover
from templates.blocks.mrkdwn import day_words, mrkdwn
from templates.blocks.words import person_words

if TYPE_CHECKING:
    from datetime import date

    from storage.base.db import Unit
    from storage.base.person import Person

LISTED = 10
OFFERED = 200
"""Of so many accounts the button carries the ids."""


def hand_over(unit: Unit, giver: Person, taker: Person, only: set[int] | None) -> Outcome:
    """Accounts (all, or `only` these) and their open work move to a colleague; both get a list."""
    moved = handover.hand_over(unit, giver.id, taker.id, only)
    names = ", ".join(account.name for account in moved.accounts[:LISTED])
    more = len(moved.accounts) - LISTED
    said = mrkdwn(
        "{} and {} went from {} to {}",
        counted(len(moved.accounts), "account"),
        counted(len(moved.cta_ids), "open CTA"),
        person_words(giver),
        person_words(taker),
    )
    note = mrkdwn("{}{} · both get the list", names, f" and {more} more" if more > 0 else "")
    return Outcome(said, note=note, buttons=_checklist(unit, moved))


def _checklist(unit: Unit, moved: handover.HandedOver) -> list[tuple[str, str, object]]:
    """The checklist of a handover, offered for those of which the taker is the CSM now, while onboarding is on."""
    now = accounts.many(unit.db, [account.id for account in moved.accounts[:OFFERED]])
    mine = [account.id for account in now if account.csm_id == moved.taker.id]
    if not mine or not area_on(unit.policy, "onboarding"):
        return []
    return [("Open the handover checklist", "onboarding.handover", ",".join(map(str, mine)))]


def go_away(unit: Unit, person: Person, until: date, backup: Person) -> Outcome:
    """A person's nudges go to the backup up to and including a day; the backup gets a packet of what is due."""
    before = people.get(unit.db, person.id)
    gone = people.set_away(unit, person.id, until, backup.id)
    if before.backup_id != backup.id:
        _no_more(unit, before)
    over = civil_end(until, unit.own_zone)
    subject = f"{gone.id}:{until.isoformat()}:{backup.id}"
    notices.tell(unit, [backup], "away_over", subject, not_before=over, person=gone.id, until=until)
    notices.tell(unit, [backup], "away", f"{gone.id}:{until.isoformat()}:{unit.at}", person=gone.id, until=until)
    said = mrkdwn(
        "Away until {}. Your nudges go to {}, who gets a list of what is due.",
        day_words(until, unit.own_today),
        person_words(backup),
    )
    return Outcome(said, buttons=[("I'm back", "people.back", "")])


def come_back(unit: Unit, person: Person) -> Outcome:
    """A person's nudges come to them again; nothing is done for somebody who is there."""
    before = people.get(unit.db, person.id)
    if before.away_until is None:
        return Outcome(mrkdwn("You are not away: your nudges come to you."))
    people.set_away(unit, person.id, None, None)
    _no_more(unit, before)
    return Outcome(mrkdwn("Welcome back. Your nudges come to you again."))


def _no_more(unit: Unit, before: Person) -> None:
    """Tell who stood in until now, before the day that was said, that it has ended."""
    if before.away_until is None or before.away_until < unit.own_today or before.backup_id is None:
        return
    if not handover.was_told_of(unit.db, before.id, before.backup_id, unit.own_today):
        return  # who stood in has heard of nothing yet, and the list has nothing to say any more
    stood_in = [people.get(unit.db, before.backup_id)]
    notices.tell(unit, stood_in, "away_over", f"{before.id}:{unit.at}", person=before.id)
