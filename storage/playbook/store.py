"""The catalogue as remembered: one row per playbook and version, the current one marked.

`bot.py` puts the catalogue's files in at start-up; opening a CTA copies the current tasks, so that a new version
leaves running CTAs alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from storage.base.db import to_json
from storage.base.dialect import lowered
from storage.playbook.record import Checklist, ChecklistTask, Motion, Playbook, PlaybookTask, is_retired

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection, Row

    from storage.base.db import Unit

_COLUMNS = "name, version, use_case, motion, category, body"


def sync_catalogue(unit: Unit, playbooks: Sequence[Playbook], checklists: Sequence[Checklist] = ()) -> None:
    """Make these the current playbooks; life-cycle ones (`checklists`) have no motion.

    What has left the catalogue stays readable and can't be opened any more.
    """
    unit.db.execute("UPDATE playbooks SET is_current = 0 WHERE is_current = 1")
    unit.db.executemany(
        "INSERT INTO playbooks(name, version, use_case, motion, category, body, is_current)"
        " VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT (name, version) DO UPDATE SET use_case = excluded.use_case,"
        " motion = excluded.motion, category = excluded.category, body = excluded.body, is_current = 1",
        [(p.name, p.version, p.use_case, p.motion, p.category, _body(p)) for p in playbooks],
    )
    keep_checklists(unit, checklists)


def keep_checklists(unit: Unit, checklists: Sequence[Checklist]) -> None:
    """Put life-cycle playbooks beside what is current."""
    unit.db.executemany(
        "INSERT INTO playbooks(name, version, use_case, motion, category, body, is_current)"
        " VALUES (?, ?, '', NULL, '', ?, 1) ON CONFLICT (name, version) DO UPDATE SET body = excluded.body,"
        " is_current = 1",
        [(c.name, c.version, to_json(asdict(c))) for c in checklists],
    )


def checklist(db: Connection, name: str, segment: str | None) -> Checklist | None:
    """The life-cycle playbook of a name for accounts of a segment: one made for it (`NAME (…)`) before that for all."""
    rows = db.execute(
        "SELECT name, body FROM playbooks WHERE is_current = 1 AND motion IS NULL ORDER BY length(name), name"
    )
    found = [_checklist(body) for called, body in rows if called == name or called.startswith(f"{name} (")]
    own = (segment or "").casefold()
    return next((one for one in found if own in one.segments), next((one for one in found if not one.segments), None))


def _checklist(text: str) -> Checklist:
    body = json.loads(text)
    tasks = tuple(ChecklistTask(**task) for task in body.pop("tasks"))
    return Checklist(**{**body, "segments": tuple(body["segments"])}, tasks=tasks)


def current(db: Connection, motion: str | None = None) -> list[Playbook]:
    """The playbooks that can be opened, of one motion or all: in the catalogue and not retired, by name."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM playbooks WHERE is_current = 1 AND motion IS NOT NULL ORDER BY name")
    found = map(from_row, rows)
    return [one for one in found if motion in (None, one.motion) and not is_retired(one.name)]


def named(db: Connection, name: str) -> Playbook | None:
    """The current playbook of this name, case ignored; retired ones too, so that they can be refused by name."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM playbooks WHERE is_current = 1 AND motion IS NOT NULL AND lower(name) = ?",
        (lowered(name.strip()),),
    ).fetchone()
    return from_row(row) if row else None


def for_use_case(db: Connection, use_case: str, motion: str) -> list[Playbook]:
    """The playbooks to choose from for a use case and motion, case ignored; the plainest name first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM playbooks WHERE is_current = 1 AND motion = ? AND lower(use_case) = ?"
        " ORDER BY length(name), name",
        (motion, lowered(use_case)),
    )
    return [playbook for row in rows if not is_retired((playbook := from_row(row)).name)]


def from_row(row: Row | tuple[Any, ...]) -> Playbook:
    """The playbook of a row."""
    return _read(*row)


@lru_cache(maxsize=256)
def _read(name: str, version: int, use_case: str, motion: Motion, category: str | None, text: str) -> Playbook:
    body = json.loads(text)
    return Playbook(
        name=name,
        version=version,
        use_case=use_case,
        motion=motion,
        category=category or "",
        summary=body["summary"],
        discovery=tuple(body["discovery"]),
        tasks=tuple(PlaybookTask(**task) for task in body["tasks"]),
    )


def _body(playbook: Playbook) -> str:
    tasks = [{"title": t.title, "due_days": t.due_days, "hint": t.hint} for t in playbook.tasks]
    return to_json({"summary": playbook.summary, "discovery": playbook.discovery, "tasks": tasks})
