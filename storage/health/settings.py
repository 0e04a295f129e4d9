"""The area of health and triage, handed in: its table of the policy."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from storage.base.areas import Area, PersonNamed

Days = Annotated[int, Field(ge=1, le=3660)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class HealthArea(Area):
    """How long a health is fresh, and when it is too old to go by; the rhythm of triage, and who else hears of red.

    `fresh_days` count for each month of the segment's `update_months`. A triage is updated on the first
    `triage_weekday` that comes `red_gap_days` or `yellow_gap_days` after the last update, or later.
    """

    fresh_days: Days = 31
    unknown_days: Days = 120
    triage_weekday: Weekday = "tuesday"
    red_gap_days: Days = 4
    yellow_gap_days: Days = 25
    red_to: tuple[PersonNamed, ...] = ()


AREAS = {"health": HealthArea}
