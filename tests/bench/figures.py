"""Figures of a run of `make bench`, kept for `docs/benchmarks.md`: each bench notes its own, `page.py` writes the page."""

import json
import os
from pathlib import Path


def note(part, what, figure, floor="", ratio=""):
    """Keep one row of a part's table: a figure in words, what it is held against, and how many times that it may be.

    Nothing is kept where nobody asked for the page (`CTA_BOT_FIGURES` names the file).
    """
    if path := os.environ.get("CTA_BOT_FIGURES"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(
                json.dumps({"part": part, "what": what, "figure": figure, "floor": floor, "ratio": ratio}) + "\n"
            )


def ms(seconds):
    """Seconds as people read short spans."""
    return (
        f"{seconds:.1f} s"
        if seconds >= 1
        else f"{seconds * 1000:.0f} ms"
        if seconds >= 0.01
        else f"{seconds * 1000:.1f} ms"
    )


def spread(took):
    """The middle and the slowest hundredth of many spans in seconds."""
    ordered = sorted(took)
    return ms(ordered[len(ordered) // 2]), ms(ordered[int(len(ordered) * 0.99)])
