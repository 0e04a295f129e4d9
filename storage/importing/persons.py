"""Who a file means: e-mail, Slack id or the exact name of somebody known → an address, and its person's id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base import people
from storage.base.folding import folded
from storage.base.plurals import counted

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.importing.record import Value


class UnknownPerson(ValueError):
    """Nobody, or more than one, is called so."""


class Persons:
    """Everybody known, by address (e-mail, else Slack id). Some thousand people: read once per import."""

    def __init__(self, db: Connection) -> None:
        self.made: list[int] = []
        self._address: dict[int, str] = {}
        self._ids: dict[str, int] = {}
        self._meant: dict[str, str] = {}
        names: dict[str, set[str]] = {}
        for person_id, email, slack_id, name in db.execute("SELECT id, email, slack_id, name FROM people"):
            address = email or slack_id or name
            self._address[person_id] = address
            self._ids[address] = person_id
            self._meant |= {text: address for text in (email, slack_id) if text}
            names.setdefault(folded(name), set()).add(address)
        for former, person_id in people.former_addresses(db).items():
            self._ids[former], self._meant[former] = person_id, self._address[person_id]
        self._names = names

    def address(self, text: str) -> str:
        """The address of whom the text means; raises UnknownPerson for a name that fits nobody, or several.

        An e-mail or Slack id that is not known yet is an address as well: its person is made when it is written.
        """
        if found := self._meant.get(text):
            return found
        if "@" in text or people.is_slack_id(text):
            return text
        named = self._names.get(folded(text), set())
        if len(named) != 1:
            count = counted(len(named), "person", "people") if named else "nobody"
            raise UnknownPerson(f"{count} known here {'is' if not named else 'are'} called '{text}': give the e-mail")
        return next(iter(named))

    def by_now(self, address: str) -> str:
        """The address of whom a file has named: since then they may have got an e-mail, or another one."""
        return self._meant.get(address, address)

    def address_of(self, person_id: Value) -> str | None:
        """The address of a person's id."""
        return None if person_id is None else self._address.get(int(person_id))

    def id_of(self, unit: Unit, named: Value) -> int | None:
        """The id of an address; a person not known yet is made."""
        if named is None:
            return None
        address = str(named)
        found = self._ids.get(address)
        if found is None:
            made = people.ensure(unit, address)
            found = self._ids[address] = made.id
            self._meant[address] = address
            self._address[made.id] = address
            self.made.append(made.id)
        return found
