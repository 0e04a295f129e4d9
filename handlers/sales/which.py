"""Which account team is meant, by words or by a button; and whether the person may change something of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.which import number
from handlers.door.people import person_meant
from storage.base import people
from storage.base.errors import NotFound, Refused, UserError
from storage.base.permissions import may
from storage.sales import store
from templates.blocks.mrkdwn import mention, mrkdwn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.base.person import Person
    from storage.sales.record import Pair

EXAMPLE = "/success meeting @ae 3 Dec 15:00"


def pair_typed(request: Request, services: Services, words: Sequence[Word]) -> tuple[Pair, Person | None, list[Word]]:
    """The CSM and the AE that the words name (one of them, where it is the reader's own), an SA, and all other words.

    Who of two is which says the book: the CSM and the AE of their common accounts. Raises NotFound for none.
    """
    named = [person_meant(request, services, word) for word in words if word.kind in ("user", "email")]
    others = [one for one in named if one.id != request.person.id]
    rest = [word for word in words if word.kind not in ("user", "email")]
    if not others:
        raise UserError("With whom?", f"For example: {EXAMPLE}")
    db, policy = services.store.connection(), services.policy
    for team in ([request.person, *others], others):
        if len(team) > 1 and (found := store.roles(db, policy, team[0].id, team[1].id)):
            return store.pair(db, policy, *found), next(iter(team[2:]), None), rest
    if len(others) > 1:
        raise NotFound(f"{others[0].name} and {others[1].name} have no account in common.", "A CSM and an AE have.")
    raise NotFound(f"You and {others[0].name} have no account in common.", "Managers name both: @csm @ae")


def pair_clicked(services: Services, value: str) -> Pair:
    """The pair that a button names, `CSM:AE`; raises NotFound for somebody who is known no more, by this record."""
    db = services.store.connection()
    csm_id, ae_id = (people.get(db, number(one)).id for one in value.partition(":")[::2])
    return store.pair(db, services.policy, csm_id, ae_id)


def refuse_strangers(request: Request, services: Services, pair: Pair) -> None:
    """Raise Refused unless the person is on the account team of what they have in common, or a manager."""
    if may(request.rights, "change", services.policy, pair):
        return
    known = people.many(services.store.connection(), pair.team_ids)
    csm, ae = known[pair.csm_id], known[pair.ae_id]
    said = f"Only {csm.name}, {ae.name}, who works with them, and managers can change this."
    in_form = request.kind == "view"  # the words at a field are plain text
    raise Refused(said, f"Ask {csm.name}." if in_form else mrkdwn("Ask {}.", mention(csm.slack_id, csm.name)))
