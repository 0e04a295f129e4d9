"""CTAs as plain records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.dialect import NEW_LINE, joined
from storage.base.exports import Export, Record, address_of
from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_SUCCESS, IN_PROGRESS, NEW, WITHDRAWN

if TYPE_CHECKING:
    from sqlite3 import Connection, Row

    from storage.base.policy import Policy

CTA_NOTES = f"""(SELECT {joined("said.text", NEW_LINE)} FROM (
        SELECT ctas.note AS text WHERE ctas.note IS NOT NULL
        UNION ALL SELECT closing_note WHERE closing_note IS NOT NULL
        UNION ALL SELECT text FROM (SELECT text FROM notes WHERE cta_id = ctas.id ORDER BY id) AS later
    ) AS said)"""
"""All that was said about a CTA, in its order: at the opening, at the closing, in between."""
_CTAS = f"""
SELECT ctas.id, accounts.name AS account, playbook, use_case, motion, {address_of("owner")} AS owner, status, reason,
    {CTA_NOTES} AS note, opened_on, closed_on, due_on, priority, success_plan = 'internal' AS internal,
    snoozed_until, revisit_on, linked_to, category, external_id
FROM ctas
JOIN accounts ON accounts.id = account_id
LEFT JOIN people AS owner ON owner.id = owner_id
"""


def _cta(row: Row, policy: Policy) -> Record:  # noqa: ARG001 - one shape for all
    return {**dict(row), "internal": bool(row["internal"])}


_GAINSIGHT = f"""
SELECT external_id AS "CTA ID", CASE WHEN (
        SELECT count(*) FROM accounts AS namesake WHERE namesake.name_key = accounts.name_key
    ) > 1 AND crm_id IS NOT NULL THEN crm_id ELSE accounts.name END AS "Account Name",
    crm_id AS "Account External ID", playbook AS "Playbook Name", {address_of("owner")} AS "Owner Email",
    status AS "Status", reason AS "Closed Reason", opened_on AS "Created Date", closed_on AS "Closed Date",
    due_on AS "Due Date", category AS "CTA Category", {CTA_NOTES} AS "Comments", 'CTA-' || ctas.id AS "CTA Bot ID"
FROM ctas
JOIN accounts ON accounts.id = account_id
LEFT JOIN people AS owner ON owner.id = owner_id
WHERE 'cta:' || ctas.id IN (
    SELECT subject FROM audit WHERE audit.id > :after AND audit.at >= :since AND subject LIKE 'cta:%'
)
ORDER BY ctas.id
"""
_LABELS = {
    NEW: "New",
    IN_PROGRESS: "Work In Progress",
    CLOSED_SUCCESS: "Closed Success",
    CLOSED_NO_SUCCESS: "Closed No Success",
    WITHDRAWN: "Closed Invalid",
}


def _for_gainsight(row: Row, policy: Policy) -> Record:
    reason = policy.reason_label(row["Closed Reason"]) if row["Closed Reason"] else None
    return {**dict(row), "Status": _LABELS[row["Status"]], "Closed Reason": reason}


CHANGES = {"gainsight": Export(_GAINSIGHT, _for_gainsight)}
"""CTAs that changed, as another system takes them: after an audit row (:after), and from an instant on (:since)."""


def record_of(db: Connection, policy: Policy, cta_id: int) -> Record | None:
    """One CTA as its export has it; None for one that is gone."""
    row = db.execute(f"{_CTAS} WHERE ctas.id = ?", (cta_id,)).fetchone()
    return _cta(row, policy) if row else None


EXPORTS = {"ctas": Export(f"{_CTAS} ORDER BY ctas.id", _cta)}
