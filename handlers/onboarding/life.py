"""Onboarding's part of `/success`: milestones that are late, and how those of an account stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.order import REVIEWS
from storage.base.switches import covered
from storage.onboarding import store as onboarding
from storage.onboarding.record import LABELS
from storage.onboarding.settings import Onboarding
from storage.success import store as lives
from storage.success.record import ONBOARDING, stage
from templates.blocks.mrkdwn import day_words, mrkdwn
from templates.blocks.words import joined
from templates.onboarding import show as views
from templates.success.show import LateRow, PagePart

if TYPE_CHECKING:
    from handlers.success.life import View
    from storage.account.lists import Whose
    from storage.account.record import Account

AREA = "onboarding"
GROUP = REVIEWS


def late(view: View, whose: Whose) -> list[LateRow]:
    """Milestones whose target day has passed, of accounts in onboarding."""
    condition, values = whose.condition
    found = onboarding.in_onboarding(view.db, view.policy, view.today, condition, values)
    standing = onboarding.of_accounts(view.db, view.policy, found, view.today)
    return [
        LateRow(
            account,
            one.target_on,
            joined(
                [
                    mrkdwn("{} was to be {}", LABELS[name].lower(), day_words(one.target_on, view.today)),
                    views.late_words(one, view.today),
                ]
            ),
        )
        for account in found
        for name, one in standing[account.id].items()
        if one.late(view.today) and one.target_on
    ]


def page(view: View, account: Account) -> PagePart | None:
    """The milestones, what it bought for, its checklist; of one out of onboarding only what was reached."""
    if not covered(view.policy, AREA, account.segment):
        return None
    life = lives.life(view.db, account.id, view.today)
    standing = onboarding.of_accounts(view.db, view.policy, [account], view.today)[account.id]
    bought = [f"bought for {', '.join(life.intent)}"] if life.intent else []
    bought += [f"{life.original_licences:,} licences at first"] if life.original_licences is not None else []
    is_in = account.active and stage(life, view.today, view.policy.settings(Onboarding).window_days) == ONBOARDING
    lines = views.page_lines(life, standing, view.today, is_in=is_in)
    lines += [joined(bought)] if bought else []
    buttons = []
    if view.may_change(account):
        checklist = onboarding.checklist_of(view.db, account.id)
        buttons += [("Checklist", "cta.tasks", str(checklist))] if checklist else []
        buttons += [
            ("Reached", "onboarding.reached", f"{account.id}:"),
            *([("Delay", "onboarding.delay", f"{account.id}:")] if is_in else []),
            ("Bought for", "onboarding.intent", str(account.id)),
        ]
    return PagePart("Onboarding", tuple(lines), tuple(buttons))
