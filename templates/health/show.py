"""Health in words: its age, what speaks against it, the list that a round opens, and the trend as a chart. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from storage.health.record import UNKNOWN, age, freshness, trend
from templates.account.show import HEALTH_WORDS, csm_words, health_words, scope_words
from templates.blocks.mrkdwn import Mrkdwn, clip, mrkdwn
from templates.blocks.words import joined, person_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from storage.account.health_history import Setting
    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.base.signals import Signal
    from storage.health.record import AskedHealth
    from storage.health.settings import HealthArea
    from templates.blocks.listed import Listed

NOTE = 150
LEVELS = {"green": 3, "yellow": 2, "red": 1, None: 0}
CHART = "Health at month's end: 3 green, 2 yellow, 1 red"
_OUTLOOKS = {"at_risk": "outlook at risk", "churn": "expected to churn"}
_SIGNALS: dict[str, Callable[[str], str]] = {
    "outlook": lambda outlook: _OUTLOOKS.get(outlook, outlook),
    "renewal_unreviewed": lambda days: f"renews {_in_days(int(days))}, no review held",
    "call_late": lambda days: f"last call {counted(int(days), 'day')} ago",
    "no_call": lambda _: "no call yet",
    "escalation": "escalation open ({})".format,
    "licences_red": lambda _: "licences red",
    "licences_worse": "licences {}".format,
    "use_cases_red": "{} red".format,
    "milestone_late": "{}".format,
    "nps": "NPS {}".format,
    "csat": "CSAT {}".format,
    "use_cases_worse": "{} worse than before".format,
}


def _in_days(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days) or f"in {counted(days, 'day')}"


def signal_words(signal: Signal) -> str:
    """A signal in a few words; one of a noun that is not named here says its own name."""
    if said := _SIGNALS.get(signal.what):
        return said(signal.detail)
    return joined([signal.what.replace("_", " "), signal.detail], ": ")


def signals_words(signals: Sequence[Signal]) -> str:
    """All signals in a line."""
    return ", ".join(signal_words(one) for one in signals)


def age_words(account: Account, today: date, update_months: int | None, area: HealthArea) -> str:
    """`48 days old, stale`; how fresh it is only where it is not."""
    days = age(account.health_on, today)
    if account.health is None or days is None:
        return ""
    fresh = freshness(account, today, update_months, area)
    how = {"fresh": "", UNKNOWN: "too old to go by"}.get(fresh, fresh)
    return ", ".join(part for part in (f"{counted(days, 'day')} old" if days else "", how) if part)


def said_words(setting: Setting | None, person: Person | None) -> Mrkdwn | None:
    """Why it is so, and who said it: `“sponsor left” (@maya)`; None where nobody said anything with it."""
    if setting is None or not setting.note:
        return None
    why = mrkdwn("“{}”", clip(setting.note, NOTE))
    return mrkdwn("{} ({})", why, person_words(person)) if person else why


def trend_words(settings: Sequence[Setting], today: date) -> str | None:
    """`Jul green, Aug green, Sep yellow …`; None where there is nothing to compare."""
    known = [(day, health) for day, health in trend(settings, today) if health]
    if len(known) < 2:  # noqa: PLR2004 - one point is no trend
        return None
    return ", ".join(f"{day:%b} {HEALTH_WORDS[health]}" for day, health in known)


def trend_chart(settings: Sequence[Setting], today: date) -> dict[str, Any] | None:
    """The trend as a bar chart's data (templates/report/data.json.j2); None where there is nothing to compare."""
    if trend_words(settings, today) is None:
        return None
    points = [(f"{day:%b %Y}", LEVELS[health]) for day, health in trend(settings, today)]
    data = [{"label": label, "value": value} for label, value in points]
    return {"title": CHART, "categories": [label for label, _ in points], "series": [{"name": "health", "data": data}]}


def round_list(asked: Sequence[AskedHealth], page: Listed, policy: Policy, area: HealthArea) -> dict[str, Any]:
    """A page of the accounts whose health is asked for."""
    some = asked[page.offset : page.offset + page.size]
    confirm = sum(one.to_confirm for one in asked if one.account.id in page.changeable)
    return {
        **page.ways(len(some), len(asked)),
        "rows": [_row(one, page, policy, area) for one in some],
        "whose": scope_words(page.scope),
        "confirm": confirm,
    }


def _row(one: AskedHealth, page: Listed, policy: Policy, area: HealthArea) -> dict[str, Any]:
    account = one.account
    months = policy.target_days(account.segment, "update_months")
    facts = [
        mrkdwn("*{}*", account.name),
        health_words(account, page.today),
        age_words(account, page.today, months, area),
        signals_words(one.signals),
        csm_words(account, page.people, page.understood_id),
    ]
    show = [["Show", f"show:{account.id}"]]
    colours = [[f"{colour.capitalize()}", f"{colour}:{account.id}"] for colour in HEALTH_WORDS]
    return {"line": joined(facts), "actions": colours + show if account.id in page.changeable else show}
