"""CTAs from a file, history and running ones: keyed by account, playbook and opening day.

An external id that the account knows finds its CTA too, even with another day. Status, closing day and reason only
make sense together: they are merged as one field, `outcome`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, cast

from storage.base.dialect import reserve
from storage.base.folding import id_key, id_spellings, name_key
from storage.base.moments import day
from storage.base.plurals import counted
from storage.cta import store as ctas
from storage.cta import work
from storage.cta.cards import card_changed
from storage.cta.exports import CTA_NOTES
from storage.cta.record import OPEN_STATUSES
from storage.importing.loader import Loader, chosen, insert_many, pointed_to, update_grouped
from storage.importing.record import OUTCOME, Decision, Rejection
from storage.playbook.record import is_reported, motion_of, use_case_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from sqlite3 import Connection
    from sqlite3 import Row as DbRow

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.importing.record import Fields, Kind, Row, Value

_PLAIN = ("playbook", "category", "opened_on", "due_on", "external_id")
_INSERTED = (
    "id",
    "account_id",
    "playbook",
    "category",
    "use_case",
    "motion",
    "reported",
    "owner_id",
    "status",
    "note",
    "opened_on",
    "due_on",
    "closed_on",
    "reason",
    "external_id",
    "touched_on",
    "known_at",
)
# The note as an export writes it: an exported file that comes back says nothing new.
_SELECT = (
    "SELECT ctas.id, account_id, playbook, category, use_case, motion, owner_id, status, closed_on, reason,"
    f" opened_on, due_on, external_id, fields, {CTA_NOTES} AS note"
    " FROM ctas LEFT JOIN import_bases ON kind = 'ctas' AND record_id = ctas.id"
)
_OUTCOME_PARTS = ("status", "closed_on", "reason")
_WITH_OUTCOME = ("closed_by", "snoozed_until", "revisit_on")
"""What people said that goes with an outcome of a file."""
_BESIDE = ("touched_on", *_WITH_OUTCOME)
Slot = tuple[int, str, str]
"""Account, use case and motion: at most one CTA is open in each."""


class _Known:
    """The CTAs of one account, as a file may mean them."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, str], DbRow] = {}
        self.by_external_id: dict[Value, DbRow] = {}
        self.open: dict[tuple[str, str | None], DbRow] = {}

    def add(self, row: DbRow) -> None:
        self.by_key.setdefault((name_key(row["playbook"]), row["opened_on"]), row)
        if row["external_id"] is not None:
            self.by_external_id[row["external_id"]] = row
        if row["status"] in OPEN_STATUSES:
            self.open[row["use_case"], row["motion"]] = row


class CtaLoader(Loader):
    """CTAs of one file."""

    kind: ClassVar[Kind] = "ctas"
    table: ClassVar[str] = "ctas"
    person_fields: ClassVar[tuple[str, ...]] = ("owner",)

    def __init__(self, db: Connection, policy: Policy, today: str) -> None:
        super().__init__(db, policy, today)
        self._closing: set[int] = set()
        self._opening: dict[Slot, int] = {}
        self._keys: dict[tuple[int, str, str], int] = {}

    def comes_late(self, row: Row) -> bool:
        """Open ones come after the closed ones: the same file may close what stands in their way."""
        return row.fields["status"] in OPEN_STATUSES

    def decide(self, rows: Sequence[Row]) -> Iterator[Decision | Rejection]:
        """Find each row's account and CTA, then merge; a second open CTA of one use case is rejected."""
        accounts = self._accounts([str(row.fields["account"]) for row in rows])
        ids = {found[0] for fitting in accounts.values() for found in fitting}
        known = {account_id: _Known() for account_id in ids}
        for found in self._meant_by(rows, ids):
            known[found["account_id"]].add(found)
        for row in rows:
            name = str(row.fields["account"])
            fitting = accounts.get(name, [])
            if wrong := self.meant(row.fields):
                yield Rejection(row.line, *wrong)
            elif not fitting:
                yield Rejection(row.line, "account", f"no account is called {name}, or has it as its CRM id")
            elif len(fitting) > 1:
                several = counted(len(fitting), "account fits", "accounts fit")
                yield Rejection(row.line, "account", f"{several} '{name}'; give the CRM id")
            else:
                account_id, csm_id = fitting[0]
                yield self._decide_about(row, account_id, csm_id, known[account_id])

    def _meant_by(self, rows: Sequence[Row], account_ids: Iterable[int]) -> Iterator[DbRow]:
        """The CTAs of these accounts that a row may mean, and those that may stand in its way."""
        return self.db.execute(
            f"{_SELECT} WHERE account_id IN (SELECT value FROM json_each(?)) AND (status IN ('new', 'work_in_progress')"
            " OR opened_on IN (SELECT value FROM json_each(?)) OR external_id IN (SELECT value FROM json_each(?)))"
            " ORDER BY ctas.id",
            (
                chosen(account_ids),
                chosen({row.fields["opened_on"] for row in rows}),
                chosen({row.fields["external_id"] for row in rows if "external_id" in row.fields}),
            ),
        )

    def _accounts(self, names: Sequence[str]) -> dict[str, list[tuple[int, int | None]]]:
        """The accounts (id, CSM) that each text fits, as a name or as a CRM id."""
        keys = {name: name_key(name) for name in names}
        rows = self.db.execute(
            "SELECT id, csm_id, name_key, crm_id FROM accounts"
            " WHERE name_key IN (SELECT value FROM json_each(?)) OR crm_id IN (SELECT value FROM json_each(?))",
            (chosen(set(keys.values())), chosen([spelling for name in names for spelling in id_spellings(name)])),
        ).fetchall()
        fitting: dict[str, list[tuple[int, int | None]]] = {}
        for found in rows:
            fitting.setdefault(found["name_key"], []).append((found[0], found[1]))
        by_crm = {id_key(found["crm_id"]): (found[0], found[1]) for found in rows if found["crm_id"]}
        crm = {name: by_crm[id_key(name)] for name in names if id_key(name) in by_crm}
        return {
            name: list(dict.fromkeys([*fitting.get(key, []), *([crm[name]] if name in crm else [])]))
            for name, key in keys.items()
        }

    def _decide_about(self, row: Row, account_id: int, csm_id: int | None, known: _Known) -> Decision | Rejection:
        said = row.fields
        playbook, opened_on = str(said["playbook"]), str(said["opened_on"])
        title = f"{said['account']}, {playbook}, opened {opened_on}"
        key = (name_key(playbook), opened_on)
        first = self._keys.setdefault((account_id, *key), row.line)
        found = known.by_external_id.get(said.get("external_id")) or known.by_key.get(key)
        if found is not None and first == row.line:
            first = self.first_time(found["id"], row.line)
        if first != row.line:
            return Rejection(row.line, "", f"this account, playbook and opening day stand on line {first} already")
        theirs = {field: value for field, value in said.items() if field in (*_PLAIN, "owner", "note")}
        theirs[OUTCOME] = outcome(said)
        if found is None:
            decision = Decision(row.line, title, "new", after=self._complete(theirs, account_id, csm_id))
        else:
            decision = self._merged_as_one(self.merged(row.line, title, found, theirs))
            if decision.after.keys().isdisjoint(("status", "playbook", "category")):
                return decision
        return self._one_at_a_time(decision, account_id, found, known)

    def _one_at_a_time(
        self, decision: Decision, account_id: int, here: DbRow | None, known: _Known
    ) -> Decision | Rejection:
        """Refuse the row if it would open a CTA beside an open one of the same account, use case and motion."""
        full: Fields = {**(self.fields_of(here) if here else {}), **decision.after}
        if full["status"] not in OPEN_STATUSES:
            self._closing.add(int(decision.record_id or 0))
            return decision
        use_case, motion, _ = _read(str(full["playbook"]), str(full.get("category") or ""), self.policy.use_cases)
        if motion is None:
            return decision
        other = known.open.get((use_case, motion))
        if other is not None and other["id"] != decision.record_id and other["id"] not in self._closing:
            named = f"CTA {other['id']} ({other['playbook']}, opened {other['opened_on']})"
            return Rejection(decision.line, "status", f"{named} is open already; close that one first")
        first = self._opening.setdefault((account_id, use_case, motion), decision.line)
        if first != decision.line:
            return Rejection(decision.line, "status", f"line {first} opens a CTA for the same use case already")
        return decision

    def said_before(self, base: str | None) -> dict[str, Any]:
        """The base of the merge, its status, closing day and reason as one."""
        said = super().said_before(base)
        return {**said, OUTCOME: outcome(said)}

    def _merged_as_one(self, decision: Decision) -> Decision:
        for name in ("before", "after", "base", "base_before"):
            setattr(decision, name, expanded(getattr(decision, name)))
        return decision

    def _complete(self, theirs: Fields, account_id: int, csm_id: int | None) -> Fields:
        """A new CTA's fields: empty ones left out; without an owner it is the account's CSM's."""
        after: Fields = {field: value for field, value in theirs.items() if value is not None}
        if csm_id is not None:
            after.setdefault("owner", self.persons.address_of(csm_id))
        return {"account_id": account_id, **expanded(after)}

    def fields_of(self, row: DbRow) -> Fields:
        """The fields of a CTA, its `outcome` beside the parts of it."""
        fields: Fields = {field: row[field] for field in _PLAIN}
        owner = self.persons.address_of(row["owner_id"])
        outcome_parts = {field: row[field] for field in _OUTCOME_PARTS}
        return {**fields, **outcome_parts, "owner": owner, "note": row["note"], OUTCOME: outcome(row)}

    def create(self, unit: Unit, decisions: Sequence[Decision]) -> None:
        """Insert new CTAs; they count as touched when they were opened, or closed."""
        rows: list[tuple[Any, ...]] = []
        for record_id, decision in enumerate(decisions, start=reserve(unit.db, "ctas", len(decisions))):
            decision.record_id = record_id
            self.met[record_id] = decision.line
            fields = decision.after
            playbook, category = str(fields["playbook"]), fields.get("category")
            rows.append(
                (
                    record_id,
                    fields["account_id"],
                    playbook,
                    category,
                    *_read(playbook, str(category or ""), self.policy.use_cases),
                    self.persons.id_of(unit, fields.get("owner")),
                    fields["status"],
                    fields.get("note"),
                    fields["opened_on"],
                    fields.get("due_on"),
                    fields.get("closed_on"),
                    fields.get("reason"),
                    fields.get("external_id"),
                    fields.get("closed_on") or fields["opened_on"],
                    unit.at,
                )
            )
        insert_many(unit, "ctas", _INSERTED, rows)

    def change(self, unit: Unit, changes: Iterable[tuple[int, Fields]]) -> None:
        """Write fields as touched today. Cards that were posted follow; no new one is posted."""
        listed = [(cta_id, expanded(fields)) for cta_id, fields in changes]
        # Closings first: an open CTA makes room before another takes its place.
        listed.sort(key=lambda change: _is_open(change[1]))
        self._move_tasks(unit, listed)
        update_grouped(unit, "ctas", ((cta_id, self._columns(unit, cta_id, f)) for cta_id, f in listed))
        ids = chosen(cta_id for cta_id, _ in listed)
        unit.db.execute("UPDATE ctas SET version = version + 1 WHERE id IN (SELECT value FROM json_each(?))", (ids,))
        cards = unit.db.execute(
            "SELECT DISTINCT cta_id FROM outbox WHERE kind = 'card' AND cta_id IN (SELECT value FROM json_each(?))",
            (ids,),
        )
        for row in cards.fetchall():
            card_changed(unit, ctas.get(unit.db, row[0]))

    def remember(self, changed: Sequence[Decision]) -> None:
        """Another outcome ends what people said beside it, open tasks follow a due date, and all are touched."""
        moved = {d.record_id: d for d in changed if d.after}
        rows = self.db.execute(
            f"SELECT id, note, touched_on, {', '.join(_WITH_OUTCOME)} FROM ctas"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (chosen(moved),),
        )
        for row in rows:
            decision = moved[row["id"]]
            decision.beside["touched_on"] = row["touched_on"]
            if "note" in decision.after:  # of the opening alone: what was noted since has rows of its own
                decision.beside["note"] = row["note"]
            if "status" in decision.after:
                decision.beside |= {name: row[name] for name in _WITH_OUTCOME if row[name] is not None}
        due = chosen(record_id for record_id, decision in moved.items() if decision.after.get("due_on"))
        tasks = self.db.execute(
            "SELECT id, cta_id, due_on FROM tasks WHERE state = 'open' AND due_on IS NOT NULL"
            " AND cta_id IN (SELECT value FROM json_each(?))",
            (due,),
        )
        for row in tasks:
            moved[row["cta_id"]].beside.setdefault("tasks", {})[row["id"]] = row["due_on"]

    def restore(self, unit: Unit, changes: Iterable[tuple[int, Fields]]) -> None:
        """Write fields as they were before a file, and what was so beside them."""
        listed = list(changes)
        self.change(unit, listed)
        said = [(cta_id, {name: f[name] for name in _BESIDE if name in f}) for cta_id, f in listed]
        update_grouped(unit, "ctas", [one for one in said if one[1]])
        unit.db.executemany(
            "UPDATE tasks SET due_on = ? WHERE id = ? AND state = 'open'",
            [(on, int(task_id)) for _, f in listed for task_id, on in cast("Any", f.get("tasks") or {}).items()],
        )

    def decided(self, fields: Iterable[str]) -> Iterable[str]:
        """An outcome is one field of a conflict."""
        return {OUTCOME if field in _OUTCOME_PARTS else field for field in fields}

    @staticmethod
    def _move_tasks(unit: Unit, changes: Sequence[tuple[int, Fields]]) -> None:
        """Open tasks follow a due date that a file moves, as they follow one that a person moves."""
        moved = {cta_id: day(str(fields["due_on"])) for cta_id, fields in changes if fields.get("due_on")}
        rows = unit.db.execute(
            "SELECT id, due_on FROM ctas WHERE due_on IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
            (chosen(moved),),
        )
        for row in rows.fetchall():
            work.move_tasks(unit, row["id"], day(row["due_on"]), moved[row["id"]])

    def _columns(self, unit: Unit, cta_id: int, fields: Fields) -> dict[str, Any]:
        columns: dict[str, Any] = {"touched_on": self.today, "look_at": ""}
        for field in (*_PLAIN, "note"):
            if field in fields:
                columns[field] = fields[field]
        if "owner" in fields:
            columns["owner_id"] = self.persons.id_of(unit, fields["owner"])
        if "status" in fields:
            columns |= {field: fields[field] for field in _OUTCOME_PARTS}
            columns |= dict.fromkeys(_WITH_OUTCOME)
        if "playbook" in fields or "category" in fields:
            row = unit.db.execute("SELECT playbook, category FROM ctas WHERE id = ?", (cta_id,)).fetchone()
            playbook = str(fields.get("playbook", row["playbook"]))
            category = str(fields.get("category", row["category"]) or "")
            names = ("use_case", "motion", "reported")
            columns |= dict(zip(names, _read(playbook, category, self.policy.use_cases), strict=True))
        return columns

    def present(self, ids: Iterable[int]) -> dict[int, tuple[str, Fields]]:
        """Title and fields of CTAs."""
        rows = self.db.execute(
            f"SELECT found.*, accounts.name AS account FROM ({_SELECT} WHERE ctas.id IN"
            " (SELECT value FROM json_each(?))) AS found JOIN accounts ON accounts.id = account_id ORDER BY found.id",
            (chosen(ids),),
        )
        return {
            row["id"]: (f"{row['account']}, {row['playbook']}, opened {row['opened_on']}", self.fields_of(row))
            for row in rows
        }

    def standing(self, ids: Iterable[int]) -> dict[int, tuple[str, Fields]]:
        """Title and fields, with the note of the opening alone, which is what a file writes."""
        there = self.present(ids)
        rows = self.db.execute(
            "SELECT id, note FROM ctas WHERE id IN (SELECT value FROM json_each(?))", (chosen(there),)
        )
        for row in rows:
            there[row["id"]][1]["note"] = row["note"]
        return there

    def used(self, ids: Iterable[int]) -> set[int]:
        """CTAs that have tasks or notes, that an objective has, or that another one is linked to."""
        wanted = list(ids)
        return pointed_to(self.db, wanted, ("tasks", "notes", "objective_ctas"), "cta_id") | pointed_to(
            self.db, wanted, ("ctas",), "linked_to"
        )


def outcome(said: Fields | DbRow) -> str | None:
    """Status, closing day and reason as one value: `closed_no_success, 2026-11-18, lack_of_budget`."""
    named = dict(said)
    return ", ".join(str(named[part]) for part in _OUTCOME_PARTS if named.get(part)) or None


def expanded(fields: Fields) -> Fields:
    """The fields with `outcome` taken apart again."""
    if OUTCOME not in fields:
        return fields
    parts = [*str(fields[OUTCOME] or "").split(", "), None, None]
    rest = {field: value for field, value in fields.items() if field != OUTCOME}
    return {**rest, **{part: value or None for part, value in zip(_OUTCOME_PARTS, parts, strict=False)}}


def _is_open(fields: Fields) -> bool:
    return fields.get("status") in OPEN_STATUSES


@lru_cache(maxsize=4096)
def _read(playbook: str, category: str, use_cases: tuple[str, ...]) -> tuple[str, str | None, bool]:
    """What a playbook's name says: use case, motion, whether reports count it."""
    return (
        use_case_of(playbook, use_cases),
        motion_of(playbook, category),
        is_reported(playbook, category),
    )
