"""What a manager's review finds of success plans that need something (storage/account/findings.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.findings import PLANS, Finder, Finding
from storage.base.moments import past_day_said
from storage.base.switches import covered
from storage.plan import store
from storage.plan.record import LACK_WORDS, LAPSE_WORDS, NO_PLAN, NOT_GREEN, NOT_UPDATED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.account.findings import Look
    from storage.plan.record import Standing


def _found(look: Look) -> Iterator[Finding]:
    some = [
        one
        for one in look.accounts
        if covered(look.policy, store.AREA, one.segment) and look.policy.target(one.segment, "qualified_plans")
    ]
    for one in store.standings(look.db, look.policy, some, look.today).values():
        if one.needs:
            yield Finding(one.account, "; ".join(_said(one, need, look) for need in one.needs))


def _said(one: Standing, need: str, look: Look) -> str:
    if need in (NO_PLAN, NOT_GREEN):
        said = ", ".join(LACK_WORDS[name] for name in one.lacks)
        return f"plan {one.colour}: {said}" if need == NOT_GREEN else said
    if need == NOT_UPDATED:
        return "not updated in the last quarter"
    if one.waits and one.plan and one.plan.submitted_on:
        return f"submitted {past_day_said(one.plan.submitted_on, look.today)}, not answered"
    if one.lapse is not None:
        return f"qualification lapsed {past_day_said(one.lapse.on, look.today)}: {LAPSE_WORDS[one.lapse.why]}"
    return "never qualified"


FINDERS = (Finder(PLANS, store.AREA, _found),)
