"""Triages that want an update, as news of a CSM's morning; and who hears that an account is in trouble. Pure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reminders.engine.calendar import DAY, start_of
from reminders.engine.items import Item, posting
from storage.base.keys import Key, key_of
from storage.base.plurals import counted
from storage.base.reminder import News
from storage.health.settings import HealthArea
from storage.triage.record import update_due

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reminders.engine.items import AsOf
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.base.reminder import AccountFacts, Told
    from storage.triage.facts import RiskChange, TriageFacts

TRIAGE_UPDATE, RISK_NOTICE = "triage_update", "risk_notice"
DUE = "update_due"
TOLD_FOR = 7
"""Days after which a notice of risk is old news."""


def news_of(facts: TriageFacts, as_of: AsOf) -> Iterator[News]:
    """Its update is due, from that day on until it is given."""
    due = update_due(facts.triage, as_of.policy.settings(HealthArea)) if facts.managed else None
    if due is not None:
        yield News(f"triage:{facts.id}", DUE, due.isoformat(), due, None, facts.csm)


def in_words(states: Iterable[str]) -> str:
    """`2 triages want an update`."""
    count = len(list(states))
    return f"{counted(count, 'triage wants', 'triages want')} an update"


def risk_items(
    account: AccountFacts, own: Sequence[RiskChange] | None, _told: Mapping[str, Told], as_of: AsOf
) -> Iterator[Item]:
    """What began and ended lately, to each whom it concerns, the day after; what has ended since is not begun."""
    for one in own or ():
        if not one.stands:
            continue
        for who in one.whom:
            due_on = one.on + DAY
            when = posting(as_of, who, due_on, known_at=one.at)
            yield Item(
                key=str(Key(RISK_NOTICE, (one.what, one.change, who.address))),
                kind=RISK_NOTICE,
                owner=who,
                posting=when,
                due_on=due_on,
                step=None,
                reason=partial(_why, one.change),
                expires_at=start_of(when.day + TOLD_FOR * DAY, when.recipient.zone),
                account_id=account.id,
            )


def _why(change: str) -> str:
    return "the account is in trouble" if change == "opened" else "the account is out of trouble, or gone"


def why_none(_account: AccountFacts, own: Sequence[RiskChange] | None, row: OutboxRow, _policy: Policy) -> str:
    """Why a planned one is said no more."""
    key = key_of(row.dedupe_key)
    found = next((one for one in own or () if (one.what, one.change) == (key.part(0), key.part(1))), None)
    if found is None:
        return "it was taken back"
    return "it is told already, or no longer theirs" if found.stands else "it has ended since"
