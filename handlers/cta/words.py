"""The grammar of `/cta`: words in any sensible order → what is meant. Pure; `handlers/cta` resolves and acts.

Names of accounts can hold any word ("Priority Health", "CI Systems"), so the caller hands in `known`: of the
phrases asked for, those that are exactly an account's name. Nothing typed is overlooked: what is left unread is
in `unread`, for the caller to ask about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from handlers.door.dates import LONGEST, find_day
from handlers.door.name_spans import LONGEST_NAME, phrase_of
from handlers.door.words import Word, rest_from, split_words
from storage.base.folding import folded
from storage.cta.record import SUCCESS_PLANS

if TYPE_CHECKING:
    from datetime import date

    from storage.base.policy import Policy

A = TypeVar("A")
Known = Callable[[Sequence[str]], Mapping[str, A]]

PLACE: Final = 10
COMMAND: Final = "/cta"
SAID: Final = ("cta open Acme expand ci", "open, list and close CTAs; also note, task, snooze, assign, due")
COMMAND_HELP: Final[list[tuple[str, str]]] = [
    ("/cta", "your open CTAs, what is due first"),
    ("/cta open Acme expand ci due 18 Dec note pilot with the platform team", "open a CTA; what is missing is asked"),
    ("/cta list @maya", "a colleague's open CTAs; everybody may look"),
    ("/cta list mine|team|overdue|week|slow|deferred|account Acme|use case CI|all", "lists to act in"),
    ("/cta show 12", "one CTA, with its tasks"),
    ("/cta close 12 success", "close it as won"),
    ("/cta close 12 no-success lack_of_budget until May at least", "close it with the reason, and a note"),
    ("/cta reopen 12", "take a close back"),
    ("/cta withdraw 12", "opened by mistake: out of lists and reports"),
    ("/cta task 12", "its tasks; also: done 3 · skip 4 not needed · add Book the demo"),
    ("/cta note 12 met the new CTO", "add a note"),
    ("/cta due 12 +2w", "two weeks later, or a day; open tasks move along"),
    ("/cta assign 12 @colleague", "another owner; open tasks move along"),
    ("/cta snooze 12 until 3 Jan waiting for legal", "no nudges until then"),
    ("/cta edit 12", "owner, due date, priority, plan; or how it was closed"),
    ("/cta history 12", "who changed what, when, from where"),
    ("/cta help", "this"),
]
"""Usage and what it does: the help that people read, and the README's table."""

VERBS: Final = {
    "open": "open", "new": "open", "start": "open", "create": "open",
    "close": "close", "end": "close",
    "list": "list", "ls": "list",
    "show": "show", "view": "show",
    "reopen": "reopen", "undo": "reopen",
    "withdraw": "withdraw",
    "task": "task", "tasks": "task",
    "note": "note",
    "due": "due",
    "assign": "assign", "reassign": "assign",
    "snooze": "snooze",
    "edit": "edit", "change": "edit", "correct": "edit",
    "history": "history",
    "help": "help", "?": "help",
    "admin": "admin",
}  # fmt: skip
_MOTIONS: Final = {"expand": "expand", "expansion": "expand", "enable": "enable", "enablement": "enable"}
_PRIORITIES: Final = {"high": "high", "medium": "medium", "normal": "medium", "low": "low"}
_BEGIN_A_CLAUSE: Final = frozenset({"due", "priority", "prio", "plan", *_PRIORITIES, *SUCCESS_PLANS})
_NEVER_CUT: Final = frozenset(
    {
        *_BEGIN_A_CLAUSE, *VERBS, "success", "successful", "won", "win", "yes", "lost", "until", "note", "today",
        "tomorrow", "yesterday", "next", "add", "done", "skip", "tick", "the", "and", "for", "with", "not",
        "unsuccessful", "nosuccess", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug",
        "sep", "oct", "nov", "dec",
    }
)  # fmt: skip
"""Words of the commands and the calendar: alone they are no start of a name."""
_NUMBER = re.compile(r"(?:#|№|cta[#:-]?|no\.|nr\.)?(\d{1,9})[.,;:)!]*", re.IGNORECASE)
OWNER: Final = "person:"
"""Before the id of a list's owner, as the bot's own buttons write it."""
_LISTS: Final[dict[str, dict[str, Any]]] = {
    **{word: {"scope": "mine"} for word in ("mine", "my", "me")},
    **{scope: {"scope": scope} for scope in ("team", "all")},
    **{word: {"state": "overdue"} for word in ("overdue", "late")},
    **{state: {"state": state} for state in ("week", "slow", "deferred")},
}
"""What a word says of which CTAs are listed, and whose."""
_BEFORE_A_NUMBER: Final = frozenset({"cta", "no", "nr", "number", "#", "№"})


@dataclass(frozen=True, slots=True)
class Subject(Generic[A]):
    """What a CTA is about: the account as `known` gave it, or what was typed for it, use case and motion."""

    account: A | None = None
    account_text: str = ""
    use_case: str = ""
    motion: str = ""


@dataclass(frozen=True, slots=True)
class OpenWords(Generic[A]):
    """`/cta open …` as read. `unread` is what nothing explains; `note_raw` is the note as Slack sent it."""

    subject: Subject[A]
    unread: str = ""
    due_on: date | None = None
    priority: str = ""
    success_plan: str = ""
    owner: Word | None = None
    note: str = ""
    note_raw: str = ""


@dataclass(frozen=True, slots=True)
class ListWords(Generic[A]):
    """`/cta list …` as read; an empty scope leaves it to the caller. `owner` is somebody mentioned."""

    scope: str = ""
    state: str = "open"
    subject: Subject[A] = Subject()
    unread: str = ""
    owner: Word | None = None


def read_verb(text: str) -> tuple[str, list[Word]]:
    """The sub-command and the words after it; an empty one where the text begins with none.

    `12` alone shows it, `12 close success` is `close 12 success`, `overdue` is `list overdue`.
    """
    words = split_words(text)
    if not words:
        return "", []
    verb = VERBS.get(key(words[0])) if words[0].kind == "word" else None
    if verb:
        return verb, words[1:]
    number, after = take_id(words)
    if number:
        later = VERBS.get(key(after[0])) if after else "show"
        if later:
            return later, [words[len(words) - len(after) - 1], *after[1:]]
    if key(words[0]) in _LISTS or _names_owner(words[0]):
        return "list", words
    return "", words


def cta_id(word: Word) -> int:
    """The number that a word is (`12`, `#12`, `12.`, `CTA-12`), else 0."""
    found = _NUMBER.fullmatch(word.text) if word.kind in ("word", "channel") else None
    return int(found[1]) if found else 0


def take_id(words: Sequence[Word], *, anywhere: bool = False) -> tuple[int, list[Word]]:
    """The CTA's number at the start (or `anywhere`) and the other words; 0 and all words for none."""
    places = range(len(words) if anywhere else min(len(words), 1))
    for place in places:
        if number := cta_id(words[place]):
            return number, [*words[:place], *words[place + 1 :]]
        after = words[place + 1 : place + 2]
        if after and key(words[place]) in _BEFORE_A_NUMBER and (number := cta_id(after[0])):
            return number, [*words[:place], *words[place + 2 :]]
    return 0, list(words)


def take_subject(
    words: Sequence[Word], policy: Policy, known: Known[A], cut: Known[A] | None = None
) -> tuple[Subject[A], list[Word]]:
    """Account, use case and motion, in any order, at the start of the words; and the words after them.

    `cut` knows names by their start; it is asked where no name is whole.
    """
    found = _subject_at_start(words, policy, _names_in(words, known))
    if found[0].account is not None or cut is None:
        return found
    names = [span for span in _names_in(words, cut) if not _has_a_meaning(words[span[0] : span[1]], policy)]
    return _subject_at_start(words, policy, names) if names else found


def _subject_at_start(
    words: Sequence[Word], policy: Policy, names: Sequence[tuple[int, int, A]]
) -> tuple[Subject[A], list[Word]]:
    subject: Subject[A] = Subject()
    place = 0
    while place < len(words):
        named = max((span for span in names if span[0] == place), key=lambda span: span[1], default=None)
        case = _use_case_at(words, place, policy)
        if named and subject.account is None:
            subject = replace(subject, account=named[2])
            place = named[1]
        elif not subject.motion and _motion(words[place]):
            subject = replace(subject, motion=_motion(words[place]))
            place += 1
        elif not subject.use_case and case:
            subject = replace(subject, use_case=case[0])
            place += case[1]
        else:
            break
    return subject, list(words[place:])


def read_open(
    text: str, words: Sequence[Word], policy: Policy, today: date, known: Known[A], cut: Known[A] | None = None
) -> OpenWords[A]:
    """`Acme expand ci due 18 Dec priority high internal @ann note …`, in any order; the note goes to the end."""
    words = _apart(words)
    note_at = next((i for i, word in enumerate(words) if i and key(word) == "note"), len(words))
    note_words = words[note_at + 1 :]
    before = words[:note_at]
    best = _plainly(before, policy, today, known) or _by_names(before, policy, today, known, cut)
    if not note_words:
        return best
    raw = text[note_words[0].start :]
    return replace(best, note=rest_from(text, note_words[0]), note_raw=raw.strip())


def _plainly(words: Sequence[Word], policy: Policy, today: date, known: Known[A]) -> OpenWords[A] | None:
    """The usual case, for which one look-up is enough: beside motion and use case stands just the name."""
    subject, said, left = _understand(words, policy, today)
    if not (left and "motion" in subject and "use_case" in subject):
        return None
    if "priority" in said or "success_plan" in said:
        return None  # "Internal Revenue" may be a name
    name, typed = _text_of(left), _text_of(words)
    if f" {name} " not in f" {typed} ":
        return None
    account = known([name]).get(name)
    return OpenWords(Subject(account, name, **subject), **said) if account is not None else None


def _by_names(
    words: Sequence[Word], policy: Policy, today: date, known: Known[A], cut: Known[A] | None
) -> OpenWords[A]:
    """Of several names in the words, the one that leaves most to be understood: in "CI expand ci", the first CI.

    Only where no name is whole, names that are cut.
    """
    names = _names_in(words, known)
    if not names and cut:
        names = [span for span in _names_in(words, cut) if not _has_a_meaning(words[span[0] : span[1]], policy)]
    readings: list[OpenWords[A]] = [
        _rest_of_open([*words[:start], *words[end:]], policy, today, account, words) for start, end, account in names
    ]
    return max(readings or [_rest_of_open(words, policy, today, None, words)], key=_understood)


def read_list(words: Sequence[Word], policy: Policy, known: Known[A], cut: Known[A] | None = None) -> ListWords[A]:
    """Words such as `mine`, `team`, `overdue`, `week`, `slow`, `deferred`, `account Acme`, `use case CI`."""
    words = _apart(words)
    asked: ListWords[A] = ListWords()
    rest: list[Word] = []
    place = 0
    while place < len(words):
        here = key(words[place])
        if _names_owner(words[place]):
            asked = replace(asked, owner=words[place])
        elif says := _LISTS.get(here):
            asked = replace(asked, **says)
        elif here not in ("account", "use", "case", "open", "of", "for", "this"):
            rest.append(words[place])
        place += 1
    # An account's own name may hold any of these words: then the whole text is the name, or that part of it.
    words = [word for word in words if key(word) != "account"]
    whole = _names_in(words, known)
    longest = max(whole, key=lambda span: span[1] - span[0], default=None)
    if longest and longest[1] - longest[0] > len(rest):
        return ListWords(subject=Subject(account=longest[2]))
    if longest and longest[1] - longest[0] > 1 and any(key(word) in _LISTS for word in words[slice(*longest[:2])]):
        asked = read_list([*words[: longest[0]], *words[longest[1] :]], policy, known, cut)
        return replace(asked, subject=replace(asked.subject, account=longest[2]))
    subject, left = take_subject(rest, policy, known, cut)
    return replace(asked, subject=subject, unread=" ".join(word.text for word in left))


def _names_owner(word: Word) -> bool:
    return word.kind in ("user", "email") or key(word).startswith(OWNER)


def _rest_of_open(
    words: Sequence[Word], policy: Policy, today: date, account: A | None, typed: Sequence[Word]
) -> OpenWords[A]:
    """The words of `open` beside a known account's name. Without one, what is left unread is the name."""
    subject, said, left = _understand(words, policy, today)
    if account is None:
        return OpenWords(Subject(None, _text_of(left), **subject), **said)
    understood = set(words) - set(left)
    named = _text_of([word for word in typed if word not in understood])
    return OpenWords(Subject(account, named, **subject), _text_of(left), **said)


def _understand(
    words: Sequence[Word], policy: Policy, today: date
) -> tuple[dict[str, str], dict[str, Any], list[Word]]:
    """Of the words of `open`: motion and use case, what the clauses say, and the words that are neither."""
    subject: dict[str, str] = {}
    said: dict[str, Any] = {}
    left: list[Word] = []
    place = 0
    while place < len(words):
        took = _clause(said, words, place, policy, today) or _subject_word(subject, words, place, policy)
        if not took:
            left.append(words[place])
        place += took or 1
    return subject, said, left


def _text_of(words: Sequence[Word]) -> str:
    return " ".join([word.text for word in words])


def _clause(said: dict[str, Any], words: Sequence[Word], place: int, policy: Policy, today: date) -> int:
    """Take an owner, a due date, a priority or a plan that begins at a word; the number of its words, 0 for none."""
    first = key(words[place])
    if words[place].kind == "user" and "owner" not in said:
        said["owner"] = words[place]
        return 1
    if first not in _BEGIN_A_CLAUSE:
        return 0
    second = key(words[place + 1]) if place + 1 < len(words) else ""
    if first == "due":
        found = find_day([w.text for w in words[place + 1 : place + 1 + LONGEST]], today, policy.date_formats)
        if found:
            said["due_on"] = found[0]
            return 1 + found[1]
    for word, other in ((first, second), (second, first)):
        if word in ("priority", "prio") and other in _PRIORITIES:
            said["priority"] = _PRIORITIES[other]
            return 2
        if word == "plan" and other in SUCCESS_PLANS:
            said["success_plan"] = other
            return 2
    if first in SUCCESS_PLANS:
        said["success_plan"] = first
        return 1
    return 0


def _subject_word(subject: dict[str, str], words: Sequence[Word], place: int, policy: Policy) -> int:
    """Take the motion or the use case that begins at a word; the number of its words, 0 for neither."""
    if "motion" not in subject and (motion := _motion(words[place])):
        subject["motion"] = motion
        return 1
    if "use_case" not in subject and (case := _use_case_at(words, place, policy)):
        subject["use_case"] = case[0]
        return case[1]
    return 0


def _understood(read: OpenWords[A]) -> tuple[int, int]:
    subject = read.subject
    return bool(subject.motion) + bool(subject.use_case) - len(read.unread.split()), len(subject.account_text)


def _names_in(words: Sequence[Word], known: Known[A]) -> list[tuple[int, int, A]]:
    """Where accounts' names stand in the words: start, end and what `known` gave for them."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for start in range(min(len(words), 12)):
        for end in range(start + 1, min(start + LONGEST_NAME, len(words)) + 1):
            if words[end - 1].kind == "channel":
                if end == start + 1:
                    spans.setdefault(phrase_of(words[start:end]), []).append((start, end))
                break
            if words[end - 1].kind not in ("word", "quoted", "link"):
                break
            spans.setdefault(phrase_of(words[start:end]), []).append((start, end))
    if not spans:
        return []
    found = known(list(spans))
    return [(start, end, account) for phrase, account in found.items() for start, end in spans[phrase]]


def _has_a_meaning(words: Sequence[Word], policy: Policy) -> bool:
    """Whether a single word means something of its own, so that it is no name that is cut."""
    return len(words) == 1 and bool(
        _motion(words[0]) or _use_case_at(words, 0, policy) or key(words[0]) in _NEVER_CUT or words[0].kind == "quoted"
    )


def _use_case_at(words: Sequence[Word], place: int, policy: Policy) -> tuple[str, int] | None:
    """The use case that begins at a word, and its length in words; `CI/CD` is CI, `agile` the only such."""
    if words[place].kind != "word":
        return None
    here = key(words[place]).partition("/")[0]
    beginning = _by_first_word(policy.use_cases).get(here, ())
    for use_case, parts in beginning:
        if parts == tuple(key(word) for word in words[place + 1 : place + 1 + len(parts)]):
            return use_case, 1 + len(parts)
    return (beginning[0][0], 1) if len(beginning) == 1 else None


@lru_cache(maxsize=16)
def _by_first_word(use_cases: tuple[str, ...]) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Use cases by their first word, each with its other words, the longest first."""
    found: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {}
    for use_case in sorted(use_cases, key=lambda name: len(name.split())):
        first, *others = use_case.casefold().split()
        found[first] = ((use_case, tuple(others)), *found.get(first, ()))
    return found


def _motion(word: Word) -> str:
    return _MOTIONS.get(key(word), "") if word.kind == "word" else ""


def _apart(words: Sequence[Word]) -> list[Word]:
    """`Expand:CI` as two words."""
    found: list[Word] = []
    for word in words:
        before, _, after = word.text.partition(":") if ":" in word.text else (word.text, "", "")
        if word.kind == "word" and after and before.casefold() in _MOTIONS:
            found += replace(word, text=before), replace(word, text=after, start=word.start + len(before) + 1)
        else:
            found.append(word)
    return found


def key(word: Word) -> str:
    """What a plain word is compared by; nothing for quotes, mentions and links: they are never keywords."""
    return _folded(word.text) if word.kind == "word" else ""


@lru_cache(maxsize=2048)
def _folded(text: str) -> str:
    return folded(text).strip(",;:.!")
