"""The kinds of reminder about renewals, handed in: the plan of a month, outcomes, reviews, their days, and "held?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.account.kinds import ACCOUNTS
from reminders.engine.kinds import Kind, PeriodRule, RecordRule, Standing
from reminders.renewal import outcome, rules
from reminders.renewal.outcome import RENEWAL_OUTCOME, outcome_items, why_no_outcome
from reminders.renewal.plan import MONTHLY_PLAN, monthly_plans, plan_holds
from reminders.renewal.rules import HELD, RENEWAL_REVIEW, SCHEDULED, review_items, why_no_review
from storage.account import facts as account_facts
from storage.account.brief import csm_of
from storage.base.reminder import NOTHING_RENEWS
from storage.renewal import day as behind
from storage.renewal import facts, lists
from templates.renewal import day as show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reminders.engine.kinds import Reading
    from storage.base.reminder import OutcomeFacts, ReviewFacts


def _own(reading: Reading, ids: Sequence[int]) -> Mapping[int, ReviewFacts]:
    return facts.review_facts(reading.db, ids, known_by=reading.known_by)


def _ends(reading: Reading, ids: Sequence[int]) -> Mapping[int, OutcomeFacts]:
    return facts.outcome_facts(reading.db, ids, reading.as_of.now, known_by=reading.known_by)


_REVIEWS = RecordRule(source=ACCOUNTS, items=review_items, why_not=why_no_review, own=_own, alike=rules.alike)
_OUTCOMES = RecordRule(source=ACCOUNTS, items=outcome_items, why_not=why_no_outcome, own=_ends, alike=outcome.alike)
_KEYS = frozenset({"renewal_review_months", "held_unanswered_days"})

KINDS = (
    Kind(
        name=MONTHLY_PLAN,
        words="monthly plan",
        label="Monthly plan",
        place=10,
        rule=PeriodRule(
            people=lambda db, _: account_facts.csm_ids(db),
            known_at=lambda db, _, csm_id: account_facts.csm_known_at(db, csm_id),
            items=monthly_plans,
            holds=plan_holds,
            nothing=NOTHING_RENEWS,
            nobody="no active accounts",
        ),
        policy_keys=frozenset({"monthly_plan_months"}),
        read=behind.plan,
        show=show.plan_rows,
    ),
    Kind(
        name=RENEWAL_OUTCOME,
        words="question whether it renewed",
        label="Renewal days that passed",
        place=15,
        rule=_OUTCOMES,
        is_to_do=True,
        muted_by="mute_renewal_reviews",
        read=behind.outcome,
        show=show.outcome_rows,
        whose=behind.asked_of,
    ),
    Kind(
        name=RENEWAL_REVIEW,
        words="renewal review",
        label="Renewal reviews",
        place=20,
        rule=_REVIEWS,
        policy_keys=_KEYS,
        is_step=True,
        is_to_do=True,
        muted_by="mute_renewal_reviews",
        read=behind.review,
        show=show.review_rows,
        whose=csm_of,
    ),
    Kind(
        name=SCHEDULED,
        words="renewal review on its day",
        label="Renewal reviews, on the day",
        place=21,
        rule=_REVIEWS,
        policy_keys=_KEYS,
        muted_by="mute_renewal_reviews",
        read=behind.review,
        show=show.review_today_rows,
        whose=behind.who_meets,
    ),
    Kind(
        name=HELD,
        words="question after the renewal review",
        label="Renewal reviews: held?",
        place=22,
        rule=_REVIEWS,
        policy_keys=_KEYS,
        is_to_do=True,
        muted_by="mute_renewal_reviews",
        read=behind.review,
        show=show.review_held_rows,
        whose=csm_of,
    ),
)
STANDING = (
    Standing(read=lists.burning, show=show.burning_row),
    Standing(read=lists.passed, show=show.passed_row),
)
