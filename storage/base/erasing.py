"""Erasing somebody who has left: their names and what they wrote go, what they did stays under no name.

Called by `bot.py people erase`. In pieces, so that others can write meanwhile; who they are goes last, so that one that
was cut short is done again to its end.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from storage.base import people
from storage.base.db import to_json
from storage.base.errors import NotFound, UserError
from storage.base.ground import ground_of
from storage.base.remarks import ERASED, remarks, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Store, Unit
    from storage.base.ground import Table
    from storage.base.person import Person
    from storage.base.remarks import Remark

_AT_ONCE = 200
_OTHERS_OWN = {"accounts": {"name", "name_key", "crm_id", "crm_url"}}
_LEFT_ALONE = ("people", "former_addresses", "meta", "leases", "replicas", "inbox")
_FIELD = "field"
"""The column that says of which field a row's values are, as a conflict's."""
_COPIES = ("outbox", "webhook_calls")
"""Tables in whose sentences somebody's words may stand."""
_LONG = 12
"""Shorter words may be anybody's: they go where they are called words, not where they stand within a sentence."""
_ONE_WORD = 1


@dataclass
class Erasure:
    """What is erased, or would be: remarks, texts that named the person by table, and what to say beside it."""

    person: Person
    became: str = ""
    address: str = ""
    """By which they can be erased once more: what was left then goes, too."""
    remarks: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    name_stays: bool = False
    """Others bear the same name, or it is a single word: in sentences it stays."""


def leaver(db: Connection, email: str) -> Person:
    """The person of an address, or of one of before. Raises NotFound, and UserError for who is active, or may be."""
    person = people.by_email(db, email)
    if person is None and (former := people.former_addresses(db).get(email.strip().lower())):
        person = people.get(db, former)
    if person is None:
        raise NotFound(f"Nobody here has the address {email}.", "`export people` names everybody.")
    if person.deactivated:
        return person
    if person.slack_id is not None:
        raise UserError(
            f"{person.name} is active in Slack: only somebody who has left is erased.",
            "Deactivate them there first; the bot hears of it by itself. Nothing was changed.",
        )
    if db.execute("SELECT 1 FROM meta WHERE key = 'directory_read_at'").fetchone() is None:
        raise UserError(
            f"Whether {person.name} has left is not known: Slack's directory was never read.",
            "Start the bot once. Nothing was changed.",
        )
    return person


def look(store: Store, person: Person) -> Erasure:
    """What would be erased; nothing is changed."""
    return _Eraser(store, person).found


def erase(store: Store, person: Person, now: datetime, pause: Callable[[], object] = lambda: None) -> Erasure:
    """Erase somebody; `pause` is called after each piece. Raises UserError for somebody who has come back meanwhile."""
    eraser = _Eraser(store, person)
    eraser.work(now, pause)
    return eraser.found


def _is_long(text: str) -> bool:
    return len(text) >= _LONG and " " in text


class _Eraser:
    def __init__(self, store: Store, person: Person) -> None:
        self._store, self._person = store, person
        self.found = Erasure(person, f"Former colleague {person.id}", f"former-{person.id}@erased.invalid")
        self._names = words()
        with store.read() as db:
            self._is_shared = _is_shared(db, person)
            self.found.name_stays = self._is_shared or len(person.name.split()) <= _ONE_WORD
            former = [one for one, person_id in people.former_addresses(db).items() if person_id == person.id]
            self._patterns = [*self._needles(former), *self._handles(db, former)]
            self._facts = self._facts_known(db)
            self._own, self._others = self._words_by_audit(db)
            self._said = self._words_of(db) | {text for text in self._own if _is_long(text)}
            self._long = [text for text in self._said if _is_long(text)]
            self._by_first_line = self._lines_said()
            # The audit last: by it one that was cut short knows whose words are left.
            self._changes = sorted(self._sweep(db), key=lambda change: change[0].name == "audit")
        for table, _, changed in self._changes:
            self.found.texts[table.name] += len(changed)

    def _needles(self, former: list[str]) -> Iterator[tuple[re.Pattern[str], str]]:
        """What names the person, or did, in the order in which it is looked for."""
        person, became = self._person, self.found.became
        addresses = [one for one in (person.email, person.slack_id, *former) if one]
        for address in addresses:
            if people.is_slack_id(address):
                yield re.compile(rf"<@{address}(?:\|[^>]*)?>"), became
                yield re.compile(rf"\b{address}\b"), became
            else:
                yield re.compile(rf"(?<![\w.+-]){re.escape(address)}(?![\w-])", re.IGNORECASE), self.found.address
        if person.dm_channel:
            yield re.compile(rf"\b{person.dm_channel}\b"), "erased"
        if not self.found.name_stays:
            yield re.compile(rf"(?<!\w){re.escape(person.name)}(?!\w)", re.IGNORECASE), became

    def _handles(self, db: Connection, former: list[str]) -> Iterator[tuple[re.Pattern[str], str]]:
        """How Slack names them where somebody mentions them in words: `@maya`, the beginning of their address."""
        others = {
            row[0].partition("@")[0]
            for row in db.execute("SELECT email FROM people WHERE id <> ?", (self._person.id,))
            if row[0]
        }
        for address in [self._person.email or "", *former]:
            handle, at, _ = address.lower().partition("@")
            if handle and at and handle not in others:
                yield re.compile(rf"(?<![\w.+-])@{re.escape(handle)}(?![\w@-]|\.\w)", re.IGNORECASE), self.found.became

    def _facts_known(self, db: Connection) -> set[str]:
        """What is called as words are and is none: why a CTA was closed, by its key, or what a task is called."""
        policy = self._store.policy
        found = {reason.key for reason in (*policy.reasons, *policy.renewal_reasons)}
        told = {(remark.table, word) for remark in remarks() for word in remark.words}
        for table in ground_of(self._store).tables(db):
            for column in () if table.name in (*_LEFT_ALONE, *_COPIES) else self._names & set(table.columns):
                if (table.name, column) not in told:
                    found |= {row[0] for row in db.execute(f"SELECT DISTINCT {column} FROM {table.name}")}
        return found

    def _words_by_audit(self, db: Connection) -> tuple[set[str], set[str]]:
        """What they alone are known to have written, and what others alone are: a record may hold words of both."""
        own: set[str] = set()
        others: set[str] = set()
        rows = db.execute("SELECT person_id, after FROM audit WHERE person_id IS NOT NULL AND action NOT LIKE '%.undo'")
        for person_id, after in rows:
            (own if person_id == self._person.id else others).update(self._called_words(json.loads(after)))
        return own - others - {ERASED}, others - own

    def _called_words(self, value: Any, name: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from self._called_words(inner, name.removesuffix("s") if key.isdigit() else key)
        elif isinstance(value, list):
            for inner in value:
                yield from self._called_words(inner, name)
        elif isinstance(value, str) and value and name in self._names and value not in self._facts:
            yield value

    def _words_of(self, db: Connection) -> set[str]:
        """What they wrote, and how many remarks that is."""
        said: set[str] = set()
        for remark in remarks():
            rows = db.execute(
                f"SELECT {', '.join(remark.words)} FROM {remark.table} WHERE {remark.by} = ? AND {remark.filled}",
                (self._person.id,),
            ).fetchall()
            self.found.remarks += len(rows)
            said |= {text for row in rows for text in row if text and text not in self._others}
        return said

    def _lines_said(self) -> dict[str, list[list[str]]]:
        """The lines of what they wrote, by the first: all notes of a CTA may stand in one text, each on its lines."""
        found: dict[str, list[list[str]]] = {}
        for text in sorted(self._said | self._own, key=len, reverse=True):
            lines = text.split("\n")
            found.setdefault(lines[0], []).append(lines)
        return found

    def _sweep(self, db: Connection) -> Iterator[tuple[Table, tuple[Any, ...], dict[str, tuple[str, str]]]]:
        """Of each row that tells of the person what changes: by column what it was and what it becomes."""
        ground = ground_of(self._store)
        for table in ground.tables(db):
            if table.name in _LEFT_ALONE:
                continue
            kept = _OTHERS_OWN.get(table.name, set())
            keys = [table.columns.index(name) for name in table.key]
            holds = {word for remark in remarks() if remark.table == table.name for word in remark.words}
            named = table.columns.index(_FIELD) if _FIELD in table.columns else None
            for row in ground.rows(db, table):
                own = table.name == "audit" and row[table.columns.index("person_id")] == self._person.id
                field = str(row[named]) if named is not None else ""
                changed = {
                    column: (value, became)
                    for column, value in zip(table.columns, row, strict=True)
                    if isinstance(value, str)
                    and column not in kept
                    and (became := self._without(value, table.name, field, own=own, holds=column in holds)) != value
                }
                if changed:
                    yield table, tuple(row[key] for key in keys), changed

    def _without(self, value: str, table: str, field: str, *, own: bool, holds: bool) -> str:
        """`field`: of which field the row's values are, where its table says so; they are called so."""
        if holds and (value in self._own or (value in self._said and _is_long(value))):
            return ERASED
        if value[:1] in ("{", "[", '"'):
            try:
                inside = json.loads(value)
            except ValueError:
                pass
            else:
                became = self._of_json(inside, table, field, own=own)
                return to_json(became) if became != inside else value
        return self._of_text(value, table, field, own=own) if field else self._plain(value, table)

    def _of_json(self, value: Any, table: str, name: str, *, own: bool) -> Any:
        if isinstance(value, dict):
            # What is numbered is called as all of it is: `answers: {"1": …}` are each an answer.
            one = name.removesuffix("s")
            return {
                key: self._of_json(inner, table, one if key.isdigit() else key, own=own) for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self._of_json(inner, table, name, own=own) for inner in value]
        return self._of_text(value, table, name, own=own) if isinstance(value, str) else value

    def _of_text(self, value: str, table: str, name: str, *, own: bool) -> str:
        called = name in self._names and value not in self._facts
        theirs = own or value in self._said or value in self._own if called else value in self._said and _is_long(value)
        if value and theirs:
            return ERASED
        return self._plain(self._without_lines(value, called=True) if called else value, table)

    def _without_lines(self, text: str, *, called: bool) -> str:
        lines, kept = text.split("\n"), []
        while lines:
            said = (one for one in self._by_first_line.get(lines[0], ()) if lines[: len(one)] == one)
            found = next((one for one in said if called or _is_long("\n".join(one))), None)
            kept.append(ERASED if found else lines[0])
            del lines[: len(found) if found else 1]
        return "\n".join(kept)

    def _plain(self, text: str, table: str) -> str:
        if text == self._person.name and not self._is_shared:
            return self.found.became
        if "\n" in text:  # a file has put what several people noted into one text
            text = self._without_lines(text, called=False)
        for pattern, became in self._patterns:
            text = pattern.sub(became, text)
        if table in _COPIES:
            for said in self._long:
                text = text.replace(said, ERASED)
        return text

    def work(self, now: datetime, pause: Callable[[], object]) -> None:
        """Copies first, then the words themselves, then who it was."""
        for start in range(0, len(self._changes), _AT_ONCE):
            with self._store.write(now, source="terminal") as unit:
                for table, key, changed in self._changes[start : start + _AT_ONCE]:
                    _change(unit, table, key, changed)
            pause()
        for remark in remarks():
            for part, ids in self._to_drop(remark).items():
                for start in range(0, len(ids), _AT_ONCE):
                    with self._store.write(now, source="terminal") as unit:
                        among = f"{remark.key} IN (SELECT value FROM json_each(?))"
                        drop = remark._replace(words=part).drop
                        unit.db.execute(f"{drop} WHERE {among}", (to_json(ids[start : start + _AT_ONCE]),))
                    pause()
        # Answers are kept for clicks that come again. Words stand in them as they were shown: escaped, cut, short.
        while self._drop_answers(now):
            pause()
        with self._store.write(now, source="terminal") as unit:
            self._forget(unit)

    def _drop_answers(self, now: datetime) -> int:
        with self._store.write(now, source="terminal") as unit:
            return unit.db.execute(
                "UPDATE inbox SET answer = NULL WHERE key IN"
                " (SELECT key FROM inbox WHERE answer IS NOT NULL ORDER BY key LIMIT ?)",
                (_AT_ONCE,),
            ).rowcount

    def _to_drop(self, remark: Remark) -> dict[tuple[str, ...], list[Any]]:
        """The keys of their remarks, by which words go: those that somebody else has put in since stay."""
        found: dict[tuple[str, ...], list[Any]] = {}
        for key, *texts in self._store.connection().execute(
            f"SELECT {remark.key}, {', '.join(remark.words)} FROM {remark.table}"
            f" WHERE {remark.by} = ? AND {remark.filled}",
            (self._person.id,),
        ):
            theirs = (
                word for word, text in zip(remark.words, texts, strict=True) if remark.whole or text not in self._others
            )
            if part := tuple(theirs):
                found.setdefault(part, []).append(key)
        return found

    def _forget(self, unit: Unit) -> None:
        person = people.get(unit.db, self._person.id)
        if person != self._person:
            raise UserError(f"{person.name} was changed meanwhile.", "Look again, and start anew.")
        for table in ("mutes", "former_addresses"):
            unit.db.execute(f"DELETE FROM {table} WHERE person_id = ?", (person.id,))
        unit.db.execute(
            "UPDATE people SET email = ?, name = ?, slack_id = NULL, zone = NULL, deactivated = 1, away_until = NULL,"
            " backup_id = NULL, dm_channel = NULL, runs_workspace = 0, told_at = NULL, updated_at = ? WHERE id = ?",
            (self.found.address, self.found.became, unit.at, person.id),
        )
        people.mark_person(unit, person.id)
        counts = {"notes": self.found.remarks, "texts": self.found.texts.total()}
        unit.audit("person.erase", f"person:{person.id}", {}, counts)


def _is_shared(db: Connection, person: Person) -> bool:
    same = db.execute(
        "SELECT 1 FROM people WHERE id <> ? AND lower(name) = lower(?) LIMIT 1", (person.id, person.name)
    ).fetchone()
    return same is not None


def _change(unit: Unit, table: Table, key: tuple[Any, ...], changed: dict[str, tuple[str, str]]) -> None:
    """Change a row where it is as it was looked at."""
    where = " AND ".join(f"{name} = ?" for name in (*table.key, *changed))
    values = ", ".join(f"{name} = ?" for name in changed)
    unit.db.execute(
        f"UPDATE {table.name} SET {values} WHERE {where}",
        (*(became for _, became in changed.values()), *key, *(was for was, _ in changed.values())),
    )
