"""One cell → one value, as it is stored: days as ISO text, money in cents, people as e-mail, Slack id or name.

Each reader takes text without spaces around it, never empty, and raises `Wrong` with the reason in plain words.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from storage.model.account import HEALTHS
from storage.model.cta import CLOSED_NO_SUCCESS, CLOSED_SUCCESS, IN_PROGRESS, NEW, WITHDRAWN
from storage.model.importing import PERSON_ROLES
from storage.model.moments import YEARS, civil_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NAME_LENGTH, NOTE_LENGTH, LINK_LENGTH, TEXT_LENGTH = 255, 3000, 2000, 255
_MOST_CENTS = 10**15
_LONGEST_CADENCE = 60

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SHEET_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"})
# What our own exports put in front of text that a spreadsheet would carry out.
_NEUTRALISED = re.compile(r"''*[=+\-@\t\r]")
_EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
_NAMED_EMAIL = re.compile(r"[^<>]*<([^<>]+)>")
_SLACK_PERSON = re.compile(r"[UW][A-Z0-9]{7,}")
_SLACK_CHANNEL = re.compile(r"[CG][A-Z0-9]{7,}")
_SHORTENED_NUMBER = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_CHANNEL_NAME_LENGTH = 80


class Wrong(ValueError):
    """The cell can't be taken; the text says why and what would be right."""


def clean(cell: str) -> str:
    """The cell without spaces around it; raises Wrong for what no cell may hold."""
    text = cell.strip()
    if not text:
        return ""
    if found := _CONTROL.search(text):
        raise Wrong(f"holds a control character (code {ord(found[0])}); remove it")
    if text[0] == "=":
        raise Wrong(f"'{_short(text)}' is a formula; put its value there")
    if text in _SHEET_ERRORS:
        raise Wrong(f"'{text}' is an error of the spreadsheet, not a value")
    return text[1:] if text[0] == "'" and _NEUTRALISED.match(text) else text


def text_of(longest: int) -> Callable[[str], str]:
    """Any text of one line, up to a length."""

    def read(text: str) -> str:
        if len(text) > longest:
            raise Wrong(f"has {len(text):,} characters; at most {longest:,} fit")
        return " ".join(text.split())

    return read


def note(text: str) -> str:
    """Text of several lines, up to a note's length."""
    if len(text) > NOTE_LENGTH:
        raise Wrong(f"has {len(text):,} characters; a note holds at most {NOTE_LENGTH:,}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def name(text: str) -> str:
    """A name that can be seen: at least one letter, digit or sign."""
    found = text_of(NAME_LENGTH)(text)
    if not any(char.isalnum() or char.isprintable() for char in found):
        raise Wrong("has no visible character")
    return found


def crm_id(text: str) -> str:
    """A CRM's id, kept exactly."""
    if _SHORTENED_NUMBER.fullmatch(text):
        raise Wrong(f"'{text}' was shortened by a spreadsheet; export the column as text")
    return text_of(TEXT_LENGTH)(text)


def segment(text: str) -> str:
    """A segment, in lower case as the policy names it."""
    return text_of(TEXT_LENGTH)(text).casefold()


def link(text: str) -> str:
    """A web address."""
    if not text.lower().startswith(("https://", "http://")) or len(text.split()) != 1:
        raise Wrong(f"'{_short(text)}' is not a web address (https://…)")
    return text_of(LINK_LENGTH)(text)


def person(text: str) -> str:
    """A person: an e-mail in lower case, a Slack id, or a name to be found among the people known."""
    if named := _NAMED_EMAIL.fullmatch(text):
        text = named[1].strip()
    if "@" in text:
        return email(text)
    if _SLACK_PERSON.fullmatch(text):
        return text
    return name(text)


def email(text: str) -> str:
    """An e-mail address, in lower case."""
    if not _EMAIL.fullmatch(text):
        raise Wrong(f"'{_short(text)}' is not an e-mail address")
    return text_of(TEXT_LENGTH)(text).lower()


def role(text: str) -> str:
    """A person's role; the older and the sales names are understood."""
    word = text.casefold()
    found = {"tam": "csm", "sae": "ae", "sal": "ae"}.get(word, word)
    if found not in PERSON_ROLES:
        raise Wrong(f"'{_short(text)}' is not a role; use {', '.join(PERSON_ROLES)}")
    return found


def channel(text: str) -> str:
    """A Slack channel: its id, or `#name`, which is looked up among the channels known."""
    if _SLACK_CHANNEL.fullmatch(text):
        return text
    found = text.removeprefix("#").lower()
    if not found or len(found) > _CHANNEL_NAME_LENGTH or re.search(r"[\s,.#@<>]", found):
        raise Wrong(f"'{_short(text)}' is not a channel; give its id (C…) or #name")
    return f"#{found}"


def currency(text: str) -> str:
    """An ISO code of three letters."""
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        raise Wrong(f"'{_short(text)}' is not a currency code such as USD")
    return text.upper()


def cadence(text: str) -> int:
    """Whole months between EBRs."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= _LONGEST_CADENCE:
        raise Wrong(f"'{_short(text)}' is not a number of months from 1 to {_LONGEST_CADENCE}")
    return int(text)


def health(text: str) -> str:
    """Green, yellow or red."""
    found = {"amber": "yellow", "g": "green", "y": "yellow", "r": "red"}.get(text.casefold(), text.casefold())
    if found not in HEALTHS:
        raise Wrong(f"'{_short(text)}' is not a health; use {', '.join(HEALTHS)}")
    return found


def day_reader(formats: Sequence[str], zone: str) -> Callable[[str], str]:
    """A reader of days: ISO, or one of the policy's formats; an instant counts on its civil day in the zone."""

    def read(text: str) -> str:
        found = _iso_day(text, zone) or _day_as_declared(text, formats)
        if found is None:
            others = [f for f in formats if f != "%Y-%m-%d"]
            also = f" or {date(2027, 4, 30).strftime(others[0])}" if others else ""
            raise Wrong(f"'{_short(text)}' is not a day; write it as 2027-04-30{also} (policy: date_formats)")
        if found.year not in YEARS:
            raise Wrong(f"{found.isoformat()} can't be meant: days run from {YEARS[0]} to {YEARS[-1]}")
        return found.isoformat()

    return read


def _iso_day(text: str, zone: str) -> date | None:
    if not re.match(r"\d{4}-\d\d-\d\d(?:$|[T ])", text):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise Wrong(f"'{text}' is not a day of the calendar") from None
        return None
    return civil_day(at.astimezone(UTC), zone) if at.tzinfo else at.date()


def _day_as_declared(text: str, formats: Sequence[str]) -> date | None:
    for form in formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a civil day, no instant
        except ValueError:
            continue
    return None


_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD")
_SIGNS = {"$": _DOLLARS, "US$": ("USD",), "€": ("EUR",), "£": ("GBP",), "¥": ("JPY", "CNY"), "₹": ("INR",)}
_AMOUNT = re.compile(r"(?P<before>[^\d.,]*)(?P<number>[\d.,'’ \u00a0\u202f\u2009]*\d)(?P<after>\D*)")
_NEGATIVE = re.compile(r"[-(\u2212]")
_SPACES = re.compile(r"[ \u00a0\u202f\u2009'’]")


class Unsettled(Wrong):
    """An amount such as `1,234` that may be read in two ways."""


def money(text: str, home: str, mark: str) -> tuple[int, str | None]:
    """An amount in cents, and the currency if the cell names one. `home` is the policy's currency.

    `mark` is the decimal mark where it is settled ('.' or ','), else ''. Raises Unsettled for `1,234` without one.
    """
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise Wrong(f"'{_short(text)}' is not an amount such as 1234.50")
    code = _currency_of(found["before"] + found["after"], home, text)
    if _NEGATIVE.search(text):
        raise Wrong(f"'{_short(text)}' is negative")
    number = _SPACES.sub("", found["number"])
    cents = _cents(number, decimal_mark(number) or mark, text)
    if cents > _MOST_CENTS:
        raise Wrong(f"'{_short(text)}' is too large to be meant")
    return cents, code


def decimal_mark(number: str) -> str:
    """The decimal mark that an amount gives away: '.' or ',' (also where only the other groups thousands), else ''.

    `1,234` and `1.234` give nothing away; `1234` does not either.
    """
    digits = _SPACES.sub("", re.sub(r"[^\d.,'’ ]", "", number))
    marks = [char for char in digits if char in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    other = "." if last == "," else ","
    if other in marks:
        return last
    if len(marks) > 1:
        return other
    whole, _, rest = digits.partition(last)
    is_group = len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0"  # noqa: PLR2004 - digits of a group
    return "" if is_group else last


def _cents(number: str, mark: str, text: str) -> int:
    if not mark and ("," in number or "." in number):
        separator = "," if "," in number else "."
        whole, _, rest = number.partition(separator)
        raise Unsettled(
            f"'{_short(text)}' can be read as {whole}{rest} or as {whole}.{rest}: write it without the separator,"
            " or set decimal_mark in the policy"
        )
    whole, _, rest = number.partition(mark) if mark else (number, "", "")
    thousands = "," if mark == "." else "."
    groups = whole.split(thousands)
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(g) != 3 for g in groups[1:])):  # noqa: PLR2004
        raise Wrong(f"'{_short(text)}' is not an amount: the separators don't add up")
    rest = rest.rstrip("0")
    if len(rest) > 2 or (not rest.isdigit() and rest):  # noqa: PLR2004 - cents
        raise Wrong(f"'{_short(text)}' is not an amount with at most two decimals")
    return int("".join(groups) or "0") * 100 + int(rest.ljust(2, "0") or "0")


def _currency_of(words: str, home: str, text: str) -> str | None:
    word = _NEGATIVE.sub("", words).strip(" )").upper()
    if not word:
        return None
    codes = _SIGNS.get(word, (word,) if re.fullmatch(r"[A-Z]{3}", word) else ())
    if not codes:
        raise Wrong(f"'{_short(text)}' is not an amount: '{_short(word)}' is no currency")
    return home if home in codes else codes[0]


_STATUSES = {
    "new": NEW,
    "open": NEW,
    "notstarted": NEW,
    "workinprogress": IN_PROGRESS,
    "inprogress": IN_PROGRESS,
    "wip": IN_PROGRESS,
    "closedsuccess": CLOSED_SUCCESS,
    "closedsuccessful": CLOSED_SUCCESS,
    "success": CLOSED_SUCCESS,
    "closednosuccess": CLOSED_NO_SUCCESS,
    "closedunsuccessful": CLOSED_NO_SUCCESS,
    "nosuccess": CLOSED_NO_SUCCESS,
    "withdrawn": WITHDRAWN,
}


def status(text: str) -> str:
    """A CTA's status: our key, or Gainsight's label (`Closed - No Success`)."""
    found = _STATUSES.get(re.sub(r"[\W_]+", "", text.casefold()))
    if found is None:
        raise Wrong(f"'{_short(text)}' is not a status; use New, Work in progress, Closed success, Closed no success")
    return found


def _short(text: str) -> str:
    shown = text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - what fits into a line
    return shown.replace("\n", " ").replace("\r", " ")
