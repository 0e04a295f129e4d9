"""The surveys' line in a report and in Monday's summary: answers that came, and how the rounds of the period stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.business_days import business_days_of
from storage.base.headlines import POINTS, SHARE, Said
from storage.survey import store
from storage.survey.record import NPS, round_of, rounds
from storage.survey.settings import SurveyArea
from storage.survey.tally import came, of_round

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from storage.base.headlines import Period
    from storage.base.policy import Policy

AREA = store.AREA


def said(db: Connection, policy: Policy, period: Period) -> Iterator[Said]:
    """Answers of the period and the negative ones of them; of fewer than `minimum` in a round nothing more is said."""
    area, business = policy.settings(SurveyArea), business_days_of(policy)
    answers, negative = came(db, policy, period.first, period.last, period.where, period.values)
    yield Said("answers", answers)
    yield Said("negative", negative)
    if not answers:
        return
    begun = round_of(period.first, area, business)
    for found in dict.fromkeys([*([begun] if begun else []), *rounds(period.first, period.last, area, business)]):
        for one in of_round(db, policy, found, period.where, period.values):
            if one.answers >= area.minimum:
                unit = POINTS if one.kind == NPS else SHARE
                yield Said(f"{one.kind.upper()} {one.round}", one.score, one.answers, unit)
