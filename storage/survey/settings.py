"""The area of surveys, handed in: its table of the policy."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from storage.base.areas import Area

Month = Annotated[int, Field(ge=1, le=12)]


class SurveyArea(Area):
    """What is asked (`kinds`), in rounds that begin on the first business day of these `months`, for `open_days`.

    Asked are accounts that started `after_days` before a round or earlier. Of fewer answers than `minimum` people see
    counts. `follow_up_positive`: the CSM also hears of those that are not negative.
    """

    kinds: tuple[Literal["nps", "csat"], ...] = ("nps", "csat")
    months: tuple[Month, ...] = (5, 11)
    open_days: Annotated[int, Field(ge=1, le=366)] = 30
    after_days: Annotated[int, Field(ge=0, le=3660)] = 60
    minimum: Annotated[int, Field(ge=1, le=1000)] = 5
    follow_up_positive: bool = False

    @field_validator("months")
    @classmethod
    def _in_order(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(value)))


AREAS = {"surveys": SurveyArea}
