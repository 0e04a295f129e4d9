"""CTA news of a morning, and deferred CTAs coming back (DOMAIN.md, "CTA nudges and the weekly summary").

News is a (CTA or task, state, due date) not told before. It is told on the first business-day morning on
which it is true; what a message then shows is worked out when it is sent.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from reminders.calendar import DAY, Moment, start_of
from reminders.rules.items import Item, Posting, posting
from storage.model.moments import day_in_words
from storage.model.reminder import News

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from reminders.calendar import Calendar
    from reminders.rules.items import AsOf
    from storage.model.reminder import CtaFacts, Recipient

DUE_SOON, OVERDUE, IDLE, DUE_TODAY = "due_soon", "overdue", "idle", "due_today"
_WORDS = {OVERDUE: "overdue", DUE_TODAY: "due today", DUE_SOON: "due soon", IDLE: "idle"}


class NextMorning(NamedTuple):
    """A day whose morning news can still go out to somebody, and when.

    `at` is later than `morning` where the bot came back in the course of that day.
    """

    day: date
    morning: datetime
    at: datetime


def next_morning(owner: Recipient, as_of: AsOf, *, after: date | None = None) -> NextMorning:
    """The next morning for news: today, if it is still to come, or past but outside quiet hours.

    Else, or where today is not `after` that day, the next business day. In the zone of who is reminded.
    """
    calendar = as_of.calendar
    clock = owner.on(as_of.today_in(owner.zone)).zone
    today = as_of.today_in(clock)
    day = calendar.next_business_day(today if after is None else max(today, after + DAY))
    at, day = calendar.on_return(Moment(calendar.morning(day, clock), day), as_of.now, clock)
    morning = calendar.morning(day, owner.on(day).zone)
    return NextMorning(day, morning, max(at, morning))


def news_of(cta: CtaFacts, as_of: AsOf) -> Iterator[News]:
    """All that is or will be news of an open CTA if nobody touches it. Tasks go to their assignee."""
    subject = f"cta:{cta.id}"
    due_on = cta.due_on.isoformat() if cta.due_on else ""
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
        yield News(f"task:{task.id}", DUE_TODAY, task.due_on.isoformat(), task.due_on, last, owner)


def told_on(news: News, cta: CtaFacts, start: NextMorning, calendar: Calendar) -> date | None:
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


def is_true(news: News, cta: CtaFacts, day: date) -> bool:
    """Whether the news holds on a day: a snoozed CTA is silent."""
    if cta.snoozed_until is not None and cta.snoozed_until > day:
        return False
    return news.first <= day and (news.last is None or day <= news.last)


def morning_key(owner: Recipient, day: date) -> str:
    """The dedupe key of an owner's morning."""
    return f"cta_morning:{owner.address}:{day}"


def morning_on(owner: Recipient, day: date, start: NextMorning, calendar: Calendar) -> NextMorning:
    """The owner's morning of a business day, `start` being the next one."""
    if day == start.day:
        return start
    morning = calendar.morning(day, owner.on(day).zone)
    return NextMorning(day, morning, morning)


def cta_morning(owner: Recipient, morning: NextMorning, states: Iterable[str]) -> Item:
    """The message of a morning to one owner; `states` are those of the news in it."""
    recipient = owner.on(morning.day)
    return Item(
        key=morning_key(owner, morning.day),
        kind="cta_morning",
        owner=owner,
        posting=Posting(morning.morning, morning.at, morning.day, late=False, recipient=recipient),
        due_on=morning.day,
        step=None,
        reason=partial(news_in_words, states),
        expires_at=start_of(morning.day + DAY, recipient.zone),
    )


def news_in_words(states: Iterable[str]) -> str:
    """The news counted, the most pressing first: `2 overdue, 1 due soon`."""
    counts = Counter(states)
    return ", ".join(f"{counts[state]} {words}" for state, words in _WORDS.items() if counts[state])


def deferred_item(cta: CtaFacts, as_of: AsOf) -> Item | None:
    """A deferred CTA on its revisit date; None if it has none. One that is back already is not posted."""
    if cta.revisit_on is None:
        return None
    return Item(
        key=f"deferred_cta:{cta.id}:{cta.revisit_on}",
        kind="deferred_cta",
        owner=cta.owner,
        posting=posting(as_of, cta.owner, cta.revisit_on, known_at=cta.known_at),
        due_on=cta.revisit_on,
        step=None,
        reason=partial("deferred to {}".format, day_in_words(cta.revisit_on)),
        expires_at=None,
        account_id=cta.account_id,
        cta_id=cta.id,
    )
