"""What the templates of an import need: counts, what would change, what was rejected, conflicts. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from storage.base.moments import civil_day
from storage.base.plurals import counted, form_for
from storage.importing.record import MARKS, ORDERS
from templates.account.history_show import field_words
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, mrkdwn
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storage.importing.record import Conflict, FieldConflict, Fields, Question, Rejection, Value

KIND_OPTIONS = [["Accounts", "accounts"], ["CTAs", "ctas"], ["People", "people"]]
KIND_WORDS = {"accounts": "accounts", "ctas": "CTAs", "people": "people"}
SHOWN = 8
_LONGEST = 60
_LINE = 200  # characters of a line or an example: all of a message together are limited too
LEFT_OUT = "-"
"""What a select holds for a column that is left out: Slack takes no empty value."""
MOST_ASKED = 60
_PEOPLE = {
    "csm": "CSM (customer success)",
    "ae": "AE (account executive)",
    "sa": "SA (solutions architect)",
    "pse": "PSE (professional services)",
    "arr": "ARR (a year's revenue)",
    "crm_id": "Id in the CRM",
    "crm_url": "Link to the CRM",
    "notice_days": "Notice in days",
    "auto_renews": "Renews by itself",
    "ebr_cadence_months": "EBR cadence in months",
    "last_ebr": "Last EBR",
    "health_on": "Health set on",
    "channel": "Slack channel",
    "external_id": "Id elsewhere",
}


def result(
    *,
    kind: str,
    file: str,
    counts: Mapping[str, int],
    new: Sequence[str],
    changed: Sequence[tuple[str, Fields, Fields]],
    conflicts: Sequence[tuple[str, FieldConflict]],
    rejected: Sequence[Rejection],
    warnings: Sequence[str],
    questions: Sequence[Question],
    asked: bool,
    skip: bool,
    done: bool,
) -> dict[str, Any]:
    """What an import would do (`done`: did), with the first of everything; `skip`: rejected lines are left out.

    A column that is asked about says so once, and not line by line. `asked`: some columns are left out.
    """
    if questions:
        rejected = [rejection for rejection in rejected if not rejection.asked]
    unread = len(rejected) if questions else counts["rejected"]
    refused = bool(counts["rejected"]) and not skip
    writes = counts["new"] + counts["changed"] + counts["conflicts"] > 0
    said = f"Imported {file}" if done else f"{file}: {KIND_WORDS.get(kind, kind)}"
    if done and refused:
        said = f"Nothing was imported from {file}"
    amount = counts["new"] + counts["changed"]
    return {
        "heading": mrkdwn("*{}*", said),
        "counts": joined(
            [
                f"{counts[name]:,} {words}"
                for name, words in (
                    ("new", "new"),
                    ("changed", "changed"),
                    ("conflicts", form_for(counts["conflicts"], "conflict")),
                    ("unchanged", "unchanged"),
                    ("missing", "not in the file"),
                    ("rejected", "not read yet" if questions and not done else "rejected"),
                )
                if counts.get(name)
            ]
        ),
        "parts": [
            part
            for part in (
                _part("Rejected", [mrkdwn("{}", r) for r in rejected], unread),
                _part("Warnings", [mrkdwn("{}", w) for w in warnings], len(warnings)),
                _part("Conflicts, kept as they are here", [_conflict(t, c) for t, c in conflicts], counts["conflicts"]),
                _part("Changed", [_change(*c) for c in changed], counts["changed"]),
                _part("New", [mrkdwn("{}", title) for title in new], counts["new"]),
            )
            if part
        ],
        "questions": [] if done else [part for question in questions for part in _question(question)],
        "columns": asked and not done,
        "refused": refused,
        "button": None if done or not writes else _button(amount, counts["conflicts"], refused=refused),
        "nothing": not writes and not refused,
        "decide": done and counts["conflicts"] > 0,
    }


def _question(question: Question) -> list[dict[str, Any]]:
    """How a column may be read: one question, and each reading with its two answers."""
    lines, title = counted(question.lines, "line"), question.title[:_LONGEST]
    single = len(question.readings) == 1
    parts: list[dict[str, Any]] = []
    if not single:
        words = mrkdwn("*{}* can be read in {} ways in {}: which is it?", title, len(question.readings), lines)
        parts.append({"words": words, "buttons": [], "alone": False})
    for reading in question.readings:
        order = (ORDERS if question.of == "days" else MARKS)[reading.said]
        example = mrkdwn("{} is {}", clip(reading.example, _LINE), _read(question, reading.read))
        within = lines if reading.fits == question.lines else f"{reading.fits:,} of {lines}"
        if single:
            words = mrkdwn("*{}* is {} in {}: read it so?\n{}", title, order, within, example)
        else:
            fitting = "" if reading.fits == question.lines else f" (fits {within})"
            words = mrkdwn("As {}: {}{}", order, example, fitting)
        value = f"{question.place}:{reading.said}"
        labels = ("Yes, for this file", "Always") if single else (f"{order}, for this file", f"Always {order}")
        buttons = [[labels[0].capitalize(), value], [labels[1], value]]
        parts.append({"words": words, "buttons": buttons, "alone": single})
    return parts


def _read(question: Question, value: str) -> str:
    """`30 April 2027`: the month in words, since its place is what is asked about; `504000`: no mark, likewise."""
    if question.of == "amounts":
        return value.removesuffix(".00")
    day = date.fromisoformat(value)
    return f"{day.day} {day:%B} {day.year}"


class AskedColumn(NamedTuple):
    """A column that nobody maps: some of its values, and what was `decided` before ('' left out, None never)."""

    place: int
    title: str
    samples: tuple[str, ...]
    decided: str | None
    owner: bool


def columns_form(
    file: str,
    kind: str,
    plain: Iterable[str],
    *,
    taken: Sequence[str],
    missing: Sequence[str],
    asked: Sequence[AskedColumn],
) -> dict[str, Any]:
    """The mapping step: each unknown column may be any plain one that the file does not have, or be left out.

    A column called after nobody's role has no answer filled in: somebody must say who it is.
    """
    free = [[column_words(name), name] for name in plain if name not in taken]
    free.sort(key=lambda option: (option[1] not in missing, option[1] not in ("csm", "ae")))
    leave = ["Leave it out", LEFT_OUT]
    options = [leave, *free]
    fields = []
    for column in asked[:MOST_ASKED]:
        known = next((option for option in free if option[1] == column.decided), None)
        must_be_said = column.owner and column.decided is None
        samples = ", ".join(sample[:_LONGEST] for sample in column.samples)
        fields.append(
            {
                "block": f"column_{column.place}",
                "label": column.title,
                "hint": f"Such as {samples}" if samples else "",
                "chosen": known or (None if must_be_said else leave),
            }
        )
    amount = counted(len(asked), "column")
    over = len(asked) - MOST_ASKED
    needed = " and ".join(column_words(name).lower() for name in missing)
    of = KIND_WORDS.get(kind, kind)
    return {
        "heading": mrkdwn("*{}: what do {} mean?*", file, amount)
        if len(asked) > 1
        else mrkdwn("*{}: what does 1 column mean?*", file),
        "told": "It is kept for the next file; what you leave out is not asked about again.",
        "needed": f"None of the file's columns is known to be the {needed} of {of}." if needed else "",
        "more": f"{counted(over, 'more is', 'more are')} left out for now." if over > 0 else "",
        "options": options,
        "fields": fields,
    }


def column_words(name: str) -> str:
    """A plain header as people read it: `Renewal date`, `CSM (customer success)`."""
    return _PEOPLE.get(name) or name.removesuffix("_on").replace("_", " ").capitalize()


def _button(amount: int, conflicts: int, *, refused: bool) -> str:
    """What the button under a dry run says: with conflicts alone nothing is written, they are kept to be decided."""
    if not amount:
        return f"Keep the {form_for(conflicts, 'conflict')} to decide"
    return f"Import the other {amount:,}" if refused else f"Import {amount:,}"


def _part(title: str, lines: Sequence[Mrkdwn], count: int) -> Mrkdwn | None:
    if not lines:
        return None
    shown = [mrkdwn("• {}", clip(line, _LINE)) for line in lines[:SHOWN]]
    more = mrkdwn("\nand {} more", f"{count - SHOWN:,}") if count > SHOWN else ""
    return mrkdwn("*{}*\n{}{}", title, Mrkdwn("\n".join(shown)), more)


def _change(title: str, before: Fields, after: Fields) -> Mrkdwn:
    fields = [f"{field_words(name)}: {_value(name, before.get(name))} → {_value(name, after[name])}" for name in after]
    return mrkdwn("{}: {}", title[:_LONGEST], ", ".join(fields[:4]))


def _conflict(title: str, conflict: FieldConflict) -> Mrkdwn:
    name = field_words(conflict.field)
    ours, theirs = _value(conflict.field, conflict.ours), _value(conflict.field, conflict.theirs)
    return mrkdwn("{}: {} is {} here, {} in the file", title[:_LONGEST], name, ours, theirs)


def _value(name: str, value: Value) -> str:
    if value is None or value == "":
        return "nothing"
    if name == "arr_cents" and isinstance(value, int):
        return f"{value / 100:,.2f}".removesuffix(".00")
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _whose(conflict: Conflict) -> str:
    """Whose value it is: a file's, or that of a CRM."""
    return "theirs" if conflict.kind == "written" else "the file's"


def conflicts(found: Sequence[Conflict], today: date, zone_name: str, *, offset: int, size: int) -> dict[str, Any]:
    """What waits for a decision, a page of it."""
    start = offset if offset < len(found) else 0
    page = found[start : start + size]
    return {
        "total": len(found),
        "rows": [
            {
                "line": mrkdwn(
                    "*{}* · {}\nhere: {} · in {} of {}: {}",
                    c.title,
                    field_words(c.field),
                    _value(c.field, c.ours),
                    c.file,
                    day_words(civil_day(c.imported_at, zone_name), today),
                    _value(c.field, c.theirs),
                ),
                "ours": f"ours:{c.id}",
                "theirs": f"theirs:{c.id}",
                "take": f"Take {_whose(c)}" if c.takes else f"Leave {_whose(c)} there",
            }
            for c in page
        ],
        "back": str(max(start - size, 0)) if start else None,
        "on": str(start + size) if start + size < len(found) else None,
    }
