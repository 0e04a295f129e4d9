"""Lines of a day about success plans: a CSM's round, and for a manager those that wait for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.order import REVIEWS, Place, days_left
from storage.base.plurals import counted
from templates.account.day import gone_row
from templates.blocks.day import Reader, Row, button, day_row, done_row, round_row, some_names
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.words import joined, person_words
from templates.plan.show import line

if TYPE_CHECKING:
    from storage.base.day import DayItem
    from storage.plan.day import PlanRound, Submitted


def round_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
    """One line: how many plans need something, and whose."""
    found: PlanRound = item.facts
    about = ("plan_round", found.scope)
    if not found.found:
        return [done_row("", "nothing left to look at", "Success plans", about=about)]
    names = [one.account.name for one in found.found]
    said = mrkdwn("*Success plans of {}* need a look: {}", counted(len(names), "account"), some_names(names))
    return [round_row(item, reader, about, said, button("Go through them", "plan.round", f"{found.scope}:0"))]


def news_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - likewise
    """The plans of a morning, a line each."""
    return [waiting_row(one, reader) for one in item.facts]


def waiting_row(found: Submitted, reader: Reader) -> Row:
    """A plan that waits for its manager, or was answered since."""
    one = found.standing
    account, about = one.account, ("plan", one.account.id)
    if gone := gone_row(account, reader, about):
        return gone
    if not one.waits or one.plan is None:
        return done_row(account.name, "qualified" if one.qualified else "answered", "success plan", about)
    csm = mrkdwn("from {}", person_words(found.csm)) if found.csm else None
    days = days_left(one.plan.submitted_on, reader.today)
    return day_row(
        account.name,
        joined([line(one, reader.today), csm]),
        place=Place(REVIEWS, days, account.arr_cents, account.name, account.id),
        buttons=[
            button("Qualify", "plan.qualify", account.id),
            button("Return", "plan.return", account.id),
            button("See it", "plan.show", f"{account.id}:roi"),
        ],
        about=about,
    )
