"""Milestones, nudges with delays, and figures of random accounts, against a second reading of the rules."""

from datetime import date, timedelta
from itertools import count

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from handlers.onboarding.figures import of_period
from reminders.engine.rehearsal import rehearse
from storage.account import store as accounts
from storage.base.policy import policy_from
from storage.onboarding import store as onboarding
from storage.usage import first_days
from tests.onboarding import second_reading as reading
from tests.reminders.factory import LONG_AGO, Book, at

POLICY = policy_from({name: {"enabled": True} for name in ("onboarding", "calls", "usage")})
TODAY = date(2026, 11, 30)
FIELDS = dict(zip(reading.ORDER, ("engaged", "first_value", "onboarded", "infrastructure", "outcome"), strict=True))
SINCE = st.sampled_from([-3, 0, 1, 13, 14, 15, 29, 30, 31, 44, 45, 46, 119, 120, 121]) | st.integers(0, 90)
SHARES = st.sampled_from([(100, 9), (100, 10), (0, 5), (None, 50), (1000, 99), (1000, 100)])
ACCOUNTS = st.fixed_dictionaries(
    {
        "segment": st.sampled_from(["strategic", "enterprise", "commercial"]),
        "started": st.dates(date(2026, 3, 1), TODAY),
        "by_hand": st.booleans(),
        "now": st.sampled_from([-20, 0, 0, 122]),
        "entered": st.dictionaries(st.sampled_from(reading.ORDER), SINCE, max_size=2),
        "calls": st.lists(SINCE, max_size=2),
        "ticks": st.dictionaries(st.sampled_from(["engaged", "infrastructure_ready"]), SINCE, max_size=1),
        "usage": st.dictionaries(SINCE, SHARES, max_size=2),
        "checklist": st.sampled_from([None, "new", "closed_success", "closed_no_success", "withdrawn"]),
        "closed": SINCE,
        "delays": st.dictionaries(
            st.sampled_from(list(reading.TARGET_DAYS)),
            st.lists(st.sampled_from([17, 33, 48, 150]) | st.integers(15, 60), min_size=1, max_size=2),
            max_size=2,
        ),
    }
)


def dates_of(one):
    """The day of each milestone, as the rules say."""
    started = one["started"]
    on = lambda number: started + timedelta(days=number)  # noqa: E731 - said often below
    ticks = {} if one["checklist"] in (None, "withdrawn") else one["ticks"]
    return reading.reached(
        {name: on(number) for name, number in one["entered"].items()},
        [on(number) for number in one["calls"]],
        [on(number) for name, number in ticks.items() if name == "engaged"],
        [(on(number), used / bought if bought else None) for number, (bought, used) in one["usage"].items()],
        [on(one["closed"])] if one["checklist"] == "closed_success" else [],
        [on(number) for name, number in ticks.items() if name == "infrastructure_ready"],
        started if one["by_hand"] else None,
        None if one["by_hand"] or one["delays"] else on(120),
    )


def put(book, csm, number, one):
    """The same account in the bot."""
    started = one["started"]
    on = lambda number: started + timedelta(days=number)  # noqa: E731 - said often below
    start = (
        {"customer_since": date(2020, 1, 1), "started_on": started} if one["by_hand"] else {"customer_since": started}
    )
    entered = {f"{FIELDS[name]}_on": on(days) for name, days in one["entered"].items()}
    account = book.account(f"Acme {number}", csm, segment=one["segment"], **start, **entered)
    for days in one["calls"]:
        book.insert("calls", account_id=account, held_on=on(days), kind="meeting", at=LONG_AGO)
    for days, (bought, used) in one["usage"].items():
        figures = {"licences_bought": bought, "licences_activated": used, "environment": "production"}
        book.insert(
            "usage_figures", account_id=account, instance="", as_of=on(days), made_by=1, changed_by=1, **figures
        )
    if one["usage"]:
        book.insert("usage_changed", account_id=account)
    if one["checklist"]:
        ended = (
            {"closed_on": on(one["closed"]), "reason": "not_needed"} if one["checklist"].startswith("closed") else {}
        )
        more = {
            "playbook": "Onboarding: New customer",
            "reported": 0,
            "anchor": "started",
            "anchor_on": started,
            **ended,
        }
        made = book.cta(account, csm, status=one["checklist"], use_case="", **more)
        for name, days in one["ticks"].items():
            book.task(made, on(14), sets=name, state="done", done_on=on(days))
    for name, expected in one["delays"].items():
        for days in expected:  # the newest counts
            why = {"caused_by": "us", "reason": "capacity", "at": LONG_AGO}
            book.insert("onboarding_delays", account_id=account, milestone=name, expected_on=on(days), **why)
    return account


def told(book, account, now):
    """The nudges of an account from a morning on: milestone, step, due day, posting day."""
    found = rehearse(book.db, POLICY, at(f"{now} 08:00"), at(f"{now + timedelta(days=400)} 08:00"), account_id=account)
    return [
        (one.dedupe_key.split(":")[2], one.step, one.due_on, one.post_at.date())
        for one in found
        if one.kind == "onboarding_nudge"
    ]


def test_milestones_nudges_and_figures(tmp_path):
    book, numbers, known = Book(tmp_path), count(1), []
    book.store.policy = POLICY
    csm = book.person("ann@example.com", "UTC")

    @settings(max_examples=10, phases=[Phase.generate])  # a smaller one is looked for over a growing book
    @given(st.lists(ACCOUNTS, min_size=8, max_size=8))
    def lived(some):
        ids = [put(book, csm, next(numbers), one) for one in some]
        with book.store.write(at(f"{TODAY} 07:00")) as unit:
            first_days.keep_changed(unit)
        standing = onboarding.of_accounts(book.db, POLICY, accounts.many(book.db, ids), TODAY)
        for account, one in zip(ids, some, strict=True):
            dates = dates_of(one)
            found = standing[account]
            assert {name: each.reached_on for name, each in found.items() if each.reached_on} == dates
            delays = {name: one["started"] + timedelta(days=days[-1]) for name, days in one["delays"].items()}
            wanted = reading.nudges(one["started"], one["segment"], dates, delays)
            now = one["started"] + timedelta(days=one["now"])
            assert told(book, account, now) == [(name, *rest) for name, _, *rest in wanted if rest[-1] >= now]
            known.append((one["segment"], one["started"], dates))

    lived()
    for year, month in ((2026, 1), (2026, 4), (2026, 7), (2026, 10), (2027, 1)):
        first, last = reading.quarter_of(date(year, month, 15))
        found = of_period(book.db, POLICY, first, last, TODAY)
        assert {(one.segment, one.milestone): plain(one) for one in found} == {
            key: tuple(number if number is None else float(number) for number in numbers)
            for key, numbers in reading.figures(known, first, last, TODAY).items()
        }
    book.close()


def plain(figure):
    on_time = round((figure.on_time or 0) * figure.due)
    return figure.median_days, figure.mean_days, figure.n, on_time, figure.due
