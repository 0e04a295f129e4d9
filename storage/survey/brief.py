"""What surveys add to an account's card and brief: its last answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.base.switches import covered
from storage.survey import store

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.survey.record import Answer


@dataclass(frozen=True, slots=True)
class SurveyPart:
    """The answers that count, the latest first."""

    answers: tuple[Answer, ...] = ()


def read(db: Connection, policy: Policy, account: Account) -> SurveyPart:
    """The account's answers, while the area is on for it."""
    if not covered(policy, store.AREA, account.segment):
        return SurveyPart()
    return SurveyPart(tuple(store.that_count(db, [account.id]).get(account.id, [])[::-1]))
