"""Answers as plain records: the headers of their file, and the round that each counts in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from storage.base.business_days import business_days_of
from storage.base.exports import Export, Record, address_of
from storage.survey.record import round_of
from storage.survey.settings import SurveyArea

if TYPE_CHECKING:
    from sqlite3 import Row

    from storage.base.policy import Policy

_ANSWERS = f"""
SELECT accounts.name AS account, crm_id, answered_on, kind, score, contact, comment, case_id, external_id,
    NULL AS round, {address_of("people")} AS by, source
FROM survey_answers
JOIN accounts ON accounts.id = account_id
LEFT JOIN people ON people.id = by_id
ORDER BY answered_on, survey_answers.id
"""


def _shape(row: Row, policy: Policy) -> Record:
    record = dict(row)
    if record["case_id"] is None:
        area, business = policy.settings(SurveyArea), business_days_of(policy)
        found = round_of(date.fromisoformat(record["answered_on"]), area, business)
        record["round"] = found.name if found else None
    return {**record, "contact": record["contact"] or None}


EXPORTS = {"surveys": Export(_ANSWERS, _shape)}
