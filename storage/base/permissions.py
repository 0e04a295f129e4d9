"""Who may do what: one function, asked at every command, click and submit (docs/domain.md, "Who may do what").

The account team, who stands in for one of it, and managers change; everybody else of the workspace sees. Renewal
reviews are muted, and people handed over, by managers only. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from storage.base.areas import is_group

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from storage.base.person import Person
    from storage.base.policy import Policy

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


class HasTeam(Protocol):
    """What people work on together: an account."""

    @property
    def team_ids(self) -> Collection[int]:
        """The ids of those on its team."""


MANAGERS_HINT = (
    "Ask yours: the policy (its keys managers and teams) or the people import names them; until then owners and admins"
    " of the workspace are managers."
)
"""What follows a refusal that only a manager would not have got."""


@dataclass(frozen=True)
class Rights:
    """What a person is, by policy or people import; looked up when asked for, which the account team seldom needs.

    `leads` says whether the people import names the person as somebody's manager, `nobody_named` that neither policy
    nor import names any: then those who run the workspace count; `members` are the Slack ids of those in a user group.
    `stands_in_for` are those in whose stead the person is there just now.
    """

    person: Person
    policy: Policy
    leads: Callable[[], bool] = bool
    nobody_named: Callable[[], bool] = bool
    members: Callable[[str], Collection[str]] = lambda _: ()
    stands_in_for: Callable[[], Collection[int]] = tuple

    @cached_property
    def admin(self) -> bool:
        """Runs the bot's affairs."""
        return self.person.role == "admin" or self._listed(self.policy.admins)

    @cached_property
    def manager(self) -> bool:
        """Leads others, or is an admin."""
        person, names = self.person, self._names
        if self.admin or person.role == "manager" or self._listed(self.policy.managers):
            return True
        teams = self.policy.teams.values()
        if any(team.manager.casefold() in names for team in teams if team.manager) or self.leads():
            return True
        return person.runs_workspace and self.nobody_named()

    def acts_for(self, *people_ids: int | None) -> bool:
        """Whether the person is one of these, or stands in for one: of an account's team, or a CTA's owner."""
        return self.person.id in people_ids or not self._absent.isdisjoint(people_ids)

    @cached_property
    def _absent(self) -> frozenset[int]:
        return frozenset(self.stands_in_for())

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in (self.person.email, self.person.slack_id) if name)

    def _listed(self, entries: Sequence[str]) -> bool:
        if not self._names.isdisjoint(map(str.casefold, entries)):
            return True
        return any(self.person.slack_id in self.members(name) for name in entries if is_group(name))


def may(
    rights: Rights,
    action: Action,
    policy: Policy,
    record: HasTeam | None = None,
    owner_id: int | None = None,
) -> bool:
    """Whether the person may do this, to this account (or what hangs on it, such as a CTA of `owner_id`).

    Outsiders (guests, other workspaces, deactivated people) may nothing at all.
    """
    person = rights.person
    if person.deactivated or person.guest or person.foreign:
        return False
    team_ids = record.team_ids if record is not None else ()
    match action:
        case "see":
            return True
        case "see_arr":
            return (
                policy.arr_visible_to == "everyone"
                or rights.manager
                or (policy.arr_visible_to == "team" and rights.acts_for(owner_id, *team_ids))
            )
        case "change":
            if record is not None and not team_ids:
                return True
            return person.id in (owner_id, *team_ids) or rights.manager or rights.acts_for(owner_id, *team_ids)
        case "add_account":
            return True
        case "import" | "handover" | "mute_renewal_reviews" | "see_team":
            return rights.manager
        case "administer":
            return rights.manager
