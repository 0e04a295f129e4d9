"""When a CSM is nudged about a target day of onboarding, and a manager about accounts without a CSM. Pure but for it.

Three days before the target day and one after, while the milestone is not reached; two of one account on one posting
day are one, the later milestone's (docs/domain.md, "The customer's life").
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from reminders.engine.calendar import DAY, start_of
from reminders.engine.items import Item, Posting, Step, latest_only
from reminders.engine.rounds import BUSINESS_DAY, each
from storage.base.keys import Key
from storage.base.moments import civil_day, day_in_words
from storage.base.plurals import counted
from storage.base.reminder import GONE, MISSED
from storage.base.switches import since
from storage.onboarding import assignment
from storage.onboarding.record import LABELS, TARGETS
from storage.onboarding.settings import Onboarding
from storage.onboarding.store import AREA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from reminders.engine.items import AsOf
    from reminders.engine.kinds import Reading
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.base.reminder import AccountFacts, Told
    from storage.onboarding.facts import OnboardingFacts

ONBOARDING_NUDGE, ASSIGNMENT = "onboarding_nudge", "assignment"
LAST_DAYS = 14
"""For so many days the last nudge about a milestone is worth sending."""


class _Nudge(NamedTuple):
    milestone: str
    day: date
    step: Step
    when: Posting
    ends_on: date
    missed: tuple[Step, ...]


def nudges(account: AccountFacts, own: OnboardingFacts | None, told: Mapping[str, Told], as_of: AsOf) -> Iterator[Item]:
    """All nudges that are still posted if nobody does anything, in order of time."""
    if own is None or not account.active:
        return
    found = [
        one for name in TARGETS if name in own.days for one in _of(name, own.days[name], account, own, told, as_of)
    ]
    by_day: dict[date, list[_Nudge]] = {}
    for one in found:
        by_day.setdefault(one.when.day, []).append(one)
    for day in sorted(by_day):
        *others, last = sorted(by_day[day], key=lambda one: (list(TARGETS).index(one.milestone), one.step.due_on))
        missed = (*last.missed, *(step for one in others for step in (*one.missed, one.step)))
        yield Item(
            key=last.step.key,
            kind=ONBOARDING_NUDGE,
            owner=account.csm,
            posting=last.when,
            due_on=last.step.due_on,
            step=last.step.number,
            reason=partial(_why, last, others),
            expires_at=start_of(last.ends_on, last.when.recipient.zone),
            account_id=account.id,
            missed=missed,
        )


def _of(
    milestone: str, day: date, account: AccountFacts, own: OnboardingFacts, told: Mapping[str, Told], as_of: AsOf
) -> Iterator[_Nudge]:
    steps = [
        Step(number, day - number * DAY, str(Key(ONBOARDING_NUDGE, (account.id, milestone, day, number))))
        for number in as_of.policy.settings(Onboarding).steps_days
    ]
    ends = {step.number: following.due_on for step, following in pairwise(steps)}
    for step, when, missed in latest_only(as_of, account.csm, steps, own.known_at, told):
        ends_on = as_of.calendar.next_business_day(ends.get(step.number, step.due_on + timedelta(days=LAST_DAYS)))
        if when.day < ends_on:
            yield _Nudge(milestone, day, step, when, ends_on, missed)


def _why(one: _Nudge, others: list[_Nudge]) -> str:
    said = _said(one)
    if others:
        said += f"; with it: {', '.join(_said(other) for other in others)}"
    return said


def _said(one: _Nudge) -> str:
    days = one.step.number
    distance = "on" if days == 0 else f"{counted(abs(days), 'day')} {'before' if days > 0 else 'after'}"
    return f"{LABELS[one.milestone].lower()}: {distance} the target day {day_in_words(one.day)}"


def why_no_nudge(account: AccountFacts, own: OnboardingFacts | None, row: OutboxRow, _policy: Policy) -> str:
    """Why a planned nudge is due no more."""
    if not account.active:
        return GONE
    parts = row.dedupe_key.split(":")
    day = own.days.get(parts[2]) if own and len(parts) > 2 else None  # noqa: PLR2004 - kind, account, milestone
    if day is None:
        return "the milestone is reached, or the account is not in onboarding"
    return "the target day has changed" if day.isoformat() != parts[3] else f"{MISSED}: a later one has come due"


def _why_asked(_as_of: AsOf) -> str:
    return "new accounts have no CSM"


assignments = each(BUSINESS_DAY, ASSIGNMENT, _why_asked)


def assignment_holds(reading: Reading, manager_id: int | None, day: date) -> bool:
    """Whether an account without CSM became known since the last morning that was looked at, this one not included.

    Of a morning behind another that is still to come, since that one; before the first, since the area is on.
    """
    as_of, manager = reading.as_of, reading.directory.csm(manager_id)
    until, before = (as_of.calendar.morning(one, manager.zone) for one in (day, _business_day_before(day, as_of)))
    if before < as_of.now:
        first = civil_day(since(reading.db, AREA, as_of.now), as_of.policy.timezone)
        begun = as_of.calendar.morning(_business_day_before(first, as_of), manager.zone)
        looked = assignment.looked_at(reading.db, manager.address, until)
        before = max(begun, looked or begun)
    return assignment.is_new(reading.db, as_of.policy, manager_id, before, until)


def _business_day_before(day: date, as_of: AsOf) -> date:
    before = day - DAY
    while as_of.calendar.next_business_day(before) != before:
        before -= DAY
    return before
