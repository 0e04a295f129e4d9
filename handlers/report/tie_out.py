"""`report tie-out FILE`: another system's list of CTAs read, held against what stands here, and printed."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from handlers.cta.values import status
from handlers.door.values import Wrong
from handlers.importing.actions import cells_of
from reminders.report.tie_out import Reason, There, tie_out
from storage.base.moments import maybe_day
from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_SUCCESS, WITHDRAWN
from storage.report.tie_out import ctas_here
from templates.report.lists_show import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from reminders.report.tie_out import TieOut
    from storage.base.db import Store

_CLOSED = (CLOSED_SUCCESS, CLOSED_NO_SUCCESS)


def of_file(store: Store, path: Path, quarters: Sequence[str], today: date) -> tuple[TieOut, list[str]]:
    """What a file and this database have closed, in these quarters (none: the file's); and what can't be read."""
    there, unread = [], []
    for line, cells, unreadable in cells_of(store, "ctas", path, today.isoformat()):
        fault = unreadable
        try:
            state = status(cells.get("status", ""))
        except Wrong as wrong:
            fault = fault or f"column status: {wrong}"
            state = ""
        if state in _CLOSED and not cells.get("closed_on"):
            fault = fault or "closed, and no closing day"
        if fault:
            unread.append(f"line {line} is left out: {fault}.")
        elif state != WITHDRAWN:
            closed_on = maybe_day(cells["closed_on"]) if state in _CLOSED else None
            there.append(
                There(
                    line,
                    cells.get("account", ""),
                    cells.get("playbook", ""),
                    maybe_day(cells.get("opened_on") or None),
                    closed_on,
                    cells.get("external_id") or None,
                )
            )
    with store.read() as db:
        here = ctas_here(db)
    return tie_out(here, there, store.policy.fiscal_year_start_month, quarters), unread


def show(found: TieOut, how: str) -> None:
    """Print both counts, and the CTAs that explain the difference."""
    match how:
        case "json":
            data = {
                "counts": [{**asdict(one), "difference": one.here - one.there} for one in found.counts],
                "explained": [asdict(one) for one in found.reasons],
            }
            sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        case "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(field.name for field in fields(Reason))
            writer.writerows(map(harmless, asdict(one).values()) for one in found.reasons)
        case _:
            sys.stdout.write("\n".join(_table(found)) + "\n")


def _table(found: TieOut) -> list[str]:
    width = max((len(one.playbook) for one in found.counts), default=8)
    lines = [f"{'Playbook':<{width}}  Quarter     Here  There  Difference"]
    for one in found.counts:
        difference = f"{one.here - one.there:+d}" if one.here != one.there else "0"
        lines.append(f"{one.playbook:<{width}}  {one.quarter:<8}{one.here:>8,}{one.there:>7,}{difference:>12}")
    if not found.reasons:
        return [*lines, "", "All is the same in both."]
    lines += ["", "What explains the difference:"]
    for reason in found.reasons:
        where = " · ".join(
            part
            for part in (f"CTA {reason.cta}" if reason.cta else "", f"line {reason.line}" if reason.line else "")
            if part
        )
        lines.append(f"  {reason.why}: {reason.account}, {reason.playbook} ({_days(reason)}; {where})")
    return lines


def _days(reason: Reason) -> str:
    """How it stands on both sides, or on the one that has it."""
    both = {"here": reason.here, "there": reason.there}
    return ", ".join(f"{side} {how}" for side, how in both.items() if how != f"not {side}")
