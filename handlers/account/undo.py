"""Taking back what was done to an account: [Undo] in the answer, and the verb `undo` of each noun's command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.which import account_to_change, number
from handlers.door.actions import Outcome, carry_out
from handlers.door.surfaces import present
from storage.account import taking_back
from storage.base.errors import Refused, Stale
from storage.base.permissions import MANAGERS_HINT
from templates.blocks.mrkdwn import mrkdwn

if TYPE_CHECKING:
    from collections.abc import Collection

    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from storage.account.record import Account
    from storage.account.taking_back import Done
    from storage.base.db import Unit

HEALTH = ("account.health",)


def undo_button(unit: Unit, account_id: int, action: str) -> list[tuple[str, str, object]]:
    """[Undo] of what this unit did, by its audit row; none where it changed nothing."""
    found = taking_back.last_done(unit.db, account_id, {action})
    return [("Undo", "account.undo", found.id)] if found and found.at == unit.at else []


def last_done(unit: Unit, account: Account, actions: Collection[str], nothing: str) -> Done:
    """The newest of these actions; raises Stale for none, saying that there is `nothing`."""
    found = taking_back.last_done(unit.db, account.id, actions)
    if found is None:
        raise Stale(nothing, "Nothing was changed.")
    return found


def take_back_health(unit: Unit, account: Account) -> Outcome:
    """The health that was set last is taken back."""
    return take_back(unit, last_done(unit, account, HEALTH, f"No health of {account.name} was set here."))


def take_back(unit: Unit, found: Done) -> Outcome:
    """It is as it was before; the answer says what was taken back, and who was told stays told."""
    account = taking_back.take_back(unit, found)
    what = taking_back.undos()[found.action].what
    return Outcome(
        mrkdwn("*{}* · taken back: {}", account.name, what),
        f"{account.name}: taken back {what}.",
        buttons=[("Show", "account.show", account.id)],
    )


def _refuse_other(request: Request, found: Done) -> None:
    """What managers alone may do nobody else takes back for them; who stands in for one takes back their own."""
    if not request.rights.manager and request.person.id != found.by_id:
        raise Refused("Only managers and who did it can take that back.", MANAGERS_HINT)


def handle_undo(request: Request, services: Services) -> Answer:
    """[Undo]: the person is asked again whether they may, and the record whether it still stands."""
    found = taking_back.done(services.store.connection(), number(request.value))
    if taking_back.undos()[found.action].by_manager:
        _refuse_other(request, found)
    else:
        account_to_change(request, services, found.account_id)
    said = carry_out(request, services, take_back, found)
    return present(request, services, said.message, "Taken back", replace=True)
