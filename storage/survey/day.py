"""What is behind the reminders of surveys: the answer that is followed up, and the round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.account.brief import Brief, brief_behind
from storage.base.keys import key_of
from storage.survey import store

if TYPE_CHECKING:
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow
    from storage.survey.record import Answer, Asked, Round


@dataclass(frozen=True, slots=True)
class AnswerOfDay:
    """The account and the answer that a row is about; None: it was taken back."""

    brief: Brief
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class RoundOfDay:
    """A round, and the accounts of a scope (`csm-12`) that are asked in it; None where the policy has no rounds."""

    scope: str
    round: Round | None
    asked: tuple[Asked, ...]


def behind_answer(behind: Behind, row: OutboxRow) -> AnswerOfDay | None:
    """What is behind a row about an answer."""
    if row.account_id is None:
        return None
    number = key_of(row.dedupe_key).part(0)
    answer = store.find(behind.db, int(number)) if number.isdecimal() else None
    return AnswerOfDay(brief_behind(behind, row.account_id), answer)
