"""Which column means what: the plain headers, the usual names of Salesforce, HubSpot and Gainsight, the policy's.

Compared without case, spaces and punctuation, and without Salesforce's `__c`. A team's own names are added by
`[import_headers]` of the policy, as `csm = ["Success Owner"]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from storage.base.errors import UserError
from storage.base.folding import visible
from storage.base.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from storage.importing.record import Kind

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
    " Strategic Account Leader, Account Owner, Account Owner Email, Owner, Owner Email, Owner Name,"
    " Owner Full Name, Record Owner, Company Owner",
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
    "notice_days": "Notice, Notice Period, Notice Period Days, Notice Period in Days, Days of Notice,"
    " Cancellation Notice, Cancellation Notice Days, Renewal Notice Days, Non-Renewal Notice Days",
    "auto_renews": "Auto Renew, Auto Renewal, Auto-Renewed, Auto Renewing, Automatic Renewal, Renews Automatically,"
    " Evergreen",
    "territory": "Sales Territory, Account Territory",
    "tier": "Plan, Subscription Tier, Product Tier, License Tier",
    "purchase_intent": "Use Cases Purchased, Initial Use Cases, Bought For",
    "original_licences": "Original Licenses, Initial Licences, Initial Licenses, Original Seats",
    "engaged_on": "Engaged, Engaged Date, Time to Engage Date",
    "first_value_on": "First Value, First Value Date",
    "onboarded_on": "Onboarded, Onboarded Date, Onboarding Completed",
    "infrastructure_on": "Infrastructure Ready, Infrastructure Ready Date",
    "outcome_on": "Outcome Achieved, Outcome Achieved Date",
    "adopted_on": "Adopted, Adopted Date, Adoption Date",
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
"""By kind: each plain header and the other names that mean it, separated by commas; nouns hand in more (`forms.py`)."""

REQUIRED: Mapping[Kind, tuple[str, ...]] = {
    "accounts": ("name",),
    "ctas": ("account", "playbook", "status", "opened_on"),
    "people": ("email",),
}

OWNERS = frozenset({"owner", "owneremail", "ownername", "ownerfullname", "recordowner"})
"""Headers, as compared, that say whose the record is and not in which role."""

OURS = frozenset({"ctabotid", "accountexternalid"})
"""Headers, as compared, of our own exports that say nothing which is kept here."""

_NO_LETTER = re.compile(r"[\W_]+")
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: where it stands, how the file calls it, and the plain header that it means."""

    place: int
    title: str
    field: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file, and the titles of those that are left out; `unknown` of them nobody has decided about.

    `titles` are those of all, by place.
    """

    known: tuple[Column, ...]
    ignored: tuple[str, ...]
    width: int
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()

    @property
    def unclear_owner(self) -> str:
        """A column that may be the CSM or the AE, as the file calls it; '' for none."""
        return next((title for title in self.unknown if compared(title) in OWNERS), "")


def known_headers(
    kind: Kind,
    own: Mapping[str, str | tuple[str, ...]],
    decided: Mapping[str, str] = MappingProxyType({}),
    plain: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Every header that means something, as compared, with its plain header; `own` are the policy's aliases.

    The policy's win over what was `decided` about earlier files ('' for left out), and that over the built-in ones.
    `plain` are the headers of a kind that a noun hands in. Raises UserError for an alias that names no plain header.
    """
    plain = PLAIN[kind] if plain is None else plain
    meanings = {compared(alias): field for field, names in plain.items() for alias in names.split(",")}
    meanings |= {compared(field): field for field in plain}
    meanings = {h: field for h, field in {**meanings, **decided}.items() if field in plain}
    return meanings | policy_headers(plain, own)


def policy_headers(plain: Mapping[str, str], own: Mapping[str, str | tuple[str, ...]]) -> dict[str, str]:
    """The headers that the policy names, as compared, with the plain header that each means."""
    everywhere = {compared(field): field for part in (*PLAIN.values(), plain) for field in part}
    pairs = [pair for key, value in own.items() for pair in _pairs(key, value, everywhere)]
    return {compared(alias): field for field, alias in pairs if field in plain}


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


MOST_COLUMNS = 16_384
"""What Excel has."""


def read_header(
    cells: Sequence[str],
    kind: Kind,
    meanings: Mapping[str, str],
    where: str,
    decided: Mapping[str, str] = MappingProxyType({}),
    own: Collection[str] = (),
    required: Sequence[str] | None = None,
) -> Columns:
    """The columns of a header record; `where` names file and line in the errors.

    `decided` is what people said that each means, `own` the headers that the policy names.

    Raises UserError for two columns that mean the same. Where a column that is required is missing, `require` says so.
    """
    if len(cells) > MOST_COLUMNS:
        said = f"{where}: {counted(len(cells), 'column')}; a table has {MOST_COLUMNS:,} at most."
        raise UserError(said, "Export it again.")
    known: dict[str, Column] = {}
    ignored: list[str] = []
    unknown: list[str] = []
    seen: dict[str, int] = {}
    titles = [" ".join(visible(cell).split()) for cell in cells]
    for place, title in enumerate(titles):
        key = compared(title)
        if not key or key in OURS:
            continue
        if key in seen:
            raise UserError(f"{where}: the header '{title}' stands there twice.", "Remove or rename one of the two.")
        seen[key] = place
    by_field: dict[str, list[str]] = {}
    for key in seen:
        by_field.setdefault(meanings.get(key, ""), []).append(key)
    for key, place in seen.items():
        field, title = meanings.get(key), titles[place]
        # what was decided for another file gives way to a column that says it itself
        others = [other for other in by_field[field] if other != key] if field else []
        gives_way = bool(others) and key in decided and key not in own
        guessed = key in OWNERS and key not in decided and key not in own
        if field is None or gives_way or (guessed and not _owner_is_clear(kind, by_field)):
            ignored.append(title)
            if key not in decided:
                unknown.append(title)
        elif field in known:
            raise UserError(
                f"{where}: the columns '{known[field].title}' and '{title}' both mean {field}.",
                "Remove one of the two, or rename it.",
            )
        else:
            known[field] = Column(place, title, field)
    missing = tuple(field for field in (REQUIRED[kind] if required is None else required) if field not in known)
    return Columns(tuple(known.values()), tuple(ignored), len(cells), tuple(unknown), missing, tuple(titles))


def _owner_is_clear(kind: Kind, by_field: Mapping[str, Sequence[str]]) -> bool:
    """Whether a bare `Owner` says who it is: of an account the AE, if it stands beside a column for another person."""
    if kind != "accounts":
        return True
    return len(by_field.get("ae", ())) == 1 and any(by_field.get(field) for field in ("csm", "sa", "pse"))


def require(columns: Columns, plain: Mapping[str, str], meanings: Mapping[str, str], where: str) -> None:
    """Raise UserError for a required column that is missing."""
    if columns.missing:
        hint = _help(columns.missing[0], plain, columns.ignored, meanings)
        raise UserError(f"{where}: no column for {', '.join(columns.missing)}.", hint)


def _help(field: str, plain: Mapping[str, str], ignored: Sequence[str], meanings: Mapping[str, str]) -> str:
    names = [key for key, meant in meanings.items() if meant == field]
    near = [t for t in ignored if len(t) <= _LONGEST_TITLE and get_close_matches(compared(t), names)]
    also = plain[field].split(",")[:3]
    said = f"Call it {field}, {', '.join(name.strip() for name in also)}, or name yours in import_headers."
    return f"Did you mean '{near[0]}'? {said}" if near else said


@lru_cache(maxsize=1 << 10)
def compared(title: str) -> str:
    """What makes two headers the same: signs, spaces, case and accents' form ignored."""
    return _NO_LETTER.sub("", visible(title).strip().casefold().removesuffix("__c"))
