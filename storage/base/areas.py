"""Areas of the customer's life beyond CTAs, renewals and EBRs: each is off until a team's policy switches it on.

A noun hands its area in (`storage/<noun>/settings.py`, `AREAS`: the name of the policy's table and its model). Whether
one is on is asked of `storage/base/switches.py`.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from storage.base.moments import reads_days

NAMES = (
    "onboarding",
    "plans",
    "usage",
    "health",
    "calls",
    "escalations",
    "surveys",
    "review",
    "sales",
    "growth",
)
"""The areas there are, in the order of docs/domain.md."""

LABELS = {
    "onboarding": "Onboarding",
    "plans": "Success plans",
    "usage": "Usage",
    "health": "Health and triage",
    "calls": "Calls",
    "escalations": "Escalations",
    "surveys": "Surveys",
    "review": "The manager's review",
    "sales": "The sales side",
    "growth": "Growth",
}


class Part(BaseModel):
    """A table of the policy: its keys are fixed by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Area(Part):
    """What every area has: whether it is on, and for which segments (none named: for all)."""

    enabled: bool = False
    segments: tuple[str, ...] = ()

    def covers(self, segment: str | None) -> bool:
        """Whether accounts of a segment belong to it, case ignored."""
        return not self.segments or (segment or "").casefold() in {named.casefold() for named in self.segments}


_GROUP = re.compile(r"S[A-Z0-9]{6,}|@[^\s@]+")


def is_group(name: str) -> bool:
    """Whether a name is that of a user group: its Slack id, or its handle with an @."""
    return _GROUP.fullmatch(name) is not None


def _person(name: str) -> str:
    """Raises ValueError for a user group: one person is meant."""
    if is_group(name):
        raise ValueError("the e-mail address or Slack id of a person is needed, no user group")
    return _named(name)


def _named(name: str) -> str:
    """Raises ValueError for a mention as Slack writes it: by that nobody is found."""
    if name.startswith("<"):
        raise ValueError("an e-mail address, the Slack id of a person or user group, or its @handle is needed")
    return name


def _day_format(form: str) -> str:
    """Raises ValueError for a format of dates in which no day can be read."""
    if not reads_days(form):
        raise ValueError('a format such as "%d.%m.%Y" is needed, with day, month and year')
    return form


DayFormat = Annotated[str, AfterValidator(_day_format)]
PersonNamed = Annotated[str, AfterValidator(_person)]
PersonOrGroup = Annotated[str, AfterValidator(_named)]
Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=0, le=3660)]


class Targets(Part):
    """What a segment is held to; 0: nothing, never late. What is not named is as for all (`[segments.default]`)."""

    engage_days: Days | None = None
    first_value_days: Days | None = None
    onboard_days: Days | None = None
    qualified_plans: Share | None = None
    ebr_coverage: Share | None = None
    call_days: Days | None = None
    update_months: Annotated[int, Field(ge=0, le=60)] | None = None


USUAL_TARGETS = {
    "default": {
        "engage_days": 14,
        "first_value_days": 30,
        "onboard_days": 45,
        "qualified_plans": 1.0,
        "call_days": 35,
        "update_months": 1,
    },
    "commercial": {
        "engage_days": 0,
        "first_value_days": 0,
        "onboard_days": 0,
        "qualified_plans": 0.0,
        "call_days": 95,
        "update_months": 3,
    },
}
"""The targets of a policy that names none; what it names stands above them, key by key."""
