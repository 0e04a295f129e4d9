"""Cells about accounts as what is kept: segment, health, notice, and whether it renews by itself."""

from __future__ import annotations

import re

from handlers.door.values import TEXT_LENGTH, Wrong, short, text_of, whole
from storage.account.record import HEALTHS


def segment(text: str) -> str:
    """A segment, in lower case as the policy names it."""
    return text_of(TEXT_LENGTH)(text).casefold()


def health(text: str) -> str:
    """Green, yellow or red."""
    found = {"amber": "yellow", "g": "green", "y": "yellow", "r": "red"}.get(text.casefold(), text.casefold())
    if found not in HEALTHS:
        raise Wrong(f"'{short(text)}' is not a health; use {', '.join(HEALTHS)}")
    return found


_LONGEST_NOTICE = 730
_DAYS = re.compile(r"(\d{1,4})(?:\.00?)?(?: ?(?:d|days?|calendar days?|tage?|jours?))?", re.IGNORECASE | re.ASCII)
_YES = frozenset(["yes", "y", "true", "t", "1", "x", "ja", "j", "wahr", "oui", "vrai", "automatic", "auto", "on"])
_NO = frozenset(["no", "n", "false", "f", "0", "nein", "falsch", "non", "faux", "manual", "off"])


def notice_days(text: str) -> int:
    """Days before the renewal by which notice must be given."""
    found = _DAYS.fullmatch(text)
    if found is None or int(found[1]) > _LONGEST_NOTICE:
        raise Wrong(f"'{short(text)}' is not a number of days from 0 to {_LONGEST_NOTICE}")
    return int(found[1])


_MOST_LICENCES = 100_000_000


def licences(text: str) -> int:
    """How many licences were bought at first: a whole number."""
    if (found := whole(text)) > _MOST_LICENCES:
        raise Wrong(f"'{short(text)}' is not a number of licences")
    return found


def renews_by_itself(text: str) -> int:
    """Whether it renews where nobody gives notice: yes is 1, no is 0."""
    plain = text.casefold().removesuffix(".0")
    if plain not in _YES | _NO:
        raise Wrong(f"'{short(text)}' is neither yes nor no")
    return int(plain in _YES)
