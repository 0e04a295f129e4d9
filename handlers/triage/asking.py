"""What is asked once a health was set: what a triage that began is about, or what helped in one that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.switches import covered
from storage.triage import store as triages
from storage.triage.record import OPEN, WILL_CHURN

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.base.db import Unit

Button = tuple[str, str, object]


def after_health(unit: Unit, account: Account) -> tuple[str, list[Button]]:
    """A few words, and the buttons that come next; nothing where the area is off for the account."""
    if not account.active or not covered(unit.policy, "health", account.segment):
        return "", []
    some = triages.of_accounts(unit.db, [account.id])
    newest = next(iter(some), None)
    if newest and newest.state == OPEN:
        lacks: list[Button] = [("Impact and reason", "triage.edit", newest.id)] if newest.lacks else []
        return "in triage", [*lacks, ("Update", "triage.update", newest.id)]
    over: list[Button] = [("What helped?", "triage.helped", one.id) for one in some if one.ended_at == _now(unit)]
    given_up = newest is not None and newest.state == WILL_CHURN
    if account.health == "yellow" and not given_up:
        return "out of triage" if over else "", [*over, ("Needs triage", "triage.needed", account.id)]
    return "out of triage" if over else "", over


def _now(unit: Unit) -> object:
    return unit.now.replace(microsecond=0)
