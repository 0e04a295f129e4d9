"""All SQL of calls: logged, taken back, the last one of each account, and those that are late."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base.dialect import put
from storage.base.errors import UserError
from storage.base.texts import text_of
from storage.call.record import KINDS, WEBINAR, Call, LateCall, days_allowed, late_since
from storage.call.settings import CallArea
from storage.renewal.store import not_after_today
from storage.success import store as lives
from storage.success.record import ONBOARDING, stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection

    from storage.account.lists import Whose
    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.policy import Policy

COLUMNS = "id, account_id, held_on, kind, use_case, note, next_step, health, by_id, source"
LOGGED = "call.log"


def log(
    unit: Unit,
    account_id: int,
    held_on: date,
    *,
    kind: str = "call",
    use_case: str | None = None,
    note: str | None = None,
    next_step: str | None = None,
    health: str | None = None,
) -> Call:
    """Remember that there was a call; a health that it showed becomes the account's.

    Raises UserError for a day ahead, an unknown kind or use case, and for a webinar without one.
    """
    not_after_today(unit, held_on, "held_on")
    if kind not in KINDS:
        raise UserError(f"'{kind}' is no kind of call.", f"Pick one of {', '.join(KINDS)}.", field="kind")
    if use_case is not None and use_case not in unit.policy.use_cases:
        raise UserError(f"'{use_case}' is no use case.", "Pick one of the list.", field="use_case")
    if kind == WEBINAR and use_case is None:
        raise UserError(
            "Which use case was the webinar about?", "A webinar counts with its use case.", field="use_case"
        )
    said, step = text_of(note, "note"), text_of(next_step, "next_step")
    kept: dict[str, Any] = {"held_on": held_on.isoformat(), "kind": kind, "use_case": use_case, "note": said}
    kept |= {"next_step": step, "health": health}
    before, after = accounts.say_health(unit, account_id, health, said or step, source="call")
    values = {"account_id": account_id, **kept, "by_id": unit.actor_id, "at": unit.at}
    row = put(unit.db, "calls", values, COLUMNS)
    told = {name: value for name, value in kept.items() if value is not None and name != "health"}
    unit.audit(LOGGED, f"account:{account_id}", before, {**after, **told, "call": row[0]})
    return from_row(row)


def remove(unit: Unit, call_id: int) -> bool:
    """Take a call out that was logged by mistake; whether it was there."""
    return unit.db.execute("DELETE FROM calls WHERE id = ?", (call_id,)).rowcount > 0


def of_account(db: Connection, account_id: int, *, limit: int = 20) -> list[Call]:
    """An account's calls, the latest first."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM calls WHERE account_id = ? ORDER BY held_on DESC, id DESC LIMIT ?", (account_id, limit)
    )
    return [from_row(row) for row in rows]


def last_on(db: Connection, account_ids: Iterable[int]) -> dict[int, date]:
    """The day of the last call with each of these accounts, of those with one."""
    rows = db.execute(
        "SELECT account_id, max(held_on) FROM calls WHERE account_id IN (SELECT value FROM json_each(?))"
        " GROUP BY account_id",
        (json.dumps(list(account_ids)),),
    )
    return {row[0]: date.fromisoformat(row[1]) for row in rows}


def late(db: Connection, policy: Policy, whose: Whose, today: date) -> list[LateCall]:
    """The managed accounts with which nobody has talked for too long, the longest first."""
    where, values = lives.managed(policy.settings(CallArea))
    of_whom, ids = whose.condition
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} AND {of_whom} AND accounts.will_churn_on IS NULL",
        (*values, *ids),
    )
    return late_among(db, policy, [accounts.from_row(row) for row in rows], today)


def how_many_late(db: Connection, policy: Policy, condition: str, among: Sequence[Any], today: date) -> int:
    """How many of them there are, of a condition on `accounts`.

    Only those that may be in onboarding are looked at one by one, others are counted by their days, so that a summary
    of a large book does not wait for it.
    """
    where, values = lives.managed(policy.settings(CallArea))
    of = f"FROM accounts WHERE {where} AND {condition} AND accounts.will_churn_on IS NULL"
    begun = "coalesce(accounts.started_on, '') <> '' OR coalesce(accounts.customer_since, '') >= ?"
    since = (today - timedelta(days=_window(policy))).isoformat()
    rows = db.execute(f"SELECT {accounts.COLUMNS} {of} AND ({begun})", (*values, *among, since))
    late = len(late_among(db, policy, [accounts.from_row(row) for row in rows], today))
    last = "(SELECT max(held_on) FROM calls WHERE calls.account_id = accounts.id)"
    days = db.execute(
        "SELECT call_days, segment, from_on, count(*) FROM (SELECT accounts.call_days AS call_days,"
        f" accounts.segment AS segment, coalesce({last}, accounts.customer_since) AS from_on {of} AND NOT ({begun}))"
        " AS counted GROUP BY call_days, segment, from_on",
        (*values, *among, since),
    )
    for call_days, segment, from_on, many in days:
        target = policy.target_days(segment, "call_days")
        allowed = days_allowed(call_days, target, 0, in_onboarding=False)
        if from_on and late_since(date.fromisoformat(from_on), None, today, allowed) is not None:
            late += many
    return late


def _window(policy: Policy) -> int:
    return int(getattr(policy.area("onboarding"), "window_days", 120))


def late_among(db: Connection, policy: Policy, some: Sequence[Account], today: date) -> list[LateCall]:
    """Those of the accounts of which the call is late, the longest first."""
    ids = [account.id for account in some]
    last, life_of = last_on(db, ids), lives.lives(db, ids, today)
    area = policy.settings(CallArea)
    window = _window(policy)
    found = []
    for account in some:
        life = life_of[account.id]
        allowed = days_allowed(
            life.call_days,
            policy.target_days(account.segment, "call_days"),
            area.onboarding_days,
            in_onboarding=stage(life, today, window) == ONBOARDING,
        )
        since = late_since(last.get(account.id), life.started_on, today, allowed)
        if since is not None:
            counts_from = last.get(account.id) or life.started_on or since
            found.append(LateCall(account, last.get(account.id), since, (today - counts_from).days))
    return sorted(found, key=lambda one: (one.since, one.account.name.casefold(), one.account.id))


def from_row(row: Sequence[Any]) -> Call:
    """The call of a row selected with COLUMNS."""
    return Call(row[0], row[1], date.fromisoformat(row[2]), *row[3:])


def is_logged(db: Connection, call_id: int) -> bool:
    """Whether the call is still there."""
    return db.execute("SELECT 1 FROM calls WHERE id = ?", (call_id,)).fetchone() is not None
