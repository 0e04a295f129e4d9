"""Accounts in trouble in words, their page, list and forms. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.moments import days_since
from storage.base.plurals import counted
from storage.triage.record import ENDED, IMPACTS, OPEN, REASONS, WILL_CHURN, regular_due
from templates.account.show import HEALTH_OPTIONS, csm_words
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, mrkdwn, past_day_words
from templates.blocks.words import joined, update_due_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.health.settings import HealthArea
    from storage.triage.day import DueTriage
    from storage.triage.record import Triage
    from templates.blocks.listed import Listed

TEXT = 200
IMPACT_OPTIONS = [[label, key] for key, label in IMPACTS.items()]
REASON_OPTIONS = [[label, key] for key, label in REASONS.items()]
OUTCOMES = {"won_back": "won back", "contracted": "renewed with less", "churned": "churned"}
_LACKS = {"impact": "impact", "reason": "reason", "ends": "what ends it", "next_step": "the next step"}
Update = tuple["date", "str | None", str, "str | None", "str | None"]


def state_words(triage: Triage, today: date, *, escalated: bool = False) -> str:
    """`red, in triage for 12 days`, `escalated`, `will churn, given up Tue 3 Nov`, `won back`."""
    if triage.state == ENDED:
        return OUTCOMES.get(triage.outcome or "", "over")
    if triage.state == WILL_CHURN:
        since = past_day_words(triage.will_churn_on, today) if triage.will_churn_on else ""
        return f"will churn, said {since}" if since else "will churn"
    days = days_since(triage.opened_on, today)
    how = "escalated" if escalated else "in triage"
    return f"{triage.colour}, {how} for {counted(days, 'day')}" if days else f"{triage.colour}, {how} since today"


def about_words(triage: Triage) -> Mrkdwn:
    """`churn: lack of adoption`, as far as somebody has said it."""
    said = [IMPACTS.get(triage.impact or "", ""), REASONS.get(triage.reason or "", "")]
    return mrkdwn("{}", ": ".join(part.lower() for part in said if part))


def lacks_words(triage: Triage) -> str | None:
    """`nobody has said: impact, reason`."""
    lacks = [_LACKS[name] for name in triage.lacks] if triage.state == OPEN else []
    return f"nobody has said: {', '.join(lacks)}" if lacks else None


def line(triage: Triage, due_on: date | None, today: date, *, escalated: bool = False) -> Mrkdwn:
    """One triage in a line, for cards and lists."""
    return joined(
        [
            state_words(triage, today, escalated=escalated),
            about_words(triage),
            mrkdwn("next: {}", clip(triage.next_step, TEXT)) if triage.next_step else None,
            update_due_words(due_on, today),
        ]
    )


def page_lines(
    triage: Triage, due_on: date | None, updates: Sequence[Update], today: date, *, escalated: bool
) -> tuple[Mrkdwn, ...]:
    """A triage and its last updates, a line each."""
    facts: list[str | Mrkdwn | None] = [
        line(triage, due_on, today, escalated=escalated),
        mrkdwn("It ends when: {}", clip(triage.ends, TEXT)) if triage.ends else None,
        lacks_words(triage),
        mrkdwn("Looking back: {}", clip(triage.retrospective, TEXT)) if triage.retrospective else None,
        mrkdwn("What helped: {}", clip(triage.helped, TEXT)) if triage.helped else None,
    ]
    lines = [mrkdwn("{}", fact) for fact in facts if fact]
    return (*lines, *(_update_line(one, today) for one in updates))


def _update_line(update: Update, today: date) -> Mrkdwn:
    on, who, colour, progress, step = update
    head = mrkdwn("{} · {}: {}", past_day_words(on, today), who or "somebody", colour)
    return joined([head, clip(progress or "", TEXT), mrkdwn("next: {}", clip(step, TEXT)) if step else None])


def listing(rows: Sequence[DueTriage], page: Listed, whose: str) -> dict[str, Any]:
    """A page of open triages, the one whose update is due first on top."""
    some = rows[page.offset : page.offset + page.size]
    return {**page.ways(len(some), len(rows)), "rows": [_row(one, page) for one in some], "whose": whose}


def _row(row: DueTriage, page: Listed) -> dict[str, Any]:
    account, triage = row.account, row.triage
    actions = [["Show", f"show:{account.id}"]]
    if account.id in page.changeable:
        actions = [["Update", f"update:{triage.id}"], ["Impact and reason", f"edit:{triage.id}"], *actions]
    csm = csm_words(account, page.people, page.understood_id)
    said = [mrkdwn("*{}*", account.name), line(triage, row.due_on, page.today), lacks_words(triage), csm]
    return {"line": joined(said), "actions": actions}


def edit_form(account: Account, triage: Triage | None) -> dict[str, Any]:
    """What the form of impact, reason, what ends it and the next step holds at first."""
    return {
        "title": "Triage" if triage else "Needs triage",
        "about": mrkdwn("*{}*", account.name),
        "impacts": IMPACT_OPTIONS,
        "impact": next((option for option in IMPACT_OPTIONS if triage and option[1] == triage.impact), None),
        "reasons": REASON_OPTIONS,
        "reason": next((option for option in REASON_OPTIONS if triage and option[1] == triage.reason), None),
        "ends": triage.ends if triage else None,
        "next_step": triage.next_step if triage else None,
    }


def update_form(account: Account, triage: Triage, today: date, area: HealthArea) -> dict[str, Any]:
    """What the form of an update holds at first."""
    red, yellow = regular_due(today, "red", area), regular_due(today, "yellow", area)
    return {
        "about": mrkdwn("*{}* · {}", account.name, state_words(triage, today)),
        "colours": HEALTH_OPTIONS,
        "colour": next((option for option in HEALTH_OPTIONS if option[1] == triage.colour), None),
        "next_step": triage.next_step,
        "regular": f"Else {day_words(red, today)} for red, {day_words(yellow, today)} for yellow.",
    }
