"""Which messages tell of a plan: the manager's mornings with its news; those about its account are told of by that."""

from __future__ import annotations

_TELLS = "id IN (SELECT outbox_id FROM outbox_news WHERE subject = :subject)"
_IS_TOLD = "SELECT 1 FROM outbox_news WHERE subject = :subject LIMIT 1"
TOLD = {"plan": (_TELLS, _IS_TOLD)}
OF_ACCOUNT = {"plan": "SELECT 'plan:' || plans.id FROM plans WHERE account_id = :id"}
