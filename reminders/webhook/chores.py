"""What is done at night: calls that ended over a week ago are dropped, those given up after a month."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.webhook import store as calls

if TYPE_CHECKING:
    from storage.base.db import Unit

KEPT = timedelta(days=7)
DEAD_KEPT = timedelta(days=31)


def _forget(unit: Unit) -> None:
    calls.BACKLOG.forget(unit, ended_before=unit.now - KEPT, dead_before=unit.now - DEAD_KEPT)


NIGHTLY = (_forget,)
