"""The sample book of the demo: people, accounts and CTAs of `world.toml`, their days relative to today.

Pure: `terminal.py` writes the rows as CSV and takes them in through the bot's own import. The same file seeds the
sandbox's workspace, and that of the tests.
"""

from __future__ import annotations

import calendar
import re
import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storage.importing.record import Kind

    Book = Mapping[Kind, Sequence[dict[str, str]]]

WORLD = Path(__file__).with_name("world.toml")
_STEP = re.compile(r"([+-]\d+)([dwmy])")
_DATES = {"renewal_date", "customer_since", "last_ebr", "opened_on", "closed_on", "due_on"}
_PEOPLE = {"csm", "ae", "sa", "owner", "email", "manager"}


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def book(today: date) -> Book:
    """The whole book in the order in which it is taken in."""
    return {"people": people(today), "accounts": accounts(today), "ctas": ctas(today)}


def people(today: date, path: Path = WORLD) -> list[dict[str, str]]:
    """Who of the sample people does what, under the plain import headers."""
    return _rows(path, "people", today)


def accounts(today: date, path: Path = WORLD) -> list[dict[str, str]]:
    """The sample accounts under the plain import headers, their days as ISO dates."""
    return [
        row | {"pse": "", "crm_url": f"https://crm.example.com/accounts/{row['crm_id']}"}
        for row in _rows(path, "accounts", today)
    ]


def ctas(today: date, path: Path = WORLD) -> list[dict[str, str]]:
    """The sample CTAs, open and closed, under the plain import headers, their days as ISO dates."""
    return [row | {"external_id": f"SAMPLE-{number}"} for number, row in enumerate(_rows(path, "ctas", today), 1)]


def _rows(path: Path, kind: str, today: date) -> list[dict[str, str]]:
    world = _read(path)
    emails = {person["name"]: person.get("email", f"{person['name']}@example.com") for person in world["people"]}
    columns = world["book"][f"{kind}_columns"]
    rows = []
    for values in world["book"][kind]:
        row = dict(zip(columns, values, strict=True))
        for column in columns:
            if column in _DATES and row[column]:
                row[column] = resolve(row[column], today).isoformat()
            elif column in _PEOPLE and row[column]:
                row[column] = emails[row[column]]
        rows.append(row)
    return rows


def resolve(relative: str, today: date) -> date:
    """The day that "+5m" or "+30d-12m" means, step by step from the left; ValueError for other texts."""
    if _STEP.sub("", relative):
        raise ValueError(f"not a relative date: {relative!r}")
    day = today
    for amount, unit in _STEP.findall(relative):
        if unit in "my":
            day = _add_months(day, int(amount) * (12 if unit == "y" else 1))
        else:
            day += timedelta(days=int(amount) * (7 if unit == "w" else 1))
    return day


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
