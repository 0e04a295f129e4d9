"""What can be done with a CTA and its tasks, each once: the change, with its audit, and what is answered.

Called by `/cta`, its forms, buttons and menus, which ask first whether the person may (`which.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.base import people
from storage.base.plurals import counted
from storage.cta import life, replies, tasks, work
from storage.cta import store as ctas
from storage.cta.record import ENABLE, EXPAND, CtaFacts
from storage.playbook import store as playbooks
from templates.blocks.mrkdwn import day_words, mrkdwn
from templates.cta.show import named

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.cta.closing_checks import Closing
    from storage.cta.record import Cta
    from storage.playbook.record import Playbook

TASKS_SAID = {"done": "Done.", "skipped": "Skipped.", "open": "Open again."}


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of an action: the CTA as it is now, and the words before it; `detailed` shows all of it.

    A `small` change is answered in one line.
    What `ended` it is what Undo beside it takes back.
    """

    facts: CtaFacts
    said: str
    detailed: bool = False
    small: bool = False
    ended: bool = False


def open_new(
    unit: Unit, account: Account, playbook: Playbook, *, owner: Person | None = None, **fields: Any
) -> Changed:
    """A CTA is opened, with the playbook's tasks; what comes of it knows its owner, not its tasks or team."""
    owner_id = owner.id if owner else None
    cta = life.open_cta(unit, account=account, playbook=playbook, owner_id=owner_id, **fields)
    actor = unit.actor
    mine = actor is not None and cta.owner_id == actor.id
    owners = {actor.id: actor} if actor and mine else people.many(unit.db, [cta.owner_id])
    return Changed(CtaFacts(cta, account, (), owners), "Opened.")


def close(
    unit: Unit, facts: CtaFacts, closing: Closing, *, done: Mapping[int, str] | None = None, skip_reason: str = ""
) -> CtaFacts:
    """It is closed; `done` settles its open tasks. The answer says how, and what may follow."""
    cta = life.close(unit, facts.cta, closing, done=done, skip_reason=skip_reason)
    return with_cta(facts, cta, *([unit.actor] if unit.actor else []))


def offers_enable(db: Connection, cta: Cta) -> bool:
    """Whether a won Expand can be followed by its Enable: none is open yet, and the catalogue has the playbook."""
    if cta.motion != EXPAND or cta.reason is not None:
        return False
    if ctas.open_ones(db, cta.account_id, cta.use_case, ENABLE):
        return False
    return bool(playbooks.for_use_case(db, cta.use_case, ENABLE))


def correct(unit: Unit, facts: CtaFacts, closing: Closing) -> Changed:
    """Outcome, reason, day and words of a closed one are put right."""
    return Changed(with_cta(facts, life.correct(unit, facts.cta.id, closing)), "Corrected.")


def reopen(unit: Unit, facts: CtaFacts) -> Changed:
    """A close or a withdrawal is taken back, at any time; of one that is open, nothing."""
    if facts.cta.is_open:
        return Changed(facts, "It is open.")
    life.reopen(unit, facts.cta.id)
    return _changed(unit, facts, "Open again, as it was.")


def withdraw(unit: Unit, facts: CtaFacts, why: str) -> Changed:
    """One that was opened by mistake leaves lists and reports; the history keeps it."""
    cta = life.withdraw(unit, facts.cta.id, why)
    return Changed(with_cta(facts, cta), "Withdrawn: out of lists and reports.", ended=True)


def add_learned(unit: Unit, facts: CtaFacts, text: str) -> Changed:
    """Why it won, or what would have changed it."""
    return Changed(with_cta(facts, life.add_learned(unit, facts.cta.id, text)), "Kept. Thank you.")


def add_note(unit: Unit, facts: CtaFacts, text: str) -> Changed:
    """A note is kept with it."""
    work.add_note(unit, facts.cta.id, text)
    return _changed(unit, facts, "Noted.", small=True)


def keep_reply(unit: Unit, cta_id: int, message: str, text: str) -> None:
    """What was written below its card is its note; it follows its `message` (`CHANNEL:TS`)."""
    replies.keep(unit, cta_id, message, text)


def snooze(unit: Unit, facts: CtaFacts, until: date, why: str = "") -> Changed:
    """No nudges about it until a day."""
    work.snooze(unit, facts.cta.id, until, why)
    return _changed(unit, facts, f"Quiet until {day_words(until, unit.own_today)}.", small=True)


def wake(unit: Unit, facts: CtaFacts) -> Changed:
    """Nudges about it come again."""
    work.snooze(unit, facts.cta.id, None)
    return _changed(unit, facts, "Awake again.", small=True)


def assign(unit: Unit, facts: CtaFacts, owner: Person) -> Changed:
    """Another owner, who gets its open tasks too."""
    work.assign(unit, facts.cta.id, owner.id)
    along = ", with its open tasks" if facts.open_tasks else ""
    return _changed(unit, facts, mrkdwn("{} has it now{}.", named(owner), along), small=True)


def move_due(unit: Unit, facts: CtaFacts, due_on: date) -> Changed:
    """Another due date, which takes its open tasks along: `Now due Fri 18 Dec, 14 days later; …`."""
    work.move_due(unit, facts.cta.id, due_on)
    before, said = facts.cta.due_on, f"Now due {day_words(due_on, unit.own_today)}"
    if before is None or before == due_on:
        return _changed(unit, facts, f"{said}.", small=True)
    days = (due_on - before).days
    said += f", {counted(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"
    said += "; open tasks moved along." if facts.open_tasks else "."
    return _changed(unit, facts, said, small=True)


def edit(unit: Unit, facts: CtaFacts, /, **fields: Any) -> Changed:
    """What stands in its form: owner, due date, priority, success plan."""
    work.edit(unit, facts.cta.id, **fields)
    return _changed(unit, facts, "Saved.")


def set_tasks(unit: Unit, facts: CtaFacts, states: Mapping[int, str], skip_reason: str = "") -> Changed:
    """Tasks are done, skipped or open again, by their numbers."""
    tasks.set_states(unit, facts.cta.id, states, skip_reason)
    said = TASKS_SAID[next(iter(states.values()))] if states else ""
    return _changed(unit, facts, said, detailed=True)


def add_task(
    unit: Unit, facts: CtaFacts, title: str, *, due_on: date | None = None, assignee: Person | None = None
) -> Changed:
    """One more task."""
    tasks.add(unit, facts.cta.id, title, due_on=due_on, assignee_id=assignee.id if assignee else None)
    return _changed(unit, facts, "Added.", detailed=True)


def edit_task(
    unit: Unit,
    facts: CtaFacts,
    position: int,
    *,
    title: str,
    due_on: date | None,
    assignee: Person | None,
    state: str,
    skip_reason: str,
    answer: str = "",
) -> Changed:
    """What stands in a task's form."""
    tasks.edit(
        unit,
        facts.cta.id,
        position,
        title=title,
        due_on=due_on,
        assignee_id=assignee.id if assignee else None,
        state=state,
        skip_reason=skip_reason,
        answer=answer,
    )
    return _changed(unit, facts, "Saved.", detailed=True)


def _changed(unit: Unit, facts: CtaFacts, said: str, *, detailed: bool = False, small: bool = False) -> Changed:
    return Changed(ctas.facts(unit.db, facts.cta.id), said, detailed, small)


def with_cta(facts: CtaFacts, cta: Cta, *people_added: Person) -> CtaFacts:
    """The facts after a change."""
    return CtaFacts(cta, facts.account, facts.tasks, {**facts.people, **{p.id: p for p in people_added}})
