"""What nudges of onboarding hang on: the days that they count from, and since when the start is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from storage.account import store as accounts
from storage.base.moments import instant, maybe_instant
from storage.base.switches import covered
from storage.onboarding import store as onboarding
from storage.onboarding.settings import Onboarding
from storage.success import store as lives

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.base.policy import Policy


class OnboardingFacts(NamedTuple):
    """The milestones not reached that have a day to be nudged about, in their order; since when all that is known."""

    days: Mapping[str, date]
    known_at: datetime


def onboarding_facts(
    db: Connection, policy: Policy, ids: Sequence[int], today: date, *, known_by: datetime | None = None
) -> dict[int, OnboardingFacts]:
    """Of those of these accounts that are managed in the area, and start, or started not long ago or by hand.

    Somebody may expect a milestone of an older one yet: of that day they are reminded all the same.
    """
    some = [a for a in accounts.many(db, ids) if a.csm_id is not None and covered(policy, onboarding.AREA, a.segment)]
    ids = [account.id for account in some]
    known, expected = lives.lives(db, ids, today), onboarding.delays(db, ids)
    window = policy.settings(Onboarding).window_days
    recent = [
        account
        for account in some
        if (life := known[account.id]).started_on is not None
        and life.will_churn_on is None
        and (life.by_hand or (today - life.started_on).days <= window or account.id in expected)
    ]
    rows = db.execute(
        "SELECT id, started_known_at, ebr_known_at, known_at, (SELECT max(at) FROM onboarding_delays"
        " WHERE account_id = accounts.id AND undone_at IS NULL) FROM accounts"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([account.id for account in recent]),),
    )
    since = {row[0]: max(instant(row[3]), maybe_instant(row[1]) or instant(row[2]), *_said(row[4])) for row in rows}
    found = onboarding.of_accounts(db, policy, recent, today)
    return {
        account.id: OnboardingFacts(
            {
                name: day
                for name, one in found[account.id].items()
                if one.reached_on is None and one.target_on is not None and (day := one.counts_from())
            },
            min(since[account.id], known_by) if known_by else since[account.id],
        )
        for account in recent
    }


def _said(text: str | None) -> list[datetime]:
    at = maybe_instant(text)
    return [at] if at else []
