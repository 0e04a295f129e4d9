"""All that is known of one account at a time: the account and its people, and what each noun hands in about it.

A noun's part is what its `brief.py` reads (`read(db, policy, account)`). Shown by `templates/account/show.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from storage.account import store as accounts
from storage.base import people
from storage.base.day import put_off_to
from storage.base.nouns import handed_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.day import Behind, DayItem
    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person
    from storage.base.policy import Policy

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Brief:
    """One account with the people of its team and work, and the nouns' parts by their class."""

    account: Account
    people: Mapping[int, Person]
    parts: Mapping[type, Any]

    def person(self, person_id: int | None) -> Person | None:
        """Somebody of the account, or None for nobody."""
        return self.people.get(person_id) if person_id is not None else None

    def part(self, kind: type[Part]) -> Part:
        """What a noun knows of the account, by the class of its part."""
        found: Part = self.parts[kind]
        return found


def brief(db: Connection, policy: Policy, account_id: int) -> Brief:
    """The brief of an account; raises NotFound."""
    account = accounts.get(db, account_id)
    parts = [noun.read(db, policy, account) for noun in handed_in("storage", "brief") if hasattr(noun, "read")]
    at_work = [person_id for part in parts for person_id in getattr(part, "person_ids", ())]
    return Brief(account, people.many(db, [*account.team_ids, *at_work]), {type(part): part for part in parts})


def open_work(brief: Brief) -> int:
    """How much is open at the account, as the nouns count it."""
    return sum(len(getattr(part, "open", ())) for part in brief.parts.values())


def reviewed_on(brief: Brief) -> date | None:
    """The day of the last review held, as the nouns know it."""
    return max((day for part in brief.parts.values() if (day := getattr(part, "last_review_on", None))), default=None)


@dataclass(frozen=True, slots=True)
class AccountOfDay:
    """What is behind a reminder about an account; `later_on` is the day for which somebody put it off."""

    brief: Brief
    later_on: date | None


def of_day(behind: Behind, row: OutboxRow) -> AccountOfDay | None:
    """What is behind a row about an account; None for one that is about none."""
    if row.account_id is None:
        return None
    return AccountOfDay(brief_behind(behind, row.account_id), put_off_to(behind.db, row))


def csm_of(_db: Connection, _policy: Policy, item: DayItem) -> int | None:
    """Whose a reminder about an account is by now: its CSM's."""
    account: Account | None = item.facts.brief.account if item.facts else None
    return account.csm_id if account else item.row.owner_id


def brief_behind(behind: Behind, account_id: int) -> Brief:
    """An account's brief, read once for all rows about it."""
    return behind.once(("brief", account_id), lambda: brief(behind.db, behind.policy, account_id))
