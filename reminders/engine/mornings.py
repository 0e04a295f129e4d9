"""The mornings on which a person can be told news: the next one, and the message of one. Pure.

News of all sorts is told alike: one message a person and morning (docs/domain.md). What is new decides `walk.news`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from reminders.engine.calendar import DAY, Moment, start_of
from reminders.engine.items import Item, Posting
from storage.base.keys import key_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from reminders.engine.calendar import Calendar
    from reminders.engine.items import AsOf
    from storage.base.reminder import News, Recipient


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


def waits_for_morning(news: News, facts: Any, start: NextMorning, calendar: Calendar) -> date | None:
    """The business day on which news is told; of a record that changed after a morning, on the next one."""
    day = max(news.first, start.day)
    if facts.known_at > start.morning:
        day = max(day, calendar.first_morning(facts.known_at, news.owner.zone).day)
    return calendar.next_business_day(day)


def morning_key(kind: str, owner: Recipient, day: date) -> str:
    """The dedupe key of an owner's morning."""
    return key_on(kind, owner.address, day)


def morning_on(owner: Recipient, day: date, start: NextMorning, calendar: Calendar) -> NextMorning:
    """The owner's morning of a business day, `start` being the next one."""
    if day == start.day:
        return start
    morning = calendar.morning(day, owner.on(day).zone)
    return NextMorning(day, morning, morning)


def morning_item(
    kind: str, owner: Recipient, morning: NextMorning, states: Iterable[str], words: Callable[[Iterable[str]], str]
) -> Item:
    """The message of a morning to one owner; `states` are those of the news in it, which `words` count."""
    recipient = owner.on(morning.day)
    return Item(
        key=morning_key(kind, owner, morning.day),
        kind=kind,
        owner=owner,
        posting=Posting(morning.morning, morning.at, morning.day, late=False, recipient=recipient),
        due_on=morning.day,
        step=None,
        reason=partial(words, states),
        expires_at=start_of(morning.day + DAY, recipient.zone),
    )
