"""When success plans are told of: a CSM's round at the start of the fiscal quarter, and submitted ones as news."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.rounds import Period, each
from storage.base.plurals import counted
from storage.base.quarters import quarter_of
from storage.base.reminder import News

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from reminders.engine.items import AsOf, Item
    from storage.base.reminder import Recipient
    from storage.plan.facts import SubmittedFacts

PLAN_ROUND, PLAN_TO_QUALIFY = "plan_round", "plan_to_qualify"
SUBMITTED = "submitted"


def fiscal_quarter(start_month: int) -> Period:
    """The fiscal quarters of a year that starts in a month; the round falls on the first business day."""

    def following(first: date) -> date:
        return quarter_of(first, start_month).next.first_day

    return Period(
        first=lambda day, _: quarter_of(day, start_month).first_day,
        end=following,
        named=lambda first: quarter_of(first, start_month).name,
        due=lambda first, calendar: calendar.next_business_day(first),
        after=lambda first, _: following(first),
    )


def rounds(person: Recipient, known_at: datetime, as_of: AsOf) -> Iterator[Item | None]:
    """The rounds of a CSM from the present quarter on."""
    period = fiscal_quarter(as_of.policy.fiscal_year_start_month)
    return each(period, PLAN_ROUND, lambda _: "the quarter's round through your success plans")(person, known_at, as_of)


def news_of(facts: SubmittedFacts, _as_of: AsOf) -> Iterator[News]:
    """It was submitted, and waits; submitted anew after a return it is news again."""
    if facts.managed and facts.submitted_on is not None:
        yield News(f"plan:{facts.id}", SUBMITTED, facts.submitted_at, facts.submitted_on, None, facts.manager)


def in_words(states: Iterable[str]) -> str:
    """`2 success plans wait for an answer`."""
    count = len(list(states))
    return f"{counted(count, 'success plan waits', 'success plans wait')} for an answer"
