"""What can be taken back of an account's answers (storage/account/taking_back.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.taking_back import UNCHANGED, Undo
from storage.base.errors import Stale
from storage.base.remarks import ERASED
from storage.survey import store

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit


def _not_answered(unit: Unit, account: Account, found: Done) -> None:
    """It is as it was before, unless a file has put it right since; words that were erased nobody has changed."""
    answer_id = int(found.after.get("answer", 0))
    now = store.find(unit.db, answer_id)
    standing = {"score": now.score, "contact": now.contact, "comment": now.comment} if now else {}
    if any((found.after.get(name) or None) not in (value or None, ERASED) for name, value in standing.items()):
        raise Stale(f"That answer of {account.name} was put right by a file since.", UNCHANGED)
    if not store.put_back(unit, answer_id, found.before):
        raise Stale(f"That answer of {account.name} is not there any more.", UNCHANGED)


UNDO = {store.ANSWERED: Undo("the answer", _not_answered)}
