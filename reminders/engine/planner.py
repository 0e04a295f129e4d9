"""From rules to the outbox: what is due is put in, once, and everything gets the instant of its next look.

Called by the scheduler's tick and by `bot.py tick`. A write marks what it changes (`look_at` ''), so that a pass
looks only at what was changed or has come due, in units of moderate size: a crash loses nothing, a second run
changes nothing, and a pass with nothing to do is one look.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from reminders.engine import walk
from reminders.engine.calendar import DAY
from reminders.engine.items import as_of, is_settled
from reminders.engine.kinds import COMMON_KEYS, Reading, kinds, off, sources
from reminders.engine.mornings import morning_item
from reminders.engine.walk import earlier
from storage.base import destinations, marks, outbox, planning, switches
from storage.base.areas import NAMES
from storage.base.clock import MAY_WANDER
from storage.base.nouns import handed_in
from storage.base.outbox_row import PENDING, Draft
from storage.base.plurals import counted, form_for
from storage.base.recipients import Directory
from storage.base.reminder import MISSED, MUTED, SWITCHED_OFF
from storage.base.switches import areas_on

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from datetime import datetime
    from typing import Any

    from reminders.engine.items import Item, Step
    from reminders.engine.kinds import NewsRule, PeriodRule, Source
    from reminders.engine.walk import Found
    from storage.base.db import Store, Unit
    from storage.base.leases import Fenced
    from storage.base.policy import Policy
    from storage.base.reminder import News

_BATCH = 2500
_ROUNDS = 20
"""Looks at what others write meanwhile: who writes without end is looked at in the next plan, too."""


class PlanResult(NamedTuple):
    """How many rows to be sent a pass put in, and when the next one is due (None: when somebody acts)."""

    planned: int
    next_at: datetime | None


def plan(store: Store | Fenced, now: datetime, *, reached: Callable[[str], None] = lambda _: None) -> PlanResult:
    """Put into the outbox what is due by `now`. `reached` hears of the named points, for tests that kill there.

    Points: `plan.before_commit` and `plan.after_commit` of each unit of work.
    """
    db = store.connection()
    ahead = marks.planned_at(db)
    if ahead is not None and now < ahead - MAY_WANDER:
        with store.write(now) as unit:
            _go_back(unit, ahead)
    look_at, rules = marks.planner_state(db)
    current = fingerprint(store.policy)
    earliest = min(look_at, _next_look(db))
    if rules == current and earliest > marks.mark(now):
        return PlanResult(0, marks.looked_at(earliest))
    with store.much():
        return _Pass(store, now, reached).run(current, rules_changed=rules != current)


def fingerprint(policy: Policy) -> str:
    """Changes with any rule that the marks were set by: then everything is looked at again."""
    keys = COMMON_KEYS.union(*(kind.policy_keys for kind in kinds().values()))
    on = areas_on(policy)
    counts = {*on, *(key for key in keys if key not in NAMES and (on or key != "segments"))}
    # In the order of the policy, whatever is handed in first; what is off is no rule.
    rules = policy.model_dump(include=counts)
    return f"{crc32(repr(rules).encode()):08x}"


def _go_back(unit: Unit, ahead: datetime) -> None:
    """The clock stood ahead at the last plan: what that put in and nobody was sent is planned anew."""
    forgotten = marks.forget_after_now(unit)
    for source in sources():
        source.looks.again(unit)
    marks.keep_planner_state(unit, "", "")
    marks.keep_planned_at(unit)
    destinations.tell_operations(
        unit,
        f"The clock stood at {ahead:%Y-%m-%d %H:%MZ} and is {unit.now:%Y-%m-%d %H:%MZ} now:"
        f" {counted(forgotten, 'row')} planned ahead of it {form_for(forgotten, 'is', 'are')} planned anew."
        " Check this machine's time.",
        f"clock:{unit.at}",
    )


def _next_look(db: Any) -> str:
    return min(source.looks.next(db) for source in sources())


class _Pass:
    """One pass of the planner: its instant, its rules, and what it did so far."""

    def __init__(self, store: Store | Fenced, now: datetime, reached: Callable[[str], None]) -> None:
        self._store = store
        self._as_of = as_of(now, store.policy)
        self._now = self._as_of.now
        self._reached = reached
        self._planned = 0
        # Sources of which nothing more can be put off at once.
        self._put_off: set[Source] = set()
        # When the next is due of records of which nothing is due yet, and nothing was told: it is the same for many.
        self._later: dict[Hashable, datetime | None] = {}
        # Who is who is read anew for a unit of work only if somebody else has written since the last one.
        self._directory = Directory(store.connection(), store.policy.timezone)
        self._version = marks.data_version(store.connection())
        self._kept = False

    def run(self, rules: str, *, rules_changed: bool) -> PlanResult:
        """Everything that is due, a unit of work after the other."""
        db = self._store.connection()
        if rules_changed:
            self._unit(lambda unit, _: self._start_over(unit, rules))
        self._first()
        months_due = marks.planner_state(db)[0] <= marks.mark(self._now)
        self._look(months_due=months_due)
        # Whenever somebody writes meanwhile: what was looked at may have been written behind what is done first.
        for _ in range(_ROUNDS):
            self._first()
            if _next_look(db) > marks.mark(self._now):
                break
            self._look(months_due=months_due)
        else:
            self._first()
        if months_due:
            self._by_the_calendar(rules)
        earliest = min(marks.planner_state(db)[0], _next_look(db))
        return PlanResult(self._planned, marks.looked_at(earliest))

    def _first(self) -> None:
        for first in (work for noun in handed_in("reminders", "chores") for work in getattr(noun, "FIRST", ())):
            while self._unit(lambda unit, _, first=first: first(unit), plans=False):  # type: ignore[misc] # bound at once
                pass

    def _look(self, *, months_due: bool) -> None:
        db, due = self._store.connection(), marks.mark(self._now)
        # No unit of work where nothing is due: each costs others a moment's wait, and a write to the disk.
        while _next_look(db) <= due and self._unit(partial(self._batch, months_due=months_due)):
            pass

    def _unit(self, work: Callable[[Unit, Directory], bool], *, plans: bool = True) -> bool:
        with self._store.write(self._now) as unit:
            version = marks.data_version(unit.db)
            if version != self._version:
                self._version, self._directory = version, Directory(unit.db, unit.policy.timezone)
            more = work(unit, self._directory)
            if plans and not self._kept:
                marks.keep_planned_at(unit)
            self._reached("plan.before_commit")
        self._kept |= plans
        self._reached("plan.after_commit")
        return more

    def _start_over(self, unit: Unit, rules: str) -> bool:
        for source in sources():
            source.looks.again(unit)
        switches.keep_since(unit)
        outbox.call_off(unit, off(unit.policy), SWITCHED_OFF)
        marks.keep_planner_state(unit, "", rules)
        return False

    def _put(self, unit: Unit, items: Iterable[Item]) -> None:
        """Put items in, those void or muted as cancelled, and record the steps that they replace."""
        wanted: dict[str | None, list[Draft]] = defaultdict(list)
        for item in items:
            wanted[item.void or (MUTED if item.muted else None)].append(_draft(item))
            for step in item.missed:
                wanted[MISSED].append(_missed(item, step))
        for reason, drafts in wanted.items():
            put = marks.put(unit, drafts, cancelled=reason)
            self._planned += put if reason is None else 0

    # What hangs on a record: an account, a CTA.

    def _batch(self, unit: Unit, directory: Directory, *, months_due: bool) -> bool:
        """So many records at once, of one source after the other; whether there may be more."""
        room = _BATCH
        for source in sources():
            room -= self._records(unit, directory, source, room, months_due=months_due)
            if not room:
                return True
        return False

    def _records(self, unit: Unit, directory: Directory, source: Source, room: int, *, months_due: bool) -> int:
        """Look at a source's records; how many, all there is `room` for where more of them may be left."""
        due = source.looks.due(unit.db, self._now, room)
        if not due:
            return 0
        if len(due) == room and source not in self._put_off:
            if not source.put_off(unit, self._as_of):
                self._put_off.add(source)
            return room
        ids = [row.id for row in due]
        reading = Reading(unit.db, directory, self._as_of)
        facts = source.read(reading, ids)
        items: list[Item] = []
        looks: dict[int, datetime | None] = dict.fromkeys(ids)
        for found in walk.records(reading, source, ids, facts=facts, later=self._later):
            if found.streams:
                of_record, looks[found.facts.id] = self._look_at(found)
                items += of_record
            else:
                looks[found.facts.id] = found.next_at
        self._put(unit, items)
        for kind, rule in walk.news_rules(source, self._as_of.policy):
            self._tell_news(unit, reading, kind, rule, facts, looks)
        source.looks.keep(unit, ((looks[record_id], record_id) for record_id in sorted(looks)))
        changed = {row.whose for row in due if row.changed}
        if changed and not months_due:
            # Somebody may have got a first account: then this month's messages are theirs too.
            state, rules = marks.planner_state(unit.db)
            next_at = self._plan_periods(unit, directory, changed)
            marks.keep_planner_state(unit, min(state, marks.mark(next_at)), rules)
        return len(due)

    def _look_at(self, found: Found) -> tuple[list[Item], datetime | None]:
        """The record's due items, and when it is to be looked at next."""
        due: list[Item] = []
        next_at = found.next_at
        for alike, stream in found.streams:
            before = len(due)
            of_stream: datetime | None = None
            for item in stream:
                falls_at = item.posting.falls_at
                if is_settled(found.told, item.key):
                    continue
                if falls_at <= self._now:
                    due.append(item)
                    continue
                of_stream = earlier(of_stream, falls_at)
                if kinds()[item.kind].is_step:
                    break  # Steps come last and in order of time: what follows is later still.
            if alike is not None and len(due) == before:
                self._later[alike] = of_stream
            next_at = earlier(next_at, of_stream)
        return due, next_at

    def _tell_news(
        self,
        unit: Unit,
        reading: Reading,
        kind: str,
        rule: NewsRule,
        facts: Sequence[Any],
        looks: dict[int, datetime | None],
    ) -> None:
        mornings = walk.Mornings(reading, kind, lambda _, row: row.settled and row.state != PENDING)
        fresh: dict[str, list[News]] = defaultdict(list)
        morning = self._as_of.calendar.morning
        rest = self._not_known_later(reading, kind, rule, facts, mornings, looks)
        records = walk.untold(reading, rule, [record for record, _ in rest], mornings)
        for (_, shared), (record, untold) in zip(rest, records, strict=True):
            next_at: datetime | None = None
            surely_later = date.max
            told = False
            for news in untold:
                if news.first > surely_later:
                    break  # and so is the rest: than what is known to be next of this record
                owner, start = mornings.of(news.owner.address)
                day = rule.waits(news, record, start, self._as_of.calendar)
                if day is None:
                    continue
                if day == start.day and start.at <= self._now:
                    fresh[owner.address].append(news)
                    told = True
                    continue
                next_at = earlier(next_at, start.at if day == start.day else morning(day, owner.on(day).zone))
                surely_later = min(surely_later, day + DAY)
            if not told and shared is not None:
                self._later[shared] = next_at
            looks[record.id] = earlier(looks[record.id], next_at)
        items = {
            address: morning_item(kind, *mornings.of(address), [n.state for n in news], rule.words)
            for address, news in fresh.items()
        }
        self._put(unit, items.values())
        marks.put_news(unit, ((items[address].key, *news.mark) for address in fresh for news in fresh[address]))
        # A row that is still waiting takes up more news: its reason is counted anew.
        begun = {key for key, row in mornings.rows.items() if row.state == PENDING}
        states = marks.news_states(unit.db, begun & {item.key for item in items.values()})
        marks.explain(unit, ((rule.words(all_states), key) for key, all_states in states.items()))

    def _not_known_later(
        self,
        reading: Reading,
        kind: str,
        rule: NewsRule,
        facts: Sequence[Any],
        mornings: walk.Mornings,
        looks: dict[int, datetime | None],
    ) -> list[tuple[Any, Hashable]]:
        """The records to be looked at one by one, with what others share with them; the `looks` of the rest are set."""
        same = [(record, rule.alike(record)) for record in facts]
        told = {mark[0] for mark in planning.news_told(reading.db, (one[0] for _, one in same if one))}
        mornings.read(one[1] for _, one in same if one)
        rest: list[tuple[Any, Hashable]] = []
        for record, one in same:
            if one is None or one[0] in told:
                rest.append((record, None))
                continue
            alike = kind, one[2], mornings.of(one[1].address)[1]
            if alike in self._later:
                looks[record.id] = earlier(looks[record.id], self._later[alike])
            else:
                rest.append((record, alike))
        return rest

    # What hangs on the calendar: a message a person and period, and what the policy schedules.

    def _by_the_calendar(self, rules: str) -> None:
        next_at: list[datetime | None] = []
        for rule in walk.period_rules(self._as_of.policy):
            people = rule.people(self._store.connection(), self._as_of.policy)
            for start in range(0, len(people), _BATCH):
                some = people[start : start + _BATCH]

                def plan_periods(
                    unit: Unit, directory: Directory, rule: PeriodRule = rule, some: Sequence[int | None] = some
                ) -> bool:
                    next_at.append(self._plan_period(unit, directory, rule, some))
                    return False

                self._unit(plan_periods)

        def schedule(unit: Unit, _: Directory) -> bool:
            next_at.append(self._schedule(unit))
            earliest = min((at for at in next_at if at), default=None)
            marks.keep_planner_state(unit, marks.mark(earliest), rules)
            return False

        self._unit(schedule)

    def _plan_periods(self, unit: Unit, directory: Directory, people: Iterable[int | None]) -> datetime | None:
        next_at: datetime | None = None
        for rule in walk.period_rules(self._as_of.policy):
            whom = rule.of_changed(unit.db, self._as_of.policy, people)
            next_at = earlier(next_at, self._plan_period(unit, directory, rule, whom))
        return next_at

    def _plan_period(
        self, unit: Unit, directory: Directory, rule: PeriodRule, people: Iterable[int | None]
    ) -> datetime | None:
        """Plan the current period of these people; when the first of them is to be looked at next."""
        found: list[tuple[int | None, Item]] = []
        reading = Reading(unit.db, directory, self._as_of)
        for person_id in people:
            known_at = rule.known_at(unit.db, self._as_of.policy, person_id)
            if known_at is None:
                continue
            for item in walk.of_periods(reading, rule, directory.csm(person_id), known_at):
                found.append((person_id, item))
                if item.posting.falls_at > self._now:
                    break
        told = planning.told(unit.db, (item.key for _, item in found))
        next_at: datetime | None = None
        due: list[Item] = []
        for person_id, item in found:
            if is_settled(told, item.key):
                continue
            if item.posting.falls_at > self._now:
                next_at = earlier(next_at, item.posting.falls_at)
                continue
            # Judged on the posting day: if that is still to come, by the last look before it is sent.
            holds = item.void or item.posting.at > self._now or rule.holds(reading, person_id, item.posting.day)
            due.append(item if holds else item._replace(void=rule.nothing))
        self._put(unit, due)
        return next_at

    def _schedule(self, unit: Unit) -> datetime | None:
        """Plan what the policy schedules; when the next of it is due."""
        next_at: datetime | None = None
        for rule in walk.schedule_rules(self._as_of.policy):
            for items in rule.schedules(self._as_of):
                for item in items:
                    falls_at = item.posting.falls_at
                    if falls_at > self._now:
                        next_at = earlier(next_at, falls_at)
                        break
                    if not is_settled(planning.told(unit.db, [item.key]), item.key):
                        self._put(unit, [item])
        return next_at


def _draft(item: Item) -> Draft:
    return Draft(
        dedupe_key=item.key,
        kind=item.kind,
        destination=item.posting.recipient.destination,
        recipient=item.posting.recipient.address,
        not_before=item.posting.at,
        due_on=item.due_on,
        expires_at=item.expires_at,
        account_id=item.account_id,
        cta_id=item.cta_id,
        step=item.step,
        late=item.posting.late,
        why=item.why,
        payload={"owner": item.owner.destination},
    )


def _missed(item: Item, step: Step) -> Draft:
    why = f"replaced by {item.key}"
    return _draft(item)._replace(dedupe_key=step.key, due_on=step.due_on, step=step.number, why=why)
