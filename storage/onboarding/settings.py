"""Onboarding's table of the policy, handed in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from storage.base.areas import Area


class Onboarding(Area):
    """For how many days after its start an account is in onboarding, and when it is nudged about a target day."""

    window_days: Annotated[int, Field(ge=1, le=730)] = 120
    steps_days: tuple[Annotated[int, Field(ge=-60, le=60)], ...] = (3, -1)

    @field_validator("steps_days")
    @classmethod
    def _largest_first(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(value), reverse=True))


AREAS = {"onboarding": Onboarding}
