"""What can be done with success plans, each once: the change, its audit, who is told, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.account.undo import undo_button
from handlers.door.actions import Outcome
from reminders.plan.notices import RETURNED
from storage.account import store as accounts
from storage.account.team import CSM
from storage.base import people
from storage.base.moments import instant_text
from storage.base.notices import tell
from storage.base.switches import area_on
from storage.plan import life, objectives, store
from storage.plan.record import ACHIEVED, GREEN, ROI
from templates.blocks.mrkdwn import clip, mrkdwn
from templates.blocks.words import joined
from templates.plan.show import CALLED, colour_words, goal_words, qualified_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.plan.record import Objective, Plan, Standing

ECHOED = 150
Button = tuple[str, str, object]


def save(unit: Unit, account: Account, kind: str, said: Mapping[str, Any]) -> Outcome:
    """What stands in a plan's form."""
    before = life.now(unit, account, kind)
    after = life.save(unit, account, kind, said)
    return _said(unit, before, after, kind, "saved", undo_button(unit, account.id, life.EDITED))


def still_right(unit: Unit, plan: Plan) -> Outcome:
    """Nothing is to be changed."""
    account = accounts.get(unit.db, plan.account_id)
    before = life.now(unit, account, plan.kind)
    after = life.still_right(unit, plan)
    return _said(unit, before, after, plan.kind, "still right", undo_button(unit, account.id, life.VALIDATED))


def submit(unit: Unit, account: Account) -> Outcome:
    """The manager is asked to qualify it."""
    after = life.submit(unit, account)
    csm = people.many(unit.db, [account.csm_id]).get(account.csm_id or 0)
    manager = people.manager_of(unit.db, unit.policy, csm) if csm else None
    whom = f"{manager.name} is asked on the next morning" if manager else "operations hear on the next morning"
    said = joined([mrkdwn("*{}* · plan submitted", account.name), qualified_words(after, unit.own_today), whom])
    return Outcome(said, f"{account.name}: plan submitted.", buttons=undo_button(unit, account.id, life.SUBMITTED))


def qualify(unit: Unit, account: Account) -> Outcome:
    """A manager says that it is one."""
    after = life.qualify(unit, account)
    said = joined([mrkdwn("*{}* · plan", account.name), qualified_words(after, unit.own_today)])
    return Outcome(said, f"{account.name}: plan qualified.", buttons=undo_button(unit, account.id, life.QUALIFIED))


def send_back(unit: Unit, account: Account, line: str) -> Outcome:
    """A manager returns it; who submitted it and the CSM get the line."""
    plan = life.now(unit, account).plan
    said = life.send_back(unit, account, line)
    whom = people.many(unit.db, [account.csm_id, plan.submitted_by if plan else None])
    at = instant_text(plan.submitted_at) if plan and plan.submitted_at else ""
    facts: dict[str, Any] = {"plan": plan.id if plan else 0, "submitted_at": at, "line": said}
    parts = {account.csm_id: [CSM]} if account.csm_id and plan and account.csm_id != plan.submitted_by else None
    subject = f"{account.id}:{at}:{unit.at}"
    told = tell(unit, whom.values(), RETURNED, subject, account_id=account.id, parts=parts, **facts)
    words = mrkdwn("*{}* · plan returned: {}", account.name, clip(said, ECHOED))
    return Outcome(
        words, f"{account.name}: plan returned.", told=told, buttons=undo_button(unit, account.id, life.RETURNED)
    )


def add_objective(unit: Unit, account: Account, kind: str, said: Mapping[str, Any], ctas: Collection[int]) -> Outcome:
    """A new objective, with the CTAs that serve it."""
    before = life.now(unit, account, kind)
    made = objectives.add(unit, account, kind, said)
    undo = undo_button(unit, account.id, objectives.SAID)
    if ctas:
        objectives.group(unit, made, ctas, ctas)
        undo = []
    return _of_goal(unit, account, made, before, undo)


def edit_objective(
    unit: Unit, goal: Objective, said: Mapping[str, Any], ctas: Collection[int], offered: Collection[int]
) -> Outcome:
    """An objective is changed, or ended, and the CTAs that serve it."""
    account = accounts.get(unit.db, goal.account_id)
    kind = store.get(unit.db, unit.policy, goal.plan_id).kind
    before = life.now(unit, account, kind)
    after = objectives.edit(unit, goal, said)
    grouped = objectives.group(unit, after, ctas, offered)
    did = objectives.SAID if after is not goal else objectives.GROUPED if grouped else ""
    undo = undo_button(unit, account.id, did) if did else []
    return _of_goal(unit, account, after, before, undo)


def _of_goal(unit: Unit, account: Account, goal: Objective, before: Standing, undo: list[Button]) -> Outcome:
    kind = store.get(unit.db, unit.policy, goal.plan_id).kind
    after = life.now(unit, account, kind)
    said = joined(
        [
            mrkdwn("*{}* · {}", account.name, clip(goal.title, ECHOED)),
            goal_words(goal, unit.own_today),
            f"plan {colour_words(after)}",
            _lost(before, after),
        ]
    )
    return Outcome(
        said, f"{account.name}: {goal.title}.", buttons=[*undo, *_reached(unit, goal, after), *_next(after, kind)]
    )


def _reached(unit: Unit, goal: Objective, after: Standing) -> list[Button]:
    """The milestone, once the last objective for which the customer bought is achieved."""
    originals = [one for one in after.objectives if one.original]
    if not goal.original or goal.status != ACHIEVED or not area_on(unit.policy, "onboarding"):
        return []
    if any(one.is_open for one in originals):
        return []
    return [("Outcome achieved", "onboarding.reached", f"{after.account.id}:outcome_achieved")]


def _said(unit: Unit, before: Standing, after: Standing, kind: str, what: str, undo: list[Button]) -> Outcome:
    account = after.account
    words = [
        mrkdwn("*{}* · {} {}", account.name, CALLED[kind].lower(), what),
        colour_words(after),
        qualified_words(after, unit.own_today) if kind == ROI else None,
        _lost(before, after),
    ]
    plain = f"{account.name}: {CALLED[kind].lower()} {what}."
    return Outcome(joined(words), plain, buttons=[*undo, *_next(after, kind)])


def _lost(before: Standing, after: Standing) -> str | None:
    return "it was qualified: submit it again" if before.qualified and not after.qualified else None


def _next(after: Standing, kind: str) -> list[Button]:
    submit_it: list[Button] = []
    if kind == ROI and after.colour == GREEN and not after.qualified and not after.waits:
        submit_it = [("Submit", "plan.submit", after.account.id)]
    return [*submit_it, ("Show the plan", "plan.show", f"{after.account.id}:{kind}")]
