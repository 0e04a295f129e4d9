"""The rest of `/cta`'s grammar: what is said when closing a CTA, of its days and of its tasks. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from handlers.cta.words import cta_id, key
from handlers.door.dates import LONGEST, find_day
from handlers.door.words import Word, rest_from
from storage.base.errors import UserError
from storage.base.reasons import NOT_NEEDED, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from storage.base.policy import Policy
    from storage.base.reasons import Reason

_SUCCESS: Final = {"success", "successful", "successfully", "won", "win", "yes"}
_NO_SUCCESS: Final = {
    "no-success", "no_success", "nosuccess", "unsuccessful", "unsuccessfully", "lost", "no", "nosucces", "no-succes",
}  # fmt: skip
TASK_VERBS: Final = {
    "done": "done", "tick": "done", "do": "done", "finish": "done",
    "skip": "skipped",
    "open": "open", "reopen": "open", "undo": "open", "untick": "open",
    "add": "add",
}  # fmt: skip
_UNNEEDED: Final = {"not needed", "unneeded"}
_SAYS_NOTHING: Final = {"of", "to", "a", "an", "the", "not", "didn't", "see", "date", "later", "lack", "no", "already"}


@dataclass(frozen=True, slots=True)
class CloseWords:
    """`/cta close 12 …` as read; what is None was not said. `unread` stands where no reason was understood."""

    outcome: Literal["success", "no_success"] | None = None
    reason: Reason | None = None
    unread: str = ""
    note: str = ""
    detail: str = ""
    revisit_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class TaskWords:
    """`/cta task 12 …` as read: `list`, `done`, `open`, `skipped` (with numbers) or `add` (with a title)."""

    verb: str = "list"
    numbers: tuple[int, ...] = ()
    text: str = ""
    due_on: date | None = None
    assignee: Word | None = None


def read_close(text: str, words: Sequence[Word], policy: Policy, today: date, *, checklist: bool = False) -> CloseWords:
    """`success [on DAY] [note]`, `no-success REASON [DAY | gap | vendor] [note]`; a reason alone says the outcome.

    A checklist has one reason of its own, which need not be said; another is read, and refused where it is kept.
    """
    words = list(words)
    outcome, words = _outcome(words)
    if outcome == "success":
        closed_on, words = _back_dated(words, policy, today)
        return CloseWords("success", note=_text(text, words), closed_on=closed_on)
    reason, words = (_not_needed(words) if checklist else None) or _reason(words, policy)
    if checklist and reason is None and outcome:
        reason = NOT_NEEDED
    if reason is None:
        closed_on, words = _back_dated(words, policy, today)
        return CloseWords(outcome, unread=_text(text, words), closed_on=closed_on)
    read = CloseWords("no_success", reason)
    if reason.asks == "revisit":
        if words and key(words[0]) in ("to", "until"):
            words = words[1:]
        found = find_day([word.text for word in words], today, policy.date_formats)
        if found:
            read, words = replace(read, revisit_on=found[0]), words[found[1] :]
    else:
        closed_on, words = _back_dated(words, policy, today)
        read = replace(read, closed_on=closed_on)
    if reason.asks in ("gap", "vendor"):
        end = next((i for i, word in enumerate(words) if key(word) == "note"), len(words))
        return replace(read, detail=" ".join(w.text for w in words[:end]), note=_text(text, words[end + 1 :]))
    if words and key(words[0]) == "note":
        words = words[1:]
    return replace(read, note=_text(text, words))


def read_day_and_text(text: str, words: Sequence[Word], policy: Policy, today: date) -> tuple[date | None, str]:
    """`until 3 Jan waiting for legal`: a day at the start (None for none) and the words after it."""
    found = find_day([word.text for word in words], today, policy.date_formats)
    if not found:
        return None, _text(text, words)
    return found[0], _text(text, words[found[1] :])


def read_task(text: str, words: Sequence[Word], policy: Policy, today: date) -> TaskWords:
    """`done 3 4`, `skip 4 not needed`, `open 3`, `add Book the demo due fri @sam`; nothing: the list."""
    if not words:
        return TaskWords()
    verb = TASK_VERBS.get(key(words[0]), "")
    rest = list(words[1:])
    if not verb:
        raise UserError(
            f"'{words[0].text[:60]}' is nothing that I can do with a task.",
            "Try: /cta task 12 done 3 · /cta task 12 skip 4 not needed · /cta task 12 add Book the demo",
        )
    if verb == "add":
        return _added_task(rest, policy, today)
    numbers = []
    while rest and (number := cta_id(rest[0])):
        numbers.append(number)
        rest = rest[1:]
        if verb == "skipped":
            break
    if not numbers:
        raise UserError("Which task?", "Give its number: /cta task 12 done 3")
    return TaskWords(verb, tuple(numbers), _text(text, rest))


def _added_task(words: Sequence[Word], policy: Policy, today: date) -> TaskWords:
    words = list(words)
    assignee = words.pop() if words and words[-1].kind == "user" else None
    due_on = None
    for place in range(len(words) - 1, 0, -1):
        if key(words[place]) == "due":
            found = find_day([w.text for w in words[place + 1 : place + 1 + LONGEST]], today, policy.date_formats)
            if found and place + 1 + found[1] == len(words):
                due_on = found[0]
                words = words[:place]
            break
    title = " ".join(word.text for word in words)
    return TaskWords("add", text=title, due_on=due_on, assignee=assignee)


def _outcome(words: list[Word]) -> tuple[Literal["success", "no_success"] | None, list[Word]]:
    keys = [key(word) for word in words[:2]]
    if keys[:1] == ["no"] and keys[1:] == ["success"]:
        return "no_success", words[2:]
    if [key(word) for word in words[:3]] == ["no", "-", "success"]:
        return "no_success", words[3:]
    if keys[:1] and keys[0] in _SUCCESS:
        return "success", words[1:]
    if keys[:1] and keys[0] in _NO_SUCCESS:
        return "no_success", words[1:]
    return None, words


def _reason(words: list[Word], policy: Policy) -> tuple[Reason | None, list[Word]]:
    """The reason at the start: its key, its label, or a word that only one label has ("budget")."""
    for count in range(min(len(words), 8), 0, -1):
        if found := policy.reason(" ".join(word.text for word in words[:count])):
            return found, words[count:]
    if words:
        said = key(words[0])
        having = [r for r in policy.reasons if said in re.findall(r"[\w']+", r.label.casefold())]
        if len(having) == 1 and said not in _SAYS_NOTHING:
            return having[0], words[1:]
    return None, words


def _not_needed(words: list[Word]) -> tuple[Reason, list[Word]] | None:
    """`not needed` at the start."""
    for count in (1, 2):
        if spoken(" ".join(key(word) for word in words[:count])) in _UNNEEDED:
            return NOT_NEEDED, words[count:]
    return None


def _back_dated(words: list[Word], policy: Policy, today: date) -> tuple[date | None, list[Word]]:
    if not words or key(words[0]) != "on":
        return None, words
    found = find_day([word.text for word in words[1:]], today, policy.date_formats, past=True)
    return (found[0], words[1 + found[1] :]) if found else (None, words)


def _text(text: str, words: Sequence[Word]) -> str:
    return rest_from(text, words[0]) if words else ""
