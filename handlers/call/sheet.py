"""How a file of calls is read, handed in: account, day, kind and note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door import values
from handlers.importing.reading.forms import ACCOUNT_HEADERS, Form, lacking
from storage.call.record import KINDS, WEBINAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.importing.reading.forms import Check
    from storage.base.policy import Policy
    from storage.importing.record import Fields

HEADERS = {
    "account": ACCOUNT_HEADERS,
    "held_on": "Date, Call Date, Meeting Date, Activity Date, Held, Held On Date",
    "kind": "Type, Call Type, Meeting Type, Activity Type",
    "note": "Notes, Comment, Comments, Summary, Description",
}


def _kind(text: str) -> str:
    found = text.casefold()
    if found == WEBINAR:
        raise values.Wrong("a webinar says its use case: /success call Acme 12 Nov, and pick it")
    if found not in KINDS:
        raise values.Wrong(f"'{text[:60]}' is no kind of call; use {', '.join(one for one in KINDS if one != WEBINAR)}")
    return found


def _check(_policy: Policy, today: str) -> Check:
    def check(fields: Fields, _line: int) -> Iterator[tuple[str, str]]:
        if lacks := lacking(fields, ("account", "held_on"), "call"):
            yield lacks
            return
        if str(fields["held_on"]) > today:
            yield "held_on", f"{fields['held_on']} is after today ({today}); it is a day on which there was a call"

    return check


SHEETS = {
    "calls": Form(
        label="Calls",
        area="calls",
        required=("account", "held_on"),
        named=("account", "held_on"),
        days=frozenset({"held_on"}),
        headers=lambda _: HEADERS,
        readers=lambda _: {"account": values.name, "kind": _kind, "note": values.note},
        check=_check,
    )
}
