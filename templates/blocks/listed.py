"""A page of a list that has parts: for whom, which part, and the ways on. Used by the lists of renewals and EBRs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from storage.base.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """`totals` counts the whole list and each of its parts, `which` is shown from `offset` on, `size` a page.

    `changeable` are the ids of what the reader may change, `understood_id` is whose accounts need no word of whose
    they are: those of the person for whom the list was asked, else the reader's.
    """

    people: Mapping[int, Person]
    today: date
    zone_name: str
    scope: str
    which: str
    totals: Mapping[str, int]
    offset: int
    size: int
    changeable: Collection[int]
    understood_id: int | None = None

    def ways(self, shown: int, total: int, part: str = "") -> dict[str, Any]:
        """Which of how many are shown, and what [Previous] and [Next] carry: `SCOPE:OFFSET`, and a part behind it."""
        narrowed = f":{part}" if part else ""
        more = self.offset + self.size < total
        return {
            "scope": self.scope,
            "total": total,
            "first": self.offset + 1,
            "last": self.offset + shown,
            "back": f"{self.scope}:{max(self.offset - self.size, 0)}{narrowed}" if self.offset else None,
            "on": f"{self.scope}:{self.offset + self.size}{narrowed}" if more else None,
        }
