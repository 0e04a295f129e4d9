"""Success plans in words: a line, the page, the list, the forms. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from storage.plan.record import (
    CLOSED,
    GREEN,
    INTERNAL,
    LACK_WORDS,
    LAPSE_WORDS,
    NO_PLAN,
    NOT_GREEN,
    NOT_UPDATED,
    ROI,
    STATES,
    STATUSES,
    Objective,
)
from templates.account.show import csm_words, gone_words
from templates.blocks.figures import percent
from templates.blocks.mrkdwn import (
    Mrkdwn,
    clip,
    day_words,
    link,
    lived_day_words,
    mrkdwn,
    on_words,
    paragraph,
    past_day_words,
)
from templates.blocks.words import joined, overdue_words, person_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.plan.record import Plan, Share, Standing, Work
    from templates.blocks.listed import Listed

TEXT, LONG = 200, 1200
CALLED = {ROI: "Success plan", INTERNAL: "Internal plan"}
KIND_OPTIONS = [["For the customer", ROI], ["Internal", INTERNAL]]
STATE_OPTIONS = [[name.capitalize(), name] for name in STATES]
STATUS_LABELS = {"new": "New", "in_progress": "In progress", "achieved": "Achieved", "dropped": "Dropped"}
STATUS_OPTIONS = [[STATUS_LABELS[name], name] for name in STATUSES]
PRIORITY_OPTIONS = [["High", "high"], ["Medium", "medium"], ["Low", "low"]]
QUESTIONS = (
    "The strategy is why they bought",
    "All sides agree",
    "It can be measured",
    "It is on track",
    "Next steps are set",
)
SOON = 60
"""Days before a qualification is too old in which it may be asked for anew with a click."""
MOST_CTAS = 10
"""Slack shows no more boxes to tick."""


def colour_words(one: Standing) -> str:
    """`green`, `yellow: a draft, no highlights`, `no success plan`."""
    said = ", ".join(LACK_WORDS[name] for name in one.lacks)
    if one.plan is None or one.plan.state == CLOSED:
        return said
    return f"{one.colour}: {said}" if said else one.colour


def qualified_words(one: Standing, today: date) -> str:
    """`qualified until Fri 12 Nov 2027`, `submitted today, waits for an answer`, `not qualified: lapsed …`."""
    waits = ""
    if one.plan and one.plan.submitted_on:
        waits = f"submitted {on_words(past_day_words(one.plan.submitted_on, today))}, waits for an answer"
    if one.qualified and one.until:
        return ", ".join(part for part in (f"qualified until {day_words(one.until, today)}", waits) if part)
    if waits:
        return waits
    if one.lapse:
        return f"not qualified: lapsed {on_words(past_day_words(one.lapse.on, today))}, {LAPSE_WORDS[one.lapse.why]}"
    return "not qualified"


def open_words(one: Standing) -> str | None:
    """`2 objectives and 1 CTA open`."""
    goals, work = len(one.open_objectives), len(one.open_work)
    said = [counted(goals, "objective")] if goals else []
    said += [counted(work, "CTA")] if work else []
    return f"{' and '.join(said)} open" if said else None


def line(one: Standing, today: date) -> Mrkdwn:
    """A plan in a line, for cards and pages."""
    if one.plan is None:
        return mrkdwn("{}", colour_words(one))
    return joined([f"plan {colour_words(one)}", qualified_words(one, today), open_words(one)], "; ")


def needs_words(one: Standing, today: date) -> str:
    """What makes it one to look at: `yellow: a draft; not qualified`."""
    found = []
    for need in one.needs:
        if need in (NO_PLAN, NOT_GREEN):
            found.append(colour_words(one))
        elif need == NOT_UPDATED:
            found.append("not updated in the last quarter")
        else:
            found.append(qualified_words(one, today))
    return "; ".join(found)


def page(
    one: Standing,
    kind: str,
    people: Mapping[int, Person],
    today: date,
    *,
    offset: int,
    size: int,
    may_change: bool,
    may_answer: bool,
) -> dict[str, Any]:
    """The page of a plan: how it stands, what it says, a page of its objectives, its CTAs, what can be done."""
    plan, account = one.plan, one.account
    some = one.objectives[offset : offset + size]
    value = f"{account.id}:{kind}"
    head = joined([colour_words(one), qualified_words(one, today) if plan and kind == ROI else None])
    if not account.active:
        head = mrkdwn("{}", gone_words(account, today))  # nobody is asked for what it lacks
    return {
        "title": mrkdwn("*{} · {}*\n{}", account.name, CALLED[kind].lower(), head),
        "text": mrkdwn("{} of {}: {}", CALLED[kind], account.name, head),
        "facts": _facts(plan, one, today) if plan else None,
        "paragraphs": [
            mrkdwn("*{}*\n{}", title, paragraph(clip(text, LONG)))
            for title, text in (("Strategy", plan.strategy), ("Highlights", plan.highlights))
            if text
        ]
        if plan
        else [],
        "goals": [_goal_row(goal, one, people, today, may_change=may_change) for goal in some],
        "counted": counted(len(one.objectives), "objective") if plan else "",
        "shown": f"{offset + 1} to {offset + len(some)} of {len(one.objectives)}" if len(one.objectives) > size else "",
        "back": f"{value}:{max(offset - size, 0)}" if offset else None,
        "on": f"{value}:{offset + size}" if offset + size < len(one.objectives) else None,
        "work": [_work_line(work, one.objectives, today) for work in one.open_work[:8]],
        "more_work": max(len(one.open_work) - 8, 0),
        "buttons": _buttons(one, kind, today, may_change=may_change, may_answer=may_answer),
    }


def _facts(plan: Plan, one: Standing, today: date) -> Mrkdwn:
    shared = "not shared yet" if one.account.active else None
    if plan.shared_on:
        shared = f"shared {on_words(lived_day_words(plan.shared_on, today))}"
    updated = f"updated {past_day_words(one.updated_on, today)}" if one.updated_on else None
    parts: list[str | None] = [plan.state, f"due {day_words(plan.due_on, today)}" if one.account.active else None]
    parts += [shared if plan.kind == ROI else None, updated]
    return joined([*parts, link(plan.link, "the plan itself") if plan.link else None])


def _goal_row(
    goal: Objective, one: Standing, people: Mapping[int, Person], today: date, *, may_change: bool
) -> dict[str, Any]:
    under = [work.title for work in one.work if work.objective_id == goal.id]
    said = [
        joined(
            [mrkdwn("*{}*", clip(goal.title, TEXT)), goal_words(goal, today), "original" if goal.original else None]
        ),
        mrkdwn("Why: {}", clip(goal.why, TEXT)) if goal.why else None,
        mrkdwn("Measured by: {}", clip(goal.criteria, TEXT)) if goal.criteria else None,
        mrkdwn("From: {}", clip(goal.baseline, TEXT)) if goal.baseline else None,
        mrkdwn("Came of it: {}", clip(goal.came_of, TEXT)) if goal.came_of else None,
        mrkdwn("CTAs: {}", ", ".join(under[:5])) if under else None,
    ]
    owner = people.get(goal.owner_id or 0)
    whose = joined(
        [
            mrkdwn("On our side: {}", person_words(owner)) if owner else None,
            mrkdwn("On theirs: {}", clip(goal.customer_owner, 80)) if goal.customer_owner else None,
        ]
    )
    text = joined([*said, whose or None], "\n")
    return {"line": text, "button": ["Edit", "plan.objective_edit", str(goal.id)] if may_change else None}


def goal_words(goal: Objective, today: date) -> str:
    """`in progress, high, due Fri 30 Apr 2027`, `achieved on Mon 2 Nov`."""
    status = STATUS_LABELS[goal.status].lower()
    if not goal.is_open:
        return f"{status} {on_words(past_day_words(goal.ended_on, today))}" if goal.ended_on else status
    priority = f"{goal.priority} priority" if goal.priority != "medium" else ""
    due = ""
    if goal.due_on:
        due = overdue_words(goal.due_on, today) if goal.due_on < today else f"due {day_words(goal.due_on, today)}"
    return ", ".join(part for part in (status, priority, due) if part)


def _work_line(work: Work, goals: Sequence[Objective], today: date) -> Mrkdwn:
    under = next((goal.title for goal in goals if goal.id == work.objective_id), None)
    return joined(
        [
            mrkdwn("{}", work.title),
            f"due {day_words(work.due_on, today)}" if work.due_on else None,
            mrkdwn("for: {}", clip(under, 80)) if under else None,
        ]
    )


def _buttons(one: Standing, kind: str, today: date, *, may_change: bool, may_answer: bool) -> list[list[str]]:
    plan, account = one.plan, one.account
    value, found = f"{account.id}:{kind}", []
    if may_change and account.active:
        found.append(["Edit the plan" if plan else "Begin the plan", "plan.edit", value])
        if plan and plan.state != CLOSED:
            found.append(["Add an objective", "plan.objective", value])
            found.append(["Still right", "plan.still_right", str(plan.id)])
        if kind == ROI and may_submit(one, today):
            found.append(["Submit", "plan.submit", str(account.id)])
    if kind == ROI and one.waits and may_answer:
        found += [["Qualify", "plan.qualify", str(account.id)], ["Return", "plan.return", str(account.id)]]
    if plan:
        found.append(["As a file", "plan.file", value])
    other = INTERNAL if kind == ROI else ROI
    found.append([CALLED[other], "plan.show", f"{account.id}:{other}"])
    return found


def may_submit(one: Standing, today: date) -> bool:
    """Whether it is offered: green, not waiting, and not qualified, or not for long any more."""
    ends = one.until is not None and one.until <= today + timedelta(days=SOON)
    return one.colour == GREEN and not one.waits and (ends or not one.qualified)


def listing(rows: Sequence[Standing], listed: Listed, whose: str) -> dict[str, Any]:
    """A page of the plans that need something."""
    some = rows[listed.offset : listed.offset + listed.size]
    return {**listed.ways(len(some), len(rows)), "rows": [_row(one, listed) for one in some], "whose": whose}


def _row(one: Standing, listed: Listed) -> dict[str, Any]:
    account = one.account
    actions = [["Show", f"show:{account.id}"]]
    if account.id in listed.changeable:
        actions.insert(0, ["Edit" if one.plan else "Begin the plan", f"edit:{account.id}"])
        if one.plan:
            actions.append(["Still right", f"still_right:{one.plan.id}"])
        if may_submit(one, listed.today):
            actions.append(["Submit", f"submit:{account.id}"])
    said = [mrkdwn("*{}*", account.name), needs_words(one, listed.today)]
    return {"line": joined([*said, csm_words(account, listed.people, listed.understood_id)]), "actions": actions}


def edit_form(account: Account, plan: Plan | None, kind: str, due_on: date) -> dict[str, Any]:
    """What the form of a plan holds at first."""
    state = plan.state if plan else "draft"
    return {
        "about": mrkdwn("*{}* · {}", account.name, CALLED[kind].lower()),
        "states": STATE_OPTIONS,
        "state": next(option for option in STATE_OPTIONS if option[1] == state),
        "strategy": plan.strategy if plan else None,
        "highlights": plan.highlights if plan else None,
        "link": plan.link if plan else None,
        "shared_on": plan.shared_on.isoformat() if plan and plan.shared_on else None,
        "due_on": (plan.due_on if plan else due_on).isoformat(),
        "is_shared": kind == ROI,
        "title": CALLED[kind],
    }


def objective_form(
    account: Account,
    goal: Objective | None,
    kind: str,
    title: str,
    work: Sequence[Work],
    owner: Person | None,
) -> dict[str, Any]:
    """What the form of an objective holds at first; an open CTA can be put under it."""
    offered = [[clip(one.title, 70), str(one.id)] for one in work]
    status = goal.status if goal else "new"
    priority = goal.priority if goal else "medium"
    original = [["The customer bought for it", "original"]]
    return {
        "about": mrkdwn("*{}* · {}", account.name, "an objective" if goal else "a new objective"),
        "kinds": None if goal else KIND_OPTIONS,
        "kind": next(option for option in KIND_OPTIONS if option[1] == kind),
        "name": goal.title if goal else title or None,
        "why": goal.why if goal else None,
        "criteria": goal.criteria if goal else None,
        "baseline": goal.baseline if goal else None,
        "owner": owner.slack_id if owner else None,
        "customer_owner": goal.customer_owner if goal else None,
        "due_on": goal.due_on.isoformat() if goal and goal.due_on else None,
        "priorities": PRIORITY_OPTIONS,
        "priority": next(option for option in PRIORITY_OPTIONS if option[1] == priority),
        "originals": original,
        "original": original if goal and goal.original else [],
        "statuses": STATUS_OPTIONS,
        "status": next(option for option in STATUS_OPTIONS if option[1] == status),
        "came_of": goal.came_of if goal else None,
        "ctas": offered,
        "under": [option for option, one in zip(offered, work, strict=True) if goal and one.objective_id == goal.id],
    }


def offered_work(one: Standing, goal: Objective | None) -> list[Work]:
    """The CTAs that an objective's form offers: those under it, then open ones, as many as Slack shows."""
    mine = [work for work in one.work if goal and work.objective_id == goal.id]
    others = [work for work in one.open_work if work not in mine]
    return [*mine, *others][:MOST_CTAS]


def answer_form(one: Standing, csm: Person | None, today: date) -> dict[str, Any]:
    """What a manager sees who is to qualify a plan, or to return it."""
    account, plan = one.account, one.plan
    return {
        "about": joined([mrkdwn("*{}*", account.name), line(one, today), person_words(csm) if csm else None]),
        "paragraphs": [
            mrkdwn("*{}*\n{}", title, paragraph(clip(text, 700)))
            for title, text in (("Strategy", plan.strategy), ("Highlights", plan.highlights))
            if text
        ]
        if plan
        else [],
        "goals": [
            joined([mrkdwn("*{}*", clip(goal.title, TEXT)), mrkdwn("{}", clip(goal.criteria or "", TEXT))])
            for goal in one.open_objectives[:8]
        ],
        "questions": [mrkdwn("• {}", question) for question in QUESTIONS],
        "id": str(account.id),
    }


def share_line(one: Share) -> Mrkdwn:
    """`enterprise: 40% qualified (2 of 5), target 100% · 3 green, 1 yellow, 1 without`."""
    name = "All" if one.segment is None else one.segment or "no segment"
    said = "no account that is to have a plan"
    if one.share is not None:
        said = f"{percent(one.share)} qualified ({one.qualified} of {one.n})"
    target = f"target {percent(one.target)}" if one.target else ""
    said = ", ".join(part for part in (said, target) if part)
    colours = ", ".join(
        f"{number} {words}"
        for number, words in ((one.green, "green"), (one.yellow, "yellow"), (one.red, "without"))
        if number
    )
    return joined([mrkdwn("*{}*: {}", name, said), colours or None])
