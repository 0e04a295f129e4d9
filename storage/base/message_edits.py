"""Messages that stand are edited once something in them was acted on, by whomever (docs/delivery.md, "Edits").

Called by every audited change, inside its unit of work: each message that tells of the account or CTA gets one
pending edit, which shows the facts of the moment in which it is sent (reminders/outbox/messages.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.moments import instant_text

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection


STILL_READ = timedelta(days=14)
"""Older messages stay as they were: nobody scrolls back to them."""

# A CTA that came of a deferred one changes what is said of that one: it is back.
_DEFERRED = "cta_id IN (:id, (SELECT linked_to FROM ctas WHERE id = :id)) AND kind = 'deferred_cta'"
_ABOUT = {
    "account": "account_id = :id AND cta_id IS NULL AND kind NOT IN ('card', 'notice')",
    "cta": "id IN (SELECT outbox_id FROM outbox_news WHERE subject = :subject"
    f" UNION ALL SELECT id FROM outbox WHERE {_DEFERRED})",
}
# Most changes are told of nowhere: this small question is answered first.
_TOLD = {
    "account": "SELECT 1 FROM outbox WHERE account_id = :id AND kind <> 'card' LIMIT 1",
    "cta": "SELECT 1 FROM outbox_news WHERE subject = :subject"
    f" UNION ALL SELECT 1 FROM outbox WHERE {_DEFERRED} LIMIT 1",
}
_EDIT = """
INSERT INTO outbox(dedupe_key, kind, op, destination, recipient, why, payload, post_at, not_before, conversation,
                   slack_ts, created_at, updated_at)
SELECT 'notice:redraw:' || min(id) || ':' || :audit_id, 'notice', 'update', destination, recipient,
       'something in it was done', json_object('notice', 'redraw', 'of', min(id)), :at, :at, conversation,
       slack_ts, :at, :at
FROM outbox AS told
WHERE state = 'sent' AND op = 'post' AND slack_ts IS NOT NULL AND updated_at >= :since AND ({about})
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'pending' AND op = 'update'
                  AND slack_ts = told.slack_ts AND conversation = told.conversation)
GROUP BY conversation, slack_ts
ON CONFLICT (dedupe_key) DO NOTHING
"""


def redraw(db: Connection, subject: str, audit_id: int, now: datetime) -> None:
    """Have the messages edited that tell of `account:7` or `cta:12`; other subjects stand in none."""
    kind, _, number = subject.partition(":")
    if kind not in _ABOUT:
        return
    about = {"id": int(number), "subject": subject}
    if db.execute(_TOLD[kind], about).fetchone() is None:
        return
    db.execute(
        _EDIT.format(about=_ABOUT[kind]),
        {
            **about,
            "audit_id": audit_id,
            "at": instant_text(now),
            "since": instant_text(now - STILL_READ),
        },
    )


def newest(db: Connection) -> int:
    """How far the audit goes: what is composed from now on knows of all that."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM audit").fetchone()[0])


def redraw_since(db: Connection, audit_id: int, now: datetime) -> None:
    """Have messages edited that tell of what was done since: one may have been on its way meanwhile."""
    done = db.execute("SELECT subject, max(id) FROM audit WHERE id > ? GROUP BY subject", (audit_id,)).fetchall()
    for subject, latest in done:
        redraw(db, subject, latest, now)
