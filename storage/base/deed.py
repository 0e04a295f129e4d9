"""One audited change as it happens: nouns are asked who is to hear of it (`storage/<noun>/hearers.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Deed(NamedTuple):
    """What somebody did just now: `id` of its audit row, the record by `noun` and `number`, before and after."""

    id: int
    action: str
    noun: str
    number: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def record_id(self) -> int:
        """The record's id."""
        return int(self.number)
