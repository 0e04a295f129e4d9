"""Which messages tell of an account: all about it, but for its CTAs' cards and for notes to people."""

from __future__ import annotations

TOLD = {
    "account": (
        "account_id = :id AND cta_id IS NULL AND kind NOT IN ('card', 'notice')",
        "SELECT 1 FROM outbox WHERE account_id = :id AND kind <> 'card' LIMIT 1",
    )
}
