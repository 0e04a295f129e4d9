"""The plans' part of `/success`: what is late, and an account's plan."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.order import REVIEWS
from storage.base.switches import covered
from storage.plan import store
from storage.plan.record import ROI
from storage.plan.settings import PlanArea
from storage.success import store as lives
from templates.blocks.mrkdwn import Mrkdwn, clip, mrkdwn
from templates.blocks.words import joined, overdue_words
from templates.plan.show import TEXT, goal_words, line, qualified_words
from templates.success.show import LateRow, PagePart

if TYPE_CHECKING:
    from handlers.success.life import View
    from storage.account.lists import Whose
    from storage.account.record import Account

AREA = store.AREA
GROUP = REVIEWS
SHOWN = 4


def late(view: View, whose: Whose) -> list[LateRow]:
    """Objectives whose day has passed; customers without a qualified plan after the days that they have for it."""
    some = store.held_to_plans(view.db, view.policy, whose)
    known = lives.lives(view.db, [account.id for account in some], view.today)
    grace = timedelta(days=view.policy.settings(PlanArea).grace_days)
    found = []
    for one in store.standings(view.db, view.policy, some, view.today).values():
        for goal in one.open_objectives:
            if goal.due_on and goal.due_on < view.today:
                said = mrkdwn("{}: {}", clip(goal.title, TEXT), overdue_words(goal.due_on, view.today))
                found.append(LateRow(one.account, goal.due_on, said, ("Edit", "plan.objective_edit", str(goal.id))))
        started = known[one.account.id].started_on
        due_on = started + grace if started else None
        if one.qualified or due_on is None or due_on >= view.today:
            continue
        since = max(due_on, one.lapse.on) if one.lapse else due_on
        said = Mrkdwn(mrkdwn("{}", f"plan {qualified_words(one, view.today)}" if one.plan else "no success plan"))
        found.append(LateRow(one.account, since, said, ("Plan", "plan.show", f"{one.account.id}:{ROI}")))
    return found


def page(view: View, account: Account) -> PagePart | None:
    """How its plan stands, and what is open in it; of an account that is gone only the way to it, if it has one."""
    if not covered(view.policy, AREA, account.segment):
        return None
    one = store.standing_of(view.db, view.policy, account, view.today)
    goals = [
        joined([mrkdwn("{}", clip(goal.title, TEXT)), goal_words(goal, view.today)])
        for goal in one.open_objectives[:SHOWN]
    ]
    buttons = [("Plan", "plan.show", f"{account.id}:{ROI}")]
    if not account.active:
        return PagePart("Success plan", (), tuple(buttons)) if one.plan else None
    if view.may_change(account):
        buttons.append(("Edit" if one.plan else "Begin the plan", "plan.edit", f"{account.id}:{ROI}"))
        if one.plan:
            buttons.append(("Add an objective", "plan.objective", f"{account.id}:{ROI}"))
    return PagePart("Success plan", (line(one, view.today), *goals), tuple(buttons))
