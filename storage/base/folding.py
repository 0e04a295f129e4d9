"""What makes two spellings of a name, an id or a word the same. Pure, and the one place that knows.

`visible` takes out what nobody sees; `folded` is what is compared, for names and words alike; `id_spellings` are
the ways in which one CRM id is written. Used by imports, by whoever finds accounts, and by readers of typed words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from string import ascii_uppercase

# Everything that Unicode calls ignorable where it is shown: zero widths, direction marks, soft hyphens, joiners.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′‵´`ʹʻʼʽ＇❛❜", "'"),
        **dict.fromkeys("“”„‟″«»＂❝❞", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        "…": "...",
        "⁄": "/",
    }
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What nobody types, and what no database takes: halves of characters and the zero."""
_BREAKS = re.compile(r"[\x0b\x0c\x85]")
_QUOTES = re.compile(r"\"|(?<!\w)'(?=[\w\s]|$)|(?<=\w)'(?!\w)")
_AS_FLOAT = re.compile(r"([0-9]+)(?:\.0+|,00?)")  # three zeros behind a comma are a thousand
_SALESFORCE_LONG, _SALESFORCE_SHORT = 18, 15
_CAPITALS = bytes(b"01"[chr(code) in ascii_uppercase] for code in range(256))
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def printable(text: str) -> str:
    """What people typed, as it is kept: control characters would steer a terminal, and no import would take them back.

    What a paste has in the place of a line's end (a vertical tab of a slide) becomes a space.
    """
    return text if text.isprintable() else CONTROL.sub("", _BREAKS.sub(" ", text))


def visible(text: str) -> str:
    """The text without the characters that nobody sees."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def plain_signs(text: str) -> str:
    """The text with typographic quotes and dashes as a keyboard writes them."""
    return text if text.isascii() else text.translate(_SIGNS)


def folded(text: str) -> str:
    """What is compared: case, accents, spaces, typographic signs and invisible characters make no difference."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", visible(text).translate(_SIGNS))
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", apart)).translate(_SIGNS)
    return " ".join(text.replace("`", "'").casefold().split())


def name_key(name: str) -> str:
    """What is compared of a name: as `folded`, and without quotes around a part (`Toys "R" Us` is `Toys R Us`)."""
    key = folded(name)
    if '"' not in key and "'" not in key:
        return key
    return " ".join(_QUOTES.sub(" ", key).split()) or key


@lru_cache(maxsize=1 << 12)  # an import asks of each row's several times
def id_key(text: str) -> str:
    """An id's one spelling: `123.0` and `123,0` are `123`, a Salesforce id's 18 characters are its 15."""
    text = visible(text).strip()
    if found := _AS_FLOAT.fullmatch(text):
        return found[1]
    if len(text) == _SALESFORCE_LONG and long_id(text[:_SALESFORCE_SHORT]) == text:
        return text[:_SALESFORCE_SHORT]
    return text


def id_spellings(text: str) -> tuple[str, ...]:
    """The spellings under which an id may be stored, the text's own first."""
    key = id_key(text)
    also = [long_id(key)] if len(key) == _SALESFORCE_SHORT and key.isascii() and key.isalnum() else []
    if key.isascii() and key.isdigit():
        also += [f"{key}.0", f"{key},0"]
    return tuple(dict.fromkeys([visible(text).strip(), key, *also]))


def long_id(short: str) -> str:
    """The 18 characters of a Salesforce id of 15: each fifth's capitals, told by one more character."""
    capitals = int(short.encode("ascii", "replace").translate(_CAPITALS)[::-1], 2)  # the first is the lowest bit
    return short + _SUFFIX[capitals & 31] + _SUFFIX[capitals >> 5 & 31] + _SUFFIX[capitals >> 10]
