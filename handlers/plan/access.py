"""Who answers a submitted plan: the CSM's manager; where there is none, or while they are away, any manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door.today import reader_today
from storage.base import people
from storage.base.errors import Refused
from storage.base.permissions import MANAGERS_HINT
from templates.blocks.mrkdwn import mention, mrkdwn

if TYPE_CHECKING:
    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.account.record import Account
    from storage.base.person import Person


def may_answer(request: Request, services: Services, account: Account) -> bool:
    """Whether the person may qualify or return the account's plan."""
    manager = manager_of(services, account)
    if manager is None or manager.deactivated or _away(request, services, manager):
        return request.rights.manager or (manager is not None and request.rights.acts_for(manager.id))
    return request.person.id == manager.id or request.rights.admin


def refuse_others(request: Request, services: Services, account: Account) -> None:
    """Raise Refused unless they may, naming who can."""
    if may_answer(request, services, account):
        return
    manager = manager_of(services, account)
    if manager is None or manager.deactivated:
        raise Refused("Only managers can qualify or return a plan.", MANAGERS_HINT)
    in_form = request.kind == "view"
    name = manager.name if in_form else mention(manager.slack_id, manager.name)
    hint = f"Ask {name}." if in_form else mrkdwn("Ask {}.", name)
    raise Refused("Only the manager of its CSM can qualify or return a plan.", hint)


def manager_of(services: Services, account: Account) -> Person | None:
    """Whom the account's CSM reports to."""
    db = services.store.connection()
    csm = people.many(db, [account.csm_id]).get(account.csm_id or 0)
    return people.manager_of(db, services.policy, csm) if csm else None


def _away(request: Request, services: Services, manager: Person) -> bool:
    return manager.away_until is not None and manager.away_until >= reader_today(request, services)
