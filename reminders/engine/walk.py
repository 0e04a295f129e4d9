"""The one walk over the facts by the rules that nouns hand in: planner, rehearsal and last look are its three uses.

It reads, and decides nothing: what is found is put into the outbox, shown as coming, or compared with a row.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from reminders.engine.kinds import NewsRule, PeriodRule, RecordRule, ScheduleRule, is_on, kinds
from reminders.engine.mornings import morning_key, next_morning
from storage.base import planning, switches
from storage.base.moments import civil_day
from storage.base.reminder import AWAY, MISSED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from reminders.engine.items import AsOf, Item
    from reminders.engine.kinds import Kind, Reading, Rule, Source
    from reminders.engine.mornings import NextMorning
    from storage.base.policy import Policy
    from storage.base.reminder import News, Recipient, Told

    Mark = tuple[str, str, str]


class Found(NamedTuple):
    """A record with what became of its keys, and what each rule says of it: lazily, in the rule's order.

    With each stream, what those records share whose items fall due at the same instants (None where nobody says so).
    Rules of which that is known to be later are left out: `next_at` is the earliest of it.
    """

    facts: Any
    told: Mapping[str, Told]
    streams: Sequence[tuple[Hashable, Iterable[Item]]]
    next_at: datetime | None


class FoundNews(NamedTuple):
    """News of a record that was not told yet, and the day on which it is, `start` being its owner's next morning."""

    facts: Any
    news: News
    start: NextMorning
    day: date


def record_rules(source: Source, policy: Policy) -> list[tuple[RecordRule, list[str]]]:
    """The rules about records of a source that are on, each with the names of its kinds."""
    found: dict[int, tuple[RecordRule, list[str]]] = {}
    for kind in _on(policy):
        if isinstance(kind.rule, RecordRule) and kind.rule.source is source:
            found.setdefault(id(kind.rule), (kind.rule, []))[1].append(kind.name)
    return list(found.values())


def news_rules(source: Source, policy: Policy) -> list[tuple[str, NewsRule]]:
    """The kinds of news about records of a source."""
    return [(k.name, k.rule) for k in _on(policy) if isinstance(k.rule, NewsRule) and k.rule.source is source]


def period_rules(policy: Policy) -> list[PeriodRule]:
    """The rules of one message a person and period."""
    return [kind.rule for kind in _on(policy) if isinstance(kind.rule, PeriodRule)]


def schedule_rules(policy: Policy) -> list[ScheduleRule]:
    """The rules of what the policy schedules."""
    return [kind.rule for kind in _on(policy) if isinstance(kind.rule, ScheduleRule)]


def _on(policy: Policy) -> list[Kind]:
    return [kind for kind in kinds().values() if is_on(kind, policy)]


def first_on(reading: Reading, rule: Rule) -> date | None:
    """The civil day of the first start with a rule's area on; None for a rule of no area."""
    of_rule = (area for kind in kinds().values() if kind.rule is rule for area in (kind.area, kind.or_area))
    as_of = reading.as_of
    areas = {area for area in of_rule if area and switches.area_on(as_of.policy, area)}
    if not areas:
        return None
    first = min(switches.since(reading.db, area, as_of.now) for area in areas)
    return civil_day(first, as_of.policy.timezone)


def not_before(items: Iterable[Item], first: date | None, as_of: AsOf) -> Iterator[Item]:
    """The items; those whose own posting day lies before the first day of their area as missed."""
    for item in items:
        passed = first is not None and as_of.calendar.next_business_day(item.due_on) < first
        yield item._replace(void=f"{MISSED}: it passed before this was switched on") if passed else item


def of_periods(reading: Reading, rule: PeriodRule, person: Recipient, known_at: datetime) -> Iterator[Item]:
    """A person's messages, one period after the other, without those that are too late."""
    items = rule.items(person.alone if rule.alone else person, known_at, reading.as_of)
    if rule.alone:
        items = (
            item._replace(void=AWAY) if item and person.on(item.posting.day) is not person else item for item in items
        )
    return not_before((item for item in items if item is not None), first_on(reading, rule), reading.as_of)


def records(
    reading: Reading,
    source: Source,
    ids: Sequence[int],
    *,
    facts: Sequence[Any] | None = None,
    without: Callable[[str], bool] | None = None,
    later: Mapping[Hashable, datetime | None] | None = None,
) -> Iterator[Found]:
    """These records (whose `facts` may have been read already) and what the rules say of each.

    `without`: dedupe keys that count as never planned. `later`: when the first thing is due by what records share.
    """
    rules = record_rules(source, reading.as_of.policy)
    told = planning.told_of(reading.db, source.column, ids, [name for _, names in rules for name in names])
    by_rule = [(rule, names[0], rule.own(reading, ids), first_on(reading, rule)) for rule, names in rules]
    for record in source.read(reading, ids) if facts is None else facts:
        of_record: Mapping[str, Told] = told.get(record.id, {})
        if without:
            of_record = {key: row for key, row in of_record.items() if not without(key)}
        streams: list[tuple[Hashable, Iterable[Item]]] = []
        next_at: datetime | None = None
        for rule, name, of_rule, first in by_rule:
            mine = of_rule.get(record.id)
            alike = None
            if later is not None and not of_record and (shared := rule.alike(record, mine, reading.as_of)) is not None:
                alike = name, shared
                if alike in later:
                    next_at = earlier(next_at, later[alike])
                    continue
            items = rule.items(record, mine, of_record, reading.as_of)
            streams.append((alike, not_before(items, first, reading.as_of) if first else items))
        yield Found(record, of_record, streams, next_at)


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two instants, if there is any."""
    if one is None or other is None:
        return one or other
    return min(one, other)


class Mornings:
    """The next morning of each owner for one kind of news; `taken(key, row)`: that day's message is out already."""

    def __init__(self, reading: Reading, kind: str, taken: Callable[[str, Told], bool]) -> None:
        self._reading = reading
        self._kind = kind
        self._taken = taken
        self._found: dict[str, tuple[Recipient, NextMorning]] = {}
        self.rows: dict[str, Told] = {}

    def read(self, owners: Iterable[Recipient]) -> None:
        """Find out about owners not met before."""
        as_of = self._reading.as_of
        starts = {
            morning_key(self._kind, owner, start.day): (owner, start)
            for owner in {owner.address: owner for owner in owners}.values()
            if owner.address not in self._found
            for start in [next_morning(owner, as_of)]
        }
        if not starts:
            return
        rows = planning.told(self._reading.db, starts)
        self.rows |= rows
        for key, (owner, start) in starts.items():
            row = rows.get(key)
            free = start if row is None or not self._taken(key, row) else next_morning(owner, as_of, after=start.day)
            self._found[owner.address] = owner, free

    def of(self, address: str) -> tuple[Recipient, NextMorning]:
        """An owner and their next morning."""
        return self._found[address]


_FIRST = attrgetter("first")


def untold(
    reading: Reading, rule: NewsRule, facts: Sequence[Any], mornings: Mornings, *, but: Collection[Mark] = ()
) -> Iterator[tuple[Any, list[News]]]:
    """These records, each with its news that was not told, or is among `but`, what may be told first before the rest.

    Its owners' mornings are read.
    """
    found = [(record, list(rule.news(record, reading.as_of))) for record in facts]
    subjects: set[str] = set()
    owners: dict[str, Recipient] = {}
    for _, all_news in found:
        for one in all_news:
            subjects.add(one.subject)
            owners[one.owner.address] = one.owner
    told = planning.news_told(reading.db, subjects)
    told.difference_update(but)
    mornings.read(owners.values())
    first, next_business_day = first_on(reading, rule), reading.as_of.calendar.next_business_day
    for record, all_news in found:
        fresh = [
            one for one in all_news if one[:3] not in told and (first is None or next_business_day(one.first) >= first)
        ]
        fresh.sort(key=_FIRST)
        yield record, fresh


def news(
    reading: Reading, rule: NewsRule, facts: Sequence[Any], mornings: Mornings, *, but: Collection[Mark] = ()
) -> Iterator[FoundNews]:
    """All news of these records that was not told, or is among `but`, each with its day."""
    for record, of_record in untold(reading, rule, facts, mornings, but=but):
        for one in of_record:
            _, start = mornings.of(one.owner.address)
            day = rule.waits(one, record, start, reading.as_of.calendar)
            if day is not None:
                yield FoundNews(record, one, start, day)
