"""The first usage days on which something was so: worked out of all figures of an account, and kept.

Kept anew where figures, the start or the original licences changed (`usage_changed`), and for all where the rules
changed. Most accounts have one instance, whose rows are its figures; of the others each usage day is summed.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from storage.base.dialect import days_before
from storage.usage import figures as sql
from storage.usage.record import FIRST_VALUE, GREEN_SCORE, LICENCES, USE_CASE
from storage.usage.settings import BASE, UsageArea

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy

AT_ONCE = 2_000
BEFORE, AFTER = 30, 90
"""Days around the start in which the first usage day says how many licences were bought at first."""


def first_days(
    db: Connection, policy: Policy, ids: Iterable[int], whats: Collection[str] = ()
) -> dict[int, dict[str, date]]:
    """The first usage days of these accounts on which something was so (`record.py`): as kept, else worked out.

    `whats`: only these need be among them.
    """
    wanted = list(ids)
    changed = _changed(db, policy, wanted)
    found = _kept(db, [one for one in wanted if one not in changed], whats)
    for account_id, what, on_day in worked_out(db, policy, sorted(changed)):
        found.setdefault(account_id, {})[what] = date.fromisoformat(on_day)
    return found


def of_all(db: Connection, policy: Policy, whats: Collection[str]) -> dict[int, dict[str, date]]:
    """The same of all accounts, in one go: of these things alone."""
    if kept_rules(db) != rules_of(policy):
        changed = {row[0] for row in db.execute("SELECT DISTINCT account_id FROM usage_figures")}
    else:
        changed = {row[0] for row in db.execute("SELECT account_id FROM usage_changed")}
    rows = db.execute(
        "SELECT account_id, what, on_day FROM usage_first_days WHERE what IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(whats)),),
    )
    found = _by_account(row for row in rows if row[0] not in changed) if changed else _by_account(rows)
    ids = sorted(changed)
    for start in range(0, len(ids), AT_ONCE):
        for account_id, of in _by_account(worked_out(db, policy, ids[start : start + AT_ONCE])).items():
            found[account_id] = of
    return found


def _by_account(rows: Iterable[Sequence[Any]]) -> dict[int, dict[str, date]]:
    found: dict[int, dict[str, date]] = {}
    days: dict[str, date] = {}
    for account_id, what, on_day in rows:
        if (day := days.get(on_day)) is None:
            day = days[on_day] = date.fromisoformat(on_day)
        if (of := found.get(account_id)) is None:
            of = found[account_id] = {}
        of[what] = day
    return found


def _kept(db: Connection, ids: Sequence[int], whats: Collection[str]) -> dict[int, dict[str, date]]:
    among = " AND what IN (SELECT value FROM json_each(?))" if whats else ""
    rows = db.execute(
        "SELECT account_id, what, on_day FROM usage_first_days"
        f" WHERE account_id IN (SELECT value FROM json_each(?)){among}",
        (json.dumps(ids), *([json.dumps(sorted(whats))] if whats else [])),
    )
    return _by_account(rows)


def _changed(db: Connection, policy: Policy | None, ids: Sequence[int]) -> set[int]:
    if policy is not None and kept_rules(db) != rules_of(policy):
        rows = db.execute("SELECT DISTINCT account_id FROM usage_figures")
        every = {row[0] for row in rows}
        return every.intersection(ids)
    rows = db.execute(
        "SELECT account_id FROM usage_changed WHERE account_id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    )
    return {row[0] for row in rows}


_RULES = "usage_rules"


def rules_of(policy: Policy) -> str:
    """All of the policy on which first days hang, as text."""
    area = policy.settings(UsageArea).model_dump(mode="json", exclude={"enabled", "segments", "more_than"})
    return json.dumps([area, list(policy.use_cases)], sort_keys=True)


def kept_rules(db: Connection) -> str | None:
    """The rules by which the kept days were worked out."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_RULES,)).fetchone()
    return row[0] if row else None


def keep_rules(unit: Unit) -> None:
    """From now on they are worked out by the policy's rules."""
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_RULES, rules_of(unit.policy)),
    )


def worked_out(db: Connection, policy: Policy, ids: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    """Account, what and day, of these accounts."""
    columns, area = sql.columns_of(db), policy.settings(UsageArea)
    among = json.dumps(list(ids))
    several = [
        row[0]
        for row in db.execute(
            "SELECT account_id FROM usage_figures WHERE environment = 'production'"
            " AND account_id IN (SELECT value FROM json_each(?))"
            " GROUP BY account_id HAVING min(instance) <> max(instance)",
            (among,),
        )
    ]
    one = [account_id for account_id in ids if account_id not in set(several)]
    names = [FIRST_VALUE, LICENCES, *(f"{USE_CASE}{use_case}" for use_case in policy.use_cases)]
    for figures, some in ((_single(columns), one), (_several(columns, area), several)):
        if not some:
            continue
        query = f"WITH {figures},\n{sql.scored(policy, columns, area)},\n{_firsts(policy, area)}\nSELECT * FROM firsts"
        for row in db.execute(query, (json.dumps(some),)):
            yield from ((row[0], name, row[place]) for place, name in enumerate(names, start=1) if row[place])


def _single(columns: sql.Columns) -> str:
    """The rows themselves, as figures."""
    users = [f"users_{place}" for place in columns.users.values()]
    measures = [f"measure_{place}" for place in columns.measures.values()]
    every = ", ".join([*BASE, *users, *measures])
    return (
        f"figures AS (SELECT account_id, as_of AS day, tier, {every} FROM usage_figures"
        " WHERE environment = 'production' AND account_id IN (SELECT value FROM json_each(?)))"
    )


def _several(columns: sql.Columns, area: UsageArea) -> str:
    asked = (
        "asked AS (SELECT DISTINCT account_id, as_of AS day FROM usage_figures WHERE environment = 'production'"
        " AND account_id IN (SELECT value FROM json_each(?)))"
    )
    return f"{asked},\n{sql.until_figures(columns, area)}"


def _firsts(policy: Policy, area: UsageArea) -> str:
    greens = "".join(
        f", min(judged.day) FILTER (WHERE score_{number} >= {GREEN_SCORE})"
        for number in range(1, len(policy.use_cases) + 1)
    )
    used = "judged.activated * 1.0 / nullif(judged.licences_bought, 0)"
    first_value = f"{used} >= {float(area.first_value)!r} AND judged.day >= coalesce(by_hand_on, '')"
    return f"""originals AS (
    SELECT account_id, min(day) AS day FROM scored WHERE started_on >= {days_before("day", str(AFTER))}
        AND {days_before("started_on", str(BEFORE))} <= day GROUP BY account_id),
judged AS (
    SELECT scored.*, accounts.started_on AS by_hand_on,
        coalesce(accounts.original_licences, at_first.licences_bought) AS original
    FROM scored JOIN accounts ON accounts.id = scored.account_id
    LEFT JOIN originals ON originals.account_id = scored.account_id
    LEFT JOIN scored AS at_first ON at_first.account_id = originals.account_id AND at_first.day = originals.day),
firsts AS (
    SELECT judged.account_id AS account_id, min(judged.day) FILTER (WHERE {first_value}) AS of_value,
        min(judged.day) FILTER (WHERE judged.activated * 1.0 / nullif(original, 0) >= {float(area.adopted)!r})
            AS of_licences{greens}
    FROM judged GROUP BY judged.account_id)"""


def keep_changed(unit: Unit, at_once: int = AT_ONCE) -> bool:
    """Work out the days of accounts of which something changed, some at once; whether more are waiting."""
    if kept_rules(unit.db) != rules_of(unit.policy):
        unit.db.execute(
            "INSERT INTO usage_changed(account_id) SELECT DISTINCT account_id FROM usage_figures WHERE true"
            " ON CONFLICT (account_id) DO NOTHING"
        )
        keep_rules(unit)
    rows = unit.db.execute("SELECT account_id FROM usage_changed ORDER BY account_id LIMIT ?", (at_once,)).fetchall()
    ids = [row[0] for row in rows]
    if not ids:
        return False
    among = json.dumps(ids)
    before = _days(unit.db, among)
    found = list(worked_out(unit.db, unit.policy, ids))
    unit.db.execute("DELETE FROM usage_first_days WHERE account_id IN (SELECT value FROM json_each(?))", (among,))
    unit.db.executemany("INSERT INTO usage_first_days(account_id, what, on_day) VALUES (?, ?, ?)", found)
    unit.db.execute("DELETE FROM usage_changed WHERE account_id IN (SELECT value FROM json_each(?))", (among,))
    moved = {account_id for account_id, _, _ in before.symmetric_difference(found)}
    unit.db.execute(
        "UPDATE accounts SET look_at = '' WHERE look_at <> '' AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(moved)),),
    )
    return len(ids) == at_once


def _days(db: Connection, among: str) -> set[tuple[int, str, str]]:
    rows = db.execute(
        "SELECT account_id, what, on_day FROM usage_first_days WHERE account_id IN (SELECT value FROM json_each(?))",
        (among,),
    )
    return {(row[0], row[1], row[2]) for row in rows}
