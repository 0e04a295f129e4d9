"""The area of growth, handed in: its table of the policy."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from storage.base.areas import Area, Share


class GrowthArea(Area):
    """Until which day of the next month the figures of a month's end are open: what is decided late is put right.

    `incomplete`: over such a share of ARR left out, the figures say so.
    """

    provisional_until_day: Annotated[int, Field(ge=1, le=28)] = 8
    incomplete: Share = 0.10


AREAS = {"growth": GrowthArea}
