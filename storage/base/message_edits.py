"""Messages that stand are edited once something in them was acted on, by whomever (docs/delivery.md, "Edits").

Called by every audited change, inside its unit of work: each message that tells of its subject gets one pending
edit, which shows the facts of the moment in which it is sent (reminders/outbox/messages.py). Nouns hand in which
messages tell of theirs (`storage/<noun>/told.py`): TOLD, by the subject's kind, a condition on the outbox, and a small
question that is answered first, since most changes are told of nowhere. Of an account that goes or comes back those
are edited too that tell of work for it: OF_ACCOUNT are the subjects of a noun's, in SQL, by their kind.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from storage.base.moments import instant_text
from storage.base.nouns import merged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from sqlite3 import Connection


STILL_READ = timedelta(days=14)
"""Older messages stay as they were: nobody scrolls back to them."""

_EDIT = """
INSERT INTO outbox(dedupe_key, kind, op, destination, recipient, why, payload, post_at, not_before, conversation,
                   slack_ts, created_at, updated_at)
SELECT 'notice:redraw:' || min(id) || ':' || :audit_id, 'notice', 'update', min(destination), min(recipient),
       'something in it was done', '{{"notice":"redraw","of":' || min(id) || '}}', :at, :at, conversation,
       slack_ts, :at, :at
FROM outbox AS told
WHERE state = 'sent' AND op = 'post' AND slack_ts IS NOT NULL AND updated_at >= :since AND ({about})
  AND (kind NOT IN ('told', 'alert') OR expires_at > :at)
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'pending' AND op = 'update'
                  AND slack_ts = told.slack_ts AND conversation = told.conversation)
GROUP BY conversation, slack_ts
ON CONFLICT (dedupe_key) DO NOTHING
"""


# Nobody is to work for an account that is archived or churned; for one that is back again somebody is.
_GOES = (
    "EXISTS (SELECT 1 FROM audit WHERE audit.id = :audit_id"
    " AND (before LIKE '%\"churned_on\"%' OR before LIKE '%\"archived_at\"%'))"
)


@cache
def told() -> Mapping[str, tuple[str, str]]:
    """Which messages tell of a subject, by its kind."""
    found = merged("storage", "told", "TOLD")
    if (work := merged("storage", "told", "OF_ACCOUNT")) and "account" in found:
        about, is_told = found["account"]
        news = f"FROM outbox_news WHERE {_GOES} AND subject IN ({' UNION ALL '.join(work.values())})"
        found["account"] = (
            f"{about} OR id IN (SELECT outbox_id {news})",
            f"SELECT 1 FROM ({is_told}) AS itself UNION ALL SELECT 1 {news} LIMIT 1",
        )
    return found


def redraw(db: Connection, subject: str, audit_id: int, now: datetime) -> None:
    """Have the messages edited that tell of a subject such as `cta:12`; some stand in none."""
    kind, _, number = subject.partition(":")
    if kind not in told():
        return
    about, is_told = told()[kind]
    names = {"id": int(number), "subject": subject, "audit_id": audit_id}
    if db.execute(is_told, names).fetchone() is None:
        return
    db.execute(_EDIT.format(about=about), {**names, "at": instant_text(now), "since": instant_text(now - STILL_READ)})


def newest(db: Connection) -> int:
    """How far the audit goes: what is composed from now on knows of all that."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM audit").fetchone()[0])


def redraw_since(db: Connection, audit_id: int, now: datetime) -> None:
    """Have messages edited that tell of what was done since: one may have been on its way meanwhile."""
    done = db.execute("SELECT subject, max(id) FROM audit WHERE id > ? GROUP BY subject", (audit_id,)).fetchall()
    for subject, latest in done:
        redraw(db, subject, latest, now)
