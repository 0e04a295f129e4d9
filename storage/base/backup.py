"""Copies of the database file, and bringing one back: through SQLite's online backup, so that a copy is whole.

Called by the terminal's `backup` and `restore`, and by `bot.py` at a start.
"""

from __future__ import annotations

import glob
import os
import shutil
from contextlib import closing, contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING

from sqlite_utils.utils import sqlite3

from storage.base.errors import UserError
from storage.base.migrations import migrations
from storage.base.trouble import BROKEN, PRIVATE, driver_said, in_words, insist_on_file, make_private
from storage.base.upkeep import EPOCH, RESTORED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

_LAST_IDS = "SELECT name, seq FROM sqlite_sequence"
_WITH_IDS = (  # the tables of the search index number pages, which nobody sees
    "SELECT name FROM sqlite_master"
    " WHERE type = 'table' AND sql GLOB '*[( ' || char(10) || ']id INTEGER PRIMARY KEY*'"
    " AND name NOT LIKE 'accounts_fts%'"
)
_LOST, _LOST_OF_TYPED = 1_000_000, 10_000
"""More records than are made between a backup and what is lost after it, where nothing tells how many they were.

Of those whose ids people read and type fewer are made.
"""
_TYPED = ("accounts", "ctas")
_BESIDE = ("-wal", "-shm")
_PAGES = 1000
"""Copied between two looks whether the copy is wanted still."""
_CUT_SHORT = 3600.0  # seconds: a copy that was begun so long ago is made by nobody any more
_SHARED_LOCKS, _LOCK_BYTES = 0x40000002, 510
"""Where SQLite's processes hold their locks in a database file (its file format, "Locks")."""


def back_up(source: Path, target: Path, *, overwrite: bool = False, halted: Callable[[], bool] = lambda: False) -> int:
    """Copy the database to a file and check the copy; its size in bytes.

    The copy takes the target's place only when it is whole. Raises UserError where there is nothing to copy, where
    the target exists (unless `overwrite`), where it can't be written, where the source is no database of ours, and once
    it is `halted`.
    """
    if not source.exists():
        raise UserError(f"There is no database at {source}.", "CTA_BOT_DB says where it is.")
    insist_on_file(source)
    target = _meant(target)
    if target.exists():
        if target.samefile(source):
            raise UserError(f"{target} is the database itself.", "Name another file.")
        if not target.is_file():
            raise UserError(f"{target} is no file.", "Name a file: a device or folder would be lost.")
        if not overwrite:
            raise UserError(f"{target} exists already.", "Name another file, or overwrite it with --force.")
    _ask(source, "SELECT count(*) FROM meta")  # so that what is wrong with the source is not said of the target
    with _copied(source, target, halted=halted) as partial:
        partial.replace(target)
    return target.stat().st_size


def keep_before_update(path: Path) -> None:
    """Keep a copy of an older bot's database before it is brought to a newer schema, which is its name's end.

    `restore` brings it back, for the older bot. It takes the place of one of an update before, from which somebody went
    back. Raises UserError where it can't be made: then nothing is changed.
    """
    with _copied(path, _before_update(path, schema_version(path))) as partial:
        # Another process may have begun to update it meanwhile: that one's copy is the older bot's.
        if (copied := schema_version(partial)) < len(migrations()):
            partial.replace(_before_update(path, copied))


def _before_update(path: Path, schema: int) -> Path:
    return path.with_name(f"{path.name}.before-update-{schema}")


def copies_beside(database: Path) -> list[Path]:
    """What restores and updates left beside a database, each a copy of it: also one that was cut short."""
    name = glob.escape(database.name)
    return sorted(
        path
        for kind in ("before-update-*", "replaced-*", "*.part")
        for path in database.parent.glob(f"{name}.{kind}")
        if not path.name.endswith(("-wal", "-shm"))
    )


def _forget_cut_short(partial: Path, target: Path) -> None:
    """Drop what copies that were killed have left here: copies of customers' data that nobody looks after."""
    young = partial.stat().st_mtime - _CUT_SHORT
    for left in target.parent.glob(f"{glob.escape(target.name)}.*.part*"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < young:
                left.unlink()


def _go_on(halted: Callable[[], bool]) -> None:
    if halted():
        raise UserError("The copy was cut short.", "Make it anew.")


@contextmanager
def _copied(
    source: Path,
    target: Path,
    replaced: Path | None = None,
    epoch: str = "",
    halted: Callable[[], bool] = lambda: False,
) -> Iterator[Path]:
    """A checked copy of a database beside the target, private and whole in one file, to be moved to its place.

    `replaced` is the database whose place it takes, `epoch` what the bot's messages are marked with from then on.
    """
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        partial.unlink(missing_ok=True)
        make_private(partial)
        _forget_cut_short(partial, target)
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(partial)) as new:
            new.set_progress_handler(halted, 100_000)
            old.execute("BEGIN")  # one moment of it: else who writes meanwhile has the copy begin anew
            old.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            old.backup(new, pages=_PAGES, progress=lambda *_: _go_on(halted))
            _leave_ids_behind(new, replaced)
            # Who starts from a copy was away, however young it is: it may not know what was sent since.
            new.execute("INSERT OR REPLACE INTO meta(key, value) VALUES ('alive_at', ?)", (RESTORED,))
            if epoch:
                new.execute("INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)", (EPOCH, epoch))
            new.commit()
            new.execute("PRAGMA journal_mode=DELETE")
            found = new.execute("PRAGMA quick_check").fetchone()[0]
        if found != "ok":
            raise UserError(f"The copy is damaged ({found}).", "Check the disk, and the database with doctor.")
        yield partial
    except (OSError, sqlite3.Error, *BROKEN) as error:
        why = getattr(error, "strerror", None) or driver_said(error)
        raise UserError(f"{target} can't be written: {why}.", "Check the folder and the space left.") from error
    finally:
        partial.unlink(missing_ok=True)
        partial.with_name(f"{partial.name}-journal").unlink(missing_ok=True)


def _leave_ids_behind(copy: sqlite3.Connection, replaced: Path | None) -> None:
    """Have ids of the copy begin past all that Slack's messages may name of the time that it does not know.

    Else a button of a card that was posted in that time would close the CTA of another account. A copy that `backup`
    made, and that nobody ran since, has left them behind already: then what it replaces says how many were given out.
    All ids are counted, also where an older bot's file does not do so itself yet.
    """
    seen: dict[str, int] = {}
    is_read = True
    try:
        if replaced is not None and replaced.exists():
            with closing(sqlite3.connect(f"{replaced.resolve().as_uri()}?mode=ro", uri=True)) as old:
                seen = _last_ids(old)
    except (OSError, sqlite3.Error, *BROKEN):
        is_read = False
    alive = copy.execute("SELECT value FROM meta WHERE key = 'alive_at'").fetchone()
    is_done = replaced is not None and is_read and alive is not None and alive[0] == RESTORED
    counted, known = dict(copy.execute(_LAST_IDS)), _last_ids(copy)
    copy.execute("DELETE FROM sqlite_sequence")
    copy.executemany(
        "INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)",
        [
            (table, max(last + (0 if is_done and table in counted else _lost(table)), seen.get(table, 0)))
            for table, last in known.items()
        ],
    )


def _lost(table: str) -> int:
    return _LOST_OF_TYPED if table in _TYPED else _LOST


def _last_ids(db: sqlite3.Connection) -> dict[str, int]:
    """The last id that each table gave out, as far as the file tells."""
    found = {
        table: int(db.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"').fetchone()[0])
        for (table,) in db.execute(_WITH_IDS).fetchall()
    }
    for table, last in db.execute(_LAST_IDS):
        found[table] = max(last, found.get(table, 0))
    return found


def restore(backup: Path, target: Path, now: datetime) -> Path | None:
    """Put a backup in the database's place; where the file that it replaced is kept, None where there was none.

    Its `-wal` and `-shm` go with the old file. Raises UserError, and changes nothing, for a backup that is not there,
    is no database of ours, is damaged or of a newer schema, and while anybody has the database open. Killed in the
    middle it leaves the old file or the new one, whole.
    """
    insist_on_file(target)
    if not backup.is_file():
        raise UserError(f"There is no file {backup}.", "Name the backup to bring back.")
    target = _meant(target)
    if target.exists() and target.samefile(backup):
        raise UserError(f"{backup} is the database itself.", "Name the backup to bring back.")
    _refuse_foreign(backup)
    with _alone(target):
        if is_in_use(target):
            raise _in_use(target)
        with _copied(backup, target, target, f"{now:%Y%m%dT%H%M%S}-{os.urandom(2).hex()}") as partial:
            _fold(target)
            with _locked(target):
                kept = _keep(target, f"{now:%Y%m%dT%H%M%SZ}") if target.exists() else None
                for ending in reversed(_BESIDE):
                    target.with_name(target.name + ending).unlink(missing_ok=True)
                partial.replace(target)
    return kept


def _meant(path: Path) -> Path:
    """What a link leads to: a database that was put on another disk by a link stays there."""
    return path.resolve() if path.is_symlink() else path


def _in_use(target: Path) -> UserError:
    return UserError(f"{target} is in use.", "Stop the bot (and whatever else has it open) first.")


def _refuse_foreign(backup: Path) -> None:
    """Raise UserError for what is no backup of ours, or a damaged one, or one of a newer bot."""
    hint = "It is no backup of this bot."
    try:
        with closing(sqlite3.connect(backup)) as db:
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            problem = "" if {"meta", "outbox", "audit"} <= tables and version else "it holds other tables"
            found = "" if problem else db.execute("PRAGMA quick_check(1)").fetchone()[0]
    except BROKEN as error:
        if "malformed" not in driver_said(error):
            if "not a database" not in driver_said(error) and (trouble := in_words(error, backup)):
                raise trouble from error  # whose it is, or the disk: it may be a good one
            raise UserError(f"{backup} is no usable database: {error}.", hint) from error
        problem, found, version = "", driver_said(error), 0
    if problem:
        raise UserError(f"{backup} is of another program: {problem}.", hint)
    if found != "ok":
        raise UserError(
            f"{backup} is damaged ({found.splitlines()[-1]}).", "Take an older backup; nothing was changed."
        )
    if version > len(migrations()):
        raise UserError(
            f"{backup} was written by a newer CTA Bot (schema {version}, this one knows {len(migrations())}).",
            "Update the bot first.",
        )


def _fold(target: Path) -> None:
    """Bring what a killed process left in the `-wal` into a file that is well, so that it is whole without it."""
    if not target.exists():
        return
    with suppress(sqlite3.Error, *BROKEN):
        # Read-only first: to close a connection that may write would fold the -wal of another file into this one.
        with closing(sqlite3.connect(f"{target.resolve().as_uri()}?mode=ro", uri=True)) as old:
            if old.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                return
        with closing(sqlite3.connect(target)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _keep(target: Path, moment: str) -> Path:
    """Give what stands at the target a second name, which nothing had before, with all that belongs to it."""
    for number in count(1):
        kept = target.with_name(f"{target.name}.replaced-{moment}{f'-{number}' if number > 1 else ''}")
        try:
            _name_also(target, kept)
        except FileExistsError:
            continue
        break
    for ending in _BESIDE:
        with suppress(FileNotFoundError):
            _name_also(target.with_name(target.name + ending), kept.with_name(kept.name + ending))
    return kept


def _name_also(path: Path, name: Path) -> None:
    try:
        name.hardlink_to(path)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:  # a disk without such links
        with path.open("rb") as old, name.open("xb") as new:
            name.chmod(PRIVATE)
            shutil.copyfileobj(old, new)
            os.fsync(new.fileno())


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """One restore at a time in a folder, and what it did there is on the disk at the end."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        yield
        return
    try:
        folder = os.open(target.parent, os.O_RDONLY)
    except OSError as error:
        raise UserError(f"{target.parent} can't be used: {error.strerror}.", "CTA_BOT_DB says where it is.") from error
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(
                f"Another restore is under way in {target.parent}.", "Try again when it is done."
            ) from error
        yield
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Nobody opens the database meanwhile. Raises UserError where somebody has it open."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        yield
        return
    if not path.exists():
        yield
        return
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES, _SHARED_LOCKS, os.SEEK_SET)
        except OSError as error:
            raise _in_use(path) from error
        yield  # the lock ends with the file's closing


def is_in_use(path: Path) -> bool:
    """Whether another process has the database open: it then holds a lock on it, whatever is in the file."""
    insist_on_file(path)
    try:
        with _locked(path):
            return False
    except UserError:
        return True


def schema_version(path: Path) -> int:
    """The schema of a database file; 0 for one that is not there yet. Raises UserError for another kind of file."""
    return _ask(path, "PRAGMA user_version") if path.exists() else 0


def _ask(path: Path, query: str, hint: str = "CTA_BOT_DB says where it is.") -> int:
    try:
        with closing(sqlite3.connect(path)) as db:
            return int(db.execute(query).fetchone()[0])
    except BROKEN as error:
        unknown = UserError(f"{path} is no usable database: {driver_said(error)}.", hint)
        raise (in_words(error, path) or unknown) from error
