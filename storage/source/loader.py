"""What becomes of an account where a CRM says something else than here, in a field that no file brings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from storage.account import store as accounts
from storage.account.record import OUTLOOKS
from storage.base.errors import NotFound, UserError
from storage.base.outside import WRITTEN
from storage.source import fields as of_account

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.importing.record import Fields, Value

KIND = "written"


class Written:
    """Accounts, and what of them is written back."""

    subject: ClassVar[str] = "account"

    def __init__(self, db: Connection, policy: Policy, today: str = "") -> None:
        self._db, self._policy, self._today = db, policy, today

    def present(self, ids: Iterable[int]) -> dict[int, tuple[str, Fields]]:
        """Name of each account, and what it is here; unknown ids are left out."""
        found: dict[int, tuple[str, Fields]] = {}
        for account_id in ids:
            try:
                name = accounts.get(self._db, account_id).name
            except NotFound:
                continue
            found[account_id] = (name, dict(of_account.values(self._db, self._policy, account_id, WRITTEN)))
        return found

    @staticmethod
    def takes(field: str) -> bool:
        """Whether theirs can become ours; what is worked out of calls, reviews and renewals can only stay there."""
        return field in ("health", "outlook", "last_ebr")

    def change(self, unit: Unit, changes: Iterable[tuple[int, Fields]]) -> None:
        """Take what they say. Raises UserError for what is none here."""
        for account_id, fields in changes:
            for field, value in fields.items():
                if not self.takes(field):
                    continue
                _check(field, value, self._today)
                column = "last_ebr_on" if field == "last_ebr" else field
                news = {column: value} | ({"health_on": self._today} if field == "health" else {})
                accounts.write(unit, account_id, news, source="import")


def _check(field: str, value: Value, today: str) -> None:
    if value is None:
        return
    known = {"outlook": OUTLOOKS, "health": WRITTEN["health"]}.get(field)
    if known is not None and value not in known:
        raise UserError(
            f"'{value}' is no {field} here.", "Keep what is here, or have the source's `values` say what it means."
        )
    if known is None:
        try:
            is_past = date.fromisoformat(str(value)).isoformat() <= today
        except ValueError:
            is_past = False
        if not is_past:
            raise UserError(f"'{value}' is no day on which an EBR was held.", "Keep what is here, or change it there.")


DECIDERS = {KIND: Written}
