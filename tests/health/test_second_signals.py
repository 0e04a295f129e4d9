"""What speaks against a green health, of random accounts with edges of every span, against a second reading of the rules."""

from datetime import date, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.base.policy import policy_from
from storage.health.store import signals
from tests.reminders.factory import LONG_AGO, Book
from tests.success.second_reading import call_late
from tests.triage import second_reading as reading

TODAY = date(2026, 11, 30)
AREAS = ("onboarding", "usage", "health", "calls", "escalations", "surveys")
POLICY = policy_from({name: {"enabled": True} for name in AREAS})
LICENCES = {"green": 90, "yellow": 60, "red": 40, None: None}  # of 100, six to eight months after the start
OLD = 260
"""Days since the start of who has usage: all within six to eight months of it, also 61 days ago."""
NAMES = {
    "no_call": "call", "call_late": "call", "nps": "survey", "csat": "survey", "milestone_late": "milestone",
    "renewal_unreviewed": "renewal", "licences_red": "usage", "licences_worse": "usage",
}  # fmt: skip


def days(*edges):
    return st.sampled_from([edge + by for edge in edges for by in (-1, 0, 1)])


ACCOUNTS = st.fixed_dictionaries(
    {
        "started": days(28, 44, 59, 10, 120) | st.just(OLD),
        "usage": st.dictionaries(st.sampled_from([0, 30, 59, 60, 61]), st.sampled_from([*LICENCES]), max_size=3),
        "call": st.none() | days(10, 35),
        "reached": st.sets(st.sampled_from(["first_value", "onboarded"])),
        "delay": st.none() | days(-20),
        "escalations": st.lists(st.sampled_from(["open", "monitoring", "closed"]), max_size=2),
        "answers": st.lists(
            st.tuples(
                st.sampled_from([("nps", 6), ("nps", 7), ("csat", 3), ("csat", 4)]), days(1, 90), st.sampled_from("ab")
            ),
            max_size=3,
            unique_by=lambda one: (one[0][0], *one[1:]),
        ),
        "outlook": st.sampled_from([None, "renew", "at_risk", "churn"]),
        "renewal": st.none() | days(0, 90),
        "review": st.sampled_from([None, "held", "skipped"]),
        "gone": st.integers(0, 9).map(lambda number: number == 0),
    }
)


def back(number):
    return TODAY - timedelta(days=number)


def facts(one):
    """What the reading is told of an account."""
    started, calls = back(one["started"]), [] if one["call"] is None else [back(one["call"])]
    in_onboarding = one["started"] <= 120 and "onboarded" not in one["reached"]
    reached = {"engaged": back(one["call"]) if calls else None, **dict.fromkeys(one["reached"], TODAY)}
    targets = {"engaged": 14, "first_value": 30, "onboarded": 45} if one["started"] <= 120 else {}
    answers = sorted(((*said, back(ago), who) for said, ago, who in one["answers"]), key=lambda answer: answer[2])
    standing = {(kind, who): (kind, score, on) for kind, score, on, who in answers}  # a later one replaces the earlier
    history = sorted((back(ago), colour) for ago, colour in one["usage"].items()) if one["started"] == OLD else []
    fresh = history and history[-1][0] >= back(60)
    return {
        "will_churn": one["gone"],
        "escalations": one["escalations"],
        "colours": {"licences": history if fresh else []},
        "call_late": call_late(calls and calls[0], started, TODAY, None, 35, in_onboarding=in_onboarding),
        "answers": list(standing.values()),
        "outlook": one["outlook"],
        "milestones": [(started + timedelta(days=days), reached.get(name)) for name, days in targets.items()],
        "renewal": (None if one["renewal"] is None else back(-one["renewal"]), one["review"] == "held"),
    }


def put(book, csm, number, one):
    """The same account in the bot."""
    account = book.account(
        f"Acme {number}", csm, segment="enterprise", customer_since=back(one["started"]), outlook=one["outlook"],
        renewal_on=None if one["renewal"] is None else back(-one["renewal"]), will_churn_on=TODAY if one["gone"] else None,
        **{f"{name}_on": TODAY for name in one["reached"]},
    )  # fmt: skip
    if one["review"] and one["renewal"] is not None:
        book.review(account, 3, one["review"], held_on=back(5))
    if one["call"] is not None:
        book.insert("calls", account_id=account, held_on=back(one["call"]), kind="call", at=LONG_AGO)
    for state in one["escalations"]:
        book.insert(
            "escalations", account_id=account, severity="high", criteria="it works", state=state, opened_on=back(9),
            opened_at=LONG_AGO, last_on=back(9), last_at=LONG_AGO,
        )  # fmt: skip
    for (kind, score), ago, who in one["answers"]:
        told = {"contact": who, "contact_key": who, "source": "import", "at": LONG_AGO}
        book.insert("survey_answers", account_id=account, answered_on=back(ago), kind=kind, score=score, **told)
    if one["delay"] is not None:
        why = {"caused_by": "customer", "reason": "capacity", "at": LONG_AGO}
        book.insert(
            "onboarding_delays", account_id=account, milestone="first_value", expected_on=back(one["delay"]), **why
        )
    for ago, colour in one["usage"].items() if one["started"] == OLD else ():
        book.insert(
            "usage_figures", account_id=account, instance="", as_of=back(ago), environment="production",
            licences_bought=100, licences_activated=LICENCES[colour], made_by=1, changed_by=1,
        )  # fmt: skip
    return account


def test_signals(tmp_path):
    book, numbers = Book(tmp_path), count(1)
    csm = book.person("ann@example.com", "UTC")

    @settings(max_examples=25)
    @given(st.lists(ACCOUNTS, min_size=12, max_size=12))
    def told(some):
        asked = {put(book, csm, next(numbers), one): reading.signals(facts(one), TODAY) for one in some}
        found = signals(book.db, POLICY, list(asked), TODAY)
        said = {one: {NAMES.get(each.what, each.what) for each in found.get(one, ())} for one in asked}
        assert said == asked

    told()
    book.close()
