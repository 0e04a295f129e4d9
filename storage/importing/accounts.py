"""Accounts from a file: keyed by CRM id, else by name.

A row with a new CRM id and the name of an account that has none gives that account the id.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, cast

from storage.account import health_history
from storage.account.store import renewals_of
from storage.base import channels
from storage.base.dialect import reserve
from storage.base.folding import id_key, id_spellings, name_key
from storage.base.plurals import counted
from storage.ebr.undos import PLANNED, plan_again
from storage.importing.loader import Loader, chosen, insert_many, pointed_to, update_grouped
from storage.importing.record import ACCOUNT_FIELDS, Decision, Rejection
from storage.renewal import outcomes
from storage.renewal.same_renewal import date_moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from sqlite3 import Connection
    from sqlite3 import Row as DbRow

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.importing.record import Fields, Kind, Row, Value

_TEAM = ("csm", "ae", "sa", "pse")
_COLUMNS = tuple(f"{field}_id" if field in _TEAM else field for field in ACCOUNT_FIELDS)
_COLUMN = dict(zip(ACCOUNT_FIELDS, _COLUMNS, strict=True))
_INSERTED = ("id", "name_key", *_COLUMNS, "known_at", "renewal_known_at", "ebr_known_at", "updated_at")
_KNOWN = ("renewal_known_at", "ebr_known_at")
_EBR_FACTS = frozenset({"last_ebr_on", "customer_since", "ebr_cadence_months"})
_SELECT = (
    f"SELECT accounts.id, name_key, crm_id, fields, {', '.join(_COLUMNS)} FROM accounts"
    " LEFT JOIN import_bases ON kind = 'accounts' AND record_id = accounts.id"
)
_FIRST = 4


class AccountLoader(Loader):
    """Accounts of one file."""

    kind: ClassVar[Kind] = "accounts"
    table: ClassVar[str] = "accounts"
    person_fields: ClassVar[tuple[str, ...]] = _TEAM

    def __init__(self, db: Connection, policy: Policy, today: str) -> None:
        super().__init__(db, policy, today)
        self._channels = channels.ids(db)

    def decide(self, rows: Sequence[Row]) -> Iterator[Decision | Rejection]:
        """Find each row's account, then merge; a name that fits several accounts is rejected."""
        with_id = self._having_ids(rows)
        keys = {row.line: name_key(str(row.fields["name"])) for row in rows if _id_of(row) not in with_id}
        by_name: dict[str, list[DbRow]] = {}
        for found in self._having("name_key", list(keys.values())):
            by_name.setdefault(found["name_key"], []).append(found)
        for row in rows:
            if wrong := self.meant(row.fields):
                yield Rejection(row.line, *wrong)
                continue
            if channel := row.fields.get("channel_id"):
                row.fields["channel_id"] = self._channels.get(str(channel), channel)
            crm_id, name = row.fields.get("crm_id"), str(row.fields["name"])
            known = with_id.get(_id_of(row))
            fitting = [known] if known else by_name.get(keys[row.line], [])
            if crm_id is not None and not known:
                namesakes = fitting
                fitting = [found for found in fitting if found["crm_id"] is None]
                if namesakes and not fitting:
                    other = namesakes[0]["crm_id"]
                    self.warnings.append(f"line {row.line}: a second account called {name}; CRM id {other} has one.")
            if len(fitting) > 1:
                several = counted(len(fitting), "account is", "accounts are")
                yield Rejection(row.line, "name", f"{several} called {name}; a crm_id tells which")
            elif not fitting:
                yield Decision(row.line, name, "new", after=row.fields)
            else:
                yield self._decide_about(fitting[0], row, name)

    def _decide_about(self, found: DbRow, row: Row, name: str) -> Decision | Rejection:
        first = self.first_time(found["id"], row.line)
        if first != row.line:
            return Rejection(row.line, "name", f"{name} is the account of line {first}")
        decision = self.merged(row.line, name, found, row.fields)
        if "health" in decision.after and "health_on" not in row.fields:
            decision.before["health_on"] = found["health_on"]
            decision.after["health_on"] = self.today if decision.after["health"] else None
        return decision

    def _having_ids(self, rows: Sequence[Row]) -> dict[str, DbRow]:
        """The accounts whose CRM ids stand in the rows, however the file spells them; the rows get our spelling."""
        ids = [str(row.fields["crm_id"]) for row in rows if "crm_id" in row.fields]
        having = self._having("crm_id", [spelling for crm_id in ids for spelling in id_spellings(crm_id)])
        with_id = {id_key(found["crm_id"]): found for found in having}
        for row in rows:
            if found := with_id.get(_id_of(row)):
                row.fields["crm_id"] = found["crm_id"]
        return with_id

    def _having(self, column: str, keys: Sequence[Any]) -> list[DbRow]:
        if not keys:
            return []
        return self.db.execute(
            f"{_SELECT} WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY accounts.id", (chosen(keys),)
        ).fetchall()

    def fields_of(self, found: DbRow) -> Fields:
        """The fields of an account, people as addresses."""
        fields: Fields = dict(zip(ACCOUNT_FIELDS, found[_FIRST:], strict=True))
        for field in _TEAM:
            fields[field] = self.persons.address_of(fields[field])
        return fields

    def _complete(self, fields: Fields) -> Fields:
        """A new account's fields: empty ones left out, defaults put in."""
        after: Fields = {field: value for field, value in fields.items() if value is not None}
        after.setdefault("currency", self.policy.currency)
        if "health" in after:
            after.setdefault("health_on", self.today)
        return after

    def create(self, unit: Unit, decisions: Sequence[Decision]) -> None:
        """Insert new accounts, known from now on."""
        rows: list[tuple[Any, ...]] = []
        at = unit.at
        for record_id, decision in enumerate(decisions, start=reserve(unit.db, "accounts", len(decisions))):
            decision.record_id = record_id
            self.met[record_id] = decision.line
            fields = decision.after = self._complete(decision.after)
            values = [fields.get(field) for field in ACCOUNT_FIELDS]
            for place, field in _TEAM_PLACES:
                values[place] = self.persons.id_of(unit, fields.get(field))
            rows.append((record_id, name_key(decision.title), *values, at, at, at, at))
        insert_many(unit, "accounts", _INSERTED, rows)
        set_in_it = [int(d.record_id or 0) for d in decisions if "health" in d.after]
        health_history.keep(unit, set_in_it, source=health_history.IMPORT)

    def change(self, unit: Unit, changes: Iterable[tuple[int, Fields]]) -> None:
        """Write fields; a changed renewal date or EBR fact counts as known from now on, the planner looks again."""
        listed = list(changes)
        self._write(unit, listed)
        health_history.keep(unit, _of_health(listed), source=health_history.IMPORT)

    def by_now(self, field: str, value: Value) -> Value:
        """A channel by its id, too, once Slack has told it."""
        return self._channels.get(str(value), value) if field == "channel_id" else super().by_now(field, value)

    def remember(self, changed: Sequence[Decision]) -> None:
        """A last EBR ends the one that was scheduled up to then (`settle_ebr`); what changed is known from now on."""
        self._remember_since_when({d.record_id: d for d in changed if self._known_anew(d.after)})
        other_csm = {d.record_id: d for d in changed if "csm" in d.after}
        for plan_id, account_id, since in self.db.execute(
            "SELECT id, account_id, csm_since_at FROM plans WHERE account_id IN (SELECT value FROM json_each(?))",
            (chosen(other_csm),),
        ):
            other_csm[account_id].beside.setdefault("csm_since", {})[plan_id] = since
        last = {d.record_id: d for d in changed if d.after.get("last_ebr_on")}
        rows = self.db.execute(
            f"SELECT account_id, {', '.join(PLANNED)} FROM ebrs WHERE state = 'scheduled'"
            " AND account_id IN (SELECT value FROM json_each(?))",
            (chosen(last),),
        )
        for row in rows:
            if row["scheduled_on"] <= str(last[row["account_id"]].after["last_ebr_on"]):
                last[row["account_id"]].beside["planned"] = json.dumps({name: row[name] for name in PLANNED})

    def _remember_since_when(self, changed: Mapping[int | None, Decision]) -> None:
        rows = self.db.execute(
            f"SELECT id, {', '.join(_KNOWN)} FROM accounts WHERE id IN (SELECT value FROM json_each(?))",
            (chosen(changed),),
        )
        for row in rows:
            decision = changed[row["id"]]
            decision.beside |= {name: row[name] for name in self._known_anew(decision.after)}

    def restore(self, unit: Unit, changes: Iterable[tuple[int, Fields]]) -> None:
        """Write fields as they were before a file, and have what it has ended be again."""
        listed = [(record_id, dict(fields)) for record_id, fields in changes]
        ended = {record_id: json.loads(str(f.pop("planned"))) for record_id, f in listed if "planned" in f}
        since = {record_id: {name: f.pop(name) for name in _KNOWN if name in f} for record_id, f in listed}
        csm_since = [cast("Any", f.pop("csm_since")) for _, f in listed if "csm_since" in f]
        self._write(unit, listed, takes_back=True)
        update_grouped(unit, "accounts", [one for one in since.items() if one[1]])
        health_history.take_back(unit, _of_health(listed))
        unit.db.executemany(
            "UPDATE plans SET csm_since_at = ? WHERE id = ?",
            [(at, int(plan_id)) for plans in csm_since for plan_id, at in plans.items()],
        )
        for account_id, planned in ended.items():
            plan_again(unit, account_id, planned)

    def _write(self, unit: Unit, listed: Sequence[tuple[int, Fields]], *, takes_back: bool = False) -> None:
        moved = [record_id for record_id, f in listed if "renewal_on" in f]
        before = renewals_of(unit.db, moved)
        update_grouped(unit, "accounts", ((record_id, self._columns(unit, f)) for record_id, f in listed))
        after = renewals_of(unit.db, moved)
        told_arr = {record_id for record_id, f in listed if "arr_cents" in f}
        renewed = outcomes.moved_by_source(unit, before, after, told_arr, takes_back=takes_back)
        for record_id, (now_on, _) in after.items():
            if record_id not in renewed:
                date_moved(unit, record_id, before[record_id][0], now_on)

    def _columns(self, unit: Unit, fields: Fields) -> dict[str, Any]:
        columns: dict[str, Any] = {"look_at": "", "updated_at": unit.at}
        for field, value in fields.items():
            columns[_COLUMN[field]] = self.persons.id_of(unit, value) if field in _TEAM else value
        if "name" in fields:
            columns["name_key"] = name_key(str(fields["name"]))
        return columns | dict.fromkeys(self._known_anew(fields), unit.at)

    def _known_anew(self, fields: Fields) -> list[str]:
        """What is known from now on as these fields change."""
        renewal, ebr = _KNOWN
        of_ebr = _EBR_FACTS & fields.keys() or ("segment" in fields and len(self.policy.ebr_cadence_months) > 1)
        return [*([renewal] if "renewal_on" in fields else []), *([ebr] if of_ebr else [])]

    def present(self, ids: Iterable[int]) -> dict[int, tuple[str, Fields]]:
        """Name and fields of accounts."""
        return {row["id"]: (row["name"], self.fields_of(row)) for row in self._having("accounts.id", list(ids))}

    def absent(self) -> Iterator[str]:
        """Active accounts that this file does not name, whether a file ever named them or not."""
        rows = self.db.execute(
            "SELECT id, name FROM accounts WHERE archived_at IS NULL AND churned_on IS NULL ORDER BY name_key"
        )
        return (row[1] for row in rows if row[0] not in self.met)

    def used(self, ids: Iterable[int]) -> set[int]:
        """Accounts of which people or other files have said something, or into which another one was merged."""
        wanted = list(ids)
        return pointed_to(self.db, wanted, (*SAID_OF, _ARR_SAID), "account_id") | pointed_to(
            self.db, wanted, ("account_endings",), "into_id"
        )


def _of_health(changes: Iterable[tuple[int, Fields]]) -> list[int]:
    """The accounts whose health is among what is written."""
    return [record_id for record_id, fields in changes if {"health", "health_on"} & fields.keys()]


def _id_of(row: Row) -> str:
    """The key of the CRM id in a row; '' for none."""
    return id_key(str(row.fields.get("crm_id") or ""))


SAID_OF = (
    "account_notes",
    "account_returns",
    "calls",
    "ctas",
    "ebrs",
    "escalations",
    "manager_reviews",
    "onboarding_delays",
    "plans",
    "renewals",
    "reviews",
    "signings",
    "survey_answers",
    "usage_agreed",
    "usage_figures",
)
"""The tables whose rows would go with an account, though they came from elsewhere than the file that has brought it."""
_ARR_SAID = "(SELECT account_id FROM arr_snapshots WHERE source <> 'bot') AS said"
_TEAM_PLACES = tuple((ACCOUNT_FIELDS.index(field), field) for field in _TEAM)
