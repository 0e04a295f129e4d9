"""All SQL of plays: made, changed, started, kept or dropped, taken back; and those kept against a reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from storage.base.dialect import put, update_row
from storage.base.errors import NotFound, Stale, UserError
from storage.base.moments import maybe_day
from storage.base.remarks import ERASED
from storage.base.texts import text_of
from storage.play.record import DROPPED, IDEA, KEPT, LEAST, MOST, PARTS, RUNNING, Play

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.db import Unit

AREA = "growth"
ADDED, EDITED, STARTED, ENDED, RESULT = "play.add", "play.edit", "play.start", "play.end", "play.result"
TAKEN_BACK = "play.undo"
_OF = (
    *("reason", "use_case", "hypothesis", "todo", *PARTS, "state", "starts_on", "ends_on", "line", "result"),
    *("said_by", "said_at"),
)
"""What changes, and can be put back."""
FIELDS = (
    "id, reason, use_case, hypothesis, todo, impact, confidence, ease, state, starts_on, ends_on, line, result, by_id,"
    " version"
)
_ORDER = "CASE state WHEN 'running' THEN 1 WHEN 'idea' THEN 2 WHEN 'kept' THEN 3 ELSE 4 END"
_DIGITS = 9
AGAINST = 3
"""So many counter-plays of one reason are shown."""


def get(db: Connection, play_id: int) -> Play:
    """The play of an id; raises NotFound."""
    row = db.execute(f"SELECT {FIELDS} FROM plays WHERE id = ?", (play_id,)).fetchone()
    if row is None:
        raise NotFound("That play is not known here.", "The list has all: /playbooks plays")
    return from_row(row)


def page(db: Connection, state: str, offset: int, size: int) -> tuple[list[Play], int]:
    """A page of the plays of a state ('': of all), the most promising first, and how many there are."""
    where, values = ("state = ?", (state,)) if state else ("1 = 1", ())
    total = db.execute(f"SELECT count(*) FROM plays WHERE {where}", values).fetchone()[0]
    rows = db.execute(
        f"SELECT {FIELDS} FROM plays WHERE {where} ORDER BY {_ORDER}, impact * confidence * ease DESC, id"
        " LIMIT ? OFFSET ?",
        (*values, size, offset),
    )
    return [from_row(row) for row in rows], total


def against(db: Connection, reason: str, use_case: str | None, many: int = AGAINST) -> list[Play]:
    """The plays kept against a reason, in a use case (None: in any), the most promising first."""
    rows = db.execute(
        f"SELECT {FIELDS} FROM plays WHERE reason = ? AND state = '{KEPT}' AND todo <> '{ERASED}'"
        " AND (use_case IS NULL OR CAST(? AS TEXT) IS NULL OR use_case = ?)"
        " ORDER BY impact * confidence * ease DESC, id LIMIT ?",
        (reason, use_case, use_case, many),
    )
    return [from_row(row) for row in rows]


def add(unit: Unit, said: Mapping[str, Any]) -> Play:
    """An idea; raises UserError for what is missing or can't be."""
    kept = _checked(unit, said)
    row = put(unit.db, "plays", {**kept, "state": IDEA, "by_id": unit.actor_id, "at": unit.at}, FIELDS)
    found = from_row(row)
    unit.audit(ADDED, f"play:{found.id}", {}, {name: value for name, value in kept.items() if value is not None})
    return found


def edit(unit: Unit, play: Play, said: Mapping[str, Any]) -> Play:
    """What is tried, against what, and how much it promises; raises UserError as `add`."""
    return _write(unit, play, EDITED, _checked(unit, said))


def start(unit: Unit, play: Play, first: date, last: date) -> Play:
    """It runs, from a day to a day; raises UserError for days the other way round."""
    if last < first:
        raise UserError("It would end before it begins.", "Pick a later day.", field="ends_on")
    return _write(
        unit,
        play,
        STARTED,
        {"state": RUNNING, "starts_on": first.isoformat(), "ends_on": last.isoformat(), "line": None},
    )


def end(unit: Unit, play: Play, state: str, line: str | None) -> Play:
    """It is kept, or dropped, and why; raises UserError without a line."""
    if state not in (KEPT, DROPPED):
        raise UserError("Is it kept, or dropped?", field="state")
    why = text_of(line, "line")
    if why is None:
        raise UserError("Why?", "A line for those who come after you.", field="line")
    return _write(unit, play, ENDED, {"state": state, "line": why, "said_by": unit.actor_id, "said_at": unit.at})


def say_result(unit: Unit, play: Play, result: str | None) -> Play:
    """What came of it, by hand; nothing takes it out."""
    said = {"result": text_of(result, "result"), "said_by": unit.actor_id, "said_at": unit.at}
    return _write(unit, play, RESULT, said)


def last_change(db: Connection, play_id: int) -> int:
    """The audit row of what was done last to a play; 0 for none."""
    row = db.execute("SELECT max(id) FROM audit WHERE subject = ?", (f"play:{play_id}",)).fetchone()
    return int(row[0] or 0)


def changed(db: Connection, audit_id: int) -> Play:
    """The play that an audit row is of; raises NotFound."""
    row = db.execute("SELECT subject FROM audit WHERE id = ? AND subject LIKE 'play:%'", (audit_id,)).fetchone()
    return get(db, int(row[0].partition(":")[2]) if row else 0)


def take_back(unit: Unit, audit_id: int) -> tuple[Play, bool]:
    """Take back what was done last: the play as it is, or was, and whether it is gone.

    Raises Stale where something was done to it since.
    """
    play = changed(unit.db, audit_id)
    if last_change(unit.db, play.id) != audit_id:
        raise Stale("Something was done to that play since.", "Nothing was changed.")
    row = unit.db.execute("SELECT action, before FROM audit WHERE id = ?", (audit_id,)).fetchone()
    action, before = row[0], json.loads(row[1])
    if action == TAKEN_BACK:
        raise Stale("That was taken back already.", "Nothing was changed.")
    subject = f"play:{play.id}"
    if action == ADDED:
        unit.db.execute("DELETE FROM plays WHERE id = ?", (play.id,))
        unit.audit(TAKEN_BACK, subject, {"state": play.state}, {"state": "gone"})
        return play, True
    now = {name: getattr(play, name, None) for name in before}
    update_row(unit.db, "plays", play.id, {**before, "version": play.version + 1})
    unit.audit(TAKEN_BACK, subject, {name: _plain(value) for name, value in now.items()}, before)
    return get(unit.db, play.id), False


def _write(unit: Unit, play: Play, action: str, values: Mapping[str, Any]) -> Play:
    row = unit.db.execute(f"SELECT {', '.join(_OF)} FROM plays WHERE id = ?", (play.id,)).fetchone()
    if row is None:
        raise NotFound("That play is not known here.", "The list has all: /playbooks plays")
    now = dict(zip(_OF, row, strict=True))
    moved = {name: value for name, value in values.items() if now[name] != value}
    if not moved:
        return play
    update_row(unit.db, "plays", play.id, {**moved, "version": play.version + 1})
    unit.audit(action, f"play:{play.id}", {name: now[name] for name in moved}, moved)
    return get(unit.db, play.id)


def _checked(unit: Unit, said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of a play, as it is kept."""
    reason, use_case = unit.policy.reason(str(said.get("reason") or "")), said.get("use_case") or None
    if reason is None:
        raise UserError("Against which reason?", "Pick one of the list.", field="reason")
    if use_case is not None and use_case not in unit.policy.use_cases:
        raise UserError(f"'{use_case}' is no use case.", "Pick one of the list.", field="use_case")
    kept: dict[str, Any] = {"reason": reason.key, "use_case": use_case}
    for name, asked in (("hypothesis", "What do you think is so?"), ("todo", "What is to be done?")):
        kept[name] = text_of(said.get(name), name)
        if kept[name] is None:
            raise UserError(asked, "A line is enough.", field=name)
    return kept | {name: _part(said.get(name), name) for name in PARTS}


def _part(said: object, name: str) -> int:
    text = str(said if said is not None else "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and LEAST <= int(text) <= MOST):
        raise UserError(f"{name.capitalize()} is a whole number from {LEAST} to {MOST}.", field=name)
    return int(text)


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


def from_row(row: Sequence[Any]) -> Play:
    """The play of a row selected with FIELDS."""
    return Play(
        id=row[0],
        reason=row[1],
        use_case=row[2],
        hypothesis=row[3],
        todo=row[4],
        impact=row[5],
        confidence=row[6],
        ease=row[7],
        state=row[8],
        starts_on=maybe_day(row[9]),
        ends_on=maybe_day(row[10]),
        line=row[11],
        result=row[12],
        by_id=row[13],
        version=row[14],
    )
