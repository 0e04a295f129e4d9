"""CTA news of a morning, and deferred CTAs coming back (docs/domain.md, "When messages go out").

News is a (CTA or task, state, due date) not told before. It is told on the first business-day morning on
which it is true; what a message then shows is worked out when it is sent.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from reminders.engine.calendar import DAY
from reminders.engine.items import Item, posting
from storage.base.keys import Key
from storage.base.moments import day_in_words, day_text
from storage.base.reminder import BACK_ALREADY, News
from storage.base.switches import area_on

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from reminders.engine.calendar import Calendar
    from reminders.engine.items import AsOf
    from reminders.engine.mornings import NextMorning
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.base.reminder import CtaFacts, Recipient, Told

CTA_MORNING, DEFERRED_CTA = "cta_morning", "deferred_cta"
DUE_SOON, OVERDUE, IDLE, DUE_TODAY = "due_soon", "overdue", "idle", "due_today"
_WORDS = {OVERDUE: "overdue", DUE_TODAY: "due today", DUE_SOON: "due soon", IDLE: "idle"}


def news_of(cta: CtaFacts, as_of: AsOf) -> Iterator[News]:
    """All that is or will be news of an open CTA if nobody touches it. Tasks go to their assignee."""
    if not cta.is_open or (cta.area is not None and not area_on(as_of.policy, cta.area)):
        return
    subject = _subject(cta)
    due_on = day_text(cta.due_on) if cta.due_on else ""
    if cta.due_on is not None:
        soon = cta.due_on - as_of.policy.cta_due_soon_days * DAY
        yield News(subject, DUE_SOON, due_on, soon, cta.due_on, cta.owner)
        yield News(subject, OVERDUE, due_on, cta.due_on + DAY, None, cta.owner)
    if cta.touched_on is not None:
        idle = cta.touched_on + as_of.policy.cta_idle_days * DAY
        yield News(subject, IDLE, due_on, idle, None, cta.owner)
    for task in cta.tasks:
        # Due on a day off means: told on the business day after it.
        last = as_of.calendar.next_business_day(task.due_on)
        owner = task.assignee or cta.owner
        yield News(f"task:{task.id}", DUE_TODAY, day_text(task.due_on), task.due_on, last, owner)


def alike(cta: CtaFacts) -> tuple[str, Recipient, Hashable] | None:
    """What the days of a CTA's news hang on, where it has no tasks and nobody stands in."""
    if cta.tasks or cta.owner.stand_in is not None:
        return None
    days = cta.due_on, cta.touched_on, cta.snoozed_until, cta.known_at
    return _subject(cta), cta.owner, (*days, cta.is_open, cta.area, cta.owner.zone)


def _subject(cta: CtaFacts) -> str:
    return f"cta:{cta.id}"


def waits_until(news: News, cta: CtaFacts, start: NextMorning, calendar: Calendar) -> date | None:
    """The business day on which the news is told, `start` being the owner's next morning; None if never.

    A CTA known after a morning, or worked on in the course of that day, waits for the next one; a snoozed one
    for its day.
    """
    day = max(news.first, start.day)
    if cta.snoozed_until is not None:
        day = max(day, cta.snoozed_until)
    if cta.known_at > start.morning:
        day = max(day, calendar.first_morning(cta.known_at, news.owner.zone).day)
    elif start.at > start.morning and day == start.day and (cta.touched_on or date.min) >= day:
        day += DAY
    day = calendar.next_business_day(day)
    return None if news.last is not None and day > news.last else day


def holds_on(news: News, cta: CtaFacts, day: date) -> bool:
    """Whether the news holds on a day: a snoozed CTA is silent."""
    if cta.snoozed_until is not None and cta.snoozed_until > day:
        return False
    return news.first <= day and (news.last is None or day <= news.last)


def news_in_words(states: Iterable[str]) -> str:
    """The news counted, the most pressing first: `2 overdue, 1 due soon`."""
    told = list(states)
    counts = [(told.count(state), words) for state, words in _WORDS.items()]
    return ", ".join([f"{count} {words}" for count, words in counts if count])


def deferred_items(cta: CtaFacts, _own: None, _told: Mapping[str, Told], as_of: AsOf) -> Iterator[Item]:
    """A deferred CTA on its revisit date; one that is back already is recorded, and not posted."""
    if cta.is_open or cta.revisit_on is None:
        return
    yield Item(
        key=str(Key(DEFERRED_CTA, (cta.id, cta.revisit_on))),
        kind=DEFERRED_CTA,
        owner=cta.owner,
        posting=posting(as_of, cta.owner, cta.revisit_on, known_at=cta.known_at),
        due_on=cta.revisit_on,
        step=None,
        reason=partial("deferred to {}".format, day_in_words(cta.revisit_on)),
        expires_at=None,
        account_id=cta.account_id,
        cta_id=cta.id,
        void=BACK_ALREADY if cta.returned else None,
    )


def alike_deferred(cta: CtaFacts, _own: None, _as_of: AsOf) -> Hashable:
    """What the instant of its return hangs on: an open CTA has none."""
    return cta.is_open or None


def why_no_deferred(_cta: CtaFacts | None, _own: None, _row: OutboxRow, _policy: Policy) -> str:
    """Why a deferred CTA that was planned is not to be brought back."""
    return "no longer deferred to that day"
