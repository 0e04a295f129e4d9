"""When EBRs are nudged and asked about, in the order of docs/domain.md, as a rehearsal says it. Times are UTC unless a zone is named."""

import pytest

from reminders.engine.planner import plan
from tests.reminders.factory import at, coming, said

NUDGE = "ebr_nudge"
EBR_HELD = "ebr_held"


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        # 90, 30, 0 and -30 days; negative after the date. 1 October is a Thursday, 29 January a Friday.
        (
            {"last_ebr_on": "2025-12-30"}, "2026-09-01 00:00",
            [
                ("2026-10-01 09:00", "2026-10-01", 90, False),
                ("2026-11-30 09:00", "2026-11-30", 30, False),
                ("2026-12-30 09:00", "2026-12-30", 0, False),
                ("2027-01-29 09:00", "2027-01-29", -30, False),
            ],
        ),
        # Never held: at mid-term, six months after the purchase; at most a cadence.
        ({"customer_since": "2026-06-30"}, "2026-12-01 00:00", [
            ("2026-12-01 09:00", "2026-11-30", 30, True),
            ("2026-12-30 09:00", "2026-12-30", 0, False),
            ("2027-01-29 09:00", "2027-01-29", -30, False),
        ]),
        ({"customer_since": "2026-09-30", "ebr_cadence_months": 3}, "2026-12-01 00:00", [
            ("2026-12-01 09:00", "2026-11-30", 30, True),
            ("2026-12-30 09:00", "2026-12-30", 0, False),
            ("2027-01-29 09:00", "2027-01-29", -30, False),
        ]),
        # Quarterly: no nudge 90 days ahead, which is more than half of it.
        ({"last_ebr_on": "2026-09-30", "ebr_cadence_months": 3}, "2026-10-01 00:00", [
            ("2026-11-30 09:00", "2026-11-30", 30, False),
            ("2026-12-30 09:00", "2026-12-30", 0, False),
            ("2027-01-29 09:00", "2027-01-29", -30, False),
        ]),
        # First known more than a year after the purchase: its history is missing, not its EBR.
        ({"customer_since": "2025-11-30", "known_at": at("2026-12-01 00:00")}, "2026-12-01 00:00", []),
        ({"customer_since": "2025-12-01", "known_at": at("2026-12-01 00:00")}, "2026-12-01 00:00", [
            ("2026-12-01 09:00", "2026-07-01", -30, True),
        ]),
        ({"customer_since": "2026-06-30", "ebr_cadence_months": 6}, "2026-12-01 00:00", [
            ("2026-12-01 09:00", "2026-11-30", 30, True),
            ("2026-12-30 09:00", "2026-12-30", 0, False),
            ("2027-01-29 09:00", "2027-01-29", -30, False),
        ]),
        # Known 20 days before the due date: the 30-day nudge late, once; the 90 does not.
        ({"last_ebr_on": "2025-12-30", "known_at": at("2026-12-10 12:00")}, "2026-12-10 12:00", [
            ("2026-12-11 09:00", "2026-11-30", 30, True),
            ("2026-12-30 09:00", "2026-12-30", 0, False),
            ("2027-01-29 09:00", "2027-01-29", -30, False),
        ]),
        # Long overdue: the -30 late, once.
        ({"last_ebr_on": "2024-01-10", "known_at": at("2026-12-10 12:00")}, "2026-12-10 12:00", [
            ("2026-12-11 09:00", "2025-02-09", -30, True),
        ]),
        # Neither known: no nudge.
        ({}, "2026-12-01 00:00", []),
        # A renewal date in the past does not stop them.
        ({"last_ebr_on": "2024-01-10", "renewal_on": "2026-01-01"}, "2026-12-10 08:00", [
            ("2026-12-10 09:00", "2025-02-09", -30, True),
        ]),
    ],
)  # fmt: skip
def test_ebr_nudges(stored, ann, facts, now, expected):
    stored.account("Globex", ann, **facts)
    assert [line[1:] for line in said(coming(stored, now, "2027-12-31"), NUDGE)] == expected


def test_the_cadence_of_the_segment_holds_where_the_account_has_none(make_stored):
    stored = make_stored(ebr_cadence_months={"strategic": 6})
    stored.account("Acme", None, segment="strategic", last_ebr_on="2026-06-15")
    stored.account("Globex", None, segment="commercial", last_ebr_on="2026-06-15")
    days = {x.account: x.due_on for x in coming(stored, "2026-06-16 00:00", "2028-01-01") if x.step == 0}
    assert {k: str(v) for k, v in days.items()} == {"Acme": "2026-12-15", "Globex": "2027-06-15"}


def test_a_nudge_names_what_was_missed(stored, ann):
    stored.account("Globex", ann, last_ebr_on="2025-12-30", known_at=at("2026-12-10 12:00"))
    line = coming(stored, "2026-12-10 12:00", "2026-12-11")[0]
    assert line.why == ("30 days before the EBR date 30 Dec 2026; last one 30 Dec 2025, yearly; missed: 90 days before")


def test_an_ebr_logged_counts_from_wherever_it_was_recorded(stored, ann):
    account = stored.account("Globex", ann, last_ebr_on="2025-01-10")
    stored.ebr(account, "held", held_on="2026-11-12")
    stored.ebr(account, "held", held_on="2026-05-01")
    assert [x.dedupe_key for x in coming(stored, "2026-11-20 00:00", "2027-08-30") if x.kind == NUDGE] == [
        f"ebr_nudge:{account}:2027-11-12:90"
    ]


def test_no_nudges_while_an_ebr_is_scheduled_then_held_then_due_again(stored, ann):
    account = stored.account("Globex", ann, last_ebr_on="2025-12-30")
    stored.ebr(account, "scheduled", scheduled_on="2026-12-11")  # a Friday
    assert said(coming(stored, "2026-11-20 00:00", "2027-01-10"), NUDGE, EBR_HELD) == [
        (EBR_HELD, "2026-12-14 09:00", "2026-12-12", None, False),
        (NUDGE, "2026-12-21 09:00", "2026-11-30", 30, True),
        (NUDGE, "2026-12-30 09:00", "2026-12-30", 0, False),
    ]


def test_a_changed_cadence_counts_as_known_from_then_on(stored, ann):
    stored.account("Globex", ann, last_ebr_on="2026-06-30", ebr_cadence_months=6, ebr_known_at=at("2026-12-04 15:00"))
    assert said(coming(stored, "2026-12-04 15:00", "2026-12-31"), NUDGE) == [
        (NUDGE, "2026-12-07 09:00", "2026-11-30", 30, True),
        (NUDGE, "2026-12-30 09:00", "2026-12-30", 0, False),
    ]


def test_an_upgrade_says_nothing_of_steps_that_passed_before_it(stored, ann):
    """Who upgrades has first EBRs at mid-term from then on: what would have been said before is recorded, not sent."""
    stored.db.execute("INSERT INTO meta(key, value) VALUES ('outcomes_since', '')")
    old = stored.account("Acme", ann, customer_since="2024-01-10")
    near = stored.account("Globex", ann, customer_since="2026-06-30")
    stored.account("Hooli", ann, customer_since="2026-06-20", known_at=at("2026-12-07 12:00"))
    before = coming(stored, "2026-12-07 08:00", "2027-02-01")  # a Monday
    assert [(x.account, x.step, x.late) for x in before if x.kind == NUDGE and x.account != "Hooli"] == [
        ("Globex", 0, False),
        ("Globex", -30, False),
    ]
    plan(stored.store, at("2026-12-07 09:00"))
    passed = stored.rows("kind = 'ebr_nudge' AND state = 'cancelled'")
    assert {(row["account_id"], row["step"]) for row in passed} >= {(old, -30), (near, 30)}
    assert all(row["error"].startswith("missed") for row in passed)
    assert coming(stored, "2026-12-07 09:00", "2027-02-01")[0].account == "Hooli"  # known since: late, once
    line = next(x for x in coming(stored, "2026-12-08 08:00", "2027-02-01") if x.account == "Hooli")
    assert (line.step, line.late) == (30, True)
