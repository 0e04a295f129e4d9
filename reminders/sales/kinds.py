"""The kinds of reminder of the sales side, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.account.rounds import month_round, whose_round
from reminders.engine.kinds import Kind, PeriodRule, Standing
from reminders.engine.rounds import BUSINESS_DAY, WEEK, each
from storage.base import people
from storage.base.keys import destination_of
from storage.sales import day as behind
from storage.sales import routines, store
from storage.sales.record import AREA, Reminded, Round
from storage.sales.settings import SalesArea
from templates.sales import day as show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from reminders.engine.kinds import Reading
    from reminders.engine.rounds import Period
    from storage.base.day import Behind
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy

TEAM_MEETING = "team_meeting"


def _to_themselves(kind: str, period: Period, why: str, *, needs_reason: bool) -> PeriodRule:
    """To who has switched it on, in all periods or where there is something to look after."""

    def people(db: Connection, _policy: Policy) -> Sequence[int | None]:
        return routines.who(db, kind)

    def known_at(db: Connection, _policy: Policy, person_id: int | None) -> datetime | None:
        return routines.since(db, kind, person_id)

    def holds(reading: Reading, person_id: int | None, day: date) -> bool:
        if person_id is None:
            return False
        return not needs_reason or routines.has_reason(reading.db, reading.as_of.policy, person_id, day)

    return PeriodRule(
        people=people,
        known_at=known_at,
        items=each(period, kind, lambda _: why),
        holds=holds,
        nothing="nothing to look after: no renewal is near, and no Expand CTA is open",
        nobody="not wanted any more",
        alone=True,
    )


def _read_links(behind: Behind, row: OutboxRow) -> Reminded:
    area = behind.policy.settings(SalesArea)
    links = area.daily if row.kind == routines.DAILY else area.weekly
    reader_id = destination_of(row.destination).person_id or 0
    until = routines.done_on(behind.db, row, reader_id)
    done = until is not None and row.due_on is not None and row.due_on <= until
    return Reminded(tuple((one.label, one.url) for one in links), done=done)


def _read(behind: Behind, row: OutboxRow) -> Round:
    db, policy = behind.db, behind.policy
    whose = whose_round(row)
    found = store.up(db, policy, whose, behind.today)
    weeks = policy.settings(SalesArea).meeting_weeks
    return Round(whose.scope, tuple(found), people.many(db, store.with_people(found)), weeks)


def _own(name: str, often: str, place: int, period: Period, why: str, *, needs_reason: bool) -> Kind:
    return Kind(
        name=name,
        words=f"{often} reminder of one's own",
        label=f"My {often} reminder (sales)",
        place=place,
        area=AREA,
        rule=_to_themselves(name, period, why, needs_reason=needs_reason),
        policy_keys=frozenset({"sales"}),
        read=_read_links,
        show=show.link_rows,
    )


KINDS = (
    Kind(
        name=TEAM_MEETING,
        words="round of account team meetings",
        label="Account team meetings",
        place=92,
        area=AREA,
        rule=month_round(
            TEAM_MEETING,
            "the month's meetings of your account teams",
            store.up,
            nothing="nothing to schedule: no meeting of an account team is up",
            nobody="no active accounts",
        ),
        policy_keys=frozenset({"sales"}),
        read=_read,
        show=show.round_rows,
    ),
    _own(routines.DAILY, "daily", 93, BUSINESS_DAY, "you asked for it each day", needs_reason=True),
    _own(routines.WEEKLY, "weekly", 94, WEEK, "you asked for it each week", needs_reason=False),
)
STANDING = (Standing(read=behind.unanswered, show=show.unanswered_row),)
