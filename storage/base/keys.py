"""Dedupe keys and destinations as values: both are stored as texts, and are put together and taken apart here only.

A key is `kind:part:part…`: dates, never revisions, so that a date edited away and back neither sends twice nor gets
lost (docs/reliability.md). A row that was put off has `:later:DAY:PERSON` behind it, one that went to the next in line
that one's address.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from storage.base.moments import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable

LATER = "later"
PERSON, CHANNEL = "person", "channel"


class Key(NamedTuple):
    """What one outbox row stands for, once and for all."""

    kind: str
    parts: tuple[object, ...]

    def __str__(self) -> str:
        parts = [day_text(part) if isinstance(part, date) else str(part) for part in self.parts]
        return ":".join([self.kind, *parts])

    def part(self, number: int) -> str:
        """A part as text, '' where there is none; part 0 follows the kind."""
        return str(self.parts[number]) if number < len(self.parts) else ""

    def day(self, number: int) -> date | None:
        """A part that is a civil day; None for none."""
        try:
            return date.fromisoformat(self.part(number))
        except ValueError:
            return None

    @property
    def later_on(self) -> date | None:
        """The day to which somebody put it off."""
        return self.day(self.parts.index(LATER) + 1) if LATER in self.parts else None

    def later(self, day: date, person: str) -> Key:
        """The key of the same, put off to a day by a person."""
        return Key(self.kind, (*self.parts, LATER, day, person))


def keys_of(kind: str, parts: tuple[object, ...], lasts: Iterable[int]) -> list[str]:
    """The texts of keys that differ in their last part alone."""
    text = str(Key(kind, parts))
    return [f"{text}:{last}" for last in lasts]


def key_on(kind: str, part: str, on: date) -> str:
    """The text of a key of one part and a day."""
    return f"{kind}:{part}:{day_text(on)}"


def key_of(text: str) -> Key:
    """The key that a text stands for."""
    kind, *parts = text.split(":")
    return Key(kind, tuple(parts))


def stands_for(text: str, of_rules: str) -> bool:
    """Whether a row's key is the one of the rules, or that one put off or passed on to the next in line."""
    return text == of_rules or text.startswith(f"{of_rules}:")


class Destination(NamedTuple):
    """Where a row goes: a person (by id), a channel (by Slack's id, or `#name`), or operations and the like."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @property
    def person_id(self) -> int | None:
        """The person's id; None for any other destination."""
        return int(self.name) if self.kind == PERSON else None

    @property
    def channel(self) -> str | None:
        """The channel; None for any other destination."""
        return self.name if self.kind == CHANNEL else None


def to_person(person_id: int) -> str:
    """A person's destination, as stored."""
    return str(Destination(PERSON, str(person_id)))


def to_channel(channel: str) -> str:
    """A channel's destination, as stored."""
    return str(Destination(CHANNEL, channel))


def destination_of(text: str) -> Destination:
    """The destination that a text stands for."""
    kind, _, name = text.partition(":")
    return Destination(kind, name)
