"""What is done for triages at night: accounts that were red before anybody looked after them begin one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.switches import area_on
from storage.triage.store import begin_missing

if TYPE_CHECKING:
    from storage.base.db import Unit


def _begin_missing(unit: Unit) -> None:
    if area_on(unit.policy, "health"):
        begin_missing(unit)


NIGHTLY = (_begin_missing,)
