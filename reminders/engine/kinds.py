"""What a reminder kind is, and the kinds there are: each noun hands its own in (reminders/<noun>/kinds.py).

Planner, rehearsal, last look, messages, mutes, Home and words ask the records; the engine knows no noun.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from reminders.engine.mornings import waits_for_morning
from storage.base import day as days
from storage.base.nouns import handed_in
from storage.base.recipients import Directory
from storage.base.switches import area_on
from templates.blocks.day import done_row

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from reminders.engine.items import AsOf, Item
    from storage.base.day import Behind, DayItem
    from storage.base.db import Unit
    from storage.base.marks import Looks
    from storage.base.outbox_row import OutboxRow
    from storage.base.permissions import Action
    from storage.base.policy import Policy
    from storage.base.reminder import News, Recipient
    from templates.blocks.day import Reader, Row, RowsOf
    from templates.blocks.render import Renderer


class Reading(NamedTuple):
    """One look at the facts: the database, who is who, and the instant with its rules.

    `known_by`: what became known later than that counts as known then (a rehearsal's `--now`).
    """

    db: Connection
    directory: Directory
    as_of: AsOf
    known_by: datetime | None = None


def _none_put_off(_unit: Unit, _as_of: AsOf) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Records that reminders hang on, handed in by their noun.

    `read` gives the facts of records in the order of their ids; facts have at least `id`, `account_name` and
    `account_crm_id`. `column` is the outbox column that names the record, `looks` are their marks. `of_account` and
    `of_people` are those of an account (none where all news is a morning's) and of people's reminders.
    `put_off` marks many at once of which it is plain that nothing is due within days; whether more may be left.
    """

    column: Literal["account_id", "cta_id"]
    read: Callable[[Reading, Sequence[int]], list[Any]]
    looks: Looks
    of_people: Callable[[Connection, Sequence[int | None]], list[int]]
    of_account: Callable[[Connection, int], list[int]] = lambda *_: []
    put_off: Callable[[Unit, AsOf], bool] = _none_put_off


def _themselves(_db: Connection, _policy: Policy, changed: Iterable[int | None]) -> Iterable[int | None]:
    return changed


def _as_noted(_db: Connection, _policy: Policy, item: DayItem) -> int | None:
    return item.row.owner_id


def _unlike(*_facts: object) -> None:
    """Nothing is known of records that are alike: each is looked at by itself."""


def _nothing_own(_reading: Reading, _ids: Sequence[int]) -> Mapping[int, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRule:
    """What falls due about one record: things of their own first, then steps in order of time.

    `items(facts, own, told, as_of)`: `own` are the noun's own facts of the record, read in bulk by `own`; None where
    it has none. `why_not(facts, own, row, policy)` says why a planned row is due no more.

    `alike(facts, own, as_of)` is all that the instants of a record's items hang on while nothing was told of it:
    of those for which it is equal the planner works out one. None: not said.
    """

    source: Source
    items: Callable[..., Iterable[Item]]
    why_not: Callable[..., str]
    own: Callable[[Reading, Sequence[int]], Mapping[int, Any]] = _nothing_own
    alike: Callable[..., Hashable] = _unlike


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsRule:
    """News of records, told together in one message a person and morning; new means not told before.

    `news(facts, as_of)` is all that is or will be news; `waits(news, facts, start, calendar)` the day on which it is
    told, None for never (by default the next morning); `holds(news, facts, day)` whether it is true on a day (by
    default from its first day on). `records_of_row` names the records of a row's news; `words` count states.

    `alike(facts)` is the one subject of a record's news, whose they are, and all that their days hang on while none of
    it was told and its owner's next morning is the same, as for a `RecordRule`. None: not said.
    """

    source: Source
    news: Callable[[Any, AsOf], Iterable[News]]
    words: Callable[[Iterable[str]], str]
    records_of_row: Callable[[Connection, int], list[int]]
    waits: Callable[..., date | None] = waits_for_morning
    holds: Callable[[News, Any, date], bool] = lambda news, _, day: news.first <= day
    alike: Callable[[Any], tuple[str, Recipient, Hashable] | None] = _unlike


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRule:
    """One message a person and period, judged once, on its posting day.

    `people` are those who may get one (None: operations), `known_at` since when, `items` one period after the other
    from the current one on, None for a period that is too late. `holds(reading, person, day)`: whether there is
    anything to say on that day; `nothing` is why not, `nobody` why not where the person has none of it any more.
    `of_changed` are those to look at where records of these people changed: by default they themselves. `alone`: to
    that person alone, to nobody in their stead, and to nobody while they are away.
    """

    people: Callable[[Connection, Policy], Sequence[int | None]]
    known_at: Callable[[Connection, Policy, int | None], datetime | None]
    items: Callable[[Recipient, datetime, AsOf], Iterator[Item | None]]
    holds: Callable[[Reading, int | None, date], bool]
    nothing: str
    nobody: str
    of_changed: Callable[[Connection, Policy, Iterable[int | None]], Iterable[int | None]] = _themselves
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRule:
    """What the policy's schedules say, without end, each in order of time.

    `recipient` is whose a row is; None where the policy has dropped its schedule: `gone` says so. `why_not` says why
    a row is due no more though its schedule stands ('' while it is).
    """

    schedules: Callable[[AsOf], Iterable[Iterator[Item]]]
    recipient: Callable[[OutboxRow, Policy], Recipient | None]
    gone: str
    why_not: Callable[[Connection, Policy, OutboxRow], str] = lambda *_: ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtOnceRule:
    """What somebody did, told to others: put in by the deed itself, never planned, so in no preview.

    It goes out at once outside the recipient's quiet hours, else on the next morning of a business day. `why_not` says
    why a row is true no more ('' while it is); rows of one destination with the same `together` are one message, which
    `compose` makes, also when it is edited later. `alone`: to that person alone, to nobody in their stead.
    """

    why_not: Callable[[Connection, Policy, OutboxRow], str]
    together: Callable[[OutboxRow], str]
    compose: Callable[[Connection, Renderer, Policy, Sequence[OutboxRow], datetime], dict[str, Any] | None]
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRule:
    """What somebody asks of somebody for a later morning: put in by the deed itself, with its owner, day and end.

    It stands in My day with all else of that morning. `why_not` says why a row asks nothing any more ('' while it
    does).
    """

    why_not: Callable[[Connection, Policy, OutboxRow], str]


PlannedRule = RecordRule | NewsRule | PeriodRule | ScheduleRule | AskedRule
Rule = PlannedRule | AtOnceRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """All that is ever asked about a kind of reminder.

    `words` name one of it in a sentence, `label` all of it in lists of settings (None: nobody can mute it), in the
    order of `place`.
    `policy_keys` arm it anew when they change. `is_step`: one of several reminders of the same thing, of which only
    the latest is said. `is_to_do`: stands on Home until it is done. `muted_by` is the permission that muting takes.
    `area` is the area of the customer's life that it belongs to, or `or_area`: while off there is none of it, and what
    was due before it was first on is recorded as missed.
    `read` gets today's facts behind a row, `show` makes its lines in My day, `whose` says whose it is by now (None:
    operations), by default as it was noted when it was put in. A kind with `compose` makes a message of
    its own instead, and the replies in its thread, as has one of an `AtOnceRule`.
    """

    name: str
    words: str
    label: str | None
    place: int
    rule: Rule
    policy_keys: frozenset[str] = frozenset()
    area: str | None = None
    or_area: str | None = None
    is_step: bool = False
    is_to_do: bool = False
    muted_by: Action | None = None
    read: Callable[[Behind, OutboxRow], Any] | None = None
    show: RowsOf | None = None
    whose: Callable[[Connection, Policy, DayItem], int | None] = _as_noted
    compose: Callable[[Connection, Renderer, Policy, OutboxRow, datetime], list[dict[str, Any] | None]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands in somebody's day whether anybody was reminded of it this morning or not, handed in by its noun.

    `read` gives the facts of all of it for some people, `show` a line of My day for each. `in_messages`: each morning's
    message has it too, not Home alone.
    """

    read: Callable[[Connection, Policy, Sequence[int], date], Sequence[Any]]
    show: Callable[[Any, Reader], Row]
    in_messages: bool = True


COMMON_KEYS = frozenset({"timezone", "holidays_country", "quiet_hours", "morning"})
"""What arms every kind anew."""


@cache
def sources() -> Sequence[Source]:
    """What reminders hang on, in the order of the nouns."""
    return [source for handed in handed_in("reminders", "kinds") for source in getattr(handed, "SOURCES", ())]


@cache
def standing() -> Sequence[Standing]:
    """What stands in a day by itself, in the order of the nouns."""
    return [one for handed in handed_in("reminders", "kinds") for one in getattr(handed, "STANDING", ())]


def standing_rows(
    db: Connection, reader: Reader, person_ids: Sequence[int], rows: Iterable[Row], *, at_home: bool = False
) -> list[Row]:
    """The lines of what stands in the day of these people, or in a message, and has no line among `rows`."""
    known = {row["about"] for row in rows}
    some = [one for one in standing() if at_home or one.in_messages]
    found = [one.show(facts, reader) for one in some for facts in one.read(db, reader.policy, person_ids, reader.today)]
    return [row for row in found if row["about"] not in known]


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by name, in the order of their places. Raises ValueError for one handed in twice."""
    found: dict[str, Kind] = {}
    handed = (kind for noun in handed_in("reminders", "kinds") for kind in noun.KINDS)
    for kind in sorted(handed, key=lambda kind: kind.place):
        if kind.name in found:
            raise ValueError(f"the kind {kind.name} is handed in twice")
        found[kind.name] = kind
    return found


def is_on(kind: Kind, policy: Policy) -> bool:
    """Whether there is any of a kind: its area is on, or it is of none."""
    return kind.area is None or any(area_on(policy, area) for area in (kind.area, kind.or_area) if area)


def off(policy: Policy) -> tuple[str, ...]:
    """The kinds whose area is off."""
    return tuple(name for name, kind in kinds().items() if not is_on(kind, policy))


def planned() -> tuple[str, ...]:
    """The kinds that the planner puts in, and a preview shows."""
    return tuple(name for name, kind in kinds().items() if not isinstance(kind.rule, AtOnceRule))


def at_once(row: OutboxRow) -> AtOnceRule | None:
    """The rule of a row that a deed put in; None for all others."""
    kind = kind_of(row)
    return kind.rule if kind and isinstance(kind.rule, AtOnceRule) else None


def is_alone(row: OutboxRow) -> bool:
    """Whether a row is for its person alone: it goes to nobody in their stead."""
    kind = kind_of(row)
    return kind is not None and isinstance(kind.rule, AtOnceRule | PeriodRule) and kind.rule.alone


def kind_of(row: OutboxRow) -> Kind | None:
    """The kind of a row; None for a card, a notice, and whatever is no planned reminder."""
    return kinds().get(row.kind)


def readers() -> Mapping[str, Callable[[Behind, OutboxRow], Any]]:
    """How the facts behind a row of My day are read, by kind."""
    return {name: kind.read for name, kind in kinds().items() if kind.read}


def to_do(policy: Policy) -> tuple[str, ...]:
    """The kinds that stand on Home until they are done, without those whose area is off."""
    return tuple(name for name, kind in kinds().items() if kind.is_to_do and is_on(kind, policy))


def of_the_day() -> tuple[str, ...]:
    """The kinds that stand on Home on the day of their message, as in it; news of records are read afresh."""
    return tuple(
        name
        for name, kind in kinds().items()
        if kind.show and not kind.is_to_do and not isinstance(kind.rule, NewsRule)
    )


def stands_with(directory: Directory, policy: Policy, item: DayItem, now: datetime) -> frozenset[str]:
    """In whose day a row stands, as destinations: whose it is by now, and who is there in their stead."""
    row, kind = item.row, kind_of(item.row)
    if kind is None or "owner" not in row.payload:
        return frozenset({row.destination})  # what names nobody is for its reader: they put off what is somebody else's
    owner = directory.csm(kind.whose(directory.db, policy, item))
    there = owner.alone if is_alone(row) else owner.at(now)
    if there.destination in row.payload.get("tried", ()):
        return frozenset({owner.destination, row.destination})  # who is there can't be reached: it went on from them
    return frozenset({owner.destination, there.destination})


def items_of(
    db: Connection, policy: Policy, rows: Sequence[OutboxRow], today: date, now: datetime
) -> list[tuple[DayItem, bool]]:
    """The rows of a message with today's facts, each with whether it is another's by now."""
    directory = Directory(db, policy.timezone)
    items = days.items(db, policy, rows, today, readers())
    return [(item, item.row.destination not in stands_with(directory, policy, item, now)) for item in items]


def rows_of(item: DayItem, reader: Reader, alone: bool, *, handed_on: bool = False) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
    """The lines of My day for one row of the outbox; what is another's to do by now is done for whom it was."""
    kind = kind_of(item.row)
    if kind is None or kind.show is None or not is_on(kind, reader.policy):
        return []
    rows = kind.show(item, reader, alone)
    return [_handed_on(row, item) for row in rows] if kind.is_to_do and handed_on else rows


def _handed_on(row: Row, item: DayItem) -> Row:
    brief = getattr(item.facts, "brief", None)
    name = brief.account.name if brief else row["place"].name
    return row if row["done"] else done_row(name, "handed on", about=row["about"])
