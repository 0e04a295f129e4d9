"""What is behind the reminders of an escalation: the escalation and its account, as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.brief import Brief, brief_behind
from storage.base.business_days import business_days_of
from storage.base.keys import key_of
from storage.base.switches import area_on
from storage.escalation import store
from storage.escalation.record import next_due
from storage.escalation.settings import EscalationArea

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.day import Behind, DayItem
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.escalation.record import Escalation


@dataclass(frozen=True, slots=True)
class EscalationOfDay:
    """The account, the escalation that a row is about (None: it was taken back), and when its update is due."""

    brief: Brief
    escalation: Escalation | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class DueEscalation:
    """An escalation whose update is due, with its account."""

    account: Account
    escalation: Escalation
    due_on: date


def behind_row(behind: Behind, row: OutboxRow) -> EscalationOfDay | None:
    """What is behind a row about an escalation."""
    if row.account_id is None:
        return None
    wanted = key_of(row.dedupe_key).part(0)
    some = store.of_accounts(behind.db, [row.account_id])
    found = next((one for one in some if str(one.id) == wanted), None)
    area, business = behind.policy.settings(EscalationArea), business_days_of(behind.policy)
    due_on = next_due(found, area, business) if found and found.is_open else None
    return EscalationOfDay(brief_behind(behind, row.account_id), found, due_on)


def owner_of(_db: Connection, _policy: Policy, item: DayItem) -> int | None:
    """Who sees to an escalation by now."""
    found: EscalationOfDay | None = item.facts
    by_now = found.escalation.owner_of(found.brief.account) if found and found.escalation else None
    return by_now or item.row.owner_id


def due(db: Connection, policy: Policy, person_ids: Sequence[int], today: date) -> list[DueEscalation]:
    """The escalations of these people whose update is due: they stand in each day until it is given."""
    if not area_on(policy, "escalations"):
        return []
    return [one for one in with_days(db, policy, store.open_of_owners(db, person_ids)) if one.due_on <= today]


def with_days(db: Connection, policy: Policy, some: Sequence[Escalation]) -> list[DueEscalation]:
    """Open escalations with their accounts, the one whose update is due first on top."""
    area, business = policy.settings(EscalationArea), business_days_of(policy)
    known = {account.id: account for account in accounts.many(db, [one.account_id for one in some])}
    found = [DueEscalation(known[one.account_id], one, next_due(one, area, business)) for one in some]
    return sorted(found, key=lambda one: (one.due_on, one.account.name.casefold(), one.escalation.id))
