"""What managers saw and asked in their reviews, as plain records."""

from __future__ import annotations

from storage.base.exports import Export, address_of, as_is

_REVIEWS = f"""
SELECT accounts.name AS account, crm_id, {address_of("manager")} AS manager, month, section, state, note, at,
    {address_of("csm")} AS asked, answer, answered_at, {address_of("answerer")} AS answered_by
FROM manager_reviews
JOIN accounts ON accounts.id = account_id
JOIN people AS manager ON manager.id = manager_reviews.manager_id
LEFT JOIN people AS csm ON csm.id = asked_id
LEFT JOIN people AS answerer ON answerer.id = answered_by
ORDER BY manager_reviews.id
"""

EXPORTS = {"manager_reviews": Export(_REVIEWS, as_is)}
