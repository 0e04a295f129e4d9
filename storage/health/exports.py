"""Every setting of a health as plain records."""

from __future__ import annotations

from storage.base.exports import Export, address_of, as_is

_HEALTH = f"""
SELECT accounts.name AS account, crm_id, set_on, health_settings.health AS health, {address_of("people")} AS by,
    note, source
FROM health_settings
JOIN accounts ON accounts.id = account_id
LEFT JOIN people ON people.id = by_id
WHERE undone_at IS NULL
ORDER BY health_settings.id
"""

EXPORTS = {"health": Export(_HEALTH, as_is)}
