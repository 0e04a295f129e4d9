"""What the templates of an import need: counts, what would change, what was rejected, conflicts. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.model.moments import civil_day
from templates.mrkdwn import Mrkdwn, day_words, mrkdwn
from templates.views.account import joined
from templates.views.account_history import field_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from storage.model.importing import Conflict, FieldConflict, Fields, Rejection, Value

KIND_OPTIONS = [["Accounts", "accounts"], ["CTAs", "ctas"], ["People", "people"]]
KIND_WORDS = {"accounts": "accounts", "ctas": "CTAs", "people": "people"}
SHOWN = 8
_LONGEST = 60


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
    skip: bool,
    done: bool,
) -> dict[str, Any]:
    """What an import would do (`done`: did), with the first of everything; `skip`: rejected lines are left out."""
    refused = bool(counts["rejected"]) and not skip
    writes = counts["new"] + counts["changed"] + counts["conflicts"] > 0
    said = f"Imported {file}" if done else f"{file}: {KIND_WORDS[kind]}"
    if done and refused:
        said = f"Nothing was imported from {file}"
    amount = counts["new"] + counts["changed"]
    clashes = "conflict" if counts["conflicts"] == 1 else "conflicts"
    return {
        "heading": mrkdwn("*{}*", said),
        "counts": joined(
            [
                f"{counts[name]:,} {words}"
                for name, words in (
                    ("new", "new"),
                    ("changed", "changed"),
                    ("conflicts", clashes),
                    ("unchanged", "unchanged"),
                    ("missing", "not in the file"),
                    ("rejected", "rejected"),
                )
                if counts.get(name)
            ]
        ),
        "parts": [
            part
            for part in (
                _part("Rejected", [mrkdwn("{}", r) for r in rejected], counts["rejected"]),
                _part("Warnings", [mrkdwn("{}", w) for w in warnings], len(warnings)),
                _part("Conflicts, kept as they are here", [_conflict(t, c) for t, c in conflicts], counts["conflicts"]),
                _part("Changed", [_change(*c) for c in changed], counts["changed"]),
                _part("New", [mrkdwn("{}", title) for title in new], counts["new"]),
            )
            if part
        ],
        "refused": refused,
        "button": None if done or not writes else _button(amount, clashes, refused=refused),
        "nothing": not writes and not refused,
        "decide": done and counts["conflicts"] > 0,
    }


def _button(amount: int, clashes: str, *, refused: bool) -> str:
    """What the button under a dry run says: with conflicts alone nothing is written, they are kept to be decided."""
    if not amount:
        return f"Keep the {clashes} to decide"
    return f"Import the other {amount:,}" if refused else f"Import {amount:,}"


def _part(title: str, lines: Sequence[Mrkdwn], count: int) -> Mrkdwn | None:
    if not lines:
        return None
    shown = [mrkdwn("• {}", line) for line in lines[:SHOWN]]
    more = mrkdwn("\nand {} more", f"{count - SHOWN:,}") if count > SHOWN else ""
    return mrkdwn("*{}*\n{}{}", title, Mrkdwn("\n".join(shown)), more)


def _change(title: str, before: Fields, after: Fields) -> Mrkdwn:
    fields = [
        f"{field_words(name)}: {_value(name, before.get(name))} → {_value(name, after[name])}" for name in after
    ]
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
            }
            for c in page
        ],
        "back": str(max(start - size, 0)) if start else None,
        "on": str(start + size) if start + size < len(found) else None,
    }
