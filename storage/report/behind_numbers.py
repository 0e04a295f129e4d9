"""Which CTAs stand behind a number of a report: what its button carries (what counts: `playbook/record.py`). Pure.

Made by templates/report, read again by handlers/report/slack.py: a button names the CTAs, it does not hold them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final, Literal, get_args
from urllib.parse import parse_qsl, urlencode

from storage.base.errors import UserError
from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_SUCCESS, ENABLE, EXPAND

What = Literal[
    "closed", "opened", "open", "stalled", "deferred", "changed", "again", "unreviewed", "decided", "lapsed", "no-ebr"
]
_DAYS: Final = ("first", "last")
_CHOICES: Final = {"motion": (EXPAND, ENABLE), "status": (CLOSED_SUCCESS, CLOSED_NO_SUCCESS)}


@dataclass(frozen=True, slots=True)
class Selection:
    """Closed or opened from `first` to `last`, open, slower than usual, coming back, or changed since frozen.

    Empty texts stand for all. `quarter` is for `changed`; `again` are the CTAs opened again after a no,
    `unreviewed` the renewals ahead of which no review is scheduled or held, `decided` those decided from `first` to
    `last`, `lapsed` those that passed undecided, `no-ebr` the accounts without an EBR.
    """

    what: What = "closed"
    first: date | None = None
    last: date | None = None
    motion: str = ""
    use_case: str = ""
    status: str = ""
    reason: str = ""
    detail: str = ""
    team: str = ""
    region: str = ""
    manager: str = ""
    quarter: str = ""

    @property
    def value(self) -> str:
        """The selection as a button carries it; `read_selection` reads it again."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return urlencode({name: value for name, value in given.items() if value})

    def but(self, **changes: Any) -> Selection:
        """The same selection, narrowed or moved."""
        return replace(self, **changes)


def too_old() -> UserError:
    """What to say to a button that names no list of ours."""
    return UserError("That list is too old to open.", "Ask for it again with `/playbooks report`.")


def read_selection(value: str) -> Selection:
    """The selection of a button; raises UserError for one that no button of ours carries."""
    given = dict(parse_qsl(value))
    if given.get("what") not in get_args(What) or not given.keys() <= {field.name for field in fields(Selection)}:
        raise too_old()
    if any(given.get(name) not in (None, *known) for name, known in _CHOICES.items()):
        raise too_old()
    try:
        days = {name: date.fromisoformat(given.pop(name)) for name in _DAYS if name in given}
    except ValueError as error:
        raise too_old() from error
    return Selection(**days, **given)  # type: ignore[arg-type]  # the names and `what` were looked at above
