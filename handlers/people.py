"""Slack's directory kept in storage: who clicked, who joined, whose time zone or status changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage import handover, people
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


def read_directory(services: Services) -> int:
    """Read the whole directory, page by page; the number of people kept."""
    count, cursor = 0, ""
    while True:
        page = services.slack.users_list(limit=200, cursor=cursor)
        for user in page["members"]:
            if not user.get("is_bot") and user["id"] != "USLACKBOT":
                keep(services, user)
                count += 1
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return count
