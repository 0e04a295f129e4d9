"""Checklists of a renewal: opened by hand, ended with it, and what was found out in them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.base.errors import Stale, UserError
from storage.base.moments import instant_text, maybe_day
from storage.base.reasons import NOT_NEEDED
from storage.cta import life
from storage.cta import store as ctas
from storage.cta.checklists import open_checklist
from storage.cta.record import CLOSED_NO_SUCCESS, NEW, Cta
from storage.playbook import store as playbooks
from storage.sales.record import AREA, CHECKLISTS, Answer, Standing

if TYPE_CHECKING:
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.policy import Policy

_OURS = "ctas.area = 'sales' AND ctas.anchor = 'renewal'"
_OPEN = "ctas.status IN ('new', 'work_in_progress')"


def open_(unit: Unit, account: Account, which: str) -> Cta:
    """Open a checklist of the account's present renewal; a task of which the day has passed is due tomorrow.

    Raises UserError without a renewal date, for one that is open already, and for an account that is gone.
    """
    name = CHECKLISTS[which]
    account.refuse_archived()
    account.refuse_gone("There is no renewal to work for.")
    if account.renewal_on is None:
        raise UserError(f"{account.name} has no renewal date.", f"Set it with /account edit {account.name}.")
    if there := _open_ones(unit.db, account.id, name):
        raise UserError(
            f"{name} of {account.name} is open: CTA {there[0]}.",
            "One at a time: work on that one.",
            choices=[("Tasks", f"/cta task {there[0]}")],
        )
    found = playbooks.checklist(unit.db, name, account.segment)
    days = {"renewal": account.renewal_on}
    not_before = unit.today + timedelta(days=1)
    made = open_checklist(unit, account, found, AREA, days, again=True, not_before=not_before) if found else None
    if made is None:
        raise UserError(f"{name} is not in the catalogue.", "An admin looks with: python bot.py doctor")
    return made


def first_due(db: Connection, cta_id: int) -> date | None:
    """The first day on which a task of it is due."""
    return maybe_day(db.execute("SELECT min(due_on) FROM tasks WHERE cta_id = ?", (cta_id,)).fetchone()[0])


def take_back(unit: Unit, account: Account, cta_id: int) -> Cta:
    """One that was opened by mistake is withdrawn; raises Stale where somebody has worked on it since."""
    cta = ctas.get(unit.db, cta_id)
    if cta.status != NEW:
        raise Stale(f"{cta.title} of {account.name} was worked on since.", f"Withdraw it: /cta withdraw {cta_id}")
    return life.withdraw(unit, cta_id, "opened by mistake")


def end(unit: Unit, account_id: int, outcome: str) -> None:
    """The renewal was recorded: what is open of its checklists is not needed any more. Nobody is told of that."""
    for cta_id in _open_ones(unit.db, account_id):
        ended = {
            "status": CLOSED_NO_SUCCESS,
            "closed_on": unit.today,
            "closed_by": unit.actor_id,
            "reason": NOT_NEEDED.key,
            "snoozed_until": None,
        }
        ctas.change(
            unit, ctas.get(unit.db, cta_id), "cta.close", ended, extra_after={"why": outcome, "by_itself": True}
        )


def open_again(unit: Unit, account_id: int, ended_at: datetime) -> None:
    """The renewal was not decided after all: what ended with it at that instant goes on."""
    rows = unit.db.execute(
        f"SELECT ctas.id, playbook FROM ctas WHERE account_id = ? AND {_OURS} AND status = 'closed_no_success'"
        " AND EXISTS (SELECT 1 FROM audit WHERE subject = 'cta:' || ctas.id AND action = 'cta.close' AND at = ?)"
        " ORDER BY ctas.id",
        (account_id, instant_text(ended_at)),
    ).fetchall()
    for cta_id, playbook in rows:
        if not _open_ones(unit.db, account_id, playbook.partition(" (")[0]):
            life.reopen(unit, cta_id, by_itself=True)


def _open_ones(db: Connection, account_id: int, name: str | None = None) -> list[int]:
    """The ids of those that are open, of one name (`NAME`, `NAME (…)`) or all."""
    rows = db.execute(
        f"SELECT id, playbook FROM ctas WHERE account_id = ? AND {_OURS} AND {_OPEN} ORDER BY id", (account_id,)
    )
    return [row[0] for row in rows if name is None or row[1].partition(" (")[0] == name]


def standing(db: Connection, policy: Policy, account: Account) -> list[Standing]:
    """The checklists of an account's present renewal, the newest of each, in the order of their days.

    Ended ones are of it while the day that they hung on is that of the same renewal, perhaps moved a little.
    """
    if account.renewal_on is None:
        return []
    about = timedelta(days=policy.renewal_same_days)
    rows = db.execute(
        f"SELECT ctas.id, ctas.playbook, {_OPEN}, (SELECT count(*) FROM tasks WHERE cta_id = ctas.id AND optional = 0"
        " AND state <> 'open'), (SELECT count(*) FROM tasks WHERE cta_id = ctas.id AND optional = 0),"
        " (SELECT min(due_on) FROM tasks WHERE cta_id = ctas.id AND state = 'open')"
        f" FROM ctas WHERE account_id = ? AND {_OURS} AND status <> 'withdrawn'"
        f" AND (anchor_on BETWEEN ? AND ? OR {_OPEN})"
        " ORDER BY ctas.id",
        (account.id, (account.renewal_on - about).isoformat(), (account.renewal_on + about).isoformat()),
    )
    newest = {
        row[1].partition(" (")[0]: Standing(row[0], row[1], bool(row[2]), row[3], row[4], maybe_day(row[5]))
        for row in rows
    }
    return [newest[name] for name in CHECKLISTS.values() if name in newest]


def not_begun(db: Connection, policy: Policy, account: Account) -> list[str]:
    """The words of the checklists that the account's present renewal has not had yet."""
    there = {one.checklist.partition(" (")[0] for one in standing(db, policy, account)}
    return [word for word, name in CHECKLISTS.items() if name not in there]


def answers(db: Connection, account_id: int) -> list[Answer]:
    """What was found out in the newest of each checklist in which anything was, in their order."""
    rows = db.execute(
        "SELECT ctas.id, ctas.playbook, tasks.title, tasks.answer, tasks.done_on FROM ctas"
        f" JOIN tasks ON tasks.cta_id = ctas.id WHERE account_id = ? AND {_OURS} AND status <> 'withdrawn'"
        " AND tasks.answer IS NOT NULL ORDER BY ctas.id, tasks.position",
        (account_id,),
    )
    newest: dict[str, tuple[int, list[Answer]]] = {}
    for cta_id, playbook, title, said, done_on in rows:
        name = playbook.partition(" (")[0]
        if newest.get(name, (0, []))[0] != cta_id:
            newest[name] = (cta_id, [])
        newest[name][1].append(Answer(name, title, said, maybe_day(done_on)))
    return [one for name in CHECKLISTS.values() for one in newest.get(name, (0, []))[1]]
