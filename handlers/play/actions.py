"""What can be done with plays, each once: the change, its audit, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.door.actions import Outcome
from storage.play import store as plays
from storage.play.record import KEPT
from templates.blocks.mrkdwn import mrkdwn
from templates.play.show import name_words, run_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from storage.base.db import Unit
    from storage.play.record import Play


def add(unit: Unit, said: Mapping[str, Any]) -> Outcome:
    """A new play: an idea."""
    return _done(unit, plays.add(unit, said), "an idea", [("Start", "play.start")])


def edit(unit: Unit, play: Play, said: Mapping[str, Any]) -> Outcome:
    """What is tried, against what, and how much it promises."""
    return _done(unit, plays.edit(unit, play, said), "changed")


def start(unit: Unit, play: Play, first: date, last: date) -> Outcome:
    """It runs."""
    found = plays.start(unit, play, first, last)
    return _done(unit, found, run_words(found, unit.own_today))


def end(unit: Unit, play: Play, state: str, line: str) -> Outcome:
    """It is kept, or dropped."""
    found = plays.end(unit, play, state, line)
    kept = "kept: it is shown where a no is recorded with that reason"
    return _done(unit, found, kept if found.state == KEPT else "dropped", [("What came of it", "play.result")])


def say_result(unit: Unit, play: Play, result: str) -> Outcome:
    """What came of it."""
    return _done(unit, plays.say_result(unit, play, result), "what came of it is kept")


def take_back(unit: Unit, audit_id: int) -> Outcome:
    """What was done last is taken back."""
    play, gone = plays.take_back(unit, audit_id)
    name = name_words(play, unit.policy)
    return Outcome(
        mrkdwn("{} · taken back{}", name, ": it is gone" if gone else ""),
        buttons=[] if gone else [("Show", "play.show", play.id)],
    )


def _done(unit: Unit, play: Play, what: str, more: Sequence[tuple[str, str]] = ()) -> Outcome:
    undo = [("Undo", "play.undo", plays.last_change(unit.db, play.id))]
    after = [(label, action, play.id) for label, action in more]
    return Outcome(
        mrkdwn("{} · {}", name_words(play, unit.policy), what), buttons=[*undo, ("Show", "play.show", play.id), *after]
    )
