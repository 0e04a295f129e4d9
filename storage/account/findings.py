"""What a manager's review finds in a team: how a noun hands in what it looks for (`findings.py`, FINDERS).

A finder belongs to a section of the review, and to an area (None: to none): while that is off it finds nothing, and a
section without a finder is absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.policy import Policy

ASSIGNMENT, ONBOARDING, PLANS, TRIAGE, RENEWALS = "assignment", "onboarding", "plans", "triage", "renewals"
SECTIONS = (ASSIGNMENT, ONBOARDING, PLANS, TRIAGE, RENEWALS)
"""The sections of a review, in their order."""


class Look(NamedTuple):
    """What is looked through on a day: the managed accounts of these CSMs, without those that are expected to churn.

    `manager_id`: of their regions also the accounts without a CSM; None where one CSM alone is looked at. `renewing`
    are the first and last day of the renewals that count, `old_cta_days` how long a CTA may be open.
    """

    db: Connection
    policy: Policy
    today: date
    accounts: Sequence[Account]
    csm_ids: Sequence[int]
    manager_id: int | None
    renewing: tuple[date, date]
    old_cta_days: int


class Finding(NamedTuple):
    """One thing that was found of an account, in plain words; `calm`: it is only told, and nothing is wrong with it."""

    account: Account
    said: str
    calm: bool = False


class Finder(NamedTuple):
    """What looks for something: the section in which it stands, its area, and what it finds, by account or not."""

    section: str
    area: str | None
    find: Callable[[Look], Iterable[Finding]]
