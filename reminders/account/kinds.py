"""Accounts as what reminders hang on, handed in; and the kinds that tell what somebody else did, with any record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.account import telling
from reminders.engine.kinds import AtOnceRule, Kind, Source
from storage.account import facts, team
from storage.account import store as accounts
from storage.base.telling import ALERT, TOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from sqlite3 import Connection

    from reminders.engine.kinds import Reading
    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.base.reminder import AccountFacts


def _read(reading: Reading, ids: Sequence[int]) -> list[AccountFacts]:
    return facts.account_facts(reading.db, reading.directory, ids, known_by=reading.known_by)


ACCOUNTS = Source(
    column="account_id",
    read=_read,
    looks=facts.LOOKS,
    of_account=lambda _, account_id: [account_id],
    of_people=facts.accounts_of,
)

SOURCES = (ACCOUNTS,)


def _holder(part: str) -> Callable[[Connection, Policy, OutboxRow], Person | None]:
    return lambda db, policy, row: team.holder(db, policy, accounts.get(db, row.account_id or 0), part)


HOLDERS = {part: _holder(part) for part in (team.CSM, team.AE, team.SA, team.MANAGER)}
KINDS = (
    Kind(
        name=TOLD,
        words="note of what somebody else did",
        label="What others did with mine",
        place=60,
        rule=AtOnceRule(why_not=telling.why_not_told, together=lambda _: "", compose=telling.told_message, alone=True),
    ),
    Kind(
        name=ALERT,
        words="alert",
        label="Alerts: red, at risk, churned, renewed with less",
        place=61,
        rule=AtOnceRule(
            why_not=telling.why_no_alert,
            together=lambda row: str(row.payload.get("by")),
            compose=telling.alert_message,
        ),
    ),
)
