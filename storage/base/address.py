"""Where a database is: a file, or a server's address as libpq writes it. `CTA_BOT_DB` says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from storage.base.errors import UserError

_SERVER = re.compile(r"(postgres(?:ql)?)://", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[\w.+-]{2,}:/|.*\b(?:password|dbname) *=", re.IGNORECASE | re.DOTALL)
"""What other programs take for a database: a URL of another kind, libpq's words. As a file it would be a new one."""
_USERS = re.compile(r"(?<=://)([^/:@]*):(.*)@", re.DOTALL)
"""The user and the password, to the last @: signs that a URL has codes for stand in passwords all the same."""
_PASSWORD = re.compile(r"(?<=password=)[^&\s]+")
_SIGNS = re.compile(r"[/?#@:%\[\]\s]+")
_TELLING = 3


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL database by its URL. Shown without its password."""

    url: str

    def __str__(self) -> str:
        return _PASSWORD.sub("…", _USERS.sub(lambda found: f"{found[1]}@" if found[1] else "", self.url))

    def __repr__(self) -> str:
        return f"Server({str(self)!r})"


Address = Path | Server


def address(text: str) -> Address:
    """The database that a text names. Raises UserError, without the text, for what is neither a file nor a server."""
    text = text.strip()
    if found := _SERVER.match(text):
        return Server(f"{found[1].lower()}{text[found.end(1) :]}")
    if _ELSEWHERE.match(text):
        raise UserError(
            "That is no address of a database that the bot knows.",
            "Name a file, or postgresql://user:password@host/name.",
        )
    return Path(text)


def file_of(database: Address) -> Path | None:
    """The file; None for a server."""
    return database if isinstance(database, Path) else None


def is_there(database: Address) -> bool:
    """Whether a database may be opened: a file that exists, or a server, which is asked then."""
    return isinstance(database, Server) or database.exists()


def without_password(said: str, url: str) -> str:
    """What a driver says, without what it repeats of an address's password where it can't make out the address."""
    found = _USERS.search(url)
    secrets = [found[2], *_SIGNS.split(found[2])] if found else []
    for secret in [*secrets, *_PASSWORD.findall(url)]:
        said = said.replace(secret, "…") if len(secret) >= _TELLING else said
    return said
