"""A success plan on a page of Markdown, to be handed over: nothing of how we judge it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from templates.blocks.mrkdwn import one_line
from templates.plan.show import STATUS_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from storage.base.person import Person
    from storage.plan.record import Objective, Standing

_MARKS = re.compile(r"([\\`*_<>\[\]#|~&])")
_STARTS = re.compile(r"^(\d*)([-+=]|(?<=\d)[.)])(?=[-+=]*(?:\s|$))", re.MULTILINE)
"""What makes a list, a heading or a rule of a line."""
_BEFORE = re.compile(r"^[^\S\n]+", re.MULTILINE)
_ENDS_A_LINK = re.compile(r"[\s<>\\]")


def markdown(one: Standing, people: Mapping[int, Person], today: date) -> str:
    """The page; an account without a plan has an empty one."""
    return "\n".join(_lines(one, people, today)).rstrip() + "\n"


def _lines(one: Standing, people: Mapping[int, Person], today: date) -> Iterator[str]:
    plan = one.plan
    yield f"# {_line(one.account.name)}: success plan"
    yield ""
    if plan is None:
        yield "There is no plan yet."
        return
    yield f"As of {_day(today)}. The plan runs until {_day(plan.due_on)}."
    for title, text in (("Strategy", plan.strategy), ("Highlights", plan.highlights)):
        if text:
            yield from ("", f"## {title}", "", _text(text))
    if plan.link:
        yield from ("", f"The plan itself: <{_ENDS_A_LINK.sub(lambda found: quote(found[0]), plan.link)}>")
    for title, goals in (
        ("Objectives", one.open_objectives),
        ("Reached", [goal for goal in one.objectives if goal.status == "achieved"]),
    ):
        if goals:
            yield from ("", f"## {title}")
        for goal in goals:
            yield from _goal(goal, people)
    if one.open_work:
        yield from ("", "## What we work on", "")
        for work in one.open_work:
            served = next((goal for goal in one.objectives if goal.id == work.objective_id), None)
            parts = [
                f"until {_day(work.due_on)}" if work.due_on else "",
                f"for: {_line(served.title)}" if served else "",
            ]
            said = ", ".join(part for part in parts if part)
            yield f"- {_line(work.use_case)}{f' ({said})' if said else ''}"


def _goal(goal: Objective, people: Mapping[int, Person]) -> Iterator[str]:
    owner = people.get(goal.owner_id or 0)
    yield from ("", f"### {_line(goal.title)}", "")
    said = {
        "Why": goal.why,
        "Measured by": goal.criteria,
        "Where it began": goal.baseline,
        "What came of it": goal.came_of,
        "Seen to by": ", ".join(name for name in (owner.name if owner else "", goal.customer_owner or "") if name),
    }
    yield from (f"- **{label}:** {_line(text)}" for label, text in said.items() if text)
    if goal.is_open:
        due = f", due {_day(goal.due_on)}" if goal.due_on else ""
        yield f"- **Status:** {STATUS_LABELS[goal.status].lower()}{due}"
    elif goal.ended_on:
        yield f"- **Reached:** {_day(goal.ended_on)}"


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def _line(text: str) -> str:
    return _MARKS.sub(r"\\\1", one_line(text))


def _text(text: str) -> str:
    """What was typed, as it was typed: a mark in it formats nothing."""
    return _STARTS.sub(r"\1\\\2", _MARKS.sub(r"\\\1", _BEFORE.sub("", text.strip())))
