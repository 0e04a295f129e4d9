"""What is behind the reminders about renewals: the review as it stands, and the plan of a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.account import brief as briefs
from storage.account import lists as account_lists
from storage.base.dialect import ALL
from storage.base.keys import key_of
from storage.renewal import lists
from storage.renewal.brief import RenewalPart

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.brief import Brief
    from storage.account.record import Account
    from storage.base.day import Behind, DayItem
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.renewal.record import Renewal, Signing
    from storage.renewal.review_steps import ReviewStep


@dataclass(frozen=True, slots=True)
class ReviewOfDay:
    """The account, the review that a row is about (None: its renewal date changed), and the day it was put off to."""

    brief: Brief
    step: ReviewStep | None
    later_on: date | None


@dataclass(frozen=True, slots=True)
class OutcomeOfDay:
    """The account and the renewal day that is asked about, what was decided of it, and what else answers the question.

    `moved_to`: the renewal date is another one by now; `signing`: it is in signature; `later_on`: the day to which the
    question was put off.
    """

    brief: Brief
    renewal_on: date | None
    decided: Renewal | None
    moved_to: date | None
    signing: Signing | None
    later_on: date | None


@dataclass(frozen=True, slots=True)
class PlannedRenewal:
    """A renewal of the monthly plan and the first review that is still to be scheduled, if any."""

    account: Account
    step: ReviewStep | None


@dataclass(frozen=True, slots=True)
class MonthlyPlan:
    """The renewals of a monthly plan, the accounts without an EBR date, and the scope of both (account/lists.py)."""

    renewing: tuple[PlannedRenewal, ...]
    without_ebr_date: tuple[Account, ...]
    whose: str


def review(behind: Behind, row: OutboxRow) -> ReviewOfDay | None:
    """What is behind a row about a renewal review."""
    about = briefs.of_day(behind, row)
    if about is None:
        return None
    step = about.brief.part(RenewalPart).step(key_of(row.dedupe_key).day(1), row.step)
    return ReviewOfDay(about.brief, step, about.later_on)


def outcome(behind: Behind, row: OutboxRow) -> OutcomeOfDay | None:
    """What is behind the question what became of a renewal."""
    about = briefs.of_day(behind, row)
    if about is None:
        return None
    account, renewal_on = about.brief.account, key_of(row.dedupe_key).day(1)
    part = about.brief.part(RenewalPart)
    decided = next((r for r in part.renewals if r.renewal_on == renewal_on), None)
    moved_to = account.renewal_on if account.renewal_on != renewal_on else None
    return OutcomeOfDay(about.brief, renewal_on, decided, moved_to, part.signing, about.later_on)


def asked_of(_db: Connection, _policy: Policy, item: DayItem) -> int | None:
    """Who is asked what became of a renewal by now: the CSM, else the AE."""
    account: Account | None = item.facts.brief.account if item.facts else None
    return (account.csm_id or account.ae_id) if account else item.row.owner_id


def who_meets(_db: Connection, _policy: Policy, item: DayItem) -> int | None:
    """Who meets today, as was noted; None for who is not of the account any more."""
    account: Account | None = item.facts.brief.account if item.facts else None
    theirs = (account.csm_id, account.ae_id, account.sa_id) if account else ()
    return item.row.owner_id if item.row.owner_id in theirs else None


def plan(behind: Behind, row: OutboxRow) -> MonthlyPlan:
    """The renewals of a monthly plan, and the accounts without an EBR date."""
    # Whose plan it is, whoever gets it instead; one that is nobody's is about the accounts without a CSM.
    owner_id = row.owner_id
    scope = account_lists.NOBODY if owner_id is None else f"{account_lists.CSM}{owner_id}"
    whose = account_lists.Whose(scope, () if owner_id is None else (owner_id,))
    renewing, _ = lists.renewing(behind.db, behind.policy, whose, behind.today, limit=ALL)
    dateless, _ = account_lists.page(behind.db, behind.policy, whose, "no-date", behind.today, limit=ALL)
    planned = (PlannedRenewal(r.account, r.next_step if r.to_schedule else None) for r in renewing)
    return MonthlyPlan(tuple(planned), tuple(dateless), scope)
