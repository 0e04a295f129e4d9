"""A person: somebody of the customer-success organisation, known by e-mail, by Slack id or both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    """One person. `zone` is None until Slack (or a stored profile) told it: then the policy's zone holds.

    `role` is what the people import said (`csm`, `manager`, `admin`, `ae`, `sa`, `pse`) or None; who counts as
    a manager or admin is decided in `permissions.py`, where the policy has its say. `runs_workspace`: Slack says that
    they are an owner or admin of the workspace. `told_at` is when Slack last told of them, as the database writes it.
    """

    id: int
    email: str | None
    slack_id: str | None
    name: str
    zone: str | None = None
    role: str | None = None
    manager_id: int | None = None
    team: str | None = None
    region: str | None = None
    deactivated: bool = False
    guest: bool = False
    foreign: bool = False
    away_until: date | None = None
    backup_id: int | None = None
    dm_channel: str | None = None
    runs_workspace: bool = False
    told_at: str | None = field(default=None, compare=False)

    @property
    def address(self) -> str:
        """How preview and exports name the person: the e-mail in lower case, else the name."""
        return self.email or self.name


PERSON_ROLES = ("csm", "manager", "admin", "ae", "sa", "pse")
