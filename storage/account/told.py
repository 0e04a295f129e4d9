"""Which messages tell of an account: all about it but cards and notes, and those in which it stood by itself."""

from __future__ import annotations

_TELLS = (
    "(account_id = :id AND cta_id IS NULL AND kind NOT IN ('card', 'notice'))"
    " OR id IN (SELECT outbox_id FROM outbox_news WHERE subject = :subject)"
)
_IS_TOLD = (
    "SELECT 1 FROM outbox WHERE account_id = :id AND kind <> 'card'"
    " UNION ALL SELECT 1 FROM outbox_news WHERE subject = :subject LIMIT 1"
)
TOLD = {"account": (_TELLS, _IS_TOLD)}
