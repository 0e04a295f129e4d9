"""From rules to the outbox: what is due is put in, once, and everything gets the instant of its next look.

Called by the scheduler's tick and by `bot.py tick`. A write marks what it changes (`look_at` ''), so that a pass
looks only at what was changed or has come due, in units of moderate size: a crash loses nothing, a second run
changes nothing, and a pass with nothing to do is one look.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from reminders.rules.ctas import (
    cta_morning,
    deferred_item,
    morning_key,
    news_in_words,
    news_of,
    next_morning,
    told_on,
)
from reminders.rules.ebrs import ebr_items
from reminders.rules.items import as_of, is_settled
from reminders.rules.plans import monthly_plan, next_month, renews_by
from reminders.rules.renewals import review_items
from reminders.rules.summaries import summary_items
from storage import marks, planning
from storage.directory import Directory
from storage.model.moments import civil_day
from storage.model.outbox import PENDING, Draft
from storage.model.reminder import BACK_ALREADY, MISSED, MUTED, NOTHING_RENEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from reminders.rules.ctas import NextMorning
    from reminders.rules.items import Item, Step
    from storage.db import Store, Unit
    from storage.model.policy import Policy
    from storage.model.reminder import AccountFacts, CtaFacts, News, Recipient

_BATCH = 2500
_LAST_STEPS = ("renewal_review", "ebr_nudge")
_SINCE_DUE = timedelta(days=15)
"""A task due longer ago than this is due today nowhere: no run of days off is that long."""


class PlanResult(NamedTuple):
    """How many rows to be sent a pass put in, and when the next one is due (None: when somebody acts)."""

    planned: int
    next_at: datetime | None


def plan(store: Store, now: datetime, *, reached: Callable[[str], None] = lambda _: None) -> PlanResult:
    """Put into the outbox what is due by `now`. `reached` hears of the named points, for tests that kill there.

    Points: `plan.before_commit` and `plan.after_commit` of each unit of work.
    """
    db = store.connection()
    look_at, rules = marks.planner_state(db)
    current = fingerprint(store.policy)
    earliest = min(look_at, marks.next_look(db))
    if rules == current and earliest > marks.mark(now):
        return PlanResult(0, marks.looked_at(earliest))
    return _Pass(store, now, reached).run(current, rules_changed=rules != current)


def fingerprint(policy: Policy) -> str:
    """Changes with any rule that the marks were set by: then everything is looked at again."""
    rules = policy.model_dump(
        include={
            "timezone", "holidays_country", "quiet_hours", "morning", "renewal_review_months",
            "monthly_plan_months", "ebr_steps_days", "ebr_cadence_months", "held_unanswered_days",
            "cta_due_soon_days", "cta_idle_days", "summaries",
        }
    )  # fmt: skip
    return f"{crc32(repr(rules).encode()):08x}"


class _Pass:
    """One pass of the planner: its instant, its rules, and what it did so far."""

    def __init__(self, store: Store, now: datetime, reached: Callable[[str], None]) -> None:
        self._store = store
        self._as_of = as_of(now, store.policy)
        self._now = self._as_of.now
        self._reached = reached
        self._planned = 0
        # Who is who is read anew for a unit of work only if somebody else has written since the last one.
        self._directory = Directory(store.connection(), store.policy.timezone)
        self._version = marks.data_version(store.connection())

    def run(self, rules: str, *, rules_changed: bool) -> PlanResult:
        """Everything that is due, a unit of work after the other."""
        db = self._store.connection()
        if rules_changed:
            self._unit(lambda unit, _: self._start_over(unit, rules))
        months_due = marks.planner_state(db)[0] <= marks.mark(self._now)
        while self._unit(lambda unit, directory: self._accounts(unit, directory, months_due=months_due)):
            pass
        while self._unit(self._ctas):
            pass
        if months_due:
            self._by_the_calendar(rules)
        earliest = min(marks.planner_state(db)[0], marks.next_look(db))
        return PlanResult(self._planned, marks.looked_at(earliest))

    def _unit(self, work: Callable[[Unit, Directory], bool]) -> bool:
        with self._store.write(self._now) as unit:
            version = marks.data_version(unit.db)
            if version != self._version:
                self._version, self._directory = version, Directory(unit.db, unit.policy.timezone)
            more = work(unit, self._directory)
            self._reached("plan.before_commit")
        self._reached("plan.after_commit")
        return more

    def _start_over(self, unit: Unit, rules: str) -> bool:
        marks.mark_everything(unit)
        marks.keep_planner_state(unit, "", rules)
        return False

    def _put(self, unit: Unit, items: Iterable[Item], *, cancelled: str | None = None) -> None:
        """Put items in, those muted or `cancelled` as such, and record the steps that they replace."""
        wanted: dict[str | None, list[Draft]] = defaultdict(list)
        for item in items:
            wanted[cancelled or (MUTED if item.muted else None)].append(_draft(item))
            for step in item.missed:
                wanted[MISSED].append(_missed(item, step))
        for reason, drafts in wanted.items():
            put = marks.put(unit, drafts, cancelled=reason)
            self._planned += put if reason is None else 0

    # What hangs on an account: renewal reviews and EBRs.

    def _accounts(self, unit: Unit, directory: Directory, *, months_due: bool) -> bool:
        due = marks.accounts_due(unit.db, self._now, _BATCH)
        items: list[Item] = []
        looks: list[tuple[datetime | None, int]] = []
        for account in planning.account_facts(unit.db, directory, [row.id for row in due]):
            of_account, next_at = self._look_at(account)
            items += of_account
            looks.append((next_at, account.id))
        self._put(unit, items)
        marks.look_at_accounts(unit, looks)
        changed = {row.csm_id for row in due if row.changed}
        if changed and not months_due:
            # Somebody may have got a first account: then this month's plan is theirs too.
            state, rules = marks.planner_state(unit.db)
            next_plan = self._plan_months(unit, directory, changed)
            marks.keep_planner_state(unit, min(state, marks.mark(next_plan)), rules)
        return len(due) == _BATCH

    def _look_at(self, account: AccountFacts) -> tuple[list[Item], datetime | None]:
        """The account's due items, and when it is to be looked at next."""
        due: list[Item] = []
        next_at: datetime | None = None
        for rule in (review_items, ebr_items):
            for item in rule(account, self._as_of):
                falls_at = item.posting.falls_at
                if is_settled(account.told, item.key):
                    continue
                if falls_at <= self._now:
                    due.append(item)
                    continue
                next_at = falls_at if next_at is None else min(next_at, falls_at)
                if item.kind in _LAST_STEPS:
                    break  # Reminders come last and in order of time: what follows is later still.
        return due, next_at

    # What hangs on a CTA: the news of a morning, and deferred ones coming back.

    def _ctas(self, unit: Unit, directory: Directory) -> bool:
        ids = marks.ctas_due(unit.db, self._now, _BATCH)
        ctas = planning.cta_facts(unit.db, directory, ids, tasks_from=(self._now - _SINCE_DUE).date())
        looks: dict[int, datetime | None] = dict.fromkeys(ids)
        self._bring_back(unit, [cta for cta in ctas if not cta.is_open], looks)
        self._tell_news(unit, [cta for cta in ctas if cta.is_open], looks)
        marks.look_at_ctas(unit, ((at, cta_id) for cta_id, at in looks.items()))
        return len(ids) == _BATCH

    def _bring_back(self, unit: Unit, ctas: list[CtaFacts], looks: dict[int, datetime | None]) -> None:
        deferred = [(cta, item) for cta in ctas if (item := deferred_item(cta, self._as_of))]
        told = planning.told(unit.db, (item.key for _, item in deferred))
        for cta, item in deferred:
            if is_settled(told, item.key):
                continue
            if item.posting.falls_at > self._now:
                looks[cta.id] = item.posting.falls_at
            else:
                self._put(unit, [item], cancelled=BACK_ALREADY if cta.returned else None)

    def _tell_news(self, unit: Unit, ctas: list[CtaFacts], looks: dict[int, datetime | None]) -> None:
        found = [(cta, list(news_of(cta, self._as_of))) for cta in ctas]
        told = planning.news_told(unit.db, (news.subject for _, all_news in found for news in all_news))
        owners = {news.owner.address: news.owner for _, all_news in found for news in all_news}
        mornings, begun = self._mornings(unit, owners)
        fresh: dict[str, list[News]] = defaultdict(list)
        morning = self._as_of.calendar.morning
        for cta, all_news in found:
            for news in all_news:
                if news.mark in told:
                    continue
                start = mornings[news.owner.address]
                day = told_on(news, cta, start, self._as_of.calendar)
                if day is None:
                    continue
                if day == start.day and start.at <= self._now:
                    fresh[news.owner.address].append(news)
                    continue
                at = start.at if day == start.day else morning(day, news.owner.on(day).zone)
                known = looks[cta.id]
                looks[cta.id] = at if known is None else min(known, at)
        items = {
            address: cta_morning(owners[address], mornings[address], [n.state for n in news])
            for address, news in fresh.items()
        }
        self._put(unit, items.values())
        marks.put_news(unit, ((items[address].key, *news.mark) for address in fresh for news in fresh[address]))
        # A row that is still waiting takes up more news: its reason is counted anew.
        states = marks.news_states(unit.db, begun & {item.key for item in items.values()})
        marks.explain(unit, ((news_in_words(all_states), key) for key, all_states in states.items()))

    def _mornings(self, unit: Unit, owners: dict[str, Recipient]) -> tuple[dict[str, NextMorning], set[str]]:
        """The next morning of each owner, and the keys of rows of today that are still waiting to be posted."""
        mornings = {address: next_morning(owner, self._as_of) for address, owner in owners.items()}
        today = {
            morning_key(owners[address], start.day): address
            for address, start in mornings.items()
            if start.at <= self._now
        }
        rows = planning.told(unit.db, today)
        for key, row in rows.items():
            if row.settled and row.state != PENDING:
                owner = owners[today[key]]
                mornings[owner.address] = next_morning(owner, self._as_of, after=mornings[owner.address].day)
        return mornings, {key for key, row in rows.items() if row.state == PENDING}

    # What hangs on the calendar: plans of the month and weekly summaries.

    def _by_the_calendar(self, rules: str) -> None:
        csm_ids = planning.csm_ids(self._store.connection())
        next_at: list[datetime | None] = []
        for start in range(0, len(csm_ids), _BATCH):
            some = csm_ids[start : start + _BATCH]

            def plan_months(unit: Unit, directory: Directory, some: list[int | None] = some) -> bool:
                next_at.append(self._plan_months(unit, directory, some))
                return False

            self._unit(plan_months)

        def summarise(unit: Unit, _: Directory) -> bool:
            next_at.append(self._summarise(unit))
            earliest = min((at for at in next_at if at), default=None)
            marks.keep_planner_state(unit, marks.mark(earliest), rules)
            return False

        self._unit(summarise)

    def _plan_months(self, unit: Unit, directory: Directory, csm_ids: Iterable[int | None]) -> datetime | None:
        """Plan the month of these CSMs; when the first of them is to be looked at next."""
        found = []
        for csm_id in csm_ids:
            known_at = planning.csm_known_at(unit.db, csm_id)
            if known_at is not None:
                csm = directory.csm(csm_id)
                month = civil_day(self._now, csm.zone)
                found.append((csm_id, monthly_plan(csm, month, known_at, self._as_of)))
                found.append((csm_id, monthly_plan(csm, next_month(month), known_at, self._as_of)))
        told = planning.told(unit.db, (item.key for _, item in found if item))
        next_at: datetime | None = None
        for csm_id, item in found:
            if item is None or is_settled(told, item.key):
                continue
            if item.posting.falls_at > self._now:
                next_at = min(next_at or item.posting.falls_at, item.posting.falls_at)
                continue
            # Judged on the posting day: if that is still to come, by the last look before it is sent.
            renews = item.posting.at > self._now or planning.renews_between(
                unit.db, csm_id, item.posting.day, renews_by(item.posting.day, unit.policy)
            )
            self._put(unit, [item], cancelled=None if renews else NOTHING_RENEWS)
        return next_at

    def _summarise(self, unit: Unit) -> datetime | None:
        """Plan the weekly summaries; when the next one is due."""
        next_at: datetime | None = None
        for schedule in unit.policy.summaries:
            for item in summary_items(schedule, self._as_of):
                falls_at = item.posting.falls_at
                if falls_at > self._now:
                    next_at = min(next_at or falls_at, falls_at)
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
    return replace(_draft(item), dedupe_key=step.key, due_on=step.due_on, step=step.number, why=why)
