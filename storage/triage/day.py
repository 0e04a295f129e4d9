"""What is behind the reminders of triages: those whose update is due, and what began or ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.brief import Brief, brief_behind
from storage.account.lists import Whose
from storage.base.keys import key_of
from storage.base.switches import area_on
from storage.escalation import store as escalations
from storage.health.settings import HealthArea
from storage.triage import facts, store
from storage.triage.record import update_due

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.escalation.record import Escalation
    from storage.triage.record import Triage


@dataclass(frozen=True, slots=True)
class DueTriage:
    """A triage with its account; `due_on` is when its update is due, None once it was given, or it is over."""

    account: Account
    triage: Triage
    due_on: date | None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Risk:
    """The account and the triage or escalation whose beginning or end is told; none where it was taken back."""

    brief: Brief
    triage: Triage | None
    escalation: Escalation | None
    change: str


def due(db: Connection, policy: Policy, csm_ids: Sequence[int], today: date) -> list[DueTriage]:
    """The triages of these CSMs whose update is due: they stand in each day until it is given."""
    if not area_on(policy, "health"):
        return []
    some = open_of(db, policy, Whose("team", tuple(csm_ids)))
    return [one for one in some if one.due_on and one.due_on <= today]


def open_of(db: Connection, policy: Policy, whose: Whose) -> list[DueTriage]:
    """All open triages of managed accounts, the one whose update is due first on top."""
    area = policy.settings(HealthArea)
    some = [(one, update_due(one, area)) for one in store.open_of(db, policy, whose)]
    known = {account.id: account for account in accounts.many(db, [one.account_id for one, _ in some])}
    found = [DueTriage(known[one.account_id], one, due_on) for one, due_on in some]
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on, one.account.name.casefold()))


def news(behind: Behind, row: OutboxRow) -> tuple[DueTriage, ...]:
    """The triages of a morning: what is new first, then all else of the same CSM whose update is due."""
    area = behind.policy.settings(HealthArea)
    told = store.many(behind.db, facts.of_news(behind.db, row.id))
    known = {account.id: account for account in accounts.many(behind.db, [one.account_id for one in told])}
    new = [DueTriage(known[one.account_id], one, update_due(one, area), is_new=True) for one in told]
    owner_id = row.owner_id
    current = due(behind.db, behind.policy, [owner_id], behind.today) if told and owner_id is not None else []
    named = {one.id for one in told}
    return (*new, *(one for one in current if one.triage.id not in named))


def risk(behind: Behind, row: OutboxRow) -> Risk | None:
    """What is behind a notice of risk."""
    if row.account_id is None:
        return None
    key = key_of(row.dedupe_key)
    some = store.of_accounts(behind.db, [row.account_id])
    found = next((one for one in some if f"triage-{one.id}" == key.part(0)), None)
    others = escalations.of_accounts(behind.db, [row.account_id])
    escalation = next((one for one in others if f"escalation-{one.id}" == key.part(0)), None)
    return Risk(brief_behind(behind, row.account_id), found, escalation, key.part(1))
