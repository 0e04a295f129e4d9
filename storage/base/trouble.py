"""What can be wrong with the database file, in words that name it: full, busy, damaged, not ours to write, or gone.

Called by `db.py` for every unit of work, by the guard for what a person asked, and by the terminal.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils.utils import sqlite3

from storage.base.address import address
from storage.base.errors import Busy, Damaged, FileTrouble, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from storage.base.address import Address

PRIVATE = 0o600
"""Whoever runs the bot may read and write what holds customers' data, and nobody else."""
_GIVE = "Give the file, its -wal and its folder to the bot's user."
_RESTORE = "Stop the bot and restore a backup: python bot.py restore FILE."
_SAID = (
    ("full", "The disk of {path} is full.", "Free some space there; nothing was changed."),
    ("malformed", "The database {path} is damaged.", _RESTORE),
    ("could not decode", "The database {path} is damaged.", _RESTORE),
    ("not a database", "{path} is no usable database: {error}.", "CTA_BOT_DB says where it is."),
    ("readonly", "{path} can't be written by this user.", _GIVE),
    ("unable to open", "{path} can't be opened by this user.", _GIVE),
    ("disk i/o", "The disk of {path} fails: {error}.", "Look at the disk, then at the file with doctor."),
)


BROKEN = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What is raised by a file that is damaged: what SQLite quotes of its schema need not be letters."""


class Unreachable(sqlite3.OperationalError):
    """A server that can't be used, with what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def busy() -> Busy:
    """Somebody else has the file for now."""
    return Busy("The database is busy with something larger.", "Try again in a moment; nothing was changed.")


_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG)
_OF_A_NAME = (errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR)
_SHOWN = 60
_SHM = 1 << 15  # bytes that SQLite needs beside the file to open it at all


def in_words(error: BaseException, path: Address) -> UserError | None:
    """What is wrong with the file, by what the driver said; None for an error that is not about the file."""
    if isinstance(error, PermissionError):
        return FileTrouble(f"{error.filename or path} can't be used by this user.", "Give it to the bot's user.")
    if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
        return FileTrouble(
            f"{error.filename or 'What was asked for'} can't be written: {error.strerror}.", "Look at the disk."
        )
    if isinstance(error, Unreachable):
        return FileTrouble(str(error), error.hint)
    quotes = isinstance(error, UnicodeDecodeError) and b"malformed database schema" in error.object
    if not isinstance(error, sqlite3.DatabaseError) and not quotes:
        return None
    said = driver_said(error)
    if "locked" in said:
        return busy()
    if "disk I/O" in said and _is_full(path):  # what SQLite says where there is no room for its -shm
        said = f"full ({said})"
    for part, message, hint in _SAID:
        if part in said.casefold():
            kind = Damaged if hint == _RESTORE else FileTrouble
            return kind(message.format(path=path, error=said), hint)
    return None


def _is_full(path: Address) -> bool:
    try:
        return isinstance(path, Path) and shutil.disk_usage(path.parent).free < _SHM
    except OSError:
        return False


def database_said(environment: Mapping[str, str]) -> Address:
    """The database by the environment, to be named in words: without its password."""
    return address(environment.get("CTA_BOT_DB") or "the database")


def driver_said(error: BaseException) -> str:
    """What SQLite said, where what it quotes is no letters, too."""
    return error.object.decode(errors="replace") if isinstance(error, UnicodeDecodeError) else str(error)


def typed_wrong(error: BaseException) -> UserError | None:
    """What is wrong with a word of the command line, where nothing could be made of it; None for another error."""
    if isinstance(error, OSError) and error.errno in _OF_A_NAME:
        return FileTrouble(f"{str(error.filename)[:_SHOWN]} is no file: {error.strerror}.", "Name another one.")
    if isinstance(error, UnicodeEncodeError) and error.encoding == "utf-8":
        return FileTrouble("What was typed holds bytes that are no letters of UTF-8.", "Type it anew.")
    return None


def insist_on_file(path: Path) -> None:
    """Raise UserError for a database that is a folder, a pipe or a device: nothing of ours is put in its place."""
    if path.exists() and not path.is_file():
        raise UserError(f"{path} is no file.", "CTA_BOT_DB names the file that the database is, or is to be.")


def make_private(path: Path) -> None:
    """Have a new file be there for its owner alone; one that exists stays as it is."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    except FileExistsError:
        return


def make_private_output(stream: TextIO) -> None:
    """Have a file that a shell made for our output be there for its owner alone; what held something stays as it is."""
    try:
        number = stream.fileno()
        found = os.fstat(number)
        if stat.S_ISREG(found.st_mode) and found.st_size == 0 and found.st_uid == os.getuid():
            os.fchmod(number, PRIVATE)
    except (OSError, ValueError, AttributeError):  # no file, or a system without modes
        return


def is_open_to_others(path: Path) -> bool:
    """Whether others than the owner may read or write a file."""
    return path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _which(path: Path | str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - half the cost of Path.stat, once a unit of work
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


class Identity:
    """Which file it is, so that one moved over it, or taken away, under a running bot is noticed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = f"{path}-wal"
        self._known = _which(path)

    def log(self) -> tuple[int, int] | None:
        """Which file its -wal is."""
        return _which(self._log)

    def log_bytes(self) -> int:
        """How large that is."""
        try:
            return os.stat(self._log).st_size  # noqa: PTH116 - as above
        except FileNotFoundError:
            return 0

    def log_lost(self) -> FileTrouble:
        """What to say where that is gone, or another one."""
        return FileTrouble(
            f"{self._log} was taken away under the running bot: nothing is kept any more.",
            "It is part of the database, never delete it. Look at the database with doctor, then start the bot.",
        )

    def problem(self) -> FileTrouble | None:
        """What became of the file; None while it is the one that was opened."""
        now = _which(self._path)
        if now == self._known:
            return None
        what = "gone" if now is None else "another file than at the start"
        return FileTrouble(
            f"The database {self._path} is {what}: nothing is kept any more.",
            "Stop the bot before moving its file, and use `restore` to bring back a backup.",
        )

    def insist(self) -> None:
        """Raise FileTrouble unless it is the file that was opened."""
        if problem := self.problem():
            raise problem
