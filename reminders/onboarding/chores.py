"""What is done before each plan: checklists of onboarding are opened, and follow the day that they hang on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.cta.checklists import follow_anchors
from storage.onboarding.store import AREA, NEW_CUSTOMER, open_waiting
from storage.playbook.store import checklist, keep_checklists
from templates.playbook.catalogue import CHECKLISTS, load_checklists

if TYPE_CHECKING:
    from storage.base.db import Unit


def _move(unit: Unit) -> bool:
    follow_anchors(unit)
    return False


def _open(unit: Unit) -> bool:
    """Where only the terminal has planned so far nobody has put the checklists in yet."""
    if unit.policy.area(AREA).enabled and checklist(unit.db, NEW_CUSTOMER, None) is None:
        keep_checklists(unit, load_checklists(CHECKLISTS)[0])
    return open_waiting(unit)


FIRST = (_move, _open)
