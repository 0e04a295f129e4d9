"""People as remembered: found by id, e-mail or Slack id; filled in by imports and by Slack's directory."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from storage.base import groups
from storage.base.areas import is_group
from storage.base.errors import NotFound, UserError
from storage.base.joining import join, rename_keys
from storage.base.moments import civil_day, instant_text, is_zone, maybe_day
from storage.base.nouns import handed_in
from storage.base.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from sqlite3 import Connection, Row

    from storage.base.db import Unit
    from storage.base.policy import Policy

COLUMNS = (
    "id, email, slack_id, name, zone, role, manager_id, team, region, deactivated, guest, is_foreign,"
    " away_until, backup_id, dm_channel, runs_workspace, told_at"
)

_ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f<>,;\"@]+@[^\s\x00-\x1f\x7f<>,;\"@]+")


def from_row(row: Row | tuple[Any, ...]) -> Person:
    """The person of a row selected with COLUMNS. A zone that this machine does not know is none: the policy's holds."""
    return Person(
        id=row[0],
        email=row[1],
        slack_id=row[2],
        name=row[3],
        zone=row[4] if row[4] and is_zone(row[4]) else None,
        role=row[5],
        manager_id=row[6],
        team=row[7],
        region=row[8],
        deactivated=bool(row[9]),
        guest=bool(row[10]),
        foreign=bool(row[11]),
        away_until=maybe_day(row[12]),
        backup_id=row[13],
        dm_channel=row[14],
        runs_workspace=bool(row[15]),
        told_at=row[16],
    )


def get(db: Connection, person_id: int) -> Person:
    """The person of an id; raises NotFound."""
    row = db.execute(f"SELECT {COLUMNS} FROM people WHERE id = ?", (person_id,)).fetchone()
    if row is None:
        raise NotFound("That person is not known here.", "They may be by another record: open it anew.")
    return from_row(row)


def today_for(unit: Unit, person_id: int | None) -> date:
    """Today for who is given work: where the team is, or who gives it, or they, whichever is furthest on."""
    theirs = get(unit.db, person_id).zone if person_id is not None else None
    return max(unit.today, unit.own_today, civil_day(unit.now, theirs or unit.policy.timezone))


def refuse_outsider(person: Person, doing: str, field: str) -> None:
    """Raise UserError for somebody who is no active member of this workspace: guests, bots, those who left."""
    if person.deactivated or person.guest or person.foreign:
        raise UserError(
            f"{person.name} can't {doing}: only active members of this workspace can.", "Pick a colleague.", field=field
        )


def many(db: Connection, ids: Iterable[int | None]) -> dict[int, Person]:
    """The people of these ids, by id; None and unknown ids are left out."""
    wanted = sorted({i for i in ids if i is not None})
    if not wanted:
        return {}
    marks = ",".join("?" * len(wanted))
    rows = db.execute(f"SELECT {COLUMNS} FROM people WHERE id IN ({marks})", wanted)
    return {row[0]: from_row(row) for row in rows}


def by_slack_id(db: Connection, slack_id: str) -> Person | None:
    """The person of a Slack user id, if ever seen."""
    row = db.execute(f"SELECT {COLUMNS} FROM people WHERE slack_id = ?", (slack_id,)).fetchone()
    return from_row(row) if row else None


def in_slack(db: Connection) -> dict[str, Person]:
    """Everybody whom Slack has told of, by the id there."""
    rows = db.execute(f"SELECT {COLUMNS} FROM people WHERE slack_id IS NOT NULL")
    return {row[2]: from_row(row) for row in rows}


def by_email(db: Connection, email: str) -> Person | None:
    """The person of an e-mail address, case ignored."""
    row = db.execute(f"SELECT {COLUMNS} FROM people WHERE email = ?", (email.strip().lower(),)).fetchone()
    return from_row(row) if row else None


def ensure_email(unit: Unit, email: str) -> Person:
    """The person of an e-mail address; made if not known yet, and filled in when Slack tells more."""
    found = by_email(unit.db, email)
    if found:
        return found
    address = email.strip().lower()
    row = unit.db.execute(
        f"INSERT INTO people(email, name, updated_at) VALUES (?, ?, ?) RETURNING {COLUMNS}",
        (address, name_of(address), unit.at),
    ).fetchone()
    return from_row(row)


def former_addresses(db: Connection) -> dict[str, int]:
    """Whose e-mails and Slack ids were, of those that are nobody's now."""
    rows = db.execute(
        "SELECT address, person_id FROM former_addresses"
        " WHERE NOT EXISTS (SELECT 1 FROM people WHERE address IN (email, slack_id))"
    )
    return {row[0]: row[1] for row in rows}


def _keep_former(unit: Unit, person_id: int, *addresses: str | None) -> None:
    unit.db.executemany(
        "INSERT INTO former_addresses(address, person_id) VALUES (?, ?)"
        " ON CONFLICT (address) DO UPDATE SET person_id = excluded.person_id",
        [(address, person_id) for address in addresses if address is not None],
    )


def name_of(address: str) -> str:
    """How somebody is called of whom an e-mail is all that is known."""
    return address.partition("@")[0].replace(".", " ").replace("_", " ").title()


def is_slack_id(text: str) -> bool:
    """Whether a text is a Slack user id: `U` or `W`, then capitals and digits."""
    return re.fullmatch(r"[UW][A-Z0-9]{7,}", text) is not None


def ensure(unit: Unit, address: str) -> Person:
    """The person of an e-mail address or a Slack id; made if not known yet."""
    if not is_slack_id(address):
        return ensure_email(unit, address)
    found = by_slack_id(unit.db, address)
    if found:
        return found
    row = unit.db.execute(
        f"INSERT INTO people(slack_id, name, updated_at) VALUES (?, ?, ?) RETURNING {COLUMNS}",
        (address, address, unit.at),
    ).fetchone()
    return from_row(row)


def from_slack(
    unit: Unit,
    *,
    slack_id: str,
    email: str | None,
    name: str,
    zone: str | None,
    deactivated: bool = False,
    guest: bool = False,
    foreign: bool = False,
    runs_workspace: bool = False,
) -> Person:
    """Keep what Slack's directory says of a person; an e-mail known from an import becomes the same person.

    A person of another workspace never takes over an e-mail that an import named, nor does the account that somebody
    left behind take it back from their present one. Somebody who has left, and whom nothing here knows, is not kept
    (they may have been erased): their id is 0.
    """
    address = email.strip().lower() if email and not foreign else None
    if address and not _ADDRESS.fullmatch(address):
        address = None  # it would stand in calendar files
    by_id = by_slack_id(unit.db, slack_id)
    by_mail = by_email(unit.db, address) if address else None
    if deactivated and by_mail and by_mail.slack_id not in (None, slack_id) and not by_mail.deactivated:
        address = by_mail = None
    if by_id and by_mail and by_id.id != by_mail.id:
        # Seen in Slack before a file named the address, or it has changed: the record that files name stays.
        if by_mail.slack_id is None or by_mail.deactivated:
            join(unit, by_id, by_mail)
            rename_keys(unit, by_id.address, by_mail.address)
            _keep_former(unit, by_mail.id, by_id.email)
            mark_person(unit, by_mail.id)
        else:  # whose the address was is somebody of their own
            unit.db.execute("UPDATE people SET slack_id = NULL WHERE id = ?", (by_id.id,))
        by_id = None
    target = by_id or by_mail
    if target is None and deactivated:
        return Person(0, address, slack_id, name, zone, deactivated=True, guest=guest, foreign=foreign)
    values = (address, slack_id, name, zone, deactivated, guest, foreign, runs_workspace, unit.at, unit.at)
    if target is None:
        row = unit.db.execute(
            "INSERT INTO people(email, slack_id, name, zone, deactivated, guest, is_foreign,"
            f" runs_workspace, updated_at, told_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING {COLUMNS}",
            values,
        ).fetchone()
    else:
        was = ((target.email, address), (target.slack_id, slack_id))
        _keep_former(unit, target.id, *(before for before, now in was if now not in (None, before)))
        row = unit.db.execute(
            "UPDATE people SET email = coalesce(?, email), slack_id = ?, name = ?, zone = ?, deactivated = ?,"
            " guest = ?, is_foreign = ?, runs_workspace = ?, updated_at = ?, told_at = ?"
            f" WHERE id = ? RETURNING {COLUMNS}",
            (*values, target.id),
        ).fetchone()
        if target.zone != zone:
            mark_person(unit, target.id)
        if (now := from_row(row).address) != target.address:
            rename_keys(unit, target.address, now)
    return from_row(row)


def keep_dm(unit: Unit, person_id: int, dm_channel: str) -> None:
    """Remember the conversation with a person, so that Slack need not be asked again."""
    unit.db.execute("UPDATE people SET dm_channel = ? WHERE id = ?", (dm_channel, person_id))


def deactivate(unit: Unit, person_id: int) -> None:
    """Slack says that the person has left: what they were reminded of goes to their manager."""
    unit.db.execute(
        "UPDATE people SET deactivated = 1, updated_at = ? WHERE id = ? AND deactivated = 0", (unit.at, person_id)
    )
    mark_person(unit, person_id)


def mark_person(unit: Unit, person_id: int) -> None:
    """Have the planner look again at all that this person is reminded of: nouns' facts say what (`mark_of_person`)."""
    for noun in handed_in("storage", "facts"):
        if mark_of_person := getattr(noun, "mark_of_person", None):
            mark_of_person(unit, person_id)


def manager_of(db: Connection, policy: Policy, person: Person) -> Person | None:
    """Whom the person reports to: as the people import said, else the head of their team by policy."""
    if person.manager_id is not None:
        return get(db, person.manager_id)
    team = policy.teams.get(policy.team_of(person.email, person.slack_id) or person.team or "")
    found = named(db, team.manager) if team and team.manager else None
    return found if found and found.id != person.id else None


def team_ids(db: Connection, policy: Policy, person: Person) -> list[int]:
    """ "My team" as ids: a manager's own CSMs, else the person's colleagues (the person included)."""
    led = [team for team in policy.teams.values() if named_by(person, (team.manager,))]
    names = [member for team in led for member in team.members]
    ids = [row[0] for row in db.execute("SELECT id FROM people WHERE manager_id = ?", (person.id,))]
    if not led and not ids:
        team_name = policy.team_of(person.email, person.slack_id)
        names = list(policy.teams[team_name].members) if team_name else []
        if person.team:
            ids = [row[0] for row in db.execute("SELECT id FROM people WHERE team = ?", (person.team,))]
    members = [found.id for name in names if (found := named(db, name))]
    return sorted({person.id, *ids, *members})


def names_managers(db: Connection, policy: Policy) -> bool:
    """Whether anybody is named a manager or an admin, by the policy or by the people import."""
    listed = (*policy.managers, *policy.admins)
    if any(groups.members(db, name) if is_group(name) else name for name in listed):
        return True
    if any(team.manager for team in policy.teams.values()):
        return True
    query = "SELECT 1 FROM people WHERE role IN ('manager', 'admin') OR manager_id IS NOT NULL LIMIT 1"
    return db.execute(query).fetchone() is not None


def named(db: Connection, name: str) -> Person | None:
    """The person of an e-mail address or Slack id, as a policy names people."""
    return by_email(db, name) or by_slack_id(db, name)


def named_by(person: Person, names: Iterable[str]) -> bool:
    """Whether one of these e-mail addresses or Slack ids is the person's."""
    own = {n.casefold() for n in (person.email, person.slack_id) if n}
    return any(name.casefold() in own for name in names if name)


def set_away(unit: Unit, person_id: int, until: date | None, backup_id: int | None) -> Person:
    """Have the person's nudges go to a backup up to and including a day; None for both: back again."""
    before = get(unit.db, person_id)
    if until is not None:
        if until < unit.own_today:
            raise UserError("That day has passed.", "Until when are you away?", field="away_until")
        if backup_id is None or backup_id == person_id:
            raise UserError("A backup is needed.", "Pick a colleague who gets your nudges.", field="backup")
        backup = get(unit.db, backup_id)
        if backup.deactivated or backup.guest or backup.foreign:
            raise UserError(f"{backup.name} can't stand in.", "Pick a colleague of this workspace.", field="backup")
        if backup.away_until and backup.away_until >= unit.today:
            raise UserError(f"{backup.name} is away as well.", "Pick somebody who is there.", field="backup")
    unit.db.execute(
        "UPDATE people SET away_until = ?, backup_id = ?, updated_at = ? WHERE id = ?",
        (until.isoformat() if until else None, backup_id if until else None, unit.at, person_id),
    )
    mark_person(unit, person_id)
    unit.audit(
        "person.away" if until else "person.back",
        f"person:{person_id}",
        {"away_until": before.away_until, "backup_id": before.backup_id},
        {"away_until": until, "backup_id": backup_id if until else None},
    )
    return get(unit.db, person_id)


def leads_somebody(db: Connection, person_id: int) -> bool:
    """Whether the people import names this person as somebody's manager."""
    return db.execute("SELECT 1 FROM people WHERE manager_id = ? LIMIT 1", (person_id,)).fetchone() is not None


def named_since_reading(db: Connection) -> bool:
    """Whether somebody with an address was named since the directory was read, whom Slack has not told of."""
    row = db.execute(
        "SELECT 1 FROM people WHERE slack_id IS NULL AND email IS NOT NULL"
        " AND updated_at >= coalesce((SELECT value FROM meta WHERE key = 'directory_read_at'), '') LIMIT 1"
    ).fetchone()
    return row is not None


def is_fresh(person: Person, since: datetime) -> bool:
    """Whether Slack has told of somebody since then."""
    return person.told_at is not None and person.told_at >= instant_text(since)


def home_team(db: Connection) -> str:
    """The id of the workspace that the bot is installed in; empty until it has asked."""
    row = db.execute("SELECT value FROM meta WHERE key = 'team_id'").fetchone()
    return str(row[0]) if row else ""


def keep_home_team(unit: Unit, team_id: str) -> None:
    """Remember the workspace that the bot is installed in."""
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES ('team_id', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (team_id,),
    )


def reading_done(unit: Unit, begun: datetime) -> None:
    """Slack's directory was read from then on: whoever is not in it is not asked for again until they change."""
    # One second on: an import of this very second was in the database before Slack was asked.
    read_at = instant_text(begun + timedelta(seconds=1))
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES ('directory_read_at', ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (read_at,),
    )
