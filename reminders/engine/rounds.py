"""A round: one message a person and month, on its first business day, judged on the posting day. Pure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reminders.engine.calendar import start_of
from reminders.engine.items import Item, posting
from storage.base.keys import Key
from storage.base.moments import add_months

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from reminders.engine.items import AsOf
    from storage.base.reminder import Recipient


def next_month(day: date) -> date:
    """The first day of the month after the day's."""
    return add_months(day.replace(day=1), 1)


def monthly(kind: str, why: Callable[[AsOf], str]) -> Callable[[Recipient, datetime, AsOf], Iterator[Item | None]]:
    """The rounds of a kind from this month on, without end; None for a month whose round is too late."""

    def items(person: Recipient, known_at: datetime, as_of: AsOf) -> Iterator[Item | None]:
        month = as_of.today_in(person.zone).replace(day=1)
        while True:
            yield _round(kind, why, person, month, known_at, as_of)
            month = next_month(month)

    return items


def _round(
    kind: str, why: Callable[[AsOf], str], person: Recipient, month: date, known_at: datetime, as_of: AsOf
) -> Item | None:
    due_on = as_of.calendar.next_business_day(month)
    when = posting(as_of, person, due_on, known_at=known_at)
    if when.day >= next_month(month):
        return None
    return Item(
        key=str(Key(kind, (person.address, f"{month:%Y-%m}"))),
        kind=kind,
        owner=person,
        posting=when,
        due_on=due_on,
        step=None,
        reason=partial(why, as_of),
        expires_at=start_of(next_month(month), when.recipient.zone),
    )
