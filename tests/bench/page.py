"""Writes `docs/benchmarks.md` from the figures of a run: `make bench` calls it, and nobody writes there by hand."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils.utils import sqlite3

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
PARTS = ("One at a time", "Under load", "As it grows", "By the hundred thousand", "Coming and going")
HEAD = """# Benchmarks

Written by `make bench`, never by hand. {cores} cores ({processor}), {memory} GiB of memory, {system}, Python {python}, SQLite {sqlite},
full commits (`synchronous=FULL`); the sandbox's Slack on the same machine. {day}. A floor is the least that the same thing can
cost, measured in the same run; the last column is how many times that it took, and how many it may.
"""


def processor():
    """What the machine calls its processor."""
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []  # fmt: skip
    return names[0] if names else platform.machine()


def memory():
    """The machine's memory in GiB."""
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def page(rows, day):
    """The page of these rows; those of a part stand in the order in which they came. KeyError for an unknown part."""
    head = HEAD.format(
        cores=os.cpu_count(), processor=processor(), memory=memory(), system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(), sqlite=sqlite3.sqlite_version, day=day,
    )  # fmt: skip
    tables = dict.fromkeys(PARTS, "")
    for row in rows:
        tables[row["part"]] += f"| {row['what']} | {row['figure']} | {row['floor']} | {row['ratio']} |\n"
    return head + "".join(
        f"\n## {part}\n\n| what | figure | floor | times |\n|---|---|---|---|\n{table}"
        for part, table in tables.items()
        if table
    )


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    PAGE.write_text(page(map(json.loads, lines), datetime.now(UTC).date().isoformat()), encoding="utf-8")
