"""The area of escalations, handed in: its table of the policy."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from storage.base.areas import Area

Days = Annotated[int, Field(ge=1, le=366)]


class EscalationArea(Area):
    """After how many days an update is due, by severity: business days of a critical or high one, else calendar days.

    Closed and open again within `reopen_days` it is the same one.
    """

    critical: Days = 1
    high: Days = 2
    medium: Days = 7
    low: Days = 14
    reopen_days: Days = 14


AREAS = {"escalations": EscalationArea}
