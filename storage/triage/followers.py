"""What a health that was set does to an account's triage: red begins one, green or yellow ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.health_history import ESCALATION
from storage.base.switches import area_on, covered
from storage.triage import store
from storage.triage.record import GREEN, OPEN, RED, WON_BACK, YELLOW

if TYPE_CHECKING:
    from storage.account.health_history import HealthSet
    from storage.base.db import Unit


def health_set(unit: Unit, said: HealthSet) -> None:
    """Red begins a triage as of its day; green, or yellow alone, ends the open one unless an escalation is open.

    Asked of each account of a file: whatever is none of this is seen by one quick look.
    """
    if said.source == store.SOURCE:
        return  # an update of the triage itself
    if not store.is_in_one(unit.db, said.account_id):
        if said.health == RED and area_on(unit.policy, "health"):
            account = accounts.get(unit.db, said.account_id)
            if account.active and covered(unit.policy, "health", account.segment):
                store.begin(unit, account.id, RED, said.on, said.source)
        return
    found = store.current(unit.db, said.account_id)
    if found is None or said.health not in (RED, YELLOW, GREEN):
        return
    stays = said.health == RED or (said.health == YELLOW and said.source == ESCALATION)  # then it leads back
    if stays or found.state != OPEN or store.escalated(unit.db, unit.policy, said.account_id):
        store.recolour(unit, found, said.health)
        return
    store.end(unit, found, WON_BACK)


def health_taken_back(unit: Unit, account_id: int, *, at: str, source: str) -> None:
    """What followed from a setting that was a mistake: the triage that it began, or ended."""
    if source == store.SOURCE:
        return
    if begun := store.opened_by_setting(unit.db, account_id, at):
        store.remove(unit, begun.id)
    elif (ended := store.ended_by_setting(unit.db, account_id, at)) and store.current(unit.db, account_id) is None:
        store.go_on(unit, ended.id)
    elif found := store.current(unit.db, account_id):
        health = accounts.get(unit.db, account_id).health
        if health in (RED, YELLOW, GREEN):
            store.recolour(unit, found, health)
