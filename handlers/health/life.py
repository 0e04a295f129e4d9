"""Health's part of `/success`: what is to be said again, and how an account's health stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import health_history
from storage.base import people
from storage.base.switches import covered
from storage.health import store
from storage.health.settings import HealthArea
from templates.account.show import health_words
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.words import joined
from templates.health.show import age_words, said_words, signals_words, trend_words
from templates.success.show import LateRow, PagePart

if TYPE_CHECKING:
    from handlers.success.life import View
    from storage.account.lists import Whose
    from storage.account.record import Account

AREA = "health"


def late(view: View, whose: Whose) -> list[LateRow]:
    """Healths that this month's round asks for."""
    month = view.today.replace(day=1)
    area = view.policy.settings(HealthArea)
    found = []
    for one in store.asked_for(view.db, view.policy, whose, view.today):
        account = one.account
        months = view.policy.target_days(account.segment, "update_months")
        said = joined(["health is to be said", account.health, age_words(account, view.today, months, area)], ", ")
        since = min(account.health_on or month, month)
        found.append(LateRow(account, since, said, ("Set health", "account.health", str(account.id))))
    return found


def page(view: View, account: Account) -> PagePart | None:
    """How its health stands, why, and how it went lately."""
    if not covered(view.policy, AREA, account.segment):
        return None
    settings = health_history.of_account(view.db, account.id)
    last = settings[0] if settings else None
    person = people.many(view.db, [last.by_id]).get(last.by_id or 0) if last else None
    area, months = view.policy.settings(HealthArea), view.policy.target_days(account.segment, "update_months")
    lines = [
        joined(
            [health_words(account, view.today), age_words(account, view.today, months, area), said_words(last, person)]
        )
    ]
    told = store.signals(view.db, view.policy, [account.id], view.today).get(account.id, ())
    if told:
        lines.append(mrkdwn("Signals: {}", signals_words(told)))
    if went := trend_words(settings, view.today):
        lines.append(mrkdwn("At month's end: {}", went))
    buttons = (("Set health", "account.health", str(account.id)),) if view.may_change(account) else ()
    return PagePart("Health", tuple(lines), buttons)
