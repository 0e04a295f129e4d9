"""The kinds `told` and `alert` as messages: what somebody else did, worded when it is sent or edited.

Each noun hands in its words by what was done (`reminders/<noun>/told.py`, `TOLD`). Rows are put in by
`storage/base/telling.py`.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from reminders.outbox.notes import Note
from storage.account import store as accounts
from storage.base import people, telling
from storage.base.errors import NotFound
from storage.base.moments import civil_day, maybe_day
from storage.base.nouns import handed_in
from templates.account import told as show
from templates.blocks import told as view
from templates.blocks.day import button
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.notice import by_words
from templates.blocks.words import person_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.change import Change
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from templates.blocks.day import Row
    from templates.blocks.render import Renderer
    from templates.blocks.told import Said

NOT_SO = "it is no longer so"
ALERTS_OFF = "the policy wants no alerts"
_LINES = ("line", "outlook_line", "note", "next_step")
"""Where a deed keeps the words that were said with it, beside a reason of the policy."""


class Hearing(Note):
    """A row about to be worded, with the deed that it tells of."""

    def __init__(self, db: Connection, policy: Policy, row: OutboxRow, now: datetime, deed: Change) -> None:
        super().__init__(db, policy, row, now)
        self.deed = deed

    @property
    def account(self) -> Account:
        """The account that the row is about, as it is now."""
        return accounts.get(self.db, self.row.account_id or 0)

    @property
    def line(self) -> str:
        """Why, as who did it said: the reason that was picked, the line that was written, or both."""
        after, reason = self.deed.after, self.deed.after.get("reason")
        label = self.policy.renewal_reason_label(str(reason)) if reason else ""
        return ": ".join(filter(None, [label, next((str(after[name]) for name in _LINES if after.get(name)), "")]))


@cache
def words() -> Mapping[str, Callable[[Hearing], Said]]:
    """How each deed is told."""
    return {what: say for noun in handed_in("reminders", "told") for what, say in noun.TOLD.items()}


def why_not_told(db: Connection, policy: Policy, row: OutboxRow) -> str:
    """Why a row of `told` that waits is told no more: all of it was taken back, or is gone."""
    one = _hearing(db, policy, row, row.not_before)
    return "" if one and any(said.stands for said in _parts(one)) else NOT_SO


def told_message(
    db: Connection, renderer: Renderer, policy: Policy, rows: Sequence[OutboxRow], now: datetime
) -> dict[str, Any] | None:
    """What was done to somebody's records, a line each, with what became of it since."""
    lines = []
    for row in rows:
        one = _hearing(db, policy, row, now)
        parts = _parts(one) if one else []
        if one and parts:
            lines.append(view.line(by_words(one.person("by")), parts))
    return _message(renderer, lines, "done with what is yours")


def why_no_alert(db: Connection, policy: Policy, row: OutboxRow) -> str:
    """Why an alert that waits is given no more."""
    if not policy.alerts:
        return ALERTS_OFF
    one = _hearing(db, policy, row, row.not_before)
    return "" if one and _holds(one) else NOT_SO


def alert_message(
    db: Connection, renderer: Renderer, policy: Policy, rows: Sequence[OutboxRow], now: datetime
) -> dict[str, Any] | None:
    """Accounts that somebody said to be in trouble, a line each; taken back ones say by whom."""
    lines = []
    for row in rows:
        with suppress(NotFound):
            if one := _hearing(db, policy, row, now):
                lines.append(_alert(one))
    return _message(renderer, lines, "that need you to know")


def _message(renderer: Renderer, lines: list[Row], several: str) -> dict[str, Any] | None:
    if not lines:
        return None
    made: dict[str, Any] = renderer.render("account/told", **view.message(lines, several))
    return made


def _hearing(db: Connection, policy: Policy, row: OutboxRow, now: datetime) -> Hearing | None:
    deed = telling.deed_of(db, int(row.payload["deed"]))
    return Hearing(db, policy, row, now, deed) if deed else None


def _parts(one: Hearing) -> list[Said]:
    try:
        return [words()[what](one) for what in one.payload["whats"] if what in words()]
    except NotFound:
        return []


def _holds(one: Hearing) -> bool:
    """Whether the account is still in the state, since that day."""
    try:
        account = one.account
    except NotFound:
        return False
    matter, state = one.payload["matter"], one.payload["state"]
    if matter == "health":
        return account.archived_at is None and account.health == state and account.health_on == one.day("on")
    if matter == "outlook":
        return account.active and account.outlook == state
    if state == "churned":
        return account.churned_on is not None
    after = one.deed.after
    return account.arr_cents == after.get("arr_cents") and account.renewal_on == maybe_day(after.get("renewal_on"))


_FIELDS = {"health": "health", "outlook": "outlook", "churned": "churned_on", "renewed_with_less": "renewal_on"}
"""The account's field that says whether it is still so."""


def _alert(one: Hearing) -> Row:
    account, matter, state = one.account, one.payload["matter"], one.payload["state"]
    text = show.alert(
        account,
        matter,
        state,
        civil_day(one.deed.at, one.zone_name),
        person_words(one.person("by")),
        one.line,
        one.today,
        one.policy,
        show_arr=one.shows_arr(account),
    )
    if not _holds(one):
        field = _FIELDS.get(matter) or _FIELDS[state]
        by_id = telling.changed_since_by(one.db, int(one.payload["deed"]), one.deed.subject, field)
        by = people.many(one.db, [by_id]).get(by_id or 0)
        text = mrkdwn("~{}~ Taken back by {}.", text, by_words(by)) if by else mrkdwn("~{}~ No longer so.", text)
    return view.a_line(text, button("Open", "account.show", account.id))
