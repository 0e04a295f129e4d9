"""What reminders of renewals hang on beside the account.

Read in bulk by the walk (reminders/engine/walk.py).
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from storage.account.facts import ACTIVE, of_csm
from storage.base.moments import instant, instant_text
from storage.base.planning import AMONG, known
from storage.base.reminder import Meeting, OutcomeFacts, ReviewFacts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from sqlite3 import Connection


def review_facts(
    db: Connection, account_ids: Sequence[int], *, known_by: datetime | None = None
) -> dict[int, ReviewFacts]:
    """The reviews of these accounts' renewals, and what they hang on; accounts without any of it are left out."""
    latest = None if known_by is None else instant_text(known_by)
    done: dict[int, frozenset[int]] = {}
    scheduled: dict[int, dict[int, Meeting]] = defaultdict(dict)
    rows = db.execute(
        "SELECT account_id, offset_months, scheduled_on, coalesce(scheduled_known_at, reviews.updated_at)"
        ", state = 'scheduled' AND scheduled_on IS NOT NULL"
        " FROM reviews JOIN accounts ON accounts.id = account_id AND accounts.renewal_on = reviews.renewal_on"
        f" WHERE account_id {AMONG}",
        (json.dumps(account_ids),),
    )
    for account_id, months, scheduled_on, known_at, is_scheduled in rows:
        if is_scheduled:
            scheduled[account_id][months] = Meeting(date.fromisoformat(scheduled_on), known(known_at, latest))
        else:
            done[account_id] = done.get(account_id, frozenset()) | {months}
    dates: dict[int, tuple[date, ...]] = {}
    earlier = db.execute(
        "SELECT account_id, was_on FROM renewal_dates"
        " JOIN accounts ON accounts.id = account_id AND accounts.renewal_on = renewal_dates.renewal_on"
        f" WHERE account_id {AMONG} ORDER BY account_id, was_on",
        (json.dumps(account_ids),),
    )
    for account_id, was_on in earlier:
        dates[account_id] = (*dates.get(account_id, ()), date.fromisoformat(was_on))
    recorded = db.execute(
        "SELECT account_id, max(decided_at) FROM renewals"
        f" WHERE outcome = 'renewed' AND undone_at IS NULL AND account_id {AMONG} GROUP BY account_id",
        (json.dumps(account_ids),),
    )
    renewed = {row[0]: known(row[1], latest) for row in recorded}
    return {
        i: ReviewFacts(done.get(i, frozenset()), scheduled.get(i, {}), dates.get(i, ()), renewed.get(i))
        for i in done.keys() | scheduled.keys() | dates.keys() | renewed.keys()
    }


def outcome_facts(
    db: Connection, account_ids: Sequence[int], now: datetime, *, known_by: datetime | None = None
) -> dict[int, OutcomeFacts]:
    """What is known of the ends of these accounts' renewals; those of which nothing is are left out."""
    latest = None if known_by is None else instant_text(known_by)
    among = (json.dumps(account_ids),)
    of_now = "JOIN accounts ON accounts.id = account_id AND accounts.renewal_on"
    signed = db.execute(
        "SELECT account_id, sign_by, signings.updated_at FROM signings"
        f" {of_now} = signings.renewal_on WHERE account_id {AMONG}",
        among,
    )
    signings = {row[0]: Meeting(date.fromisoformat(row[1]), known(row[2], latest)) for row in signed}
    taken_back = db.execute(
        f"SELECT account_id, max(undone_at) FROM renewals {of_now} = renewals.renewal_on"
        f" WHERE undone_at IS NOT NULL AND account_id {AMONG} GROUP BY account_id",
        among,
    )
    undone = {row[0]: instant(row[1]) for row in taken_back}
    began = upgraded_at(db, now)
    ids = account_ids if began else signings.keys() | undone.keys()
    return {i: OutcomeFacts(signings.get(i), undone.get(i), began) for i in ids}


def upgraded_at(db: Connection, now: datetime) -> datetime | None:
    """When the bot was upgraded to ask what became of renewals; None where it always did.

    The first look after the upgrade is what it is counted from; that is written down with it.
    """
    since = outcomes_since(db)
    return None if since is None else instant(since) if since else now


def outcomes_since(db: Connection) -> str | None:
    """Since when the bot asks what became of renewals: '' before its first look after the upgrade, None for always."""
    row = db.execute("SELECT value FROM meta WHERE key = 'outcomes_since'").fetchone()
    return row[0] if row else None


def renews_between(db: Connection, csm_id: int | None, first: date, last: date) -> bool:
    """Whether an active account of a CSM renews from the first to the last day."""
    whose, values = of_csm(csm_id)
    found = db.execute(
        f"SELECT 1 FROM accounts WHERE {whose} AND {ACTIVE} AND renewal_on BETWEEN ? AND ? LIMIT 1",
        (*values, first.isoformat(), last.isoformat()),
    ).fetchone()
    return found is not None
