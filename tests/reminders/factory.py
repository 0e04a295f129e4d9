"""A small book of accounts, written straight into the tables: these tests are about the rules alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from reminders.engine.rehearsal import end_of, rehearse
from storage.base.db import Store
from storage.base.folding import name_key
from storage.base.moments import instant_text
from storage.base.policy import Policy, policy_from
from tests import engines

if TYPE_CHECKING:
    from pathlib import Path

    from storage.base.reminder import Coming


def at(text: str) -> datetime:
    """An instant: `2026-12-01 09:00` is UTC."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


LONG_AGO = at("2020-01-01 00:00")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, date) else value


@dataclass
class Book:
    """A database with the helpers to fill and change it. Instants default to long ago: nothing is late."""

    folder: Path
    policy: Policy = field(default_factory=Policy)
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store(engines.ready(self.folder / "book.db"), policy=self.policy)

    def close(self) -> None:
        self.store.close()

    @property
    def db(self):
        return self.store.connection()

    def insert(self, table: str, **values: Any) -> int:
        """A row; its id."""
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        row = self.db.execute(
            f"INSERT INTO {table}({columns}) VALUES ({marks}) RETURNING *", [_plain(v) for v in values.values()]
        ).fetchone()
        return row[0]

    def update(self, table: str, row_id: int, **values: Any) -> None:
        changes = ", ".join(f"{name} = ?" for name in values)
        self.db.execute(f"UPDATE {table} SET {changes} WHERE id = ?", [*map(_plain, values.values()), row_id])

    def person(self, email: str, zone: str | None = None, **more: Any) -> int:
        return self.insert(
            "people", email=email, name=email.partition("@")[0].title(), zone=zone, updated_at=LONG_AGO, **more
        )

    def account(self, name: str, csm: int | None = None, *, known_at: datetime = LONG_AGO, **more: Any) -> int:
        return self.insert(
            "accounts",
            **{
                "name": name,
                "name_key": name_key(name),
                "currency": "USD",
                "csm_id": csm,
                "known_at": known_at,
                "renewal_known_at": known_at,
                "ebr_known_at": known_at,
                "updated_at": known_at,
                **more,
            },
        )

    def review(self, account: int, months: int, state: str, **more: Any) -> int:
        renewal_on = self.db.execute("SELECT renewal_on FROM accounts WHERE id = ?", (account,)).fetchone()[0]
        defaults = {"scheduled_known_at": LONG_AGO} if state == "scheduled" else {}
        return self.insert(
            "reviews",
            **{
                "account_id": account,
                "renewal_on": renewal_on,
                "offset_months": months,
                "state": state,
                "updated_at": LONG_AGO,
                **defaults,
                **more,
            },
        )

    def ebr(self, account: int, state: str, **more: Any) -> int:
        defaults = {"scheduled_known_at": LONG_AGO} if state == "scheduled" else {}
        return self.insert(
            "ebrs", **{"account_id": account, "state": state, "updated_at": LONG_AGO, **defaults, **more}
        )

    def cta(self, account: int, owner: int | None = None, *, known_at: datetime = LONG_AGO, **more: Any) -> int:
        return self.insert(
            "ctas",
            **{
                "account_id": account,
                "playbook": "Expand: CI",
                "use_case": "CI",
                "motion": None,
                "reported": 1,
                "owner_id": owner,
                "status": "new",
                "opened_on": "2026-01-01",
                "known_at": known_at,
                **more,
            },
        )

    def task(self, cta: int, due_on: str, **more: Any) -> int:
        position = self.db.execute("SELECT count(*) FROM tasks WHERE cta_id = ?", (cta,)).fetchone()[0]
        return self.insert("tasks", cta_id=cta, position=position, title="A task", due_on=due_on, **more)

    def rows(self, where: str = "1 = 1") -> list[dict[str, Any]]:
        """The outbox, oldest first."""
        return [dict(row) for row in self.db.execute(f"SELECT * FROM outbox WHERE {where} ORDER BY id")]


def policy(**keys: Any) -> Policy:
    """A policy with these keys."""
    return policy_from(keys)


def coming(stored: Book, now: str, until: str, **scope: Any) -> list[Coming]:
    """What a rehearsal says from an instant until the end of a day."""
    with stored.store.read() as db:
        lines = rehearse(db, stored.policy, at(now), end_of(date.fromisoformat(until)), **scope)
    return [line for line in lines if line.day <= date.fromisoformat(until)]


def said(lines: list[Coming], *kinds: str) -> list[tuple[Any, ...]]:
    """Kind, local time, due day, step and lateness of each line: what most tests are about."""
    return [
        (line.kind, f"{line.post_at:%Y-%m-%d %H:%M}", str(line.due_on), line.step, line.late)
        for line in lines
        if not kinds or line.kind in kinds
    ]
