"""Who somebody is: who clicked, who joined, whose time zone or status changed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from handlers.door.refusals import is_passing
from reminders.outbox import slack_people
from storage.base import people, upkeep
from storage.base.errors import Refused, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.base.person import Person

log = logging.getLogger("cta_bot")

DIRECTORY_EVENTS = frozenset({"user_change", "team_join"})


def known(services: Services, slack_id: str, team_id: str) -> Person:
    """The person of a Slack id; asked of Slack on the first sight of them under this team, and after an absence.

    Raises Refused where Slack names nobody (a bot, or an id that it does not know). In an Enterprise Grid a member
    of this workspace may come under a sibling's id, or the organisation's: the directory says whether it is theirs.
    """
    db = services.store.connection()
    at_home = team_id in ("", services.team_id) or (slack_id, team_id) in services.siblings
    found = people.by_slack_id(db, slack_id) if at_home else None
    if found is not None and people.is_fresh(found, upkeep.trusted_since(db, services.clock())):
        return found
    if not slack_id:
        raise Refused("Slack did not say who this is.")
    try:
        user = services.slack.users_info(user=slack_id)["user"]
    except Exception as error:
        if found is None or not is_passing(error):
            raise
        log.warning("Slack does not say how %s is now: taken as known before (%s)", slack_id, error)
        return found
    if user.get("is_bot"):
        raise Refused(f"{str(user.get('name') or 'That')[:40]} is an app, not a person.", "Pick a colleague.")
    if not at_home:
        if team_id not in slack_people.teams_of(user):
            raise Refused("CTA Bot answers members of this workspace only.")
        services.siblings.add((slack_id, team_id))
    return keep(services, user)


def keep(services: Services, user: Mapping[str, Any]) -> Person:
    """Keep what Slack's `users.info`, `users.list` or `user_change` says of somebody."""
    with services.store.write(services.clock()) as unit:
        return slack_people.keep(unit, user)


def keep_told(services: Services, user: Mapping[str, Any]) -> Person:
    """Keep what an event says of somebody. Who is a guest from now on keeps nothing of accounts on their Home."""
    before = people.by_slack_id(services.store.connection(), str(user["id"]))
    person = keep(services, user)
    if person.guest and before and not before.guest:
        services.redraw_home(person, 0)
    return person


def handle_directory(request: Request, services: Services) -> None:  # noqa: ARG001 - the table's shape
    """`user_change` and `team_join`: the guard has kept what Slack says; what hangs on it is due for a look."""
    services.wake()


def person_meant(request: Request, services: Services, word: Word) -> Person:
    """The person of a mention, an e-mail address or `me`; asked of Slack if not seen before.

    Raises UserError for somebody who had left before anything was known of them: they are not kept, and have no id.
    """
    if word.kind == "user":
        found = known(services, word.id, services.team_id)
        if not found.id:
            # By no name: erasing somebody who has left takes it from here.
            raise UserError("That person has left, and is not known here.", "Mention a colleague.", field="owner")
        return found
    if word.text.casefold() == "me":
        return request.person
    known_here = people.by_email(services.store.connection(), word.text)
    if known_here is None:
        raise UserError(f"I don't know who '{word.text[:80]}' is.", "Mention them with an @.", field="owner")
    return known_here
