"""All SQL of onboarding: who is in it, delays, milestones entered, the start by hand."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base.errors import UserError
from storage.base.moments import day_said, latest_today, maybe_day
from storage.base.texts import text_of
from storage.cta.checklists import open_checklist
from storage.onboarding.record import LABELS, Delay, Standing, standings
from storage.onboarding.settings import Onboarding
from storage.playbook import store as playbooks
from storage.success import store as lives
from storage.success.milestones import ONBOARDING
from storage.success.record import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.cta.record import Cta

AREA = "onboarding"
NEW_CUSTOMER, EXISTING = f"{ONBOARDING}New customer", f"{ONBOARDING}Existing customer"
HANDOVER = "Handover: CSM to CSM"
NONE_TO_COME = "Nothing of its onboarding is to come."
STARTED = "coalesce(accounts.started_on, accounts.customer_since)"
_BATCH = 200


def candidates(policy: Policy, today: date) -> tuple[str, tuple[Any, ...]]:
    """The SQL condition on `accounts` of those that may be in onboarding, by their start; and its values."""
    settings = policy.settings(Onboarding)
    where, values = lives.managed(settings)
    since = (today - timedelta(days=settings.window_days)).isoformat()
    recent = f"(accounts.started_on IS NOT NULL OR accounts.customer_since BETWEEN ? AND ?) AND {STARTED} <= ?"
    return f"{where} AND {recent}", (*values, since, today.isoformat(), today.isoformat())


def open_waiting(unit: Unit) -> bool:
    """Open, in silence, the checklist of accounts in onboarding that never had one; whether more are waiting."""
    today, policy = unit.today, unit.policy
    if not policy.area(AREA).enabled:
        return False
    where, values = candidates(policy, today)
    rows = unit.db.execute(
        f"SELECT accounts.id FROM accounts WHERE {where} AND accounts.onboarded_on IS NULL"
        " AND accounts.started_on IS NULL AND accounts.will_churn_on IS NULL AND NOT EXISTS (SELECT 1 FROM ctas"
        " WHERE ctas.account_id = accounts.id AND ctas.anchor = 'started' AND ctas.playbook LIKE ?)"
        " ORDER BY accounts.id LIMIT ?",
        (*values, f"{ONBOARDING}%", _BATCH),
    ).fetchall()
    made = 0
    for account in accounts.many(unit.db, [row[0] for row in rows]):
        found = playbooks.checklist(unit.db, NEW_CUSTOMER, account.segment)
        if found and account.customer_since:
            made += open_checklist(unit, account, found, AREA, {"started": account.customer_since}) is not None
    return made == _BATCH


def in_onboarding(db: Connection, policy: Policy, today: date, condition: str, values: Sequence[Any]) -> list[Account]:
    """The accounts in stage onboarding of a condition, those that started first on top."""
    from storage.success.record import ONBOARDING as STAGE  # noqa: PLC0415 - its name is a checklist's here
    from storage.success.record import stage  # noqa: PLC0415 - likewise

    where, more = candidates(policy, today)
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} AND {condition} ORDER BY {STARTED}, name_key, id",
        (*more, *values),
    )
    found = [accounts.from_row(row) for row in rows]
    known = lives.lives(db, [account.id for account in found], today)
    window = policy.settings(Onboarding).window_days
    return [account for account in found if stage(known[account.id], today, window) == STAGE]


def of_accounts(db: Connection, policy: Policy, some: Iterable[Account], today: date) -> dict[int, dict[str, Standing]]:
    """How the milestones of these accounts stand."""
    some = list(some)
    ids = [account.id for account in some]
    late, window = delays(db, ids), policy.settings(Onboarding).window_days
    known = lives.lives(db, ids, today, within=window, beyond=late)
    return {a.id: standings(known[a.id], a.segment, late.get(a.id, {}), policy) for a in some}


def delays(db: Connection, ids: Iterable[int]) -> dict[int, dict[str, Delay]]:
    """The newest delay of each milestone, by account."""
    rows = db.execute(
        "SELECT account_id, milestone, expected_on, caused_by, reason, line FROM onboarding_delays"
        " WHERE account_id IN (SELECT value FROM json_each(?)) AND undone_at IS NULL ORDER BY id",
        (json.dumps(list(ids)),),
    )
    found: dict[int, dict[str, Delay]] = {}
    for account_id, milestone, expected_on, caused_by, reason, line in rows:
        expected = maybe_day(expected_on)
        if expected:
            found.setdefault(account_id, {})[milestone] = Delay(milestone, expected, caused_by, reason, line)
    return found


def checklist_of(db: Connection, account_id: int) -> int | None:
    """The id of an account's open checklist of onboarding, the newest; None for none."""
    row = db.execute(
        "SELECT max(id) FROM ctas WHERE account_id = ? AND anchor = 'started' AND playbook LIKE ?"
        " AND status IN ('new', 'work_in_progress')",
        (account_id, f"{ONBOARDING}%"),
    ).fetchone()
    return int(row[0]) if row[0] is not None else None


def reach(unit: Unit, account: Account, milestone: str, on: date | None) -> None:
    """Enter the day of a milestone, or (None) leave it to what is worked out. Raises UserError for a day ahead."""
    if on is not None and on > latest_today(unit.own_today):
        raise UserError(
            f"{day_said(on, unit.own_today)} is still ahead.", "That lies in the past, or is today.", field="on"
        )
    before, after = accounts.write(unit, account.id, {COLUMNS[milestone]: on.isoformat() if on else None})
    if after:
        unit.audit("success.reached", f"account:{account.id}", before, after)


def start(unit: Unit, account: Account, on: date) -> Cta | None:
    """Begin onboarding by hand on a day; what is open moves to it, else a checklist is opened. It may be None.

    Raises Stale for an account that is gone: what is begun has targets.
    """
    account.refuse_archived()
    account.refuse_gone(NONE_TO_COME)
    if on > latest_today(unit.own_today):
        raise UserError(
            f"{day_said(on, unit.own_today)} is still ahead.", "Onboarding begins today, or has begun.", field="on"
        )
    on = unit.kept(on)
    fields = {"started_on": on.isoformat(), "started_known_at": unit.at}
    before, after = accounts.write(unit, account.id, fields)
    made = None
    if checklist_of(unit.db, account.id) is None and (found := playbooks.checklist(unit.db, EXISTING, account.segment)):
        made = open_checklist(unit, account, found, AREA, {"started": on}, again=True)
    if "started_on" in after:
        opened = {"checklist": made.id} if made else {}
        unit.audit("success.started", f"account:{account.id}", before, {**after, **opened})
    return made


def open_handover(unit: Unit, account: Account) -> Cta | None:
    """Open the checklist of a handover from CSM to CSM; None where one was opened today."""
    found = playbooks.checklist(unit.db, HANDOVER, account.segment)
    return open_checklist(unit, account, found, AREA, {}) if found else None


def set_intent(unit: Unit, account: Account, use_cases: Sequence[str], licences: int | None) -> None:
    """Keep for which use cases the customer first bought, and how many licences, where that is said."""
    fields: dict[str, Any] = {}
    if use_cases:
        fields["purchase_intent"] = lives.BETWEEN.join(use_cases)
    if licences is not None:
        fields["original_licences"] = licences
    before, after = accounts.write(unit, account.id, fields)
    if after:
        unit.audit("success.intent", f"account:{account.id}", before, after)


def delay(unit: Unit, account: Account, said: Delay) -> int:
    """Keep why a milestone comes later, and by when; the id of it. Raises Stale for an account that is gone."""
    account.refuse_archived()
    account.refuse_gone(NONE_TO_COME)
    made = unit.db.execute(
        "INSERT INTO onboarding_delays(account_id, milestone, expected_on, caused_by, reason, line, at, person_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            account.id,
            said.milestone,
            said.expected_on.isoformat(),
            said.caused_by,
            said.reason,
            text_of(said.line, "line"),
            unit.at,
            unit.actor_id,
        ),
    ).fetchone()
    accounts.look_again(unit, account.id)
    after = {
        "milestone": LABELS[said.milestone].lower(),
        "expected_on": said.expected_on.isoformat(),
        "caused_by": said.caused_by,
        "reason": said.reason,
        "delay": int(made[0]),
    }
    unit.audit("success.delay", f"account:{account.id}", {}, after)
    return int(made[0])


def all_standings(
    db: Connection, policy: Policy, today: date, condition: str = "1 = 1", values: Sequence[Any] = ()
) -> Iterator[tuple[str | None, Mapping[str, Standing]]]:
    """Segment and milestones of all accounts whose start is known, of the area's segments, for figures."""
    area = policy.area(AREA)
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {STARTED} IS NOT NULL AND {condition} ORDER BY id", values
    ).fetchall()
    for first in range(0, len(rows), 1000):
        some = [
            account for row in rows[first : first + 1000] if area.covers((account := accounts.from_row(row)).segment)
        ]
        found = of_accounts(db, policy, some, today)
        for account in some:
            yield account.segment, found[account.id]
