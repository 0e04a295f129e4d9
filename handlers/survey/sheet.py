"""How a file of answers is read, handed in: account, day, kind, score, and who said what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door import values
from handlers.door.values import Wrong, short
from handlers.importing.reading.forms import ACCOUNT_HEADERS, Form, lacking
from storage.survey.record import CSAT, KINDS, NPS, SCORES
from storage.survey.store import CONTACT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.importing.reading.forms import Check
    from storage.base.policy import Policy
    from storage.importing.record import Fields

HEADERS = {
    "account": ACCOUNT_HEADERS,
    "answered_on": "Date, Answered, Response Date, Responded On, Submitted On, Answered On Date",
    "kind": "Type, Survey, Survey Type, Metric",
    "score": "Rating, NPS Score, CSAT Score, Value",
    "contact": "Contact Id, Contact Role, Respondent, Role, Persona",
    "comment": "Comments, Verbatim, Feedback, Reason, Note",
    "case_id": "Case, Case Number, Ticket, Ticket Id, Support Case",
    "external_id": "Response Id, Survey Response Id, Answer Id, Id",
}
_SPELT = {"net promoter score": NPS, "customer satisfaction": CSAT, "c-sat": CSAT}


def _kind(text: str) -> str:
    said = text.casefold()
    found = _SPELT.get(said, said)
    if found not in KINDS:
        raise Wrong(f"'{short(text)}' is no survey; use {' or '.join(KINDS)}")
    return found


def contact(text: str) -> str:
    """A role or an id: no address, since people's answers are kept without their names."""
    if "@" in text:
        raise Wrong("is an e-mail address; give a role or an id")
    return values.text_of(CONTACT_LIMIT)(text)


def _check(_policy: Policy, today: str) -> Check:
    def check(fields: Fields, _line: int) -> Iterator[tuple[str, str]]:
        if lacks := lacking(fields, ("account", "answered_on", "kind", "score"), "answer"):
            yield lacks
            return
        if str(fields["answered_on"]) > today:
            yield "answered_on", f"{fields['answered_on']} is after today ({today}); it is a day that has been"
        kind = str(fields["kind"])
        least, most = SCORES[kind]
        if not least <= int(str(fields["score"])) <= most:
            yield "score", f"is {fields['score']}; {kind.upper()} is from {least} to {most}"
        if kind == NPS and fields.get("case_id") is not None:
            yield "case_id", "only CSAT is asked about a case"

    return check


SHEETS = {
    "surveys": Form(
        label="Answers to surveys",
        area="surveys",
        required=("account", "answered_on", "kind", "score"),
        named=("account", "answered_on"),
        days=frozenset({"answered_on"}),
        headers=lambda _: HEADERS,
        readers=lambda _: {
            "account": values.name,
            "kind": _kind,
            "score": values.whole,
            "contact": contact,
            "comment": values.note,
            "case_id": values.text_of(values.TEXT_LENGTH),
            "external_id": values.text_of(values.TEXT_LENGTH),
        },
        check=_check,
    )
}
