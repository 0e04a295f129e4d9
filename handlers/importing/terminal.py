"""`import`: accounts, CTAs or people from a file, with a dry run, an undo, and a watch over a file.

Works without Slack. What a dry run finds goes to stdout, everything else to stderr; any rejected line gives exit
status 1. The work is done in handlers/importing/actions.py.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
from argparse import SUPPRESS
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, Any, Self, TextIO

from handlers.importing.reading import forms
from handlers.terminal import row_number, write_utf8
from storage.base.address import is_there
from storage.base.errors import UserError
from storage.base.plurals import counted
from storage.base.trouble import make_private
from storage.importing.record import MARKS, ORDERS, Reading, header, shown

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from handlers.importing.actions import Outcome, Progress
    from handlers.terminal import Terminal
    from storage.base.db import Store
    from storage.importing.record import Kind, Question

NAME = "import"
PLACE = 75
HELP = "bring accounts, CTAs, people or figures in from a CSV or Excel file, or take an import back"
EXAMPLES = (
    "import accounts crm-export.csv --dry-run",
    "import accounts crm-export.csv --skip-rejected",
    "import accounts crm-export.csv --dates m/d/y --decimal-mark .",
    "import accounts --template > accounts.csv",
    "import ctas gainsight.xlsx --now 2026-12-01T09:00Z",
    "import people team.csv",
    "import --every 15m accounts crm-export.csv",
    "import undo",
    "import undo 12",
)
_LISTED = 50
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options; they may stand before or after what is imported."""
    parser.set_defaults(dry_run=False, skip_rejected=False, rejects=None, every=None, now=None)
    parser.set_defaults(dates="", decimal_mark="")
    _options(parser)
    every = forms.kinds()
    named = parser.add_subparsers(dest="what", required=True, metavar=f"{{{','.join(every)},undo}}")
    for kind in every:
        part = named.add_parser(kind, help=f"import {kind}")
        part.add_argument("files", nargs="*", metavar="FILE", type=Path, help="CSV or .xlsx")
        part.add_argument("--template", action="store_true", help="write an empty file with every column to stdout")
        part.set_defaults(incomplete=part.error)
        _options(part)
    undo = named.add_parser("undo", help="take an import back")
    number_help = "the import's number; without: the last one"
    undo.add_argument("number", nargs="?", type=row_number, metavar="ID", help=number_help)
    undo.add_argument("--now", default=SUPPRESS, help="take it back as of this instant")


def _options(parser: ArgumentParser) -> None:
    def option(name: str, explanation: str, **how: Any) -> None:
        parser.add_argument(name, default=SUPPRESS, help=explanation, **how)

    option("--dry-run", "show what would change, and change nothing", action="store_true")
    option("--skip-rejected", "import the rest when lines are rejected", action="store_true")
    option("--dates", "how days in numbers are written: m/d/y, d/m/y or y-m-d", metavar="ORDER")
    option("--decimal-mark", "what amounts have before the cents: . or ,", metavar="MARK", choices=list(MARKS))
    option("--rejects", "where rejected lines go (default: FILE.rejects.csv)", type=Path, metavar="FILE")
    option("--every", "look again every 30s, 15m, 6h or 1d, and import what changed", metavar="SPAN")
    option("--now", "import as of this instant, such as 2026-12-01T09:00Z", metavar="INSTANT")


def run(args: Namespace, terminal: Terminal) -> int:
    """Import each file, or undo; 0 only if nothing was rejected and everything was taken back."""
    write_utf8()
    if args.what == "undo":
        return _undo(args, terminal)
    if args.template:
        return _template(args.what, terminal)
    if not args.files:
        args.incomplete("the following arguments are required: FILE")
    seconds = _seconds(args.every) if args.every else 0
    if args.rejects and len(args.files) > 1:
        raise UserError("Several files can't share one --rejects.", "Leave it out: each gets a file of its own.")
    terminal.now(args.now)  # an instant that can't be read is refused before all else
    with ExitStack() as at_end:
        place = None
        if not seconds and (missing := next((path for path in args.files if not path.exists()), None)):
            raise UserError(f"{missing} can't be read: {os.strerror(errno.ENOENT)}.", "Nothing was changed.")
        if args.dry_run and not is_there(terminal.settings.cta_bot_db):
            place = Path(at_end.enter_context(TemporaryDirectory(prefix="cta-bot-"))) / "dry-run.db"
        store = at_end.enter_context(closing(terminal.store(place, create=True)))
        if seconds:
            return _watch(args, terminal, store, seconds)
        return max(_import(args, terminal, store, path) for path in args.files)


def _template(kind: Kind, terminal: Terminal) -> int:
    """An empty file with every column of the kind."""
    sys.stdout.write(f"{','.join(forms.plain_of(kind, terminal.policy))}\n")
    return 0


def _import(args: Namespace, terminal: Terminal, store: Store, path: Path) -> int:
    from handlers.importing.actions import import_file
    from handlers.importing.reading.days import order_of

    reading = Reading(
        days={"": order_of(args.dates)} if args.dates else {},
        amounts={"": args.decimal_mark} if args.decimal_mark else {},
    )
    if not path.name:
        raise UserError(f"'{path}' is a folder.", "Name the file that is to be imported.")
    rejects = args.rejects or path.with_name(f"{path.stem}.rejects.csv")
    with _Lines(rejects, path) as lines, showing_progress(path.name) as progress:
        outcome = import_file(
            store,
            args.what,
            path,
            path.name,
            now=terminal.now(args.now),
            dry_run=args.dry_run,
            skip_rejected=args.skip_rejected,
            rejects=lines.put,
            progress=progress,
            reading=reading,
        )
    out = sys.stdout if args.dry_run else sys.stderr
    for line in told(outcome, dry_run=args.dry_run, skip_rejected=args.skip_rejected):
        print(line, file=out)
    if outcome.refused:
        print(f"The rejected lines are in {rejects}.", file=sys.stderr)
    return 1 if outcome.refused else 0


def told(outcome: Outcome, *, dry_run: bool, skip_rejected: bool) -> Iterator[str]:
    """What an import did, or would do, a line each."""
    counts = outcome.counts
    yield from (f"Note: {warning}" for warning in outcome.warnings)
    if outcome.unknown:
        yield (
            f"To have a column read, name it under [import_headers] of the policy, such as csm = ["
            f'"{outcome.unknown[0]}"].'
        )
    if dry_run:
        yield from _some("New", outcome.new, counts["new"])
        changes = [
            f"{change.title}: {', '.join(_change(f, change.before.get(f), v) for f, v in change.after.items())}"
            for change in outcome.changed
        ]
        yield from _some("Changed", changes, counts["changed"])
    conflicts = [
        f"{title}: {header(c.field)} is {shown(c.field, c.ours)} here, {shown(c.field, c.theirs)} in the file"
        for title, c in outcome.conflicts
    ]
    yield from _some("Conflicts, kept as here until decided (/account conflicts)", conflicts, counts["conflicts"])
    if dry_run:
        yield from _some("Missing from the file, nothing happens to them", outcome.missing, counts["missing"])
    yield from _some("Rejected", [str(r) for r in outcome.rejected], counts["rejected"])
    yield from (_asked(question) for question in outcome.questions)
    parts = [f"{counts[name]} {name}" for name in ("new", "changed", "unchanged", "missing", "rejected")]
    parts.insert(3, counted(counts["conflicts"], "conflict"))
    yield f"{outcome.file}: {', '.join(parts)}."
    if dry_run:
        yield "This was a dry run: nothing was changed."
    elif outcome.import_id is not None:
        yield f"Imported as number {outcome.import_id}; `import undo {outcome.import_id}` takes it back."
    elif outcome.refused and not skip_rejected:
        yield "Nothing was imported. Mend the lines, or import the rest with --skip-rejected."
    else:
        yield "Nothing to change."


def _asked(question: Question) -> str:
    """How a column can be read, and what to write for it."""
    of_days = question.of == "days"
    words = ORDERS if of_days else MARKS
    options = {
        **{order: f"--dates {typed}" for order, typed in (("mdy", "m/d/y"), ("dmy", "d/m/y"), ("ymd", "y-m-d"))},
        **{mark: f"--decimal-mark {mark}" for mark in MARKS},
    }
    readings = [
        f"{options[r.said]} reads {r.example} as {r.read}"
        + ("" if r.fits == question.lines else f" ({r.fits} of {counted(question.lines, 'line')})")
        for r in question.readings
    ]
    lines = counted(question.lines, "line")
    if len(readings) == 1:
        return f"{question.title} is {words[question.readings[0].said]} in {lines}: {readings[0]}."
    return f"{question.title} can be read in {len(readings)} ways in {lines}: {'; '.join(readings)}."


def _change(field: str, before: str | int | None, after: str | int | None) -> str:
    return f"{header(field)} {shown(field, before)} → {shown(field, after)}"


def _some(title: str, lines: list[str], count: int) -> Iterator[str]:
    if count:
        yield f"{title}: {count}"
        yield from (f"  {line}" for line in lines[:_LISTED])
        if count > len(lines[:_LISTED]):
            yield f"  … and {count - len(lines[:_LISTED])} more"


def _undo(args: Namespace, terminal: Terminal) -> int:
    from storage import importing as imports

    store = terminal.store()
    with store.write(terminal.now(args.now), source="import") as unit:
        undone = imports.undo(unit, args.number)
    store.close()
    of = undone.of
    terminal.say(f"Import {of.id} ({of.kind}, {of.file}): {undone.removed} removed, {undone.restored} set back.")
    for line in _some("Left as they are, since somebody has had a hand in them", list(undone.left), len(undone.left)):
        terminal.say(line)
    return 1 if undone.left else 0


def _watch(args: Namespace, terminal: Terminal, store: Store, seconds: int) -> int:
    """Look at the files now and every so often, until Ctrl-C; a file is imported when it has changed."""
    seen: dict[Path, tuple[int, int] | None] = {}
    pause = Event()
    for name in (signal.SIGINT, signal.SIGTERM):  # also where a shell has the first one ignored: in the background
        signal.signal(name, _interrupt)
    try:
        while True:
            for path in args.files:
                state = _state(path)
                if path not in seen or seen[path] != state:
                    _import_and_go_on(args, terminal, store, path)
                    seen[path] = state
            pause.wait(seconds)
    except KeyboardInterrupt:
        terminal.say("Stopped watching.")
        return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _import_and_go_on(args: Namespace, terminal: Terminal, store: Store, path: Path) -> None:
    try:
        _import(args, terminal, store, path)
    except UserError as error:
        terminal.say(str(error))


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _seconds(span: str) -> int:
    found = re.fullmatch(r"([1-9]\d{0,5})([smhd])", span.strip().lower())
    if found is None:
        raise UserError(f"--every {span} is not a span.", "Write 30s, 15m, 6h or 1d.")
    return int(found[1]) * _UNITS[found[2]]


class _Lines:
    """The rejects file: made with the first rejected line; one of an earlier import goes away."""

    def __init__(self, path: Path, source: Path) -> None:
        if path.resolve() == source.resolve():
            raise UserError("The rejected lines can't go where the file is.", "Name another file with --rejects.")
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        with _writing(self._path):
            if self._path.is_file() and not self._path.is_symlink():  # no device, nor what leads to one
                self._path.unlink()
        return self

    def put(self, line: str) -> None:
        with _writing(self._path):
            if self._file is None:
                make_private(self._path)  # customers' data, like the database
                self._file = self._path.open("w", encoding="utf-8", newline="")
            self._file.write(line)

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            with _writing(self._path):
                self._file.close()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "Name another place with --rejects; nothing was imported."
        raise UserError(f"The rejected lines can't be written to {path}: {error.strerror}.", hint) from error


@contextmanager
def showing_progress(name: str) -> Iterator[Progress | None]:
    """A progress bar on stderr, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"Reading {name}", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
