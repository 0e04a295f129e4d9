"""What a manager's review finds of assignment and onboarding (storage/account/findings.py)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.account.findings import ASSIGNMENT, ONBOARDING, Finder, Finding
from storage.base import people
from storage.base.business_days import business_days_of
from storage.base.moments import day_said, past_day_said
from storage.base.plurals import counted
from storage.base.switches import covered
from storage.onboarding import assignment
from storage.onboarding import store as onboarding
from storage.onboarding.record import LABELS
from storage.success import store as lives
from storage.success.milestones import ONBOARDING as CHECKLIST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from storage.account.findings import Look
    from storage.base.person import Person
    from storage.onboarding.record import Standing

LONG_AWAY = 10
"""Business days: who is away for more is to have somebody who stands in."""
UNTOUCHED_DAYS = 14


def _unassigned(look: Look) -> Iterator[Finding]:
    """No CSM; one who has gone; one who is away for long with nobody in their stead."""
    if look.manager_id is not None:
        for account in assignment.without_csm(look.db, look.manager_id, look.policy.area("review").segments):
            yield Finding(account, "no CSM")
    csms = people.many(look.db, look.csm_ids)
    backups = people.many(look.db, [one.backup_id for one in csms.values()])
    wrong = {i: said for i, one in csms.items() if (said := _absent(look, one, backups))}
    for account in look.accounts:
        if account.csm_id in wrong:
            yield Finding(account, wrong[account.csm_id])


def _absent(look: Look, csm: Person, backups: Mapping[int, Person]) -> str:
    if csm.deactivated:
        return f"{csm.name} has left"
    until = csm.away_until
    days = business_days_of(look.policy)
    if until is None or until < days.after(look.today - timedelta(days=1), LONG_AWAY + 1):
        return ""
    backup = backups.get(csm.backup_id or 0)
    away_too = backup is not None and backup.away_until is not None and backup.away_until >= look.today
    if backup and not (backup.deactivated or backup.guest or backup.foreign or away_too):
        return ""
    return f"{csm.name} is away until {day_said(until, look.today)}, and nobody stands in"


def _begun(look: Look) -> Iterator[Finding]:
    """Each in onboarding with its day and milestones; late without a delay; a checklist that nobody touches."""
    ids = json.dumps([one.id for one in look.accounts if covered(look.policy, onboarding.AREA, one.segment)])
    among = "accounts.id IN (SELECT value FROM json_each(?))"
    some = onboarding.in_onboarding(look.db, look.policy, look.today, among, (ids,))
    known = lives.lives(look.db, [account.id for account in some], look.today)
    standing = onboarding.of_accounts(look.db, look.policy, some, look.today)
    untouched = _untouched(look, ids)
    for account in some:
        started = known[account.id].started_on or look.today
        late = [said for one in standing[account.id].values() if (said := _late(one, look.today))]
        if account.id in untouched:
            late.append(f"checklist untouched for {counted(untouched[account.id], 'day')}")
        said = ", ".join([f"day {(look.today - started).days}", *_reached(standing[account.id], look.today), *late])
        yield Finding(account, said, calm=not late)


def _reached(standing: Mapping[str, Standing], today: date) -> list[str]:
    return [
        f"{LABELS[name].lower()} {past_day_said(one.reached_on, today)}"
        for name, one in standing.items()
        if one.reached_on
    ]


def _late(one: Standing, today: date) -> str:
    label = LABELS[one.milestone].lower()
    if not one.late(today) or one.target_on is None:
        return ""
    if one.delay is None:
        return f"{label} is {counted((today - one.target_on).days, 'day')} late"
    expected = one.delay.expected_on
    return f"{label} was put off until {day_said(expected, today)}, which has passed" if expected < today else ""


def _untouched(look: Look, ids: str) -> dict[int, int]:
    """For how many days nobody has touched an account's open checklist, where that is long."""
    rows = look.db.execute(
        "SELECT account_id, max(coalesce(touched_on, opened_on)) FROM ctas WHERE anchor = 'started'"
        " AND playbook LIKE ? AND status IN ('new', 'work_in_progress')"
        " AND account_id IN (SELECT value FROM json_each(?)) GROUP BY account_id",
        (f"{CHECKLIST}%", ids),
    )
    found = {row[0]: (look.today - date.fromisoformat(row[1])).days for row in rows}
    return {account_id: days for account_id, days in found.items() if days >= UNTOUCHED_DAYS}


FINDERS = (Finder(ASSIGNMENT, None, _unassigned), Finder(ONBOARDING, "onboarding", _begun))
