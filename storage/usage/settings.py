"""The area of usage, handed in: its table of the policy."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from storage.base.areas import Area, Days, Part, Share

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Tier = Annotated[str, StringConstraints(pattern=r"^[\w .+-]{1,60}$")]
Level = Annotated[float, Field(ge=0, le=1_000_000_000)]
BASE = ("licences_bought", "licences_activated", "billable_users", "active_users")
"""The columns that every figure has."""


class Measure(Part):
    """One measure of a use case: a column, by itself or divided by another one; from where it is yellow, and green.

    `tiers`: the use case is scored in these alone (none named: in all).
    """

    use_case: str
    measure: Name
    per: Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{0,40})?$")] = ""
    yellow_from: Level
    green_from: Level
    tiers: tuple[Tier, ...] = ()


class Shares(Part):
    """Users of a use case in the billable ones, where no measure is known: a share, or one for each use case."""

    yellow_from: Share | dict[str, Share] = 0.10
    green_from: Share | dict[str, Share] = Field(default_factory=lambda: {"default": 0.25, "SCM": 0.33})

    @field_validator("yellow_from", "green_from")
    @classmethod
    def _with_default(cls, value: float | dict[str, float]) -> float | dict[str, float]:
        if isinstance(value, dict) and "default" not in value:
            raise ValueError("a default is needed beside those of use cases")
        return value

    def of(self, use_case: str) -> tuple[float, float]:
        """From where a use case is yellow, and green."""
        yellow, green = (
            {name.casefold(): share for name, share in one.items()} if isinstance(one, dict) else {"default": one}
            for one in (self.yellow_from, self.green_from)
        )
        key = use_case.casefold()
        return yellow.get(key, yellow["default"]), green.get(key, green["default"])


def _usual() -> tuple[Measure, ...]:
    rows = (
        ("CI", "ci_builds", "billable_users", 2, 40),
        ("CD", "deploy_users", "billable_users", 0.05, 0.12),
        ("DevSecOps", "scanner_users", "billable_users", 0.05, 0.20),
        ("DevSecOps", "scans", "pipelines", 0.1, 0.5),
        ("DevSecOps", "scanner_types", "", 2, 3),
    )
    return tuple(Measure(use_case=u, measure=m, per=p, yellow_from=y, green_from=g) for u, m, p, y, g in rows)


class UsageArea(Area):
    """For how many days a row stands for its instance, from which utilisation what counts, and how use is scored."""

    stale_days: Days = 60
    first_value: Share = 0.10
    adopted: Share = 0.80
    more_than: Annotated[int, Field(ge=0, le=100)] = 2
    high: Share = 0.90
    low: Share = 0.75
    share: Shares = Shares()
    measures: tuple[Measure, ...] = Field(default_factory=_usual)

    def columns(self) -> tuple[str, ...]:
        """The columns of a file that measures need, beside those that every figure has."""
        named = [name for one in self.measures for name in (one.measure, one.per) if name]
        return tuple(dict.fromkeys(name for name in named if name not in BASE))


AREAS = {"usage": UsageArea}
