"""Accounts as remembered: found by id, name, CRM id or channel; changed field by field, audited."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process

from storage.model.account import Account
from storage.model.errors import NotFound
from storage.model.moments import instant, maybe_day, maybe_instant

if TYPE_CHECKING:
    from sqlite3 import Connection, Row

FIELDS = (
    "id",
    "name",
    "crm_id",
    "segment",
    "arr_cents",
    "currency",
    "renewal_on",
    "csm_id",
    "ae_id",
    "sa_id",
    "pse_id",
    "channel_id",
    "customer_since",
    "last_ebr_on",
    "ebr_cadence_months",
    "region",
    "health",
    "health_on",
    "crm_url",
    "outlook",
    "archived_at",
    "churned_on",
    "known_at",
    "renewal_known_at",
    "ebr_known_at",
)
COLUMNS = ", ".join(FIELDS)
QUALIFIED = ", ".join(f"accounts.{field}" for field in FIELDS)


def name_key(name: str) -> str:
    """What makes two spellings of a name the same: case, accents' form and spaces ignored."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def from_row(row: Row | tuple[Any, ...]) -> Account:
    """The account of a row selected with COLUMNS."""
    return Account(
        id=row[0],
        name=row[1],
        crm_id=row[2],
        segment=row[3],
        arr_cents=row[4],
        currency=row[5],
        renewal_on=maybe_day(row[6]),
        csm_id=row[7],
        ae_id=row[8],
        sa_id=row[9],
        pse_id=row[10],
        channel_id=row[11],
        customer_since=maybe_day(row[12]),
        last_ebr_on=maybe_day(row[13]),
        ebr_cadence_months=row[14],
        region=row[15],
        health=row[16],
        health_on=maybe_day(row[17]),
        crm_url=row[18],
        outlook=row[19],
        archived_at=maybe_instant(row[20]),
        churned_on=maybe_day(row[21]),
        known_at=instant(row[22]),
        renewal_known_at=instant(row[23]),
        ebr_known_at=instant(row[24]),
    )


def get(db: Connection, account_id: int) -> Account:
    """The account of an id; raises NotFound."""
    row = db.execute(f"SELECT {COLUMNS} FROM accounts WHERE id = ?", (account_id,)).fetchone()
    if row is None:
        raise NotFound("That account is not known here.", "It may have been taken back with an import.")
    return from_row(row)


def named(db: Connection, name: str) -> list[Account]:
    """The accounts of exactly this name (case and spaces ignored) or CRM id, archived ones last."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM accounts WHERE name_key = ? OR crm_id = ?"
        " ORDER BY archived_at IS NOT NULL, id LIMIT 20",
        (name_key(name), name.strip()),
    )
    return [from_row(row) for row in rows]


def of_channel(db: Connection, channel_id: str) -> Account | None:
    """The account whose channel this is, if it is just one."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM accounts WHERE channel_id = ? AND archived_at IS NULL LIMIT 2", (channel_id,)
    ).fetchall()
    return from_row(rows[0]) if len(rows) == 1 else None


def search(db: Connection, text: str, limit: int = 20, *, archived: bool = False) -> list[Account]:
    """The accounts that somebody who typed this may mean, the likeliest first; none for an empty text.

    By CRM id, by how the name begins, by how its words begin; only where nothing fits so, by likeness
    ("Acmee"). Quick over 100,000 accounts: each step reads an index and is cut off early.
    """
    key = name_key(text)
    if not key:
        return []
    kept = "" if archived else " AND accounts.archived_at IS NULL"
    beginning = db.execute(
        f"SELECT id FROM accounts WHERE (crm_id = ? OR name_key >= ? AND name_key < ?){kept}"
        " ORDER BY name_key, id LIMIT ?",
        (text.strip(), key, key + "\U0010ffff", limit),
    )
    found = [row[0] for row in beginning]
    if len(found) < limit:
        by_words = _by_words(db, " ".join(f'"{word}"*' for word in _words(key)), 400, kept)
        likest = process.extract(key, by_words, scorer=fuzz.ratio, limit=limit + len(found))
        found += [i for _, _, i in likest if i not in found]
    if not found and len(key) >= _FUZZY_LETTERS:
        by_letters = _by_words(db, " ".join(f'"{word[0]}"*' for word in _words(key)), 20_000, kept)
        alike = process.extract(key, by_letters, scorer=fuzz.WRatio, score_cutoff=_ALIKE, limit=limit)
        found = [i for _, _, i in alike]
    return _in_order(db, found[:limit])


_FUZZY_LETTERS = 3
_ALIKE = 72  # of 100: one or two wrong letters in a word


def _words(key: str) -> list[str]:
    return re.findall(r"\w+", key)


def _by_words(db: Connection, query: str, most: int, kept: str) -> dict[int, str]:
    if not query:
        return {}
    rows = db.execute(
        "SELECT accounts.id, accounts.name_key FROM accounts_fts"
        f" JOIN accounts ON accounts.id = accounts_fts.rowid WHERE accounts_fts MATCH ?{kept} LIMIT ?",
        (query, most),
    )
    return {row[0]: row[1] for row in rows}


def _in_order(db: Connection, ids: list[int]) -> list[Account]:
    marks = ",".join("?" * len(ids))
    rows = db.execute(f"SELECT {COLUMNS} FROM accounts WHERE id IN ({marks})", ids)
    by_id = {row[0]: from_row(row) for row in rows}
    return [by_id[i] for i in ids]
