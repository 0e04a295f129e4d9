"""A change as other systems are told of it: which events an audit row is, and what goes with them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

VERSION = 1
"""Of the payload's form: another one when a field goes or changes its meaning; new fields may come."""
TEST = "webhook.test"
PENDING, SENT, DEAD = STATES = ("pending", "sent", "dead")

_CTA = {
    "cta.open": "cta.opened",
    "cta.close": "cta.closed",
    "cta.reopen": "cta.reopened",
    "cta.withdraw": "cta.withdrawn",
}
_RENEWAL = {
    "renewal.renewed": "renewal.renewed",
    "renewal.churned": "renewal.churned",
    "renewal.undo": "renewal.undone",
}
_NO_CHANGE = frozenset({"review.ask", "cta.card", "cta.given", "account.written"})


@dataclass(frozen=True, slots=True)
class Entry:
    """An audit row. `is_made`: an import made the record."""

    id: int
    at: str
    who: str
    action: str
    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    source: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call to be made, or that was made."""

    id: int
    webhook: str
    message_id: str
    type: str
    subject: str
    body: str
    made_at: datetime
    state: str
    attempts: int
    first_at: datetime | None
    next_at: datetime
    error: str | None


def events_of(entry: Entry) -> Iterator[str]:
    """The events that an audit row is; none where nothing of a record changed."""
    noun, _, verb = entry.action.partition(".")
    kind = entry.subject.partition(":")[0]
    if verb == "later" or entry.action in _NO_CHANGE or kind not in ("cta", "account"):
        return
    if kind == "cta":
        yield _of_cta(entry)
    elif found := _RENEWAL.get(entry.action):
        yield found
    elif noun in ("review", "ebr", "health"):
        yield f"{noun}.changed"
    else:
        yield "account.changed"
        if "health" in entry.after:
            yield "health.changed"


def _of_cta(entry: Entry) -> str:
    if found := _CTA.get(entry.action):
        return found
    before, after = str(entry.before.get("status") or ""), str(entry.after.get("status") or "")
    if entry.action == "cta.import_undo" and not entry.after:
        return "cta.withdrawn"
    if entry.action != "cta.import" or not after:
        return "cta.changed"
    if after.startswith("closed") and not before.startswith("closed"):
        return "cta.closed"
    if not before:
        return "cta.opened"
    return "cta.reopened" if before.startswith("closed") and not after.startswith("closed") else "cta.changed"


def message_id(entry: Entry, event: str) -> str:
    """The id of a message: the same however often it is made of the same change."""
    told = "\x1f".join((str(entry.id), entry.at, entry.action, entry.subject, repr(dict(entry.after)), event))
    return f"msg_{blake2b(told.encode(), digest_size=16).hexdigest()}"


def told(values: Mapping[str, Any], address_of: Mapping[int, str]) -> dict[str, Any]:
    """Fields as exports name them: people as addresses, amounts in units of the currency."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name in _PEOPLE:
            found[_PEOPLE[name]] = address_of.get(value) if isinstance(value, int) else value
        elif name.endswith("_cents"):
            found[_NAMES.get(name, name.removesuffix("_cents"))] = value / 100 if isinstance(value, int) else value
        else:
            found[_NAMES.get(name, name)] = value
    return found


_PEOPLE = {f"{part}_id": part for part in ("owner", "csm", "ae", "sa", "pse", "manager")}
_NAMES = {
    "arr_cents": "arr",
    "expected_cents": "expected_arr",
    "renewal_on": "renewal_date",
    "last_ebr_on": "last_ebr",
    "channel_id": "channel",
}
