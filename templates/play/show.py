"""Plays in words, their list and their forms. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.reasons import option_of
from storage.play.record import DROPPED, IDEA, KEPT, PARTS, RUNNING
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, mention, mrkdwn
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.play.record import Play

TEXT, NAME = 300, 80
EVERY = "all"
"""What the form's select holds for all use cases: Slack takes no empty value."""
STATE_WORDS = {IDEA: "idea", RUNNING: "running", KEPT: "kept", DROPPED: "dropped"}
_WHICH = [["All", "all:0"], ["Ideas", "idea:0"], ["Running", "running:0"], ["Kept", "kept:0"], ["Dropped", "dropped:0"]]
_HEADS = {"": "Plays", IDEA: "Ideas", RUNNING: "Running plays", KEPT: "Kept plays", DROPPED: "Dropped plays"}
HINTS = {
    "impact": "10: it would turn most of these noes",
    "confidence": "10: we have seen it work",
    "ease": "10: the least effort",
}


def name_words(play: Play, policy: Policy) -> Mrkdwn:
    """`*Play 3* against Lack of budget, CI`."""
    of = f", {play.use_case}" if play.use_case else ""
    return mrkdwn("*Play {}* against {}{}", play.id, policy.reason_label(play.reason), of)


def run_words(play: Play, today: date) -> str:
    """`running Tue 1 Dec to Sun 31 Jan`."""
    if play.starts_on is None or play.ends_on is None:
        return STATE_WORDS[play.state]
    return f"{STATE_WORDS[play.state]} {day_words(play.starts_on, today)} to {day_words(play.ends_on, today)}"


def _state(play: Play, today: date) -> str:
    if play.state != RUNNING:
        return STATE_WORDS[play.state]
    over = ", over" if play.ends_on and play.ends_on < today else ""
    return f"{run_words(play, today)}{over}"


def _ice(play: Play) -> str:
    return f"ICE {play.ice:,} ({play.impact} × {play.confidence} × {play.ease})"


def listing(
    found: Sequence[Play],
    total: int,
    state: str,
    offset: int,
    size: int,
    *,
    policy: Policy,
    makers: Mapping[int, Person],
    changeable: Collection[int],
    today: date,
) -> dict[str, Any]:
    """A page of plays, the most promising first."""
    said = state or EVERY
    return {
        "head": _HEADS[state],
        "total": total,
        "nothing": "No play yet. What would turn a no? Add what you would try." if not state else "None of these.",
        "rows": [
            {
                "line": _line(play, policy, makers.get(play.by_id or 0), today),
                "actions": _actions(play, may_change=play.id in changeable),
            }
            for play in found
        ],
        "first": offset + 1,
        "last": offset + len(found),
        "back": f"{said}:{max(offset - size, 0)}" if offset else None,
        "on": f"{said}:{offset + size}" if offset + size < total else None,
        "whichs": _WHICH,
        "which": next(option for option in _WHICH if option[1] == f"{said}:0"),
    }


def _line(play: Play, policy: Policy, maker: Person | None, today: date) -> Mrkdwn:
    about = joined([name_words(play, policy), _state(play, today), _ice(play)])
    return mrkdwn(
        "{}\n{}\n{}",
        about,
        clip(play.todo, TEXT),
        joined(
            [
                mrkdwn("because: {}", clip(play.hypothesis, TEXT)),
                mrkdwn("what came of it: {}", clip(play.result, TEXT)) if play.result else None,
                mrkdwn("by {}", mention(maker.slack_id, clip(maker.name, NAME))) if maker else None,
            ]
        ),
    )


def _actions(play: Play, *, may_change: bool) -> list[list[str]]:
    show = [["Show", f"show:{play.id}"]]
    if not may_change:
        return show
    verbs = [("Start" if play.state != RUNNING else "Other days", "start"), ("Keep", "keep"), ("Drop", "drop")]
    done = {KEPT: "keep", DROPPED: "drop"}.get(play.state)
    said = [[label, f"{verb}:{play.id}"] for label, verb in verbs if verb != done]
    return [*said, ["What came of it", f"result:{play.id}"], ["Edit", f"edit:{play.id}"], *show][:5]


def page(play: Play, maker: Person | None, *, policy: Policy, may_change: bool, today: date) -> dict[str, Any]:
    """One play with all that is known of it."""
    ended = {KEPT: "Why it was kept", DROPPED: "Why it was dropped"}.get(play.state)
    parts = [
        ("Hypothesis", play.hypothesis),
        ("What to do", play.todo),
        (ended or "", play.line if ended else None),
        ("What came of it", play.result),
    ]
    return {
        "name": name_words(play, policy),
        "state": joined(
            [
                _state(play, today),
                _ice(play),
                mrkdwn("by {}", mention(maker.slack_id, clip(maker.name, NAME))) if maker else None,
            ]
        ),
        "parts": [mrkdwn("*{}*\n{}", name, clip(text, 2500)) for name, text in parts if text],
        "buttons": [
            [label, f"play.{value.partition(':')[0]}", play.id]
            for label, value in _actions(play, may_change=may_change)
            if not value.startswith("show")
        ],
    }


def edit_form(said: Mapping[str, Any], policy: Policy, *, new: bool) -> dict[str, Any]:
    """What the form of a play holds at first."""
    reasons = [option_of(reason) for reason in policy.reasons]
    cases = [["All use cases", EVERY], *([name, name] for name in policy.use_cases)]
    wanted = said.get("use_case") or EVERY
    return {
        "title": "A new play" if new else "Edit a play",
        "submit": "Add" if new else "Save",
        "reasons": reasons,
        "reason": next((option for option in reasons if option[1] == said.get("reason")), None),
        "cases": cases,
        "case": next((option for option in cases if option[1] == wanted), cases[0]),
        "hypothesis": str(said.get("hypothesis") or ""),
        "todo": str(said.get("todo") or ""),
        "parts": [
            {"name": name, "label": f"{name.capitalize()}, 1 to 10", "value": str(said.get(name) or ""), "hint": hint}
            for name, hint in HINTS.items()
            if name in PARTS
        ],
    }


def start_form(play: Play, policy: Policy, today: date) -> dict[str, Any]:
    """From when to when it runs."""
    return {
        "about": name_words(play, policy),
        "starts_on": (play.starts_on or today).isoformat(),
        "ends_on": play.ends_on.isoformat() if play.ends_on else None,
    }


def end_form(play: Play, policy: Policy, state: str) -> dict[str, Any]:
    """Whether it is kept, and why."""
    states = [["Keep it: shown where a no is recorded", KEPT], ["Drop it", DROPPED]]
    return {
        "about": name_words(play, policy),
        "states": states,
        "state": next((option for option in states if option[1] == state), None),
        "line": play.line or "",
    }
