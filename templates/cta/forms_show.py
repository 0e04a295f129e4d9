"""What the forms about CTAs show: pure. Used by handlers/cta.

A form is drawn again when a choice in it changes what it asks; Slack keeps what was typed as long as a block's
and an element's id stay the same, so ids change only where a new proposal shall be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from storage.base.reasons import option_of
from storage.cta.record import ENABLE, EXPAND, STATUS_LABELS, CtaFacts
from templates.blocks.mrkdwn import Mrkdwn, clip, mrkdwn, past_day_words
from templates.cta.show import (
    NAME,
    TITLE,
    WHEN_TO_OPEN,
    dots,
    due_words,
    preview,
    reasons_for,
    task_count,
    task_line,
    tried_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.base.reasons import Reason
    from storage.cta.record import Task
    from storage.playbook.record import Playbook

MOTIONS = [("Expand: explore a new use case", EXPAND), ("Enable: make them able to use it", ENABLE)]
PRIORITIES = [("High", "high"), ("Medium", "medium"), ("Low", "low")]
PLANS = [("ROI, shared with the customer", "roi"), ("Internal, not shared yet", "internal")]
OUTCOMES = [("Success", "success"), ("No success", "no_success")]
_OPTION = 75
# Slack takes ten checkboxes in a group, and a hundred blocks in a form.
CHECKBOXES, MOST_TASKS = 10, 80


def open_form(
    *,
    account: Account | None,
    motion: str,
    playbooks: Sequence[Playbook],
    playbook: Playbook | None,
    owner: Person | None,
    due_on: date | None,
    priority: str,
    success_plan: str,
    note: str,
) -> dict[str, Any]:
    """The open form. `playbooks` are those of the motion, `owner` the account's CSM until somebody else is picked."""
    return {
        "account": (clip(account.name, _OPTION), str(account.id)) if account else None,
        "motions": MOTIONS,
        "motion": _chosen(MOTIONS, motion),
        "when_to_open": WHEN_TO_OPEN[motion],
        # Another motion has other playbooks: a new block, so that its own proposal is seen.
        "playbook_block": f"playbook:{motion}",
        "playbooks": [(clip(p.name, _OPTION), p.name) for p in playbooks[:100]],
        "playbook": (clip(playbook.name, _OPTION), playbook.name) if playbook else None,
        "preview": _preview(playbook) if playbook else "",
        "owner_block": f"owner:{account.id if account else 0}",
        "owner": owner.slack_id if owner else None,
        "due_on": due_on.isoformat() if due_on else None,
        "due_hint": _due_hint(playbook),
        "priorities": PRIORITIES,
        "priority": _chosen(PRIORITIES, priority),
        "plans": PLANS,
        "plan": _chosen(PLANS, success_plan),
        "note": note,
    }


def close_form(
    facts: CtaFacts,
    policy: Policy,
    today: date,
    *,
    outcome: str,
    reason: Reason | None,
    small: bool,
    note: str = "",
    detail: str = "",
    learned: str = "",
    revisit_on: date | None = None,
    closed_on: date | None = None,
    correcting: bool = False,
    tried: Sequence[str] = (),
) -> dict[str, Any]:
    """The close form: it asks for the outcome and day unless `small`, and for what outcome and reason need.

    With `correcting` it shows how a closed CTA was closed, to be put right. `tried` was kept against the reason.
    """
    reasons = [option_of(r) for r in reasons_for(facts.cta, policy)]
    no = outcome == "no_success"
    settles = outcome == "success" and facts.cta.motion == ENABLE and not correcting
    open_tasks = facts.open_tasks[:MOST_TASKS] if settles else ()
    return {
        "callback": "cta.correct" if correcting else "cta.close",
        "submit": "Save" if correcting else "Close it",
        "title": "Correct the close" if correcting else "Close a CTA",
        "cta": head(facts),
        "outcomes": [] if small else OUTCOMES,
        "outcome": _chosen(OUTCOMES, outcome),
        "expected": no and facts.cta.motion == EXPAND,
        "reasons": reasons if no and not small else [],
        "reason": option_of(reason) if reason else None,
        "reason_words": _reason_words(reason) if reason and small else "",
        "tried": tried_words(tried),
        "asks": reason.asks if no and reason else "",
        "detail": (clip(detail, _OPTION), detail) if detail else None,
        "revisit_on": revisit_on.isoformat() if revisit_on else None,
        "note": note,
        "note_needed": bool(no and reason and reason.asks == "note"),
        "asks_learned": (outcome == "success" and not small) or correcting,
        "learned": learned,
        "learned_label": "Why did it win?" if outcome == "success" else "What would have changed it?",
        "closed_on": None if small else (closed_on or today).isoformat(),
        "to_settle": [
            _tasks_to_settle(open_tasks[start : start + CHECKBOXES], start)
            for start in range(0, len(open_tasks), CHECKBOXES)
        ],
    }


def tasks_form(facts: CtaFacts, today: date) -> dict[str, Any]:
    """The tasks of a CTA: ticked in place, the others' changes behind a list."""
    cta = facts.cta
    listed = [task for task in facts.tasks if task.state != "skipped"][:MOST_TASKS] if cta.is_open else []
    groups = []
    for start in range(0, len(listed), CHECKBOXES):
        part = listed[start : start + CHECKBOXES]
        options = [
            (clip(f"{t.position}. {t.title}", _OPTION), str(t.position), clip(_about(facts, t, today), _OPTION))
            for t in part
        ]
        groups.append(
            {
                # Drawn anew after every change, also somebody else's.
                "block_id": f"tasks:{start}:{cta.version}",
                "action_id": f"cta.tick.{start // CHECKBOXES}",
                "options": options,
                "ticked": [option for option, task in zip(options, part, strict=True) if task.state == "done"],
            }
        )
    others = facts.tasks if not cta.is_open else [task for task in facts.tasks if task.state == "skipped"]
    pick = [(clip(f"{t.position}. {t.title}", _OPTION), f"{t.position}:{cta.id}") for t in facts.tasks[:100]]
    return {
        "cta": head(facts),
        "count": dots(
            [
                "" if cta.is_open else STATUS_LABELS[cta.status],
                task_count(facts.tasks) or ("No tasks yet" if cta.is_open else "No tasks"),
                due_words(cta.due_on, today) if cta.is_open else "",
            ]
        ),
        "groups": groups,
        "others": [task_line(task, facts.people, today) for task in others[:MOST_TASKS]],
        "pick": pick if cta.is_open else [],
        "id": cta.id if cta.is_open else None,
        "all_done": bool(facts.tasks) and not facts.open_tasks and cta.is_open,
    }


def task_form(facts: CtaFacts, position: int | None) -> dict[str, Any]:
    """One task to change, or (None) a new one."""
    task = next((t for t in facts.tasks if t.position == position), None)
    assignee = facts.person(task.assignee_id) if task else None
    states = [("Open", "open"), ("Done", "done"), ("Skipped", "skipped")]
    return {
        "cta": head(facts),
        "id": facts.cta.id,
        "heading": f"Task {task.position}" if task else "Add a task",
        "name": task.title if task else "",
        "due_on": task.due_on.isoformat() if task and task.due_on else None,
        "assignee": assignee.slack_id if assignee else None,
        "states": states if task else [],
        "state": _chosen(states, task.state) if task else None,
        "skip_reason": (task.skip_reason or "") if task else "",
        "hint": task.hint if task else "",
        "answer_label": ("Link" if task.asks == "link" else "Answer") if task and task.asks else "",
        "answer": (task.answer or "") if task else "",
    }


def edit_form(facts: CtaFacts) -> dict[str, Any]:
    """Owner, due date, priority and plan of an open CTA."""
    cta = facts.cta
    owner = facts.person(cta.owner_id)
    return {
        "cta": head(facts),
        "owner": owner.slack_id if owner else None,
        "owner_name": clip(owner.name, NAME) if owner and not owner.slack_id else "",
        "due_on": cta.due_on.isoformat() if cta.due_on else None,
        "priorities": PRIORITIES,
        "priority": _chosen(PRIORITIES, cta.priority),
        "plans": PLANS,
        "plan": _chosen(PLANS, cta.success_plan),
    }


def head(facts: CtaFacts) -> Mrkdwn:
    """`*Acme* · Expand: CI`, on top of every form about a CTA."""
    return mrkdwn("*{}* · {}", clip(facts.account.name, NAME), clip(facts.cta.title, TITLE))


def _about(facts: CtaFacts, task: Task, today: date) -> str:
    assignee = facts.person(task.assignee_id)
    if task.state == "done" and task.done_on:
        when = f"done {past_day_words(task.done_on, today)}"
    else:
        when = due_words(task.due_on, today) or "no due date"
    asked = f"asks for a {task.asks}" if task.asks and not task.answer and task.state == "open" else ""
    optional = "optional" if task.optional and task.state == "open" else ""
    return " · ".join(part for part in (when, assignee.name if assignee else "", optional, asked) if part)


def _tasks_to_settle(tasks: Sequence[Task], start: int) -> dict[str, Any]:
    return {
        "block_id": f"settle:{start}",
        "action_id": f"settle.{start // CHECKBOXES}",
        "label": "And of these?" if start else "Still open: what was done?",
        "options": [(clip(f"{task.position}. {task.title}", _OPTION), str(task.id)) for task in tasks],
    }


def _preview(playbook: Playbook) -> Mrkdwn:
    return preview(playbook.name, [(task.title, task.due_days) for task in playbook.tasks], playbook.discovery)


def _due_hint(playbook: Playbook | None) -> str:
    last = max((task.due_days for task in playbook.tasks), default=None) if playbook else None
    return "Left empty: the last task's day" + (f", in {counted(last, 'day')}" if last else "")


def _reason_words(reason: Reason) -> Mrkdwn:
    return mrkdwn("{}\n{}", reason.label, reason.hint) if reason.hint else mrkdwn("{}", reason.label)


def _chosen(options: Sequence[tuple[str, str]], value: str) -> tuple[str, str] | None:
    return next((option for option in options if option[1] == value), None)
