"""Sources in words: how old their data is, what failed, what the last pull brought, what goes back. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.moments import civil_day, zone
from storage.base.plurals import counted
from storage.source.record import STALE
from templates.blocks.mrkdwn import day_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from storage.base.outside import Source
    from storage.source.record import SourceState


def when(at: datetime, today: date, zone_name: str) -> str:
    """`today 06:00`."""
    return f"{day_words(civil_day(at, zone_name), today)} {at.astimezone(zone(zone_name)):%H:%M}"


def counts_words(counts: Mapping[str, int]) -> str:
    """`2 new, 5 changed, 1 conflict, 3 rejected`; what is none is left out."""
    parts = [f"{counts.get(name, 0):,} {name}" for name in ("new", "changed") if counts.get(name)]
    parts += [counted(counts["conflicts"], "conflict")] if counts.get("conflicts") else []
    parts += [f"{counts.get(name, 0):,} {name}" for name in ("missing", "rejected") if counts.get(name)]
    return ", ".join(parts) or "nothing changed"


def state_words(rule: Source, state: SourceState, today: date, zone_name: str, *, old: bool = False) -> str:
    """`crm today 06:00`, `crm has failed, its data is of Fri 06:00`; plain text."""
    data = f"its data is of {when(state.of, today, zone_name)}" if state.of else "nothing came of it yet"
    if state.failed:
        return f"{rule.name} has failed, {data}"
    if state.well_at is None:
        return f"{rule.name} has not been pulled yet"
    if old:
        return f"{rule.name} is old, {data}"
    return f"{rule.name} {when(state.well_at, today, zone_name)}"


def all_words(states: Iterable[tuple[Source, SourceState]], now: datetime, today: date, zone_name: str) -> str:
    """All sources in a line, each with its age and what the last pull brought; empty for none."""
    return " · ".join(full_words(rule, state, now, today, zone_name) for rule, state in states)


def full_words(rule: Source, state: SourceState, now: datetime, today: date, zone_name: str) -> str:
    """A source with its age, and what the last pull brought: `crm today 06:00 (5 changed, 1 conflict)`."""
    words = state_words(rule, state, today, zone_name, old=state.is_old(rule, now))
    return f"{words} ({counts_words(state.counts)})" if state.well_at else words


def doctor_words(rule: Source, state: SourceState, now: datetime, zone_name: str) -> str:
    """A source as doctor tells of it: its age, what the last pull brought, what went wrong."""
    error = f": {state.error}" if state.failed and state.error else ""
    return f"source {full_words(rule, state, now, civil_day(now, zone_name), zone_name)}{error}"


def trouble(name: str, words: str) -> str:
    """What operations are told."""
    return f"Source {name}: {words}"


def old_words(state: SourceState, zone_name: str, now: datetime) -> str:
    """That nothing came for twice the schedule, or that what comes was written long ago."""
    if state.well_at is None:
        return "nothing has come of it for twice its schedule."
    if state.data_at and now - state.data_at > STALE:
        written = f"{state.data_at.astimezone(zone(zone_name)):%d %b %H:%M}"
        return f"it is pulled, but nobody has written its file since {written}."
    return f"its data is of {state.well_at.astimezone(zone(zone_name)):%d %b %H:%M}, older than twice its schedule."


def well_again(name: str, counts: Mapping[str, int]) -> str:
    """What operations are told when it is over."""
    return f"Source {name} is well again: {counts_words(counts)}."


def gone_words(name: str, account: str, words: str) -> str:
    """That one account can't be written to, and none of the others waits."""
    return f"Source {name}: {account} can't be written to: {words} (`writes list`)."


def not_written(name: str, words: str) -> str:
    """That nothing can be written, and is tried on."""
    return f"Source {name} can't be written to: {words} It is tried for three days."


def written_again(name: str) -> str:
    """What operations are told when it is over."""
    return f"Source {name} can be written to again."


def written_words(name: str, waits: int, dead: int, error: str) -> str:
    """What goes back to a source as doctor tells of it."""
    first = f"; the first of them: {error}" if error else ""
    return f"written back to {name}: {counted(waits, 'field')} waiting, {dead:,} given up{first}"
