"""The rules that a row can break by itself, or together with the rows above it. Used by `rows`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.record import LIVED
from storage.base.folding import folded, id_key, name_key
from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage.base.policy import Policy
    from storage.importing.record import Fields, Kind, Value

    Faults = Iterator[tuple[str, str]]


class Checks:
    """The checks of one file. Each call yields (field, reason) pairs; `warn` takes what is odd and no fault."""

    def __init__(self, policy: Policy, today: str, warn: Callable[[str], None]) -> None:
        self.policy = policy
        self.today = today
        self.warn = warn
        self._seen: dict[Value | tuple[Value, ...], int] = {}
        self._names: dict[str, tuple[int, bool]] = {}

    def of(self, kind: Kind) -> Callable[[Fields, int], Faults]:
        """The check of a kind's rows."""
        return {"accounts": self.account, "ctas": self.cta, "people": self.person}[kind]

    def account(self, fields: Fields, line: int) -> Faults:
        """A name is needed; the last EBR can't be ahead; a CRM id, or a name without one, stands there once."""
        crm_id, name = fields.get("crm_id"), fields.get("name")
        if name is None:
            yield "name", "is empty; every account needs a name"
            return
        last_ebr, renewal = fields.get("last_ebr_on"), fields.get("renewal_on")
        if last_ebr is not None and str(last_ebr) > self.today:
            yield "last_ebr_on", f"{last_ebr} is after today ({self.today}); it is the last EBR that was held"
        for field in LIVED:
            if (day := fields.get(field)) is not None and str(day) > self.today:
                yield field, f"{day} is after today ({self.today}); it is a day on which that was so"
        if renewal is not None and str(renewal) < self.today:
            self.warn(f"line {line}: the renewal date {renewal} has passed; no reviews come of it.")
        if crm_id is not None and (first := self._first(id_key(str(crm_id)), line)) != line:
            yield "crm_id", f"{crm_id} stands on line {first} already"
        first, first_has_id = self._names.setdefault(name_key(str(name)), (line, crm_id is not None))
        if first != line and not (crm_id is not None and first_has_id):
            yield "name", f"{name} stands on line {first} already; two accounts of one name need a crm_id each"
        elif first != line:
            self.warn(f"line {line}: a second account called {name}; line {first} has one, with another CRM id.")

    def cta(self, fields: Fields, line: int) -> Faults:
        """Account, playbook, status and opening are needed, and the closing fits them."""
        for field in ("account", "playbook", "status", "opened_on"):
            if fields.get(field) is None:
                yield field, "is empty; every CTA needs one"
                return
        yield from self._closing(fields, line)
        external_id = fields.get("external_id")
        if external_id is not None and (first := self._first(("id", external_id), line)) != line:
            yield "external_id", f"{external_id} stands on line {first} already"
        key = tuple(folded(str(fields[field])) for field in ("account", "playbook", "opened_on"))
        if (first := self._first(key, line)) != line:
            yield "", f"this account, playbook and opening day stand on line {first} already"

    def _closing(self, fields: Fields, line: int) -> Faults:
        opened, closed, status = str(fields["opened_on"]), fields.get("closed_on"), fields["status"]
        if status not in CLOSED_STATUSES:
            if closed is not None:
                yield "closed_on", f"{closed} stands there, yet the status says that the CTA is open"
        elif closed is None:
            yield "closed_on", "is empty; a closed CTA needs its closing day"
        elif str(closed) < opened:
            yield "closed_on", f"{closed} is before the opening ({opened})"
        elif str(closed) > self.today:
            self.warn(f"line {line}: the closing day {closed} lies ahead.")
        if opened > self.today:
            self.warn(f"line {line}: the opening day {opened} lies ahead.")
        reason = fields.get("reason")
        if status == CLOSED_NO_SUCCESS and reason is None:
            yield "reason", f"is empty; no success needs one of {', '.join(r.key for r in self.policy.reasons)}"
        elif status != CLOSED_NO_SUCCESS and reason is not None:
            self.warn(f"line {line}: the reason is left out, since the CTA was not closed without success.")
            fields["reason"] = None

    def person(self, fields: Fields, line: int) -> Faults:
        """An e-mail is needed, once; nobody is their own manager."""
        email = fields.get("email")
        if email is None:
            yield "email", "is empty; people are known by it"
        elif fields.get("manager") == email:
            yield "manager", "nobody is their own manager"
        elif (first := self._first(email, line)) != line:
            yield "email", f"{email} stands on line {first} already"

    def _first(self, key: Value | tuple[Value, ...], line: int) -> int:
        """The line that had the key first."""
        return self._seen.setdefault(key, line)
