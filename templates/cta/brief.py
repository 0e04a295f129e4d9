"""What CTAs add to an account's card and brief: those that are open, and closed ones with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.cta.brief import CtaPart
from storage.cta.record import CLOSED_SUCCESS, Cta
from templates.account.parts import Part
from templates.blocks.mrkdwn import Mrkdwn, day_words, past_day_words
from templates.blocks.words import joined, person_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from storage.account.brief import Brief
    from storage.base.person import Person
    from storage.base.policy import Policy


def cta_line(cta: Cta, people: Mapping[int, Person], today: date) -> Mrkdwn:
    """`Expand: CI · due Fri 18 Dec · @maya`."""
    due = f"{'due' if cta.due_on >= today else 'was due'} {day_words(cta.due_on, today)}" if cta.due_on else None
    owner = person_words(people.get(cta.owner_id)) if cta.owner_id else None
    return joined([cta.playbook, due, owner])


def _closed_line(cta: Cta, policy: Policy, today: date) -> Mrkdwn:
    outcome = "success" if cta.status == CLOSED_SUCCESS else policy.reason_label(cta.reason)
    when = past_day_words(cta.closed_on, today) if cta.closed_on else None
    said = " ".join(text for text in (cta.detail, cta.closing_note, cta.learned) if text)
    return joined([cta.playbook, outcome, when, said[:200]])


def _open(brief: Brief, today: date) -> list[Mrkdwn]:
    return [cta_line(cta, brief.people, today) for cta in brief.part(CtaPart).open]


def _closed(brief: Brief, policy: Policy, today: date) -> list[Mrkdwn]:
    return [_closed_line(cta, policy, today) for cta in brief.part(CtaPart).closed]


PART = Part(open=_open, closed=_closed)
