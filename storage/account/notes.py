"""Notes on an account as a whole, and the one timeline of all that was noted about it.

The timeline holds what each noun hands in (`timeline.py`, NOTES): a SELECT of `id`, `account_id`, `cta_id`
(None where it is about no CTA), `at`, `held_on` (the day it is about, None for the day of `at`),
`person_id`, `about` and `text`. What belongs to an area (AREA) stands there while that is on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.base.errors import UserError
from storage.base.moments import civil_day, instant, maybe_day
from storage.base.nouns import handed_in
from storage.base.switches import area_on
from storage.base.texts import text_of

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.policy import Policy


@dataclass(frozen=True, slots=True)
class Noted:
    """One entry of the timeline; `who` is None where nobody is known, `about` is '' for the account as a whole."""

    on: date
    who: str | None
    about: str
    text: str


def add(unit: Unit, account_id: int, text: str) -> Account:
    """Note something on an account; raises UserError for nothing, or for too much."""
    account = accounts.get(unit.db, account_id)
    kept = text_of(text, "note")
    if kept is None:
        raise UserError("What should the note say?", f"/account note {account.name} met the new CTO", field="note")
    unit.db.execute(
        "INSERT INTO account_notes(account_id, at, person_id, text) VALUES (?, ?, ?, ?)",
        (account_id, unit.at, unit.actor_id, kept),
    )
    unit.audit("account.note", f"account:{account_id}", {}, {"note": kept})
    return account


def of_account(
    db: Connection, policy: Policy, account_id: int, zone: str, *, limit: int, offset: int = 0
) -> tuple[list[Noted], int]:
    """A page of an account's timeline, the newest first, and how many entries there are."""
    return _page(db, policy, zone, "account_id = ?", (account_id,), limit, offset)


def of_cta(db: Connection, policy: Policy, account_id: int, cta_id: int, zone: str, *, limit: int) -> list[Noted]:
    """What stands on a CTA: its own notes and those on its account as a whole, not those on other CTAs."""
    on_it = "account_id = ? AND (cta_id IS NULL OR cta_id = ?)"
    return _page(db, policy, zone, on_it, (account_id, cta_id), limit, 0)[0]


def since(db: Connection, policy: Policy, account_id: int, day: date | None, zone: str, *, limit: int) -> list[Noted]:
    """The timeline from a day on, that day included; all of it for None."""
    found, _ = of_account(db, policy, account_id, zone, limit=limit)
    return [note for note in found if day is None or note.on >= day]


def _page(
    db: Connection, policy: Policy, zone: str, where: str, values: tuple[int, ...], limit: int, offset: int
) -> tuple[list[Noted], int]:
    every = " UNION ALL ".join(
        noun.NOTES
        for noun in handed_in("storage", "timeline")
        if (area := getattr(noun, "AREA", None)) is None or area_on(policy, area)
    )
    total = db.execute(f"SELECT count(*) FROM ({every}) AS noted WHERE {where}", values).fetchone()[0]
    rows = db.execute(
        "SELECT noted.at, noted.held_on, people.name, noted.about, noted.text FROM"
        f" (SELECT * FROM ({every}) AS said WHERE {where}) AS noted LEFT JOIN people ON people.id = noted.person_id"
        " ORDER BY substr(coalesce(noted.held_on, noted.at), 1, 10) DESC, noted.at DESC, noted.id DESC"
        " LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    return [Noted(maybe_day(r[1]) or civil_day(instant(r[0]), zone), r[2], r[3], r[4]) for r in rows], total
