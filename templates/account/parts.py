"""What nouns hand in for an account's card and brief, as lines of words (`templates/<noun>/brief.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.base.nouns import handed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from storage.account.brief import Brief
    from storage.base.policy import Policy
    from templates.blocks.mrkdwn import Mrkdwn


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One noun's words about an account; what it has no say in is left out.

    `standing` is how it stands, for the card, `of_health` what is said beside its health; `known` one fact, None where
    there is none (`unknown` says so); `open` and `closed` are lines of work, `meetings` days with what was held or
    decided on them, `questions` what nobody has answered yet, `found_out` what was asked and answered for its
    renewal. `trend` is how something went lately, in words, and `chart` the same as a bar chart.
    """

    standing: Callable[[Brief, date], str | None] | None = None
    of_health: Callable[[Brief, date], str] | None = None
    known: Callable[[Brief, date], str | None] | None = None
    unknown: str | None = None
    open: Callable[[Brief, date], list[Mrkdwn]] | None = None
    closed: Callable[[Brief, Policy, date], list[Mrkdwn]] | None = None
    meetings: Callable[[Brief, date, str], list[tuple[date, Mrkdwn]]] | None = None
    questions: Callable[[Brief, date], list[str]] | None = None
    found_out: Callable[[Brief, date], list[Mrkdwn]] | None = None
    trend: Callable[[Brief, date], str | None] | None = None
    chart: Callable[[Brief, date], dict[str, Any] | None] | None = None


def parts() -> Sequence[Part]:
    """The parts, in the order of the nouns."""
    return [noun.PART for noun in handed_in("templates", "brief")]


def known_facts(brief: Brief, today: date) -> list[str]:
    """What is known of an account in a few words each, without what is not."""
    return [fact for part in parts() if part.known and (fact := part.known(brief, today))]


def facts_or_lack(brief: Brief, today: date) -> list[str | None]:
    """The same, and what is not known where that says something: of an account that is gone nobody finds it out."""
    lacks = brief.account.active
    return [part.known(brief, today) or (part.unknown if lacks else None) for part in parts() if part.known]


def standing(brief: Brief, today: date) -> list[str]:
    """How the account stands in each noun's view."""
    return [said for part in parts() if part.standing and (said := part.standing(brief, today))]


def of_health(brief: Brief, today: date) -> list[str]:
    """What stands beside the account's health."""
    return [said for part in parts() if part.of_health and (said := part.of_health(brief, today))]


def open_lines(brief: Brief, today: date) -> list[Mrkdwn]:
    """Open work, a line each."""
    return [line for part in parts() if part.open for line in part.open(brief, today)]


def closed_lines(brief: Brief, policy: Policy, today: date) -> list[Mrkdwn]:
    """Closed work and why it ended so, a line each."""
    return [line for part in parts() if part.closed for line in part.closed(brief, policy, today)]


def questions(brief: Brief, today: date) -> list[str]:
    """What nobody has answered yet; of an account that is gone nothing is asked."""
    if not brief.account.active:
        return []
    return [line for part in parts() if part.questions for line in part.questions(brief, today)]


def found_out(brief: Brief, today: date) -> list[Mrkdwn]:
    """What was asked and answered for its renewal."""
    return [line for part in parts() if part.found_out for line in part.found_out(brief, today)]


def trends(brief: Brief, today: date) -> list[str]:
    """How things went lately."""
    return [line for part in parts() if part.trend and (line := part.trend(brief, today))]


def charts(brief: Brief, today: date) -> list[dict[str, Any]]:
    """The same as charts, for messages: Slack takes none in forms and on Home."""
    return [chart for part in parts() if part.chart and (chart := part.chart(brief, today))]


def meetings(brief: Brief, today: date, zone_name: str) -> list[Mrkdwn]:
    """What was held and decided, the latest first."""
    found = [pair for part in parts() if part.meetings for pair in part.meetings(brief, today, zone_name)]
    return [line for _, line in sorted(found, key=lambda pair: pair[0], reverse=True)]
