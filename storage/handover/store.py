"""Handing accounts and open work from one person to another, e.g. when a CSM leaves.

Called by `/account handover` and its form. Each account and CTA gets its own audit row; both people get a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.base import notices, people
from storage.base.db import to_json
from storage.base.dialect import HOLDING, holding
from storage.base.errors import UserError
from storage.base.folding import name_key
from storage.cta import work as cta_work
from storage.cta.lists import titled_in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.base.policy import Policy

_PARTS = ("csm_id", "ae_id", "sa_id", "pse_id")
_OPEN = "status IN ('new', 'work_in_progress')"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What moved: the accounts, and the ids of open CTAs and tasks."""

    giver: Person
    taker: Person
    accounts: tuple[Account, ...]
    cta_ids: tuple[int, ...]
    tasks: int


@dataclass(frozen=True, slots=True)
class Belongings:
    """What a person has: accounts in any part of the team, and open CTAs, wherever they are."""

    accounts: int
    ctas: int


def belongings(db: Connection, person_id: int) -> Belongings:
    """How much there is to hand over."""
    count = db.execute(f"SELECT count(*) FROM accounts WHERE {_on_team()}", (person_id,) * 4).fetchone()[0]
    ctas = db.execute(f"SELECT count(*) FROM ctas WHERE owner_id = ? AND {_OPEN}", (person_id,)).fetchone()[0]
    return Belongings(count, ctas)


def accounts_of(db: Connection, person_id: int, text: str = "", limit: int = 100) -> list[Account]:
    """The person's accounts whose name holds the text, for picking some of them."""
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {_on_team()} AND name_key {HOLDING} ORDER BY name_key LIMIT ?",
        (*(person_id,) * 4, holding(name_key(text)), limit),
    )
    return [accounts.from_row(row) for row in rows]


def was_told_of(db: Connection, person_id: int, backup_id: int, since: date) -> bool:
    """Whether who stands in has heard that somebody is away until a day, or longer."""
    first = f"notice:away:{person_id}:"
    found = db.execute(
        "SELECT 1 FROM outbox WHERE dedupe_key > ? AND dedupe_key < ? AND destination = ?"
        " AND state IN ('sending', 'unknown', 'sent') LIMIT 1",
        (f"{first}{since}", f"{first}~", f"person:{backup_id}"),
    )
    return found.fetchone() is not None


def titles_of(db: Connection, policy: Policy, cta_ids: Collection[int], today: date) -> list[str]:
    """`Acme · Expand: CI` of each CTA, what comes first on top."""
    where = "ctas.id IN (SELECT value FROM json_each(?))"
    return [title for title, *_ in titled_in_order(db, policy, where, (to_json(list(cta_ids)),), today)]


def still_so(
    db: Connection, account_ids: Sequence[int], cta_ids: Sequence[int], person_id: int, *, has: bool
) -> tuple[list[int], list[int]]:
    """Of what was handed over, the accounts and CTAs that somebody has; or has not, as who gave them."""
    mine = [account.id for account in accounts.many(db, account_ids) if (person_id in account.team_ids) is has]
    asked = "SELECT id, owner_id FROM ctas WHERE id IN (SELECT value FROM json_each(?))"
    owners = db.execute(asked, (to_json(list(cta_ids)),)).fetchall()
    return mine, [cta_id for cta_id, owner_id in owners if (owner_id == person_id) is has]


def hand_over(unit: Unit, giver_id: int, taker_id: int, only: Collection[int] | None = None) -> HandedOver:
    """Move the giver's parts in accounts (`only` these, or all), and their open CTAs and open tasks there.

    With all of them, CTAs owned in other people's accounts move too. Raises UserError where nothing would move.
    """
    giver, taker = people.get(unit.db, giver_id), people.get(unit.db, taker_id)
    if giver_id == taker_id:
        raise UserError("That is the same person twice.", "Whose accounts go to whom?", field="taker")
    if taker.deactivated or taker.guest or taker.foreign:
        raise UserError(f"{taker.name} can't take accounts.", "Pick a member of this workspace.", field="taker")
    unit.in_a_packet = True
    moved = _move_accounts(unit, giver_id, taker_id, only)
    cta_ids = _move_ctas(unit, giver_id, taker_id, None if only is None else [a.id for a in moved])
    tasks = _move_tasks(unit, giver_id, taker_id, None if only is None else [a.id for a in moved])
    if not moved and not cta_ids and not tasks:
        raise UserError(f"{giver.name} has nothing to hand over.", "Perhaps it was handed over already.")
    notices.tell(
        unit,
        (giver, taker),
        "handover",
        f"{giver_id}:{taker_id}:{unit.at}:{unit.key or ''}",
        giver=giver_id,
        taker=taker_id,
        account_ids=[account.id for account in moved],
        cta_ids=cta_ids,
    )
    return HandedOver(giver, taker, tuple(moved), tuple(cta_ids), tasks)


def _on_team() -> str:
    return "archived_at IS NULL AND (" + " OR ".join(f"{part} = ?" for part in _PARTS) + ")"


def _move_accounts(unit: Unit, giver_id: int, taker_id: int, only: Collection[int] | None) -> list[Account]:
    rows = unit.db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {_on_team()} ORDER BY name_key", (giver_id,) * 4
    ).fetchall()
    moved = []
    for account in (accounts.from_row(row) for row in rows):
        if only is not None and account.id not in only:
            continue
        parts = {part: taker_id for part in _PARTS if getattr(account, part) == giver_id}
        before, after = accounts.write(unit, account.id, parts)
        unit.audit("account.handover", f"account:{account.id}", before, after)
        accounts.followed(unit, account)
        moved.append(account)
    return moved


def _move_ctas(unit: Unit, giver_id: int, taker_id: int, account_ids: list[int] | None) -> list[int]:
    within, values = _within(account_ids)
    rows = unit.db.execute(
        f"SELECT id FROM ctas WHERE owner_id = ? AND {_OPEN}{within} ORDER BY id", (giver_id, *values)
    ).fetchall()
    return [cta_work.assign(unit, row[0], taker_id).id for row in rows]


def _move_tasks(unit: Unit, giver_id: int, taker_id: int, account_ids: list[int] | None) -> int:
    within, values = _within(account_ids)
    moved = unit.db.execute(
        "UPDATE tasks SET assignee_id = ? WHERE assignee_id = ? AND state = 'open'"
        f" AND cta_id IN (SELECT id FROM ctas WHERE {_OPEN}{within})",
        (taker_id, giver_id, *values),
    )
    return int(moved.rowcount)


def _within(account_ids: list[int] | None) -> tuple[str, list[str]]:
    if account_ids is None:
        return "", []
    return " AND account_id IN (SELECT value FROM json_each(?))", [to_json(account_ids)]
