"""Accounts as what reminders hang on; they have no kind of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.kinds import Kind, Source
from storage import marks, planning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reminders.engine.kinds import Reading
    from storage.model.reminder import AccountFacts


def _read(reading: Reading, ids: Sequence[int]) -> list[AccountFacts]:
    return planning.account_facts(reading.db, reading.directory, ids, known_by=reading.known_by)


ACCOUNTS = Source(
    column="account_id",
    read=_read,
    due=marks.accounts_due,
    looked=marks.look_at_accounts,
    next_look=marks.next_account,
    look_again=marks.mark_accounts,
    pages=planning.account_pages,
    of_account=lambda _, account_id: [account_id],
    of_people=planning.accounts_of,
)

SOURCES = (ACCOUNTS,)
KINDS: tuple[Kind, ...] = ()
