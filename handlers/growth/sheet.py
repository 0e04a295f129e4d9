"""How a file of ARR is read, handed in: account, day, amount and currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door import money, values
from handlers.importing.reading.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.importing.reading.forms import Check
    from storage.base.policy import Policy
    from storage.importing.record import Fields

HEADERS = {
    "account": "Account Name, Company, Company Name, Customer, Customer Name, CRM Id, Account Id",
    "as_of": "Date, Snapshot Date, Month, Month End, As Of Date",
    "arr": "Annual Recurring Revenue, ARR Amount, CARR, Total ARR",
    "currency": "Currency Code, Currency ISO Code, ARR Currency",
}


def _check(_policy: Policy, today: str) -> Check:
    def check(fields: Fields, _line: int) -> Iterator[tuple[str, str]]:
        for field in ("account", "as_of", "arr_cents"):
            if fields.get(field) is None:
                yield field, "is empty; every row needs one"
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
