"""EBRs as plain records."""

from __future__ import annotations

from storage.base.exports import Export, address_of, as_is

_EBRS = f"""
SELECT accounts.name AS account, crm_id, state, scheduled_at, held_on, note, {address_of("people")} AS by
FROM ebrs
JOIN accounts ON accounts.id = account_id
LEFT JOIN people ON people.id = by_id
ORDER BY ebrs.id
"""

EXPORTS = {"ebrs": Export(_EBRS, as_is)}
