"""What the policy says of the world outside: where data comes from (`[[sources]]`).

Addresses that hold a secret stand in the environment; the policy names the variable.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from storage.base.areas import Part
from storage.base.moments import zone

NAME = Annotated[str, Field(pattern=r"^[\w][\w.-]{0,59}$")]
_VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_SCHEDULE = re.compile(r"^(?:hourly|daily ([01]\d|2[0-3]):([0-5]\d))$")
SECRET_KEYS = ("path", "url")
"""Keys whose value may hold a secret by mistake, beside all that end in `_env`: no error shows what stands there."""


def variable(text: str) -> str:
    """The name of an environment variable; raises ValueError for anything else, such as the secret itself."""
    if text and not _VARIABLE.match(text):
        raise ValueError("the name of an environment variable is needed, such as CRM_URL, not what it holds")
    return text


class Source(Part):
    """Where accounts, CTAs or people come from by themselves: a file, an https address, or a query of a database.

    `mapping` gives the source's own columns to plain headers, as `[import_headers]` does for all files. `private`
    allows an https address whose name leads into one's own network.
    """

    name: NAME
    kind: Literal["file", "sql"]
    what: Literal["accounts", "people", "ctas", "usage", "arr"]
    path: str = ""
    url_env: str = ""
    query: str = ""
    schedule: str = "daily 06:00"
    mapping: dict[str, str | tuple[str, ...]] = Field(default={})
    missing: Literal["keep", "archive"] = "keep"
    private: bool = False
    megabytes: Annotated[int, Field(ge=1, le=10_000)] = 200

    _check_variable = field_validator("url_env")(variable)

    @field_validator("path")
    @classmethod
    def _check_path(cls, value: str) -> str:
        if "://" not in value:
            return value
        if not value.startswith("https://"):
            raise ValueError("a path or an https address is needed")
        if "@" in value.removeprefix("https://").partition("/")[0]:
            raise ValueError("an address with a password belongs into the environment: name its variable as url_env")
        return value

    @field_validator("schedule")
    @classmethod
    def _check_schedule(cls, value: str) -> str:
        if value and not _SCHEDULE.match(value):
            raise ValueError('"hourly" or a time such as "daily 06:00" is needed, or "" for only by hand')
        return value

    @model_validator(mode="after")
    def _check_parts(self) -> Source:
        if self.kind == "file" and bool(self.path) == bool(self.url_env):
            raise ValueError(f"source {self.name}: a file needs one of path and url_env")
        if self.kind == "sql" and not (self.url_env and self.query):
            raise ValueError(f"source {self.name}: sql needs url_env (the address) and query (a file)")
        if self.missing == "archive" and self.what != "accounts":
            raise ValueError(f'source {self.name}: missing = "archive" is for accounts alone')
        return self

    @property
    def every(self) -> timedelta | None:
        """How long from one pull to the next; None for only by hand."""
        if not self.schedule:
            return None
        return timedelta(hours=1) if self.schedule == "hourly" else timedelta(days=1)

    def last_turn(self, now: datetime, zone_name: str) -> datetime | None:
        """The newest instant, not after `now`, at which it was to be pulled; None for only by hand."""
        if self.schedule == "hourly":
            return now.replace(minute=0, second=0, microsecond=0)
        if not self.schedule:
            return None
        local = now.astimezone(zone(zone_name))
        at = time.fromisoformat(self.schedule.removeprefix("daily "))
        today = datetime.combine(local.date(), at, local.tzinfo)
        return today if today <= now else datetime.combine(local.date() - timedelta(days=1), at, local.tzinfo)
