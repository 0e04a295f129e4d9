"""Who is told of what somebody else did: outbox rows of the kinds `told` and `alert` (docs/domain.md, "Who is told").

Called by `storage/<noun>/hearers.py`, inside the unit of work of the deed. A row names the audit row and what of it is
told; the words are made when it is sent (`reminders/account/telling.py`).
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from storage.base import outbox, people
from storage.base.change import Change
from storage.base.db import to_json
from storage.base.dialect import field_of
from storage.base.keys import Key, to_person
from storage.base.moments import instant, instant_text
from storage.base.outbox_row import CANCELLED, PENDING, Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.deed import Deed
    from storage.base.person import Person

TOLD, ALERT = "told", "alert"
TOGETHER = timedelta(seconds=60)
"""From the first row of a person on: what is told within it is one message."""
IF_IT_HOLDS = timedelta(minutes=2)
"""After the change: an alert goes out then, if it is still so."""
_GATHERED = timedelta(minutes=10)
"""No alert waits longer than that for more of the same person's."""
READ_FOR = timedelta(days=7)


def tell(
    unit: Unit,
    deed_id: int,
    whom: Iterable[int | None],
    what: str,
    *,
    part: str | None = None,
    account_id: int | None = None,
    cta_id: int | None = None,
    **facts: Any,
) -> None:
    """Tell each of these people, who did not do it themselves; `what` names the words (`reminders/<noun>/told.py`).

    One deed told for several reasons is one row. `part` is that in the record for which they are told: it goes to who
    has it by their morning.
    """
    for person in _others(unit, whom):
        key = str(Key(TOLD, (deed_id, person.id)))
        put = outbox.put(
            unit,
            Draft(
                dedupe_key=key,
                kind=TOLD,
                destination=to_person(person.id),
                recipient=person.address,
                not_before=_gathered_at(unit, person),
                expires_at=unit.now + READ_FOR,
                account_id=account_id,
                cta_id=cta_id,
                why="somebody else did it",
                payload={"by": unit.actor_id, "deed": deed_id, "whats": [what], **facts} | _for(part),
            ),
        )
        if not put:
            row = unit.db.execute("SELECT id, payload FROM outbox WHERE dedupe_key = ?", (key,)).fetchone()
            payload = json.loads(row[1])
            payload["whats"].append(what)
            unit.db.execute("UPDATE outbox SET payload = ? WHERE id = ?", (to_json(payload), row[0]))


def _for(part: str | None) -> dict[str, list[str]]:
    return {"parts": [part]} if part else {}


_BY = field_of("payload", "by")


def alert(
    unit: Unit,
    deed: Deed,
    whom: Iterable[Person],
    account_id: int,
    matter: str,
    state: str,
    on: date,
    *,
    parts: Mapping[int, Sequence[str]],
) -> None:
    """Alert these people, who did not do it themselves, that an account is in a state since a day: once each.

    `matter` is `health`, `outlook` or `outcome`, `parts` are those in the account for which each is told. Taken back
    before anybody heard of it and set again: it is told then.
    """
    if not unit.policy.alerts:
        return
    at = unit.now + IF_IT_HOLDS
    for person in _others(unit, [one.id for one in whom]):
        key = str(Key(ALERT, (account_id, matter, state, on, person.id)))
        by = unit.actor_id
        what = {"matter": matter, "state": state, "on": on.isoformat()}
        payload = {"by": by, "deed": deed.id, **what, "parts": parts.get(person.id, ())}
        put = outbox.put(
            unit,
            Draft(
                dedupe_key=key,
                kind=ALERT,
                destination=to_person(person.id),
                recipient=person.address,
                not_before=at,
                expires_at=unit.now + READ_FOR,
                account_id=account_id,
                why=f"{matter}: {state.replace('_', ' ')}",
                payload=payload,
            ),
        )
        if not put:
            unit.db.execute(
                "UPDATE outbox SET state = ?, error = NULL, payload = ?, not_before = ?, expires_at = ?, updated_at = ?"
                " WHERE dedupe_key = ? AND state IN (?, ?) AND slack_ts IS NULL AND coalesce(error, '') <> 'muted'",
                (
                    PENDING,
                    to_json(payload),
                    instant_text(at),
                    instant_text(unit.now + READ_FOR),
                    unit.at,
                    key,
                    CANCELLED,
                    PENDING,
                ),
            )
        # What the same person did just before waits for this one: all of it is one message.
        unit.db.execute(
            "UPDATE outbox SET not_before = ? WHERE kind = ? AND state = ? AND destination = ? AND not_before > ?"
            f" AND not_before < ? AND created_at > ? AND CAST({_BY} AS BIGINT) IS NOT DISTINCT FROM ?",
            (
                instant_text(at),
                ALERT,
                PENDING,
                to_person(person.id),
                unit.at,
                instant_text(at),
                instant_text(unit.now - _GATHERED),
                by,
            ),
        )


def deed_of(db: Connection, audit_id: int) -> Change | None:
    """An audit row read back, by whoever tells of it."""
    row = db.execute(
        "SELECT at, who, action, before, after, source, subject FROM audit WHERE id = ?", (audit_id,)
    ).fetchone()
    if row is None:
        return None
    return Change(instant(row[0]), row[1], row[2], json.loads(row[3]), json.loads(row[4]), row[5], row[6])


def changed_since_by(db: Connection, audit_id: int, subject: str, field: str) -> int | None:
    """Who first changed a record's field after an audit row; None for nobody that is known."""
    row = db.execute(
        "SELECT person_id FROM audit WHERE subject = ? AND id > ? AND (after LIKE ? OR before LIKE ?)"
        " ORDER BY id LIMIT 1",
        (subject, audit_id, f'%"{field}":%', f'%"{field}":%'),
    ).fetchone()
    return row[0] if row else None


def _others(unit: Unit, whom: Iterable[int | None]) -> list[Person]:
    actor_id = unit.actor_id
    found = people.many(unit.db, (person_id for person_id in whom if person_id != actor_id))
    return [person for person in found.values() if not person.deactivated]


def _gathered_at(unit: Unit, person: Person) -> Any:
    """When the person's rows of this minute go out: with the first of them."""
    row = unit.db.execute(
        "SELECT min(not_before) FROM outbox WHERE kind = ? AND state = ? AND destination = ? AND not_before > ?",
        (TOLD, PENDING, to_person(person.id), unit.at),
    ).fetchone()
    return instant(row[0]) if row and row[0] else unit.now + TOGETHER
