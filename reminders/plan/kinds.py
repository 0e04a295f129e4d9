"""The kinds of reminder about success plans, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import Kind, NewsRule, PeriodRule, Source, Standing
from reminders.plan import rules
from storage.account import facts as account_facts
from storage.account.lists import whose_csm
from storage.plan import day as behind
from storage.plan import facts, store
from templates.plan import day as show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from reminders.engine.kinds import Reading
    from storage.base.policy import Policy
    from storage.plan.facts import SubmittedFacts


def _read(reading: Reading, ids: Sequence[int]) -> list[SubmittedFacts]:
    policy = reading.as_of.policy
    return facts.submitted_facts(reading.db, reading.directory, policy, ids, known_by=reading.known_by)


def _csms(db: Connection, _policy: Policy) -> Sequence[int | None]:
    return [csm_id for csm_id in account_facts.csm_ids(db) if csm_id is not None]


def _known_at(db: Connection, _policy: Policy, csm_id: int | None) -> datetime | None:
    return account_facts.csm_known_at(db, csm_id) if csm_id is not None else None


def _holds(reading: Reading, csm_id: int | None, day: date) -> bool:
    return csm_id is not None and bool(store.to_look_at(reading.db, reading.as_of.policy, whose_csm(csm_id), day))


PLANS = Source(
    column="account_id",
    read=_read,
    looks=facts.LOOKS,
    of_people=facts.of_people,
)
_KEYS = frozenset({"plans", "segments", "fiscal_year_start_month", "teams"})

SOURCES = (PLANS,)
KINDS = (
    Kind(
        name=rules.PLAN_TO_QUALIFY,
        words="submitted success plans",
        label="Success plans to qualify",
        place=82,
        area="plans",
        rule=NewsRule(
            source=PLANS,
            news=rules.news_of,
            words=rules.in_words,
            records_of_row=facts.of_news,
        ),
        policy_keys=_KEYS,
        read=behind.news,
        show=show.news_rows,
    ),
    Kind(
        name=rules.PLAN_ROUND,
        words="round through success plans",
        label="Success plans to look at",
        place=83,
        area="plans",
        rule=PeriodRule(
            people=_csms,
            known_at=_known_at,
            items=rules.rounds,
            holds=_holds,
            nothing="nothing to look at in any success plan",
            nobody="no active accounts",
        ),
        policy_keys=_KEYS,
        read=behind.round_of,
        show=show.round_rows,
    ),
)
STANDING = (Standing(read=behind.to_answer, show=show.waiting_row, in_messages=False),)
