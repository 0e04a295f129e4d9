"""The bot was away: an hour, days, a month; on an older backup; or twice at once. Short, right, and still once."""

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from storage.base import outbox
from storage.base.backup import back_up
from tests.delivery.conftest import Office
from tests.delivery.killing import POLICY, Process, all_in_utc, check, morning, to_rest

OPERATIONS = "C0000CSOPS"


def books(office, accounts=12):
    """A book in which something falls due all the time: reviews, EBRs, CTA news, for one CSM."""
    all_in_utc(office.sandbox)
    rows = [
        {
            "name": f"Account {n:02}",
            "csm": "maya@example.com",
            "renewal_date": f"2027-0{[2, 4][n % 2]}-{3 + 2 * n:02}",
            "customer_since": f"2025-{11 + n % 2}-{5 + n:02}",
        }
        for n in range(accounts)
    ]
    office.book("accounts", *rows)


@pytest.mark.parametrize(
    "away", [timedelta(hours=1), timedelta(days=3), timedelta(days=30)], ids=["an hour", "three days", "thirty days"]
)
def test_after_an_absence_what_comes_is_short_right_and_says_what_was_missed(make_office, away):
    office = make_office(monthly_plan_months=6)
    office.sandbox.clock.restart(datetime(2026, 11, 2, 8, 0, tzinfo=UTC))
    books(office)
    office.later(hours=1)
    office.tick()
    before = len(office.messages())
    rows_before = set(office.states())

    office.later(seconds=away.total_seconds())
    for _ in range(3):
        office.tick()
        office.later(days=1)
        office.sandbox.clock.restart(office.now.replace(hour=9, minute=0))
    came = office.messages()[before:]

    mornings = Counter(entry["at_day"] for entry in [{"at_day": e.at[:10]} for e in came])
    assert all(count == 1 for count in mornings.values()), "one message a person and morning"
    for entry in came:
        shown = "\n".join(block["text"]["text"] for block in entry["blocks"] if block["type"] == "section")
        assert len(shown) <= 2500
        assert len([b for b in entry["blocks"] if b["type"] == "actions"]) <= 11
    told = Counter(key for entry in came for key in entry["metadata"]["event_payload"]["keys"])
    assert all(count == 1 for count in told.values())
    sent = [row for row in outbox.listed(office.db) if row.dedupe_key not in rows_before and row.state == "sent"]
    steps = Counter((row.kind, row.account_id, row.slack_ts) for row in sent if row.step is not None)
    assert all(count == 1 for count in steps.values()), "of each account and rule the latest step only"
    if away > timedelta(days=1):
        late = [row for row in sent if row.late]
        assert late
        text = "\n".join(str(entry["blocks"]) for entry in came).lower()
        assert "late" in text or "missed" in text
    assert set(office.states().values()) <= {"sent", "cancelled", "expired", "pending"}


def test_steps_that_waited_for_slack_for_months_are_one_and_the_other_is_recorded_as_missed(office):
    """Planned on time, day by day; it was Slack that could not be reached."""
    all_in_utc(office.sandbox)
    start = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
    office.sandbox.clock.restart(start)
    office.account("Acme", csm="maya", renewal_date="2027-02-02")
    for day in range(70):
        office.sandbox.clock.restart(start + timedelta(days=day))
        office.plan()
    office.sandbox.clock.restart(start + timedelta(days=70))
    office.tick()
    office.sandbox.clock.restart(start + timedelta(days=71))
    office.tick()
    reviews = {row.step: row for row in outbox.listed(office.db) if row.kind == "renewal_review"}
    assert (reviews[5].state, reviews[3].state) == ("cancelled", "sent")
    assert "missed" in reviews[5].error
    assert reviews[3].late
    (message,) = [entry for entry in office.messages("U0000MAYA") if reviews[3].slack_ts == entry["ts"]]
    assert "missed" in str(message["blocks"])


@pytest.mark.of_a_file
def test_a_restored_backup_does_not_say_again_what_the_history_shows(sandbox, tmp_path):
    sandbox.reset()
    morning(sandbox, tmp_path / "bot.db")
    back_up(tmp_path / "bot.db", tmp_path / "backup.db")
    office = Office(sandbox, tmp_path / "bot.db", **POLICY)
    office.tick()
    keys = office.keys()
    assert len(keys) > 5
    office.store.close()

    for name in ("bot.db-wal", "bot.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.db", tmp_path / "bot.db")
    office = Office(sandbox, tmp_path / "bot.db", **POLICY)
    office.later(seconds=30)
    office.tick()
    assert office.keys() == keys
    assert office.state("card:1") == "sent"
    assert {office.state(key) for key in keys} == {"sent"}
    office.store.close()


@pytest.mark.of_a_file
def test_a_restored_backup_does_not_upload_again_what_stands_in_the_thread(office, tmp_path, monkeypatch):
    from reminders.outbox import posting
    from reminders.outbox.messages import Message

    calendar = Message("For your calendar", file=("review.ics", b"BEGIN"))
    monkeypatch.setattr(posting, "compose", lambda *_: [Message("You are invited"), calendar])
    office.note("notice:1")
    back_up(office.database, tmp_path / "backup.db")
    office.deliver()

    restored = Office(office.sandbox, tmp_path / "backup.db")
    office.later(seconds=30)
    restored.deliver()
    assert restored.states() == {"notice:1": "sent", "notice:reply:notice:1:1": "sent"}
    assert [entry["text"] for entry in office.messages()] == ["You are invited"]
    assert len(office.sandbox.log.entries("posted", source="files.completeUploadExternal")) == 1
    restored.store.close()


def test_two_processes_on_one_database_still_say_it_once(sandbox, tmp_path):
    sandbox.reset()
    process = Process()
    try:
        for round_ in range(4):
            sandbox.reset()
            office = morning(sandbox, tmp_path / f"{round_}.db", people=5)
            for _ in range(3):
                process.run(office, mode="machine", seconds=2, at_least=0.2, processes=2)
                office.later(seconds=31)
            to_rest(process, office)
            office = Office(sandbox, office.database, **POLICY)
            check(office, {row.dedupe_key for row in outbox.listed(office.db, states=["sent"])})
    finally:
        process.close()


def test_two_passes_at_once_in_one_process_claim_each_row_once(office):
    from concurrent.futures import ThreadPoolExecutor

    for number in range(30):
        office.note(f"notice:{number}", to=["maya", "tom", "C0000ACME"][number % 3])
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(office.deliver, timeout=5) for _ in range(4)]:
            done.result()
    assert office.keys() == sorted(f"notice:{number}" for number in range(30))
