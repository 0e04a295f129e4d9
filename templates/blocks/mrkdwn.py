"""Text for people: what they typed, made harmless, in Slack's two kinds of text.

Used by every template (as Jinja globals, see render.py) and by templates/views.

- `mrkdwn("*{}* is due {}", name, day)` is the one way to put what people typed into formatted text. The
  pattern is ours and is taken as it is; every argument is escaped, unless it is `Mrkdwn` already.
- `plain(text, limit)` is for plain_text fields (buttons, options, headers), which Slack shows as they
  are.

What is done to an argument, and why:

- `&`, `<` and `>` become entities, so that `<!channel>`, `<@U1>` and links stay the text that they were
  typed as. Nothing else becomes an entity: Slack knows only these three.
- Slack has no way to escape `*`, `_`, `~`, a backtick or `:emoji:`. An invisible word joiner (U+2060)
  beside them takes their meaning away, as far as Slack's clients agree on what a word is. Inside a word
  (`snake_case`) and between spaces (`2 * 3`) they mean nothing and stay untouched. The same joiner
  disarms `@here`, `@channel`, `@everyone`, and `>` at the start of a line (a quotation).
  handlers/door/words.py drops word joiners again when somebody pastes such text back.
- Control characters, lone surrogates and the marks that turn the reading direction are dropped. Text with
  right-to-left letters is isolated, so that it cannot reorder what stands beside it.
- Line breaks become a space, since most places hold one line; `paragraph(text)` keeps them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from storage.base.moments import day_said, past_today

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

_Text = TypeVar("_Text", bound=str)

SECTION_LIMIT: Final = 3000
HEADER_LIMIT: Final = 150
URL_LIMIT: Final = 3000
NOTHING: Final = "-"  # Slack refuses an empty text

_JOINER = "\u2060"
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_ELLIPSIS = "…"

_DROPPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_WITH_MEANING = re.compile(
    r"(?P<entity>[&<>])"
    r"|(?P<mark>`|(?<![^\W_])[*_~](?=\S)|(?<=\S)[*_~](?![^\W_]))"
    r"|(?P<emoji>:)(?=[^\s:]+:)"
    r"|(?P<at>@)(?=(?:here|channel|everyone)\b)",
)
# Most texts hold nothing of this, and are done with it.
_TELLING = re.compile(rf"[&<>`*_~@]|:(?=\S)|{_RIGHT_TO_LEFT.pattern}")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

# What a cut must not go through: an entity, or anything between angle brackets (a mention, a link, a date).
_WHOLE = re.compile(r"&(?:amp|lt|gt);|<[^<>]*>")

# strftime takes as long as the rest of a message's words, and asks the machine's locale.

_PERSON_ID = re.compile(r"[UW][A-Z0-9]{1,20}")
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{1,20}")


class Mrkdwn(str):
    """Text in Slack's mrkdwn in which everything that people typed is escaped already."""

    __slots__ = ()


def mrkdwn(pattern: str, *arguments: object) -> Mrkdwn:
    """`pattern` with each `{}` replaced by an argument, escaped; ValueError for a wrong number of them."""
    pieces = _pieces(pattern)
    if len(pieces) != len(arguments) + 1:
        raise ValueError(f"{pattern!r} takes {len(pieces) - 1} arguments, not {len(arguments)}")
    filled = [pieces[0]]
    for argument, piece in zip(arguments, pieces[1:], strict=True):
        filled += as_mrkdwn(argument), piece
    return Mrkdwn("".join(filled))


def grammar(lines: Iterable[Sequence[str]]) -> Mrkdwn:
    """What can be typed and what it does, a line each, in every help alike."""
    return Mrkdwn("\n".join(mrkdwn("`{}`  {}", usage, Mrkdwn(what)) for usage, what in lines))


def as_mrkdwn(value: object) -> Mrkdwn:
    """One line of escaped text; what is `Mrkdwn` already stays as it is."""
    return value if isinstance(value, Mrkdwn) else _escape(one_line(str(value)))


def paragraph(text: str) -> Mrkdwn:
    """Escaped text that keeps its line breaks: a note, a description."""
    return _escape(_DROPPED.sub("", text).strip())


def plain(text: str, limit: int = HEADER_LIMIT) -> str:
    """One line for a plain_text field, at most `limit` characters and never empty.

    Mrkdwn there would be shown with its asterisks: a TypeError.
    """
    if isinstance(text, Mrkdwn):
        raise TypeError(f"mrkdwn in a plain_text field: {text[:80]!r}")
    return clip(one_line(str(text)), limit) or NOTHING


def one_line(text: str) -> str:
    """The text without control characters, on one line."""
    if text.isprintable():
        return text.strip()
    lines = (_DROPPED.sub("", line).replace("\t", " ").strip() for line in text.splitlines())
    return " ".join(line for line in lines if line)


def clip(text: _Text, limit: int) -> _Text:
    """The text cut to `limit` characters, the last of them an ellipsis.

    A cut never goes through an entity, a mention, a link, or a letter and its accent or joined emoji.
    """
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    if isinstance(text, Mrkdwn):
        cut_through = (whole for whole in _WHOLE.finditer(text) if whole.start() < end < whole.end())
        end = next((whole.start() for whole in cut_through), end)
    while end and (_is_attached(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return type(text)(text[:end].rstrip() + _ELLIPSIS[:limit])


def mention(slack_id: str | None, name: str) -> Mrkdwn:
    """A mention of a person; the escaped name where Slack does not know them."""
    if slack_id and _PERSON_ID.fullmatch(slack_id):
        return Mrkdwn(f"<@{slack_id}>")
    return as_mrkdwn(name)


def channel_mention(channel_id: str | None, name: str = "") -> Mrkdwn:
    """A link to a channel; its escaped name where the id is none."""
    if channel_id and _CHANNEL_ID.fullmatch(channel_id):
        return Mrkdwn(f"<#{channel_id}>")
    return as_mrkdwn(name)


def link(url: str | None, label: str) -> Mrkdwn:
    """A labelled link; the label alone where the address is not a whole http or https one."""
    words = as_mrkdwn(label)
    if not url or len(url) > URL_LIMIT or re.search(r"[\s\x00-\x20<>|\"\\]", url) or not _has_host(url):
        return words
    return Mrkdwn(f"<{url.replace('&', '&amp;')}|{words or as_mrkdwn(url)}>")


def moment(at: datetime) -> Mrkdwn:
    """An instant, shown by Slack in the reader's own time zone; the fallback names the zone of `at`."""
    fallback = _escape(f"{at.day} {at:%b %Y, %H:%M} {at.tzname() or ''}".strip())
    return Mrkdwn(f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|{fallback}>")


def day_words(day: date, today: date) -> str:
    """`today`, `tomorrow`, `yesterday`, else `Fri 18 Dec`, with the year where it is not this year."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((day - today).days)
    return near or day_said(day, today)


def on_day_words(day: date, today: date) -> str:
    """The same behind a verb: `today`, `tomorrow`, `on Fri 18 Dec`."""
    return on_words(day_words(day, today))


def on_words(said: str) -> str:
    """A day in words behind a verb."""
    return f"on {said}" if " " in said else said


def past_day_words(day: date, today: date) -> str:
    """A day on which something was done, where the team is: there it may be tomorrow already, or still yesterday."""
    today = past_today(today)
    return day_words(min(day, today), today)


def lived_day_words(day: date, today: date) -> str:
    """A day that people name by their own calendar, of what has happened: to who is not as far on it was today."""
    return day_words(min(day, today), today)


def money_words(cents: int, currency: str, default_currency: str) -> str:
    """`240,000`: cents only where there are any, the currency only where it is not the default."""
    units, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    amount = f"{sign}{units:,}.{rest:02}" if rest else f"{sign}{units:,}"
    return amount if currency == default_currency else f"{amount} {currency}"


@lru_cache(maxsize=2048)
def _pieces(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split("{}"))


def _escape(text: str) -> Mrkdwn:
    if not _TELLING.search(text):
        return Mrkdwn(text)
    text = _WITH_MEANING.sub(_without_meaning, text)
    if _RIGHT_TO_LEFT.search(text):
        text = f"{_ISOLATE}{text}{_END_OF_ISOLATE}"
    return Mrkdwn(text)


def _without_meaning(found: re.Match[str]) -> str:
    character = found[0]
    if found["mark"]:
        return f"{_JOINER}{character}{_JOINER}"
    if not found["entity"]:
        return f"{character}{_JOINER}"
    starts_a_line = found.start() == 0 or found.string[found.start() - 1] == "\n"
    return (_JOINER if character == ">" and starts_a_line else "") + _ENTITIES[character]


def _is_attached(character: str) -> bool:
    return (
        bool(unicodedata.combining(character))
        or character in "\u200d\ufe0e\ufe0f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
