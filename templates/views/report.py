"""A quarter's report: records made into what the report's templates need. Pure; used by `/playbooks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.model.cta import EXPAND, MOTION_LABELS
from templates.views import charts, figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.model.policy import Policy
    from storage.model.report import PlaybookRow, Report

HEADINGS = ("Playbook", "Opened", "Success", "No", "QoQ", "Win rate", "Days")


def playbook_table(report: Report, policy: Policy) -> dict[str, Any] | None:
    """The table by use case; None where nothing happened in either quarter. In brackets: the quarter before."""
    return charts.table(HEADINGS, [tuple(_cells(row, policy)) for row in report.playbooks])


def _cells(row: PlaybookRow, policy: Policy) -> Iterator[charts.Cell]:
    least = policy.win_rate_minimum
    yield f"{MOTION_LABELS[row.motion]}: {row.use_case}"
    for number in (row.opened, row.success, row.no_success):
        yield number, f"{number:,}"
    yield f"{figures.change(row.qoq)} ({row.previous_completed:,})"
    if row.motion == EXPAND:
        rate = figures.win_rate(row.win_rate, row.completed, least)
        yield f"{rate} ({figures.win_rate(row.previous_win_rate, row.previous_completed, least)})"
    else:
        yield "-"
    yield f"{figures.days(row.median_days)} ({figures.days(row.previous_median_days)})"
