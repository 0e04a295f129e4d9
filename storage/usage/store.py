"""All SQL of usage beside its figures: on a day, on each usage day, the first days on which something was so."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from storage.base.errors import UserError
from storage.base.moments import day_in_words, maybe_day
from storage.base.texts import text_of
from storage.renewal.store import not_after_today
from storage.usage import figures as sql
from storage.usage.first_days import first_days
from storage.usage.record import LICENCES, USE_CASE, Agreed, Figure, adopted
from storage.usage.settings import UsageArea

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.policy import Policy

AREA = "usage"
ADOPTED = "success.adopted"
_AMONG = "id IN (SELECT value FROM json_each(?))"
_DAYS = 20


def on_day(db: Connection, policy: Policy, ids: Iterable[int], day: date) -> dict[int, Figure]:
    """The figures of these accounts on a day, of those that have one."""
    asked = sql.all_on(_AMONG)
    found = _figures(db, policy, asked, (day.isoformat(), json.dumps(list(ids))))
    return {figure.account_id: figure for figure in found}


def latest_days(db: Connection, ids: Iterable[int], today: date, many: int) -> dict[int, list[date]]:
    """The last usage days of these accounts up to today, the newest first."""
    rows = db.execute(
        "SELECT DISTINCT account_id, as_of FROM usage_figures WHERE environment = 'production' AND as_of <= ?"
        " AND account_id IN (SELECT value FROM json_each(?)) ORDER BY account_id, as_of DESC",
        (today.isoformat(), json.dumps(list(ids))),
    )
    found: dict[int, list[date]] = {}
    for account_id, as_of in rows:
        days = found.setdefault(account_id, [])
        if len(days) < many:
            days.append(date.fromisoformat(as_of))
    return found


def history(db: Connection, policy: Policy, account_id: int, today: date, many: int = _DAYS) -> list[Figure]:
    """The figures of an account's last usage days, the oldest first."""
    days = latest_days(db, [account_id], today, many).get(account_id, [])
    if not days:
        return []
    asked = (
        "asked AS (SELECT id AS account_id, as_of AS day FROM accounts JOIN (SELECT DISTINCT account_id, as_of"
        " FROM usage_figures WHERE environment = 'production' AND account_id = ? AND as_of BETWEEN ? AND ?) AS days"
        " ON days.account_id = accounts.id)"
    )
    values = (account_id, days[-1].isoformat(), today.isoformat())
    return sorted(_figures(db, policy, asked, values), key=lambda one: one.day)


def before_last(db: Connection, policy: Policy, ids: Sequence[int], today: date) -> dict[int, Figure]:
    """The figures of the usage day before the last one, by account."""
    days = {
        str(account_id): found[1].isoformat()
        for account_id, found in latest_days(db, ids, today, 2).items()
        if len(found) > 1
    }
    asked = (
        "asked AS (SELECT DISTINCT account_id, as_of AS day FROM usage_figures WHERE environment = 'production'"
        " AND account_id IN (SELECT value FROM json_each(?)))"
    )
    wanted = [int(account_id) for account_id in days]
    found = _figures(db, policy, asked, (json.dumps(wanted),)) if wanted else []
    return {one.account_id: one for one in found if one.day.isoformat() == days[str(one.account_id)]}


def bought(db: Connection, policy: Policy, ids: Iterable[int], day: date) -> dict[int, int | None]:
    """The licences that these accounts had bought on a day, of those with a figure."""
    steps = sql.until_figures(sql.Columns(), policy.settings(UsageArea), tiered=False)
    rows = db.execute(
        f"WITH {sql.all_on(_AMONG)},\n{steps}\nSELECT account_id, licences_bought FROM figures",
        (day.isoformat(), json.dumps(list(ids))),
    )
    return {row[0]: row[1] for row in rows}


def _figures(db: Connection, policy: Policy, asked: str, values: Sequence[Any]) -> list[Figure]:
    columns, area = sql.columns_of(db), policy.settings(UsageArea)
    rows = db.execute(f"WITH {asked},\n{sql.steps(policy, columns, area)}\nSELECT * FROM scored", tuple(values))
    names = {description[0]: place for place, description in enumerate(rows.description)}
    return [_figure(row, names, policy, columns) for row in rows]


def _figure(row: Sequence[Any], names: Mapping[str, int], policy: Policy, columns: sql.Columns) -> Figure:
    def of(name: str) -> Any:
        return row[names[name]]

    scores = {use_case: of(f"score_{number}") for number, use_case in enumerate(policy.use_cases, start=1)}
    return Figure(
        account_id=of("account_id"),
        day=date.fromisoformat(of("day")),
        started_on=maybe_day(of("started_on")),
        instances=of("instances"),
        tier=of("tier"),
        bought=of("licences_bought"),
        licences_activated=of("licences_activated"),
        billable=of("billable_users"),
        active=of("active_users"),
        users={use_case: of(f"users_{place}") for use_case, place in columns.users.items()},
        named=frozenset(use_case for use_case, place in columns.users.items() if of(f"named_{place}")),
        scores={use_case: None if score is None else float(score) for use_case, score in scores.items()},
    )


# Adopted, as the customer agrees


def agreed(db: Connection, ids: Iterable[int]) -> dict[int, list[Agreed]]:
    """What customers agreed to be adopted, the newest of each use case."""
    rows = db.execute(
        "SELECT id, account_id, use_case, adopted_on, agreed_with FROM usage_agreed WHERE undone_at IS NULL"
        " AND account_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(ids)),),
    )
    found: dict[int, dict[str | None, Agreed]] = {}
    for row in rows:
        found.setdefault(row[1], {})[row[2]] = Agreed(row[0], row[1], row[2], date.fromisoformat(row[3]), row[4])
    return {account_id: list(by_case.values()) for account_id, by_case in found.items()}


def all_agreed(db: Connection) -> dict[int, list[Agreed]]:
    """The same of all accounts."""
    rows = db.execute("SELECT DISTINCT account_id FROM usage_agreed WHERE undone_at IS NULL")
    return agreed(db, [row[0] for row in rows])


def adopt(unit: Unit, account: Account, use_case: str | None, on: date, agreed_with: str) -> Agreed:
    """Keep that a use case, or (None) all of it, is adopted, and who at the customer agrees.

    Raises UserError for a day ahead, an unknown use case, or where nobody agreed.
    """
    not_after_today(unit, on, "on")
    if use_case is not None and use_case not in unit.policy.use_cases:
        raise UserError(f"'{use_case}' is no use case.", "Pick one of the list.", field="use_case")
    who = text_of(agreed_with, "agreed_with")
    if not who:
        raise UserError(
            "Who at the customer agrees?",
            f"For example: /success adopted {account.name} CI {day_in_words(on)} agreed with their CTO",
            field="agreed_with",
        )
    row = unit.db.execute(
        "INSERT INTO usage_agreed(account_id, use_case, adopted_on, agreed_with, by_id, at) VALUES (?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        (account.id, use_case, on.isoformat(), who, unit.actor_id, unit.at),
    ).fetchone()
    after = {"use_case": use_case or "all", "adopted": on.isoformat(), "agreed_with": who, "agreed": row[0]}
    unit.audit(ADOPTED, f"account:{account.id}", {}, after)
    return Agreed(row[0], account.id, use_case, on, who)


def take_back_agreed(unit: Unit, agreed_id: int) -> bool:
    """Take back what was said to be agreed; whether it stood."""
    return (
        unit.db.execute(
            "UPDATE usage_agreed SET undone_at = ? WHERE id = ? AND undone_at IS NULL", (unit.at, agreed_id)
        ).rowcount
        > 0
    )


# Adopted, all told


def adopted_since(db: Connection, policy: Policy, intents: Mapping[int, Sequence[str]]) -> dict[int, tuple[date, str]]:
    """Since when accounts are adopted, and how that is known; `intents` are what each bought for."""
    whats = {LICENCES, *(f"{USE_CASE}{use_case}" for intent in intents.values() for use_case in intent)}
    days, said = first_days(db, policy, intents, whats), agreed(db, intents)
    found = {}
    for account_id, intent in intents.items():
        of_customer = {one.use_case or "": one.adopted_on for one in said.get(account_id, ())}
        if since := adopted(intent, days.get(account_id, {}), of_customer):
            found[account_id] = since
    return found
