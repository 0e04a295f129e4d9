"""What can be done with an account's EBRs, each once: the change, who is told, and what is answered.

Called by `/ebr`, its forms and buttons, and by `python bot.py ebr`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.undo import last_done, take_back, undo_button
from handlers.door.actions import Outcome
from handlers.renewal.actions import later_day
from reminders.engine.calendar import calendar_of
from storage.account import store as accounts
from storage.base.errors import UserError
from storage.base.moments import civil_day
from storage.base.nouns import handed_in
from storage.ebr import lists as ebr_lists
from storage.ebr import notices
from storage.ebr import store as ebrs
from storage.ebr.due import cadence_in_words, ebr_step
from templates.blocks.mrkdwn import day_words, lived_day_words, moment, mrkdwn, on_day_words
from templates.blocks.words import joined
from templates.ebr import show as views

if TYPE_CHECKING:
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.ebr.due import EbrDue


UNDONE = ("ebr.log", "ebr.cadence")


def schedule(unit: Unit, account: Account, at: datetime) -> Outcome:
    """An EBR gets its date; no nudges until then."""
    planned = ebrs.schedule(unit, account.id, at, civil_day(at, unit.own_zone))
    return Outcome(
        mrkdwn("*{}* · EBR on {}. No nudges until then.", account.name, moment(at)),
        f"{account.name}: EBR scheduled for {at.isoformat()}.",
        buttons=[("Call it off", "ebr.call_off", f"{account.id}:{planned.scheduled_on}")],
    )


def call_off(unit: Unit, account: Account, on: date | None = None) -> Outcome:
    """A scheduled EBR is off (one moved from the day `on` is not); nudges follow its due date, if one is to come."""
    planned, today = ebrs.call_off(unit, account.id, on), unit.own_today
    off = day_words(planned.scheduled_on, today) if planned.scheduled_on else "that day"
    due_words = views.due_words(due_of(unit.db, unit.policy, account), today, unit.own_zone)
    return Outcome(
        mrkdwn("*{}* · EBR of {} called off · {}", account.name, off, due_words),
        f"{account.name}: EBR of {planned.scheduled_on} called off.",
        buttons=[("Pick a date", "ebr.pick_date", str(account.id))] if account.active else [],
    )


def log(unit: Unit, account: Account, held_on: date, note: str = "") -> Outcome:
    """An EBR was held; the next one is due a cadence later, unless the account is gone."""
    ebrs.log(unit, account.id, held_on, note or None)
    today = unit.own_today
    due_on = due_of(unit.db, unit.policy, accounts.get(unit.db, account.id)).due_on
    next_due = f"next one due {day_words(due_on, today)}" if due_on else None
    held = mrkdwn("*{}* · EBR of {} logged", account.name, lived_day_words(held_on, today))
    after = views.after_words(held_on, today, unit.policy) if account.active else None
    buttons = [*undo_button(unit, account.id, "ebr.log"), *_what_follows(unit, account)]
    return Outcome(joined([held, next_due, after]), f"{account.name}: EBR of {held_on} logged.", buttons=buttons)


def _what_follows(unit: Unit, account: Account) -> list[tuple[str, str, object]]:
    """What nouns offer once an EBR was logged (`asking.py`, `after_ebr`)."""
    offers = (noun for noun in handed_in("handlers", "asking") if hasattr(noun, "after_ebr"))
    return [button for noun in offers for button in noun.after_ebr(unit, account)]


def set_cadence(unit: Unit, account: Account, months: int | None, agreed_by: str) -> Outcome:
    """How often an account has its EBR; quarterly is told to AE and manager."""
    after = ebrs.set_cadence(unit, account.id, months, agreed_by)
    told: list[Person] = []
    if months is not None and months <= ebrs.LEADERS_DECIDE_MONTHS:
        told = notices.cadence_changed(unit, account, months, agreed_by)
    rhythm = cadence_in_words(unit.policy.cadence_months(after.segment, after.ebr_cadence_months))
    return Outcome(
        mrkdwn("*{}* has its EBR {} from now on", account.name, rhythm),
        f"{account.name} has its EBR {rhythm} from now on.",
        told=told,
        buttons=undo_button(unit, account.id, "ebr.cadence"),
    )


def take_back_last(unit: Unit, account: Account) -> Outcome:
    """The EBR logged last, or the cadence set last, whichever is newer, is taken back."""
    return take_back(unit, last_done(unit, account, UNDONE, f"No EBR and no cadence of {account.name} was set here."))


def remind_later(unit: Unit, reader: Person, account: Account) -> Outcome:
    """The reader is reminded of the account's EBR again, two business days on; a nudge still ahead comes by itself."""
    account.refuse_gone(ebrs.NONE_TO_COME)
    today, due = unit.own_today, due_of(unit.db, unit.policy, account)
    if due.due_on is None:
        raise UserError(f"No EBR date is known of {account.name}.", "Fill in the last one, or since when it is one.")
    step = ebr_step(due.due_on, unit.policy, today)
    if step is None or due.scheduled:
        words = views.due_words(due, today, unit.own_zone)
        return Outcome(mrkdwn("*{}* · EBR {}. I'll remind you in time.", account.name, words))
    on = later_day(unit.policy, today)
    ebrs.remind_later(unit, due, step, reader, calendar_of(unit.policy).morning(on, unit.own_zone), on)
    return Outcome(mrkdwn("*{}* · I'll bring the EBR up again {}.", account.name, on_day_words(on, today)))


def due_of(db: Connection, policy: Policy, account: Account) -> EbrDue:
    """When the account's next EBR is due."""
    return ebr_lists.ebr_due(account, ebrs.of_accounts(db, [account.id])[account.id], policy)
