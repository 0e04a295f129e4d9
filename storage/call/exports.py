"""Calls as plain records."""

from __future__ import annotations

from storage.base.exports import Export, address_of, as_is

_CALLS = f"""
SELECT accounts.name AS account, crm_id, held_on, kind, use_case, note, next_step, calls.health AS health,
    {address_of("people")} AS by, source
FROM calls
JOIN accounts ON accounts.id = account_id
LEFT JOIN people ON people.id = by_id
ORDER BY calls.id
"""

EXPORTS = {"calls": Export(_CALLS, as_is)}
