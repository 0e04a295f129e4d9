"""Which messages tell of a question of a review: the row of the morning in which it stands."""

from __future__ import annotations

_TELLS = "id IN (SELECT outbox_id FROM outbox_news WHERE subject = :subject)"
_IS_TOLD = "SELECT 1 FROM outbox_news WHERE subject = :subject LIMIT 1"
TOLD = {"manager_review": (_TELLS, _IS_TOLD)}
OF_ACCOUNT = {
    "manager_review": "SELECT 'manager_review:' || manager_reviews.id FROM manager_reviews WHERE account_id = :id"
}
