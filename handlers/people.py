"""Slack's directory kept in storage: who clicked, who joined, whose time zone or status changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage import channels, handover, people
from storage.model.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.request import Request
    from handlers.services import Services
    from storage.model.person import Person

DIRECTORY_EVENTS = frozenset({"user_change", "team_join"})


def known(services: Services, slack_id: str, team_id: str) -> Person:
    """The person of a Slack id; asked of Slack once, on the first sight of them.

    Raises Refused where Slack names nobody (a bot, or an id that it does not know).
    """
    if team_id and team_id != services.team_id:
        raise Refused("CTA Bot answers members of this workspace only.")
    found = people.by_slack_id(services.store.connection(), slack_id)
    if found is not None:
        return found
    if not slack_id:
        raise Refused("Slack did not say who this is.")
    answer = services.slack.users_info(user=slack_id)
    return keep(services, answer["user"])


def keep(services: Services, user: Mapping[str, Any]) -> Person:
    """Keep what Slack's `users.info`, `users.list` or `user_change` says of somebody."""
    profile = user.get("profile") or {}
    with services.store.write(services.clock()) as unit:
        before = people.by_slack_id(unit.db, str(user["id"]))
        person = people.from_slack(
            unit,
            slack_id=str(user["id"]),
            email=profile.get("email"),
            name=str(profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"]),
            zone=user.get("tz"),
            deactivated=bool(user.get("deleted")),
            guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            foreign=bool(user.get("is_stranger")) or user.get("team_id", services.team_id) != services.team_id,
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
