"""Accounts in trouble as plain records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.exports import Export, Record, address_of
from storage.base.moments import civil_day, instant

if TYPE_CHECKING:
    from sqlite3 import Row

    from storage.base.policy import Policy

_TRIAGES = f"""
SELECT accounts.name AS account, crm_id, triages.id AS id, state, colour, impact, reason, ends, next_step, opened_on,
    {address_of("opener")} AS opened_by, source, last_on, triages.will_churn_on AS will_churn_on, retrospective,
    ended_at AS ended_on, triages.outcome AS outcome, helped
FROM triages
JOIN accounts ON accounts.id = account_id
LEFT JOIN people AS opener ON opener.id = opened_by
ORDER BY triages.id
"""


def _shape(row: Row, policy: Policy) -> Record:
    record = dict(row)
    if record["ended_on"]:
        record["ended_on"] = civil_day(instant(record["ended_on"]), policy.timezone).isoformat()
    return record


EXPORTS = {"triage": Export(_TRIAGES, _shape)}
