"""The kinds of reminder about surveys, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.account.kinds import ACCOUNTS
from reminders.account.rounds import of_csm, whose_round
from reminders.engine.kinds import Kind, PeriodRule, RecordRule
from reminders.survey.rules import SURVEY_FOLLOWUP, SURVEY_ROUND, followup_items, round_items, why_none
from storage.account import facts as of_accounts
from storage.base.moments import civil_day
from storage.base.reminder import NOTHING_TO
from storage.survey import day as behind
from storage.survey import facts, store
from storage.survey.day import RoundOfDay
from templates.survey import day as show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from sqlite3 import Connection

    from reminders.engine.kinds import Reading
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.survey.facts import AnswerFacts


def _own(reading: Reading, ids: Sequence[int]) -> Mapping[int, list[AnswerFacts]]:
    policy = reading.as_of.policy
    today = civil_day(reading.as_of.now, policy.timezone)
    return facts.of_accounts(reading.db, reading.directory, policy, ids, today, known_by=reading.known_by)


def _csms(db: Connection, _policy: Policy) -> Sequence[int | None]:
    return [csm_id for csm_id in of_accounts.csm_ids(db) if csm_id is not None]


def _holds(reading: Reading, csm_id: int | None, day: date) -> bool:
    found = store.current_round(reading.as_of.policy, day)
    if csm_id is None or found is None:
        return False
    return bool(store.asked_in(reading.db, reading.as_of.policy, found, of_csm(csm_id)))


def _read(behind: Behind, row: OutboxRow) -> RoundOfDay:
    whose, found = whose_round(row), store.current_round(behind.policy, row.due_on or behind.today)
    asked = store.asked_in(behind.db, behind.policy, found, whose) if found else []
    return RoundOfDay(whose.scope, found, tuple(asked))


_KEYS = frozenset({"surveys"})
KINDS = (
    Kind(
        name=SURVEY_ROUND,
        words="round of surveys",
        label="Rounds of surveys",
        place=100,
        area="surveys",
        rule=PeriodRule(
            people=_csms,
            known_at=lambda db, _, csm_id: None if csm_id is None else of_accounts.csm_known_at(db, csm_id),
            items=round_items,
            holds=_holds,
            nothing=f"{NOTHING_TO} ask in the round: none of their accounts is in it",
            nobody="no active accounts",
        ),
        policy_keys=_KEYS,
        read=_read,
        show=show.round_rows,
    ),
    Kind(
        name=SURVEY_FOLLOWUP,
        words="answer to follow up",
        label="Answers to surveys to follow up",
        place=101,
        area="surveys",
        rule=RecordRule(source=ACCOUNTS, items=followup_items, why_not=why_none, own=_own),
        policy_keys=_KEYS,
        read=behind.behind_answer,
        show=show.answer_rows,
        whose=facts.hears_of,
    ),
)
