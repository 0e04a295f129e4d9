"""What is told of what somebody else did to a CTA. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from storage.base.moments import maybe_day
from storage.cta.record import WITHDRAWN
from templates.blocks.day import button
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, mrkdwn
from templates.blocks.told import Said
from templates.blocks.words import person_words
from templates.cta.show import NAME, NOTE, TITLE, due_words, outcome_words, task_count

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from storage.base.policy import Policy
    from storage.cta.record import CtaFacts


def given(facts: CtaFacts, after: Mapping[str, Any], policy: Policy, today: date) -> Said:
    """It is somebody's now."""
    words = mrkdwn("gave you {}{}", _name(facts), _state(facts, today))
    return Said(words, facts.cta.owner_id == after["owner_id"], _now(facts, policy, after["owner_id"]), _open(facts))


def opened(facts: CtaFacts, after: Mapping[str, Any], policy: Policy, today: date) -> Said:
    """It was opened for somebody."""
    words = mrkdwn("opened {} for you{}", _name(facts), _state(facts, today))
    stands = facts.cta.status != WITHDRAWN and facts.cta.owner_id == after.get("owner_id")
    return Said(words, stands, _now(facts, policy, after.get("owner_id")), _open(facts))


def closed(facts: CtaFacts, after: Mapping[str, Any], policy: Policy) -> Said:
    """It was closed, how, and why."""
    was = replace(facts.cta, status=after.get("status", facts.cta.status), reason=after.get("reason"))
    note = clip(str(after.get("closing_note") or ""), NOTE)
    said = mrkdwn(", “{}”", note) if note else Mrkdwn("")
    words = mrkdwn("closed your {}: {}{}", _name(facts), outcome_words(was, policy).removeprefix("Closed: "), said)
    undo = (button("Reopen", "cta.undo", facts.cta.id),) if facts.cta.is_closed else ()
    return Said(words, facts.cta.is_closed, _again(facts), (button("See it", "cta.show", facts.cta.id), *undo))


def reopened(facts: CtaFacts, policy: Policy, today: date) -> Said:
    """It is open again."""
    words = mrkdwn("reopened your {}{}", _name(facts), _state(facts, today))
    return Said(words, facts.cta.is_open, _now(facts, policy, facts.cta.owner_id), _open(facts))


def withdrawn(facts: CtaFacts, after: Mapping[str, Any]) -> Said:
    """It was opened by mistake."""
    why = mrkdwn(", “{}”", clip(str(after["why"]), NOTE)) if after.get("why") else Mrkdwn("")
    is_so = facts.cta.status == WITHDRAWN
    undo = (button("Bring it back", "cta.undo", facts.cta.id),) if is_so else ()
    words = mrkdwn("withdrew your {}{}", _name(facts), why)
    return Said(words, is_so, _again(facts), (button("See it", "cta.show", facts.cta.id), *undo))


def snoozed(facts: CtaFacts, after: Mapping[str, Any], today: date) -> Said:
    """Nobody is reminded of it until a day."""
    until = maybe_day(after.get("snoozed_until"))
    why = mrkdwn(", “{}”", clip(str(after["note"]), NOTE)) if after.get("note") else Mrkdwn("")
    words = mrkdwn("snoozed your {} until {}{}", _name(facts), day_words(until, today) if until else "later", why)
    return Said(words, facts.cta.snoozed_until == until, Mrkdwn(""), _open(facts))


def _name(facts: CtaFacts) -> Mrkdwn:
    return mrkdwn("*{}* · {}", clip(facts.account.name, NAME), clip(facts.cta.title, TITLE))


def _state(facts: CtaFacts, today: date) -> str:
    parts = [part for part in (due_words(facts.cta.due_on, today), task_count(facts.tasks)) if part]
    return "".join(f", {part}" for part in parts) if facts.cta.is_open else ""


def _now(facts: CtaFacts, policy: Policy, owner_id: int | None) -> Mrkdwn:
    if not facts.cta.is_open:
        return mrkdwn("It is {} now.", outcome_words(facts.cta, policy).lower())
    if facts.cta.owner_id != owner_id:
        return mrkdwn("It is with {} now.", person_words(facts.person(facts.cta.owner_id)))
    return Mrkdwn("")


def _again(facts: CtaFacts) -> Mrkdwn:
    return Mrkdwn("It is open again.") if facts.cta.is_open else Mrkdwn("")


def _open(facts: CtaFacts) -> Any:
    return (button("Open" if facts.cta.is_open else "See it", "cta.show", facts.cta.id),)
