"""What reminders of answers hang on beside the account. Read in bulk by the walk (reminders/engine/walk.py)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from storage.base import people
from storage.base.keys import key_of
from storage.base.moments import civil_day
from storage.base.planning import AMONG
from storage.survey import store
from storage.survey.record import FOLLOW_UP_DAYS
from storage.survey.settings import SurveyArea

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.day import DayItem
    from storage.base.policy import Policy
    from storage.base.recipients import Directory
    from storage.base.reminder import Recipient
    from storage.survey.record import Answer

CSM, MANAGER = "csm", "manager"


class AnswerFacts(NamedTuple):
    """An answer to be followed up, when it became known, and who hears of it, each by what they are."""

    answer: Answer
    known_at: datetime
    known_on: date
    whom: tuple[tuple[str, Recipient], ...]


def of_accounts(
    db: Connection,
    directory: Directory,
    policy: Policy,
    account_ids: Sequence[int],
    today: date,
    *,
    known_by: datetime | None = None,
) -> dict[int, list[AnswerFacts]]:
    """The answers of these accounts that count and are to be followed up, by account.

    Negative ones go to the CSM and their manager (else operations), others to the CSM where the policy says so. One
    that was old already when it became known is history.
    """
    area = policy.settings(SurveyArea)
    since = today - timedelta(days=3 * FOLLOW_UP_DAYS)
    known = store.that_count(db, account_ids, since)
    if not known:
        return {}
    rows = db.execute(f"SELECT id, csm_id, segment FROM accounts WHERE id {AMONG}", (json.dumps(list(known)),))
    found: dict[int, list[AnswerFacts]] = {}
    for account_id, csm_id, segment in rows.fetchall():
        if not area.covers(segment):
            continue
        csm = [(CSM, directory.csm(csm_id))] if csm_id is not None else []
        both = (*csm, (MANAGER, directory.csm(_manager(db, policy, csm_id))))
        for one in known[account_id]:
            known_at = min(one.at, known_by) if known_by else one.at
            known_on = civil_day(known_at, policy.timezone)
            whom = both if one.is_negative else tuple(csm) if area.follow_up_positive else ()
            if whom and (known_on - one.answered_on).days <= FOLLOW_UP_DAYS:
                found.setdefault(account_id, []).append(AnswerFacts(one, known_at, known_on, whom))
    return found


def hears_of(_db: Connection, _policy: Policy, item: DayItem) -> int | None:
    """Who hears of an answer by now: the CSM; a manager who was told sees to it, wherever its account goes."""
    account: Account | None = item.facts.brief.account if item.facts else None
    is_csms = key_of(item.row.dedupe_key).part(1) == CSM
    return account.csm_id if account and is_csms else item.row.owner_id


def _manager(db: Connection, policy: Policy, csm_id: int | None) -> int | None:
    """The CSM's manager; None: operations."""
    csm = people.many(db, [csm_id]).get(csm_id or 0)
    manager = people.manager_of(db, policy, csm) if csm else None
    return manager.id if manager else None
