"""The changes of a CTA in words: pure. Used by `/cta history`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from storage.cta.record import STATUS_LABELS
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, moment, mrkdwn, past_day_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from storage.base.change import Change
    from storage.base.person import Person
    from storage.base.policy import Policy

DONE = {
    "cta.open": "opened it",
    "cta.import": "imported it",
    "cta.close": "closed it",
    "cta.correct": "corrected the close",
    "cta.learned": "added a line",
    "cta.reopen": "opened it again",
    "cta.withdraw": "withdrew it",
    "cta.note": "added a note",
    "cta.snooze": "snoozed it",
    "cta.assign": "gave it to somebody else",
    "cta.due": "moved the due date",
    "cta.edit": "edited it",
    "cta.task": "worked on tasks",
    "cta.anchor": "moved its tasks",
}
FIELDS = {
    "account_id": "",
    "playbook": "playbook",
    "status": "status",
    "owner_id": "owner",
    "owner": "owner",
    "category": "",
    "external_id": "",
    "opened_on": "opened on",
    "due_on": "due",
    "priority": "priority",
    "success_plan": "plan",
    "note": "note",
    "linked_to": "after CTA",
    "closed_on": "closed on",
    "closed_by": "",
    "reason": "reason",
    "closing_note": "note",
    "detail": "which",
    "learned": "learned",
    "revisit_on": "ask again on",
    "snoozed_until": "until",
    "tasks": "tasks",
    "task": "task",
    "task_added": "added",
    "tasks_moved": "tasks moved along",
    "why": "because",
    "by_itself": "",
    "anchor": "",
    "anchor_on": "counts from",
    "area": "",
}
_LONGEST = 150
_IN_FULL = 800
"""A note is what one reads a history for."""


def people_named(changes: Iterable[Change]) -> set[int]:
    """The ids of the owners that the changes name, to be read before `line`."""
    return {
        value
        for change in changes
        for values in (change.before, change.after)
        for name, value in values.items()
        if name == "owner_id" and isinstance(value, int)
    }


def line(change: Change, people: Mapping[int, Person], policy: Policy, today: date) -> Mrkdwn:
    """`*Ann* closed it · 23 Nov, 10:00 · click` and below it what it was before and is now."""
    did = DONE.get(change.action) or change.action.partition(".")[2].replace("_", " ")
    if change.action == "cta.snooze" and not change.after.get("snoozed_until"):
        did = "woke it"
    first = mrkdwn("*{}* {} · {} · {}", change.who, did, moment(change.at), change.source)
    said = []
    for name in {**change.before, **change.after}:
        label = FIELDS.get(name, name.removesuffix("_on").replace("_", " "))
        if not label:
            continue
        before = _value(name, change.before.get(name), people, policy, today)
        after = _value(name, change.after.get(name), people, policy, today)
        if not before and not after:
            continue
        said.append(mrkdwn("{}: {} → {}", label, before, after or "none") if before else mrkdwn("{}: {}", label, after))
    return clip(Mrkdwn("\n".join([first, " · ".join(said)]) if said else first), 900)


def _value(name: str, value: Any, people: Mapping[int, Person], policy: Policy, today: date) -> str:
    if value is None or value == "":
        return ""
    if name == "owner_id":
        person = people.get(value)
        return person.name if person else "somebody"
    if name == "status":
        return STATUS_LABELS.get(value, str(value)).lower()
    if name == "success_plan":
        return "ROI" if value == "roi" else str(value)
    if name == "reason":
        return policy.reason_label(value)
    if isinstance(value, dict):
        return clip(", ".join(f"{key} {_inner(inner)}" for key, inner in value.items()), _LONGEST)
    if name == "closed_on":
        return past_day_words(date.fromisoformat(value), today)
    if name.endswith(("_on", "_until")):
        return day_words(date.fromisoformat(value), today)
    return clip(str(value), _IN_FULL if name == "note" else _LONGEST)


def _inner(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.removesuffix('_on')} {inner or 'none'}" for name, inner in value.items())
    return str(value)
