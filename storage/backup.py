"""Copies of the database file, and bringing one back: through SQLite's online backup, so that a copy is whole.

Called by the terminal's `backup` and `restore`, and by `bot.py` at a start.
"""

from __future__ import annotations

import os
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from sqlite_utils.utils import sqlite3

from storage.migrations import MIGRATIONS
from storage.model.errors import UserError
from storage.trouble import make_private
from storage.upkeep import RESTORED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

_NAMED_IN_SLACK = ("accounts", "ctas")
_LAST_ID = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?"
_LOST = 10_000
"""More records than are made between a backup and what is lost after it, where nothing tells how many they were."""
_SHARED_LOCKS, _LOCK_BYTES = 0x40000002, 510
"""Where SQLite's processes hold their locks in a database file (its file format, "Locks")."""


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
    with _copied(source, target) as partial:
        partial.replace(target)
    return target.stat().st_size


@contextmanager
def _copied(source: Path, target: Path) -> Iterator[Path]:
    """A checked copy of a database beside the target, private and whole in one file, to be moved to its place."""
    partial = target.with_name(f"{target.name}.part")
    try:
        partial.unlink(missing_ok=True)
        make_private(partial)
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(partial)) as new:
            old.backup(new)
            # Who starts from a copy was away, however young it is: it may not know what was sent since.
            new.execute("INSERT OR REPLACE INTO meta(key, value) VALUES ('alive_at', ?)", (RESTORED,))
            _leave_ids_behind(new, target)
            new.commit()
            new.execute("PRAGMA journal_mode=DELETE")
            found = new.execute("PRAGMA quick_check").fetchone()[0]
        if found != "ok":
            raise UserError(f"The copy is damaged ({found}).", "Check the disk, and the database with doctor.")
        yield partial
    except (OSError, sqlite3.Error) as error:
        raise UserError(f"{target} can't be written: {error}.", "Check the folder and the space left.") from error
    finally:
        partial.unlink(missing_ok=True)


def _leave_ids_behind(copy: sqlite3.Connection, replaced: Path) -> None:
    """Have ids of the copy begin past all that Slack's messages may name of the time that it does not know.

    Else a button of a card that was posted in that time would close the CTA of another account.
    """
    for table in _NAMED_IN_SLACK:
        seen = 0
        with suppress(sqlite3.Error, OSError):
            if replaced.exists():
                with closing(sqlite3.connect(f"file:{replaced}?mode=ro", uri=True)) as old:
                    seen = old.execute(_LAST_ID, (table,)).fetchone()[0]
        known = copy.execute(_LAST_ID, (table,)).fetchone()[0]
        copy.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        copy.execute("INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)", (table, max(known + _LOST, seen)))


def restore(backup: Path, target: Path, now: datetime) -> Path | None:
    """Put a backup in the database's place; where the file that it replaced is kept, None where there was none.

    Its `-wal` and `-shm` go with the old file. Raises UserError, and changes nothing, for a backup that is not there,
    is no database of ours, is damaged or of a newer schema, and while anybody has the database open.
    """
    if not backup.exists():
        raise UserError(f"There is no file {backup}.", "Name the backup to bring back.")
    if target.exists() and target.samefile(backup):
        raise UserError(f"{backup} is the database itself.", "Name the backup to bring back.")
    _ask(backup, "SELECT count(*) FROM meta", "It is no backup of this bot.")
    version = _ask(backup, "PRAGMA user_version", "")
    if version > len(MIGRATIONS):
        raise UserError(
            f"{backup} was written by a newer CTA Bot (schema {version}, this one knows {len(MIGRATIONS)}).",
            "Update the bot first.",
        )
    if is_in_use(target):
        raise UserError(f"{target} is in use.", "Stop the bot (and whatever else has it open) first.")
    kept = target.with_name(f"{target.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
    with _copied(backup, target) as partial:
        was_there = target.exists()
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                target.with_name(target.name + ending).replace(kept.with_name(kept.name + ending))
        partial.replace(target)
    return kept if was_there else None


def is_in_use(path: Path) -> bool:
    """Whether another process has the database open: it then holds a lock on it, whatever is in the file."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return False
    if not path.exists():
        return False
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES, _SHARED_LOCKS, os.SEEK_SET)
        except OSError:
            return True
        fcntl.lockf(file, fcntl.LOCK_UN, _LOCK_BYTES, _SHARED_LOCKS, os.SEEK_SET)
    return False


def schema_version(path: Path) -> int:
    """The schema of a database file; 0 for one that is not there yet. Raises UserError for another kind of file."""
    return _ask(path, "PRAGMA user_version") if path.exists() else 0


def _ask(path: Path, query: str, hint: str = "CTA_BOT_DB says where it is.") -> int:
    try:
        with closing(sqlite3.connect(path)) as db:
            return int(db.execute(query).fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise UserError(f"{path} is no usable database: {error}.", hint) from error
