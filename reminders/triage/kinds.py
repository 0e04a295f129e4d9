"""The kinds of reminder about accounts in trouble, handed in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from reminders.account.kinds import ACCOUNTS
from reminders.engine.kinds import Kind, NewsRule, RecordRule, Source, Standing
from reminders.triage import rules
from storage.base.moments import instant_text
from storage.triage import day as behind
from storage.triage import facts
from templates.triage import day as show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reminders.engine.kinds import Reading
    from storage.triage.facts import RiskChange, TriageFacts

_LOOK_BACK = timedelta(days=30)
"""What began or ended longer ago is told to nobody any more."""


def _read(reading: Reading, ids: Sequence[int]) -> list[TriageFacts]:
    policy = reading.as_of.policy
    return facts.triage_facts(reading.db, reading.directory, policy, ids, known_by=reading.known_by)


def _changes(reading: Reading, ids: Sequence[int]) -> Mapping[int, list[RiskChange]]:
    since = instant_text(reading.as_of.now - _LOOK_BACK)
    return facts.changes(reading.db, reading.directory, reading.as_of.policy, ids, since)


TRIAGES = Source(
    column="account_id",
    read=_read,
    looks=facts.LOOKS,
    of_people=facts.of_people,
)

SOURCES = (TRIAGES,)
KINDS = (
    Kind(
        name=rules.TRIAGE_UPDATE,
        words="triages that want an update",
        label="Triages that want an update",
        place=72,
        area="health",
        rule=NewsRule(
            source=TRIAGES,
            news=rules.news_of,
            words=rules.in_words,
            records_of_row=facts.of_news,
        ),
        policy_keys=frozenset({"health"}),
        read=behind.news,
        show=show.news_rows,
    ),
    Kind(
        name=rules.RISK_NOTICE,
        words="notice of an account in trouble",
        label="Accounts in trouble",
        place=73,
        area="health",
        or_area="escalations",
        rule=RecordRule(source=ACCOUNTS, items=rules.risk_items, why_not=rules.why_none, own=_changes),
        policy_keys=frozenset({"health", "escalations"}),
        read=behind.risk,
        show=show.risk_rows,
    ),
)
STANDING = (Standing(read=behind.due, show=show.due_row),)
