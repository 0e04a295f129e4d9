"""The area of success plans, handed in: its table of the policy."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from storage.base.areas import Area

Days = Annotated[int, Field(ge=0, le=3660)]
Months = Annotated[int, Field(ge=1, le=120)]


class PlanArea(Area):
    """How long a new customer, or a new CSM, has for a qualified plan, and for how many months one is qualified."""

    grace_days: Days = 60
    qualified_months: Months = 12


AREAS = {"plans": PlanArea}
