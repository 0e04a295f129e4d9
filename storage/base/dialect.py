"""What the engines say differently, each with a name; all other SQL is one text that both understand.

`tests/base/test_one_text.py` lists the words that no other file of the room may hold. One idiom is not named, since it
is everywhere: `IN (SELECT value FROM json_each(?))`, with ids or texts as one JSON array.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NEW_LINE = "char(10)"
ALL = 1_000_000_000
"""A LIMIT that leaves nothing out."""
NOW = "(julianday('now') - 2440587.5) * 86400.0"
"""The database's time, in seconds since 1970."""
LIKE_NAMES = "accounts_fts JOIN accounts ON accounts.id = accounts_fts.rowid WHERE accounts_fts MATCH ?"
"""The accounts of whose name some words begin so; `names_like` says how the words are asked for."""
HOLDING = "LIKE ? ESCAPE '!'"
"""Whether a text holds another one (`holding` of it), case minded beyond ASCII."""


def holding(text: str) -> str:
    """The parameter of HOLDING."""
    return f"%{text.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"


def names_like(words: Iterable[str]) -> str:
    """The parameter of LIKE_NAMES: every one of these words, of letters and digits, begins a word of the name."""
    return " ".join(f'"{word}"*' for word in words)


def lowered(text: str) -> str:
    """A text as SQL's `lower` gives it: ASCII alone."""
    return text.lower() if text.isascii() else "".join(sign.lower() if sign.isascii() else sign for sign in text)


def in_any_case(names: Iterable[str]) -> str:
    """Names as one JSON array, for `lower(…) IN`: it minds the case of `Ö`, people don't."""
    cases = (str.lower, str.upper, str.title, str.casefold)
    return json.dumps(sorted({lowered(said) for name in names for said in (name, *(case(name) for case in cases))}))


def days_before(day: str, days: str) -> str:
    """The day so many days before another one."""
    return f"date({day}, '-' || {days} || ' days')"


def field_of(column: str, name: str) -> str:
    """A field of a JSON object; NULL where it is not there. Compare numbers through `CAST(… AS BIGINT)`."""
    return f"json_extract({column}, '$.{name}')"


def value_for(key: str) -> str:
    """What a JSON object, which is a parameter, has for the key that a column holds; NULL for none."""
    return f"(SELECT value FROM json_each(?) WHERE key = {key})"


def patched(column: str, value: str) -> str:
    """A JSON object with the fields of another one put in; null takes one out."""
    return f"json_patch({column}, {value})"


def insert(db: Any, sql: str, values: Sequence[Any]) -> int | None:
    """Put one row in: its id, None where something is in its way. SQLite knows the id without being asked for it."""
    if (own := getattr(db, "insert", None)) is not None:
        found: int | None = own(sql, values)
        return found
    made = db.execute(sql, values)
    return int(made.lastrowid) if made.rowcount else None


def put(db: Any, table: str, values: Mapping[str, Any], returning: str = "id") -> Any:
    """Put a row in by its columns; the row as it is then."""
    marks = ", ".join("?" * len(values))
    sql = f"INSERT INTO {table}({', '.join(values)}) VALUES ({marks}) RETURNING {returning}"
    return db.execute(sql, tuple(values.values())).fetchone()


def update_row(db: Any, table: str, row_id: int, values: Mapping[str, Any]) -> None:
    """Write some columns of a row."""
    columns = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE {table} SET {columns} WHERE id = ?", (*values.values(), row_id))


def reserve(db: Any, table: str, many: int) -> int:
    """The first of so many ids of a table that nobody else gets: of rows written with their ids. For none, 0."""
    if not many:
        return 0
    if (own := getattr(db, "reserve", None)) is not None:
        return int(own(table, many))
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return (row[0] if row else 0) + 1


def version_seen(db: Any) -> int:
    """A number that changes when another connection has changed the database."""
    if (own := getattr(db, "version_seen", None)) is not None:
        return int(own())
    return int(db.execute("PRAGMA data_version").fetchone()[0])


def pointing_at(db: Any, table: str) -> list[tuple[str, str]]:
    """The columns, each with its table, that hold ids of a table."""
    if (own := getattr(db, "pointing_at", None)) is not None:
        return list(own(table))
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    return [
        (name, key["from"])
        for name in tables
        for key in db.execute(f"PRAGMA foreign_key_list({name})").fetchall()
        if key["table"] == table
    ]


def joined(value: str, between: str = "','") -> str:
    """All values of a group, in one text."""
    return f"group_concat({value}, {between})"
