"""Usage's part of an account's page of `/success`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.switches import covered
from storage.success import store as lives
from storage.usage import store
from storage.usage.settings import UsageArea
from templates.success.show import PagePart
from templates.usage import show as views

if TYPE_CHECKING:
    from handlers.success.life import View
    from storage.account.record import Account

AREA = store.AREA


def page(view: View, account: Account) -> PagePart | None:
    """Licences, users and what is adopted; [Usage] has the rest."""
    if not covered(view.policy, AREA, account.segment):
        return None
    figure = store.on_day(view.db, view.policy, [account.id], view.today).get(account.id)
    latest = store.latest_days(view.db, [account.id], view.today, 1).get(account.id, [])
    life = lives.life(view.db, account.id, view.today)
    area = view.policy.settings(UsageArea)
    lines = [views.licences_line(figure, latest, life, area, view.today)]
    if figure is not None and (used := views.use_cases_line(figure)):
        lines.append(used)
    lines.append(views.adopted_line(life, view.today))
    buttons = [("Usage", "usage.show", str(account.id))]
    if view.may_change(account):
        buttons.append(("Adopted", "usage.adopted", str(account.id)))
        if not covered(view.policy, "onboarding", account.segment):  # else it stands there
            buttons.append(("Bought for", "onboarding.intent", str(account.id)))
    return PagePart("Usage", tuple(lines), tuple(buttons))
