"""What EBRs add to an account's brief: those held and planned, and when the next one is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from storage.cta.brief import CtaPart
from storage.ebr import store as ebrs
from storage.ebr.due import ebr_due_on, latest_ebr
from storage.renewal.record import SCHEDULED

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.account.brief import Brief
    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.cta.record import Cta
    from storage.ebr.record import Ebr


@dataclass(frozen=True, slots=True)
class EbrPart:
    """EBRs, the latest first; `last_on` is the last one wherever it is recorded, `agreed_by` who agreed.

    Of an account that is gone those that were held, and none to come.
    """

    ebrs: tuple[Ebr, ...]
    last_on: date | None
    due_on: date | None
    agreed_by: str | None

    @property
    def planned(self) -> Ebr | None:
        """The EBR that is scheduled, if one is."""
        return next((e for e in self.ebrs if e.state == SCHEDULED), None)


def read(db: Connection, policy: Policy, account: Account) -> EbrPart:
    """The account's EBRs."""
    meetings = [e for e in ebrs.of_accounts(db, [account.id])[account.id] if account.active or e.held_on]
    agreed_by = ebrs.agreed_by(db, account.id)
    held = max((e.held_on for e in meetings if e.held_on), default=None)
    latest_first = sorted(meetings, key=lambda e: e.held_on or e.scheduled_on or date.min, reverse=True)
    due_on = ebr_due_on(account, held, policy)
    return EbrPart(tuple(latest_first), latest_ebr(account, held), due_on, agreed_by)


def ebrs_of(brief: Brief) -> EbrPart:
    """The EBRs' part."""
    return brief.part(EbrPart)


def closed_since_ebr(brief: Brief) -> tuple[Cta, ...]:
    """The CTAs closed since the last EBR, that day included."""
    return brief.part(CtaPart).closed_since(ebrs_of(brief).last_on)
