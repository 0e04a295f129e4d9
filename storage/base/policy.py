"""The policy: every number and name of docs/domain.md as a setting, with its default. `policy.toml` shows them.

Read once at start by `bot.py`; every room takes it as an argument. Keys are fixed by name: scripts rely on them.
"""

from __future__ import annotations

import re
import tomllib
from datetime import time
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, ValidationError, create_model, field_validator, model_validator

from storage.base.areas import NAMES, USUAL_TARGETS, Area, DayFormat, Part, PersonNamed, PersonOrGroup, Targets
from storage.base.errors import UserError
from storage.base.moments import zone
from storage.base.needed import NEEDED
from storage.base.nouns import merged
from storage.base.outside import SECRET_KEYS, Audit, Source, Webhook
from storage.base.plurals import counted
from storage.base.reasons import (
    DEFAULT_REASONS,
    DEFAULT_RENEWAL_REASONS,
    ENDINGS,
    Ending,
    Reason,
    RenewalReason,
    label_of,
    named,
    names_of,
)

if TYPE_CHECKING:
    from pathlib import Path

_CLOCK = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")
_SPAN = re.compile(r"^(\d\d:\d\d)-(\d\d:\d\d)$")
A = TypeVar("A", bound=Area)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _clock(text: str) -> str:
    if not _CLOCK.match(text):
        raise ValueError('a time of day such as "09:00" is needed')
    return text


def _zone(text: str) -> str:
    try:
        zone(text)
    except Exception as error:
        raise ValueError('a time zone name such as "Europe/Berlin" is needed') from error
    return text


def time_of(text: str) -> time:
    """The time of day of `HH:MM`."""
    return time.fromisoformat(text)


class Summary(Part):
    """A schedule of the weekly summary: where and when, for whom (`team` empty: everybody)."""

    name: str = "weekly"
    channel: str
    day: str = "monday"
    time: str = "09:00"
    timezone: str = ""
    team: str = ""
    region: str = ""
    manager: str = ""

    _check_time = field_validator("time")(_clock)

    @field_validator("day")
    @classmethod
    def _check_day(cls, value: str) -> str:
        full = [d for d in DAYS if d.startswith(value.lower()) and len(value) >= 3]  # noqa: PLR2004 - "mon"
        if not full:
            raise ValueError('a day name such as "monday" is needed')
        return full[0]

    @field_validator("timezone")
    @classmethod
    def _check_zone(cls, value: str) -> str:
        return value and _zone(value)


class Team(Part):
    """CSMs under one manager, by e-mail or Slack id."""

    manager: PersonNamed = ""
    members: tuple[PersonNamed, ...] = ()


_Months = Annotated[int, Field(ge=0, le=1200)]
_Days = Annotated[int, Field(ge=-3660, le=3660)]
"""Before something; negative: after it."""
_Count = Annotated[int, Field(ge=0, le=1_000_000)]
_Seconds = Annotated[int, Field(le=86_400)]
SLACK_SECONDS = 10
"""How long delivery waits for Slack to answer a call."""


class Delivery(Part):
    """Spans of delivery in seconds (docs/delivery.md, "Send").

    A post may be under way for as long as the client waits: what looks into it sooner would double it.
    """

    settle_seconds: _Seconds = 30
    lease_seconds: _Seconds = 60
    turn_seconds: _Seconds = 15
    channel_seconds: Annotated[float, Field(ge=0, le=3600)] = 1.0
    workspace_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 1200
    unknown_alert_minutes: Annotated[int, Field(ge=1, le=100_000)] = 15

    @field_validator("settle_seconds", "lease_seconds", "turn_seconds")
    @classmethod
    def _outlives_a_call(cls, value: int) -> int:
        if value <= SLACK_SECONDS + 2:
            raise ValueError(f"more than {SLACK_SECONDS + 2} is needed: a call to Slack takes up to {SLACK_SECONDS}")
        return value


class Backup(Part):
    """Copies of the database: into which folder (empty: none are made), when, and how many are kept."""

    folder: str = ""
    at: str = "03:30"
    keep_daily: Annotated[int, Field(ge=1, le=1_000_000)] = 7
    keep_weekly: _Count = 4
    keep_monthly: _Count = 12

    _check_at = field_validator("at")(_clock)


class Retention(Part):
    """Months for which notes, the audit and the outbox are kept, 0 for ever; hours for what came from Slack."""

    notes: _Months = 0
    audit: _Months = 0
    outbox: _Months = 24
    inbox_hours: Annotated[int, Field(ge=24, le=8760)] = 48

    @property
    def words(self) -> str:
        """What is kept for how long."""
        kept = [("notes", self.notes), ("audit", self.audit), ("what was sent", self.outbox)]
        said = [f"{name} {counted(months, 'month') if months else 'for ever'}" for name, months in kept]
        return f"kept: {', '.join(said)}, what came from Slack {counted(self.inbox_hours, 'hour')}"


class EbrPreparation(Part):
    """Days before an EBR by which each step of its preparation is due, business days after it (docs/domain.md)."""

    first_talk: _Days = 105
    scheduling: _Days = 75
    deck: _Days = 30
    internal_review: _Days = 24
    customer_review: _Days = 17
    final_preparation: _Days = 14
    agenda: _Days = 7
    summary_after: Annotated[int, Field(ge=0, le=30)] = 1
    plan_after: Annotated[int, Field(ge=0, le=30)] = 3


_UseCase = Annotated[str, Field(min_length=1, max_length=75)]
"""As long as an option of a list."""
DEFAULT_USE_CASES = ("Agile planning", "SCM", "CI", "CD", "DevSecOps", "Package", "Monitor", "Configure", "Manage")


class Rules(Part):
    """All rules that a team may set, without areas. Days are civil days, `_months`, `_days`, `_seconds` are units."""

    timezone: str = "UTC"
    holidays_country: str = ""
    quiet_hours: str = "18:00-09:00"
    morning: str = "09:00"
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = 1
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    date_formats: tuple[DayFormat, ...] = ("%Y-%m-%d",)
    use_cases: Annotated[tuple[_UseCase, ...], Field(min_length=1, max_length=100)] = DEFAULT_USE_CASES
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1, max_length=100)] = DEFAULT_REASONS
    renewal_reasons: Annotated[tuple[RenewalReason, ...], Field(min_length=1, max_length=100)] = DEFAULT_RENEWAL_REASONS
    operations_channel: str = ""
    managers: tuple[PersonOrGroup, ...] = ()
    admins: tuple[PersonOrGroup, ...] = ()
    teams: dict[str, Team] = Field(default={})
    renewal_review_months: tuple[Annotated[int, Field(ge=1, le=24)], ...] = (5, 3)
    monthly_plan_months: Annotated[int, Field(ge=1, le=24)] = 6
    renewal_same_days: Annotated[int, Field(ge=0, le=366)] = 45
    burning_days: Annotated[int, Field(ge=0, le=366)] = 60
    ebr_steps_days: tuple[_Days, ...] = (90, 30, 0, -30)
    ebr_cadence_months: dict[str, Annotated[int, Field(ge=1, le=60)]] = Field(default={"default": 12})
    first_ebr_months: Annotated[int, Field(ge=1, le=60)] = 6
    ebr_preparation_days: EbrPreparation = EbrPreparation()
    ebr_coverage_target: float | dict[str, float] = 0.75
    held_unanswered_days: Annotated[int, Field(ge=1, le=366)] = 5
    cta_due_soon_days: Annotated[int, Field(ge=0, le=3660)] = 3
    cta_idle_days: Annotated[int, Field(ge=1, le=3660)] = 60
    stall_percentile: Annotated[int, Field(ge=1, le=99)] = 80
    stall_minimum: Annotated[int, Field(ge=1, le=1_000_000)] = 10
    win_rate_minimum: _Count = 5
    message_items: Annotated[int, Field(ge=1, le=20)] = 10
    summaries: tuple[Summary, ...] = ()
    individual_figures: bool = False
    alerts: bool = True
    arr_visible_to: Literal["everyone", "team", "managers"] = "everyone"
    import_conflicts: Literal["ask", "crm_wins"] = "ask"
    card_replies: bool = False
    decimal_mark: Literal["", ".", ","] = ""
    import_headers: dict[str, str | tuple[str, ...]] = Field(default={})
    delivery: Delivery = Delivery()
    backup: Backup = Backup()
    retention: Retention = Retention()
    audit: Audit = Audit()
    segments: dict[str, Targets] = Field(default={}, validate_default=True)
    sources: tuple[Source, ...] = ()
    webhooks: tuple[Webhook, ...] = ()

    _check_zone = field_validator("timezone")(_zone)
    _check_morning = field_validator("morning")(_clock)

    @field_validator("quiet_hours")
    @classmethod
    def _check_quiet(cls, value: str) -> str:
        span = _SPAN.match(value)
        if value and not span:
            raise ValueError('a span such as "18:00-09:00" is needed, or "" for none')
        if span:
            _clock(span[1])
            _clock(span[2])
        return value

    @field_validator("holidays_country")
    @classmethod
    def _check_country(cls, value: str) -> str:
        if value:
            from holidays import list_supported_countries  # noqa: PLC0415 - slow to import, rarely needed

            country, _, subdivision = value.upper().partition("-")
            known = list_supported_countries()
            if country not in known or (subdivision and subdivision not in known[country]):
                raise ValueError('a country code such as "DE", "US" or "GB-ENG" is needed, or "" for none')
        return value.upper()

    @field_validator("teams", mode="before")
    @classmethod
    def _short_teams(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {k: {"members": v} if isinstance(v, list | tuple) else v for k, v in value.items()}

    @field_validator("ebr_cadence_months")
    @classmethod
    def _with_default(cls, value: dict[str, int]) -> dict[str, int]:
        return {"default": 12, **{segment.casefold(): months for segment, months in value.items()}}

    @field_validator("ebr_coverage_target", mode="before")
    @classmethod
    def _are_shares(cls, value: Any) -> Any:
        given = value.values() if isinstance(value, dict) else [value]
        if not all(isinstance(share, int | float) and 0 < share <= 1 for share in given):
            raise ValueError("a share such as 0.75 is needed, above 0 and at most 1, or a table of them by segment")
        if not isinstance(value, dict):
            return value
        usual = cls.model_fields["ebr_coverage_target"].default
        return {"default": usual, **{segment.casefold(): share for segment, share in value.items()}}

    @field_validator("segments", mode="before")
    @classmethod
    def _above_the_usual(cls, value: Any) -> Any:
        return _targets(value) if isinstance(value, dict) else value

    @field_validator("renewal_review_months", "ebr_steps_days")
    @classmethod
    def _largest_first(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(value), reverse=True))

    @model_validator(mode="after")
    def _unique_names(self) -> Self:
        for what, names in (
            ("reasons", [r.key for r in self.reasons]),
            ("renewal_reasons", [r.key for r in self.renewal_reasons]),
            ("summaries", [f"{s.name} in {s.channel}" for s in self.summaries]),
            ("sources", [s.name for s in self.sources]),
            ("webhooks", [w.name for w in self.webhooks]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"{what}: {', '.join(twice)} stands there twice; each needs a name of its own")
        for ending in ENDINGS:
            if not self.renewal_reasons_of(ending):
                raise ValueError(f"renewal_reasons: none is left for {ending}; at least one is needed")
        return self

    def reason(self, key_or_label: str) -> Reason | None:
        """Why a CTA ended without success, by key or label, as spoken; None if there is no such reason."""
        return named(self._reasons_by_name, key_or_label)

    def reason_label(self, key: str | None) -> str:
        """The label of a CTA's reason; a key that has left the policy stays readable."""
        return label_of(self.reason(key or ""), key)

    def renewal_reasons_of(self, ending: Ending) -> tuple[RenewalReason, ...]:
        """The reasons that are offered where a customer left, or where one renewed with less."""
        return tuple(reason for reason in self.renewal_reasons if ending in reason.endings)

    def renewal_reason(self, key_or_label: str) -> RenewalReason | None:
        """Why a customer left or pays less, by key or label, as spoken; None if there is no such reason."""
        return named(self._renewal_reasons_by_name, key_or_label)

    def renewal_reason_label(self, key: str | None) -> str:
        """The label of a renewal's reason; a key that has left the policy stays readable."""
        return label_of(self.renewal_reason(key or ""), key)

    def cadence_months(self, segment: str | None, own: int | None) -> int:
        """The EBR cadence: the account's own, else its segment's, else the default."""
        table = self.ebr_cadence_months
        return own or table.get((segment or "default").casefold(), table["default"])

    @cached_property
    def coverage_target(self) -> float:
        """The share of all active accounts that is to have had an EBR in the last twelve months."""
        target = self.ebr_coverage_target
        return self.segments["default"].ebr_coverage or (target["default"] if isinstance(target, dict) else target)

    @cached_property
    def coverage_targets(self) -> dict[str, float]:
        """The same for segments that have one of their own, by the segment's name in lower case."""
        target = self.ebr_coverage_target
        own = dict(target) if isinstance(target, dict) else {}
        own |= {segment: said.ebr_coverage for segment, said in self.segments.items() if said.ebr_coverage}
        return {segment: share for segment, share in own.items() if segment != "default"}

    def target(self, segment: str | None, name: str) -> float | None:
        """What accounts of a segment are held to (a name of `Targets`): its own, else the one for all; None for 0."""
        own = self.segments.get((segment or "default").casefold())
        said = getattr(own, name) if own else None
        return (getattr(self.segments["default"], name) if said is None else said) or None

    def target_days(self, segment: str | None, name: str) -> int | None:
        """The same, of a target that is a number of days or months."""
        found = self.target(segment, name)
        return None if found is None else int(found)

    def area(self, name: str) -> Area:
        """The settings of an area (a name of `areas.NAMES`)."""
        found: Area = getattr(self, name)
        return found

    def settings(self, kind: type[A]) -> A:
        """The settings of an area, by the class that its noun hands in."""
        return next(found for name in NAMES if isinstance(found := self.area(name), kind))

    @cached_property
    def _reasons_by_name(self) -> dict[str, Reason]:
        return names_of(self.reasons)

    @cached_property
    def _renewal_reasons_by_name(self) -> dict[str, RenewalReason]:
        return names_of(self.renewal_reasons)

    @cached_property
    def morning_time(self) -> time:
        """When a day's messages go out, in the recipient's zone."""
        return time_of(self.morning)

    @cached_property
    def quiet_span(self) -> tuple[time, time] | None:
        """Start and end of the quiet hours (may span midnight), or None."""
        span = _SPAN.match(self.quiet_hours)
        return (time_of(span[1]), time_of(span[2])) if span else None

    def team_of(self, *names: str | None) -> str | None:
        """The policy's team that lists a person by one of these names (e-mail, Slack id)."""
        wanted = {n.casefold() for n in names if n}
        for team, part in self.teams.items():
            if any(m.casefold() in wanted for m in part.members):
                return team
        return None


def _targets(said: dict[str, Any]) -> dict[str, Any]:
    """Targets by segment in lower case: what is said, above what stands there by default."""
    own = {segment.casefold(): targets for segment, targets in said.items()}
    return own | {
        segment: {**targets, **mine} if isinstance(mine := own.get(segment, {}), dict) else mine
        for segment, targets in USUAL_TARGETS.items()
    }


def _areas() -> dict[str, Any]:
    """The tables that nouns hand in, each with its default."""
    return {name: (area, area()) for name, area in merged("storage", "settings", "AREAS").items()}


if TYPE_CHECKING:

    class Policy(Rules):
        """All rules that a team may set, with the areas that nouns hand in."""
else:
    Policy = create_model("Policy", __base__=Rules, __module__=__name__, **_areas())

_PARTS: dict[str, type[Part]] = {"sources": Source, "webhooks": Webhook}


def read_policy(path: Path | None) -> Policy:
    """The policy of a TOML file; a missing file, or key, means the default.

    Raises UserError that names each faulty key with what would be right.
    """
    if path is None or not path.exists():
        return Policy()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:  # also a number, or brackets within brackets, of thousands of signs
        raise UserError(f"{path.name} is not valid TOML: {error}.", "Mend that line and start again.") from error
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}.", "CTA_BOT_POLICY says where it is.") from error
    return policy_from(data, path.name)


def policy_from(data: dict[str, Any], source: str = "policy.toml") -> Policy:
    """The policy of plain data; raises UserError as `read_policy` does."""
    try:
        return Policy.model_validate(data)
    except ValidationError as error:
        raise UserError("\n".join(f"{source}: {_words(e)}" for e in error.errors())) from error


def _words(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"]) or "file"
    if error["type"] == "extra_forbidden":
        part = _PARTS.get(str(error["loc"][0]), Policy) if len(error["loc"]) > 1 else Policy
        return f"{key}: no such key. Keys are: {', '.join(part.model_fields)}."
    said = NEEDED.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"] or isinstance(error["input"], dict) or _is_secret(str(error["loc"][-1])):
        return f"{key}: {said}." if error["loc"] else f"{said}."
    return f"{key}: {said} (found {error['input']!r})."


def _is_secret(key: str) -> bool:
    return key.endswith("_env") or key in SECRET_KEYS
