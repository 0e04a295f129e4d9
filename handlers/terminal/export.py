"""`export`: accounts, CTAs, reviews, EBRs, audit or people to stdout, as CSV or JSON (an array of objects)."""

from __future__ import annotations

import csv
import json
import re
import sys
from contextlib import closing
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from handlers.terminal import parse_day, write_utf8
from storage.base import exports
from storage.base.errors import UserError
from storage.base.moments import civil_day, instant_text, zone
from storage.base.trouble import make_private_output

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Sequence

    from handlers.terminal import Terminal

HELP = "write accounts, CTAs, reviews, EBRs, figures of an area, the audit or people to stdout"
EXAMPLES = (
    "export ctas --format json",
    "export accounts --format csv > accounts.csv",
    "export audit",
    "export changes --new --for gainsight > changes.csv",
    "export changes --since 2026-11-01 --for gainsight",
)
CHANGES = "changes"
# A spreadsheet would carry out what begins so. Apostrophes in front count, so that an import can take one off again.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("what", choices=[*exports.exports(), CHANGES])
    parser.add_argument("--since", metavar="DAY", help="of changes: from this day on, such as 2026-11-01")
    parser.add_argument("--new", action="store_true", help="of changes: since the last export of this kind")
    parser.add_argument("--for", dest="system", choices=list(exports.changes()), help="of changes: who takes them")
    parser.add_argument("--format", choices=("csv", "json"), default="csv", help="csv (default) or json")


def run(args: Namespace, terminal: Terminal) -> int:
    """Stream the records to stdout, in UTF-8 whatever the terminal's locale."""
    write_utf8()
    if args.what == CHANGES:
        return _changes(args, terminal)
    if any(getattr(args, option, None) for option in ("since", "new", "system")):
        raise UserError("--since, --new and --for are of `export changes`.", "Leave them out.")
    with closing(terminal.reading()) as store, store.read() as db:
        today = civil_day(terminal.now(), terminal.policy.timezone)
        fields, found = exports.records(db, args.what, terminal.policy, today)
        make_private_output(sys.stdout)  # customers' data, like the database
        write = _write_json if args.format == "json" else _write_csv
        write(fields, found)
    return 0


def _changes(args: Namespace, terminal: Terminal) -> int:
    """What changed, as another system takes it. What `--new` leaves out next time is kept once all of it is written."""
    if not args.system or bool(args.since) == args.new:
        hint = "For example: export changes --new --for gainsight, or --since 2026-11-01."
        raise UserError("Say for whom, and since when.", hint)
    policy = terminal.policy
    since = ""
    if args.since:
        midnight = datetime.combine(parse_day(args.since), time(), zone(policy.timezone))
        since = instant_text(midnight)
    with closing(terminal.reading()) as store:
        with store.read() as db:
            last = exports.last_change(db)
            after = exports.exported(db, args.system) if args.new else 0
            fields, found = exports.changed(db, args.system, policy, after=after, since=since)
            make_private_output(sys.stdout)
            write = _write_json if args.format == "json" else _write_csv
            write(fields, found)
            sys.stdout.flush()
        if args.new:
            with store.write(terminal.now()) as unit:
                exports.keep_exported(unit, args.system, last)
    return 0


def _write_json(fields: Sequence[str], records: Iterable[dict[str, Any]]) -> None:  # noqa: ARG001 - as for CSV
    before = "["
    for record in records:
        sys.stdout.write(f"{before}\n  {json.dumps(record, ensure_ascii=False, allow_nan=False)}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")


def _write_csv(fields: Sequence[str], records: Iterable[dict[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(fields)
    for record in records:
        writer.writerow([_cell(record[field]) for field in fields])


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case str():
            return f"'{value}" if _FORMULA.match(value) else value
    return str(value)
