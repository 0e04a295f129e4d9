"""`export`: accounts, CTAs, reviews, EBRs, audit or people to stdout, as CSV or JSON (an array of objects)."""

from __future__ import annotations

import csv
import json
import re
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

from handlers.terminal import write_utf8
from storage.base import exports
from storage.base.moments import civil_day
from storage.base.trouble import make_private_output

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Sequence

    from handlers.terminal import Terminal

HELP = "write accounts, CTAs, reviews, EBRs, the audit or people to stdout"
EXAMPLES = ("export ctas --format json", "export accounts --format csv > accounts.csv", "export audit")
# A spreadsheet would carry out what begins so. Apostrophes in front count, so that an import can take one off again.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("what", choices=list(exports.exports()))
    parser.add_argument("--format", choices=("csv", "json"), default="csv", help="csv (default) or json")


def run(args: Namespace, terminal: Terminal) -> int:
    """Stream the records to stdout, in UTF-8 whatever the terminal's locale."""
    write_utf8()
    with closing(terminal.reading()) as store, store.read() as db:
        today = civil_day(terminal.now(), terminal.policy.timezone)
        fields, found = exports.records(db, args.what, terminal.policy, today)
        make_private_output(sys.stdout)  # customers' data, like the database
        write = _write_json if args.format == "json" else _write_csv
        write(fields, found)
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
