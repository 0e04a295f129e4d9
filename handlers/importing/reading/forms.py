"""What kinds of file there are beside accounts, CTAs and people: nouns hand them in.

A noun's `sheet.py` has SHEETS: by the name of a kind its `Form`, how its rows are read. What becomes of a row is
said by the noun's `Sheet` (storage/importing/sheet.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.importing.reading.days import DAY_HEADERS
from handlers.importing.reading.headers import PLAIN, REQUIRED
from storage.base.nouns import merged
from storage.base.switches import area_on
from storage.importing.record import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from storage.base.policy import Policy
    from storage.importing.record import Fields, Kind, Value

    Check = Callable[[Fields, int], Iterator[tuple[str, str]]]


ACCOUNT_HEADERS = "Account Name, Company, Company Name, Customer, Customer Name, CRM Id, Account Id"


def lacking(fields: Fields, names: Iterable[str], what: str) -> tuple[str, str] | None:
    """The first of these that a row has nothing of, as what is wrong with it; None if it has all."""
    found = next((name for name in names if fields.get(name) is None), None)
    return (found, f"is empty; every {what} needs one") if found else None


@dataclass(frozen=True, slots=True)
class Form:
    """How the rows of a kind of file are read.

    `headers` are its plain headers with their other names, `readers` how a cell of each is read (others are text),
    `check` yields (field, reason) of what is wrong with a row; `days` are the headers that hold days, `named` those
    that say whose a row is, `measures` those whose numbers have decimals. `area`: in Slack it is offered while that is
    on.
    """

    label: str
    area: str
    required: tuple[str, ...]
    named: tuple[str, str]
    days: frozenset[str]
    headers: Callable[[Policy], Mapping[str, str]]
    readers: Callable[[Policy], Mapping[str, Callable[[str], Value]]]
    check: Callable[[Policy, str], Check]
    measures: Callable[[Policy], frozenset[str]] = lambda _policy: frozenset()


def handed() -> dict[str, Form]:
    """All that nouns hand in, by kind."""
    return merged("handlers", "sheet", "SHEETS")


def kinds() -> tuple[Kind, ...]:
    """What can be imported."""
    return (*KINDS, *handed())


def offered(policy: Policy) -> list[list[str]]:
    """What Slack offers beside accounts, CTAs and people: label and kind."""
    return [[form.label, kind] for kind, form in handed().items() if area_on(policy, form.area)]


def plain_of(kind: Kind, policy: Policy) -> Mapping[str, str]:
    """The plain headers of a kind, each with its other names."""
    return PLAIN[kind] if kind in PLAIN else handed()[kind].headers(policy)


def required_of(kind: Kind) -> tuple[str, ...]:
    """The headers that a file of the kind can't be without."""
    return REQUIRED[kind] if kind in REQUIRED else handed()[kind].required


def day_headers(kind: Kind) -> frozenset[str]:
    """The headers that hold days."""
    return DAY_HEADERS if kind in PLAIN else handed()[kind].days
