"""What the policy says of the world outside: where data comes from (`[[sources]]`), and goes (`[[webhooks]]`).

Addresses that hold a secret stand in the environment; the policy names the variable.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from storage.base.areas import Part
from storage.base.moments import zone

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = Annotated[str, Field(pattern=r"^[\w][\w.-]{0,59}$")]
_VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_SCHEDULE = re.compile(r"^(?:hourly|daily ([01]\d|2[0-3]):([0-5]\d))$")
CRMS = ("salesforce", "hubspot")
"""Kinds of source that a client signs in to; what for stands in variables whose names begin alike."""
COMPANY = {"name": "name", "crm_id": "hs_object_id", "csm": "hubspot_owner_id"}
"""Properties of HubSpot's companies by plain header, where the mapping says nothing else."""
WRITTEN: Mapping[str, tuple[str, ...]] = {
    "health": ("green", "yellow", "red"),
    "outlook": ("renew", "at_risk", "churn"),
    "next_step": (),
    "last_ebr": (),
    "next_ebr": (),
    "last_call": (),
    "renewal_outcome": ("renewed", "churned"),
}
"""What `write` may name, each with the words that it can have; none: a day, or a text."""
_FIELD = re.compile(r"^[A-Za-z][A-Za-z0-9_]{0,99}$")
_THEIR_KEY = {"salesforce": "Id", "hubspot": "hs_object_id"}
SECRET_KEYS = ("path", "url")
"""Keys whose value may hold a secret by mistake, beside all that end in `_env`: no error shows what stands there."""


def variable(text: str) -> str:
    """The name of an environment variable; raises ValueError for anything else, such as the secret itself."""
    if text and not _VARIABLE.match(text):
        raise ValueError("the name of an environment variable is needed, such as CRM_URL, not what it holds")
    return text


class Source(Part):
    """Where accounts, CTAs or people come from by themselves: a file, an https address, a database, a CRM.

    `mapping` gives the source's own columns to plain headers, as `[import_headers]` does for all files. `private`
    allows an https address whose name leads into one's own network. `env` begins the names of the environment's
    variables with what signs in to a CRM. `write`: what of an account goes back there, into which of its fields;
    `values`: what a CRM calls our words, as `health = { yellow = "Amber" }`.
    """

    name: NAME
    kind: Literal["file", "sql", "salesforce", "hubspot"]
    what: Literal["accounts", "people", "ctas", "usage", "arr"]
    path: str = ""
    url_env: str = ""
    env: str = ""
    query: str = ""
    schedule: str = "daily 06:00"
    mapping: dict[str, str | tuple[str, ...]] = Field(default={})
    missing: Literal["keep", "archive"] = "keep"
    private: bool = False
    megabytes: Annotated[int, Field(ge=1, le=10_000)] = 200
    write: dict[str, str] = Field(default={})
    values: dict[str, dict[str, str]] = Field(default={})

    _check_variable = field_validator("url_env", "env")(variable)

    @field_validator("path")
    @classmethod
    def _check_path(cls, value: str) -> str:
        if "\0" in value:
            raise ValueError("a path holds no NUL")
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
        if self.kind == "salesforce" and not self.query:
            raise ValueError(f"source {self.name}: salesforce needs query (a file with SOQL)")
        if self.kind == "hubspot" and (self.what != "accounts" or self.query):
            raise ValueError(f'source {self.name}: hubspot brings companies: what = "accounts", and no query')
        if self.kind in CRMS and (self.path or self.url_env):
            raise ValueError(
                f"source {self.name}: {self.kind} has no path and no url_env; its variables begin with env"
            )
        if self.missing == "archive" and self.what != "accounts":
            raise ValueError(f'source {self.name}: missing = "archive" is for accounts alone')
        return self

    @field_validator("write")
    @classmethod
    def _check_write(cls, value: dict[str, str]) -> dict[str, str]:
        for name, field in value.items():
            if name not in WRITTEN:
                raise ValueError(f"{name} is nothing that is written back; there are {', '.join(WRITTEN)}")
            if not _FIELD.match(field):
                raise ValueError(f"{name}: the name of a field there is needed, such as Health__c")
        folded = [field.casefold() for field in value.values()]
        twice = sorted({field for field in value.values() if folded.count(field.casefold()) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands there twice; each needs a field of its own")
        return value

    @field_validator("values")
    @classmethod
    def _check_values(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for name, words in value.items():
            known = WRITTEN.get(name, ())
            if not known:
                having = ", ".join(one for one, some in WRITTEN.items() if some)
                raise ValueError(f"{name} has no words to call otherwise; there are {having}")
            for word in words:
                if word not in known:
                    raise ValueError(f"{name}: {word} is none of ours; there are {', '.join(known)}")
            said = [theirs.strip().casefold() for theirs in words.values()]
            if "" in said or len(set(said)) < len(said):
                raise ValueError(f"{name}: each of our words needs one of its own there")
        return value

    @model_validator(mode="after")
    def _check_writing(self) -> Source:
        if not self.write:
            return self
        if self.kind not in CRMS or self.what != "accounts":
            raise ValueError(f"source {self.name}: write is for accounts of {' and '.join(CRMS)}")
        key, plain = _THEIR_KEY[self.kind], {"health": "health", "last_ebr": "last_ebr"}
        if (named := self.columns_of("crm_id")) and key.casefold() not in named:
            raise ValueError(f'source {self.name}: write needs mapping crm_id = "{key}": by it a record is found again')
        for name, field in self.write.items():
            for header in self.mapping:
                if field.casefold() in self.columns_of(header) and header != plain.get(name):
                    raise ValueError(f"source {self.name}: write.{name}: {field} is brought as {header}")
        return self

    def columns_of(self, header: str) -> frozenset[str]:
        """The columns that the mapping gives to a plain header, in lower case."""
        named = self.mapping.get(header, ())
        return frozenset(one.casefold() for one in ([named] if isinstance(named, str) else named))

    @model_validator(mode="before")
    @classmethod
    def _usual_env(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("kind") in CRMS:
            value = {"env": str(value["kind"]).upper(), **value}
            if value["kind"] == "hubspot" and isinstance(value.get("mapping", {}), dict):
                value["mapping"] = {**COMPANY, **value.get("mapping", {})}
        return value

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


class Audit(Part):
    """The audit as JSON lines: to which file they are appended (empty: to none)."""

    file: str = ""


EVENTS = (
    "cta.opened",
    "cta.closed",
    "cta.reopened",
    "cta.withdrawn",
    "cta.changed",
    "account.changed",
    "renewal.renewed",
    "renewal.churned",
    "renewal.undone",
    "review.changed",
    "ebr.changed",
    "health.changed",
)
"""What webhooks tell of; scripts rely on the names."""
AUDIT_ENTRY = "audit.entry"
"""Every row of the audit as it is, for those who ask for it by name: `*` is without it."""
_HERE = ("localhost", "127.0.0.1", "[::1]")


class Webhook(Part):
    """Where changes go: an address, the variable with its signing secret, which events (`*`: all, `cta.*`: of CTAs)."""

    name: NAME
    url: str
    secret_env: str
    events: tuple[str, ...] = ("*",)

    @field_validator("secret_env")
    @classmethod
    def _check_secret(cls, value: str) -> str:
        if not value:
            raise ValueError("the name of the environment variable with the signing secret is needed")
        return variable(value)

    @field_validator("url")
    @classmethod
    def _check_url(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host, parts = None, urlsplit("")
        here = parts.scheme == "http" and parts.netloc.rpartition("@")[2].rpartition(":")[0] in _HERE
        if not host or not (parts.scheme == "https" or here):
            raise ValueError("an https address is needed (http for this machine alone)")
        if parts.username is not None:
            raise ValueError("an address with a password is none for the policy: the signature says who sends")
        return value

    @field_validator("events")
    @classmethod
    def _check_events(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            if pattern != AUDIT_ENTRY and not any(fnmatchcase(event, pattern) for event in EVENTS):
                raise ValueError(f"{pattern} is no event; there are {', '.join((*EVENTS, AUDIT_ENTRY))}")
        if not value:
            raise ValueError("name some events, or leave it out for all")
        return value

    def wants(self, event: str) -> bool:
        """Whether it is told of an event."""
        if event == AUDIT_ENTRY:
            return event in self.events
        return any(fnmatchcase(event, pattern) for pattern in self.events)
