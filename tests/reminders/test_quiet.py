"""How much the bot talks: one message a person and day at most, one on the first morning (counts are printed)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from reminders.engine.planner import plan
from storage.base.moments import day as day_of
from tests.reminders.factory import Book, at
from tests.reminders.oracle import half_hours
from tests.reminders.sending import deliver

DAY = timedelta(days=1)
ACCOUNTS = 45


def messages(stored: Book) -> Counter[tuple[str, date]]:
    """Messages by recipient and day: what is due for one person at one moment is one message."""
    moments = {(row["recipient"], row["post_at"]) for row in stored.rows("state = 'sent'")}
    return Counter((recipient, at(moment.removesuffix("Z")).date()) for recipient, moment in moments)


def book_of_45(stored: Book, ann: int, start: date, known_at=None) -> None:
    known = {"known_at": known_at} if known_at else {}
    for i in range(ACCOUNTS):
        account = stored.account(
            f"Account {i}",
            ann,
            ae_id=ann,
            renewal_on=start + (8 * i + 3) * DAY,
            last_ebr_on=start - (8 * i + 1) * DAY,
            **known,
        )
        if i % 3 == 0:
            cta = stored.cta(account, ann, due_on=start + (i * 4 + 2) * DAY, touched_on=start - DAY, **known)
            for k in range(4):
                stored.task(cta, (start + (i * 4 + k * 2) * DAY).isoformat())


def act(stored: Book, now) -> None:
    """What a CSM who does everything right does on the day that a reminder comes."""
    today = now.date()
    for row in stored.rows("state = 'sent' AND error IS NULL"):
        stored.update("outbox", row["id"], error="done")
        account = row["account_id"]
        if row["kind"] == "renewal_review":
            stored.review(account, row["step"], "scheduled", scheduled_on=today + 7 * DAY, scheduled_known_at=now)
        elif row["kind"] == "renewal_review_held":
            stored.db.execute(
                "UPDATE reviews SET state = 'held' WHERE account_id = ? AND offset_months = ?", (account, row["step"])
            )
        elif row["kind"] == "ebr_nudge":
            stored.ebr(account, "scheduled", scheduled_on=today + 60 * DAY, scheduled_known_at=now)
            stored.update("accounts", account, ebr_known_at=now)
        elif row["kind"] == "ebr_held":
            stored.db.execute(
                "UPDATE ebrs SET state = 'held', held_on = scheduled_on WHERE account_id = ? AND state = 'scheduled'",
                (account,),
            )
            stored.update("accounts", account, ebr_known_at=now)
        elif row["kind"] == "cta_morning":
            stored.db.execute("UPDATE tasks SET state = 'done' WHERE due_on <= ?", (today.isoformat(),))
            stored.db.execute(
                "UPDATE ctas SET touched_on = ?1, due_on = ?2 WHERE due_on <= ?3",
                (today.isoformat(), (today + 14 * DAY).isoformat(), (today + 3 * DAY).isoformat()),
            )
    for row in stored.db.execute("SELECT id, renewal_on FROM accounts WHERE renewal_on <= ?", (today.isoformat(),)):
        renewal_on = day_of(row[1])
        stored.update("accounts", row[0], renewal_on=renewal_on.replace(year=renewal_on.year + 1), renewal_known_at=now)


def test_who_does_everything_right_gets_at_most_one_message_a_day(make_stored):
    stored = make_stored()
    ann = stored.person("ann@example.com", "UTC")
    start = at("2026-01-05 00:00")
    book_of_45(stored, ann, start.date())
    for now in half_hours(start, start + timedelta(days=365)):
        plan(stored.store, now)
        deliver(stored, now)
        if (now.hour, now.minute) == (16, 0):
            act(stored, now)
    per_day = messages(stored)
    items = len(stored.rows("state = 'sent'"))
    weeks = Counter(day.isocalendar()[:2] for _, day in per_day)
    print(
        f"\n{ACCOUNTS} accounts, a year: {items} items in {len(per_day)} messages,"
        f" at most {max(per_day.values())} a day and {max(weeks.values())} a week"
    )
    assert {recipient for recipient, _ in per_day} == {"ann@example.com"}
    assert max(per_day.values()) == 1
    assert items > 400
    late = [row["dedupe_key"] for row in stored.rows("state = 'sent' AND late = 1") if row["post_at"] > "2026-02"]
    assert late == []


def test_who_was_just_imported_gets_one_message_on_the_first_morning(make_stored):
    stored = make_stored()
    ann = stored.person("ann@example.com", "Europe/Berlin")
    imported = at("2026-01-07 14:20")
    book_of_45(stored, ann, imported.date(), known_at=imported)
    for now in half_hours(imported, at("2026-01-08 22:00")):
        plan(stored.store, now)
        deliver(stored, now)
    rows = stored.rows("state = 'sent'")
    kinds = Counter(row["kind"] for row in rows)
    print(f"\nFirst morning after the import of {ACCOUNTS} accounts: {len(messages(stored))} message, {dict(kinds)}")
    assert {row["post_at"] for row in rows} == {"2026-01-08T08:00:00Z"}
    assert messages(stored) == {("ann@example.com", date(2026, 1, 8)): 1}
    assert set(kinds) == {"renewal_review", "ebr_nudge", "monthly_plan", "cta_morning"}
    assert len({(row["kind"], row["account_id"]) for row in rows}) == len(rows)
