"""Which messages tell of a CTA: mornings with its news, what others did with it, whether a deferred one is back."""

from __future__ import annotations

# A CTA that came of a deferred one changes what is said of that one: it is back.
_DEFERRED = "cta_id IN (:id, (SELECT linked_to FROM ctas WHERE id = :id)) AND kind = 'deferred_cta'"

_TELLS = (
    "id IN (SELECT outbox_id FROM outbox_news WHERE subject = :subject"
    f" UNION ALL SELECT id FROM outbox WHERE {_DEFERRED}"
    " UNION ALL SELECT id FROM outbox WHERE cta_id = :id AND kind = 'told')"
)
_NEWS = "SELECT 1 FROM outbox_news WHERE subject = :subject"
_HEARD = "SELECT 1 FROM outbox WHERE cta_id = :id AND kind = 'told'"
_IS_TOLD = f"{_NEWS} UNION ALL SELECT 1 FROM outbox WHERE {_DEFERRED} UNION ALL {_HEARD} LIMIT 1"

TOLD = {"cta": (_TELLS, _IS_TOLD)}
OF_ACCOUNT = {
    "cta": "SELECT 'cta:' || ctas.id FROM ctas WHERE account_id = :id",
    "task": "SELECT 'task:' || tasks.id FROM tasks JOIN ctas ON ctas.id = cta_id WHERE account_id = :id",
}
