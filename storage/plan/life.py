"""What happens to success plans: written, confirmed, submitted, qualified, returned; and what ends that."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base.dialect import put, update_row
from storage.base.errors import Stale, UserError
from storage.base.message_edits import newest, redraw
from storage.base.moments import instant_text
from storage.base.texts import text_of
from storage.plan import store
from storage.plan.record import (
    CLOSED,
    DRAFT,
    DUE_DAYS,
    GREEN,
    KINDS,
    RENEWED,
    ROI,
    STATES,
    Plan,
    Standing,
)
from storage.renewal.store import not_after_today

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from storage.account.record import Account
    from storage.base.db import Unit

EDITED, VALIDATED = "plan.edit", "plan.still_right"
SUBMITTED, QUALIFIED, RETURNED = "plan.submit", "plan.qualify", "plan.return"
FIELDS = ("state", "strategy", "highlights", "link", "shared_on", "due_on")
_DAYS = ("shared_on", "due_on")
LINK_LIMIT = 2000
_LINK = re.compile(r"https?://[^\s<>]+")


def save(unit: Unit, account: Account, kind: str, said: Mapping[str, Any]) -> Standing:
    """Write a plan, which is made where there is none; what is not said stays. A change is an update.

    Raises UserError for an account that is gone, an unknown state, a day ahead on which it was shared.
    """
    refuse_gone(account)
    wanted = _checked(unit, said)
    before = store.of_account(unit.db, unit.policy, account.id, kind)
    if before is None:
        made = _make(unit, account, kind, wanted)
        after = {**_told(wanted), **updated(unit, account, made), "made": True}
        unit.audit(EDITED, _subject(account.id), {}, after)
        return now(unit, account, kind)
    was = {name: _plain(getattr(before, name)) for name in wanted}
    changed = {name: value for name, value in wanted.items() if value != was[name]}
    if not changed:
        return now(unit, account, kind)
    settle(unit, account)
    changed |= written(unit)
    was |= written_before(unit, "plans", before.id)
    update_row(unit.db, "plans", before.id, changed)
    after = {**changed, **updated(unit, account, before.id)}
    unit.audit(EDITED, _subject(account.id), {name: was[name] for name in changed}, after)
    told_again(unit, before.id)
    return now(unit, account, kind)


def plan_for(unit: Unit, account: Account, kind: str) -> Plan:
    """The account's plan, made as a draft where there is none yet."""
    refuse_gone(account)
    if kind not in KINDS:
        raise UserError(f"'{kind}' is no kind of plan.", f"Pick one of {', '.join(KINDS)}.", field="kind")
    found = store.of_account(unit.db, unit.policy, account.id, kind)
    return found or store.get(unit.db, unit.policy, _make(unit, account, kind, {}))


def still_right(unit: Unit, plan: Plan) -> Standing:
    """Somebody looked, and nothing is to be changed: an update. Raises Stale where they said so today."""
    account = accounts.get(unit.db, plan.account_id)
    refuse_gone(account)
    if plan.state == CLOSED:
        raise Stale("That plan is closed.", "Edit it to use it again.")
    today = unit.today.isoformat()
    if (
        plan.validated_on == unit.today
        and unit.db.execute(
            "SELECT 1 FROM plan_updates WHERE plan_id = ? AND given_on = ? AND coalesce(by_id, 0) = ?",
            (plan.id, today, unit.actor_id or 0),
        ).fetchone()
    ):
        raise Stale("You said that today already.", "Nothing was changed.")
    settle(unit, account)
    update_row(unit.db, "plans", plan.id, {"validated_on": today})
    before = {"validated_on": _plain(plan.validated_on)}
    unit.audit(VALIDATED, _subject(account.id), before, {"validated_on": today, **updated(unit, account, plan.id)})
    return now(unit, account, plan.kind)


def submit(unit: Unit, account: Account) -> Standing:
    """Ask the manager to qualify the plan. Raises UserError unless it is green, Stale where it waits already."""
    refuse_gone(account)
    settle(unit, account)
    found = now(unit, account)
    if found.plan is None:
        raise UserError(f"{account.name} has no success plan yet.", f"Begin one: /success plan {account.name}")
    if found.waits:
        raise Stale(f"The plan of {account.name} waits for an answer already.", "Nothing was changed.")
    if found.colour != GREEN:
        raise UserError(
            f"The plan of {account.name} is {found.colour}.", f"What it lacks: /success plan {account.name}"
        )
    fields = {"submitted_on": unit.today.isoformat(), "submitted_at": unit.at, "submitted_by": unit.actor_id}
    update_row(unit.db, "plans", found.plan.id, fields)
    unit.audit(SUBMITTED, _subject(account.id), {}, {"plan": found.plan.id, "submitted_on": fields["submitted_on"]})
    return now(unit, account)


def qualify(unit: Unit, account: Account) -> Standing:
    """A manager says that the submitted plan is one. Raises Stale where none waits, UserError unless it is green."""
    refuse_gone(account)
    settle(unit, account)
    found = now(unit, account)
    plan = _submitted(found)
    if found.colour != GREEN:
        raise UserError(f"The plan of {account.name} is {found.colour} by now.", "Return it, with a line.")
    old = found.qualification
    if old is not None and old.lapsed_on is None:
        update_row(unit.db, "plan_qualifications", old.id, {"lapsed_on": unit.today.isoformat(), "lapse": RENEWED})
    made = put(
        unit.db,
        "plan_qualifications",
        {
            "plan_id": plan.id,
            "csm_id": account.csm_id,
            "qualified_on": unit.today.isoformat(),
            "at": unit.at,
            "by_id": unit.actor_id,
        },
    )
    _answered(unit, plan)
    after = {"plan": plan.id, "qualification": made[0], "qualified_on": unit.today.isoformat()}
    renewed = {"renewed": old.id} if old is not None and old.lapsed_on is None else {}
    unit.audit(QUALIFIED, _subject(account.id), _waited(plan), {**after, **renewed})
    told_again(unit, plan.id)
    return now(unit, account)


def send_back(unit: Unit, account: Account, line: str) -> str:
    """A manager returns the submitted plan, with a line. Raises UserError without, Stale where none waits."""
    plan = _submitted(now(unit, account))
    said = text_of(line, "line")
    if said is None:
        raise UserError("What is missing?", "A line is enough; the CSM gets it.", field="line")
    _answered(unit, plan)
    unit.audit(RETURNED, _subject(account.id), _waited(plan), {"plan": plan.id, "line": said})
    told_again(unit, plan.id)
    return said


def now(unit: Unit, account: Account, kind: str = ROI) -> Standing:
    """How the account's plan stands today, after what was written."""
    return store.standing_of(unit.db, unit.policy, account, unit.today, kind)


def updated(unit: Unit, account: Account, plan_id: int) -> dict[str, Any]:
    """Remember that the plan was updated, and whether that ended its qualification: what the audit keeps of it."""
    values = {"plan_id": plan_id, "given_on": unit.today.isoformat(), "at": unit.at, "by_id": unit.actor_id}
    made = put(unit.db, "plan_updates", values)
    lapsed = settle(unit, account)
    return {"plan": plan_id, "update": made[0], **({"lapsed": lapsed} if lapsed else {})}


def written(unit: Unit) -> dict[str, Any]:
    """Whose words a plan or an objective holds from now on."""
    return {"written_by": unit.actor_id, "written_at": unit.at}


def written_before(unit: Unit, table: str, number: int) -> dict[str, Any]:
    """The same, as it was."""
    row = unit.db.execute(f"SELECT written_by, written_at FROM {table} WHERE id = ?", (number,)).fetchone()
    return {"written_by": row[0], "written_at": row[1]}


def settle(unit: Unit, account: Account) -> int | None:
    """Write down that the plan's qualification is over, if it is; its id then. What lapsed does not come back."""
    return next(iter(settle_all(unit, [account])), None)


def settle_open(unit: Unit) -> None:
    """Write down which qualifications are over by now, all over the book. Done at night."""
    rows = unit.db.execute(
        "SELECT DISTINCT account_id FROM plan_qualifications JOIN plans ON plans.id = plan_id WHERE lapsed_on IS NULL"
    ).fetchall()
    settle_all(unit, accounts.many(unit.db, [row[0] for row in rows]))


def settle_all(unit: Unit, some: Iterable[Account]) -> list[int]:
    """The same for many accounts: the ids of those that are over."""
    ended = []
    for one in store.standings(unit.db, unit.policy, list(some), unit.today).values():
        found, lapse = one.qualification, one.lapse
        if found is not None and found.lapsed_on is None and lapse is not None:
            update_row(
                unit.db, "plan_qualifications", found.id, {"lapsed_on": lapse.on.isoformat(), "lapse": lapse.why}
            )
            ended.append(found.id)
    return ended


def told_again(unit: Unit, plan_id: int) -> None:
    """Have the manager's mornings edited in which the plan stands."""
    redraw(unit.db, f"plan:{plan_id}", newest(unit.db), unit.now)


def refuse_gone(account: Account) -> None:
    """Raise Stale for an account that is archived or churned."""
    account.refuse_gone("Its plan stays as it was.")


def _make(unit: Unit, account: Account, kind: str, wanted: Mapping[str, Any]) -> int:
    if kind not in KINDS:
        raise UserError(f"'{kind}' is no kind of plan.", f"Pick one of {', '.join(KINDS)}.", field="kind")
    due = (unit.today + timedelta(days=DUE_DAYS)).isoformat()
    values = {"state": DRAFT, "due_on": due, **{name: value for name, value in wanted.items() if value is not None}}
    row = put(
        unit.db,
        "plans",
        {
            "account_id": account.id,
            "kind": kind,
            **values,
            "made_on": unit.today.isoformat(),
            **written(unit),
        },
    )
    return int(row[0])


def _checked(unit: Unit, said: Mapping[str, Any]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for name in FIELDS:
        if name not in said:
            continue
        value = said[name]
        if name in _DAYS:
            if name == "shared_on" and value is not None:
                not_after_today(unit, value, "shared_on")
            if name == "due_on" and value is None:
                continue
            wanted[name] = _plain(value)
        elif name == "state":
            if value not in STATES:
                raise UserError(f"'{value}' is no state.", f"Pick one of {', '.join(STATES)}.", field="state")
            wanted[name] = value
        else:
            wanted[name] = text_of(value, name, LINK_LIMIT if name == "link" else 3000)
    if wanted.get("link") and not _LINK.fullmatch(str(wanted["link"])):
        raise UserError("That is no link.", "It begins with https:// and has no spaces.", field="link")
    return wanted


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _told(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _submitted(found: Standing) -> Plan:
    if found.plan is None or not found.waits:
        raise Stale(f"No plan of {found.account.name} waits for an answer.", "It was answered, or taken back.")
    return found.plan


def _answered(unit: Unit, plan: Plan) -> None:
    update_row(unit.db, "plans", plan.id, dict.fromkeys(("submitted_on", "submitted_at", "submitted_by")))


def _waited(plan: Plan) -> dict[str, Any]:
    at = instant_text(plan.submitted_at) if plan.submitted_at else None
    return {"submitted_on": _plain(plan.submitted_on), "submitted_at": at, "submitted_by": plan.submitted_by}


def _subject(account_id: int) -> str:
    return f"account:{account_id}"
