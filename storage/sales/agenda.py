"""What a CSM and an AE talk about: their common accounts, as renewals, CTAs, triage and usage have them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.base.switches import area_on
from storage.cta import store as ctas
from storage.cta.lists import WAITING
from storage.sales.record import Agenda
from storage.success import store as lives
from storage.triage import store as triages
from storage.usage import store as usage

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.cta.record import Cta
    from storage.sales.record import Pair

_EXPAND = "ctas.motion = 'expand' AND ctas.status IN ('new', 'work_in_progress')"


def agenda(db: Connection, policy: Policy, pair: Pair, today: date) -> Agenda:
    """All of it, as it is today; a part whose area is off is None."""
    known = {account.id: account for account in pair.accounts}
    triage = seats = None
    if area_on(policy, "health"):
        among = json.dumps(list(known))
        standing = triages.open_where(db, policy, "accounts.id IN (SELECT value FROM json_each(?))", (among,))
        triage = tuple((known[one.account_id], one) for one in standing)
    if area_on(policy, usage.AREA):
        covers = policy.area(usage.AREA).covers
        ids = [account.id for account in pair.accounts if covers(account.segment)]
        figures, life = usage.on_day(db, policy, ids, today), lives.lives(db, ids, today)
        seats = tuple((known[i], figures[i], life[i]) for i in ids if i in figures)
    return Agenda(
        renewals=tuple(pair.renewing(today)),
        expand=_ctas(db, known, _EXPAND, "ctas.due_on IS NULL, ctas.due_on, ctas.id"),
        deferred=_ctas(db, known, WAITING, "ctas.revisit_on, ctas.id"),
        triage=triage,
        seats=seats,
    )


def _ctas(db: Connection, known: dict[int, Account], where: str, order: str) -> tuple[tuple[Account, Cta], ...]:
    rows = db.execute(
        f"SELECT {ctas.QUALIFIED} FROM ctas JOIN accounts ON accounts.id = ctas.account_id"
        f" WHERE ctas.account_id IN (SELECT value FROM json_each(?)) AND {where} ORDER BY {order}",
        (json.dumps(list(known)),),
    )
    return tuple((known[cta.account_id], cta) for cta in map(ctas.from_row, rows))
