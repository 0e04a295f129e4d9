"""The kinds of reminder about onboarding, handed in: who has no CSM, and target days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.account.kinds import ACCOUNTS
from reminders.engine.kinds import Kind, PeriodRule, RecordRule
from reminders.onboarding.rules import (
    ASSIGNMENT,
    ONBOARDING_NUDGE,
    assignment_holds,
    assignments,
    nudges,
    why_no_nudge,
)
from storage.account.brief import csm_of, of_day
from storage.base.moments import civil_day
from storage.base.reminder import NOBODY_NEW
from storage.onboarding import assignment, facts
from storage.onboarding.store import AREA
from templates.onboarding import day as show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reminders.engine.kinds import Reading
    from storage.onboarding.facts import OnboardingFacts


def _own(reading: Reading, ids: Sequence[int]) -> Mapping[int, OnboardingFacts]:
    policy, now = reading.as_of.policy, reading.as_of.now
    today = civil_day(now, policy.timezone)
    return facts.onboarding_facts(reading.db, policy, ids, today, known_by=reading.known_by)


KINDS = (
    Kind(
        name=ONBOARDING_NUDGE,
        words="onboarding nudge",
        label="Onboarding: target days",
        place=80,
        rule=RecordRule(source=ACCOUNTS, items=nudges, why_not=why_no_nudge, own=_own),
        policy_keys=frozenset({"segments"}),
        area=AREA,
        is_step=True,
        is_to_do=True,
        read=of_day,
        show=show.nudge_rows,
        whose=csm_of,
    ),
    Kind(
        name=ASSIGNMENT,
        words="question who looks after new accounts",
        label="Accounts without a CSM",
        place=81,
        rule=PeriodRule(
            people=assignment.managers,
            known_at=assignment.known_at,
            items=assignments,
            holds=assignment_holds,
            nothing=NOBODY_NEW,
            nobody="no account without a CSM",
            of_changed=lambda db, policy, _: assignment.managers(db, policy),
        ),
        area=AREA,
        read=assignment.read,
        show=show.assignment_rows,
    ),
)
