"""Whose today it is: the person's, for what they read and type, or the team's, for what is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.moments import civil_day, own_day, zone

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
    return own_day(request.now, zone_name(request, services), services.policy.timezone)


def team_today(request: Request, services: Services) -> date:
    """Today in the policy's zone: the day that a CTA is opened or closed on."""
    return civil_day(request.now, services.policy.timezone)
