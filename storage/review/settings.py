"""The area of the manager's review, handed in: its table of the policy."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from storage.base.areas import Area


class ReviewArea(Area):
    """How many fiscal quarters of renewals are looked at, the running one included; how long a CTA may be open."""

    quarters: Annotated[int, Field(ge=1, le=8)] = 3
    old_cta_days: Annotated[int, Field(ge=1, le=3660)] = 175


AREAS = {"review": ReviewArea}
