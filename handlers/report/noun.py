"""`/playbooks` and everything that a report's numbers open: the CTAs behind them, as lists and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.report import forecast, slack
from handlers.report.slow import slow_ids

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

COMMANDS: dict[str, Handler] = {"/playbooks": slack.handle_playbooks}
ACTIONS: dict[str, Handler] = {
    "report.quarter": slack.handle_report,
    "report.quarter.last": slack.handle_report,
    "report.catalogue": slack.handle_catalogue,
    "report.ctas": slack.handle_list,
    "report.numbers": slack.handle_list,
    "report.row": slack.handle_list,
    "report.again": slack.handle_list,
    "report.changed": slack.handle_list,
    "report.stalled": slack.handle_list,
    "report.page.before": slack.handle_page,
    "report.page.after": slack.handle_page,
    "report.motion": slack.handle_narrow,
    "report.outcome": slack.handle_narrow,
    "report.csv": slack.handle_csv,
    "report.reasons": slack.handle_reasons,
    "report.renewals": slack.handle_renewals,
    "report.renewals.decided": slack.handle_renewals,
    "report.renewals.lapsed": slack.handle_renewals,
    "report.renewals.before": slack.handle_renewals_page,
    "report.renewals.after": slack.handle_renewals_page,
    "report.ebrs": slack.handle_ebrs,
    "report.ebrs.before": slack.handle_ebrs_page,
    "report.ebrs.after": slack.handle_ebrs_page,
    **{f"report.forecast.{name}": forecast.handle_page for name in forecast.PAGES},
}
MORE_VERBS: dict[str, dict[str, Verb]] = {"/renewals": {"forecast": forecast.by_words}}
CTA_LISTS = {"slow": slow_ids}
"""Lists of `/cta` that hang on reports: which of the CTAs are in them."""
