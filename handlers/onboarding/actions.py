"""What can be done in an account's onboarding, each once: the change, its audit, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.undo import undo_button
from handlers.door.actions import Outcome
from storage.base.plurals import counted
from storage.onboarding import store as onboarding
from storage.onboarding.record import LABELS, REASONS, Delay
from templates.blocks.mrkdwn import day_words, lived_day_words, mrkdwn, on_words, past_day_words
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handlers.onboarding.words import Delayed
    from storage.account.record import Account
    from storage.base.db import Unit

YELLOW = "yellow"


def start(unit: Unit, account: Account, on: date) -> Outcome:
    """Onboarding is begun by hand: with a checklist of its own, or the open one moves."""
    made = onboarding.start(unit, account, on)
    came = f"checklist opened: CTA {made.id}" if made else "its open tasks moved along"
    tasks = [("Tasks", "cta.tasks", str(made.id))] if made else []
    said = joined([mrkdwn("*{}* · in onboarding since {}", account.name, past_day_words(on, unit.own_today)), came])
    return Outcome(said, buttons=[*undo_button(unit, account.id, "success.started"), *tasks])


def open_handover(unit: Unit, some: Sequence[Account]) -> Outcome:
    """A checklist for each account that was handed over, unless one was opened today."""
    made = [cta for account in some if (cta := onboarding.open_handover(unit, account))]
    said = counted(len(made), "checklist") if made else "no checklist"
    tasks = [("Tasks", "cta.tasks", str(made[0].id))] if len(made) == 1 else []
    return Outcome(mrkdwn("{}: {} opened", onboarding.HANDOVER, said), buttons=tasks)


def reached(unit: Unit, account: Account, milestone: str, on: date | None) -> Outcome:
    """A milestone was reached on a day, or (None) what was entered is taken out."""
    onboarding.reach(unit, account, milestone, on)
    said = f"reached {on_words(lived_day_words(on, unit.own_today))}" if on else "as it is worked out"
    return Outcome(
        mrkdwn("*{}* · {}: {}", account.name, LABELS[milestone].lower(), said),
        buttons=undo_button(unit, account.id, "success.reached"),
    )


def intent(unit: Unit, account: Account, use_cases: Sequence[str], licences: int | None) -> Outcome:
    """For which use cases the customer first bought, and how many licences."""
    onboarding.set_intent(unit, account, use_cases, licences)
    said = [f"bought for {', '.join(use_cases)}"] if use_cases else []
    said += [f"{licences:,} licences at first"] if licences is not None else []
    words = joined([mrkdwn("*{}*", account.name), *said])
    return Outcome(words, buttons=undo_button(unit, account.id, "success.intent"))


def delay(unit: Unit, account: Account, said: Delayed) -> Outcome:
    """A milestone comes later; through the customer, yellow is offered."""
    onboarding.delay(
        unit, account, Delay(said.milestone, said.expected_on, said.caused_by, said.reason, said.line or None)
    )
    by = "the customer" if said.caused_by == "customer" else "us"
    words = mrkdwn(
        "*{}* · {} expected {} ({}, {}). Nudges count from then, figures from the target.",
        account.name,
        LABELS[said.milestone].lower(),
        day_words(said.expected_on, unit.own_today),
        REASONS[said.reason],
        by,
    )
    offer = said.caused_by == "customer" and account.health not in (YELLOW, "red")
    yellow = [("Set health yellow", "account.health", f"{account.id}:{YELLOW}")] if offer else []
    return Outcome(words, buttons=[*undo_button(unit, account.id, "success.delay"), *yellow])
