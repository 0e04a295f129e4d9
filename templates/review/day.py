"""Lines of a day about a manager's review: its call to the manager, and its questions to the CSM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.order import REST, UNDER_WAY, Place
from storage.base.plurals import counted
from templates.account.day import gone_row
from templates.blocks.day import Reader, Row, button, day_row, done_row
from templates.blocks.mrkdwn import Mrkdwn, mrkdwn
from templates.blocks.words import joined, person_words
from templates.review.show import month_words, question_words, title

if TYPE_CHECKING:
    from storage.base.day import DayItem
    from storage.review.day import Questions, Round

SUBJECT = "question of a review"


def question_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
    """A line for each account that was asked about."""
    found: Questions = item.facts
    rows = []
    for one in found.asked:
        about = ("review_ask", one.mark.id)
        if gone := gone_row(one.account, reader, about):
            rows.append(gone)
            continue
        if not one.mark.waits:
            rows.append(done_row(one.account.name, "answered", SUBJECT, about))
            continue
        days = (one.mark.on_day - reader.today).days
        place = Place(UNDER_WAY, days, one.account.arr_cents, one.account.name, one.account.id)
        answer = button("Answer", "review.answer", one.mark.id)
        said = question_words(found.manager, one.mark)
        rows.append(day_row(one.account.name, said, place=place, buttons=[answer], about=about))
    return rows or [done_row("Your manager", "taken back", SUBJECT, ("review_ask", item.row.id))]


def round_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - likewise
    """The month's review in a line, which opens it."""
    found: Round | None = item.facts
    about = ("manager_round", found.review.month if found else "")
    if found is None or not found.review.left:
        return [done_row("Your team's review", "all looked at", about=about)]
    review = found.review
    # A team is reviewed by its manager: who stands in for one hears of it, and has nothing to open.
    own = item.row.whose == item.row.destination
    whose = Mrkdwn("Your team's") if own else mrkdwn("{}: the team's", person_words(found.manager))
    left = [
        mrkdwn("{}: {}", title(section.name, reader.policy), section.left)
        for section in review.sections
        if section.left
    ]
    said = mrkdwn("{} to look at ({})", counted(review.left, "thing"), joined(left, ", "))
    head = mrkdwn("*{} review of {}*", whose, month_words(reader.today))
    place = Place(REST, None)
    buttons = [button("Open", "review.open", "team")] if own else []
    return [day_row("", joined([head, said]), place=place, buttons=buttons, about=about)]
