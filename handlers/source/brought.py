"""What came of a source, and patience with it: asked again after a while where that may help, but not for long."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from storage.base.errors import UserError
from storage.base.folding import printable
from storage.base.moments import instant, instant_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from storage.base.outside import Source

    Answer = TypeVar("Answer")

NOTHING = "Nothing was changed."
WAITS = (1.0, 5.0, 20.0)
"""Seconds before each further try; where more is asked for, up to the last."""
_SLICE = 0.1
_OVERLAP = timedelta(minutes=10)
"""What was written just before the last pull may have come into sight after it."""
_ASTRAY = timedelta(hours=1)
"""So far may this machine's clock be from theirs."""


class Brought(NamedTuple):
    """`mark` is what the next pull goes on from; `is_partial`: only what changed is there, the rest is as it was.

    `written_at`: when it was written, where the source says so.
    """

    mark: str = ""
    is_new: bool = True
    is_partial: bool = False
    written_at: datetime | None = None


class NotTaken(Exception):
    """A record or a value that they refuse, in words. `gone`: the record; `stale`: it was changed since it was read."""

    def __init__(self, words: str, *, gone: bool = False, stale: bool = False) -> None:
        super().__init__(words)
        self.gone, self.stale = gone, stale


class Records(Protocol):
    """Single records of a CRM. Raises NotTaken, and UserError where nothing of it can be reached."""

    def read(self, key: str, columns: Sequence[str]) -> tuple[dict[str, object], str]:
        """What stands in those of the fields that are there, and when the record was changed last."""

    def write(self, key: str, cells: Mapping[str, str | None], stamp: str) -> str:
        """Write fields of a record that is as it was at `stamp`; when it was changed now, where they say so."""


NO_SENSE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)
"""What is raised by taking apart an answer that is none of theirs: a page of a proxy's, a list for a record."""


def told(words: object, *secrets: str | None) -> str:
    """What they say themselves, cut short: without what signs in there, and without what would steer a terminal."""
    text = str(words)
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    return printable(" ".join(text.split()))[:200].rstrip(".")


def no_sense(name: str, whose: str, error: Exception) -> str:
    """That, in words; what was answered is not repeated."""
    return f"{name}: what {whose} answered makes no sense: {type(error).__name__}."


@contextmanager
def making_sense(name: str, whose: str) -> Iterator[None]:
    """What is made of an answer; a UserError, in words, where that can't be."""
    try:
        yield
    except NO_SENSE as error:
        raise UserError(no_sense(name, whose, error), f"It is tried again. {NOTHING}") from error


def patiently(
    call: Callable[[], Answer], again: Callable[[Exception], float | None], name: str, halted: Callable[[], bool]
) -> Answer:
    """Call, and again where `again` says after how many seconds (0: as we like; None: that does not help)."""
    for wait in WAITS:
        try:
            return call()
        except Exception as error:
            asked = again(error)
            if asked is None or asked > WAITS[-1]:
                raise
            _sleep(max(wait, asked), name, halted)
    return call()


def _sleep(seconds: float, name: str, halted: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if halted():
            raise UserError(f"{name} was given up on the way.", NOTHING)
        time.sleep(min(left, _SLICE))


class Changes:
    """From when on a source is asked for what changed, and from when on it is the next time."""

    def __init__(self, rule: Source, mark: str, now: datetime) -> None:
        """All of it is wanted at first, and now and then: what was deleted there, or changed beside it, shows then."""
        kept = json.loads(mark) if mark.startswith("{") else {}
        whole = instant(kept["whole"]) if kept else None
        often = timedelta(days=1 if rule.missing == "archive" else 7)
        self.since = instant(kept["since"]) if whole and now - whole < often else None
        self._whole = whole if self.since and whole else now
        self._latest = now - _ASTRAY + _OVERLAP
        self._last = now + timedelta(days=1)

    def saw(self, at: datetime) -> None:
        """A record changed then. An instant far ahead is none: all that changes before it would not be asked for."""
        if at <= self._last:
            self._latest = max(at, self._latest)

    def mark(self) -> str:
        """What the next pull goes on from."""
        since = self._latest - _OVERLAP
        return json.dumps({"since": instant_text(since), "whole": instant_text(self._whole)})


def instant_of(text: str) -> datetime:
    """An instant as both write it: `2026-11-29T10:00:00.000+0000`, `2026-11-29T10:00:00.123Z`."""
    found = datetime.fromisoformat(text.replace("+0000", "+00:00"))
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
