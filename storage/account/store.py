"""Accounts as remembered: found by id, name, CRM id or channel; changed field by field, audited."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from storage.account import endings, health_history
from storage.account.record import HEALTHS, OUTLOOKS, Account
from storage.base.alike import likest_as_a_whole, likest_in_part
from storage.base.db import to_json
from storage.base.dialect import HOLDING, LIKE_NAMES, holding, names_like, put
from storage.base.errors import NotFound, Stale, UserError
from storage.base.folding import id_key, id_spellings, name_key, visible
from storage.base.moments import YEARS, day_said, instant, latest_today, maybe_day, maybe_instant
from storage.base.nouns import handed_in
from storage.base.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from sqlite3 import Connection, Row

    from storage.base.db import Unit

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
    "notice_days",
    "auto_renews",
)
EDITABLE = frozenset(FIELDS) - {"id", "health_on", "archived_at", "known_at", "renewal_known_at", "ebr_known_at"}
_EBR_FACTS = {"ebr_cadence_months", "customer_since", "last_ebr_on"}
NAME_LIMIT = 255
COLUMNS = ", ".join(FIELDS)
QUALIFIED = ", ".join(f"accounts.{field}" for field in FIELDS)


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
        notice_days=row[25],
        auto_renews=None if row[26] is None else bool(row[26]),
    )


def get(db: Connection, account_id: int) -> Account:
    """The account of an id; raises NotFound."""
    row = db.execute(f"SELECT {COLUMNS} FROM accounts WHERE id = ?", (account_id,)).fetchone()
    if row is None:
        raise NotFound("That account is not known here.", "It may have been taken back with an import.")
    return from_row(row)


def many(db: Connection, ids: Sequence[int]) -> list[Account]:
    """The accounts of these ids, in this order; unknown ids are left out."""
    rows = db.execute(f"SELECT {COLUMNS} FROM accounts WHERE id IN (SELECT value FROM json_each(?))", (to_json(ids),))
    by_id = {row[0]: from_row(row) for row in rows}
    return [by_id[i] for i in ids if i in by_id]


def renewals_of(db: Connection, ids: Sequence[int]) -> dict[int, tuple[date | None, int | None]]:
    """The renewal dates of these accounts, each with the ARR in cents."""
    rows = db.execute(
        "SELECT id, renewal_on, arr_cents FROM accounts WHERE id IN (SELECT value FROM json_each(?))", (to_json(ids),)
    )
    return {row[0]: (maybe_day(row[1]), row[2]) for row in rows}


def named(db: Connection, name: str) -> list[Account]:
    """The accounts of exactly this name (case and spaces ignored) or CRM id, archived ones last."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM accounts WHERE name_key = ? OR crm_id IN (SELECT value FROM json_each(?))"
        " ORDER BY archived_at IS NOT NULL, id LIMIT 20",
        (name_key(name), to_json(id_spellings(name))),
    )
    return [from_row(row) for row in rows]


def named_among(db: Connection, phrases: Sequence[str]) -> dict[str, list[Account]]:
    """Of some phrases, those that are an account's name or CRM id, with the accounts; archived ones only alone."""
    keys = [name_key(phrase) for phrase in phrases]
    rows = db.execute(
        f"SELECT {COLUMNS} FROM accounts WHERE name_key IN (SELECT value FROM json_each(?))"
        " OR crm_id IN (SELECT value FROM json_each(?)) ORDER BY archived_at IS NOT NULL, id LIMIT 50",
        (to_json(keys), to_json([spelling for phrase in phrases for spelling in id_spellings(phrase)])),
    ).fetchall()
    found: dict[str, list[Account]] = {}
    for account in map(from_row, rows):
        own, own_id = name_key(account.name), id_key(account.crm_id or "")
        for phrase, key in zip(phrases, keys, strict=True):
            meant = key == own or (own_id and id_key(phrase) == own_id)
            if meant and (account.archived_at is None or phrase not in found):
                found.setdefault(phrase, []).append(account)
    return found


def beginning(db: Connection, phrase: str, limit: int = 6) -> list[Account]:
    """The active accounts whose names begin so: whole words, of which the last may be cut to three letters or more."""
    key = name_key(phrase)
    begin = key if len(key.rpartition(" ")[2]) >= _CUT_LETTERS else f"{key} "
    rows = db.execute(
        f"SELECT {COLUMNS} FROM accounts WHERE name_key >= ? AND name_key < ? AND archived_at IS NULL"
        " AND churned_on IS NULL ORDER BY name_key, id LIMIT ?",
        (begin, begin + "\U0010ffff", limit),
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

    By CRM id, by how the name begins, by how its words begin, by a part of the CRM id in any case; only where
    nothing fits so, by likeness ("Acmee"). Quick over 100,000 accounts: each step reads an index and is cut off early.
    """
    key = name_key(text)
    if not key:
        return []
    kept = "" if archived else " AND accounts.archived_at IS NULL"
    beginning = db.execute(
        "SELECT id FROM accounts WHERE (crm_id IN (SELECT value FROM json_each(?)) OR name_key >= ? AND name_key < ?)"
        f"{kept} ORDER BY name_key, id LIMIT ?",
        (to_json(id_spellings(text)), key, key + "\U0010ffff", limit),
    )
    found = [row[0] for row in beginning]
    if len(found) < limit:
        by_words = _by_words(db, names_like(_words(key)), 400, kept)
        found += [i for i in likest_as_a_whole(key, by_words, limit + len(found)) if i not in found]
    if len(found) < limit:
        found += [i for i in _by_part_of_id(db, text, limit + len(found), kept) if i not in found]
    if not found and len(key) >= _FUZZY_LETTERS:
        by_letters = _by_words(db, names_like(word[0] for word in _words(key)), 20_000, kept)
        found = likest_in_part(key, by_letters, _ALIKE, limit)
    return many(db, found[:limit])


def _by_part_of_id(db: Connection, text: str, limit: int, kept: str) -> list[int]:
    part = visible(text).strip().lower()
    if len(part) < _ID_LETTERS or " " in part:
        return []
    rows = db.execute(
        f"SELECT id FROM accounts WHERE crm_id IS NOT NULL AND lower(crm_id) {HOLDING}{kept} ORDER BY crm_id LIMIT ?",
        (holding(part), limit),
    )
    return [row[0] for row in rows]


_FUZZY_LETTERS = 3
_ID_LETTERS = 3
_CUT_LETTERS = 3
_ALIKE = 72  # of 100: one or two wrong letters in a word


def _words(key: str) -> list[str]:
    return re.findall(r"[^\W_]+", key)


def _by_words(db: Connection, query: str, most: int, kept: str) -> dict[int, str]:
    if not query:
        return {}
    rows = db.execute(f"SELECT accounts.id, accounts.name_key FROM {LIKE_NAMES}{kept} LIMIT ?", (query, most))
    return {row[0]: row[1] for row in rows}


def add(unit: Unit, name: str, fields: Mapping[str, Any]) -> Account:
    """Add an account, known from now on. `fields` are as stored (ISO days, cents, people's ids).

    Raises UserError for a name that is empty, too long, or taken by an account in use.
    """
    name = checked_name(name)
    taken = [a for a in named(unit.db, name) if a.archived_at is None]
    if taken:
        raise UserError(f"There is an account called {taken[0].name} already.", "Open that one.", field="name")
    fields = _checked(unit, fields)
    _check_crm_id(unit, fields.get("crm_id"), None)
    values = {
        "name": name,
        "name_key": name_key(name),
        "currency": unit.policy.currency,
        **fields,
        "health_on": unit.today.isoformat() if fields.get("health") else None,
        "known_at": unit.at,
        "renewal_known_at": unit.at,
        "ebr_known_at": unit.at,
        "updated_at": unit.at,
    }
    row = put(unit.db, "accounts", values, COLUMNS)
    given = {field: value for field, value in fields.items() if value is not None}
    if "health" in given:
        health_history.keep(unit, [row[0]])
    unit.audit("account.add", f"account:{row[0]}", {}, {"name": name, **given}, made=True)
    return from_row(row)


def edit(
    unit: Unit, account_id: int, changes: Mapping[str, Any], action: str = "account.edit", *, note: str | None = None
) -> Account:
    """Change fields (as stored); what is as it was stays untouched and unaudited. A health set is of today.

    `note`: what was said with a health.
    """
    wanted, was = _checked(unit, changes), get(unit.db, account_id)
    if "name" in wanted:
        wanted["name"] = checked_name(wanted["name"])
        wanted["name_key"] = name_key(wanted["name"])
        if name_key(was.name) != wanted["name_key"] and (other := _in_use(unit.db, wanted["name"], was)):
            raise UserError(f"There is an account called {other.name} already.", "Pick another name.", field="name")
    _check_crm_id(unit, wanted.get("crm_id"), account_id)
    if "health" in wanted:
        wanted["health_on"] = unit.today.isoformat() if wanted["health"] else None
    before, after = write(unit, account_id, wanted, note=note)
    if before or note:
        said = {"note": note} if note else {}
        unit.audit(action, f"account:{account_id}", _told(before), {**_told(after), **said})
    return followed(unit, was)


def followed(unit: Unit, before: Account) -> Account:
    """The account as it is now, once the nouns whose records hang on it have followed what is another."""
    after = get(unit.db, before.id)
    for noun in handed_in("storage", "followers"):
        if after != before and hasattr(noun, "account_changed"):
            noun.account_changed(unit, before, after)
    return after


def archive(unit: Unit, account_id: int) -> Account:
    """Take an account out of lists, reminders and coverage; its CTAs stay in past reports."""
    account = get(unit.db, account_id)
    if account.archived_at:
        raise Stale(f"{account.name} is archived already.")
    endings.forget(unit, account_id)
    before, after = write(unit, account_id, {"archived_at": unit.at})
    unit.audit("account.archive", f"account:{account_id}", before, after)
    return get(unit.db, account_id)


def unarchive(unit: Unit, account_id: int) -> Account:
    """Bring an archived account back; its reminders follow their own rules again."""
    account = get(unit.db, account_id)
    if not account.archived_at:
        raise Stale(f"{account.name} is not archived.")
    before, after = write(unit, account_id, {"archived_at": None})
    unit.audit("account.unarchive", f"account:{account_id}", before, after)
    return get(unit.db, account_id)


def refuse_namesake(db: Connection, account: Account) -> None:
    """Raise UserError for an archived account that somebody brings back under a name which one in use has by now."""
    other = _in_use(db, account.name, account) if account.archived_at else None
    if other:
        rename = f"Rename that one first (/account edit {other.name}), or leave this one archived."
        raise UserError(f"There is another account called {other.name} by now.", rename)


def _in_use(db: Connection, name: str, of: Account) -> Account | None:
    """Another account in use that has this name: only their CRM ids tell two apart."""
    others = (one for one in named(db, name) if one.id != of.id and one.archived_at is None)
    same = (one for one in others if name_key(one.name) == name_key(name))
    return next((one for one in same if not (one.crm_id and of.crm_id)), None)


def write(
    unit: Unit,
    account_id: int,
    fields: Mapping[str, Any],
    *,
    note: str | None = None,
    source: str = health_history.PERSON,
    takes_back: bool = False,
    is_said: bool = False,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write fields as stored, without an audit row; what changed, before and after.

    A changed renewal date or EBR fact counts as known from now on, and the planner looks again. A health is remembered
    with what was said of it and where it came from, or, where this `takes_back` what was set, forgotten. What a person
    says (`is_said`) is a setting also where it is what stood there since this morning.
    """
    names = list(fields)
    row = unit.db.execute(f"SELECT {', '.join((*names, 'id'))} FROM accounts WHERE id = ?", (account_id,)).fetchone()
    if row is None:
        raise NotFound("That account is not known here.")
    before = {name: row[i] for i, name in enumerate(names) if row[i] != fields[name]}
    after = {name: fields[name] for name in before}
    marks = dict(after)
    if "renewal_on" in after:
        marks["renewal_known_at"] = unit.at
    if _EBR_FACTS & after.keys():
        marks["ebr_known_at"] = unit.at
    if after:
        assignments = ", ".join(f"{name} = ?" for name in marks)
        unit.db.execute(
            f"UPDATE accounts SET {assignments}, look_at = '', updated_at = ? WHERE id = ?",
            (*marks.values(), unit.at, account_id),
        )
    if {"archived_at", "churned_on"} & after.keys():
        _tell_back(unit, account_id)
    if {"health", "health_on"} & after.keys() or ((note or is_said) and "health" in fields):
        if takes_back:
            health_history.take_back(unit, [account_id])
        else:
            health_history.keep(unit, [account_id], note=note, source=source)
    return before, after


def _tell_back(unit: Unit, account_id: int) -> None:
    """Have nouns take up again what the account was left in peace with, once it is neither archived nor churned."""
    if get(unit.db, account_id).active:
        for noun in handed_in("storage", "followers"):
            if hasattr(noun, "account_back"):
                noun.account_back(unit, account_id)


def say_health(
    unit: Unit, account_id: int, health: str | None, note: str | None, *, source: str = health_history.PERSON
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set a health (None: nothing) as part of what is done, before and after: one audit row, taken back at once."""
    if health is None:
        return {}, {}
    if health not in HEALTHS:
        raise UserError(f"'{health}' is no health.", "Pick green, yellow or red.", field="health")
    fields = {"health": health, "health_on": unit.today.isoformat()}
    return write(unit, account_id, fields, note=note, source=source, is_said=True)


def look_again(unit: Unit, account_id: int, *, ebr: bool = False) -> None:
    """Have the planner look at the account at once; `ebr`: what is known of its EBRs is known from now on."""
    known = ", ebr_known_at = :at" if ebr else ""
    unit.db.execute(
        f"UPDATE accounts SET look_at = '', updated_at = :at{known} WHERE id = :id", {"at": unit.at, "id": account_id}
    )


def checked_name(name: str) -> str:
    """Return a name as it is kept: one line, single spaces; raises UserError for one that can't be kept."""
    kept = " ".join(name.split())
    if not kept:
        raise UserError("An account needs a name.", field="name")
    if len(kept) > NAME_LIMIT:
        raise UserError(
            f"That name has {counted(len(kept), 'character')}.",
            f"An account's name may have {NAME_LIMIT}.",
            field="name",
        )
    return kept


def _checked(unit: Unit, fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = fields.keys() - EDITABLE
    if unknown:
        raise ValueError(f"no such field: {sorted(unknown)}")
    for name, allowed in (("health", HEALTHS), ("outlook", OUTLOOKS)):
        if fields.get(name) not in (None, *allowed):
            raise UserError(f"{fields[name]} is no {name}.", f"Pick one of {', '.join(allowed)}.", field=name)
    if (fields.get("arr_cents") or 0) < 0:
        raise UserError("ARR can't be negative.", field="arr")
    for name in ("renewal_on", "customer_since", "last_ebr_on"):
        given = fields.get(name)
        on = given if isinstance(given, date) else maybe_day(given)
        if on and on.year not in YEARS:
            raise UserError(f"{on} is too far away.", "Such as 30 Apr 2027.", field=name)
        if on and name != "renewal_on" and on > latest_today(unit.own_today):
            raise UserError(
                f"{day_said(on, unit.own_today)} is still ahead.", "That lies in the past, or is today.", field=name
            )
    return dict(fields)


def _check_crm_id(unit: Unit, crm_id: str | None, own_id: int | None) -> None:
    if crm_id is None:
        return
    row = unit.db.execute(
        "SELECT name FROM accounts WHERE crm_id IN (SELECT value FROM json_each(?)) AND id IS DISTINCT FROM ?",
        (to_json(id_spellings(crm_id)), own_id),
    ).fetchone()
    if row:
        raise UserError(f"CRM id {crm_id} belongs to {row[0]}.", "Each account has its own.", field="crm_id")


def _told(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "name_key"}
