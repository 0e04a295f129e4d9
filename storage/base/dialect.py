"""What the engines say differently, each with a name; all other SQL is one text that both understand.

`tests/base/test_one_text.py` lists the words that no other file of the room may hold. One idiom is not named, since it
is everywhere: `IN (SELECT value FROM json_each(?))`, with ids or texts as one JSON array.
"""

from __future__ import annotations

NEW_LINE = "char(10)"
ALL = 1_000_000_000
"""A LIMIT that leaves nothing out."""
HOLDING = "LIKE ? ESCAPE '!'"
"""Whether a text holds another one (`holding` of it), case minded beyond ASCII."""


def holding(text: str) -> str:
    """The parameter of HOLDING."""
    return f"%{text.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"


def lowered(text: str) -> str:
    """A text as SQL's `lower` gives it: ASCII alone."""
    return text.lower() if text.isascii() else "".join(sign.lower() if sign.isascii() else sign for sign in text)


def field_of(column: str, name: str) -> str:
    """A field of a JSON object; NULL where it is not there. Compare numbers through `CAST(… AS BIGINT)`."""
    return f"json_extract({column}, '$.{name}')"


def patched(column: str, value: str) -> str:
    """A JSON object with the fields of another one put in; null takes one out."""
    return f"json_patch({column}, {value})"


def joined(value: str, between: str = "','") -> str:
    """All values of a group, in one text."""
    return f"group_concat({value}, {between})"
