"""Our SQL as PostgreSQL says it: parameters numbered, and what `dialect.py` names said anew. Once per text.

Called by `postgres.py` for every statement; a text that was met is looked up.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from storage.base.dialect import LIKE_NAMES, NEW_LINE, NOW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TEXTS = 2048
_TOKEN = re.compile(
    r"(?P<kept>'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*)"
    r"|(?P<among>(?P<not>NOT\s+)?IN\s*\(\s*SELECT value FROM json_each\((?P<array>\?\d*|:[a-z_]\w*)\)\s*\))"
    r"|(?P<field>json_extract\((?P<column>[a-z_.]+), '\$\.(?P<name>\w+)'\))"
    r"|(?P<looked>\(SELECT value FROM json_each\((?P<object>\?)\) WHERE key = (?P<key>[a-z_.]+)\))"
    r"|(?P<before>\bdate\((?P<day>[a-z_.]+), '-' \|\| (?P<days>.*?) \|\| ' days'\))"
    r"|(?P<join>group_concat\()|(?P<none>\bIN \(\))"
    r"|(?P<value>\?\d*|(?<![:\w]):[a-z_]\w*)"
)
_WHOLE = {
    NOW: "extract(epoch FROM clock_timestamp())::float8",
    LIKE_NAMES: "accounts WHERE accounts.name_words @@ names_like(?)",
    NEW_LINE: "chr(10)",
}


class Said(NamedTuple):
    """A statement: the text, where each parameter comes from (a place or a name), and which are arrays."""

    text: str
    order: tuple[int | str, ...]
    arrays: frozenset[int]


class _Numbers:
    """Numbers parameters as they are met."""

    def __init__(self) -> None:
        self.order: list[int | str] = []
        self.arrays: set[int] = set()
        self._bare = 0

    def of(self, mark: str) -> int:
        """The number of `?`, which is the next after all that were met, or of `?2` and `:name`."""
        if mark == "?":
            self.order.append(self._bare)
            self._bare += 1
            return len(self.order)
        source: int | str = int(mark[1:]) - 1 if mark[0] == "?" else mark[1:]
        if isinstance(source, int):
            self._bare = max(self._bare, source + 1)
        if source not in self.order:
            self.order.append(source)
        return self.order.index(source) + 1

    def anew(self, found: re.Match[str]) -> str:
        """What stands for a part of a text of ours."""
        match found.lastgroup:
            case "among":
                place = self.of(found["array"])
                self.arrays.add(place - 1)
                return f"<> ALL(${place})" if found["not"] else f"= ANY(${place})"
            case "field":
                return f"({found['column']}::json ->> '{found['name']}')"
            case "looked":
                return f"(CAST(${self.of(found['object'])} AS JSON) ->> {found['key']})"
            case "before":
                return f"days_before({found['day']}, {found['days']})"
            case "join":
                return "string_agg("
            case "none":
                return "IN (NULL)"
            case "value":
                return f"${self.of(found['value'])}"
            case _:
                return found[0]


@lru_cache(maxsize=_TEXTS)
def said(sql: str) -> Said:
    """The statement of a text of ours."""
    for ours, theirs in _WHOLE.items():
        sql = sql.replace(ours, theirs)
    numbers = _Numbers()
    text = _TOKEN.sub(numbers.anew, sql)
    return Said(text, tuple(numbers.order), frozenset(numbers.arrays))


def values_of(order: Sequence[int | str], given: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """The parameters in the order of their numbers."""
    return [given[source] for source in order]  # type: ignore[index] # one kind of key for each kind
