"""A round: one message a person and period, on its first business day, judged on the posting day. Pure.

Nouns say of which period theirs is: a month (plans, health, calls), a week (a manager's), a day (who has no CSM).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from reminders.engine.calendar import DAY, start_of
from reminders.engine.items import Item, posting
from storage.base.keys import Key
from storage.base.moments import add_months

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from reminders.engine.calendar import Calendar
    from reminders.engine.items import AsOf
    from storage.base.reminder import Recipient

    Rounds = Callable[[Recipient, datetime, AsOf], Iterator[Item | None]]


class Period(NamedTuple):
    """`first` is the first day of the one that a day is in, `end` the day after its last; keys name it by `named`.

    `due` is the day on which its round falls, `after` the first day of the next one that has a round.
    """

    first: Callable[[date, Calendar], date]
    end: Callable[[date], date]
    named: Callable[[date], str]
    due: Callable[[date, Calendar], date]
    after: Callable[[date, Calendar], date]


MONTH = Period(
    first=lambda day, _: day.replace(day=1),
    end=lambda first: add_months(first, 1),
    named=lambda first: f"{first:%Y-%m}",
    due=lambda first, calendar: calendar.next_business_day(first),
    after=lambda first, _: add_months(first, 1),
)
WEEK = Period(
    first=lambda day, _: day - day.weekday() * DAY,
    end=lambda first: first + 7 * DAY,
    named=lambda first: f"{first:%G-W%V}",
    due=lambda first, _: first,
    after=lambda first, _: first + 7 * DAY,
)
BUSINESS_DAY = Period(
    first=lambda day, calendar: calendar.next_business_day(day),
    end=lambda first: first + DAY,
    named=lambda first: first.isoformat(),
    due=lambda first, _: first,
    after=lambda first, calendar: calendar.next_business_day(first + DAY),
)


def each(period: Period, kind: str, why: Callable[[AsOf], str]) -> Rounds:
    """The rounds of a kind from the present period on, without end; None for one that is too late."""

    def items(person: Recipient, known_at: datetime, as_of: AsOf) -> Iterator[Item | None]:
        first = period.first(as_of.today_in(person.zone), as_of.calendar)
        while True:
            yield _round(period, kind, why, person, first, known_at, as_of)
            first = period.after(first, as_of.calendar)

    return items


def _round(
    period: Period,
    kind: str,
    why: Callable[[AsOf], str],
    person: Recipient,
    first: date,
    known_at: datetime,
    as_of: AsOf,
) -> Item | None:
    due_on = period.due(first, as_of.calendar)
    when = posting(as_of, person, due_on, known_at=known_at)
    if when.day >= period.end(first):
        return None
    return Item(
        key=str(Key(kind, (person.address, period.named(first)))),
        kind=kind,
        owner=person,
        posting=when,
        due_on=due_on,
        step=None,
        reason=partial(why, as_of),
        expires_at=start_of(period.end(first), when.recipient.zone),
    )
