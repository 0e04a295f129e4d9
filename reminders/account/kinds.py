"""Accounts as what reminders hang on; they have no kind of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import Kind, Source
from storage.account import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reminders.engine.kinds import Reading
    from storage.base.reminder import AccountFacts


def _read(reading: Reading, ids: Sequence[int]) -> list[AccountFacts]:
    return facts.account_facts(reading.db, reading.directory, ids, known_by=reading.known_by)


ACCOUNTS = Source(
    column="account_id",
    read=_read,
    due=facts.accounts_due,
    looked=facts.look_at_accounts,
    next_look=facts.next_account,
    look_again=facts.mark_accounts,
    pages=facts.pages_of_accounts,
    of_account=lambda _, account_id: [account_id],
    of_people=facts.accounts_of,
    owner_of=facts.csm_of,
)

SOURCES = (ACCOUNTS,)
KINDS: tuple[Kind, ...] = ()
