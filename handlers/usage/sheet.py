"""How a file of usage is read: a row for each account, instance and day; a column for each use case and measure."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from handlers.door import values
from handlers.door.values import Wrong, short
from handlers.importing.reading.forms import Form
from storage.success.store import BETWEEN
from storage.usage.figures import PRODUCTION
from storage.usage.loader import OF_USERS
from storage.usage.settings import BASE, UsageArea

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from handlers.importing.reading.forms import Check
    from storage.base.policy import Policy
    from storage.importing.record import Fields, Value

_COLUMNS = {
    "account": "Account Name, Company, Customer, Customer Name",
    "as_of": "As Of Date, Date, Day, Snapshot Date, Reported On, Ping Date",
    "instance": "Instance Name, Instance Id, Host, Hostname, Instance UUID",
    "environment": "Instance Type, Env",
    "tier": "Plan, Subscription Tier, License Tier",
    "licences_bought": "Licences, Licenses, Licenses Bought, Seats, Seats Bought, Licences Purchased",
    "licences_activated": "Licenses Activated, Seats Used, Seats Activated",
    "billable_users": "Billable Users Count, Billable",
    "active_users": "Active Users Count, UMAU, Monthly Active Users",
    "use_cases": "Use Cases Used, Use Cases",
}
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d+)?")
_LONE = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # a thousand and more, or three decimals
_PRODUCTION = {"prod", "production", "live"}


def _headers(policy: Policy) -> Mapping[str, str]:
    users = {f"{OF_USERS}{use_case}": f"{use_case} Users" for use_case in policy.use_cases}
    return {**_COLUMNS, **users, **dict.fromkeys(policy.settings(UsageArea).columns(), "")}


def _number(text: str) -> str:
    if not (text.isascii() and _NUMBER.fullmatch(text)):
        raise Wrong(f"'{short(text)}' is no number of 0 or more")
    return text.replace(",", "")


def _measured(text: str, mark: str) -> Value:
    """A measure may have decimals. Where the policy says that a comma has them behind it, a lone point says nothing."""
    if mark == ",":
        if _LONE.fullmatch(text) and "." in text:
            raise Wrong(f"'{text}' can be read as {text.replace('.', '')} or as {text}: write it without the full stop")
        if "," in text:
            text = text.replace(".", "").replace(",", ".")
    return float(_number(text))  # type: ignore[return-value] # other fields have no decimals


def _environment(text: str) -> str:
    said = text.casefold()[:60]
    return PRODUCTION if said in _PRODUCTION else said


def _readers(policy: Policy) -> Mapping[str, Callable[[str], Value]]:
    known = {use_case.casefold(): use_case for use_case in policy.use_cases}

    def use_cases(text: str) -> str:
        said = [part for piece in text.replace(",", ";").split(";") if (part := piece.strip())]
        for part in said:
            if part.casefold() not in known:
                raise Wrong(f"'{short(part)}' is no use case; use {', '.join(policy.use_cases)}")
        return BETWEEN.join(dict.fromkeys(known[part.casefold()] for part in said))

    return {
        "account": values.name,
        "instance": values.text_of(values.TEXT_LENGTH),
        "environment": _environment,
        "tier": values.text_of(60),
        **dict.fromkeys(BASE, values.whole),
        **{f"{OF_USERS}{use_case}": values.whole for use_case in policy.use_cases},
        **dict.fromkeys(policy.settings(UsageArea).columns(), partial(_measured, mark=policy.decimal_mark)),
        "use_cases": use_cases,
    }


def _check(_policy: Policy, today: str) -> Check:
    def check(fields: Fields, _line: int) -> Iterator[tuple[str, str]]:
        as_of = fields.get("as_of")
        if fields.get("account") is None:
            yield "account", "is empty; every row needs one"
        if as_of is None:
            yield "as_of", "is empty; every row needs the day that it is of"
        elif str(as_of) > today:
            yield "as_of", f"{as_of} is after today ({today}); it is a day on which that was so"

    return check


SHEETS = {
    "usage": Form(
        label="Usage",
        area="usage",
        required=("account", "as_of"),
        named=("account", "as_of"),
        days=frozenset({"as_of"}),
        headers=_headers,
        readers=_readers,
        check=_check,
        measures=lambda policy: frozenset(policy.settings(UsageArea).columns()),
    )
}
