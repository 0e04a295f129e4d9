"""The question what became of a renewal whose day passed undecided (docs/domain.md, "Renewals").

Asked once a renewal day, on the first business day after it; of the CSM, else of the AE, else of operations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.engine.calendar import DAY
from reminders.engine.items import Item, posting
from storage.base.keys import Key, key_of
from storage.base.moments import civil_day, day_in_words
from storage.base.outbox_row import OPERATIONS
from storage.base.reminder import GONE, MISSED, OutcomeFacts

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from reminders.engine.items import AsOf
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.base.reminder import AccountFacts, Recipient, Told

RENEWAL_OUTCOME = "renewal_outcome"
_BEFORE = f"{MISSED}: it passed before the upgrade"
_NOTHING_KNOWN = OutcomeFacts(None, None, None)


def outcome_items(
    account: AccountFacts, ends: OutcomeFacts | None, _told: Mapping[str, Told], as_of: AsOf
) -> Iterator[Item]:
    """The question about the account's present renewal day; none where the day was known only once it had passed.

    One that is in signature is asked about when the day of that has passed; one whose outcome was taken back never.
    """
    renewal_on, ends = account.renewal_on, ends or _NOTHING_KNOWN
    zone = as_of.policy.timezone
    if not account.active or renewal_on is None or civil_day(account.renewal_known_at, zone) > renewal_on:
        return
    if ends.undone_at is not None and civil_day(ends.undone_at, zone) > renewal_on:
        return
    due_on = renewal_on + DAY
    not_before = as_of.calendar.next_business_day(ends.signing.day + DAY) if ends.signing else None
    owner = asked(account)
    yield Item(
        key=str(Key(RENEWAL_OUTCOME, (account.id, renewal_on))),
        kind=RENEWAL_OUTCOME,
        owner=owner,
        posting=posting(as_of, owner, due_on, known_at=account.renewal_known_at, not_before=not_before),
        due_on=due_on,
        step=None,
        reason=lambda: f"nobody has said whether it renewed on {day_in_words(renewal_on)}",
        expires_at=None,
        account_id=account.id,
        void=_BEFORE if ends.since and renewal_on < civil_day(ends.since, zone) else None,
    )


def alike(account: AccountFacts, ends: OutcomeFacts | None, _as_of: AsOf) -> Hashable:
    """What the instant of the question hangs on, where nobody stands in."""
    owner = asked(account)
    if owner.stand_in is not None:
        return None
    return account.active, account.renewal_on, account.renewal_known_at, owner.zone, ends


def asked(account: AccountFacts) -> Recipient:
    """Who is asked: the CSM, else the AE, else operations."""
    return account.ae if account.ae is not None and account.csm.address == OPERATIONS else account.csm


def why_no_outcome(account: AccountFacts, ends: OutcomeFacts | None, row: OutboxRow, _policy: Policy) -> str:
    """Why a planned question is asked no more."""
    if not account.active:
        return GONE
    if key_of(row.dedupe_key).day(1) != account.renewal_on:
        return "the renewal date has changed"
    return "its outcome was taken back" if ends and ends.undone_at else "the date was not known then"
