"""What a manager's review finds of triages: an update overdue, nothing said (storage/account/findings.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.findings import TRIAGE, Finder, Finding
from storage.base.moments import day_said
from storage.base.switches import covered
from storage.health.settings import HealthArea
from storage.triage import store
from storage.triage.record import OPEN, update_due

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.account.findings import Look


def _neglected(look: Look) -> Iterator[Finding]:
    known = {one.id: one for one in look.accounts if covered(look.policy, "health", one.segment)}
    area = look.policy.settings(HealthArea)
    for one in store.of_accounts(look.db, known, ended=False):
        due_on = update_due(one, area)
        if one.state != OPEN or due_on is None:
            continue
        lacks = [name for name in ("impact", "reason") if name in one.lacks]
        late = f"update was due {day_said(due_on, look.today)}" if due_on < look.today else ""
        said = ", ".join(part for part in (late, f"no {' or '.join(lacks)}" if lacks else "") if part)
        if said:
            yield Finding(known[one.account_id], f"in triage: {said}")


FINDERS = (Finder(TRIAGE, "health", _neglected),)
