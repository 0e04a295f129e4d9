"""All SQL of meetings of account teams: who is one, what was scheduled and held, and taking the last of it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.account.lists import Whose
from storage.base.dialect import put, update_row
from storage.base.errors import NotFound, Stale, UserError
from storage.base.moments import instant_text, lived_day_said, maybe_day, maybe_instant
from storage.base.texts import text_of
from storage.renewal.store import not_after_today
from storage.sales.record import Meeting, Pair
from storage.sales.settings import SalesArea
from storage.success.store import managed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy

FIELDS = "id, csm_id, ae_id, sa_id, scheduled_at, scheduled_on, held_on, next_steps"
SCHEDULED, HELD, UNDONE = "meeting.schedule", "meeting.held", "meeting.undo"
HAS_MET = (
    "EXISTS (SELECT 1 FROM team_meetings WHERE team_meetings.csm_id = accounts.csm_id"
    " AND team_meetings.ae_id = accounts.ae_id AND held_on IS NOT NULL)"
)
"""Of accounts whose CSM and AE have ever met: nobody else can be late."""
_KEPT = ("sa_id", "scheduled_at", "scheduled_on", "held_on", "next_steps", "by_id", "at")


def pairs(db: Connection, policy: Policy, today: date, condition: str, values: Sequence[Any]) -> list[Pair]:
    """The account teams (CSM and AE) that have reason to meet, among accounts of a condition.

    Only their managed accounts count, of whom both are there; the common ones are all of them.
    """
    where, segments = managed(policy.settings(SalesArea))
    found = db.execute(
        f"SELECT DISTINCT csm_id, ae_id FROM accounts WHERE {where} AND ae_id IS NOT NULL AND ae_id <> csm_id"
        f" AND {condition} AND NOT EXISTS"
        " (SELECT 1 FROM people WHERE people.id IN (csm_id, ae_id) AND deactivated = 1)",
        (*segments, *values),
    ).fetchall()
    return [one for one in _read(db, policy, [(row[0], row[1]) for row in found]) if one.meets(today)]


def of_csm(db: Connection, policy: Policy, csm_id: int, today: date) -> list[Pair]:
    """Those of a CSM."""
    return pairs(db, policy, today, *Whose(f"csm-{csm_id}", (csm_id,)).condition)


def up(db: Connection, policy: Policy, whose: Whose, day: date) -> list[Pair]:
    """Those among somebody's accounts whose meeting the round of a day's month names."""
    weeks = policy.settings(SalesArea).meeting_weeks
    return [one for one in pairs(db, policy, day, *whose.condition) if one.is_up(day, weeks)]


def pair(db: Connection, policy: Policy, csm_id: int, ae_id: int) -> Pair:
    """A CSM and an AE, whether they have reason to meet or not; raises NotFound where they have nothing in common."""
    found = _read(db, policy, [(csm_id, ae_id)])[0]
    if not found.accounts:
        raise NotFound("They have no account in common.", "A CSM and an AE meet about the accounts that both are on.")
    return found


def _read(db: Connection, policy: Policy, wanted: Sequence[tuple[int, int]]) -> list[Pair]:
    """These pairs with their common accounts and meetings, in this order."""
    where, segments = managed(policy.settings(SalesArea))
    csms, aes = (json.dumps(sorted({one[place] for one in wanted})) for place in (0, 1))
    among = "csm_id IN (SELECT value FROM json_each(?)) AND ae_id IN (SELECT value FROM json_each(?))"
    common: dict[tuple[int, int], list[Any]] = {}
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} AND {among} ORDER BY name_key, id",
        (*segments, csms, aes),
    )
    for account in map(accounts.from_row, rows):
        common.setdefault((account.csm_id or 0, account.ae_id or 0), []).append(account)
    held: dict[tuple[int, int], Meeting] = {}
    planned: dict[tuple[int, int], Meeting] = {}
    rows = db.execute(
        f"SELECT {FIELDS} FROM team_meetings WHERE {among} AND undone_at IS NULL ORDER BY held_on, id", (csms, aes)
    )
    for meeting in map(from_row, rows):
        (held if meeting.held_on else planned)[meeting.csm_id, meeting.ae_id] = meeting
    for one, meeting in held.items():
        if one in planned and _is_behind(planned[one], meeting):
            del planned[one]
    return [Pair(*one, tuple(common.get(one, ())), held.get(one), planned.get(one)) for one in wanted]


def _is_behind(planned: Meeting, held: Meeting) -> bool:
    """Whether one was planned for a day before the last that was held: nobody can say any more how it went."""
    return planned.scheduled_on is not None and held.held_on is not None and planned.scheduled_on < held.held_on


def roles(db: Connection, policy: Policy, one_id: int, other_id: int) -> tuple[int, int] | None:
    """Who of two people is the CSM and who the AE, by their common accounts; None where they have none."""
    counted = {
        (one.csm_id, one.ae_id): len(one.accounts)
        for one in _read(db, policy, [(one_id, other_id), (other_id, one_id)])
    }
    best = max(counted, key=lambda key: counted[key])
    return best if counted[best] else None


def get(db: Connection, meeting_id: int) -> Meeting:
    """The meeting of an id; raises NotFound."""
    found = find(db, meeting_id)
    if found is None:
        raise NotFound("That meeting is not known here.", "It may have been taken back.")
    return found


def find(db: Connection, meeting_id: int) -> Meeting | None:
    """The meeting of an id; None for one that was taken back."""
    row = db.execute(f"SELECT {FIELDS} FROM team_meetings WHERE id = ? AND undone_at IS NULL", (meeting_id,)).fetchone()
    return from_row(row) if row else None


def schedule(unit: Unit, found: Pair, at: datetime, on: date, sa_id: int | None) -> Meeting:
    """A meeting gets its time, or another one. Raises UserError for a time that has passed."""
    if at <= unit.now:
        raise UserError("That time has passed.", "Pick one ahead, or say that it was held.", field="scheduled_on")
    found = _now(unit, found)
    fields = {"scheduled_at": instant_text(at), "scheduled_on": on.isoformat(), "sa_id": sa_id}
    return _write(unit, SCHEDULED, found, found.planned, fields)


def hold(unit: Unit, found: Pair, held_on: date, next_steps: str | None, sa_id: int | None) -> Meeting:
    """A meeting was held on a day: the scheduled one, if there is one. Raises UserError for a day ahead."""
    not_after_today(unit, held_on, "held_on")
    found = _now(unit, found)
    if found.last and found.last.held_on and held_on <= found.last.held_on:
        said = lived_day_said(found.last.held_on, unit.own_today)
        raise Stale(f"The last meeting was held on {said}.", "Nothing was changed; a later day is another meeting.")
    fields = {"held_on": held_on.isoformat(), "next_steps": text_of(next_steps, "next_steps"), "sa_id": sa_id}
    planned = found.planned if found.planned and not found.planned.is_ahead(unit.own_today) else None
    return _write(unit, HELD, found, planned, fields)


def _now(unit: Unit, found: Pair) -> Pair:
    """The pair as it is now: since it was looked at, the other one may have said the same."""
    return _read(unit.db, unit.policy, [(found.csm_id, found.ae_id)])[0]


def _write(unit: Unit, action: str, found: Pair, known: Meeting | None, fields: dict[str, Any]) -> Meeting:
    said = {**fields, "by_id": unit.actor_id, "at": unit.at}
    before: dict[str, Any] = {}
    if known is None:
        row = put(unit.db, "team_meetings", {"csm_id": found.csm_id, "ae_id": found.ae_id, **said}, FIELDS)
        made = from_row(row)
    else:
        before = _kept(unit.db, known.id)
        update_row(unit.db, "team_meetings", known.id, said)
        made = get(unit.db, known.id)
    after = {"csm_id": found.csm_id, "ae_id": found.ae_id, **fields}
    unit.audit(action, f"team_meeting:{made.id}", before, after)  # also of a new one: the round tells of who is in it
    return made


def last_done(db: Connection, meeting_id: int) -> tuple[int, str, dict[str, Any]]:
    """The newest that was done to a meeting: its audit row, what, and how the meeting was before; raises NotFound."""
    row = db.execute(
        "SELECT id, action, before FROM audit WHERE subject = ? ORDER BY id DESC LIMIT 1",
        (f"team_meeting:{meeting_id}",),
    ).fetchone()
    if row is None:
        raise NotFound("That meeting is not known here.")
    return row[0], row[1], json.loads(row[2])


def take_back(unit: Unit, meeting_id: int, audit_id: int) -> tuple[Meeting, str]:
    """What was done to a meeting last was a mistake; the meeting, and what it was. Raises Stale for what is older."""
    known = get(unit.db, meeting_id)
    newest, action, before = last_done(unit.db, meeting_id)
    if newest != audit_id or action == UNDONE:
        raise Stale("That meeting was changed since.", "Nothing was changed.")
    now = _kept(unit.db, meeting_id)
    if before:
        update_row(unit.db, "team_meetings", meeting_id, before)
    else:
        update_row(unit.db, "team_meetings", meeting_id, {"undone_at": unit.at})
    unit.audit(UNDONE, f"team_meeting:{meeting_id}", now, {**before, "undone": audit_id})
    return known, action


def _kept(db: Connection, meeting_id: int) -> dict[str, Any]:
    row = db.execute(f"SELECT {', '.join(_KEPT)} FROM team_meetings WHERE id = ?", (meeting_id,)).fetchone()
    return dict(zip(_KEPT, row, strict=True))


def unanswered(db: Connection, policy: Policy, csm_ids: Sequence[int], today: date) -> list[Pair]:
    """The pairs of these CSMs whose meeting was scheduled for a day before today, and nobody said how it went."""
    rows = db.execute(
        "SELECT DISTINCT csm_id, ae_id FROM team_meetings WHERE csm_id IN (SELECT value FROM json_each(?))"
        " AND held_on IS NULL AND undone_at IS NULL AND scheduled_on < ? ORDER BY csm_id, ae_id",
        (json.dumps(list(csm_ids)), today.isoformat()),
    ).fetchall()
    found = _read(db, policy, [(row[0], row[1]) for row in rows])
    return [one for one in found if one.accounts and one.planned and not one.is_planned(today)]


def with_people(some: Iterable[Pair]) -> set[int]:
    """The ids of all who are in them."""
    return {i for one in some for i in (*one.team_ids, *(one.planned.who if one.planned else ()))}


def from_row(row: Sequence[Any]) -> Meeting:
    """The meeting of a row selected with FIELDS."""
    return Meeting(
        id=row[0],
        csm_id=row[1],
        ae_id=row[2],
        sa_id=row[3],
        scheduled_at=maybe_instant(row[4]),
        scheduled_on=maybe_day(row[5]),
        held_on=maybe_day(row[6]),
        next_steps=row[7],
    )
