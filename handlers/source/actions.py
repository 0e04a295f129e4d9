"""Pulling from sources: bring what is there, import what of it is another than last time, and say how it went.

Called by the terminal (`pull`) and by the scheduler through `Pulls`. The import is the one that files have; of rows
that are as they were at the last pull nothing is read, so the cost follows what changed.
"""

from __future__ import annotations

import logging
import stat
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from handlers.importing.actions import SHOWN, Outcome, import_file
from handlers.source import fetching, hubspot, querying, salesforce
from handlers.source.brought import Brought
from reminders.outbox.aside import Aside
from reminders.outbox.context import nothing
from storage import importing as imports
from storage.base import destinations
from storage.base.errors import Busy, UserError
from storage.base.plurals import counted
from storage.importing import absent
from storage.importing.record import KINDS, PULL
from storage.source import store as sources
from storage.source import writes
from storage.source.record import STALE
from templates.source import show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handlers.importing.actions import Progress
    from handlers.importing.reading.table import Record
    from storage.base.db import Store, Unit
    from storage.base.outside import Source
    from storage.base.policy import Policy
    from storage.importing.record import Kind
    from storage.source.record import SourceState

    Secret = Callable[[str], str | None]

log = logging.getLogger("cta_bot.sources")

LEASE = 60.0
OLD_DATA = "old"
_PAUSE = 0.02
_ROWS_AT_ONCE = 5000
_NOT_OF_ROWS = {"sources", "webhooks", "delivery", "backup", "retention", "audit", "summaries"}
_LATELY = timedelta(hours=1)
"""A list of HubSpot's may be behind by minutes; what we wrote so lately is not taken back by it."""
_FEW, _SHARE = 10, 0.25
"""More than these of a source's accounts gone at once is a broken export, not news."""


@dataclass
class Pull:
    """One pull of one source; what `import_file` asks of it."""

    store: Store
    rule: Source
    state: SourceState
    policy: Policy
    again: bool
    points: Callable[[str], None]
    way: str = ""
    is_partial: bool = False
    """What was brought is what changed: of the rest nothing is known."""
    before: dict[int, int] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    new: dict[int, int] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    """By digest the record: of rows that it has no more, and whose record no other row names."""
    archived: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)

    def begin(self, header: Sequence[str]) -> None:
        """Rows that stood under the same header, read in the same way, are known."""
        self.way = f"{self.way}:{_digest(header)}"
        self.before = sources.rows_of(self.store.connection(), self.rule.name)
        self.known = set() if self.again or self.way != self.state.way else set(self.before)

    def is_known(self, record: Record) -> bool:
        """Whether the record is as it was at the last pull."""
        digest = _digest(record.cells)
        is_first = digest not in self.seen
        self.seen.add(digest)
        if is_first and digest in self.known:
            return True
        self.new[record.line] = digest
        return False

    def looked_through(self, outcome: Outcome) -> None:
        """Refuse what can't be meant: a source that can't be read any more, or that has lost much of what it had."""
        counts = outcome.counts
        rows = sum(counts[name] for name in ("new", "changed", "unchanged", "rejected"))
        if counts["rejected"] * 2 > rows:
            first = outcome.rejected[0]
            raise UserError(
                f"{self.rule.name}: {counts['rejected']:,} of {counted(rows, 'row')} can't be read; {first}.",
                "Have its columns changed? `mapping` of the source names them. Nothing was changed.",
            )
        if self.is_partial or outcome.kind not in KINDS:
            return  # a sheet brings what is new: what is not in it is not missing
        named = set(outcome.records.values()) | {self.before[d] for d in self.seen if d in self.before}
        self.gone = {d: record for d, record in self.before.items() if d not in self.seen and record not in named}
        records = set(self.gone.values())
        if outcome.kind == "accounts":
            lost = sources.active(self.store.connection(), records)
            outcome.missing = [name for _, name in lost][:SHOWN]
            outcome.counts["missing"] = len(lost)
            most = max(_FEW, int(len(set(self.before.values())) * _SHARE))
            if self.rule.missing == "archive" and len(lost) > most:
                raise UserError(
                    f"{self.rule.name} lacks {counted(len(lost), 'account')} that it had: too many to archive at once.",
                    'If that is right, pull once with missing = "keep". Nothing was changed.',
                )
        else:
            outcome.counts["missing"] = len(records)

    def pause(self) -> None:
        """Let others write."""
        self.points("pull.pause")
        time.sleep(_PAUSE)

    def point(self, name: str) -> None:
        """A place at which tests end the process."""
        self.points(name)

    def settle(self, outcome: Outcome, brought: Brought, now: datetime) -> None:
        """Archive and bring back, and remember which row is which record; a piece at a time."""
        fresh = {
            digest: outcome.records[line]
            for line, digest in self.new.items()
            if line in outcome.records and line not in outcome.refused_lines
        }
        self._archive(outcome, fresh, now)
        self.points("pull.archived")
        items = list(fresh.items())
        for start in range(0, len(items), _ROWS_AT_ONCE):
            with self.store.write(now, source="import") as unit:
                sources.keep_rows(unit, self.rule.name, dict(items[start : start + _ROWS_AT_ONCE]))
            self.pause()
        kept = self._still_missing(outcome) if not self.is_partial else self._untouched(set(fresh.values()))
        gone = [d for d in self.before if d not in self.seen and d not in kept]
        gone += [d for d in self.before if d in self.seen and d not in fresh and d not in self.known]
        for start in range(0, len(gone), _ROWS_AT_ONCE):
            with self.store.write(now, source="import") as unit:
                sources.forget_rows(unit, self.rule.name, gone[start : start + _ROWS_AT_ONCE])
            self.pause()
        self.points("pull.remembered")
        with self.store.write(now) as unit:
            mark, written_at = brought.mark, brought.written_at
            sources.succeed(unit, self.rule.name, outcome.counts, outcome.import_id, mark, self.way, written_at)
            _well(unit, self.rule, outcome.counts, written_at)

    def _untouched(self, changed: set[int]) -> set[int]:
        """The rows of records of which nothing was told."""
        return {digest for digest, record in self.before.items() if record not in changed}

    def _still_missing(self, outcome: Outcome) -> set[int]:
        """The rows that are missing at the next pull as well; whoever comes back of the others is met anew."""
        if outcome.kind != "accounts":
            return set(self.gone)
        if self.rule.missing == "archive":
            return set()
        active = {one for one, _ in sources.active(self.store.connection(), set(self.gone.values()))}
        return {digest for digest, record in self.gone.items() if record in active}

    def _archive(self, outcome: Outcome, fresh: dict[int, int], now: datetime) -> None:
        if outcome.kind != "accounts":
            return
        db = self.store.connection()
        back = absent.archived_of(db, set(fresh.values()))
        lost = [one for one, _ in sources.active(db, set(self.gone.values()))] if self.rule.missing == "archive" else []
        if not back and not lost:
            return
        with self.store.write(now, source="import") as unit:
            self.back = absent.bring_back(unit, back)
            if lost and outcome.import_id is None:
                today = unit.today.isoformat()
                loader = imports.loader_of(outcome.kind, unit.db, unit.policy, today)
                run = imports.Run(unit, loader, outcome.file, outcome.counts, outcome.said)
                run.finish()
                outcome.import_id = run.id
            if outcome.import_id is not None:
                self.archived = absent.archive(unit, outcome.import_id, lost)


@dataclass(frozen=True)
class Pulled:
    """What a pull did. `outcome` is None where the source said that nothing is new."""

    rule: Source
    outcome: Outcome | None = None
    archived: Sequence[str] = ()
    back: Sequence[str] = ()


def _digest(cells: Sequence[str]) -> int:
    return int.from_bytes(blake2b("\x1f".join(cells).encode(), digest_size=8).digest(), signed=True)


def pull(
    store: Store,
    rule: Source,
    *,
    now: datetime,
    secret: Secret,
    dry_run: bool = False,
    again: bool = False,
    halted: Callable[[], bool] = bool,
    progress: Progress | None = None,
    points: Callable[[str], None] = nothing,
) -> Pulled:
    """Pull from one source. What can't be read of it is left out and counted; raises UserError where nothing could.

    `again`: read also what is as it was last time, as after an import that was taken back.
    """
    if dry_run:
        return _pull(store, rule, now, secret, halted, progress, points, dry_run=True, again=again)
    with store.write(now) as unit:
        imports.end_cut_off(unit)
        before = sources.begin(unit, rule.name)
    points("pull.begun")
    try:
        return _pull(store, rule, now, secret, halted, progress, points, dry_run=False, again=again)
    except Exception as error:
        words = str(error) if isinstance(error, UserError) else "The bot has a fault; its log says more."
        is_ours = halted()
        with suppress(Busy), store.write(now) as unit:
            if is_ours:
                sources.stand_as(unit, rule.name, before)
            else:
                sources.fail(unit, rule.name, words)
            if not is_ours and not isinstance(error, Busy):
                _trouble(unit, rule, "failed", words)
        raise


def _pull(
    store: Store,
    rule: Source,
    now: datetime,
    secret: Secret,
    halted: Callable[[], bool],
    progress: Progress | None,
    points: Callable[[str], None],
    *,
    dry_run: bool,
    again: bool,
) -> Pulled:
    kind = rule.what
    policy = store.policy.model_copy(update={"import_headers": {**store.policy.import_headers, **rule.mapping}})
    state = next(state for one, state in sources.states(store.connection(), store.policy, now) if one == rule)
    query = read_query(rule)
    way = _way(store, rule, kind, query)
    is_same = not again and state.way.partition(":")[0] == way and not state.counts.get("rejected")
    with tempfile.TemporaryDirectory(prefix="cta-bot-") as folder:
        path = Path(folder) / "pulled"
        try:
            mark = state.etag if is_same else ""
            if rule.kind == "hubspot":
                written = writes.lately(store.connection(), rule, now - _LATELY)
                brought = hubspot.ask(rule, secret, path, mark=mark, now=now, written=written, halted=halted)
            else:
                brought = _bring(rule, path, query, secret, mark, now, halted)
        except OSError as error:
            words = f"{rule.name}: what came can't be kept in {folder}: {error.strerror}."
            raise UserError(words, "Free some space there, or name another folder as TMPDIR.") from error
        if not brought.is_new:
            if not dry_run:
                with store.write(now) as unit:
                    written_at = brought.written_at or state.data_at
                    sources.succeed(unit, rule.name, state.counts, None, brought.mark, state.way, written_at)
                    _well(unit, rule, {}, written_at)
            return Pulled(rule)
        points("pull.brought")
        one = Pull(store, rule, state, policy, again, points, way, is_partial=brought.is_partial)
        local = Path(rule.path) if rule.kind == "file" and not _address(rule, secret) else path
        outcome = import_file(
            store,
            kind,
            local,
            rule.name,
            now=now,
            dry_run=dry_run,
            skip_rejected=True,
            progress=progress,
            halted=halted,
            pulled=one,
        )
        points("pull.imported")
        if dry_run:
            return Pulled(rule, outcome, outcome.missing if rule.missing == "archive" else ())
        one.settle(outcome, brought, now)
    return Pulled(rule, outcome, one.archived, one.back)


def _way(store: Store, rule: Source, kind: Kind, query: str) -> str:
    """A digest of all by which a row is read as it is: when it changes, everything is read anew."""
    kept = imports.remembered(store.connection(), kind)
    policy = store.policy.model_dump_json(exclude=_NOT_OF_ROWS)
    aside = {"schedule", "missing", "megabytes", "private", "write", *(() if rule.values else ("values",))}
    how = rule.model_dump_json(exclude=aside)
    readings = repr((sorted(kept.columns.items()), sorted(kept.days.items()), sorted(kept.amounts.items())))
    return blake2b(f"{how}\n{policy}\n{readings}\n{query}".encode(), digest_size=12).hexdigest()


def read_query(rule: Source) -> str:
    """The text of the source's query; empty for one that has none. Raises UserError where it can't be read."""
    if rule.kind not in ("sql", "salesforce"):
        return ""
    try:
        return Path(rule.query).read_text(encoding="utf-8").strip().rstrip(";")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{rule.name}: the query file {rule.query} can't be read.", "Nothing was changed.") from error


def _address(rule: Source, secret: Secret) -> str:
    """The address of a source, from the environment where it is a secret; empty for a file of this machine."""
    if rule.url_env:
        found = (secret(rule.url_env) or "").strip()
        if not found:
            raise UserError(f"{rule.name}: {rule.url_env} is not set.", "Set it in the bot's environment.")
        return found
    return rule.path if "://" in rule.path else ""


def _bring(
    rule: Source, path: Path, query: str, secret: Secret, mark: str, now: datetime, halted: Callable[[], bool]
) -> Brought:
    """Have the source's data in `path`, unless it is a file of this machine."""
    if rule.kind == "salesforce":
        return salesforce.ask(rule, secret, query, path, mark=mark, now=now, halted=halted)
    address = _address(rule, secret)
    if rule.kind == "sql":
        querying.ask(address, query, path, name=rule.name, halted=halted)
        return Brought()
    if not address:
        with suppress(OSError, ValueError):
            if not stat.S_ISREG(mode := Path(rule.path).stat().st_mode) and not stat.S_ISDIR(mode):
                words = (
                    f"{rule.name}: {rule.path} is no file, but a device or a pipe: it could be waited for without end."
                )
                raise UserError(words, "Name a file.")
        if Path(rule.path).is_file() and Path(rule.path).stat().st_size > rule.megabytes * 1_000_000:
            words = f"{rule.name}: the file has more than {rule.megabytes} MB."
            raise UserError(words, "If that is meant, raise megabytes of the source.")
        return Brought(written_at=_written_at(Path(rule.path)))
    fetched = fetching.fetch(address, path, etag=mark, private=rule.private, megabytes=rule.megabytes, halted=halted)
    return Brought(fetched.etag, is_new=fetched.is_new, written_at=fetched.written_at)


def _written_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None  # whoever reads it says what is wrong


def _trouble(unit: Unit, rule: Source, health: str, words: str) -> None:
    """Tell operations once, whatever becomes of it until it is well."""
    name = sources.trouble_id(rule.name)
    if destinations.health_of(unit.db, name) == destinations.OK:
        destinations.set_health(unit, name, health, words, show.trouble(rule.name, words))


def _well(unit: Unit, rule: Source, counts: dict[str, int], written_at: datetime | None) -> None:
    name = sources.trouble_id(rule.name)
    is_stale = rule.every is not None and written_at is not None and unit.now - written_at > STALE
    if is_stale and destinations.health_of(unit.db, name) == OLD_DATA:
        return  # it is pulled well, but what comes is as old as before
    words = show.well_again(rule.name, counts)
    destinations.set_health(unit, name, destinations.OK, None, words)


class Pulls(Aside):
    """Pulls by the schedule."""

    name, turn, seconds = "pulls", PULL, LEASE

    def has_work(self) -> bool:
        """Whether one is due, or is to be told of as old."""
        return bool(self._due_or_old())

    def _due_or_old(self) -> list[Source]:
        policy, now, db = self._store.policy, self._clock(), self._store.connection()
        return [
            rule
            for rule, state in sources.states(db, policy, now)
            if state.is_due(rule, now, policy.timezone) or self._is_untold(rule, state, now)
        ]

    def _is_untold(self, rule: Source, state: SourceState, now: datetime) -> bool:
        name = sources.trouble_id(rule.name)
        return state.is_old(rule, now) and destinations.health_of(self._store.connection(), name) == destinations.OK

    def work(self) -> None:
        """Pull what is due, and tell of what is old."""
        policy, db = self._store.policy, self._store.connection()
        for rule, state in sources.states(db, policy, self._clock()):
            if not self._halted() and state.is_due(rule, self._clock(), policy.timezone):
                self._pull_one(rule)
        now = self._clock()
        with self._store.write(now) as unit:
            sources.meet(unit, [rule.name for rule in policy.sources])
            sources.forget_others(unit, [rule.name for rule in policy.sources])
            for rule, state in sources.states(db, policy, now):
                if state.is_old(rule, now):
                    _trouble(unit, rule, OLD_DATA, show.old_words(state, policy.timezone, now))
        self._wake()

    def _pull_one(self, rule: Source) -> None:
        try:
            pulled = pull(
                self._store,
                rule,
                now=self._clock(),
                secret=self._secret,
                halted=self._halted,
                points=self._points,
            )
        except UserError as error:
            log.warning("source %s: %s", rule.name, error)
        except Exception:
            log.exception("source %s failed", rule.name)
        else:
            log.info("source %s: %s", rule.name, pulled.outcome.counts if pulled.outcome else "nothing new")
