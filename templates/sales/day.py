"""The lines of My day of the sales side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.order import REST, UNDER_WAY, Place, days_left
from storage.base.plurals import counted
from templates.blocks.day import Reader, Row, button, day_row, done_row, round_row
from templates.blocks.mrkdwn import link, mrkdwn, past_day_words
from templates.blocks.words import joined, person_words

if TYPE_CHECKING:
    from storage.base.day import DayItem
    from storage.sales.day import Unanswered
    from storage.sales.record import Reminded, Round

NAMED = 3


def round_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
    """One line: with whom a meeting is to be scheduled this month."""
    found: Round = item.facts
    about = ("team_meeting", found.scope)
    if not found.pairs:
        return [done_row("", "all are scheduled", "Account team meetings", about=about)]
    some = [person_words(found.people.get(one.ae_id)) for one in found.pairs[:NAMED]]
    more = [f"{len(found.pairs) - NAMED} more"] if len(found.pairs) > NAMED else []
    said = mrkdwn(
        "*{} to schedule*: with {}", counted(len(found.pairs), "account team meeting"), joined([*some, *more], ", ")
    )
    if len(found.pairs) == 1:
        buttons = [button("Open", "sales.meeting", found.pairs[0].value)]
    else:
        buttons = [button("Open", "sales.meetings_mine", f"{found.scope}:0")]
    return [round_row(item, reader, about, said, *buttons)]


def unanswered_row(found: Unanswered, reader: Reader) -> Row:
    """A meeting that was to be, of which nobody has said how it went."""
    when = past_day_words(found.on, reader.today)
    return day_row(
        "",
        mrkdwn("*Meeting with {}* {}: held?", person_words(found.ae), when),
        place=Place(UNDER_WAY, days_left(found.on, reader.today)),
        buttons=[
            button("Held", "sales.meeting_held", found.pair.value),
            button("Pick a time", "sales.meeting_time", found.pair.value),
        ],
        about=("meeting", found.pair.value),
    )


_EACH = {"sales_daily": ("Today", "each day"), "sales_weekly": ("This week", "each week")}


def link_rows(item: DayItem, _reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - likewise
    """One line of links, and [Done]."""
    found: Reminded = item.facts
    head, how = _EACH[item.row.kind]
    about = (item.row.kind, item.row.id)
    if found.done:
        return [done_row(head, "done", "what you look at " + how, about=about)]
    said = mrkdwn("*{}*: {}", head, joined([link(url, label) for label, url in found.links]))
    return [
        day_row("", said, place=Place(REST, None), buttons=[button("Done", "sales.done", item.row.id)], about=about)
    ]
