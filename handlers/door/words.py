"""Slack's command text as words: quotes, mentions, links and escapes. Pure; the grammars use it.

Slack sends `<@U1|ann>` for a mention, `<#C1|general>` for a channel, `<https://…|label>` for a link and
`&amp;`, `&lt;`, `&gt;` for the characters themselves; keyboards add smart quotes. A grammar reads words and,
for a note, the rest of the text as it was typed (`rest_from`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from storage.base.errors import UserError
from storage.base.folding import printable, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["word", "quoted", "user", "channel", "group", "link", "email"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a quoted phrase as people read it, and what Slack says that it is.

    `id` is the Slack id of a user, channel or user group, or the address of a link; `start` is its place
    in the command's text.
    """

    text: str
    kind: Kind = "word"
    id: str = ""
    start: int = 0

    @property
    def id_or_text(self) -> str:
        """As it can be typed again: a mention by its id, a phrase in quotes."""
        match self.kind:
            case "user":
                return f"<@{self.id}>"
            case "channel" if self.id:
                return f"<#{self.id}>"
            case "quoted":
                return f'"{self.text}"'
        return self.text


_DOUBLE_QUOTES, _SINGLE_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb", "\u2018\u2019\u201a\u201b"
_STRAIGHT: Final = str.maketrans({**dict.fromkeys(_DOUBLE_QUOTES, '"'), **dict.fromkeys(_SINGLE_QUOTES, "'")})

_MARKUP = r"<(?P<mark>[@#!]?)(?P<target>[^<>|\s]+)(?:\|(?P<label>[^<>]*))?>"
_ENTITY = re.compile(_MARKUP)
# A quote opens only where a word starts and closes only where one ends: O'Brien and 5" are words.
_TOKEN = re.compile(
    r'"(?P<double>[^"]*)"(?!\w)'
    r"|'(?P<single>[^']*(?:'\w[^']*)*)'(?!\w)"
    rf"|{_MARKUP}"
    rf"|(?P<word>(?:(?!{re.sub(r'[?]P<[a-z]+>', '?:', _MARKUP)})\S)+)",
)
# What most commands are made of: nothing in it has a meaning of its own.
_PLAIN = re.compile(r"[\w .,:;#+/-]*", re.ASCII)
_SPACED = re.compile(r"\S+")
_ESCAPE = re.compile(r"&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}
_CUT = ("…", "...")


def split_words(text: str) -> list[Word]:
    """The words of a command's text. An opening quote that is never closed is left out."""
    if _PLAIN.fullmatch(text):
        return [Word(token[0], start=token.start()) for token in _SPACED.finditer(text)]
    straight = text.translate(_STRAIGHT)
    words = []
    for token in _TOKEN.finditer(straight):
        quoted = token["double"] if token["double"] is not None else token["single"]
        if quoted is not None:
            words.append(Word(readable(quoted).strip(), "quoted", start=token.start()))
        elif token["target"]:
            words.append(_entity(token))
        elif plain := readable(token["word"]).lstrip('"'):
            words.append(Word(plain, start=token.start()))
    return words


def rest_from(text: str, word: Word) -> str:
    """The text from a word on, as it was typed: for notes."""
    return readable(text[word.start :]).strip()


def readable(text: str) -> str:
    """Slack's command text as people typed it: `@ann`, `#general`, addresses, `&`."""
    if text.isascii() and text.isprintable() and "<" not in text and "&" not in text:
        return text
    pieces: list[str] = []
    end = 0
    for found in _ENTITY.finditer(text):
        word = _entity(found)
        pieces += _unescape(text[end : found.start()]), _with_address(word)
        end = found.end()
    return _seen("".join(pieces) + _unescape(text[end:]))


def _seen(text: str) -> str:
    return printable(visible(text))  # word joiners, which templates/blocks/mrkdwn.py adds, are seen by nobody


def _with_address(word: Word) -> str:
    """A link as people read it, with its address where that is not what it shows."""
    if word.kind not in ("link", "email") or _is_address(word.text, word.id):
        return word.text
    return f"{word.text} ({word.id})"


def _is_address(shown: str, address: str) -> bool:
    """Whether a label is the address itself, as it is typed: `acme.com` for `http://acme.com/`."""
    bare = re.sub(r"^(?:https?://|mailto:|tel:)", "", address, flags=re.IGNORECASE).rstrip("/").casefold()
    return re.sub(r"^https?://", "", shown, flags=re.IGNORECASE).rstrip("/").casefold() == bare


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: _CHARACTERS[found[1]], text)


def _entity(found: re.Match[str]) -> Word:
    """What stands between angle brackets, as a word."""
    mark, target, start = found["mark"], _unescape(found["target"]), found.start()
    label = _seen(_unescape(found["label"] or "")).strip()
    if mark == "@":
        return Word(f"@{label.lstrip('@') or target}", "user", target, start)
    if mark == "#":
        return Word(f"#{label.lstrip('#') or target}", "channel", target, start)
    if mark == "!":
        command, _, argument = target.partition("^")
        if command == "subteam":
            return Word(f"@{label.lstrip('@') or argument}", "group", argument, start)
        return Word(label if command == "date" else f"@{command}", start=start)
    if target.startswith("mailto:"):
        address = target.removeprefix("mailto:")
        return Word(label or address, "email", address, start)
    if target.startswith("tel:"):
        return Word(label or target.removeprefix("tel:"), start=start)
    if label.endswith(_CUT) or any(cut in label and "://" in label for cut in _CUT):
        label = ""  # what a link shows may be cut
    return Word(label or target, "link", target, start)


SCOPES: Final = {"mine": "mine", "my": "mine", "team": "team", "all": "all", "everybody": "all"}


def scope_typed(words: Sequence[Word]) -> tuple[str, str]:
    """Whose a list is to be (`mine`, `team`, `all`, empty for not said), and what else was typed."""
    scope = next((SCOPES[word.text.casefold()] for word in words if word.text.casefold() in SCOPES), "")
    return scope, " ".join(word.text for word in words if word.text.casefold() not in SCOPES)


def scope_alone(words: Sequence[Word], otherwise: str) -> str:
    """Whose a list is to be, where nothing else is typed; raises UserError, which says what it would be otherwise."""
    scope, left = scope_typed(words)
    if left:
        raise UserError(f"'{left[:80]}' was not understood.", otherwise.format(left[:80]))
    return scope


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command asks for: the verb, the word that said it, and the words after it."""

    verb: str
    said: str
    rest: tuple[Word, ...]

    @property
    def scope(self) -> str:
        """Whose a list is to be: `mine`, `team`, `all`, or empty for not said."""
        words = (self.said, *(word.text.casefold() for word in self.rest))
        return next((SCOPES[word] for word in words if word in SCOPES), "")

    @property
    def person(self) -> Word | None:
        """Whose a list is to be, where somebody is mentioned."""
        return next((word for word in self.rest if word.kind in ("user", "email")), None)


def by_verb(text: str, verbs: Mapping[str, str], *, otherwise: str = "show") -> Asked:
    """Read a command by its first word. A quoted first word is a name, never a verb."""
    words: Sequence[Word] = split_words(text)
    if not words:
        return Asked("list", "", ())
    first = words[0]
    verb = verbs.get(first.text.casefold()) if first.kind == "word" else None
    if verb is None:
        return Asked(otherwise, "", tuple(words))
    return Asked(verb, first.text.casefold(), tuple(words[1:]))
