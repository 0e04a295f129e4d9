"""Lines of a day about accounts in trouble: updates that are due, and for AE, SA and manager what began or ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.order import BURNING, REST, Place, days_left
from storage.triage.record import ENDED, OPEN
from templates.account.day import gone_row, with_brief
from templates.blocks.day import Reader, Row, button, day_row, done_row, menu
from templates.blocks.mrkdwn import clip, mrkdwn
from templates.blocks.words import joined, update_due_words
from templates.escalation.show import line as escalation_line
from templates.triage.show import OUTCOMES, about_words, lacks_words, state_words

if TYPE_CHECKING:
    from storage.base.day import DayItem
    from storage.triage.day import DueTriage, Risk

TEXT = 120


def news_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
    """The triages of a morning, a line each."""
    return [due_row(one, reader) for one in item.facts]


def due_row(found: DueTriage, reader: Reader) -> Row:
    """A triage whose update is due, or was given since."""
    account, triage = found.account, found.triage
    about = ("triage", triage.id)
    if gone := gone_row(account, reader, about):
        return gone
    if triage.state != OPEN:
        return done_row(account.name, state_words(triage, reader.today), "triage", about)
    if found.due_on is None or found.due_on > reader.today:
        return done_row(account.name, f"updated {reader.day(min(triage.last_on, reader.today))}", "triage", about)
    said = [state_words(triage, reader.today), about_words(triage), update_due_words(found.due_on, reader.today)]
    return day_row(
        account.name,
        joined([*said, lacks_words(triage)]),
        place=Place(BURNING, days_left(found.due_on, reader.today), account.arr_cents, account.name, account.id),
        buttons=[button("Update", "triage.update", triage.id), button("See it", "success.show", account.id)],
        more=menu("triage.more", triage.id, {"update": "Update", "edit": "Impact and reason"}),
        about=about,
    )


def _risk(behind: Risk, _item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, triage = behind.brief.account, behind.triage
    about = ("risk", account.id, behind.change, triage.id if triage else 0)
    place = Place(REST, None, account.arr_cents, account.name, account.id)
    if behind.escalation:
        one, about = behind.escalation, ("risk", account.id, behind.change, -behind.escalation.id)
        see = button("See it", "account.show", account.id)
        return day_row(account.name, escalation_line(one, None, reader.today), place=place, buttons=[see], about=about)
    if triage is None:
        return done_row(account.name, "taken back", about=about)
    if behind.change == "opened":
        if triage.state == ENDED:
            return done_row(account.name, OUTCOMES.get(triage.outcome or "", "over"), "triage", about)
        said = joined([state_words(triage, reader.today), about_words(triage), _next(triage.next_step)])
    else:
        said = joined([f"out of triage: {state_words(triage, reader.today)}", _helped(triage.helped)])
    see = button("See it", "account.show", account.id)
    return day_row(account.name, said, place=place, buttons=[see], about=about)


def _next(step: str | None) -> str | None:
    return mrkdwn("next: {}", clip(step, TEXT)) if step else None


def _helped(line: str | None) -> str | None:
    return mrkdwn("what helped: {}", clip(line, TEXT)) if line else None


risk_rows = with_brief(_risk)
