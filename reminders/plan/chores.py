"""What is done for success plans at night: a qualification that does not hold any more is over, and stays so."""

from __future__ import annotations

from storage.plan.life import settle_open

NIGHTLY = (settle_open,)
