"""A source as it stands: when it was last tried, when it was well, what came of it, and what goes back. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from storage.base.clock import MAY_WANDER

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
        """Whether its time has come: never pulled, a turn of its schedule since, or a while after one that failed.

        A pull of the future is of a clock that stood ahead: it is as if there had been none.
        """
        turn = rule.last_turn(now, zone_name)
        if turn is None:
            return False
        if self.tried_at is None or not turn <= self.tried_at <= now + MAY_WANDER:
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


PENDING, SENT, SAME, CONFLICT, DEAD = WRITE_STATES = ("pending", "sent", "same", "conflict", "dead")
"""To be written; written; said there already; changed there too and to be decided; given up."""


class Known(NamedTuple):
    """What a field says there as far as we know: of what was never heard of, nothing (`is_known` False)."""

    is_known: bool = False
    theirs: str | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """A field of an account that goes back to where the account came from. `tried`: values that may have arrived."""

    id: int
    source: str
    account_id: int
    account: str
    field: str
    was: Known
    tried: tuple[str | None, ...]
    made_at: datetime
    state: str
    attempts: int
    first_at: datetime | None
    next_at: datetime
    error: str | None

    def verdict(self, ours: str | None, theirs: str | None, known: Known) -> str:
        """What is to be done: `same`, nothing; `pending`, write it; `conflict`, for it was changed there, too.

        A three-way merge as of files: what was never heard of counts as empty. What stood here before the change, and
        what we tried to write, is no change of theirs.
        """
        if ours == theirs:
            return SENT if ours in self.tried else SAME
        usual = {known.theirs, *self.tried} | ({self.was.theirs} if self.was.is_known else set())
        return PENDING if theirs in usual else CONFLICT
