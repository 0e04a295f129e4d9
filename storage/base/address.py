"""Where a database is: a file, or a server's address as libpq writes it. `CTA_BOT_DB` says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_SERVER = re.compile(r"postgres(ql)?://", re.IGNORECASE)
_PASSWORD = re.compile(r"(?<=password=)[^&\s]+")


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL database by its URL. Shown without its password."""

    url: str

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        place = parts.netloc.rpartition("@")
        user = place[0].partition(":")[0]
        shown = parts._replace(netloc=f"{user}@{place[2]}" if user else place[2])
        return _PASSWORD.sub("…", shown.geturl())

    def __repr__(self) -> str:
        return f"Server({str(self)!r})"


Address = Path | Server


def address(text: str) -> Address:
    """The database that a text names."""
    return Server(text) if _SERVER.match(text) else Path(text)


def file_of(database: Address) -> Path | None:
    """The file; None for a server."""
    return database if isinstance(database, Path) else None


def is_there(database: Address) -> bool:
    """Whether a database may be opened: a file that exists, or a server, which is asked then."""
    return isinstance(database, Server) or database.exists()
