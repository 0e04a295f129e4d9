"""A last look at the facts before a row is sent: whether it is still due, to whom, and whether now is the time.

By the same rules as the planner's, so that what is called off here and falls due again is planned again. Called by
delivery for each row that it claimed, and by the preview for rows that wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple

from reminders.calendar import DAY, Moment, calendar_of
from reminders.rules.ctas import deferred_item, is_true, morning_key, news_of
from reminders.rules.ebrs import ebr_due_on, ebr_items
from reminders.rules.items import as_of
from reminders.rules.plans import plan_key, renews_by
from reminders.rules.renewals import review_items
from storage import planning
from storage.directory import Directory
from storage.model.moments import civil_day, day_in_words
from storage.model.outbox import REMINDER_KINDS
from storage.model.reminder import BACK_ALREADY, MISSED, MUTED, NOTHING_RENEWS, Recipient, is_final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from sqlite3 import Connection

    from reminders.rules.items import AsOf
    from storage.model.outbox import OutboxRow
    from storage.model.policy import Policy
    from storage.model.reminder import AccountFacts, CtaFacts, News

Outcome = Literal["ok", "cancelled", "readdress", "postpone", "expired"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a row; `reason` says why it is cancelled.

    `recipient` is who it goes to now; `readdress`: that is somebody else than the row says, ask again once it
    says so. `postpone`: not before `not_before`, `late` from then on. `lost_news`: these (subject, state, due
    date) of a morning are no longer true and are to be dropped.
    """

    outcome: Outcome
    reason: str = ""
    recipient: Recipient | None = None
    not_before: datetime | None = None
    late: bool = False
    lost_news: tuple[tuple[str, str, str], ...] = ()

    @property
    def final(self) -> bool:
        """Cancelled for good; else the planner takes the key up again once it is due again."""
        return self.outcome == "cancelled" and is_final(self.reason)


class _Due(NamedTuple):
    """The row is due still: whose reminder it is, under which key the rules know it, and what fell away."""

    owner: Recipient
    key: str
    lost_news: tuple[tuple[str, str, str], ...] = ()


class _Look(NamedTuple):
    """What the rules of a row need to look at the facts."""

    db: Connection
    directory: Directory
    row: OutboxRow
    as_of: AsOf


def still_due(db: Connection, policy: Policy, row: OutboxRow, now: datetime) -> Verdict:
    """The verdict on a reminder that is about to be sent. Cards and notices are always due."""
    if row.kind not in REMINDER_KINDS:
        return Verdict("ok")
    directory = Directory(db, policy.timezone)
    then = _when(row, directory, policy, now)
    if row.expires_at is not None and row.expires_at <= max(now, then.at):
        return Verdict("expired")
    # The rules are asked as of the instant that it was planned for, or is put off to: that day it is to be due.
    asked = as_of(row.not_before if then.at <= now else then.at, policy)
    found = _LOOKS[row.kind](_Look(db, directory, row, asked))
    if isinstance(found, str):
        return Verdict("cancelled", found)
    recipient = found.owner.on(civil_day(now, found.owner.zone))
    if row.kind in found.owner.muted or row.kind in recipient.muted:
        return Verdict("cancelled", MUTED)
    # A row under a longer key went to the next in line on purpose, after the first was refused.
    if recipient.destination != row.destination and row.dedupe_key == found.key:
        return Verdict("readdress", recipient=recipient)
    if then.at <= now:
        return Verdict("ok", recipient=recipient, late=row.late, lost_news=found.lost_news)
    late = row.late or then.day > civil_day(row.post_at, recipient.zone)
    return Verdict("postpone", recipient=recipient, not_before=then.at, late=late, lost_news=found.lost_news)


def _when(row: OutboxRow, directory: Directory, policy: Policy, now: datetime) -> Moment:
    """When the row can be posted, by the clock of whoever it is addressed to: its own time, now, or a morning."""
    kind, _, person_id = row.destination.partition(":")
    zone = directory.csm(int(person_id)).zone if kind == "person" else policy.timezone
    if row.kind == "weekly_summary":
        zone = next((s.timezone for s in policy.summaries if s.channel == row.recipient and s.timezone), zone)
    calendar = calendar_of(policy)
    then = calendar.on_return(Moment(row.not_before, civil_day(row.not_before, zone)), now, zone)
    if then.at <= now and row.kind != "weekly_summary" and calendar.is_quiet(now, zone):
        return calendar.first_morning(now, zone)  # It was planned for another zone's morning.
    return then


def _account_item(look: _Look) -> _Due | str:
    facts = planning.account_facts(look.db, look.directory, [look.row.account_id or 0])
    if not facts:
        return "the account is gone"
    # As if the row, and one that it replaces, had never been planned: would it be now?
    account = facts[0]._replace(
        told={key: told for key, told in facts[0].told.items() if not _stands_for(look.row.dedupe_key, key)}
    )
    for item in chain(review_items(account, look.as_of), ebr_items(account, look.as_of)):
        if _stands_for(look.row.dedupe_key, item.key):
            if item.posting.falls_at > look.as_of.now:
                return f"not due before {day_in_words(item.posting.day)}"
            return _Due(item.owner, item.key)
    return _why_not(account, look)


def _stands_for(key: str, of_rules: str) -> bool:
    """Whether a row's key is the one of the rules, or that one with the next in line behind it."""
    return key == of_rules or key.startswith(f"{of_rules}:")


def _why_not(account: AccountFacts, look: _Look) -> str:
    row = look.row
    if not account.active:
        return "the account is archived or churned"
    about_ebr = row.kind.startswith("ebr")
    if not about_ebr and f":{account.renewal_on}:" not in row.dedupe_key:
        return "the renewal date has changed"
    if not about_ebr and row.step in account.reviews_done:
        return "the review was held or skipped"
    if row.kind in ("renewal_review_scheduled", "renewal_review_held", "ebr_held"):
        return "the day has changed"
    if about_ebr and f":{ebr_due_on(account, look.as_of.policy)}:" not in row.dedupe_key:
        return "the EBR date has changed"
    return f"{MISSED}: a later step has come due"


def _monthly_plan(look: _Look) -> _Due | str:
    csm_id = _person(look.row)
    if planning.csm_known_at(look.db, csm_id) is None:
        return "no active accounts"
    csm = look.directory.csm(csm_id)
    day = civil_day(look.as_of.now, csm.zone)
    if not planning.renews_between(look.db, csm_id, day, renews_by(day, look.as_of.policy)):
        return NOTHING_RENEWS
    return _Due(csm, plan_key(csm, look.row.due_on or day))


def _person(row: OutboxRow) -> int | None:
    """Whose reminder a row is, as the planner noted it; None for operations."""
    kind, _, person_id = str(row.payload.get("owner", row.destination)).partition(":")
    return int(person_id) if kind == "person" else None


def _cta_morning(look: _Look) -> _Due | str:
    owner = look.directory.csm(_person(look.row))
    day = look.row.due_on or civil_day(look.as_of.now, owner.zone)
    noted = planning.news_of_row(look.db, look.row.id)
    true = {news.mark for news in _true_news(look, planning.ctas_of_news(look.db, look.row.id), owner, day)}
    lost = tuple(mark for mark in noted if mark not in true)
    if len(lost) == len(noted):
        return "nothing of it is true any more"
    return _Due(owner, morning_key(owner, day), lost)


def _true_news(look: _Look, cta_ids: list[int], owner: Recipient, day: date) -> list[News]:
    facts = planning.cta_facts(look.db, look.directory, cta_ids, tasks_from=day - 15 * DAY)
    return [
        news
        for cta in facts
        if cta.is_open
        for news in news_of(cta, look.as_of)
        if news.owner.address == owner.address and is_true(news, cta, day)
    ]


def morning_news(db: Connection, policy: Policy, row: OutboxRow, now: datetime) -> list[tuple[News, bool]]:
    """All that a morning's message shows, new (True) first: the owner's CTA news as it is at `now`."""
    look = _Look(db, Directory(db, policy.timezone), row, as_of(now, policy))
    owner_id = _person(row)
    owner = look.directory.csm(owner_id)
    day = row.due_on or civil_day(now, owner.zone)
    new = set(planning.news_of_row(db, row.id))
    current = _true_news(look, planning.ctas_of_owner(db, owner_id), owner, day)
    return sorted(((news, news.mark in new) for news in current), key=lambda told: not told[1])


def _deferred_cta(look: _Look) -> _Due | str:
    ids = [look.row.cta_id or 0]
    facts: list[CtaFacts] = planning.cta_facts(look.db, look.directory, ids, tasks_from=look.as_of.now.date())
    item = deferred_item(facts[0], look.as_of) if facts and not facts[0].is_open else None
    if item is None or not _stands_for(look.row.dedupe_key, item.key):
        return "no longer deferred to that day"
    return BACK_ALREADY if facts[0].returned else _Due(item.owner, item.key)


def _weekly_summary(look: _Look) -> _Due | str:
    for schedule in look.as_of.policy.summaries:
        if look.row.dedupe_key.startswith(f"weekly_summary:{schedule.name}:{schedule.channel}:"):
            zone = schedule.timezone or look.as_of.policy.timezone
            channel = Recipient(schedule.channel, look.row.destination, zone)
            return _Due(channel, look.row.dedupe_key)
    return "no longer among the policy's summaries"


_LOOKS: dict[str, Callable[[_Look], _Due | str]] = {
    "renewal_review": _account_item,
    "renewal_review_scheduled": _account_item,
    "renewal_review_held": _account_item,
    "ebr_nudge": _account_item,
    "ebr_held": _account_item,
    "monthly_plan": _monthly_plan,
    "cta_morning": _cta_morning,
    "deferred_cta": _deferred_cta,
    "weekly_summary": _weekly_summary,
}
