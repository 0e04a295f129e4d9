"""Tables for people at a terminal, as wide as it is, and 80 columns where it is none. Data for scripts is no table."""

from __future__ import annotations

import io
import shutil
import sys
from typing import TYPE_CHECKING, Final

from templates.blocks.figures import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 80
_GAP: Final = 2


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> list[str]:
    """The lines of a table: the first `words` columns to the left, the others, which are numbers, to the right.

    A column in which nothing stands is left out; what is too wide goes on in the next line, and nothing is cut.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    kept = [at for at in range(len(headings)) if at < words or any(row[at] not in NOTHING for row in rows)]
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="", padding=(0, 1, 0, 0))
    width = shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH
    columns = {at: [headings[at], *(row[at] for row in rows)] for at in kept}
    needed = [max(map(len, cells if at < words else " ".join(cells).split())) for at, cells in columns.items()]
    is_whole = sum(needed) + _GAP * len(needed) <= width  # names in one line, numbers wrapped where they have a space
    for at in kept:
        drawn.add_column(
            headings[at], justify="left" if at < words else "right", overflow="fold", no_wrap=is_whole and at < words
        )
    for row in rows:
        drawn.add_row(*(Text(row[at]) for at in kept))
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, highlight=False, emoji=False).print(drawn)
    return [line.rstrip() for line in out.getvalue().splitlines()]
