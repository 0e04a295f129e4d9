"""How a file of objectives is read, handed in: account, title, why, criteria, day, status and a key of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door import values
from handlers.importing.reading.forms import ACCOUNT_HEADERS, Form, lacking
from storage.base.plurals import counted
from storage.plan.objectives import TEXTS
from storage.plan.record import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.importing.reading.forms import Check
    from storage.base.policy import Policy
    from storage.importing.record import Fields

HEADERS = {
    "account": ACCOUNT_HEADERS,
    "title": "Objective, Objective Name, Name, Goal, Subject",
    "why": "Outcome, Customer Outcome, Desired Outcome, Reason",
    "criteria": "Success Criteria, Measure, Metric, KPI, Target",
    "due_on": "Due, Due Date, Target Date, End Date, By",
    "status": "State, Stage, Objective Status",
    "external_id": "Id, Objective Id, Key, External Key",
}


def _status(text: str) -> str:
    found = "_".join(text.casefold().replace("-", " ").split())
    if found not in STATUSES:
        raise values.Wrong(f"'{text[:60]}' is no status of an objective; use {', '.join(STATUSES)}")
    return found


def _check(_policy: Policy, _today: str) -> Check:
    def check(fields: Fields, _line: int) -> Iterator[tuple[str, str]]:
        if lacks := lacking(fields, ("account", "title"), "objective"):
            yield lacks
            return
        if len(str(fields["title"])) > TEXTS["title"]:
            yield "title", f"is longer than {counted(TEXTS['title'], 'character')}; say the rest as why or criteria"

    return check


SHEETS = {
    "objectives": Form(
        label="Objectives of success plans",
        area="plans",
        required=("account", "title"),
        named=("account", "title"),
        days=frozenset({"due_on"}),
        headers=lambda _: HEADERS,
        readers=lambda _: {
            "account": values.name,
            "title": values.note,
            "why": values.note,
            "criteria": values.note,
            "status": _status,
            "external_id": values.name,
        },
        check=_check,
    )
}
