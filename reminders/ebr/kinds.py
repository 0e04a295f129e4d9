"""The kinds of reminder about EBRs, handed in: nudges, and "held?" after a scheduled one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.account.kinds import ACCOUNTS
from reminders.ebr.rules import EBR_HELD, EBR_NUDGE, alike, ebr_items, why_no_ebr
from reminders.engine.kinds import Kind, RecordRule
from storage.account.brief import csm_of, of_day
from storage.ebr import facts
from templates.ebr import day as show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reminders.engine.kinds import Reading
    from storage.base.reminder import EbrFacts


def _own(reading: Reading, ids: Sequence[int]) -> Mapping[int, EbrFacts]:
    return facts.ebr_facts(reading.db, ids, reading.as_of.now, known_by=reading.known_by)


_EBRS = RecordRule(source=ACCOUNTS, items=ebr_items, why_not=why_no_ebr, own=_own, alike=alike)

KINDS = (
    Kind(
        name=EBR_NUDGE,
        words="EBR nudge",
        label="EBR nudges",
        place=30,
        rule=_EBRS,
        policy_keys=frozenset({"ebr_steps_days", "ebr_cadence_months", "first_ebr_months", "held_unanswered_days"}),
        is_step=True,
        is_to_do=True,
        read=of_day,
        show=show.ebr_rows,
        whose=csm_of,
    ),
    Kind(
        name=EBR_HELD,
        words="question after the EBR",
        label="EBR: held?",
        place=31,
        rule=_EBRS,
        is_to_do=True,
        read=of_day,
        show=show.ebr_held_rows,
        whose=csm_of,
    ),
)
