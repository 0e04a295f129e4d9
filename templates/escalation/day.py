"""Lines of a day about escalations: updates that are due, and for the manager those that did not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.order import BURNING, Place, days_left
from templates.account.day import with_brief
from templates.blocks.day import Reader, Row, button, day_row, done_row, menu
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.words import update_due_words
from templates.escalation.show import what_words

if TYPE_CHECKING:
    from datetime import date

    from storage.account.record import Account
    from storage.base.day import DayItem
    from storage.escalation.day import DueEscalation, EscalationOfDay
    from storage.escalation.record import Escalation


def due_row(found: DueEscalation, reader: Reader) -> Row:
    """An escalation whose update is due, of which nobody was reminded this morning."""
    return _row(found.account, found.escalation, found.due_on, reader)


def _update(behind: EscalationOfDay, _item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - as a kind's `show` is called
    account, one = behind.brief.account, behind.escalation
    about = ("escalation", one.id if one else 0)
    if one is None or not one.is_open:
        return done_row(account.name, "closed" if one else "taken back", "escalation", about)
    if behind.due_on is None or behind.due_on > reader.today:
        return done_row(account.name, f"updated {reader.day(min(one.last_on, reader.today))}", "escalation", about)
    return _row(account, one, behind.due_on, reader)


def _late(behind: EscalationOfDay, _item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, one = behind.brief.account, behind.escalation
    about = ("escalation_late", one.id if one else 0)
    if one is None or not one.is_open or behind.due_on is None or behind.due_on >= reader.today:
        return done_row(account.name, "closed" if one and not one.is_open else "updated since", "escalation", about)
    said = mrkdwn("{} · no update, {}", what_words(one), update_due_words(behind.due_on, reader.today))
    place = Place(BURNING, days_left(behind.due_on, reader.today), account.arr_cents, account.name, account.id)
    show = button("See it", "escalation.show", one.id)
    return day_row(account.name, said, place=place, buttons=[show], about=about)


def _row(account: Account, one: Escalation, due_on: date, reader: Reader) -> Row:
    return day_row(
        account.name,
        mrkdwn("{} · {}", what_words(one), update_due_words(due_on, reader.today)),
        place=Place(BURNING, days_left(due_on, reader.today), account.arr_cents, account.name, account.id),
        buttons=[button("Update", "escalation.update", one.id), button("Close", "escalation.close", one.id)],
        more=menu("escalation.more", one.id, {"update": "Update", "close": "Close", "show": "See it"}),
        about=("escalation", one.id),
    )


update_rows = with_brief(_update)
late_rows = with_brief(_late)
