"""What each outcome and reason asks for when a CTA is closed (docs/domain.md, "CTAs"). Pure; `life.py` closes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from storage.base.errors import UserError
from storage.base.moments import past_day_said
from storage.base.reasons import NOT_NEEDED
from storage.base.texts import text_of
from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_SUCCESS

if TYPE_CHECKING:
    from datetime import date

    from storage.base.policy import Policy
    from storage.base.reasons import Reason
    from storage.cta.record import Cta

Outcome = Literal["success", "no_success"]
STATUS_OF: dict[str, str] = {"success": CLOSED_SUCCESS, "no_success": CLOSED_NO_SUCCESS}

DETAIL_LIMIT = 150
"""A gap or a vendor is an option's value in Slack, which holds that many."""

_ASKED = ("gap", "vendor")


@dataclass(frozen=True, slots=True)
class Closing:
    """What somebody says when closing a CTA; what the outcome does not ask for is left out by `checked`.

    `detail` is the product gap or the vendor; `learned` is why it won, or what would have changed the no.
    """

    outcome: Outcome
    reason: str | None = None
    note: str | None = None
    detail: str | None = None
    learned: str | None = None
    revisit_on: date | None = None
    closed_on: date | None = None

    @property
    def status(self) -> str:
        """The status that it leads to."""
        return STATUS_OF[self.outcome]


def checked(closing: Closing, cta: Cta, policy: Policy, today: date, own_today: date) -> Closing:
    """The closing as it is stored; raises UserError that names the field which is missing or wrong.

    A CTA closes on the policy's `today`; whoever closes it may be a day ahead or behind, and means the same by
    their `own_today`.
    """
    closed_on = closing.closed_on or today
    if closed_on == own_today and closed_on != cta.closed_on:
        closed_on = today
    if closed_on > today:
        raise UserError("A CTA can't be closed in the future.", "Take today or an earlier day.", field="closed_on")
    if closed_on < cta.opened_on:
        raise UserError(
            f"It was opened on {past_day_said(cta.opened_on, own_today)}: it can't be closed before that.",
            "Take that day or a later one.",
            field="closed_on",
        )
    note = text_of(closing.note, "note")
    learned = text_of(closing.learned, "learned")
    if closing.outcome == "success":
        return Closing("success", note=note, learned=learned, closed_on=closed_on)
    if cta.is_checklist:
        return Closing("no_success", reason=_not_needed(closing, cta), note=note, closed_on=closed_on)
    reason = _reason(closing, policy)
    detail = text_of(closing.detail, reason.asks, DETAIL_LIMIT) if reason.asks in _ASKED else None
    if reason.asks in _ASKED and not detail:
        which = f"{reason.label} asks which {reason.asks}."
        raise UserError(which, "Name it, so that it adds up with the others.", field=reason.asks)
    if reason.asks == "note" and not note:
        raise UserError(f"{reason.label} asks what happened.", "A few words are enough.", field="note")
    return replace(
        closing,
        reason=reason.key,
        note=note,
        detail=detail,
        learned=learned,
        closed_on=closed_on,
        revisit_on=_revisit(closing.revisit_on, cta, own_today) if reason.asks == "revisit" else None,
    )


def _reason(closing: Closing, policy: Policy) -> Reason:
    reason = policy.reason(closing.reason or "")
    if reason is None:
        raise UserError("Closing without success asks for a reason.", "Pick one.", field="reason")
    return reason


def _not_needed(closing: Closing, cta: Cta) -> str:
    if closing.reason not in (None, NOT_NEEDED.key):
        hint = f"Tick and skip its tasks, close it as not needed, or put it off: /cta snooze {cta.id} until 3 Jan"
        raise UserError("A checklist says nothing about what a customer wants.", hint, field="reason")
    return NOT_NEEDED.key


def _revisit(revisit_on: date | None, cta: Cta, today: date) -> date:
    if revisit_on is None:
        raise UserError("Timing asks when to ask again.", "Give a day, such as 1 March.", field="revisit_on")
    if revisit_on <= today and revisit_on != cta.revisit_on:  # a correction may leave it as it was
        raise UserError("The day to ask again lies ahead.", "Take tomorrow or later.", field="revisit_on")
    return revisit_on
