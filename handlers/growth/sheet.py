"""How a file of ARR is read, handed in: account, day, amount and currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door import money, values
from handlers.importing.reading.forms import ACCOUNT_HEADERS, Form, lacking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.importing.reading.forms import Check
    from storage.base.policy import Policy
    from storage.importing.record import Fields

HEADERS = {
    "account": ACCOUNT_HEADERS,
    "as_of": "Date, Snapshot Date, Month, Month End, As Of Date",
    "arr": "Annual Recurring Revenue, ARR Amount, CARR, Total ARR",
    "currency": "Currency Code, Currency ISO Code, ARR Currency",
}


def _check(_policy: Policy, today: str) -> Check:
    def check(fields: Fields, _line: int) -> Iterator[tuple[str, str]]:
        if lacks := lacking(fields, ("account", "as_of", "arr_cents"), "row"):
            yield lacks
            return
        if str(fields["as_of"]) > today:
            yield "as_of", f"{fields['as_of']} is after today ({today}); ARR is of a day that has been"

    return check


SHEETS = {
    "arr": Form(
        label="ARR of other days",
        area="growth",
        required=("account", "as_of", "arr"),
        named=("account", "as_of"),
        days=frozenset({"as_of"}),
        headers=lambda _: HEADERS,
        readers=lambda _: {"account": values.name, "currency": money.currency},
        check=_check,
    )
}
