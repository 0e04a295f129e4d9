"""What can be done on the sales side, each once: the change, its audit, and what is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.door.actions import Outcome
from storage.base import people
from storage.base.moments import civil_day, zone
from storage.base.plurals import counted
from storage.sales import checklists, notices, routines, store
from storage.sales.settings import SalesArea
from templates.blocks.mrkdwn import clip, day_words, lived_day_words, moment, mrkdwn
from templates.blocks.words import joined, person_words
from templates.sales import meetings
from templates.sales import show as views

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person
    from storage.sales.record import Meeting, Pair

ECHOED = 300


def open_checklist(unit: Unit, account: Account, which: str) -> Outcome:
    """A checklist of the account's renewal is opened; its tasks come to whose they are in the mornings."""
    made = checklists.open_(unit, account, which)
    ae = people.many(unit.db, [account.ae_id]).get(account.ae_id or 0)
    said, note = views.opened(account, made, ae, checklists.first_due(unit.db, made.id), unit.own_today)
    buttons = [("Tasks", "cta.tasks", str(made.id)), ("Undo", "sales.undo", str(made.id))]
    return Outcome(said, note=note, buttons=buttons)


def schedule(unit: Unit, pair: Pair, at: datetime, sa: Person | None) -> Outcome:
    """A meeting of an account team gets its time; all in it get the invitation."""
    _refuse_outsider(sa)
    sa_id = sa.id if sa else (pair.planned.sa_id if pair.planned else None)
    was_at = pair.planned.scheduled_at if pair.planned else None
    made = store.schedule(unit, pair, at, civil_day(at, unit.own_zone), sa_id)
    who = people.many(unit.db, made.who)
    told, without = notices.invite(unit, made, was_at)
    names = joined(map(person_words, without), ", ")
    on = mrkdwn("Meeting of *{}* on {}", meetings.names(pair, who), moment(at))
    return Outcome(
        joined([on, mrkdwn("without {}, who will hear so", names) if without else None]),
        told=told,
        how="get the invitation",
        buttons=[("Agenda", "sales.meeting", pair.value), *_undo(unit, made)],
    )


def hold(unit: Unit, pair: Pair, held_on: date, next_steps: str | None, sa: Person | None) -> Outcome:
    """A meeting was held; all in it hear what comes next."""
    _refuse_outsider(sa)
    made = store.hold(unit, pair, held_on, next_steps, sa.id if sa else None)
    who, weeks = people.many(unit.db, made.who), unit.policy.settings(SalesArea).meeting_weeks
    following = day_words(held_on + timedelta(weeks=weeks), unit.own_today)
    said = mrkdwn("Meeting of *{}* held {}", meetings.names(pair, who), lived_day_words(held_on, unit.own_today))
    steps = mrkdwn("next: {}", clip(made.next_steps, ECHOED)) if made.next_steps else None
    return Outcome(
        joined([said, f"the next one is due {following}", steps]),
        told=notices.held(unit, made),
        buttons=_undo(unit, made),
    )


def take_meeting_back(unit: Unit, meeting_id: int, audit_id: int) -> Outcome:
    """What was done to a meeting last is taken back; who was told is told."""
    known, action = store.take_back(unit, meeting_id, audit_id)
    who = people.many(unit.db, known.who)
    pair = store.pair(unit.db, unit.policy, known.csm_id, known.ae_id)
    now = store.find(unit.db, meeting_id)
    if action == store.SCHEDULED and now and now.scheduled_at:
        what = mrkdwn("on {} as before", moment(now.scheduled_at.astimezone(zone(unit.own_zone))))
    else:
        what = mrkdwn("not {}", "held" if action == store.HELD else "scheduled")
    said = mrkdwn("Meeting of *{}* · taken back: {}", meetings.names(pair, who), what)
    return Outcome(said, told=notices.taken_back(unit, known, action), buttons=[("Open", "sales.meeting", pair.value)])


def _refuse_outsider(sa: Person | None) -> None:
    if sa is not None:
        people.refuse_outsider(sa, "be at a meeting", "sa")


def _undo(unit: Unit, meeting: Meeting) -> list[tuple[str, str, object]]:
    return [("Undo", "sales.meeting_undo", f"{meeting.id}:{store.last_done(unit.db, meeting.id)[0]}")]


def switch_on(unit: Unit, person: Person, kinds: Sequence[str]) -> Outcome:
    """A person has themselves reminded; nobody else hears of it."""
    for kind in kinds:
        routines.switch_on(unit, person.id, kind)
    days = counted(unit.policy.settings(SalesArea).window_days, "day")
    said = mrkdwn("You are reminded {}.", " and ".join(views.EACH[kind] for kind in kinds))
    when = mrkdwn("Each day: while a renewal of yours is within {}, or an Expand CTA is open.", days)
    return Outcome(said, note=when if routines.DAILY in kinds else None)


def switch_off(unit: Unit, person: Person, kinds: Sequence[str]) -> Outcome:
    """No more of it."""
    gone = routines.switch_off(unit, person.id, kinds)
    words = " and ".join(views.EACH[kind] for kind in gone)
    return Outcome(mrkdwn("No more reminders {}.", words) if gone else mrkdwn("You had none of these on."))


def done(unit: Unit, person: Person, row: OutboxRow) -> Outcome:
    """They did it: the row is closed, and nobody sees or counts it."""
    routines.done(unit, row, person.id)
    return Outcome("Done.")


def take_back(unit: Unit, account: Account, cta_id: int) -> Outcome:
    """It was opened by mistake: withdrawn, unless somebody has worked on it."""
    gone = checklists.take_back(unit, account, cta_id)
    return Outcome(mrkdwn("*{}* · taken back: {}", account.name, gone.title))
