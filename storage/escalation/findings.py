"""What a manager's review finds of escalations: all that are open (storage/account/findings.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.findings import TRIAGE, Finder, Finding
from storage.base.business_days import business_days_of
from storage.base.moments import day_said
from storage.base.switches import covered
from storage.escalation import store
from storage.escalation.record import MONITORING, next_due
from storage.escalation.settings import EscalationArea

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.account.findings import Look


def _open(look: Look) -> Iterator[Finding]:
    area, business = look.policy.settings(EscalationArea), business_days_of(look.policy)
    known = {one.id: one for one in look.accounts if covered(look.policy, "escalations", one.segment)}
    for one in store.open_ones(look.db, known):
        due_on = next_due(one, area, business)
        late = f", update was due {day_said(due_on, look.today)}" if due_on < look.today else ""
        state = "watched" if one.state == MONITORING else "open"
        yield Finding(known[one.account_id], f"{one.severity} escalation {state}{late}")


FINDERS = (Finder(TRIAGE, "escalations", _open),)
