"""Whether somebody may change an account, and who can where they may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base import people
from storage.base.errors import Refused
from storage.base.permissions import may
from templates.blocks.mrkdwn import mention, mrkdwn

if TYPE_CHECKING:
    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.account.record import Account


def refuse_stranger(request: Request, services: Services, account: Account) -> None:
    """Raise Refused unless the person may open CTAs for this account."""
    if not may(request.rights, "change", services.policy, account):
        raise refusal(request, services, account)


def refusal(request: Request, services: Services, account: Account) -> Refused:
    """Say who can: "Only the account team of Globex and managers can change this. Ask @csm."."""
    known = people.many(services.store.connection(), account.team_ids)
    team = [known[i] for i in account.team_ids if i in known and not known[i].deactivated]
    hint = "Ask a manager."
    if team:
        in_form = request.kind == "view"  # the words at a field are plain text
        hint = f"Ask {team[0].name}." if in_form else mrkdwn("Ask {}.", mention(team[0].slack_id, team[0].name))
    return Refused(f"Only the account team of {account.name} and managers can change this.", hint)
