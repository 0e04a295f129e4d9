"""The planner: rows into the outbox, once; marks; what was called off; and what a crash leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reminders.engine.kinds import sources
from reminders.engine.planner import plan
from storage.base import marks, outbox
from storage.base.outbox_row import Draft
from tests.reminders.factory import at, coming, policy
from tests.reminders.sending import deliver


@pytest.fixture
def ann(stored):
    return stored.person("ann@example.com", "UTC")


def keys(stored, where="state IN ('pending', 'sent')"):
    return [row["dedupe_key"] for row in stored.rows(where)]


def test_a_row_holds_all_that_delivery_needs(stored, ann):
    account = stored.account("Acme", ann, renewal_on="2027-04-30")
    result = plan(stored.store, at("2026-11-30 09:00"))
    row = next(row for row in stored.rows() if row["kind"] == "renewal_review")
    assert result.planned == 2  # and the monthly plan of November
    assert {name: row[name] for name in (
        "dedupe_key", "destination", "recipient", "account_id", "step", "due_on", "post_at", "late", "why", "payload",
        "not_before", "expires_at", "state", "attempts",
    )} == {
        "dedupe_key": f"renewal_review:{account}:2027-04-30:5",
        "destination": f"person:{ann}",
        "recipient": "ann@example.com",
        "account_id": account,
        "step": 5,
        "due_on": "2026-11-30",
        "post_at": "2026-11-30T09:00:00Z",
        "late": 0,
        "why": "five months before renewal",
        "payload": f'{{"owner":"person:{ann}"}}',
        "not_before": "2026-11-30T09:00:00Z",
        "expires_at": "2027-05-01T00:00:00Z",
        "state": "pending",
        "attempts": 0,
    }  # fmt: skip


def test_it_says_when_it_next_has_something_to_do(stored, ann):
    assert plan(stored.store, at("2026-11-01 00:00")) == (0, None)
    stored.account("Acme", ann, renewal_on="2027-04-30")
    assert plan(stored.store, at("2026-11-01 00:00")) == (0, at("2026-11-02 09:00"))  # the monthly plan
    assert plan(stored.store, at("2026-11-02 09:00")) == (1, at("2026-11-30 09:00"))  # the review
    assert plan(stored.store, at("2026-11-30 09:00")) == (1, at("2026-12-01 09:00"))


def everything(stored):
    tables = ("accounts", "ctas", "outbox", "outbox_news", "meta", "audit")
    return {table: [tuple(row) for row in stored.db.execute(f"SELECT * FROM {table}")] for table in tables}


def test_running_it_twice_changes_nothing(stored, ann):
    stored.account("Acme", ann, renewal_on="2027-04-30", last_ebr_on="2025-12-30")
    stored.cta(stored.account("Globex", ann), ann, due_on="2026-11-20")
    now = at("2026-11-30 09:00")
    plan(stored.store, now)
    before = everything(stored)
    for later in (0, 1, 59, 3600):
        assert plan(stored.store, now + timedelta(seconds=later)).planned == 0
    assert everything(stored) == before


@pytest.mark.parametrize("meanwhile", ["still waiting", "sent"])
def test_looking_at_everything_anew_puts_nothing_in_twice(stored, ann, meanwhile):
    stored.account("Acme", ann, renewal_on="2027-04-30", last_ebr_on="2025-12-30")
    stored.cta(stored.account("Globex", ann), ann, due_on="2026-11-20")
    now = at("2026-11-30 09:00")
    assert plan(stored.store, now).planned > 2
    if meanwhile == "sent":
        deliver(stored, now)
    before = stored.rows()
    with stored.store.write(now) as unit:
        for source in sources():
            source.looks.again(unit)
        marks.keep_planner_state(unit, "", marks.planner_state(unit.db)[1])
    assert plan(stored.store, now).planned == 0
    assert stored.rows() == before


def test_a_missed_step_is_recorded_and_named(stored, ann):
    account = stored.account("Globex", ann, last_ebr_on="2025-12-30", known_at=at("2026-12-10 12:00"))
    plan(stored.store, at("2026-12-11 09:00"))
    posted, missed = stored.rows("kind = 'ebr_nudge'")
    assert (missed["dedupe_key"], missed["state"]) == (f"ebr_nudge:{account}:2026-12-30:90", "cancelled")
    assert (missed["error"], missed["why"]) == ("missed", f"replaced by ebr_nudge:{account}:2026-12-30:30")
    assert (posted["state"], posted["why"].split("; ")[-1]) == ("pending", "missed: 90 days before")


def test_what_a_waiting_row_names_as_missed_is_named_again_only_if_it_is_overtaken(stored, ann):
    stored.account("Globex", ann, last_ebr_on="2025-12-30", known_at=at("2026-12-10 12:00"))
    plan(stored.store, at("2026-12-11 09:00"))
    in_time = coming(stored, "2026-12-11 09:00", "2027-03-01")
    assert ["missed" in line.why for line in in_time if line.kind == "ebr_nudge"] == [True, False, False]
    plan(stored.store, at("2026-12-30 09:00"))
    overtaken, _ = [line for line in coming(stored, "2026-12-30 09:00", "2027-03-01") if line.kind == "ebr_nudge"]
    assert overtaken.why.endswith("missed: 90 days before, 30 days before")


def test_a_date_moved_away_and_back_is_neither_doubled_nor_lost(stored, ann):
    account = stored.account("Acme", ann, renewal_on="2027-04-30")
    key = f"renewal_review:{account}:2027-04-30:5"
    plan(stored.store, at("2026-11-30 09:00"))
    stored.update("accounts", account, renewal_on="2027-09-30", renewal_known_at=at("2026-11-30 09:01"))
    plan(stored.store, at("2026-11-30 09:01"))
    deliver(stored, at("2026-11-30 09:02"))
    assert (
        stored.rows(f"dedupe_key = '{key}'")[0]["state"],
        keys(stored, f"dedupe_key = '{key}' AND error IS NULL"),
    ) == (
        "cancelled",
        [],
    )
    stored.update("accounts", account, renewal_on="2027-04-30", renewal_known_at=at("2026-12-02 12:00"))
    plan(stored.store, at("2026-12-02 12:00"))
    plan(stored.store, at("2026-12-03 09:00"))
    deliver(stored, at("2026-12-03 09:00"))
    (row,) = stored.rows(f"dedupe_key = '{key}'")
    assert (row["state"], row["post_at"], row["late"]) == ("sent", "2026-12-03T09:00:00Z", 1)
    stored.update("accounts", account, renewal_on="2027-09-30", renewal_known_at=at("2026-12-04 12:00"))
    plan(stored.store, at("2026-12-04 12:00"))
    stored.update("accounts", account, renewal_on="2027-04-30", renewal_known_at=at("2026-12-04 13:00"))
    for hour in range(24 * 5):
        plan(stored.store, at("2026-12-04 13:00") + timedelta(hours=hour))
    assert stored.rows(f"dedupe_key = '{key}'") == [row]


def test_what_was_cancelled_by_hand_stays_so_but_can_be_retried(stored, ann):
    account = stored.account("Acme", ann, renewal_on="2027-04-30")
    key = f"renewal_review:{account}:2027-04-30:5"
    plan(stored.store, at("2026-11-30 09:00"))
    with stored.store.write(at("2026-11-30 09:00")) as unit:
        outbox.cancel(unit, outbox.by_key(stored.db, key))
    stored.update("accounts", account, renewal_known_at=at("2026-11-30 10:00"))
    plan(stored.store, at("2026-12-01 09:00"))
    assert key not in keys(stored)
    with stored.store.write(at("2026-12-01 09:30")) as unit:
        outbox.retry(unit, outbox.by_key(stored.db, key))
    deliver(stored, at("2026-12-01 09:30"))
    deliver(stored, at("2026-12-02 09:00"))
    assert key in keys(stored, "state = 'sent'")


def test_a_muted_reminder_is_recorded_as_muted_and_does_not_come_back(stored, ann):
    stored.account("Acme", ann, last_ebr_on="2025-12-30")
    stored.cta(stored.account("Globex", ann), ann, due_on="2026-11-20")
    for kind in ("ebr_nudge", "cta_morning"):
        stored.insert("mutes", person_id=ann, kind=kind, muted_at=at("2026-11-01 00:00"))
    for hour in range(24 * 4):
        plan(stored.store, at("2026-11-30 00:00") + timedelta(hours=hour))
    rows = {(row["kind"], row["state"], row["error"]) for row in stored.rows("kind <> 'monthly_plan'")}
    assert rows == {
        ("ebr_nudge", "cancelled", "muted"),
        ("ebr_nudge", "cancelled", "missed"),  # the step before it
        ("cta_morning", "cancelled", "muted"),
    }
    assert len(stored.rows("kind = 'cta_morning'")) == 1
    stored.db.execute("DELETE FROM mutes")
    stored.db.execute("UPDATE accounts SET look_at = ''")
    assert plan(stored.store, at("2026-12-04 09:00")).planned == 0


def test_a_month_in_which_nothing_renews_is_judged_once(stored, ann):
    account = stored.account("Acme", ann, renewal_on="2028-04-30")
    plan(stored.store, at("2026-12-01 09:00"))
    (row,) = stored.rows()
    assert (row["kind"], row["state"], row["error"]) == ("monthly_plan", "cancelled", "nothing renews")
    stored.update("accounts", account, renewal_on="2027-04-30", renewal_known_at=at("2026-12-02 08:00"))
    plan(stored.store, at("2026-12-02 09:00"))
    assert [row["state"] for row in stored.rows("kind = 'monthly_plan'")] == ["cancelled"]


def test_who_gets_a_first_account_in_the_month_gets_its_plan(stored, ann):
    ben = stored.person("ben@example.com", "UTC")
    account = stored.account("Acme", ann, renewal_on="2027-02-28")
    plan(stored.store, at("2026-12-01 09:00"))
    stored.update("accounts", account, csm_id=ben)
    plan(stored.store, at("2026-12-09 15:00"))
    assert keys(stored, "kind = 'monthly_plan'") == [
        "monthly_plan:ann@example.com:2026-12",
        "monthly_plan:ben@example.com:2026-12",
    ]
    assert stored.rows()[-1]["late"] == 1


def test_more_news_of_the_morning_joins_the_row_that_still_waits(stored, ann):
    account = stored.account("Acme", ann)
    stored.cta(account, ann, due_on="2026-11-20")
    plan(stored.store, at("2026-12-01 09:00"))
    stored.cta(account, ann, due_on="2026-12-02")
    plan(stored.store, at("2026-12-01 09:01"))
    (row,) = stored.rows("kind = 'cta_morning'")
    assert row["why"] == "1 overdue, 1 due soon"
    deliver(stored, at("2026-12-01 09:01"))
    stored.cta(account, ann, due_on="2026-12-03", known_at=at("2026-12-01 08:00"))
    plan(stored.store, at("2026-12-01 09:02"))
    plan(stored.store, at("2026-12-02 09:00"))
    assert [row["why"] for row in stored.rows("kind = 'cta_morning'")] == ["1 overdue, 1 due soon", "1 due soon"]


def test_news_that_could_not_be_told_is_news_still(stored, ann):
    stored.cta(stored.account("Acme"), ann, due_on="2026-11-20")
    plan(stored.store, at("2026-12-01 09:00"))
    stored.db.execute("UPDATE outbox SET state = 'expired'")
    plan(stored.store, at("2026-12-02 09:00"))
    assert [(row["due_on"], row["state"]) for row in stored.rows("kind = 'cta_morning'")] == [
        ("2026-12-01", "expired"),
        ("2026-12-02", "pending"),
    ]


def test_a_changed_policy_is_applied_to_everything(stored, ann):
    stored.account("Acme", ann, renewal_on="2027-04-30")
    plan(stored.store, at("2026-11-03 00:00"))
    stored.store.policy = policy(renewal_review_months=[6, 3])
    plan(stored.store, at("2026-11-03 00:00"))
    assert plan(stored.store, at("2026-11-03 09:00")).planned == 0
    assert [row["step"] for row in stored.rows("kind = 'renewal_review'")] == [6]
    assert stored.rows("kind = 'renewal_review'")[0]["post_at"] == "2026-11-03T09:00:00Z"


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE accounts SET renewal_on = '2027-04-15', renewal_known_at = '2026-11-02T10:00:00Z'",
        "UPDATE accounts SET csm_id = NULL",
        "UPDATE accounts SET churned_on = '2026-11-01'",
        "UPDATE people SET zone = 'Asia/Tokyo'",
        "UPDATE people SET away_until = '2026-12-31', backup_id = 1",
        "INSERT INTO reviews(account_id, renewal_on, offset_months, state, updated_at) VALUES (1, '2027-04-30', 5, 'held', '2026')",
        "INSERT INTO ebrs(account_id, state, held_on, updated_at) VALUES (1, 'held', '2026-11-01', '2026')",
    ],
)
def test_every_write_that_matters_has_the_planner_look_again(stored, ann, write):
    stored.account("Acme", ann, renewal_on="2027-04-30", last_ebr_on="2026-06-01")
    plan(stored.store, at("2026-11-02 10:00"))
    assert stored.db.execute("SELECT look_at FROM accounts").fetchone()[0] > "2026"
    stored.db.execute(write)
    assert stored.db.execute("SELECT look_at FROM accounts").fetchone()[0] == ""


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE ctas SET due_on = '2027-02-01'",
        "UPDATE ctas SET snoozed_until = '2027-02-01'",
        "UPDATE ctas SET owner_id = NULL",
        "UPDATE tasks SET state = 'done'",
        "UPDATE tasks SET due_on = '2027-02-01'",
        "INSERT INTO tasks(cta_id, position, title, due_on) VALUES (1, 9, 'x', '2026-12-01')",
        "UPDATE accounts SET archived_at = '2026-11-01T00:00:00Z'",
        "UPDATE people SET zone = 'Asia/Tokyo'",
    ],
)
def test_every_write_to_a_cta_has_the_planner_look_again(stored, ann, write):
    cta = stored.cta(stored.account("Acme"), ann, due_on="2027-03-01")
    stored.task(cta, "2026-12-20")
    plan(stored.store, at("2026-11-02 10:00"))
    assert stored.db.execute("SELECT look_at FROM ctas").fetchone()[0] > "2026"
    stored.db.execute(write)
    assert stored.db.execute("SELECT look_at FROM ctas").fetchone()[0] == ""


@pytest.mark.parametrize("count", [0, 1, 17, 18, 45])
def test_of_many_rows_put_in_at_once_each_key_counts_once(stored, count):
    def draft(name):
        return Draft(f"notice:{name}", "notice", "operations", "operations", at("2026-11-30 09:00"), why="new")

    new, sent, waits, called_off = [draft(n) for n in range(count)], draft("sent"), draft("waits"), draft("off")
    with stored.store.write(at("2026-11-30 08:00")) as unit:
        assert marks.put(unit, [sent._replace(why="old"), waits._replace(why="old")]) == 2
        assert marks.put(unit, [called_off._replace(why="old")], cancelled="no longer due") == 1
        unit.db.execute("UPDATE outbox SET state = 'sent', slack_ts = '1' WHERE dedupe_key = 'notice:sent'")
        assert marks.put(unit, [*new, sent, waits, called_off, *new]) == count + 1
    rows = {row["dedupe_key"]: (row["state"], row["why"]) for row in stored.rows("1 = 1")}
    assert rows.pop("notice:sent") == ("sent", "old")
    assert rows.pop("notice:waits") == ("pending", "old")
    assert list(rows.values()) == [("pending", "new")] * (count + 1)


class KilledError(Exception):
    pass


@pytest.mark.parametrize("point", ["plan.before_commit", "plan.after_commit"])
@pytest.mark.parametrize("visit", [1, 2, 3, 4, 5])
def test_a_crash_at_any_point_loses_and_doubles_nothing(make_stored, point, visit):
    def fill(stored):
        ann = stored.person("ann@example.com", "UTC")
        account = stored.account("Acme", ann, renewal_on="2027-04-30", last_ebr_on="2025-12-30")
        stored.cta(account, ann, due_on="2026-11-20")
        stored.cta(
            account, ann, status="closed_no_success", closed_on="2026-10-01", reason="x", revisit_on="2026-11-30"
        )

    whole, broken = (make_stored(summaries=[{"channel": "#cs"}]) for _ in range(2))
    fill(whole)
    fill(broken)
    now = at("2026-11-30 09:00")
    plan(whole.store, now)
    visits = 0

    def reached(name):
        nonlocal visits
        visits += name == point
        if name == point and visits == visit:
            raise KilledError

    with pytest.raises(KilledError):
        plan(broken.store, now, reached=reached)
    plan(broken.store, now)
    assert sorted(keys(broken)) == sorted(keys(whole))
    assert len(keys(whole)) == 6
