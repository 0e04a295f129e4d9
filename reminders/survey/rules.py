"""Surveys: the round on its first day, and answers that are followed up the day after they became known. Pure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reminders.engine.calendar import DAY, start_of
from reminders.engine.items import Item, posting
from reminders.engine.rounds import Period, each
from storage.base.business_days import business_days_of
from storage.base.keys import Key, key_of
from storage.survey.record import FOLLOW_UP_DAYS, next_round
from storage.survey.settings import SurveyArea

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from reminders.engine.items import AsOf
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.base.reminder import AccountFacts, Recipient, Told
    from storage.survey.facts import AnswerFacts
    from storage.survey.record import Round

SURVEY_ROUND, SURVEY_FOLLOWUP = "survey_round", "survey_followup"


def round_items(person: Recipient, known_at: datetime, as_of: AsOf) -> Iterator[Item | None]:
    """The rounds of a person from the present one on, without end; none where the policy has none."""
    area = as_of.policy.settings(SurveyArea)
    if area.months and area.kinds:
        yield from each(_period(as_of.policy), SURVEY_ROUND, lambda _: "the round of surveys begins")(
            person, known_at, as_of
        )


def _period(policy: Policy) -> Period:
    def of(day: date) -> Round:
        found = next_round(day, policy.settings(SurveyArea), business_days_of(policy))
        if found is None:
            raise ValueError("there are no rounds")
        return found

    return Period(
        first=lambda day, _: of(day).first,
        end=lambda first: of(first).last + DAY,
        named=lambda first: of(first).name,
        due=lambda first, _: first,
        after=lambda first, _: of(of(first).last + DAY).first,
    )


def followup_items(
    account: AccountFacts, own: Sequence[AnswerFacts] | None, _told: Mapping[str, Told], as_of: AsOf
) -> Iterator[Item]:
    """All answers that are followed up, to each whom they concern; one a person where that is the same."""
    for one in own or () if account.active else ():
        due_on = one.known_on + DAY
        told: set[str] = set()
        for part, who in one.whom:
            if who.address in told:
                continue
            told.add(who.address)
            when = posting(as_of, who, due_on, known_at=one.known_at)
            yield Item(
                key=str(Key(SURVEY_FOLLOWUP, (one.answer.id, part))),
                kind=SURVEY_FOLLOWUP,
                owner=who,
                posting=when,
                due_on=due_on,
                step=None,
                reason=partial(_why, negative=one.answer.is_negative),
                expires_at=start_of(when.day + FOLLOW_UP_DAYS * DAY, when.recipient.zone),
                account_id=account.id,
            )


def _why(*, negative: bool) -> str:
    return "a negative answer came in" if negative else "an answer came in"


def why_none(_account: AccountFacts, own: Sequence[AnswerFacts] | None, row: OutboxRow, _policy: Policy) -> str:
    """Why a planned one is due no more."""
    number = key_of(row.dedupe_key).part(0)
    if any(str(one.answer.id) == number for one in own or ()):
        return "it is told already, or no longer theirs"
    return "the answer was taken back, put right, or replaced by a later one"
