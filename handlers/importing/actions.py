"""Importing a file, for the terminal and for Slack: read, decide, then write all of it or nothing.

The file is read and every row decided before anything is locked; that much is the dry run. Only rows that would
change something are kept (on disk) and decided once more inside the unit of work, as it may have changed since:
what is counted and shown of them then is what was done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeVar

from handlers.door.values import Wrong, clean
from handlers.importing.reading import headers
from handlers.importing.reading.files import open_table
from handlers.importing.reading.forms import day_headers, plain_of
from handlers.importing.reading.rows import Rows, columns_of
from handlers.importing.reading.spools import Rejects, Spool
from handlers.importing.reading.watch import Watch
from storage import importing as imports
from storage.base.db import refuse_repeated
from storage.base.errors import UserError
from storage.base.moments import civil_day
from storage.importing import conflicts
from storage.importing.record import Decision, FieldConflict, Fields, Question, Reading, Rejection
from storage.importing.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path
    from typing import Protocol

    from handlers.importing.reading.headers import Columns
    from handlers.importing.reading.table import Record, Table
    from storage.base.db import Store, Unit
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.importing.loader import Loader
    from storage.importing.record import Kind, Row

    class Pulled(Protocol):
        """What comes from a source: `policy` with its mapping, and which records are as they were at the last pull.

        `begin` is told the header; `looked_through` raises UserError where what was read can't be meant; `pause` lets
        others write; `point` names a place at which tests end the process.
        """

        policy: Policy

        def begin(self, header: Sequence[str]) -> None: ...  # noqa: D102 - said by the class

        def is_known(self, record: Record) -> bool: ...  # noqa: D102 - said by the class

        def looked_through(self, outcome: Outcome) -> None: ...  # noqa: D102 - the same

        def pause(self) -> None: ...  # noqa: D102 - the same

        def point(self, name: str) -> None: ...  # noqa: D102 - the same

    Progress = Callable[[int, int], None]

_Shown = TypeVar("_Shown")
_AS_KEPT = Reading()
_COUNTED = ("new", "changed", "unchanged", "conflicts", "missing", "rejected")
BATCH = 1000
SECONDS = 900
"""How long a file may take to be read and written, unless the caller says less."""
SAMPLED, SAMPLES = 50, 3
SHOWN = 1000
"""How many rows of each sort an outcome keeps for people to read; the counts are of all."""


@dataclass(frozen=True, slots=True)
class Change:
    """A record that the file changes: field, before, after."""

    title: str
    before: Fields
    after: Fields


@dataclass
class Outcome:
    """What an import did, or (`import_id` None) would do. The lists are cut at SHOWN, the counts are whole."""

    kind: Kind
    file: str
    new: list[str] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    conflicts: list[tuple[str, FieldConflict]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unknown: tuple[str, ...] = ()
    questions: list[Question] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COUNTED, 0))
    import_id: int | None = None
    settled: int = 0
    """Rows of which nothing is to be done: they are not decided once more."""
    _asked: set[str] = field(default_factory=set)
    records: dict[int, int] = field(default_factory=dict)
    """By line, the record that it is now; of an import in parts alone."""
    refused_lines: set[int] = field(default_factory=set)
    said: imports.Said = field(default_factory=imports.Said)
    """The records of which it says what is so already."""

    @property
    def refused(self) -> bool:
        """Whether any line was rejected."""
        return self.counts["rejected"] > 0

    def take(self, decision: Decision) -> None:
        """Count a decision and keep what people want to read of it."""
        if decision.outcome == "new":
            self.counts["new"] += 1
            if len(self.new) < SHOWN:
                self.new.append(decision.title)
            return
        if decision.outcome != "unchanged" or not decision.conflicts:
            self.counts[decision.outcome] += 1
        if decision.after:
            _keep(self.changed, Change(decision.title, decision.before, decision.after))
        for conflict in decision.conflicts:
            self.counts["conflicts"] += 1
            _keep(self.conflicts, (decision.title, conflict))

    def anew(self) -> None:
        """Forget what would be done: each row of that is decided, and counted, once more as it is written."""
        self.counts |= {"new": 0, "changed": 0, "conflicts": 0, "unchanged": self.settled}
        for shown in (self.new, self.changed, self.conflicts):
            shown.clear()

    def reject(self, rejections: Iterable[Rejection]) -> None:
        """Count a rejected line and keep why; of what one question answers, the column's first line stands for all."""
        self.counts["rejected"] += 1
        for rejection in rejections:
            self.refused_lines.add(rejection.line)
            if rejection.asked and rejection.column in self._asked:
                continue
            if rejection.asked:
                self._asked.add(rejection.column)
            _keep(self.rejected, rejection)


def _keep(kept: list[_Shown], item: _Shown) -> None:
    if len(kept) < SHOWN:
        kept.append(item)


def import_file(
    store: Store,
    kind: Kind,
    source: bytes | Path,
    name: str,
    *,
    now: datetime,
    actor: Person | None = None,
    dry_run: bool = False,
    skip_rejected: bool = False,
    rejects: Callable[[str], None] | None = None,
    progress: Progress | None = None,
    reading: Reading = _AS_KEPT,
    seconds: float = SECONDS,
    halted: Callable[[], bool] = bool,
    pulled: Pulled | None = None,
    key: str | None = None,
) -> Outcome:
    """Import a file: all of it, or nothing where a line is rejected (`skip_rejected`: all but those lines).

    `rejects` is given the header and then each rejected line as it stands in the file. `reading` is what was said
    about this file alone. It is given up after `seconds`, or once `halted` says so. Raises UserError, with nothing
    changed, for a file that can't be read at all. What was `pulled` from a source is written batch by batch. `key` is
    the inbox key of who asks: raises Repeated where that was imported before.
    """
    today = civil_day(now, store.policy.timezone).isoformat()
    latest = max(today, civil_day(now, (actor.zone if actor else None) or store.policy.timezone).isoformat())
    policy = pulled.policy if pulled else store.policy
    kept = imports.remembered(store.connection(), kind)
    watch = Watch(name, seconds, halted)
    table = _table(policy, kind, source, name, kept, watch)
    rows = Rows(table, kind, policy, latest, (reading, kept), pulled.is_known if pulled else None)
    if pulled:
        pulled.begin(table.header.cells)
    outcome = Outcome(kind, name)
    lines = Rejects(table.header.raw, rejects)
    with Spool() as early, Spool() as waiting, Spool() as late:
        loader = imports.loading(kind, store.connection(), policy, today)
        for batch in _read(rows, loader, waiting, outcome, lines, progress):
            early.put(_decided(loader, batch, outcome, lines, pulled=pulled is not None))
        for batch in waiting.batches():
            late.put(_decided(loader, batch, outcome, lines, pulled=pulled is not None))
        _close(outcome, rows, loader)
        if pulled:
            outcome.records |= {line: record_id for record_id, line in loader.met.items()}
        if pulled:
            pulled.looked_through(outcome)
        if not dry_run and (skip_rejected or not outcome.refused) and (len(early) or len(late)):
            if pulled:
                _write_in_parts(store, outcome, today, (early, late), watch, pulled, now=now)
            else:
                left_out = lines if skip_rejected else None
                _write(store, outcome, today, (early, late), watch, left_out, now=now, actor=actor, key=key)
    if key is not None and outcome.import_id is None:
        refuse_repeated(store.connection(), key)  # there is nothing left to do, since it has been done
    return outcome


def cells_of(store: Store, kind: Kind, source: Path, today: str) -> Iterator[tuple[int, dict[str, str], str]]:
    """The records of a file as text by plain header, days ISO; with what of one can't be read, if anything can't.

    For who compares a file and imports nothing. Raises UserError for one that can't be read at all.
    """
    kept = imports.remembered(store.connection(), kind)
    table = _table(store.policy, kind, source, source.name, kept)
    rows = Rows(table, kind, store.policy, today, (_AS_KEPT, kept))
    readers = {c.place: rows.days.reader(c.place) for c in rows.columns.known if c.field in day_headers(kind)}
    for record in rows.furniture.cleared(table.records()):
        cells, fault = {}, record.fault
        for column in rows.columns.known:
            try:
                text = clean(record.cells[column.place]) if column.place < len(record.cells) else ""
                read = readers.get(column.place)
                cells[column.field] = str(read(text)) if text and read else text
            except Wrong as wrong:
                fault = f"column {column.title}: {wrong}"
        yield record.line, cells, fault


def decide(unit: Unit, conflict_id: int, decision: Literal["ours", "theirs"]) -> str:
    """Where a file and people said different things, one of them stays; in words."""
    found = conflicts.decide(unit, conflict_id, decision)
    if decision == "theirs":
        return "Decided: their value." if found.takes else "Decided: theirs stays there."
    return "Decided: ours stays."


def file_columns(store: Store, kind: Kind, source: bytes | Path, name: str, *, anew: bool = False) -> Columns:
    """The columns of a file; those that nobody has decided about can be asked (`anew`: all that are decided)."""
    kept = imports.remembered(store.connection(), kind)
    table = _table(store.policy, kind, source, name, kept)
    try:
        return columns_of(table, kind, store.policy, {} if anew else kept.columns, asking=True)
    except UserError:
        if anew or not kept.columns:
            raise
        return columns_of(table, kind, store.policy, {}, asking=True)  # what was decided is in the way: asked again


def sample_cells(
    store: Store, kind: Kind, source: bytes | Path, name: str, places: tuple[int, ...]
) -> dict[int, tuple[str, ...]]:
    """The first different values of these columns, for people who are to say what they mean."""
    found: dict[int, list[str]] = {place: [] for place in places}
    table = _table(store.policy, kind, source, name, _AS_KEPT)
    for record in islice(table.records(), SAMPLED):
        for place, seen in found.items():
            cell = record.cells[place].strip() if place < len(record.cells) else ""
            if cell and cell not in seen and len(seen) < SAMPLES:
                seen.append(cell)
    return {place: tuple(seen) for place, seen in found.items()}


def _table(
    policy: Policy, kind: Kind, source: bytes | Path, name: str, kept: Reading, watch: Watch | None = None
) -> Table:
    watched = watch or Watch(name, SECONDS)
    meanings = headers.known_headers(kind, policy.import_headers, kept.columns, plain_of(kind, policy))
    return open_table(lambda: watched.opened(source), name, partial(headers.understood, meanings=meanings))


def _read(
    rows: Rows, loader: Loader | Sheet, waiting: Spool, outcome: Outcome, lines: Rejects, progress: Progress | None
) -> Iterator[list[Row]]:
    """Rows in batches; those that must wait for all others are put aside."""
    batch: list[Row] = []
    aside: list[Row] = []
    for row, faults, record in rows:
        if row is None and not faults:
            outcome.counts["unchanged"] += 1
            outcome.settled += 1
        elif row is None:
            outcome.reject(faults)
            lines.put(record.raw)
        elif loader.comes_late(row):
            aside.append(row)
        else:
            batch.append(row)
        if len(batch) >= BATCH:
            yield batch
            batch = []
            if progress:
                progress(rows.table.done(), rows.table.total)
        if len(aside) >= BATCH:
            waiting.put(aside)
            aside = []
    waiting.put(aside)
    yield batch
    if progress:
        progress(rows.table.total, rows.table.total)


def _decided(loader: Loader | Sheet, batch: list[Row], outcome: Outcome, lines: Rejects, *, pulled: bool) -> list[Row]:
    """Decide a batch; the rows that would change something."""
    by_line = {row.line: row for row in batch}
    acting: list[Row] = []
    again: list[int] = []
    for decision in loader.decide(batch):
        if isinstance(decision, Rejection):
            outcome.reject([decision])
            lines.put(by_line[decision.line].raw)
            continue
        outcome.take(decision)
        if pulled and isinstance(loader, Sheet):
            outcome.records[decision.line] = decision.record_id or 0
        if _acts(decision):
            acting.append(by_line[decision.line])
        else:
            outcome.settled += 1
            again += loader.said(decision)
    outcome.said.add(again)
    return acting


def _acts(decision: Decision) -> bool:
    """Whether anything comes of it, if only that the next merge begins elsewhere."""
    return decision.outcome != "unchanged" or bool(decision.base)


def _close(outcome: Outcome, rows: Rows, loader: Loader | Sheet) -> None:
    if not sum(outcome.counts.values()):
        raise UserError(f"{outcome.file} has a header and no rows.", "Export it again; nothing was changed.")
    late = [note for note in rows.table.notes if note not in rows.warnings]  # told only by reading it all
    skipped = rows.furniture.told()
    outcome.warnings = [*([skipped] if skipped else []), *rows.warnings, *late, *loader.warnings][:SHOWN]
    outcome.unknown = rows.columns.unknown
    outcome.questions = rows.questions()
    outcome.rejected.sort()
    for title in () if rows.is_known else loader.absent():
        outcome.counts["missing"] += 1
        _keep(outcome.missing, title)


def _write(
    store: Store,
    outcome: Outcome,
    today: str,
    spools: Iterable[Spool],
    watch: Watch,
    left_out: Rejects | None,
    *,
    now: datetime,
    actor: Person | None,
    key: str | None,
) -> None:
    """Write all in one unit; what is rejected only now goes to `left_out`, None: nothing may be."""
    with store.write(now, actor=actor, source="import", key=key) as unit:
        loader = imports.loading(outcome.kind, unit.db, unit.policy, today)
        if isinstance(loader, Sheet):
            loader.again = True
        written = _Written(outcome, loader)
        for spool in spools:
            for batch in spool.batches():
                watch.look()
                refused = written.take(unit, batch)
                if refused and left_out is None:
                    raise UserError(f"{outcome.file}, {refused[0]}.", "It changed meanwhile; nothing was imported.")
                lines = {rejection.line for rejection in refused}
                for row in batch:
                    if left_out and row.line in lines:
                        left_out.put(row.raw)
        if written.run is not None:
            written.run.finish()


def _write_in_parts(
    store: Store, outcome: Outcome, today: str, spools: Iterable[Spool], watch: Watch, pulled: Pulled, *, now: datetime
) -> None:
    """Write batch by batch, each whole by itself, with a pause behind it: an answer in Slack waits for none of them."""
    loader = imports.loading(outcome.kind, store.connection(), pulled.policy, today)
    written = _Written(outcome, loader)
    for batch in (batch for spool in spools for batch in spool.batches()):
        watch.look()
        with store.write(now, source="import") as unit:
            written.take(unit, batch)
            pulled.point("pull.batch")
        pulled.pause()
    outcome.records |= {line: record_id for record_id, line in loader.met.items()}
    run = written.run
    while run is not None:
        with store.write(now, source="import") as unit:
            run.unit = unit
            is_more = run.follow_up()
        pulled.pause()
        if not is_more:
            break
    if run is not None:
        with store.write(now, source="import") as unit:
            run.unit = unit
            run.finish()


class _Written:
    """Batches decided once more and written, each in its unit; the import is made with the first that has something."""

    def __init__(self, outcome: Outcome, loader: Loader | Sheet) -> None:
        self.run: imports.Run | None = None
        self._outcome = outcome
        self._loader = loader
        outcome.anew()

    def take(self, unit: Unit, batch: Sequence[Row]) -> list[Rejection]:
        """Write a batch; what of it can't be any more."""
        outcome = self._outcome
        refused: list[Rejection] = []
        acting: list[Decision] = []
        for decision in self._loader.decide(batch):
            if isinstance(decision, Rejection):
                refused.append(decision)
                outcome.reject([decision])
            else:
                outcome.take(decision)
                if _acts(decision):
                    acting.append(decision)
                else:
                    outcome.said.add(self._loader.said(decision))
        outcome.rejected.sort()
        if self.run is not None:
            self.run.unit = unit
        elif acting:
            self.run = imports.Run(unit, self._loader, outcome.file, outcome.counts, outcome.said)
            outcome.import_id = self.run.id
        if self.run is not None:
            self.run.write(acting)
        return refused
