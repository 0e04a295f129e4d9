"""Renewal reviews as plain records."""

from __future__ import annotations

from storage.base.exports import Export, address_of, as_is

_REVIEWS = f"""
SELECT accounts.name AS account, crm_id, reviews.renewal_on AS renewal_date, offset_months, state, scheduled_at,
    held_on, reviews.health, reviews.outlook, next_step, skip_reason, {address_of("people")} AS by
FROM reviews
JOIN accounts ON accounts.id = account_id
LEFT JOIN people ON people.id = by_id
ORDER BY reviews.id
"""

EXPORTS = {"reviews": Export(_REVIEWS, as_is)}
