"""Escalations as plain records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.exports import Export, Record, address_of

if TYPE_CHECKING:
    from sqlite3 import Row

    from storage.base.policy import Policy

_ESCALATIONS = f"""
SELECT accounts.name AS account, crm_id, escalations.id AS id, severity, escalations.reason AS reason, criteria,
    next_step, project, state, opened_on, {address_of("opener")} AS opened_by, last_on, closed_on,
    {address_of("closer")} AS closed_by, escalations.outcome AS outcome, criteria_met, agreed_by, agreed_on, helped
FROM escalations
JOIN accounts ON accounts.id = account_id
LEFT JOIN people AS opener ON opener.id = opened_by
LEFT JOIN people AS closer ON closer.id = closed_by
ORDER BY escalations.id
"""


def _shape(row: Row, policy: Policy) -> Record:  # noqa: ARG001 - one shape for all
    record = dict(row)
    record["project"] = bool(record["project"])
    record["criteria_met"] = None if record["criteria_met"] is None else bool(record["criteria_met"])
    return record


EXPORTS = {"escalations": Export(_ESCALATIONS, _shape)}
