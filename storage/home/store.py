"""What a Home tab shows, read at once: one person's work, or a manager's team's. Called by handlers/home/slack.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.account import lists as books
from storage.base import day as days
from storage.base.keys import to_person
from storage.base.moments import civil_end, instant_text
from storage.base.recipients import Directory
from storage.cta import lists as cta_lists
from storage.cta.day import work_due
from storage.ebr import lists as ebr_lists
from storage.home.record import HomeFacts, NextUp
from storage.importing import conflicts, log
from storage.renewal import lists as renewal_lists
from storage.source import store as sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.base.day import Readers, StandsWith
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.cta.record import ListedCta
    from storage.ebr.due import EbrDue
    from storage.renewal.review_steps import Renewing

LOOK_BACK = timedelta(days=45)
"""Reminders older than this are history: what they were about has its own lists."""
MOST = 500


def home(
    db: Connection,
    policy: Policy,
    person: Person,
    now: datetime,
    today: date,
    *,
    to_do: Sequence[str],
    of_the_day: Sequence[str],
    readers: Readers,
    stands_with: StandsWith,
    led: Sequence[int] = (),
) -> HomeFacts:
    """What a person's Home shows; with the ids of the CSMs whom they lead, the counts are of their work too.

    What is due today is the person's own, and that of those for whom they stand in, whomever it went to. `to_do` are
    the kinds of reminder that stand there until they are done, `of_the_day` those that stand there on the day of their
    message.
    """
    ids = [person.id, *led]
    whose = books.Whose("team", tuple(ids)) if led else books.whose(db, policy, person, "mine")
    until = instant_text(now)
    zone_name = person.zone or policy.timezone
    midnight = instant_text(civil_end(today - timedelta(days=1), zone_name))
    mine = days.of_whom(db, policy.timezone, person.id, days.passed_on(db, person.id, midnight, until), now)
    rows = days.rows_to_do(db, mine, to_do, instant_text(now - LOOK_BACK), until, MOST)
    rows += days.rows_to_do(db, mine, of_the_day, midnight, until, MOST)
    directory, to = Directory(db, policy.timezone), to_person(person.id)
    items = [
        replace(item, row=replace(item.row, destination=to))  # as if it had gone to them
        for item in days.items(db, policy, rows, today, readers)
        if to in stands_with(directory, policy, item, now)
    ]
    renewing, total = renewal_lists.renewing(db, policy, whose, today)
    ebrs = ebr_lists.ebrs_due(db, policy, whose, today)
    deferred, comes_first = cta_lists.deferred(db, ids, today)
    latest = log.latest(db, None)
    return HomeFacts(
        accounts=books.count(db, whose),
        items=tuple(items),
        news=work_due(db, policy, mine, today),
        ctas=cta_lists.counts(db, policy, ids, today),
        renewing=total,
        without_review=books.how_many(db, policy, whose, "no-review", today),
        deferred=deferred,
        comes_first=comes_first,
        next_up=_next_up(renewing, ebrs, comes_first, today),
        closed_today=tuple(cta_lists.closed_today(db, person.id, now, zone_name)),
        imported_at=latest.imported_at if latest else None,
        mine=tuple(mine),
        conflicts=len(conflicts.list_conflicts(db, policy)),
        sources=tuple(sources.states(db, policy, now)),
        read_at=now,
    )


def _next_up(
    renewing: Sequence[Renewing], ebrs: Sequence[EbrDue], deferred: ListedCta | None, today: date
) -> NextUp | None:
    """The first review, EBR or deferred CTA after today; on the day that was picked for it, if one was."""
    coming = []
    if deferred and deferred.cta.revisit_on:
        coming.append(NextUp(deferred.cta.revisit_on, deferred.account_name, "deferred"))
    for row in renewing:
        if step := row.next_step:
            picked = step.review.scheduled_on if step.review else None
            coming.append(NextUp(picked or step.due_on, row.account.name, "review"))
    coming += [
        NextUp(on, ebr.account.name, "ebr")
        for ebr in ebrs
        if (on := (ebr.scheduled.scheduled_on if ebr.scheduled else None) or ebr.due_on)
    ]
    return min((one for one in coming if one.day > today), key=lambda one: (one.day, one.account), default=None)
