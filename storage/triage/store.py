"""All SQL of accounts in trouble: opened, described, updated, given up, ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.account.lists import ACTIVE
from storage.base.dialect import put, update_row
from storage.base.errors import NotFound, Stale, UserError
from storage.base.message_edits import newest, redraw
from storage.base.moments import civil_day, day, day_said, instant, maybe_day, maybe_instant
from storage.base.nouns import handed_in
from storage.base.switches import area_on
from storage.base.texts import text_of
from storage.health.settings import HealthArea
from storage.success.store import managed
from storage.triage.record import (
    ENDED,
    GREEN,
    IMPACTS,
    OPEN,
    REASONS,
    RED,
    WILL_CHURN,
    WON_BACK,
    YELLOW,
    Triage,
    regular_due,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.lists import Whose
    from storage.base.db import Unit
    from storage.base.policy import Policy

FIELDS = (
    "id, account_id, state, colour, red, impact, reason, ends, next_step, opened_on, opened_at, opened_by, source,"
    " last_on, last_at, chosen_on, will_churn_on, retrospective, ended_at, ended_by, outcome, helped"
)
NONE_TO_OPEN, NONE_TO_COME = "There is nothing to triage.", "No update of it is to come."
BEFORE = "before"
"""Where one came from that was red before anybody looked after it: nobody is told that it began."""
SOURCE = "triage"
"""Where a health came from that an update of a triage set."""
OPENED, DESCRIBED, UPDATED, GIVEN_UP = "triage.open", "triage.describe", "triage.update", "triage.will_churn"
_KEPT = (
    "state", "colour", "red", "impact", "reason", "ends", "next_step", "last_on", "last_at", "chosen_on",
    "will_churn_on", "retrospective", "ended_at", "ended_by", "outcome", "helped",
)  # fmt: skip


def get(db: Connection, triage_id: int) -> Triage:
    """The triage of an id; raises NotFound."""
    row = db.execute(f"SELECT {FIELDS} FROM triages WHERE id = ?", (triage_id,)).fetchone()
    if row is None:
        raise NotFound("That triage is not known here.", "It may have been taken back.")
    return from_row(row)


def many(db: Connection, ids: Iterable[int]) -> list[Triage]:
    """The triages of these ids, by id; unknown ones are left out."""
    rows = db.execute(
        f"SELECT {FIELDS} FROM triages WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(ids)),),
    )
    return [from_row(row) for row in rows]


def updates(db: Connection, triage_id: int, limit: int) -> list[tuple[date, str | None, str, str | None, str | None]]:
    """Its updates, the newest first: day, who, colour, progress, next step."""
    rows = db.execute(
        "SELECT given_on, people.name, colour, progress, next_step FROM triage_updates"
        " LEFT JOIN people ON people.id = by_id WHERE triage_id = ? ORDER BY triage_updates.id DESC LIMIT ?",
        (triage_id, limit),
    )
    return [(day(row[0]), row[1], row[2], row[3], row[4]) for row in rows]


def is_in_one(db: Connection, account_id: int) -> bool:
    """Whether an account is in triage, given up or not."""
    row = db.execute("SELECT 1 FROM triages WHERE account_id = ? AND state <> 'ended'", (account_id,)).fetchone()
    return row is not None


def current(db: Connection, account_id: int) -> Triage | None:
    """The triage in which an account is, given up or not; None for one that is in none."""
    return next(iter(of_accounts(db, [account_id], ended=False)), None)


def of_accounts(db: Connection, account_ids: Iterable[int], *, ended: bool = True) -> list[Triage]:
    """The triages of these accounts, the newest first; those that have ended only where they are wanted."""
    standing = "" if ended else " AND state <> 'ended'"
    rows = db.execute(
        f"SELECT {FIELDS} FROM triages WHERE account_id IN (SELECT value FROM json_each(?)){standing}"
        " ORDER BY state = 'ended', id DESC",
        (json.dumps(list(account_ids)),),
    )
    return [from_row(row) for row in rows]


def open_of(db: Connection, policy: Policy, whose: Whose) -> list[Triage]:
    """The open triages of managed accounts of a scope."""
    return open_where(db, policy, *whose.condition)


def open_where(db: Connection, policy: Policy, condition: str, among: Sequence[Any]) -> list[Triage]:
    """The open triages of managed accounts of a condition on `accounts`."""
    where, values = managed(policy.settings(HealthArea))
    rows = db.execute(
        f"SELECT {', '.join(f'triages.{name.strip()}' for name in FIELDS.split(','))} FROM triages"
        f" JOIN accounts ON accounts.id = account_id WHERE state = 'open' AND {where}"
        f" AND {condition} ORDER BY triages.id",
        (*values, *among),
    )
    return [from_row(row) for row in rows]


def escalated(db: Connection, policy: Policy, account_id: int) -> bool:
    """Whether an escalation of the account is open: then its triage neither ends nor is given up.

    Of an area that is off none is: nobody could close it.
    """
    nouns = (noun for noun in handed_in("storage", "signals") if noun.AREA == "escalations")
    return area_on(policy, "escalations") and any(noun.looked_after(db, [account_id]) for noun in nouns)


def begin(
    unit: Unit, account_id: int, colour: str, on: date, source: str, *, said: Mapping[str, str | None] | None = None
) -> Triage:
    """An account is in trouble as of a day: nothing is audited, that is for whoever says so."""
    values = {
        "account_id": account_id,
        "colour": colour,
        "red": int(colour == RED),
        "opened_on": on.isoformat(),
        "opened_at": unit.at,
        "opened_by": unit.actor_id if source not in ("import", BEFORE) else None,
        "source": source,
        "last_on": on.isoformat(),
        "last_at": unit.at,
        **(said or {}),
    }
    return from_row(put(unit.db, "triages", values, FIELDS))


def open_yellow(unit: Unit, account_id: int, said: Mapping[str, str | None]) -> Triage:
    """[Needs triage] of a yellow account; raises UserError for another colour, Stale where it is in triage."""
    account = accounts.get(unit.db, account_id)
    if current(unit.db, account_id):
        raise Stale(f"{account.name} is in triage already.", "Nothing was changed.")
    account.refuse_gone(NONE_TO_OPEN)
    if account.health != YELLOW:
        raise UserError(
            f"{account.name}'s health is {account.health or 'not set'}.",
            f"Yellow ones can be put into triage; red ones are: /account health {account.name} yellow",
        )
    found = begin(unit, account_id, YELLOW, unit.today, "person", said=_checked(said))
    told = {name: value for name, value in _checked(said).items() if value}
    after = {**told, "triage": found.id, "triage_now": _kept(unit, found.id)}
    unit.audit(OPENED, f"account:{account_id}", {"triage_was": None}, after)
    return found


def describe(unit: Unit, triage_id: int, said: Mapping[str, str | None]) -> Triage:
    """Impact, reason, what ends it, next step: as they are from now on."""
    before, kept = _standing(unit, triage_id), _checked(said)
    was = {name: getattr(before, name) for name in kept if getattr(before, name) != kept[name]}
    if not was:
        return before
    _keep(unit, before, {name: kept[name] for name in was}, DESCRIBED, was, {name: kept[name] for name in was})
    return get(unit.db, triage_id)


def update(
    unit: Unit,
    triage_id: int,
    colour: str,
    progress: str | None,
    *,
    next_step: str | None = None,
    due_on: date | None = None,
    helped: str | None = None,
) -> Triage:
    """An update: how it is, how it goes, what comes next; green ends it, unless an escalation is open.

    `due_on`: the next one is wanted earlier than it would be due. Raises UserError without progress, for green without
    what helped, and for a day that is past or later than the regular one.
    """
    before = _standing(unit, triage_id)
    accounts.get(unit.db, before.account_id).refuse_gone(NONE_TO_COME)
    if before.state == WILL_CHURN:
        raise Stale("It was given up: no updates are wanted.", "A renewal or a churn ends it.")
    if colour not in (RED, YELLOW, GREEN):
        raise UserError("Which colour is it?", "Pick green, yellow or red.", field="colour")
    said, step, why = text_of(progress, "progress"), text_of(next_step, "next_step"), text_of(helped, "helped")
    if said is None:
        raise UserError("How does it go?", "A line is enough.", field="progress")
    ends = colour == GREEN and not escalated(unit.db, unit.policy, before.account_id)
    if ends and why is None:
        raise UserError("What helped?", "A line for the next one.", field="helped")
    chosen = None if ends else _chosen(unit, colour, due_on)
    was, now = accounts.say_health(unit, before.account_id, colour, said, source=SOURCE)
    kept = unit.db.execute(
        "INSERT INTO triage_updates(triage_id, at, given_on, by_id, colour, progress, next_step)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (triage_id, unit.at, unit.today.isoformat(), unit.actor_id, colour, said, step),
    ).fetchone()
    values: dict[str, Any] = {"colour": colour, "red": int(before.red or colour == RED), "last_at": unit.at}
    values |= {"last_on": unit.today.isoformat(), "chosen_on": chosen.isoformat() if chosen else None}
    values |= {"next_step": step} if step else {}
    if ends:
        values |= _ending(unit, WON_BACK, why)
    told = {"progress": said, "next_step": step, "helped": why if ends else None, "triage_update": kept[0]}
    _keep(unit, before, values, UPDATED, was, {**now, **{name: value for name, value in told.items() if value}})
    return get(unit.db, triage_id)


def will_churn(unit: Unit, triage_id: int, line: str | None) -> Triage:
    """Nobody expects to keep the account; raises UserError without a line, Stale for one that is not open."""
    before = _standing(unit, triage_id)
    if before.state != OPEN:
        raise Stale("It was given up already.", "Nothing was changed.")
    if escalated(unit.db, unit.policy, before.account_id):
        raise UserError("An escalation is open.", "Close it first: /success escalations")
    said = text_of(line, "retrospective")
    if said is None:
        raise UserError("What would have kept it?", "A line is needed, for the next one.", field="retrospective")
    today = unit.today.isoformat()
    accounts.write(unit, before.account_id, {"will_churn_on": today})
    values = {"state": WILL_CHURN, "will_churn_on": today, "retrospective": said}
    _keep(unit, before, values, GIVEN_UP, {}, {"retrospective": said})
    return get(unit.db, triage_id)


def end(unit: Unit, triage: Triage, outcome: str, helped: str | None = None) -> None:
    """It is over: nothing is audited, that is for whoever says so."""
    _write(unit, triage.id, _ending(unit, outcome, helped))


def say_what_helped(unit: Unit, triage_id: int, helped: str) -> Triage:
    """What helped, once it is over."""
    before, said = get(unit.db, triage_id), text_of(helped, "helped")
    if before.state != ENDED:
        raise Stale("It is in triage again.", "Nothing was changed.")
    if said is None:
        raise UserError("What helped?", "A line for the next one.", field="helped")
    _keep(unit, before, {"helped": said}, DESCRIBED, {}, {"helped": said})
    return get(unit.db, triage_id)


def recolour(unit: Unit, triage: Triage, colour: str) -> None:
    """Its colour was said without an update."""
    _write(unit, triage.id, {"colour": colour, "red": int(triage.red or colour == RED)})


def opened_by_setting(db: Connection, account_id: int, at: str) -> Triage | None:
    """The triage that a health set at an instant has opened, if nobody had a hand in it since."""
    row = db.execute(
        f"SELECT {FIELDS} FROM triages WHERE account_id = ? AND opened_at = ? AND state = 'open'"
        " AND last_at = opened_at AND impact IS NULL AND reason IS NULL AND ends IS NULL",
        (account_id, at),
    ).fetchone()
    return from_row(row) if row else None


def ended_by_setting(db: Connection, account_id: int, at: str) -> Triage | None:
    """The triage that a health set at an instant has ended."""
    row = db.execute(
        f"SELECT {FIELDS} FROM triages WHERE account_id = ? AND ended_at = ? AND by_renewal IS NULL", (account_id, at)
    ).fetchone()
    return from_row(row) if row else None


def remove(unit: Unit, triage_id: int) -> None:
    """It never was."""
    unit.db.execute("DELETE FROM triages WHERE id = ?", (triage_id,))


def go_on(unit: Unit, triage_id: int) -> None:
    """It did not end."""
    _write(unit, triage_id, {"state": OPEN, **dict.fromkeys(("ended_at", "ended_by", "outcome", "helped"))})


def restore(
    unit: Unit, triage_id: int, was: Mapping[str, Any] | None, now: Mapping[str, Any] | None, update_id: int | None
) -> None:
    """What an audited change has changed is as before; None: the triage was not.

    Raises Stale where any of that is not as the change left it (`now`, None: that is not known any more), or can't be.
    """
    standing = _kept(unit, triage_id)
    changed = [name for name in _KEPT if was is None or now is None or was[name] != now[name]]
    worked_on = now is not None and any(standing[name] != now[name] for name in changed)
    if update_id is not None:
        unit.db.execute("DELETE FROM triage_updates WHERE id = ?", (update_id,))
    if was is None:
        worked_on |= bool(updates(unit.db, triage_id, 1))
    if worked_on:
        raise Stale("That triage was worked on since.", "Nothing was changed.")
    if was is None:
        remove(unit, triage_id)
        return
    found = get(unit.db, triage_id)
    if was["state"] != ENDED and found.state == ENDED and "state" in changed and current(unit.db, found.account_id):
        raise Stale("The account is in triage anew.", "Nothing was changed.")
    _write(unit, triage_id, {name: was[name] for name in changed})
    if found.state == WILL_CHURN and "state" in changed:
        accounts.write(unit, found.account_id, {"will_churn_on": None})


def begin_missing(unit: Unit) -> int:
    """Accounts that are red and in no triage since: it begins as of that day, in silence; how many.

    So it is where they were red before the area was switched on, or before somebody managed them.
    """
    where, values = managed(unit.policy.settings(HealthArea))
    rows = unit.db.execute(
        "SELECT id, health_on, (SELECT max(ended_at) FROM triages WHERE account_id = accounts.id) FROM accounts"
        f" WHERE {where} AND {ACTIVE} AND health = 'red' AND health_on IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM triages WHERE account_id = accounts.id AND state <> 'ended') ORDER BY id",
        values,
    ).fetchall()
    zone_name = unit.policy.timezone
    found = [(row[0], day(row[1])) for row in rows if not row[2] or civil_day(instant(row[2]), zone_name) < day(row[1])]
    for account_id, health_on in found:
        begin(unit, account_id, RED, health_on, BEFORE)
    return len(found)


def _ending(unit: Unit, outcome: str, helped: str | None) -> dict[str, Any]:
    return {"state": ENDED, "ended_at": unit.at, "ended_by": unit.actor_id, "outcome": outcome, "helped": helped}


def _chosen(unit: Unit, colour: str, due_on: date | None) -> date | None:
    if due_on is None:
        return None
    regular = regular_due(unit.today, colour, unit.policy.settings(HealthArea))
    if due_on <= unit.own_today:
        raise UserError(f"{day_said(due_on, unit.own_today)} is not ahead.", "Pick a later day.", field="due_on")
    if due_on > regular:
        raise UserError(
            f"{day_said(due_on, unit.own_today)} is too late.",
            f"{day_said(regular, unit.own_today)} at the latest.",
            field="due_on",
        )
    return due_on


def _checked(said: Mapping[str, str | None]) -> dict[str, str | None]:
    for name, known in (("impact", IMPACTS), ("reason", REASONS)):
        if said.get(name) not in (None, *known):
            raise UserError(f"'{said[name]}' is not known.", f"Pick one of {', '.join(known)}.", field=name)
    texts = {name: text_of(said[name], name) for name in ("ends", "next_step") if name in said}
    return {**{name: said[name] for name in ("impact", "reason") if name in said}, **texts}


def _standing(unit: Unit, triage_id: int) -> Triage:
    found = get(unit.db, triage_id)
    if found.state == ENDED:
        raise Stale("That is over.", "Nothing was changed.")
    return found


def _keep(
    unit: Unit, before: Triage, values: dict[str, Any], action: str, was: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Write and audit it, with all that it takes to have it back."""
    kept = _kept(unit, before.id)
    _write(unit, before.id, values)
    now = {"triage": before.id, "triage_now": _kept(unit, before.id)}
    unit.audit(action, f"account:{before.account_id}", {**was, "triage_was": kept}, {**after, **now})


def _kept(unit: Unit, triage_id: int) -> dict[str, Any]:
    row = unit.db.execute(f"SELECT {', '.join(_KEPT)} FROM triages WHERE id = ?", (triage_id,)).fetchone()
    return dict(zip(_KEPT, row or (None,) * len(_KEPT), strict=True))


def _write(unit: Unit, triage_id: int, values: Mapping[str, Any]) -> None:
    update_row(unit.db, "triages", triage_id, values)
    redraw(unit.db, f"triage:{triage_id}", newest(unit.db), unit.now)


def from_row(row: Sequence[Any]) -> Triage:
    """The triage of a row selected with FIELDS."""
    return Triage(
        id=row[0],
        account_id=row[1],
        state=row[2],
        colour=row[3],
        red=bool(row[4]),
        impact=row[5],
        reason=row[6],
        ends=row[7],
        next_step=row[8],
        opened_on=day(row[9]),
        opened_at=instant(row[10]),
        opened_by=row[11],
        source=row[12],
        last_on=day(row[13]),
        last_at=instant(row[14]),
        chosen_on=maybe_day(row[15]),
        will_churn_on=maybe_day(row[16]),
        retrospective=row[17],
        ended_at=maybe_instant(row[18]),
        ended_by=row[19],
        outcome=row[20],
        helped=row[21],
    )
