"""Copies of the database file: taken through SQLite's online backup, so that the bot can go on writing."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sqlite_utils.utils import sqlite3

from storage.model.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path


def back_up(source: Path, target: Path, *, overwrite: bool = False) -> int:
    """Copy the database to a file and check the copy; its size in bytes.

    The copy takes the target's place only when it is whole. Raises UserError where there is nothing to copy, where
    the target exists (unless `overwrite`), where it can't be written, and where the source is no database of ours.
    """
    if not source.exists():
        raise UserError(f"There is no database at {source}.", "CTA_BOT_DB says where it is.")
    if target.exists():
        if target.samefile(source):
            raise UserError(f"{target} is the database itself.", "Name another file.")
        if not overwrite:
            raise UserError(f"{target} exists already.", "Name another file, or overwrite it with --force.")
    _ask(source, "SELECT count(*) FROM meta")  # so that what is wrong with the source is not said of the target
    partial = target.with_name(f"{target.name}.part")
    try:
        partial.unlink(missing_ok=True)
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(partial)) as new:
            old.backup(new)
            # Who starts from a copy was away, however young it is: it may not know what was sent since.
            new.execute("INSERT OR REPLACE INTO meta(key, value) VALUES ('alive_at', '1970-01-01T00:00:00Z')")
            new.commit()
            new.execute("PRAGMA journal_mode=DELETE")
            found = new.execute("PRAGMA quick_check").fetchone()[0]
        if found != "ok":
            raise UserError(f"The copy is damaged ({found}).", "Check the disk, and the database with doctor.")
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise UserError(f"{target} can't be written: {error}.", "Check the folder and the space left.") from error
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size


def schema_version(path: Path) -> int:
    """The schema of a database file; 0 for one that is not there yet. Raises UserError for another kind of file."""
    return _ask(path, "PRAGMA user_version") if path.exists() else 0


def _ask(path: Path, query: str) -> int:
    try:
        with closing(sqlite3.connect(path)) as db:
            return int(db.execute(query).fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise UserError(f"{path} is no usable database: {error}.", "CTA_BOT_DB says where it is.") from error
