"""Which bots may write to a database: those of its schema, and older ones that its last migrations only added to.

So that replicas can be brought up to date one after the other. `oldest` in `meta` is the oldest schema whose bot may
write; where it is not kept only the newest may. Asked by `storage/base/db.py` in each unit of work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.errors import Outdated, UserError
from storage.base.migrations import additions, migrations

if TYPE_CHECKING:
    from sqlite3 import Connection

_OLDEST = "oldest_schema"


def keep_oldest(db: Connection, version: int) -> None:
    """Remember who may write now that the migrations up to `version` are applied."""
    oldest = version
    while oldest in additions():
        oldest -= 1
    db.execute("DELETE FROM meta WHERE key = ?", (_OLDEST,))
    if oldest < version:
        db.execute("INSERT INTO meta(key, value) VALUES (?, ?)", (_OLDEST, str(oldest)))


def may_write(db: Connection, version: int) -> bool:
    """Whether this bot may write to a database of that schema, which is not older than its own."""
    known = len(migrations())
    if version <= known:
        return True
    kept = db.execute("SELECT value FROM meta WHERE key = ?", (_OLDEST,)).fetchone()
    return kept is not None and int(kept[0]) <= known


def outdated(version: int) -> Outdated:
    """What people are told by a bot that may no longer write."""
    return Outdated(
        f"A newer CTA Bot is here (schema {version}, this one knows {len(migrations())}): nothing was changed.",
        "Please try again in a moment.",
    )


def want_newest(db: Connection, version: int) -> None:
    """Raise UserError for a database of another schema than this bot's, which reading alone must not change."""
    refuse_newer(db, version)
    if version < len(migrations()):
        raise UserError(
            f"The database is of an older CTA Bot (schema {version}, this one writes {len(migrations())}).",
            "Take a backup, then run: python bot.py migrate",
        )


def refuse_newer(db: Connection, version: int) -> None:
    """Raise UserError for a database that only newer bots may write to."""
    if not may_write(db, version):
        raise UserError(
            f"The database was written by a newer CTA Bot (schema {version}, this one knows {len(migrations())}).",
            "Update the bot, or point CTA_BOT_DB to another file.",
        )
