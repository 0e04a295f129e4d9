"""Which messages tell of a triage: the mornings with its news; those about its account are told of by that."""

from __future__ import annotations

_TELLS = "id IN (SELECT outbox_id FROM outbox_news WHERE subject = :subject)"
_IS_TOLD = "SELECT 1 FROM outbox_news WHERE subject = :subject LIMIT 1"
TOLD = {"triage": (_TELLS, _IS_TOLD)}
OF_ACCOUNT = {"triage": "SELECT 'triage:' || triages.id FROM triages WHERE account_id = :id"}
