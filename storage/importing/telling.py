"""What an import tells people: one line with the number of accounts that it put them on. Called by `run.py`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.account.hearers import PARTS
from storage.base import people
from storage.base.telling import tell

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.db import Unit

IMPORTED = "importing.accounts"


def tell_newly_on(unit: Unit, import_id: int) -> None:
    """Tell each person whom the import newly put on accounts; the first import into an empty book tells nobody."""
    audit_id = unit.db.execute("SELECT audit_id FROM imports WHERE id = ?", (import_id,)).fetchone()[0]
    if not audit_id or _fills_an_empty_book(unit.db, import_id):
        return
    for address in sorted({address for address, _ in _put_on(unit.db, import_id)}):
        person = people.named(unit.db, address)
        if person is not None:
            tell(unit, audit_id, [person.id], IMPORTED, import_id=import_id)


def accounts_of(db: Connection, import_id: int, person_id: int) -> list[int]:
    """The accounts on which an import put a person, who is on them still."""
    person = people.get(db, person_id)
    mine = {account_id for address, account_id in _put_on(db, import_id) if people.named_by(person, (address,))}
    rows = db.execute(
        "SELECT id FROM accounts WHERE id IN (SELECT value FROM json_each(?1)) AND archived_at IS NULL"
        " AND ?2 IN (csm_id, ae_id, sa_id, pse_id) ORDER BY name_key",
        (json.dumps(sorted(mine)), person_id),
    )
    return [row[0] for row in rows]


def _fills_an_empty_book(db: Connection, import_id: int) -> bool:
    other = db.execute(
        "SELECT 1 FROM accounts WHERE id NOT IN"
        " (SELECT record_id FROM import_changes WHERE import_id = ? AND created = 1) LIMIT 1",
        (import_id,),
    ).fetchone()
    return other is None


def _put_on(db: Connection, import_id: int) -> set[tuple[str, int]]:
    """(address, account) of everybody who got a part in an account that this import changed, and had none in it."""
    found = set()
    rows = db.execute("SELECT record_id, before, after FROM import_changes WHERE import_id = ?", (import_id,))
    for record_id, before_text, after_text in rows:
        before, after = json.loads(before_text), json.loads(after_text)
        had = {before.get(part) for part in PARTS}
        found |= {(after[part], record_id) for part in PARTS if after.get(part) and after[part] not in had}
    return found
