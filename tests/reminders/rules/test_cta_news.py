"""What a morning tells of CTAs and tasks, and when a deferred CTA comes back, in the order of docs/domain.md, as a rehearsal says it. Times are UTC unless a zone is named."""

import pytest

from tests.reminders.factory import at, coming, said

MORNING = "cta_morning"
DEFERRED = "deferred_cta"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # Due within 3 days: told once, on the first business day of the three; overdue: once, after.
        ({"due_on": "2026-12-10"}, [("2026-12-07 09:00", "1 due soon"), ("2026-12-11 09:00", "1 overdue")]),
        ({"due_on": "2026-12-15"}, [("2026-12-14 09:00", "1 due soon"), ("2026-12-16 09:00", "1 overdue")]),
        ({"due_on": "2026-11-20"}, [("2026-12-01 09:00", "1 overdue")]),
        # Idle for 60 days.
        ({"touched_on": "2026-10-10"}, [("2026-12-09 09:00", "1 idle")]),
        ({"touched_on": "2026-10-14"}, [("2026-12-14 09:00", "1 idle")]),
        # Snoozed: hidden until that day.
        ({"due_on": "2026-12-03", "snoozed_until": "2026-12-18"}, [("2026-12-18 09:00", "1 overdue")]),
        ({"due_on": "2026-12-10", "snoozed_until": "2026-12-09"}, [
            ("2026-12-09 09:00", "1 due soon"), ("2026-12-11 09:00", "1 overdue"),
        ]),
        # Closed ones never.
        ({"due_on": "2026-12-10", "status": "closed_success", "closed_on": "2026-11-01"}, []),
        ({"due_on": "2026-12-10", "status": "withdrawn"}, []),
        # Known after a morning: the next one.
        ({"due_on": "2026-11-20", "known_at": at("2026-12-04 15:00")}, [("2026-12-07 09:00", "1 overdue")]),
    ],
)  # fmt: skip
def test_cta_news(stored, ann, facts, expected):
    now = "2026-12-04 15:00" if "known_at" in facts else "2026-12-01 00:00"
    stored.cta(stored.account("Acme"), ann, **facts)
    found = [x for x in coming(stored, now, "2026-12-31") if x.kind == MORNING]
    assert [(f"{x.post_at:%Y-%m-%d %H:%M}", x.why) for x in found] == expected


def test_tasks_due_today_and_on_the_days_off_before(stored, ann):
    cta = stored.cta(stored.account("Acme"), ann)
    for due_on in ("2026-12-02", "2026-12-05", "2026-12-06", "2026-12-07"):
        stored.task(cta, due_on)
    stored.task(cta, "2026-12-08", state="done")
    found = [x for x in coming(stored, "2026-12-01 00:00", "2026-12-31") if x.kind == MORNING]
    assert [(str(x.due_on), x.why) for x in found] == [("2026-12-02", "1 due today"), ("2026-12-07", "3 due today")]


def test_a_task_of_somebody_else_is_news_for_them(stored, ann):
    ben = stored.person("ben@example.com", "UTC")
    cta = stored.cta(stored.account("Acme"), ann)
    stored.task(cta, "2026-12-02", assignee_id=ben)
    assert [x.recipient for x in coming(stored, "2026-12-01 00:00", "2026-12-31")] == ["ben@example.com"]


def test_one_morning_tells_all_that_is_new_to_an_owner(stored, ann):
    account = stored.account("Acme", ann)
    stored.cta(account, ann, due_on="2026-11-20")
    stored.cta(account, None, due_on="2026-12-02")  # of nobody: the account's CSM
    stored.cta(stored.account("Hooli"), None, due_on="2026-12-02")  # of nobody at all: operations
    found = [x for x in coming(stored, "2026-12-01 00:00", "2026-12-01") if x.kind == MORNING]
    assert [(x.recipient, x.why, x.account, x.step) for x in found] == [
        ("ann@example.com", "1 overdue, 1 due soon", None, None),
        ("operations", "1 due soon", None, None),
    ]


def test_archived_accounts_have_no_news(stored, ann):
    stored.cta(stored.account("Acme", archived_at=at("2026-10-01 00:00")), ann, due_on="2026-12-02")
    assert coming(stored, "2026-12-01 00:00", "2026-12-31") == []


def test_a_bot_back_in_the_day_tells_its_news_unless_the_cta_was_worked_on_today(stored, ann):
    account = stored.account("Acme", ann)
    stored.cta(account, ann, due_on="2026-12-02", touched_on="2026-11-01")
    assert said(coming(stored, "2026-12-01 11:00", "2026-12-01"), MORNING) == [
        (MORNING, "2026-12-01 11:00", "2026-12-01", None, False)
    ]
    stored.db.execute("UPDATE ctas SET touched_on = '2026-12-01'")
    assert said(coming(stored, "2026-12-01 11:00", "2026-12-02"), MORNING) == [
        (MORNING, "2026-12-02 09:00", "2026-12-02", None, False)
    ]


def test_a_deferred_cta_comes_back_as_an_item_of_its_own(stored, ann):
    account = stored.account("Acme", ann, crm_id="A1")
    cta = stored.cta(
        account, ann, status="closed_no_success", closed_on="2026-10-01", reason="deferred", revisit_on="2026-12-05"
    )
    assert said(coming(stored, "2026-12-01 00:00", "2026-12-31")) == [
        (DEFERRED, "2026-12-07 09:00", "2026-12-05", None, False)
    ]
    stored.cta(account, ann, linked_to=cta, due_on="2027-06-01")
    assert said(coming(stored, "2026-12-01 00:00", "2026-12-31")) == []


def test_a_deferred_cta_whose_place_is_taken_stays_away(stored, ann):
    account = stored.account("Acme", ann)
    closed = {"status": "closed_no_success", "closed_on": "2026-10-01", "reason": "deferred"}
    stored.cta(account, ann, motion="expand", revisit_on="2026-12-05", **closed)
    stored.cta(account, ann, motion="expand", due_on="2027-06-01")
    assert said(coming(stored, "2026-12-01 00:00", "2026-12-31"), DEFERRED) == []
