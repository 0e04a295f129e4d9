"""Taking back what was done to an account by mistake: exactly what that changed, and audited.

Each noun hands in what of its own can be taken back (`undos.py`, UNDO, by the audit's action). What was done is an
audit row, and named by its id. Refused where something newer stands on it; who was told stays told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.account import health_history
from storage.account import store as accounts
from storage.base.errors import NotFound, Stale
from storage.base.nouns import handed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit

_OF_LIFE = ("purchase_intent", "original_licences", "started_on", "started_known_at", "engaged_on", "first_value_on")
_OF_LATER_LIFE = ("onboarded_on", "infrastructure_on", "outcome_on", "adopted_on", "will_churn_on", "call_days")
RESTORED = frozenset(accounts.FIELDS) | {
    "ebr_cadence_agreed_by",
    "outlook_line",
    "expected_cents",
    *_OF_LIFE,
    *_OF_LATER_LIFE,
}
UNCHANGED = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to an account, as the audit keeps it."""

    id: int
    at: str
    account_id: int
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """How an action is taken back: in words what (`that it renewed`), and what goes beside the account's own fields.

    `revert` raises Stale where something newer stands on it; `whole`: it does all of it, audit included.
    `by_manager`: who may change the account may not take it back, only managers and who did it.
    `says_health`: it may have said a health again that was so already, of which only the history knows.
    """

    what: str
    revert: Callable[[Unit, Account, Done], object] | None = None
    whole: bool = False
    says_health: bool = False
    by_manager: bool = False


def undos() -> Mapping[str, Undo]:
    """All that can be taken back, by the action of its audit row."""
    return {action: undo for noun in handed_in("storage", "undos") for action, undo in noun.UNDO.items()}


def last_done(db: Connection, account_id: int, actions: Collection[str]) -> Done | None:
    """The newest of these that was done to an account and still stands."""
    rows = db.execute(f"{_ROWS} WHERE subject = ? ORDER BY id DESC", (f"account:{account_id}",)).fetchall()
    gone = {json.loads(row[4]).get("undone") for row in rows if row[2].endswith(".undo")}
    found = next((row for row in rows if row[2] in actions and row[0] not in gone), None)
    return None if found is None else _done(found)


def done(db: Connection, audit_id: int) -> Done:
    """What an audit row says was done; raises NotFound for none that can be taken back, Stale for one that was."""
    row = db.execute(f"{_ROWS} WHERE id = ?", (audit_id,)).fetchone()
    if row is None or row[2] not in undos():
        raise NotFound("That is not known here.", UNCHANGED)
    found = _done(row)
    standing = last_done(db, found.account_id, _rivals(found.action))
    if standing is None or standing.id < found.id:
        raise Stale("That was taken back already.", UNCHANGED)
    if standing.id > found.id:
        raise Stale(f"{accounts.get(db, found.account_id).name} was changed again since.", UNCHANGED)
    return found


def _rivals(action: str) -> set[str]:
    """The actions of which only the newest stands: of what is taken back whole all of its noun, else itself."""
    noun = action.partition(".")[0]
    whole = {name for name, undo in undos().items() if undo.whole and name.partition(".")[0] == noun}
    return whole if action in whole else {action}


def take_back(unit: Unit, found: Done) -> Account:
    """The account as it was before; raises Stale where it was changed since, or something newer stands on it."""
    account, undo = accounts.get(unit.db, found.account_id), undos()[found.action]
    if undo.whole and undo.revert:
        undo.revert(unit, account, found)
        return accounts.get(unit.db, account.id)
    names = sorted(found.after.keys() & RESTORED)
    if names:
        now = unit.db.execute(f"SELECT {', '.join(names)} FROM accounts WHERE id = ?", (account.id,)).fetchone()
        if any(value != found.after[name] for name, value in zip(names, now, strict=True)):
            raise Stale(f"{account.name} was changed again since.", UNCHANGED)
    restored = {name: found.before.get(name) for name in names}
    before, after = accounts.write(unit, account.id, restored, takes_back=True) if restored else ({}, {})
    if undo.says_health and not {"health", "health_on"} & set(names):
        health_history.take_back(unit, [account.id], said_at=found.at)
    if undo.revert:
        undo.revert(unit, account, found)
    noun = found.action.partition(".")[0]
    unit.audit(f"{noun}.undo", f"account:{account.id}", before, {**after, "undone": found.id})
    return accounts.get(unit.db, account.id)


_ROWS = "SELECT id, subject, action, before, after, at, person_id FROM audit"


def _done(row: Any) -> Done:
    account_id = int(str(row[1]).removeprefix("account:"))
    return Done(row[0], row[5], account_id, row[2], json.loads(row[3]), json.loads(row[4]), row[6])
