"""How an area hands in its part of `/success`: what of somebody's accounts is late, and its part of an account's page.

A noun's `life.py` has AREA, the name of its area, and any of `late(view, whose)`, rows of what is late, and
`page(view, account)`, its part of the page (None where it has nothing to say). They are asked while the area is on.
GROUP is where what is late stands among all that is due (`storage/base/order.py`), if not with the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.door.today import reader_today, zone_name
from storage.base.nouns import handed_in
from storage.base.order import REST, Place, days_left, in_order
from storage.base.permissions import may
from storage.base.switches import area_on

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.account.lists import Whose
    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from templates.success.show import LateRow, PagePart


@dataclass(frozen=True, slots=True)
class View:
    """Who looks, and when: every day is said against their today."""

    request: Request
    services: Services

    @property
    def db(self) -> Connection:
        """The database."""
        return self.services.store.connection()

    @property
    def policy(self) -> Policy:
        """The policy."""
        return self.services.policy

    @property
    def reader(self) -> Person:
        """Who looks."""
        return self.request.person

    @property
    def today(self) -> date:
        """The reader's day."""
        return reader_today(self.request, self.services)

    @property
    def zone(self) -> str:
        """The reader's zone."""
        return zone_name(self.request, self.services)

    def may_change(self, account: Account) -> bool:
        """Whether the reader may change something of the account."""
        return may(self.request.rights, "change", self.policy, account)

    def may_see_arr(self, account: Account) -> bool:
        """Whether the reader sees its ARR."""
        return may(self.request.rights, "see_arr", self.policy, account)


def late_rows(view: View, whose: Whose) -> list[LateRow]:
    """What of these accounts is late in all areas that are on, in the order of all that is due."""
    found = [
        (getattr(noun, "GROUP", REST), row)
        for noun in _on(view.policy)
        if (late := getattr(noun, "late", None))
        for row in late(view, whose)
    ]
    return [row for _, row in in_order(found, lambda one: _place(*one, view.today))]


def _place(group: int, row: LateRow, today: date) -> Place:
    days, account = days_left(row.since, today), row.account
    return Place(group, days, account.arr_cents, account.name, account.id) if account else Place(group, days)


def page_parts(view: View, account: Account) -> list[PagePart]:
    """What the areas that are on have to say about an account."""
    found = [page(view, account) for noun in _on(view.policy) if (page := getattr(noun, "page", None))]
    return [part for part in found if part is not None]


def _on(policy: Policy) -> list[object]:
    handed = handed_in("handlers", "life")
    return [noun for noun in handed if hasattr(noun, "AREA") and area_on(policy, noun.AREA)]
