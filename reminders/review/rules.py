"""When a question of a manager's review reaches the CSM: on the morning after, with all else of that day. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from reminders.engine.calendar import DAY, start_of
from reminders.engine.items import as_of, posting
from storage.base.keys import Key
from storage.base.moments import civil_day
from storage.base.outbox_row import Draft

if TYPE_CHECKING:
    from datetime import date, datetime

    from storage.base.policy import Policy
    from storage.base.reminder import Recipient

REVIEW_ASK, MANAGER_ROUND = "review_ask", "manager_round"
OPEN_FOR = timedelta(days=14)


def asked_on(now: datetime, policy: Policy, csm: Recipient, today: date) -> date:
    """The day of a question put now: today where it is not as far on, of who asks and who is asked.

    It is the next one where the CSM's morning after it has come already.
    """
    today = min(today, civil_day(now, csm.zone))
    morning = posting(as_of(now, policy), csm, today + DAY)
    return today if morning.falls_at > now else today + DAY


def question(now: datetime, policy: Policy, manager: Recipient, csm: Recipient, *, by: int, to: int, on: date) -> Draft:
    """The row in which a CSM finds all that a manager asked them on a day."""
    when = posting(as_of(now, policy), csm, on + DAY)
    return Draft(
        dedupe_key=str(Key(REVIEW_ASK, (manager.address, csm.address, on))),
        kind=REVIEW_ASK,
        destination=when.recipient.destination,
        recipient=when.recipient.address,
        not_before=when.at,
        due_on=on + DAY,
        expires_at=start_of(when.day + OPEN_FOR, when.recipient.zone),
        why="a manager asks",
        payload={"owner": csm.destination, "by": by, "csm": to, "on": on.isoformat()},
    )
