"""The kinds of reminder about escalations, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reminders.account.kinds import ACCOUNTS
from reminders.engine.kinds import Kind, RecordRule, Standing
from reminders.escalation.rules import ESCALATION_LATE, ESCALATION_UPDATE, escalation_items, why_none
from storage.escalation import day as behind
from storage.escalation import facts
from templates.escalation import day as show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reminders.engine.kinds import Reading
    from storage.escalation.facts import EscalationFacts


def _own(reading: Reading, ids: Sequence[int]) -> Mapping[int, list[EscalationFacts]]:
    return facts.of_accounts(reading.db, reading.directory, reading.as_of.policy, ids)


_RULE = RecordRule(source=ACCOUNTS, items=escalation_items, why_not=why_none, own=_own)
_KEYS = frozenset({"escalations"})

KINDS = (
    Kind(
        name=ESCALATION_LATE,
        words="note of an escalation without an update",
        label=None,
        place=75,
        area="escalations",
        rule=_RULE,
        policy_keys=_KEYS,
        read=behind.behind_row,
        show=show.late_rows,
    ),
    Kind(
        name=ESCALATION_UPDATE,
        words="update of an escalation",
        label="Escalations that want an update",
        place=74,
        area="escalations",
        rule=_RULE,
        policy_keys=_KEYS,
        is_step=True,
        read=behind.behind_row,
        show=show.update_rows,
        whose=behind.owner_of,
    ),
)
STANDING = (Standing(read=behind.due, show=show.due_row),)
