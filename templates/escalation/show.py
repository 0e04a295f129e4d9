"""Escalations in words, their list and their forms. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.escalation.record import MONITORING, OPEN, SEVERITIES
from templates.account.show import HEALTH_OPTIONS, csm_words
from templates.blocks.mrkdwn import Mrkdwn, clip, mrkdwn, past_day_words
from templates.blocks.words import joined, update_due_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.escalation.day import DueEscalation
    from storage.escalation.record import Escalation
    from templates.blocks.listed import Listed

TEXT = 200
SEVERITY_OPTIONS = [[name.capitalize(), name] for name in SEVERITIES]
STATE_OPTIONS = [["Open", OPEN], ["Watched", MONITORING]]
OUTCOME_OPTIONS = [["Positive", "positive"], ["Negative", "negative"], ["None", "none"]]
SUMMED_UP = {"positive": "ended well", "negative": "ended badly", "none": "ended"}


def what_words(one: Escalation) -> Mrkdwn:
    """`high escalation, watched: the new build must be signed`: its severity and what it is about."""
    state = ", watched" if one.state == MONITORING else ""
    return mrkdwn("{} escalation{}: {}", one.severity, state, clip(one.reason or one.criteria, TEXT))


def line(one: Escalation, due_on: date | None, today: date) -> Mrkdwn:
    """One escalation in a line, for cards, pages and lists."""
    if not one.is_open:
        closed = past_day_words(one.closed_on, today) if one.closed_on else ""
        helped = mrkdwn("what helped: {}", clip(one.helped, TEXT)) if one.helped else None
        return joined([mrkdwn("{}, {} {}", what_words(one), SUMMED_UP[one.outcome or "none"], closed), helped])
    return joined(
        [
            what_words(one),
            mrkdwn("ends when: {}", clip(one.criteria, TEXT)) if one.reason else None,
            mrkdwn("next: {}", clip(one.next_step, TEXT)) if one.next_step else None,
            update_due_words(due_on, today),
        ]
    )


def listing(rows: Sequence[DueEscalation], page: Listed, whose: str) -> dict[str, Any]:
    """A page of open escalations, the one whose update is due first on top."""
    some = rows[page.offset : page.offset + page.size]
    return {**page.ways(len(some), len(rows)), "rows": [_row(one, page) for one in some], "whose": whose}


def _row(row: DueEscalation, page: Listed) -> dict[str, Any]:
    account, one = row.account, row.escalation
    csm = csm_words(account, page.people, page.understood_id)
    actions = [["Show", f"show:{one.id}"]]
    if account.id in page.changeable:
        actions = [["Update", f"update:{one.id}"], ["Close", f"close:{one.id}"], *actions]
    return {"line": joined([mrkdwn("*{}*", account.name), line(one, row.due_on, page.today), csm]), "actions": actions}


def open_form(account: Account, severity: str | None, reason: str, *, has_pse: bool) -> dict[str, Any]:
    """What the form of a new escalation holds at first; red is offered where it is not."""
    red = [["Set health to red", "red"]] if account.health != "red" else []
    project = [["It is about a project: the PSE sees to it", "project"]] if has_pse else []
    return {
        "about": mrkdwn("*{}*", account.name),
        "severities": SEVERITY_OPTIONS,
        "severity": next((option for option in SEVERITY_OPTIONS if option[1] == severity), None),
        "reason": reason or None,
        "ticks": [*red, *project],
        "ticked": red,
    }


def update_form(account: Account, one: Escalation) -> dict[str, Any]:
    """What the form of an update holds at first."""
    return {
        "about": mrkdwn("*{}* · {}", account.name, what_words(one)),
        "states": STATE_OPTIONS,
        "state": next(option for option in STATE_OPTIONS if option[1] == one.state),
        "severities": SEVERITY_OPTIONS,
        "severity": next(option for option in SEVERITY_OPTIONS if option[1] == one.severity),
        "next_step": one.next_step,
    }


def close_form(account: Account, one: Escalation, *, asks_health: bool) -> dict[str, Any]:
    """What the form that closes one holds at first; the last one asks for the account's health."""
    return {
        "about": mrkdwn("*{}* · {}", account.name, what_words(one)),
        "criteria": mrkdwn("It was to end when: {}", clip(one.criteria, 1000)),
        "outcomes": OUTCOME_OPTIONS,
        "healths": HEALTH_OPTIONS,
        "health": next((option for option in HEALTH_OPTIONS if option[1] == account.health), None),
        "asks_health": asks_health,
    }
