"""The kinds of reminder about CTAs, handed in: the news of a morning, and deferred ones that come back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from reminders.cta.rules import (
    CTA_MORNING,
    DEFERRED_CTA,
    alike,
    alike_deferred,
    deferred_items,
    holds_on,
    news_in_words,
    news_of,
    waits_until,
    why_no_deferred,
)
from reminders.engine.kinds import Kind, NewsRule, RecordRule, Source
from storage.base import people
from storage.cta import day as behind
from storage.cta import facts
from storage.cta.hearers import OWNER
from templates.cta import day as show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from reminders.engine.kinds import Reading
    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.base.reminder import CtaFacts

_SINCE_DUE = timedelta(days=15)
"""A task due longer ago than this is due today nowhere: no run of days off is that long."""


def _read(reading: Reading, ids: Sequence[int]) -> list[CtaFacts]:
    since = (reading.as_of.now - _SINCE_DUE).date()
    return facts.cta_facts(reading.db, reading.directory, ids, tasks_from=since, known_by=reading.known_by)


CTAS = Source(
    column="cta_id",
    read=_read,
    looks=facts.LOOKS,
    of_account=facts.deferred_of_account,
    of_people=facts.ctas_of_owners,
    put_off=lambda unit, as_of: facts.put_off(unit, as_of.policy),
)

SOURCES = (CTAS,)


def _owner(db: Connection, _policy: Policy, row: OutboxRow) -> Person | None:
    owner_id = facts.LOOKS.owner_of(db, row.cta_id or 0)
    return people.many(db, [owner_id]).get(owner_id or 0)


HOLDERS = {OWNER: _owner}
KINDS = (
    Kind(
        name=CTA_MORNING,
        words="CTA news",
        label="CTAs due, overdue or idle",
        place=40,
        rule=NewsRule(
            source=CTAS,
            news=news_of,
            waits=waits_until,
            holds=holds_on,
            words=news_in_words,
            records_of_row=facts.ctas_of_news,
            alike=alike,
        ),
        policy_keys=frozenset({"cta_due_soon_days", "cta_idle_days"}),
        read=behind.news,
        show=show.news_rows,
    ),
    Kind(
        name=DEFERRED_CTA,
        words="deferred CTA",
        label="Deferred CTAs coming back",
        place=41,
        rule=RecordRule(source=CTAS, items=deferred_items, why_not=why_no_deferred, alike=alike_deferred),
        is_to_do=True,
        read=behind.deferred,
        show=show.deferred_rows,
        whose=behind.owner_of,
    ),
)
