"""Who may do what: one function, asked at every command, click and submit (DOMAIN.md, ARCHITECTURE.md).

The account team and managers change; everybody else of the workspace sees. Renewal reviews are muted, and
people handed over, by managers only. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from storage.model.account import Account
    from storage.model.person import Person
    from storage.model.policy import Policy

Action = Literal[
    "see",
    "see_arr",
    "change",
    "add_account",
    "import",
    "handover",
    "mute_renewal_reviews",
    "see_team",
    "administer",
]


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person is, worked out once per request by the guard: manager and admin by policy or import."""

    person: Person
    manager: bool = False
    admin: bool = False


def rights_of(
    person: Person, policy: Policy, groups: dict[str, tuple[str, ...]] | None = None, *, leads: bool = False
) -> Rights:
    """The rights of a person; `leads`: the people import names them as somebody's manager.

    `groups` are the members (Slack ids) of the user groups that the policy names.
    """
    names = {n.casefold() for n in (person.email, person.slack_id) if n}

    def listed(entries: tuple[str, ...]) -> bool:
        wanted = set(names)
        for group, members in (groups or {}).items():
            if person.slack_id in members:
                wanted.add(group.casefold())
        return any(entry.casefold() in wanted for entry in entries)

    admin = person.role == "admin" or listed(policy.admins)
    leads = leads or any(team.manager.casefold() in names for team in policy.teams.values() if team.manager)
    return Rights(person, manager=admin or leads or person.role == "manager" or listed(policy.managers), admin=admin)


def may(
    rights: Rights,
    action: Action,
    policy: Policy,
    record: Account | None = None,
    owner_id: int | None = None,
) -> bool:
    """Whether the person may do this, to this account (or what hangs on it, such as a CTA of `owner_id`).

    Outsiders (guests, other workspaces, deactivated people) may nothing at all.
    """
    person = rights.person
    if person.deactivated or person.guest or person.foreign:
        return False
    on_team = owner_id == person.id or (record is not None and person.id in record.team_ids)
    match action:
        case "see":
            return True
        case "see_arr":
            return (
                policy.arr_visible_to == "everyone"
                or rights.manager
                or (on_team and policy.arr_visible_to == "team")
            )
        case "change":
            return rights.manager or on_team or (record is not None and not record.team_ids)
        case "add_account":
            return True
        case "import" | "handover" | "mute_renewal_reviews" | "see_team":
            return rights.manager
        case "administer":
            return rights.manager
