"""The area of the sales side, handed in: its table of the policy."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, field_validator

from storage.base.areas import Area, Part

_WEB = re.compile(r"^https?://[^\s<>|]+$")


class Link(Part):
    """A thing to look at, and where it is."""

    label: Annotated[str, Field(min_length=1, max_length=75, pattern=r"^[^\r\n]+$")]
    url: Annotated[str, Field(max_length=2000)] = ""

    @field_validator("url")
    @classmethod
    def _is_of_the_web(cls, value: str) -> str:
        if value and not _WEB.match(value):
            raise ValueError('an address such as "https://example.com/plan" is needed, or "" for none')
        return value


Links = Annotated[tuple[Link, ...], Field(min_length=1, max_length=10)]


class SalesArea(Area):
    """How often an account team meets, and what AEs may have themselves reminded of, while there is reason to."""

    meeting_weeks: Annotated[int, Field(ge=1, le=52)] = 4
    window_days: Annotated[int, Field(ge=1, le=730)] = 90
    daily: Links = (
        Link(label="Next steps and dates in CRM"),
        Link(label="Command Plan overview"),
        Link(label="MEDDPPICC"),
        Link(label="Close plan and date"),
    )
    weekly: Links = (Link(label="Clari net new"), Link(label="Clari renewal"))


AREAS = {"sales": SalesArea}
