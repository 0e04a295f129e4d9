"""Which messages tell of a question of a review: the row of the morning in which it stands."""

from __future__ import annotations

_TELLS = "id IN (SELECT outbox_id FROM outbox_news WHERE subject = :subject)"
_IS_TOLD = "SELECT 1 FROM outbox_news WHERE subject = :subject LIMIT 1"
TOLD = {"manager_review": (_TELLS, _IS_TOLD)}
