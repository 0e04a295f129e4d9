"""What is behind the rows of a review: the questions of one manager to one CSM on a day, as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.base import people
from storage.base.reminder import GONE
from storage.review import store

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.day import Behind, DayItem
    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.review.record import Mark, Review


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a review with its account."""

    account: Account
    mark: Mark


@dataclass(frozen=True, slots=True)
class Questions:
    """What a manager asked a CSM on a day; none where all was taken back."""

    manager: Person | None
    asked: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A manager and their own review of the month, whoever is called to it in their place."""

    manager: Person
    review: Review


def questions(behind: Behind, row: OutboxRow) -> Questions:
    """The questions of a row."""
    manager_id, csm_id, on = _of(row)
    marks = store.asked(behind.db, manager_id, csm_id, on)
    known = {one.id: one for one in accounts.many(behind.db, [mark.account_id for mark in marks])}
    asked = tuple(Question(known[mark.account_id], mark) for mark in marks if mark.account_id in known)
    return Questions(people.many(behind.db, [manager_id]).get(manager_id), asked)


def asked_of(db: Connection, _policy: Policy, item: DayItem) -> int | None:
    """Who is to answer: who was asked; nobody where their leaving brings it back to who asked."""
    return None if _is_back_with_who_asked(db, item.row) else item.row.owner_id


def _is_back_with_who_asked(db: Connection, row: OutboxRow) -> bool:
    manager_id, csm_id, _ = _of(row)
    csm = people.get(db, csm_id)
    return csm.deactivated and csm.manager_id == manager_id


def why_not_asked(db: Connection, _policy: Policy, row: OutboxRow) -> str:
    """Why a row has nothing left to ask; '' while it has.

    What was asked of somebody who has left goes to their manager as all else does, but not back to who asked.
    """
    marks = store.asked(db, *_of(row))
    if not marks:
        return "it was taken back"
    if _is_back_with_who_asked(db, row):
        return "who was asked has left"
    waiting = [mark.account_id for mark in marks if mark.waits]
    if not waiting:
        return "it was answered"
    return "" if any(one.active for one in accounts.many(db, waiting)) else GONE


def of_manager(behind: Behind, row: OutboxRow) -> Round | None:
    """A manager's own review of the month, whoever gets the row instead; None for a manager who is not known."""
    owner_id = row.owner_id
    owner = people.many(behind.db, [owner_id]).get(owner_id or 0)
    return Round(owner, store.of_team(behind.db, behind.policy, owner, behind.today)) if owner else None


def _of(row: OutboxRow) -> tuple[int, int, date]:
    return int(row.payload["by"]), int(row.payload["csm"]), date.fromisoformat(str(row.payload["on"]))
