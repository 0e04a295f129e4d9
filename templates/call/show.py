"""Calls in words, and the form in which one is logged. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from storage.call.record import KINDS
from templates.account.show import HEALTH_OPTIONS
from templates.blocks.mrkdwn import Mrkdwn, clip, lived_day_words, mrkdwn
from templates.blocks.words import joined, person_words

if TYPE_CHECKING:
    from datetime import date

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.call.record import Call, LateCall

NOTE = 200


def late_words(late: LateCall) -> str:
    """`last call 40 days ago`, `no call in its 12 days`."""
    days = counted(late.days, "day")
    return f"last call {days} ago" if late.last_on else f"no call yet, {days} after its start"


def what_words(call: Call) -> str:
    """`Call`, `Webinar: CI`."""
    return joined([call.kind.capitalize(), call.use_case], ": ")


def call_line(call: Call, by: Person | None, today: date) -> Mrkdwn:
    """`Thu 12 Nov · Call · met the new lead · next: send the quote · @maya`."""
    return joined(
        [
            lived_day_words(call.held_on, today),
            what_words(call),
            clip(call.note, NOTE) if call.note else None,
            mrkdwn("next: {}", clip(call.next_step, NOTE)) if call.next_step else None,
            person_words(by) if by else None,
        ]
    )


def log_form(
    account: Account,
    policy: Policy,
    held_on: date,
    kind: str,
    use_case: str | None,
    note: str,
    *,
    asks_health: bool,
) -> dict[str, Any]:
    """What the form of a call holds at first."""
    kinds = [[name.capitalize(), name] for name in KINDS]
    cases = [[name, name] for name in policy.use_cases]
    return {
        "about": mrkdwn("*{}*", account.name),
        "held_on": held_on.isoformat(),
        "kinds": kinds,
        "kind": next((option for option in kinds if option[1] == kind), None),
        "use_cases": cases,
        "use_case": next((option for option in cases if option[1] == use_case), None),
        "note": note or None,
        "healths": HEALTH_OPTIONS if asks_health else [],
    }
