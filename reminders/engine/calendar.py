"""Civil time: business days, mornings, quiet hours, and what "at once" means (docs/domain.md, "When messages go out").

Pure, and memoised per day and zone: the planner asks for the same few mornings again and again. Used by the
rules, the planner, the preview and delivery.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from storage.base.business_days import business_days_of
from storage.base.moments import civil_day, zone

if TYPE_CHECKING:
    from storage.base.business_days import BusinessDays
    from storage.base.policy import Policy

DAY = timedelta(days=1)


class Moment(NamedTuple):
    """An instant and the civil day on which it falls for the person concerned."""

    at: datetime
    day: date


@lru_cache(maxsize=1 << 16)
def civil_instant(day: date, clock: time, zone_name: str) -> datetime:
    """The instant (UTC) of a civil time: the first valid one after a gap, the first of the two in a fold."""
    wanted = datetime.combine(day, clock, zone(zone_name))
    found = wanted.astimezone(UTC)
    if found.astimezone(zone(zone_name)).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return found
    # In a gap: fold 1 reads the time by the offset after the change, fold 0 by the one before. The change
    # itself, which is the first valid instant, lies between the two.
    before, after = wanted.replace(fold=1).astimezone(UTC), found
    offset = after.astimezone(zone(zone_name)).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        if middle.astimezone(zone(zone_name)).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def start_of(day: date, zone_name: str) -> datetime:
    """The first instant of a civil day; the end of the day before."""
    return civil_instant(day, time(), zone_name)


def to_minute(at: datetime) -> datetime:
    """The instant without seconds: a bot that wakes within the minute is in time."""
    return at.replace(second=0, microsecond=0)


class Calendar:
    """The business days, mornings and quiet hours of a policy. Make it with `calendar_of`, which keeps it."""

    def __init__(self, morning: time, quiet: tuple[time, time] | None, business: BusinessDays) -> None:
        self._quiet = quiet
        self.next_business_day = business.next_from
        """A day itself if it is a business day, else the first one after it."""
        # A morning inside the quiet hours waits for their end, on the same day.
        self._morning = quiet[1] if quiet and self._in_quiet(morning) else morning
        self._mornings: dict[tuple[date, str], datetime] = {}

    def business_days_after(self, day: date, count: int) -> date:
        """The `count`-th business day after `day`, which is not counted itself."""
        for _ in range(count):
            day = self.next_business_day(day + DAY)
        return day

    def morning(self, day: date, zone_name: str) -> datetime:
        """When a day's messages go out there (09:00 by default), business day or not."""
        found = self._mornings.get((day, zone_name))
        if found is None:
            found = self._mornings[day, zone_name] = civil_instant(day, self._morning, zone_name)
        return found

    def first_morning(self, at: datetime, zone_name: str) -> Moment:
        """ "At once": the first morning of a business day there that is not earlier than `at`."""
        day = self.next_business_day(civil_day(at, zone_name))
        morning = self.morning(day, zone_name)
        if morning < at:
            day = self.next_business_day(day + DAY)
            morning = self.morning(day, zone_name)
        return Moment(morning, day)

    def is_quiet(self, at: datetime, zone_name: str) -> bool:
        """Whether nobody is to be disturbed there at that instant."""
        return self._quiet is not None and self._in_quiet(at.astimezone(zone(zone_name)).time())

    def on_return(self, falls: Moment, now: datetime, zone_name: str) -> Moment:
        """When something that fell due is posted by a bot that is there at `now`, and from then on.

        In time: as it falls. Back on the same civil day, outside quiet hours: at once. Else: the next morning
        of a business day.
        """
        minute = to_minute(now)
        if falls.at >= minute:
            return falls
        if falls.day == civil_day(now, zone_name) and not self.is_quiet(now, zone_name):
            return Moment(now, falls.day)
        return self.first_morning(minute, zone_name)

    def _in_quiet(self, clock: time) -> bool:
        if self._quiet is None:
            return False
        start, end = self._quiet
        return start <= clock < end if start <= end else clock >= start or clock < end


def calendar_of(policy: Policy) -> Calendar:
    """The calendar of a policy; the same object for the same rules, so that its memory is shared."""
    return _calendar(policy.morning_time, policy.quiet_span, business_days_of(policy))


@lru_cache(maxsize=8)
def _calendar(morning: time, quiet: tuple[time, time] | None, business: BusinessDays) -> Calendar:
    return Calendar(morning, quiet, business)


def end_of(day: date) -> datetime:
    """An instant that no civil time of a day is later than, whatever the zone."""
    return datetime.combine(day + 2 * DAY, time(), UTC)
