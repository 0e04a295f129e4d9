"""Slack's native charts and tables as data, inside their limits whatever comes in. Pure.

The limits stand in docs/sandbox.md, "Limits and their pages".

Used by the views of summaries and reports; templates/report/data.json.j2 makes blocks of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from templates.blocks import figures, mrkdwn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LABEL_LIMIT: Final = 20
POINTS: Final = 20
TABLE_ROWS: Final = 100
# Slack allows 10,000 in a table and about 13,000 in a message: the rest is for what stands beside the table.
TABLE_CHARACTERS: Final = 8_000
CELL_LIMIT: Final = 40
OTHER: Final = "Other"

Cell = str | tuple[float, str]
"""A cell of a table: a text, or a number and how it reads."""


def bars(rows: Sequence[tuple[str, Sequence[float]]], names: Sequence[str]) -> dict[str, Any] | None:
    """A bar chart's data: a group of bars for each row, the largest first; None for no rows.

    Rows beyond Slack's twenty are added up as "Other".
    """
    merged = _with_other(rows, POINTS)
    if not merged:
        return None
    labels = _labels([name for name, _ in merged])
    return {
        "categories": labels,
        "series": [
            {
                "name": name,
                "data": [
                    {"label": label, "value": values[place]} for label, (_, values) in zip(labels, merged, strict=True)
                ],
            }
            for place, name in enumerate(names)
        ],
    }


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> dict[str, Any] | None:
    """A data table's rows, cut to what Slack takes; None for no rows. `left_out` is how many did not fit.

    A column in which nothing stands is left out.
    """
    every = list(rows)
    if not every:
        return None
    headings, every = filled(headings, every)
    kept: list[list[dict[str, Any]]] = [[_cell(heading) for heading in headings]]
    room = TABLE_CHARACTERS - sum(len(heading) for heading in headings)
    for row in every[:TABLE_ROWS]:
        cells = [_cell(cell) for cell in row]
        room -= sum(len(cell["text"]) for cell in cells)
        if room < 0:
            break
        kept.append(cells)
    return {"rows": kept, "left_out": len(every) - len(kept) + 1}


def filled(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> tuple[list[str], list[Sequence[Cell]]]:
    """The headings and rows without the columns in which nothing stands; the first one stays."""
    kept = [place for place in range(len(headings)) if not place or any(_says(row[place]) for row in rows)]
    return [headings[place] for place in kept], [[row[place] for place in kept] for row in rows]


def _says(cell: Cell) -> bool:
    """Whether a cell says anything: no zero, no dash, no `n/a (0)`."""
    return cell not in figures.NOTHING if isinstance(cell, str) else cell[0] != 0


def _cell(cell: Cell) -> dict[str, Any]:
    if isinstance(cell, str):
        return {"type": "raw_text", "text": mrkdwn.plain(cell, CELL_LIMIT)}
    value, words = cell
    return {"type": "raw_number", "value": value, "text": words}


def _with_other(rows: Sequence[tuple[str, Sequence[float]]], most: int) -> list[tuple[str, tuple[float, ...]]]:
    """The largest rows; the others, and one that is called so already, added up at the end."""
    ranked = sorted(rows, key=lambda row: (row[0] == OTHER, -sum(row[1]), row[0]))
    named = [row for row in ranked if row[0] != OTHER]
    if len(ranked) <= most:
        return [(name, tuple(values)) for name, values in ranked]
    kept, rest = named[: most - 1], [*named[most - 1 :], *(row for row in ranked if row[0] == OTHER)]
    total = tuple(sum(values) for values in zip(*(values for _, values in rest), strict=True))
    return [*((name, tuple(values)) for name, values in kept), (OTHER, total)]


def _labels(names: Iterable[str]) -> list[str]:
    """Short and unique labels: Slack takes no two alike."""
    taken: set[str] = set()
    labels = []
    for name in names:
        label, number = mrkdwn.plain(name, LABEL_LIMIT), 1
        while label in taken:
            number += 1
            label = mrkdwn.plain(name, LABEL_LIMIT - len(f" {number}")) + f" {number}"
        taken.add(label)
        labels.append(label)
    return labels
