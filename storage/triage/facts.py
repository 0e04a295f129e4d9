"""What reminders of triages hang on, and when each is next due for a look. Read in bulk by the walk."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from storage.base import people
from storage.base.marks import Looks
from storage.base.moments import civil_day, instant_text
from storage.base.planning import AMONG, known, records_of_news
from storage.base.switches import area_on, covered
from storage.escalation import store as escalations
from storage.health.settings import HealthArea
from storage.triage import store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.base.recipients import Directory
    from storage.base.reminder import Recipient
    from storage.escalation.record import Escalation
    from storage.triage.record import Triage

_OPEN = "FROM triages JOIN accounts ON accounts.id = account_id WHERE state = 'open'"
LOOKS = Looks("triages", page=f"SELECT triages.id {_OPEN} AND triages.id > ? ORDER BY triages.id LIMIT ?")
of_news = partial(records_of_news, what="triage")
OPENED, ENDED = "opened", "ended"


class TriageFacts(NamedTuple):
    """A triage with its account; `managed`: the area is on for it. `known_at`: when it was changed last."""

    id: int
    account_id: int
    account_name: str
    account_crm_id: str | None
    triage: Triage
    managed: bool
    csm: Recipient
    known_at: datetime


class RiskChange(NamedTuple):
    """A triage, or an escalation, began or ended on a day: whom that concerns, without who did it.

    `what` names it (`triage-7`); those of `told` heard of it already, by an alert.
    """

    what: str
    change: str
    on: date
    at: datetime
    whom: tuple[Recipient, ...]
    stands: bool


def triage_facts(
    db: Connection, directory: Directory, policy: Policy, ids: Sequence[int], *, known_by: datetime | None = None
) -> list[TriageFacts]:
    """The facts of these triages, in the order of their ids."""
    latest = None if known_by is None else instant_text(known_by)
    rows = db.execute(
        "SELECT accounts.id, name, crm_id, archived_at IS NULL AND churned_on IS NULL, csm_id, segment, triages.id"
        f" FROM triages JOIN accounts ON accounts.id = account_id WHERE triages.id {AMONG} ORDER BY triages.id",
        (json.dumps(list(ids)),),
    ).fetchall()
    directory.read(row[4] for row in rows)
    found = {one.id: one for one in store.of_accounts(db, [row[0] for row in rows])}
    return [
        TriageFacts(
            id=row[6],
            account_id=row[0],
            account_name=row[1],
            account_crm_id=row[2],
            triage=found[row[6]],
            managed=bool(row[3]) and row[4] is not None and covered(policy, "health", row[5]),
            csm=directory.csm(row[4]),
            known_at=known(instant_text(found[row[6]].last_at), latest),
        )
        for row in rows
    ]


def of_people(db: Connection, people_ids: Sequence[int | None]) -> list[int]:
    """The open triages of these CSMs' accounts."""
    rows = db.execute(f"SELECT triages.id {_OPEN} AND csm_id {AMONG}", (json.dumps(list(people_ids)),))
    return [row[0] for row in rows]


def changes(
    db: Connection, directory: Directory, policy: Policy, account_ids: Sequence[int], since: str
) -> dict[int, list[RiskChange]]:
    """What began and ended of these accounts' triages and escalations since an instant, and whom it concerns."""
    rows = db.execute(
        f"SELECT id, csm_id, ae_id, sa_id FROM accounts WHERE id {AMONG}", (json.dumps(list(account_ids)),)
    )
    team = {row[0]: tuple(row[1:]) for row in rows}
    found: dict[int, list[RiskChange]] = {}
    for escalation in escalations.of_accounts(db, account_ids) if area_on(policy, "escalations") else ():
        of_it = _of_escalation(escalation)
        if max(instant_text(event.at) for event in of_it) >= since:
            whom = concerned(db, policy, team[escalation.account_id], red=True)
            found.setdefault(escalation.account_id, []).extend(
                RiskChange(f"escalation-{escalation.id}", event.change, event.on, event.at, others, event.stands)
                for event in of_it
                for others in [tuple(directory.csm(person_id) for person_id in whom if person_id != event.by_id)]
            )
    for one in store.of_accounts(db, account_ids) if area_on(policy, "health") else ():
        ended = instant_text(one.ended_at) if one.ended_at else None
        if max(instant_text(one.opened_at), ended or "") < since:
            continue
        whom = concerned(db, policy, team[one.account_id], red=one.red)
        told = _alerted(db, one)
        began = (OPENED, one.opened_on, one.opened_at, one.opened_by, ended is None, told)
        events = [] if one.source == store.BEFORE else [began]
        if one.ended_at:
            on = civil_day(one.ended_at, policy.timezone)
            events.append((ENDED, on, one.ended_at, one.ended_by, True, _alerted_of_end(db, one)))
        for change, on, at, by_id, stands, heard in events:
            others = tuple(directory.csm(person_id) for person_id in whom if person_id not in {by_id, *heard})
            found.setdefault(one.account_id, []).append(RiskChange(f"triage-{one.id}", change, on, at, others, stands))
    return found


class _Event(NamedTuple):
    change: str
    on: date
    at: datetime
    by_id: int | None
    stands: bool


def _of_escalation(one: Escalation) -> list[_Event]:
    began = _Event(OPENED, one.opened_on, one.opened_at, one.opened_by, one.is_open)
    if one.closed_on is None or one.closed_at is None:
        return [began]
    return [began, _Event(ENDED, one.closed_on, one.closed_at, one.closed_by, stands=True)]


def concerned(db: Connection, policy: Policy, team: Sequence[int | None], *, red: bool) -> list[int]:
    """Who hears of a risk: AE, SA, the CSM's manager, and of red whom the policy names."""
    csm_id, ae_id, sa_id = team
    csm = people.many(db, [csm_id]).get(csm_id or 0)
    manager = people.manager_of(db, policy, csm) if csm else None
    found = [ae_id, sa_id, manager.id if manager else None]
    if red:
        named = (people.named(db, name) for name in policy.settings(HealthArea).red_to)
        found += [person.id for person in named if person]
    known_ids = [person_id for person_id in dict.fromkeys(found) if person_id is not None and person_id != csm_id]
    gone = {person.id for person in people.many(db, known_ids).values() if person.deactivated}
    return [person_id for person_id in known_ids if person_id not in gone]


def _alerted(db: Connection, one: Triage) -> set[int]:
    """Who was told by an alert that the account is red since the day on which the triage began."""
    return _of_alert(db, f"alert:{one.account_id}:health:red:{one.opened_on.isoformat()}:")


def _alerted_of_end(db: Connection, one: Triage) -> set[int]:
    state = {"churned": "churned", "contracted": "renewed_with_less"}.get(one.outcome or "")
    return _of_alert(db, f"alert:{one.account_id}:outcome:{state}:") if state else set()


def _of_alert(db: Connection, start: str) -> set[int]:
    rows = db.execute(
        "SELECT destination FROM outbox WHERE dedupe_key >= ? AND dedupe_key < ?"
        " AND state NOT IN ('cancelled', 'expired')",
        (start, f"{start}~"),
    )
    return {int(row[0].partition(":")[2]) for row in rows if row[0].startswith("person:")}
