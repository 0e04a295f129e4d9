"""`users.*` and `usergroups.*`: the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.registry import Call, method
from sandbox.errors import SlackError
from sandbox.workspace import TEAM_ID

if TYPE_CHECKING:
    from sandbox.model import Json, Person, UserGroup


def _as_slack(call: Call, person: Person) -> Json:
    with_email = "users:read.email" in call.workspace.manifest.scopes
    return person.as_slack(call.workspace.clock.now(), with_email=with_email)


@method("users.list", scope="users:read", tier=2, takes_json=False)
def list_(call: Call) -> Json:
    """Everybody of this workspace, the deactivated too, paged; strangers are not listed."""
    mine = [person for person in call.workspace.people.values() if not person.stranger]
    people, metadata = call.page(mine)
    return {
        "members": [_as_slack(call, person) for person in people],
        "cache_ts": int(call.workspace.clock.now().timestamp()),
        "response_metadata": metadata,
    }


@method("users.info", scope="users:read", tier=4, takes_json=False)
def info(call: Call) -> Json:
    """One person; people of other workspaces only where a shared channel makes them visible."""
    person = call.workspace.people.get(call.need("user"))
    if person is None:
        raise SlackError("user_not_found")
    met = any(person.id in channel.members for channel in call.workspace.channels.values())
    if person.stranger and not met:
        raise SlackError("user_not_visible")
    return {"user": _as_slack(call, person)}


@method("users.lookupByEmail", scope="users:read.email", tier=3, takes_json=False)
def lookup_by_email(call: Call) -> Json:
    """The active person with this e-mail address, case ignored."""
    email = call.need("email").lower()
    for person in call.workspace.people.values():
        if email == person.email.lower() and not (person.deleted or person.stranger or person.bot_id):
            return {"user": _as_slack(call, person)}
    raise SlackError("users_not_found")


@method("usergroups.list", scope="usergroups:read", tier=2, takes_json=False)
def list_groups(call: Call) -> Json:
    """All user groups, with their members if `include_users`."""
    groups = call.workspace.usergroups.values()
    return {"usergroups": [_group_as_slack(group, users=call.flag("include_users")) for group in groups]}


@method("usergroups.users.list", scope="usergroups:read", tier=2, takes_json=False)
def list_group_members(call: Call) -> Json:
    """The members of one user group."""
    group = call.workspace.usergroups.get(call.need("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": group.users}


def _group_as_slack(group: UserGroup, *, users: bool) -> Json:
    answer: Json = {
        "id": group.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "is_external": False,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "date_delete": 0,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(group.users),
    }
    return answer | ({"users": group.users} if users else {})
