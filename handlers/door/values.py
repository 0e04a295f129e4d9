"""One cell → one value, as it is stored: people as e-mail, Slack id or name. Days and money have modules of their own.

Each reader takes text without spaces around it, never empty, and raises `Wrong` with the reason in plain words.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from storage.base.folding import CONTROL, folded, id_key, plain_signs, visible
from storage.base.person import PERSON_ROLES
from storage.base.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Callable

NAME_LENGTH, NOTE_LENGTH, LINK_LENGTH, TEXT_LENGTH = 255, 3000, 2000, 255
_LONGEST_CADENCE = 60
_LONGEST_WORD = 30
NO_NUMBER = "(infinite, or no number)"
"""What stands in a cell for a number that a source had and nobody can keep."""

# Of Excel, LibreOffice and Sheets, in the languages that exports come in; compared in lower case.
_ERRORS = """
    ref! n/a value! div/0! name? null! num! spill! calc! getting_data blocked! connect! field! unknown! busy! external!
    python! timeout! error! err! macro? nv wert! bezug! zahl! überlauf! kalk! daten_abrufen blockiert! verbinden! feld!
    unbekannt! valeur! nom? nombre! propagation! nul! nd rif! valore! nome? espansione! ¡ref! ¡valor! ¡num! ¡div/0!
    ¡nulo! ¿nombre? valor! núm! n/d nombre? waarde! verw! naam? getal! leeg! n/b overloop!
"""
_SHEET_ERRORS = frozenset(f"#{name}" for name in _ERRORS.split())
_SHEET_ERROR = re.compile(r"err:\d{3}|#{2,}|#[^\s#a-z]+[!?]")
_EMPTY_WORDS = r"""
    - -- --- . ? null (null) <null> [null] \n nil none (none) <none> [none] -none- --none-- (blank) blank (empty) empty
    <blank> [blank] <empty> [empty] (leer) leer
    n/a n.a. n.a n/a. (n/a) k.a. k.a k/a nan undefined (undefined) tbd tba tbc
"""
_EMPTY_PHRASES = (
    "not set",
    "not applicable",
    "not specified",
    "(not specified)",
    "(not set)",
    "not available",
    "no value",
    "(no value)",
    "no owner",
    "keine angabe",
)
_EMPTY = frozenset((*_EMPTY_WORDS.split(), *_EMPTY_PHRASES))
# What our own exports put in front of text that a spreadsheet would carry out.
_NEUTRALISED = re.compile(r"''*[=+\-@\t\r]")
_ADDRESS = r"[^\s@<>(),;:\"'|\[\]\\/]+@[\w-]+(?:\.[\w-]+)+"
_EMAIL = re.compile(_ADDRESS)
_MAILTO = re.compile(rf"mailto:({_ADDRESS})(?:\?[^\s<>|)\]]*)?", re.IGNORECASE)
_NAMED = re.compile(r"[^@<>(){}\[\]]*[<(\[{]{1,2}@[)>\]}]{1,2}[)>\]}.,;\s]*")
_AROUND = "<>()[]{}\"'`.,;: |"
_ROLES = {
    **dict.fromkeys(("tam", "customer success manager", "technical account manager"), "csm"),
    **dict.fromkeys(
        ("sae", "sal", "account executive", "strategic account executive", "strategic account leader"), "ae"
    ),
    **dict.fromkeys(("solutions architect", "solution architect", "solutions engineer"), "sa"),
    **dict.fromkeys(("professional services engineer", "professional services"), "pse"),
    "administrator": "admin",
}
_SLACK_PERSON = re.compile(r"(?:<@)?([UW][A-Z0-9]{7,})(?:\|[^>]*)?>?")
_SLACK_CHANNEL = re.compile(r"[CG][A-Z0-9]{7,}")
_SHORTENED_NUMBER = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_CHANNEL_NAME_LENGTH = 80
_WHOLE = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,12}(?:\.0+)?")
_ALMOST_WHOLE = re.compile(r"[0-9]{1,12}\.(?:0{9,}|9{9,})[0-9]*")  # what arithmetic of a machine makes of one
_GROUP = 3  # 1.234 could be read as a thousand
_MOST_ZEROS = 400
_THOUSANDS_OR_NOTHING = re.compile(r"[1-9]\d{0,2}\.000")  # `1.000` is a thousand in half of Europe


class Wrong(ValueError):
    """The cell can't be taken; the text says why and what would be right."""


class Unsettled(Wrong):
    """The cell may be read in several ways, such as `1,234` or `4/5/2027`: one word about its column settles it."""


def clean(cell: str) -> str:
    """The cell without spaces around it and invisible characters, '' for the words that mean empty.

    Raises Wrong for what no cell may hold.
    """
    if cell.isascii() and cell.isdigit():
        return cell
    text = visible(cell).strip()
    if not text:
        return ""
    if found := CONTROL.search(text):
        raise Wrong(f"holds a control character (code {ord(found[0])}); remove it")
    if text[0] == "=":
        if literal := _TEXT_FORMULA.fullmatch(text):  # how exports keep an id's zeros in front
            return literal[1].strip()
        raise Wrong(f"'{short(text)}' is a formula; put its value there")
    if len(text) <= _LONGEST_WORD:
        plain = plain_signs(text).lower()
        if plain in _EMPTY:
            return ""
        if plain == NO_NUMBER:
            raise Wrong("is infinite, or not a number at all")
        if plain in _SHEET_ERRORS or _SHEET_ERROR.fullmatch(plain if plain[0] == "e" else plain_signs(text)):
            raise Wrong(f"'{text}' is an error of the spreadsheet, not a value")
    return text[1:] if text[0] == "'" and _NEUTRALISED.match(text) else text


def text_of(longest: int) -> Callable[[str], str]:
    """Any text of one line, up to a length."""

    def read(text: str) -> str:
        if len(text) > longest:
            raise Wrong(f"has {counted(len(text), 'character')}; at most {longest:,} fit")
        return " ".join(text.split())

    return read


def note(text: str) -> str:
    """Text of several lines, up to a note's length."""
    if len(text) > NOTE_LENGTH:
        raise Wrong(f"has {counted(len(text), 'character')}; a note holds at most {NOTE_LENGTH:,}")
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
    found = text_of(TEXT_LENGTH)(text.removeprefix("'"))  # the sign that keeps a number as text
    key = id_key(found)
    return key if key.isdecimal() else found


def link(text: str) -> str:
    """A web address."""
    if not text.lower().startswith(("https://", "http://")) or len(text.split()) != 1:
        raise Wrong(f"'{short(text)}' is not a web address (https://…)")
    return text_of(LINK_LENGTH)(text)


def person(text: str) -> str:
    """A person: an e-mail in lower case, a Slack id, or a name to be found among the people known."""
    if found := _SLACK_PERSON.fullmatch(text):
        return found[1]
    if "@" in text or "mailto:" in text.lower():
        return email(text)
    return name(text)


def email(text: str) -> str:
    """An e-mail address in lower case, out of `mailto:`, `Name <a@b>`, brackets and full stops around it."""
    plain = _MAILTO.sub(r"\1", text)
    found = {address.lower().strip(".") for address in _EMAIL.findall(plain)}
    if len(found) > 1:
        raise Wrong(f"'{short(text)}' names {counted(len(found), 'address', 'addresses')}; give one")
    rest = _EMAIL.sub("@", plain)
    if not found or not (set(rest) - set(_AROUND) == {"@"} or _NAMED.fullmatch(rest)):
        raise Wrong(f"'{short(text)}' is not an e-mail address")
    address = found.pop()
    if ".." in address or ".@" in address:
        raise Wrong(f"'{short(text)}' is not an e-mail address")
    return text_of(TEXT_LENGTH)(address)


def role(text: str) -> str:
    """A person's role; the older and the sales names are understood."""
    word = " ".join(re.findall(r"\w+", folded(text)))
    found = _ROLES.get(word, word)
    if found not in PERSON_ROLES:
        raise Wrong(f"'{short(text)}' is not a role; use {', '.join(PERSON_ROLES)}")
    return found


def channel(text: str) -> str:
    """A Slack channel: its id, or `#name`, which is looked up among the channels known."""
    if _SLACK_CHANNEL.fullmatch(text):
        return text
    found = text.removeprefix("#").lower()
    if not found or len(found) > _CHANNEL_NAME_LENGTH or re.search(r"[\s,.#@<>]", found):
        raise Wrong(f"'{short(text)}' is not a channel; give its id (C…) or #name")
    return f"#{found}"


def cadence(text: str) -> int:
    """Whole months between EBRs."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= _LONGEST_CADENCE:
        raise Wrong(f"'{short(text)}' is not a number of months from 1 to {_LONGEST_CADENCE}")
    return int(text)


def whole(text: str) -> int:
    """A whole number of 0 or more."""
    if len(text) <= 12 and text.isascii() and text.isdigit():  # noqa: PLR2004 - digits, as the pattern takes them
        return int(text)
    if _ALMOST_WHOLE.fullmatch(text):
        return int(float(text) + 0.5)
    if not (text.isascii() and _WHOLE.fullmatch(text)):
        raise Wrong(f"'{short(text)}' is no whole number of 0 or more")
    before, _, after = text.replace(",", "").partition(".")
    if _THOUSANDS_OR_NOTHING.fullmatch(text):
        raise Wrong(f"'{text}' can be read as {before}{after} or as {before}: write it without the full stop")
    return int(before)


def in_digits(number: float | Decimal, *, told_apart: bool = True) -> str:
    """A number as a cell has it, with all its digits; `told_apart`: its point can't be meant for a thousand's."""
    exact = Decimal(repr(number)) if isinstance(number, float) else number
    if not exact.is_finite():
        return NO_NUMBER
    if exact and abs(exact.adjusted()) > _MOST_ZEROS:
        return str(exact)
    text = f"{exact:f}"
    if "." not in text:
        return text
    whole, _, rest = text.rstrip("0").partition(".")
    return f"{whole}.{rest}0" if told_apart and len(rest) == _GROUP else f"{whole}.{rest}".removesuffix(".")


def short(text: str) -> str:
    """A cell as a reason quotes it."""
    shown = text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - what fits into a line
    return shown.replace("\n", " ").replace("\r", " ")
