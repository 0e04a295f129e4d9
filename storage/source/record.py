"""A source as it stands: when it was last tried, when it was well, and what came of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from storage.base.outside import Source

AGAIN = timedelta(minutes=15)
"""How long after one that failed the next try is."""
STALE = timedelta(days=7)
"""A file that nobody has written for so long is old, however lately it was pulled."""
OLD = 2
"""So many times its schedule without a pull that went well is old."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """The last run of a source. `counts` are those of the last pull that went well."""

    name: str
    known_at: datetime
    tried_at: datetime | None = None
    well_at: datetime | None = None
    state: str = "new"
    error: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    import_id: int | None = None
    etag: str = ""
    way: str = ""
    data_at: datetime | None = None
    """When what the last pull brought was written, where the source says so."""

    @property
    def failed(self) -> bool:
        """Whether the last pull failed."""
        return self.state == "failed"

    def is_due(self, rule: Source, now: datetime, zone_name: str) -> bool:
        """Whether its time has come: never pulled, a turn of its schedule since, or a while after one that failed."""
        turn = rule.last_turn(now, zone_name)
        if turn is None:
            return False
        if self.tried_at is None or self.tried_at < turn:
            return True
        return self.state in ("failed", "running") and now - self.tried_at >= AGAIN

    def is_old(self, rule: Source, now: datetime) -> bool:
        """Whether its data is older than twice its schedule, or is pulled but written by nobody any more."""
        every = rule.every
        late = every is not None and now - (self.well_at or self.known_at) > OLD * every
        return late or self.is_stale(rule, now)

    def is_stale(self, rule: Source, now: datetime) -> bool:
        """Whether what the last pull brought was written long ago, and comes by a schedule."""
        return rule.every is not None and self.data_at is not None and now - self.data_at > STALE

    @property
    def of(self) -> datetime | None:
        """Of when its data is: when it was written, as far as that is known, else when it was pulled."""
        return min(self.data_at, self.well_at) if self.data_at and self.well_at else self.well_at
