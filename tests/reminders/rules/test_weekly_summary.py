"""When the weekly summary comes, in the order of docs/domain.md, as a rehearsal says it. Times are UTC unless a zone is named."""

import pytest

from tests.reminders.factory import coming


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        ({}, "2026-12-06 00:00", ["2026-12-07T09:00:00+00:00", "2026-12-14T09:00:00+00:00"]),
        (
            {"timezone": "Australia/Sydney"},
            "2026-12-06 00:00",
            ["2026-12-07T09:00:00+11:00", "2026-12-14T09:00:00+11:00"],
        ),
        (
            {"day": "friday", "time": "16:30"},
            "2026-12-04 12:00",
            ["2026-12-04T16:30:00+00:00", "2026-12-11T16:30:00+00:00"],
        ),
        # Missed: on its day at once, later the next morning, until the next Monday.
        ({}, "2026-12-07 11:00", ["2026-12-07T11:00:00+00:00", "2026-12-14T09:00:00+00:00"]),
        ({}, "2026-12-09 11:00", ["2026-12-10T09:00:00+00:00", "2026-12-14T09:00:00+00:00"]),
        ({}, "2026-12-12 11:00", ["2026-12-14T09:00:00+00:00"]),
    ],
)
def test_weekly_summaries(make_stored, schedule, now, expected):
    stored = make_stored(summaries=[{"channel": "#cs", **schedule}])
    assert [x.post_at.isoformat() for x in coming(stored, now, "2026-12-15")] == expected


def test_a_summary_comes_on_holidays_too_and_is_about_the_week_before(make_stored):
    stored = make_stored(summaries=[{"name": "all", "channel": "C1"}], holidays_country="GB")
    found = coming(stored, "2026-12-27 00:00", "2027-01-05")
    assert [(x.dedupe_key, str(x.due_on), x.recipient, x.late) for x in found] == [
        ("weekly_summary:all:C1:2026-W52", "2026-12-28", "C1", False),
        ("weekly_summary:all:C1:2026-W53", "2027-01-04", "C1", False),
    ]


def test_no_channel_in_the_policy_no_summary(stored):
    assert coming(stored, "2026-12-01 00:00", "2027-12-31") == []
