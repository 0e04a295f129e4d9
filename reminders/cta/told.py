"""What is told of what somebody else did to a CTA, handed in: today's facts for each, by what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.cta import store as ctas
from storage.cta.hearers import GIVEN
from templates.cta import told as show

if TYPE_CHECKING:
    from reminders.account.telling import Hearing
    from storage.cta.record import CtaFacts
    from templates.blocks.told import Said


def _facts(one: Hearing) -> CtaFacts:
    return ctas.facts(one.db, one.row.cta_id or 0)


def _given(one: Hearing) -> Said:
    return show.given(_facts(one), one.deed.after, one.policy, one.today)


def _opened(one: Hearing) -> Said:
    return show.opened(_facts(one), one.deed.after, one.policy, one.today)


def _closed(one: Hearing) -> Said:
    return show.closed(_facts(one), one.deed.after, one.policy)


def _reopened(one: Hearing) -> Said:
    return show.reopened(_facts(one), one.policy, one.today)


def _withdrawn(one: Hearing) -> Said:
    return show.withdrawn(_facts(one), one.deed.after)


def _snoozed(one: Hearing) -> Said:
    return show.snoozed(_facts(one), one.deed.after, one.today)


TOLD = {
    GIVEN: _given,
    "cta.open": _opened,
    "cta.close": _closed,
    "cta.reopen": _reopened,
    "cta.withdraw": _withdrawn,
    "cta.snooze": _snoozed,
}
