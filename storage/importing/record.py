"""What passes between reading a file and remembering it: rows, rejections, decisions, conflicts. Pure.

Fields have one name everywhere: in the base of the merge, in conflicts and in the audit. Days are ISO text, money
is in cents, people are their address (e-mail, else Slack id).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from storage.base.money import cents_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Kind = str
KINDS: tuple[Kind, ...] = ("accounts", "ctas", "people")
"""What is merged field by field; nouns hand in more (`loaders.py`), each with a merge of its own."""
SUBJECTS: dict[str, str] = {"accounts": "account", "ctas": "cta", "people": "person"}
"""How the audit calls a record of each kind."""

Value = str | int | None
Fields = dict[str, Value]

ACCOUNT_FIELDS = (
    "name",
    "crm_id",
    "segment",
    "arr_cents",
    "currency",
    "renewal_on",
    "csm",
    "ae",
    "sa",
    "pse",
    "channel_id",
    "customer_since",
    "last_ebr_on",
    "ebr_cadence_months",
    "region",
    "health",
    "health_on",
    "crm_url",
    "notice_days",
    "auto_renews",
    "territory",
    "tier",
    "purchase_intent",
    "original_licences",
    "engaged_on",
    "first_value_on",
    "onboarded_on",
    "infrastructure_on",
    "outcome_on",
    "adopted_on",
)
PERSON_FIELDS = ("name", "role", "manager", "team", "region")

HEADERS = {
    "arr_cents": "arr",
    "renewal_on": "renewal_date",
    "channel_id": "channel",
    "last_ebr_on": "last_ebr",
    "outcome": "status",
}
"""The plain header of a field, where it is not the field's own name."""

PULL = "pull"
"""The lease of whoever pulls from sources: one process at a time."""

ORDERS = {"mdy": "month/day/year", "dmy": "day/month/year", "ymd": "year/month/day"}
"""The orders in which a day of three numbers can be meant, in words."""

MARKS = {".": "1,234.50", ",": "1.234,50"}
"""The decimal marks that an amount can be written with, each shown by an amount."""

BESIDE = "beside"
"""Where what is kept of a record for an undo has what went by itself, beside its fields."""

OUTCOME = "outcome"
"""A CTA's status, closing day and reason, which only make sense together: one field of the merge."""


class Row(NamedTuple):
    """A row that could be read: what it says, field by field, and the line itself.

    A field that the row says nothing about is not there; one that it leaves empty is None.
    """

    line: int
    fields: Fields
    raw: str


class Rejection(NamedTuple):
    """Why a line can't be imported; `column` is the header as the file writes it, or '' for the whole line."""

    line: int
    column: str
    reason: str
    asked: bool = False
    """Whether one question about the column answers it, and all like it."""

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}" if self.column else f"line {self.line}"
        return f"{where}: {self.reason}"


class CellReading(NamedTuple):
    """One way to read a column: what to say for it (`mdy`, or `.`), how many lines it fits, an example read so.

    `read` is an ISO day, or an amount in plain digits.
    """

    said: str
    fits: int
    example: str
    read: str


class Question(NamedTuple):
    """A column that nobody has said how to read: its place, title, and readings, likely ones first."""

    place: int
    title: str
    lines: int
    readings: tuple[CellReading, ...]
    of: Literal["days", "amounts"] = "days"


class FieldConflict(NamedTuple):
    """A field that was changed on both sides: kept as `ours` until somebody decides."""

    field: str
    ours: Value
    theirs: Value


@dataclass(frozen=True, slots=True)
class Reading:
    """How people said that files are to be read, by header (as `headers.compared` has it).

    `columns`: the plain header that it means, '' where it is left out. `days`: the order of its days, such as `mdy`;
    `amounts`: the decimal mark of its amounts. Those of the header '' are for every column.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)
    amounts: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Decision:
    """What an import does with one row. `base` is what the file says now, where that moved."""

    line: int
    title: str
    outcome: Literal["new", "changed", "unchanged"]
    record_id: int | None = None
    before: Fields = field(default_factory=dict)
    after: Fields = field(default_factory=dict)
    conflicts: tuple[FieldConflict, ...] = ()
    base: Fields = field(default_factory=dict)
    base_before: Fields = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    """What goes by itself as this is written, as it was before: for the undo, and told to nobody."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict waiting for a decision. `ours` is today's value, `theirs` the file's."""

    id: int
    kind: Kind
    record_id: int
    title: str
    field: str
    ours: Value
    theirs: Value
    file: str
    imported_at: datetime
    takes: bool = True
    """Whether theirs can become ours; else it can only stay there."""


@dataclass(frozen=True, slots=True)
class Import:
    """An import that was carried out. `counts` has new, changed, unchanged, conflicts, missing and rejected."""

    id: int
    kind: Kind
    file: str
    imported_at: datetime
    counts: dict[str, int]
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Undone:
    """What `import undo` took back, and what it left since somebody had a hand in it."""

    of: Import
    restored: int
    removed: int
    left: tuple[str, ...]


def header(name: str) -> str:
    """How a field is called in front of people."""
    return HEADERS.get(name, name)


def shown(name: str, value: Value) -> str:
    """A value as people read it: `240000.00`, `2027-04-30`, or `nothing`."""
    if value is None:
        return "nothing"
    if name == "arr_cents":
        return cents_text(int(value))
    if name == "auto_renews":
        return "yes" if value else "no"
    return str(value)
