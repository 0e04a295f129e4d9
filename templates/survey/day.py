"""Lines of a day about surveys: the round that begins, and answers to follow up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.order import REST, Place, days_left
from storage.base.plurals import counted
from templates.account.day import with_brief
from templates.blocks.day import Reader, Row, button, day_row, done_row, round_row, some_names
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.words import joined
from templates.survey.show import answer_words

if TYPE_CHECKING:
    from storage.base.day import DayItem
    from storage.survey.day import AnswerOfDay, RoundOfDay


def round_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
    """One line: who is asked, until when, and how many have answered."""
    behind: RoundOfDay = item.facts
    about = ("survey_round", behind.scope)
    found = behind.round
    if found is None or not behind.asked or found.last < reader.today:
        return [done_row("", "the round is over" if found else "there are no rounds any more", "Surveys", about=about)]
    names = [one.account.name for one in behind.asked]
    answered = sum(bool(one.answers) for one in behind.asked)
    said = mrkdwn(
        "*Surveys, round {}* asks {} until {}: {}",
        found.name,
        counted(len(names), "account"),
        reader.day(found.last),
        some_names(names),
    )
    told = joined([said, f"{answered:,} answered" if answered else None])
    return [round_row(item, reader, about, told, button("See them", "survey.round", f"{behind.scope}:0"))]


def _answer(behind: AnswerOfDay, item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, one = behind.brief.account, behind.answer
    about = ("survey_answer", one.id if one else 0)
    if one is None:
        return done_row(account.name, "taken back", "answer", about=about)
    return day_row(
        account.name,
        answer_words(one, reader.today),
        place=Place(REST, days_left(item.row.due_on, reader.today), account.arr_cents, account.name, account.id),
        buttons=[button("See it", "success.show", account.id)],
        about=about,
    )


answer_rows = with_brief(_answer)
