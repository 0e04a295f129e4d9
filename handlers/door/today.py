"""Whose today it is: the person's, for what they read, type and do. Reports count by the team's (docs/domain.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.moments import civil_day, zone

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from handlers.door.request import Request
    from handlers.door.services import Services


def zone_name(request: Request, services: Services) -> str:
    """The person's time zone, else the policy's."""
    return request.person.zone or services.policy.timezone


def zone_of(request: Request, services: Services) -> tzinfo:
    """The person's time zone, for reading the times that they type."""
    return zone(zone_name(request, services))


def reader_today(request: Request, services: Services) -> date:
    """Today where the person is: every day that they are shown is said against it."""
    return civil_day(request.now, zone_name(request, services))


def team_today(request: Request, services: Services) -> date:
    """Today in the policy's zone: the day that reports are of."""
    return civil_day(request.now, services.policy.timezone)
