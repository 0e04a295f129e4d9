"""Slack's directory kept in storage: who clicked, who joined, whose time zone or status changed."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from storage import channels, handover, people
from storage.model.errors import Refused
from storage.model.moments import is_zone, offset_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.request import Request
    from handlers.services import Services
    from storage.model.person import Person

log = logging.getLogger("cta_bot")

DIRECTORY_EVENTS = frozenset({"user_change", "team_join"})


def known(services: Services, slack_id: str, team_id: str) -> Person:
    """The person of a Slack id; asked of Slack once, on the first sight of them under this team.

    Raises Refused where Slack names nobody (a bot, or an id that it does not know). In an Enterprise Grid a member
    of this workspace may come under a sibling's id, or the organisation's: the directory says whether it is theirs.
    """
    at_home = team_id in ("", services.team_id) or (slack_id, team_id) in services.siblings
    found = people.by_slack_id(services.store.connection(), slack_id) if at_home else None
    if found is not None:
        return found
    if not slack_id:
        raise Refused("Slack did not say who this is.")
    user = services.slack.users_info(user=slack_id)["user"]
    if user.get("is_bot"):
        raise Refused(f"{str(user.get('name') or 'That')[:40]} is an app, not a person.", "Pick a colleague.")
    if not at_home:
        if team_id not in _teams(user):
            raise Refused("CTA Bot answers members of this workspace only.")
        services.siblings.add((slack_id, team_id))
    return keep(services, user)


def _teams(user: Mapping[str, Any]) -> set[str]:
    """The ids that somebody's membership goes by: workspaces, and the organisation if these are in one."""
    in_grid = user.get("enterprise_user") or {}
    return {str(t) for t in (user.get("team_id"), in_grid.get("enterprise_id"), *(in_grid.get("teams") or ())) if t}


def _zone(user: Mapping[str, Any]) -> str | None:
    """A person's zone: Slack's name for it, else (if this machine doesn't know it) its offset of today."""
    name, offset = user.get("tz"), user.get("tz_offset")
    if isinstance(name, str) and is_zone(name):
        return name
    found = offset_name(offset) if isinstance(offset, int) else None
    if name:
        _say_unknown(str(name), found or "the policy's zone")
    return found


@lru_cache(maxsize=512)  # said once
def _say_unknown(name: str, instead: str) -> None:
    log.warning("this machine knows no time zone %r: its people are told the time in %s", name[:100], instead)


def keep(services: Services, user: Mapping[str, Any]) -> Person:
    """Keep what Slack's `users.info`, `users.list` or `user_change` says of somebody."""
    profile, teams = user.get("profile") or {}, _teams(user)
    with services.store.write(services.clock()) as unit:
        before = people.by_slack_id(unit.db, str(user["id"]))
        person = people.from_slack(
            unit,
            slack_id=str(user["id"]),
            email=profile.get("email"),
            name=str(profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"]),
            zone=_zone(user),
            deactivated=bool(user.get("deleted")),
            guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            foreign=bool(user.get("is_stranger")) or bool(teams and services.team_id not in teams),
            runs_workspace=any(user.get(key) for key in ("is_admin", "is_owner", "is_primary_owner")),
        )
        if person.deactivated and not (before and before.deactivated):
            handover.announce_gone(unit, person)
    return person


def handle_directory(request: Request, services: Services) -> None:  # noqa: ARG001 - the table's shape
    """`user_change` and `team_join`: the guard has kept what Slack says; what hangs on it is due for a look."""
    services.wake()


def learn(services: Services) -> None:
    """Ask Slack who the people and channels are that an import named since: their zones and ids decide what is due.

    Called before each plan; one small look when there is nothing to ask. A person or channel that Slack does not
    know is asked about once, and again with each reading of the directory.
    """
    db = services.store.connection()
    if people.named_since_reading(db):
        read_directory(services)
    if channels.named_since_reading(db):
        read_channels(services)


def read_directory(services: Services) -> None:
    """Keep the whole directory, page by page."""
    cursor = ""
    while True:
        page = services.slack.users_list(limit=200, cursor=cursor)
        for user in page["members"]:
            if not user.get("is_bot") and user["id"] != "USLACKBOT":
                keep(services, user)
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    with services.store.write(services.clock()) as unit:
        people.reading_done(unit)


def read_channels(services: Services) -> None:
    """Keep the names of all channels that the bot can see; accounts known by `#name` get their channel's id."""
    cursor = ""
    while True:
        page = services.slack.conversations_list(
            types="public_channel,private_channel", exclude_archived=True, limit=500, cursor=cursor
        )
        with services.store.write(services.clock()) as unit:
            channels.remember(unit, [(c["id"], c["name"]) for c in page["channels"]])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    with services.store.write(services.clock()) as unit:
        channels.reading_done(unit)
