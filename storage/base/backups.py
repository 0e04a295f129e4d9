"""A copy each night, checked and rotated: the policy's `[backup]` says where, when and how many are kept.

Called by reminders/engine/scheduler.py each minute; whether one is due is read from the folder, so that a bot that was
away at its time makes up for it. A file `cta-bot-2026-11-29.db` is a whole database, to be brought back by `restore`.
"""

from __future__ import annotations

import re
from contextlib import closing, suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils.utils import sqlite3

from storage.base.backup import back_up
from storage.base.errors import UserError
from storage.base.moments import zone
from storage.base.trouble import BROKEN, driver_said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from storage.base.policy import Backup, Policy

_NAME = "cta-bot-{}.db"
_NAMED = re.compile(r"cta-bot-(\d{4}-\d{2}-\d{2})\.db")
_GROWING = ("accounts", "ctas", "people", "audit")
"""Tables that only grow: a copy that has fewer rows of one than before it was made is not whole."""


def backup_due(policy: Policy, now: datetime) -> date | None:
    """The civil day whose backup is to be made now; None where there is no folder, or it is made, or too early."""
    wanted = policy.backup
    if not wanted.folder:
        return None
    local = now.astimezone(zone(policy.timezone))
    hour, minute = map(int, wanted.at.split(":"))
    day = local.date()
    if local.time() < time(hour, minute) or (Path(wanted.folder) / _NAME.format(day)).exists():
        return None
    return day


def make_backup(database: Path, wanted: Backup, day: date, halted: Callable[[], bool] = lambda: False) -> Path:
    """Make the day's backup, compare it with the database, drop those that are kept no longer; where it is.

    Raises UserError where it can't be made, or lacks rows, and once it is `halted`.
    """
    folder = Path(wanted.folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The backup folder {folder} can't be had: {error.strerror}.", "The policy names it."
        ) from error
    made, before = folder / _NAME.format(day), _rows(database)
    back_up(database, made, halted=halted)
    lacking = [table for table, rows in _rows(made).items() if rows < before[table]]
    if lacking:
        made.unlink()
        raise UserError(f"The backup lacks rows of {', '.join(lacking)}.", "Check the disk; it is tried again.")
    for old in kept_no_longer(_days(folder), wanted):
        with suppress(OSError):
            (folder / _NAME.format(old)).unlink()
    return made


def latest_backup(policy: Policy) -> date | None:
    """The day of the newest backup; None for none."""
    return max(_days(Path(policy.backup.folder)), default=None) if policy.backup.folder else None


def kept_no_longer(days: Iterable[date], wanted: Backup) -> list[date]:
    """Of the days that have a backup, those whose is dropped.

    Kept are the newest days, and of the newest weeks (ISO) and months that have any the newest in each. One is always.
    """
    newest_first = sorted(days, reverse=True)
    weeks: dict[tuple[int, int], date] = {}
    months: dict[tuple[int, int], date] = {}
    for day in newest_first:
        weeks.setdefault(day.isocalendar()[:2], day)
        months.setdefault((day.year, day.month), day)
    kept = {
        *newest_first[: max(1, wanted.keep_daily)],
        *list(weeks.values())[: wanted.keep_weekly],
        *list(months.values())[: wanted.keep_monthly],
    }
    return [day for day in newest_first if day not in kept]


def _days(folder: Path) -> Iterator[date]:
    for path in folder.glob("cta-bot-*.db") if folder.is_dir() else ():
        if found := _NAMED.fullmatch(path.name):
            with suppress(ValueError):
                yield date.fromisoformat(found[1])


def _rows(path: Path) -> dict[str, int]:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return {table: int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in _GROWING}
    except (sqlite3.Error, *BROKEN) as error:
        raise UserError(
            f"{path} can't be read: {driver_said(error)}.", "Check the disk, and the database with doctor."
        ) from error
