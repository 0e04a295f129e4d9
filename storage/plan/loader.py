"""Objectives from a file: new ones are added, what the file changed follows, what people changed stands; handed in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from storage.account import store as accounts
from storage.base.dialect import patched, put, update_row
from storage.base.folding import name_key
from storage.importing.loader import chosen
from storage.importing.record import Decision, Rejection
from storage.importing.sheet import Sheet
from storage.plan import store
from storage.plan.life import plan_for, settle_all
from storage.plan.record import ENDED_STATUSES, NEW, ROI

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from storage.base.db import Unit
    from storage.importing.record import Kind, Row

FIELDS = ("title", "why", "criteria", "due_on", "status", "external_id")
_READ = (
    "SELECT objectives.id AS id, plan_id, account_id, title, why, criteria, objectives.due_on AS due_on, status,"
    " external_id, ended_on, of_file FROM objectives JOIN plans ON plans.id = plan_id"
)


class ObjectiveSheet(Sheet):
    """Objectives of one file, by external id, else account and title; they belong to the plan for the customer."""

    kind: ClassVar[Kind] = "objectives"

    def __init__(self, *of_file: Any) -> None:
        super().__init__(*of_file)
        self._lines: dict[object, int] = {}
        self._updated: dict[int, int] = {}
        self._first: dict[int, tuple[int, int]] = {}
        """By plan the import, and the first objective in it."""

    def decide(self, rows: Sequence[Row]) -> Iterator[Decision | Rejection]:
        """Find each row's account, then the objective that it is about."""
        self.look_up(str(row.fields["account"]) for row in rows)
        placed = [(row, self.account(str(row.fields["account"]))) for row in rows]
        ids = {found for _, found in placed if isinstance(found, int)}
        by_key, by_title = self._known(rows, ids)
        gone = {account.id for account in accounts.many(self.db, list(ids)) if not account.active}
        for row, found in placed:
            if found in gone:
                yield Rejection(row.line, "account", f"{row.fields['account']} is archived, or has churned")
            else:
                yield self._placed(row, found, by_key, by_title)

    def _placed(
        self, row: Row, account: int | str, by_key: Mapping[str, Any], by_title: Mapping[tuple[int, str], Any]
    ) -> Decision | Rejection:
        if isinstance(account, str):
            return Rejection(row.line, "account", account)
        external = row.fields.get("external_id")
        titled = (account, name_key(str(row.fields["title"])))
        there = by_key.get(str(external)) if external else None
        if there is not None and there["account_id"] != account:
            return Rejection(row.line, "external_id", f"'{external}' is an objective of another account")
        if there is None:
            same = by_title.get(titled)
            there = same if same is not None and external in (None, same["external_id"]) else None
            there = same if there is None and same is not None and same["external_id"] is None else there
        key = there["id"] if there is not None else external or titled
        first = self._lines.setdefault(key, row.line)
        if first != row.line:
            return Rejection(row.line, "", f"this objective stands on line {first} already")
        return self._decide(row, account, there)

    def _decide(self, row: Row, account_id: int, there: Any) -> Decision:
        filled = {name: row.fields[name] for name in FIELDS if row.fields.get(name) is not None}
        title = f"{row.fields['account']}: {row.fields['title']}"
        if there is None:
            return Decision(row.line, title, "new", after={"account_id": account_id, **filled})
        of_file = {"status": NEW} | json.loads(there["of_file"]) if there["of_file"] else {}
        follows = {
            name: value
            for name, value in filled.items()
            if value != there[name] and (there[name] is None or there[name] == of_file.get(name))
        }
        if not follows:
            return Decision(row.line, title, "unchanged", there["id"])
        before = {name: there[name] for name in follows}
        if "status" in follows:
            before["ended_on"] = there["ended_on"]
        return Decision(row.line, title, "changed", there["id"], before=before, after=follows)

    def _known(
        self, rows: Sequence[Row], account_ids: Iterable[int]
    ) -> tuple[dict[str, Any], dict[tuple[int, str], Any]]:
        keys = {str(key) for row in rows if (key := row.fields.get("external_id"))}
        named = self.db.execute(
            f"{_READ} WHERE external_id IN (SELECT value FROM json_each(?)) ORDER BY objectives.id", (chosen(keys),)
        )
        by_key = {row["external_id"]: row for row in named}
        of_accounts = self.db.execute(
            f"{_READ} WHERE kind = 'roi' AND account_id IN (SELECT value FROM json_each(?))"
            " ORDER BY objectives.id DESC",
            (chosen(account_ids),),
        )
        return by_key, {(row["account_id"], name_key(row["title"])): row for row in of_accounts}

    def write(self, unit: Unit, import_id: int, decisions: Sequence[Decision]) -> None:
        """Add new objectives, let others follow, and keep what was before. Each plan is updated once."""
        for decision in decisions:
            if decision.outcome == "new":
                self._add(unit, decision)
            elif decision.after:
                self._follow(unit, decision)
            else:
                continue
            record_id = int(decision.record_id or 0)
            self.keep(unit, import_id, record_id, decision)
            plan_id = next(plan for plan, update in self._updated.items() if update == decision.after["update"])
            self._first.setdefault(plan_id, (import_id, record_id))

    def _add(self, unit: Unit, decision: Decision) -> None:
        account = accounts.get(unit.db, int(str(decision.after["account_id"])))
        there = store.of_account(unit.db, unit.policy, account.id) is not None
        plan = plan_for(unit, account, ROI)
        said = {name: decision.after[name] for name in FIELDS if name in decision.after}
        ended = unit.today.isoformat() if said.get("status") in ENDED_STATUSES else None
        values = {
            "plan_id": plan.id,
            "status": NEW,
            **said,
            "ended_on": ended,
            "of_file": json.dumps(said),
            "written_by": unit.actor_id,
            "written_at": unit.at,
        }
        decision.record_id = int(put(unit.db, "objectives", values)[0])
        decision.after |= self._update(unit, account.id, plan.id) | ({} if there else {"made": True})
        decision.after |= {"written_by": unit.actor_id, "written_at": unit.at}

    def _follow(self, unit: Unit, decision: Decision) -> None:
        row = unit.db.execute(f"{_READ} WHERE objectives.id = ?", (decision.record_id,)).fetchone()
        said = {name: decision.after[name] for name in FIELDS if name in decision.after}
        of_file = json.loads(row["of_file"] or "{}")
        decision.before["of_file"] = row["of_file"]
        if "status" in said:
            decision.after["ended_on"] = unit.today.isoformat() if said["status"] in ENDED_STATUSES else None
            said["ended_on"] = decision.after["ended_on"]
        kept = json.dumps(of_file | {name: value for name, value in said.items() if name in FIELDS})
        update_row(
            unit.db,
            "objectives",
            row["id"],
            {**said, "of_file": kept, "written_by": unit.actor_id, "written_at": unit.at},
        )
        decision.after |= self._update(unit, row["account_id"], row["plan_id"])

    def _update(self, unit: Unit, account_id: int, plan_id: int) -> dict[str, int]:
        lapsed: list[int] = []
        if plan_id not in self._updated:
            values = {"plan_id": plan_id, "given_on": unit.today.isoformat(), "at": unit.at, "by_id": unit.actor_id}
            lapsed = settle_all(unit, [accounts.get(unit.db, account_id)])
            self._updated[plan_id] = int(put(unit.db, "plan_updates", values)[0])
        return {"update": self._updated[plan_id], **({"lapsed": lapsed[0]} if lapsed else {})}

    def finish(self, unit: Unit) -> bool:
        """What is not green any more is not qualified either."""
        rows = unit.db.execute(
            "SELECT account_id FROM plans WHERE id IN (SELECT value FROM json_each(?))", (chosen(self._updated),)
        ).fetchall()
        for lapsed in settle_all(unit, accounts.many(unit.db, [row[0] for row in rows])):
            (plan_id,) = unit.db.execute("SELECT plan_id FROM plan_qualifications WHERE id = ?", (lapsed,)).fetchone()
            unit.db.execute(
                f"UPDATE import_changes SET after = {patched('after', '?')} WHERE import_id = ? AND record_id = ?",
                (json.dumps({"lapsed": lapsed}), *self._first[plan_id]),
            )
        return False

    def undo(self, unit: Unit, import_id: int) -> tuple[int, int, list[str]]:
        """Take out what it added and put the rest back, unless somebody, or a later file, has changed it since."""
        removed = restored = 0
        left = []
        lapsed = []
        for change in self.changes(unit, import_id):
            row = unit.db.execute(
                "SELECT objectives.*, name FROM objectives JOIN plans ON plans.id = plan_id"
                " JOIN accounts ON accounts.id = account_id WHERE objectives.id = ?",
                (change["record_id"],),
            ).fetchone()
            if row is None:
                continue
            after = json.loads(change["after"])
            names = [name for name in (*FIELDS, "ended_on") if name in after]
            if change["later"] or any(row[name] != after[name] for name in names):
                left.append(f"{row['name']}: {row['title']}")
                continue
            if change["created"] and self._is_worked_on(unit, row, after):
                left.append(f"{row['name']}: {row['title']}")
                continue
            if change["created"]:
                unit.db.execute("DELETE FROM objectives WHERE id = ?", (row["id"],))
                removed += 1
            else:
                update_row(unit.db, "objectives", row["id"], json.loads(change["before"]))
                restored += 1
            self._not_updated(unit, row["plan_id"], after)
            lapsed += [after["lapsed"]] if "lapsed" in after else []
        self._hold_again(unit, lapsed)
        return removed, restored, left

    def _hold_again(self, unit: Unit, lapsed: Sequence[int]) -> None:
        """Qualifications that the file has ended hold as before, where none is newer and the plan is green."""
        rows = unit.db.execute(
            "UPDATE plan_qualifications SET lapsed_on = NULL, lapse = NULL"
            " WHERE id IN (SELECT value FROM json_each(?)) AND lapse = 'not_green' AND NOT EXISTS"
            " (SELECT 1 FROM plan_qualifications AS newer WHERE newer.plan_id = plan_qualifications.plan_id"
            " AND newer.id > plan_qualifications.id) RETURNING plan_id",
            (chosen(lapsed),),
        ).fetchall()
        held = unit.db.execute(
            "SELECT account_id FROM plans WHERE id IN (SELECT value FROM json_each(?))", (chosen(r[0] for r in rows),)
        ).fetchall()
        settle_all(unit, accounts.many(unit.db, [row[0] for row in held]))

    def _is_worked_on(self, unit: Unit, row: Any, after: Mapping[str, Any]) -> bool:
        """Whether somebody has said anything of an objective since it came, in any field, or put CTAs under it."""
        serves = unit.db.execute("SELECT 1 FROM objective_ctas WHERE objective_id = ? LIMIT 1", (row["id"],)).fetchone()
        return serves is not None or any(
            name in after and row[name] != after[name] for name in ("written_by", "written_at")
        )

    def _not_updated(self, unit: Unit, plan_id: int, after: Mapping[str, Any]) -> None:
        unit.db.execute("DELETE FROM plan_updates WHERE id = ?", (after["update"],))
        if after.get("made"):
            unit.db.execute(
                "DELETE FROM plans WHERE id = ? AND submitted_on IS NULL AND state = 'draft' AND NOT EXISTS"
                " (SELECT 1 FROM objectives WHERE plan_id = plans.id) AND NOT EXISTS"
                " (SELECT 1 FROM plan_updates WHERE plan_id = plans.id)",
                (plan_id,),
            )


LOADERS = {"objectives": ObjectiveSheet}
