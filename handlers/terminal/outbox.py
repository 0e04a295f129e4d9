"""`outbox`: every row with its state, for the operator; one shown, retried or cancelled by hand."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from handlers.terminal import row_number, write_utf8
from handlers.terminal.lines import as_data
from reminders.engine.kinds import ScheduleRule, kind_of, kinds
from reminders.outbox.naming import called
from storage.base import outbox, planning
from storage.base.errors import NotFound
from storage.base.keys import destination_of
from storage.base.moments import zone
from storage.base.outbox_row import CARD, NOTICE, PENDING, STATES
from storage.base.recipients import Directory
from storage.base.reminder import Coming

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable
    from sqlite3 import Connection

    from handlers.terminal import Terminal
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy

HELP = "what was said, waits, or could not be said, with its state"
EXAMPLES = (
    "outbox list",
    "outbox list --state blocked --state dead --format json",
    "outbox show 12",
    "outbox retry 12",
    "outbox cancel renewal_review:7:2027-04-30:5",
)


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|show|retry|cancel")
    listing = actions.add_parser("list", help="all rows, closed ones too")
    listing.add_argument("--state", action="append", default=[], choices=STATES, help="only these states")
    all_kinds = (*kinds(), CARD, NOTICE)
    listing.add_argument("--kind", action="append", default=[], choices=all_kinds, help="only these kinds")
    listing.add_argument("--format", choices=("table", "json"), default="table", help="table (default) or json")
    for name, words in (
        ("show", "one row with everything that is stored of it, as JSON"),
        ("retry", "have a row posted after all that is blocked, dead, cancelled or expired"),
        ("cancel", "never post a row that is pending, blocked or dead"),
    ):
        one = actions.add_parser(name, help=words)
        one.add_argument("row", help="its number or its dedupe key")
        if name != "show":
            one.add_argument("--now", metavar="INSTANT", help="act as if it were then (default: now)")


def run(args: Namespace, terminal: Terminal) -> int:
    """Carry out one of the four actions."""
    write_utf8()
    store = terminal.reading()
    try:
        if args.action == "list":
            with store.read() as db:
                rows = outbox.listed(db, states=args.state, kinds=args.kind)
                reader = _Reader(db, terminal.policy)
                if args.format == "json":
                    data = [_data(reader, row) for row in rows]
                    print(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))
                else:
                    _print(reader, rows)
            return 0
        row = _row(store.connection(), args.row)
        if args.action == "show":
            found = _data(_Reader(store.connection(), terminal.policy), row)
            print(json.dumps(found | _inside(row), indent=2, ensure_ascii=False, default=str))
            return 0
        with store.write(terminal.now(args.now), source="terminal") as unit:
            (outbox.retry if args.action == "retry" else outbox.cancel)(unit, row)
        terminal.say(f"{row.dedupe_key}: {row.state} -> {_row(store.connection(), args.row).state}")
        return 0
    finally:
        store.close()


def _row(db: Connection, number_or_key: str) -> OutboxRow:
    row = outbox.by_key(db, number_or_key)
    with suppress(ArgumentTypeError):
        row = row or outbox.get(db, row_number(number_or_key.removeprefix("#")))
    if row is None:
        raise NotFound(f"There is no row '{number_or_key}'.", "`outbox list` shows their numbers and keys.")
    return row


class _Reader:
    """What turns rows into data: names of accounts, and the zone that a recipient's times are shown in."""

    def __init__(self, db: Connection, policy: Policy) -> None:
        self.db = db
        self.directory = Directory(db, policy.timezone)
        self.policy = policy

    def zone(self, row: OutboxRow) -> str:
        """The recipient's zone; a summary's is its schedule's."""
        person_id = destination_of(row.destination).person_id
        if person_id is not None:
            return self.directory.csm(person_id).zone
        kind = kind_of(row)
        whose = kind.rule.recipient(row, self.policy) if kind and isinstance(kind.rule, ScheduleRule) else None
        return whose.zone if whose else self.policy.timezone


def _data(reader: _Reader, row: OutboxRow) -> dict[str, Any]:
    name, crm_id = planning.account_name(reader.db, row.account_id)
    post_at = row.not_before if row.state == PENDING else row.post_at
    coming = Coming(
        kind=row.kind,
        account=name,
        account_id=crm_id,
        recipient=row.recipient,
        due_on=row.due_on,
        post_at=post_at.astimezone(zone(reader.zone(row))),
        late=row.late,
        step=row.step,
        why=row.why,
        dedupe_key=row.dedupe_key,
    )
    state = {"state": row.state, "error": row.error, "attempts": row.attempts, "slack_ts": row.slack_ts}
    return {**as_data(coming), **state, "id": row.id}


def _inside(row: OutboxRow) -> dict[str, Any]:
    names = ("op", "destination", "conversation", "not_before", "expires_at", "claimed_at", "payload")
    return {name: getattr(row, name) for name in names}


def _print(reader: _Reader, rows: Iterable[OutboxRow]) -> None:
    counts: Counter[str] = Counter()
    for row in rows:
        data = _data(reader, row)
        is_channel = row.destination.startswith("channel:")
        whom = called(reader.db, row.destination) if is_channel else row.recipient
        about = f"{whom}  {row.dedupe_key}" + (f": {row.error}" if row.error else "")
        print(f"{row.id:>6}  {data['post_at'][:16]}  {row.state:<9}  {about}")
        counts[row.state] += 1
    print(", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "The outbox is empty.")
