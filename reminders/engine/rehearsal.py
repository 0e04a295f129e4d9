"""What would be posted when, to whom and why: a rehearsal of a bot that runs without a break from an instant on.

By the planner's rules over the database as it is, without writing to it. Used by `bot.py preview` and by
"My reminders" on Home.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from reminders.engine import walk
from reminders.engine.calendar import end_of
from reminders.engine.items import as_of, is_settled
from reminders.engine.kinds import Reading, planned, sources
from reminders.engine.mornings import morning_item, morning_on
from reminders.engine.recheck import still_due
from storage.base import outbox, planning
from storage.base.moments import zone
from storage.base.recipients import Directory
from storage.base.reminder import Coming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from reminders.engine.items import AsOf, Item
    from reminders.engine.kinds import NewsRule, PeriodRule, Source
    from storage.base.db import Store
    from storage.base.policy import Policy
    from storage.base.reminder import Told

_BATCH = 1000


def rehearse(
    db: Connection,
    policy: Policy,
    now: datetime,
    until: datetime,
    *,
    account_id: int | None = None,
    person_id: int | None = None,
) -> list[Coming]:
    """Everything that is posted from `now` to `until` if nobody does anything, in posting order.

    `account_id`: only what is about one account. `person_id`: only what reaches one person. What was sent
    before, or is muted, is left out; what waits in the outbox is in.
    """
    rehearsal = _Rehearsal(db, as_of(now, policy), until)
    lines = [*rehearsal.waiting(account_id)]
    if person_id is not None:
        person = rehearsal.directory.csm(person_id)
        owners: list[int | None] = [*planning.whose_may_reach(db, person_id)]
        for source in sources():
            lines += rehearsal.of_records(source, [source.of_people(db, owners)])
        lines += rehearsal.of_periods(owners)
        lines = [line for line in lines if line.recipient == person.address]
    elif account_id is not None:
        for source in sources():
            lines += rehearsal.of_records(source, [source.of_account(db, account_id)], news=False)
    else:
        for source in sources():
            lines += rehearsal.of_records(source, source.looks.pages(db, _BATCH))
        lines += rehearsal.of_periods()
        lines += rehearsal.of_schedules()
    return sorted(lines, key=lambda line: line.order)


def coming_to(store: Store, address: str, first: date, last: date, now: datetime) -> list[Coming]:
    """What reaches a person (by e-mail, or name where there is none) from a day to another, both included."""
    with store.read() as db:
        person_id = planning.person_named(db, address)
        if person_id is None:
            return []
        lines = rehearse(db, store.policy, now, end_of(last), person_id=person_id)
    return [line for line in lines if first <= line.day <= last]


class _Rehearsal:
    """One rehearsal over one snapshot. Call `waiting` first: what it finds called off is open to the rules again."""

    def __init__(self, db: Connection, as_of: AsOf, until: datetime) -> None:
        self.directory = Directory(db, as_of.policy.timezone)
        self._db = db
        self._as_of = as_of
        self._until = until
        self._called_off: set[str] = set()
        self._untold: set[tuple[str, str, str]] = set()
        self._begun: set[str] = set()

    def waiting(self, account_id: int | None) -> Iterator[Coming]:
        """The rows that wait in the outbox, as they would be posted after a last look at the facts."""
        for row in outbox.waiting(self._db, planned(), account_id=account_id):
            verdict = still_due(self._db, self._as_of.policy, row, self._as_of.now)
            if verdict.outcome == "readdress" and verdict.recipient:
                row = replace(row, destination=verdict.recipient.destination)  # noqa: PLW2901 - the same row
                verdict = still_due(self._db, self._as_of.policy, row, self._as_of.now)
            self._untold.update(verdict.lost_news)
            if verdict.outcome in ("cancelled", "expired") or verdict.recipient is None:
                self._untold.update(planning.news_of_row(self._db, row.id))
                if verdict.outcome == "cancelled" and not verdict.final:
                    self._called_off.add(row.dedupe_key)
                continue
            self._begun.add(row.dedupe_key)
            at = verdict.not_before or max(row.not_before, self._as_of.now)
            if at <= self._until:
                name, crm_id = planning.account_name(self._db, row.account_id)
                yield Coming(
                    kind=row.kind,
                    account=name,
                    account_id=crm_id,
                    recipient=verdict.recipient.address,
                    due_on=row.due_on,
                    post_at=at.astimezone(zone(verdict.recipient.zone)),
                    late=verdict.late,
                    step=row.step,
                    why=row.why,
                    dedupe_key=row.dedupe_key,
                )

    def of_records(self, source: Source, pages: Iterable[list[int]], *, news: bool = True) -> Iterator[Coming]:
        """What is about records of a source: items of each, and the news of their owners' mornings."""
        reading = Reading(self._db, self.directory, self._as_of, known_by=self._as_of.now)
        rules = walk.news_rules(source, self._as_of.policy) if news else []
        told = [(kind, rule, walk.Mornings(reading, kind, self._is_taken)) for kind, rule in rules]
        states: dict[str, dict[tuple[str, date], list[str]]] = {kind: defaultdict(list) for kind, _ in rules}
        for ids in pages:
            facts = source.read(reading, ids)
            for found in walk.records(reading, source, ids, facts=facts, without=self._called_off.__contains__):
                for _, stream in found.streams:
                    for item in stream:
                        if not is_settled(found.told, item.key) and not item.void:
                            yield from self._line(item, found.facts.account_name, found.facts.account_crm_id)
            for kind, rule, mornings in told:
                for one in walk.news(reading, rule, facts, mornings, but=self._untold):
                    states[kind][one.news.owner.address, one.day].append(one.news.state)
        for kind, rule, mornings in told:
            yield from self._mornings(kind, rule, mornings, states[kind])

    def _mornings(
        self, kind: str, rule: NewsRule, mornings: walk.Mornings, states: Mapping[tuple[str, date], Sequence[str]]
    ) -> Iterator[Coming]:
        for (address, day), of_morning in states.items():
            owner, start = mornings.of(address)
            morning = morning_on(owner, day, start, self._as_of.calendar)
            item = morning_item(kind, owner, morning, of_morning, rule.words)
            if item.key not in self._begun:
                yield from self._line(item, None, None)

    def of_periods(self, people: Sequence[int | None] | None = None) -> Iterator[Coming]:
        """The messages of a person and period; of these people only, where they are given."""
        for rule in walk.period_rules(self._as_of.policy):
            for person_id in rule.people(self._db, self._as_of.policy) if people is None else people:
                yield from self._periods(rule, person_id)

    def _periods(self, rule: PeriodRule, person_id: int | None) -> Iterator[Coming]:
        known_at = rule.known_at(self._db, self._as_of.policy, person_id)
        if known_at is None:
            return
        items = []
        person = self.directory.csm(person_id)
        reading = Reading(self._db, self.directory, self._as_of)
        for item in walk.of_periods(reading, rule, person, min(known_at, self._as_of.now)):
            if item.posting.at > self._until:
                break
            items.append(item)
        told = self._settled(planning.told(self._db, [item.key for item in items]))
        for item in items:
            if not item.void and not is_settled(told, item.key) and rule.holds(reading, person_id, item.posting.day):
                yield from self._line(item, None, None)

    def of_schedules(self) -> Iterator[Coming]:
        """What the policy schedules."""
        for rule in walk.schedule_rules(self._as_of.policy):
            for items in rule.schedules(self._as_of):
                for item in items:
                    if item.posting.at > self._until:
                        break
                    if not is_settled(planning.told(self._db, [item.key]), item.key):
                        yield from self._line(item, None, None)

    def _settled(self, told: Mapping[str, Told]) -> Mapping[str, Told]:
        if not self._called_off:
            return told
        return {key: row for key, row in told.items() if key not in self._called_off}

    def _is_taken(self, key: str, row: Told) -> bool:
        """Whether a morning's message is out already; one that waits takes up more news."""
        return key not in self._called_off and row.settled and key not in self._begun

    def _line(self, item: Item, account: str | None, crm_id: str | None) -> Iterator[Coming]:
        """The item as a line, unless it is muted or out of range."""
        when = item.posting
        if when.at <= self._until and not item.muted:
            yield Coming(
                kind=item.kind,
                account=account,
                account_id=crm_id,
                recipient=when.recipient.address,
                due_on=item.due_on,
                post_at=when.at.astimezone(zone(when.recipient.zone)),
                late=when.late,
                step=item.step,
                why=item.why,
                dedupe_key=item.key,
            )
