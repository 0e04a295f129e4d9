"""Which column means what: the plain headers, the usual names of Salesforce, HubSpot and Gainsight, the policy's.

Compared without case, spaces and punctuation, and without Salesforce's `__c`. A team's own names are added by
`[import_headers]` of the policy, as `csm = ["Success Owner"]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from storage.model.errors import UserError
from storage.model.folding import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from storage.model.importing import Kind

_ACCOUNTS = {
    "name": "Account Name, Account, Customer, Customer Name, Company, Company Name",
    "crm_id": "CRM, Id, Account Id, Account ID (18), Case Safe ID, Salesforce Id, SFDC Id, SFDC Account Id,"
    " SFDC Account ID, Record ID, Record ID - Company, Company ID, GSID, Company GSID",
    "segment": "Account Segment, Customer Segment, Sales Segment, Segmentation, Customer Tier",
    "arr": "Annual Recurring Revenue, ARR Amount, Current ARR, Total ARR, CARR, CARR This Account",
    "currency": "Currency Code, Currency ISO Code, Account Currency, ARR Currency",
    "renewal_date": "Renewal, Next Renewal, Next Renewal Date, Renewal On, Contract End Date, Contract Renewal Date,"
    " Subscription End Date",
    "csm": "CSM Email, CSM Name, CSM Owner, Customer Success Manager, Customer Success Owner, Success Manager, TAM,"
    " TAM Email, TAM Name, Technical Account Manager",
    "ae": "AE Email, Account Executive, SAE, SAL, SAE/AE, SAL/AE, AE/SAE, AE/SAL, Strategic Account Executive,"
    " Strategic Account Leader, Account Owner, Account Owner Email, Owner, Owner Email, Company Owner",
    "sa": "SA Email, Solutions Architect, Solution Architect, Solutions Engineer",
    "pse": "PSE Email, Professional Services, Professional Services Engineer",
    "channel": "Slack Channel, Slack Channel ID, Channel ID, Slack",
    "customer_since": "Customer Since Date, Customer Start Date, Original Contract Date,"
    " Original Contract Start Date, Became a Customer Date, First Order Date",
    "last_ebr": "Last EBR Date, Last EBR Held, Date of Last EBR, Last QBR, Last QBR Date,"
    " Last Executive Business Review",
    "ebr_cadence_months": "EBR Cadence, EBR Frequency, EBR Frequency Months",
    "region": "Account Region, Sales Region, Geo, State/Region",
    "health": "Account Health, Customer Health, Overall Health, Health Status, Health Color, RAG",
    "health_on": "Health Date, Health Set On",
    "crm_url": "CRM Link, Account Link, Account URL, Record URL, Salesforce URL, Salesforce Link",
}
_CTAS = {
    "account": "Account Name, Company, Company Name, Customer, Customer Name",
    "playbook": "Playbook Name, CTA Playbook",
    "owner": "CTA Owner, Owner Email, Owner Name, Assignee, CSM, CSM Email, TAM, TAM Email",
    "status": "CTA Status, Status Name",
    "reason": "Closed Reason, Close Reason, Closure Reason, No Success Reason, Reason for No Success",
    "opened_on": "Opened, Opened Date, Open Date, Created, Created On, Created Date",
    "closed_on": "Closed, Closed Date, Close Date, Completed Date",
    "due_on": "Due, Due Date",
    "category": "CTA Category, Objective Category",
    "external_id": "CTA ID, GSID, Gainsight ID",
    "note": "Notes, Comment, Comments, Description",
}
_PEOPLE = {
    "email": "E-mail, Email Address, E-mail Address, User Email, Work Email",
    "name": "Full Name, Display Name, User Name",
    "role": "User Role, CS Role",
    "manager": "Manager Email, Reports To",
    "team": "Team Name",
    "region": "Sales Region, Geo",
}
PLAIN: Mapping[Kind, Mapping[str, str]] = {"accounts": _ACCOUNTS, "ctas": _CTAS, "people": _PEOPLE}
"""By kind: each plain header and the other names that mean it, separated by commas."""

REQUIRED: Mapping[Kind, tuple[str, ...]] = {
    "accounts": ("name",),
    "ctas": ("account", "playbook", "status", "opened_on"),
    "people": ("email",),
}

_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: where it stands, how the file calls it, and the plain header that it means."""

    place: int
    title: str
    field: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file, and the titles of those that mean nothing here."""

    known: tuple[Column, ...]
    ignored: tuple[str, ...]
    width: int


def known_headers(kind: Kind, own: Mapping[str, str | tuple[str, ...]]) -> dict[str, str]:
    """Every header that means something, as compared, with its plain header; `own` are the policy's aliases.

    The policy's win over the built-in ones. Raises UserError for one that names no plain header.
    """
    plain = PLAIN[kind]
    meanings = {compared(alias): field for field, names in plain.items() for alias in names.split(",")}
    meanings |= {compared(field): field for field in plain}
    everywhere = {compared(field): field for part in PLAIN.values() for field in part}
    for key, value in own.items():
        for field, alias in _pairs(key, value, everywhere):
            if field in plain:
                meanings[compared(alias)] = field
    return meanings


def _pairs(key: str, value: str | tuple[str, ...], plain: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The plain headers and aliases of an entry; `"Success Owner" = "csm"` is understood too."""
    aliases = (value,) if isinstance(value, str) else value
    if (field := plain.get(compared(key))) is not None:
        yield from ((field, alias) for alias in aliases)
    elif len(aliases) == 1 and (field := plain.get(compared(aliases[0]))) is not None:
        yield field, key
    else:
        raise UserError(
            f"policy.toml: import_headers.{key}: there is no header '{key}' to give other names to.",
            f"Plain headers are: {', '.join(sorted(set(plain.values())))}.",
        )


def understood(cells: Sequence[str], meanings: Mapping[str, str]) -> int:
    """How many cells of a header mean something; finds the delimiter."""
    return sum(compared(cell) in meanings for cell in cells)


def read_header(cells: Sequence[str], kind: Kind, meanings: Mapping[str, str], where: str) -> Columns:
    """The columns of a header record; `where` names file and line in the errors.

    Raises UserError for a required column that is missing, and for two columns that mean the same.
    """
    known: dict[str, Column] = {}
    ignored: list[str] = []
    seen: dict[str, int] = {}
    for place, cell in enumerate(cells):
        title, key = " ".join(visible(cell).split()), compared(cell)
        if not key:
            continue
        if key in seen:
            raise UserError(f"{where}: the header '{title}' stands there twice.", "Remove or rename one of the two.")
        seen[key] = place
        field = meanings.get(key)
        if field is None:
            ignored.append(title)
        elif field in known:
            raise UserError(
                f"{where}: the columns '{known[field].title}' and '{title}' both mean {field}.",
                "Remove one of the two, or rename it.",
            )
        else:
            known[field] = Column(place, title, field)
    missing = [field for field in REQUIRED[kind] if field not in known]
    if missing:
        raise UserError(f"{where}: no column for {', '.join(missing)}.", _help(missing[0], kind, ignored, meanings))
    return Columns(tuple(known.values()), tuple(ignored), len(cells))


def _help(field: str, kind: Kind, ignored: Sequence[str], meanings: Mapping[str, str]) -> str:
    names = [key for key, meant in meanings.items() if meant == field]
    near = [t for t in ignored if len(t) <= _LONGEST_TITLE and get_close_matches(compared(t), names)]
    also = PLAIN[kind][field].split(",")[:3]
    said = f"Call it {field}, {', '.join(name.strip() for name in also)}, or name yours in import_headers."
    return f"Did you mean '{near[0]}'? {said}" if near else said


def compared(title: str) -> str:
    """What makes two headers the same: signs, spaces, case and accents' form ignored."""
    return re.sub(r"[\W_]+", "", visible(title).strip().casefold().removesuffix("__c"))
