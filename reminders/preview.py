"""What would be posted when, to whom and why: a rehearsal of a bot that runs without a break from an instant on.

By the planner's rules over the database as it is, without writing to it. Used by `bot.py preview` and by
"My reminders" on Home.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from reminders.calendar import end_of
from reminders.recheck import still_due
from reminders.rules.ctas import (
    cta_morning,
    deferred_item,
    morning_key,
    morning_on,
    news_of,
    next_morning,
    told_on,
)
from reminders.rules.ebrs import ebr_items
from reminders.rules.items import as_of, is_settled
from reminders.rules.plans import monthly_plan, next_month, renews_by
from reminders.rules.renewals import review_items
from reminders.rules.summaries import summary_items
from storage import outbox, planning
from storage.directory import Directory
from storage.model.moments import civil_day, zone
from storage.model.outbox import REMINDER_KINDS
from storage.model.reminder import Coming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime
    from sqlite3 import Connection

    from reminders.rules.ctas import NextMorning
    from reminders.rules.items import AsOf, Item
    from storage.db import Store
    from storage.model.policy import Policy
    from storage.model.reminder import CtaFacts, Recipient, Told

_BATCH = 1000
_BEHIND = timedelta(days=15)


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
        owners: list[int | None] = [*planning.stood_in_for(db, person_id)]
        lines += rehearsal.of_accounts([planning.accounts_of(db, owners)])
        lines += rehearsal.of_ctas([[cta for owner in owners for cta in planning.ctas_of_owner(db, owner)]])
        lines += rehearsal.plans(owners)
        lines = [line for line in lines if line.recipient == person.address]
    elif account_id is not None:
        lines += rehearsal.of_accounts([[account_id]])
        lines += rehearsal.of_ctas([planning.deferred_of_account(db, account_id)])
    else:
        lines += rehearsal.of_accounts(planning.pages(db, planning.ACTIVE_ACCOUNTS, _BATCH))
        lines += rehearsal.of_ctas(planning.pages(db, planning.LIVE_CTAS, _BATCH))
        lines += rehearsal.plans(planning.csm_ids(db))
        lines += rehearsal.summaries()
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
        self._mornings: dict[str, tuple[Recipient, NextMorning]] = {}
        self._begun: set[str] = set()

    def waiting(self, account_id: int | None) -> Iterator[Coming]:
        """The rows that wait in the outbox, as they would be posted after a last look at the facts."""
        for row in outbox.waiting(self._db, REMINDER_KINDS, account_id=account_id):
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

    def of_accounts(self, pages: Iterable[list[int]]) -> Iterator[Coming]:
        """Renewal reviews and EBRs of accounts."""
        now = self._as_of.now
        for ids in pages:
            for account in planning.account_facts(self._db, self.directory, ids, known_by=now):
                told = self._settled(account.told)
                facts = account._replace(told=told)
                for item in chain(review_items(facts, self._as_of), ebr_items(facts, self._as_of)):
                    if not is_settled(told, item.key):
                        yield from self._line(item, account.name, account.crm_id)

    def of_ctas(self, pages: Iterable[list[int]]) -> Iterator[Coming]:
        """CTA news of the mornings, and deferred CTAs that come back."""
        mornings: dict[tuple[str, date], list[str]] = defaultdict(list)
        tasks_from = (self._as_of.now - _BEHIND).date()
        for ids in pages:
            ctas = planning.cta_facts(
                self._db, self.directory, ids, tasks_from=tasks_from, known_by=self._as_of.now
            )
            yield from self._deferred([cta for cta in ctas if not cta.is_open and not cta.returned])
            self._collect_news([cta for cta in ctas if cta.is_open], mornings)
        for (address, day), states in mornings.items():
            owner, start = self._mornings[address]
            item = cta_morning(owner, morning_on(owner, day, start, self._as_of.calendar), states)
            if item.key not in self._begun:
                yield from self._line(item, None, None)

    def plans(self, csm_ids: Iterable[int | None]) -> Iterator[Coming]:
        """The monthly plans of CSMs."""
        for csm_id in csm_ids:
            known_at = planning.csm_known_at(self._db, csm_id)
            if known_at is None:
                continue
            csm = self.directory.csm(csm_id)
            month = civil_day(self._as_of.now, csm.zone).replace(day=1)
            last = civil_day(self._until, csm.zone)
            items = []
            while month <= last:
                items.append(monthly_plan(csm, month, min(known_at, self._as_of.now), self._as_of))
                month = next_month(month)
            told = self._settled(planning.told(self._db, [item.key for item in items if item]))
            for item in items:
                if item is None or is_settled(told, item.key):
                    continue
                day = item.posting.day
                if planning.renews_between(self._db, csm_id, day, renews_by(day, self._as_of.policy)):
                    yield from self._line(item, None, None)

    def summaries(self) -> Iterator[Coming]:
        """The weekly summaries."""
        for schedule in self._as_of.policy.summaries:
            for item in summary_items(schedule, self._as_of):
                if item.posting.at > self._until:
                    break
                if not is_settled(planning.told(self._db, [item.key]), item.key):
                    yield from self._line(item, None, None)

    def _settled(self, told: Mapping[str, Told]) -> Mapping[str, Told]:
        if not self._called_off:
            return told
        return {key: row for key, row in told.items() if key not in self._called_off}

    def _deferred(self, ctas: list[CtaFacts]) -> Iterator[Coming]:
        found = [(cta, item) for cta in ctas if (item := deferred_item(cta, self._as_of))]
        told = self._settled(planning.told(self._db, (item.key for _, item in found)))
        for cta, item in found:
            if not is_settled(told, item.key):
                yield from self._line(item, cta.account_name, cta.account_crm_id)

    def _collect_news(self, ctas: list[CtaFacts], into: dict[tuple[str, date], list[str]]) -> None:
        found = [(cta, list(news_of(cta, self._as_of))) for cta in ctas]
        told = planning.news_told(self._db, (news.subject for _, all_news in found for news in all_news))
        told -= self._untold
        self._read_mornings({news.owner.address: news.owner for _, all_news in found for news in all_news})
        for cta, all_news in found:
            for news in all_news:
                if news.mark not in told:
                    _, start = self._mornings[news.owner.address]
                    day = told_on(news, cta, start, self._as_of.calendar)
                    if day is not None:
                        into[news.owner.address, day].append(news.state)

    def _read_mornings(self, owners: dict[str, Recipient]) -> None:
        """The next morning of owners not met before; a later one where today's message is out already."""
        starts = {
            morning_key(owner, start.day): (owner, start)
            for address, owner in owners.items()
            if address not in self._mornings
            for start in [next_morning(owner, self._as_of)]
        }
        told = self._settled(planning.told(self._db, starts)) if starts else {}
        for key, (owner, start) in starts.items():
            if is_settled(told, key) and key not in self._begun:
                start = next_morning(owner, self._as_of, after=start.day)  # noqa: PLW2901 - today is taken
            self._mornings[owner.address] = owner, start

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
