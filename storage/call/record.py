"""A call with a customer, and when one is late (docs/domain.md, "Calls"). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.account.record import Account

KINDS = ("call", "meeting", "onsite", "workshop", "webinar")
WEBINAR = "webinar"
"""It is about a use case: one for many customers says nothing of this one without."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call, meeting, visit, workshop or webinar that was held. `source` is `person` or `import`."""

    id: int
    account_id: int
    held_on: date
    kind: str
    use_case: str | None
    note: str | None
    next_step: str | None
    health: str | None
    by_id: int | None
    source: str


@dataclass(frozen=True, slots=True)
class LateCall:
    """An account with which nobody has talked for more than `days`; `last_on` None: never. Late `since` that day."""

    account: Account
    last_on: date | None
    since: date
    days: int


def days_allowed(own: int | None, target: int | None, onboarding_days: int, *, in_onboarding: bool) -> int | None:
    """Days without a call that are in order: the account's own, else its segment's; fewer in onboarding. None: any."""
    limit = target if own is None else own
    if not limit:
        return None
    return (onboarding_days or None) if in_onboarding else limit


def late_since(last_on: date | None, started_on: date | None, today: date, allowed: int | None) -> date | None:
    """The first day on which the call was late, if that has come; None where nothing is known to count from."""
    counts_from = last_on or started_on
    if counts_from is None or allowed is None:
        return None
    since = counts_from + timedelta(days=allowed + 1)
    return since if since <= today else None


@dataclass(frozen=True, slots=True)
class CallRound:
    """A round through the accounts of a scope (`csm-12`): those that nobody has talked to for too long."""

    scope: str
    late: tuple[LateCall, ...]
