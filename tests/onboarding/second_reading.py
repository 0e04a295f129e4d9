"""Section 1 of a customer's life read a second time, from its text alone: milestones, delays, nudges, figures.

Plain values in, plain values out; imports nothing of the bot. Days are `date`. Held against the bot by
tests/onboarding/test_second_reading.py.
"""

from datetime import date, timedelta
from fractions import Fraction

ORDER = ("engaged", "first_value", "onboarded", "infrastructure_ready", "outcome_achieved")
TARGET_DAYS = {"engaged": 14, "first_value": 30, "onboarded": 45}
STEPS = (3, -1)


def reached(
    entered, calls, kick_off_ticks, usage, closed_as_success, infrastructure_ticks, begun_by_hand_on=None, last=None
):
    """The day of each milestone that has one.

    `entered`: a day by milestone, as persons say it; `calls`: days of logged calls; `usage`: (day, utilisation or None);
    `closed_as_success`: days on which an onboarding checklist closed with its tasks done. Where onboarding was begun by
    hand, an old customer is new to a CSM: what was before was somebody else's. `last`: the last day of its window, unless
    begun by hand or put off; calls and usage from then on are no first ones.
    """
    if last:
        calls = [day for day in calls if day <= last]
        usage = [(day, share) for day, share in usage if day <= last]
    if begun_by_hand_on:
        calls = [day for day in calls if day >= begun_by_hand_on]
        usage = [(day, share) for day, share in usage if day >= begun_by_hand_on]
    derived = {
        "engaged": min(calls, default=None) or min(kick_off_ticks, default=None),
        "first_value": min(
            (day for day, share in usage if share is not None and share >= Fraction(1, 10)), default=None
        ),
        "onboarded": min(closed_as_success, default=None),
        "infrastructure_ready": min(infrastructure_ticks, default=None),
        "outcome_achieved": None,  # offered only: a person says it
    }
    found = {name: entered.get(name) or derived[name] for name in ORDER}
    return {name: day for name, day in found.items() if day is not None}


def targets(started, segment):
    if started is None or segment == "commercial":
        return {}
    return {name: started + timedelta(days=days) for name, days in TARGET_DAYS.items()}


def business_day(day):
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def nudges(started, segment, dates, delays):
    """(milestone, target day, step, due day, posting day) of every nudge that an account is due, in the order of posting.

    `delays` has an expected day by milestone. Two of one posting day are one, the later milestone's.
    """
    by_posting = {}
    for name, target in targets(started, segment).items():
        if name in dates:
            continue
        counted = delays.get(name, target)
        for step in STEPS:
            due = counted - timedelta(days=step)
            by_posting[business_day(due)] = (name, target, step, due)  # a later milestone overwrites an earlier one
    return [(*told, posting) for posting, told in sorted(by_posting.items())]


def quarter_of(day, first_month=1):
    """First and last day of the fiscal quarter in which a day lies."""
    month = day.month - (day.month - first_month) % 3
    first = date(day.year, month, 1) if month > 0 else date(day.year - 1, month + 12, 1)
    after = first
    for _ in range(3):
        after = (after.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first, after - timedelta(days=1)


def median(numbers):
    ranked = sorted(numbers)
    middle = len(ranked) // 2
    return ranked[middle] if len(ranked) % 2 else Fraction(ranked[middle - 1] + ranked[middle], 2)


def figures(accounts, first, last, today):
    """By (segment, milestone): median, mean and n of days, how many are on time, of how many.

    `accounts`: (segment, started, dates by milestone). What has neither a day nor a target day in the period is absent.
    """
    days, judged = {}, {}
    for segment, started, dates in accounts:
        if started is None:
            continue
        for name, day in dates.items():
            if first <= day <= last:
                days.setdefault((segment, name), []).append(max(0, (day - started).days))
        for name, target in targets(started, segment).items():
            if first <= target <= last and target < today:
                judged.setdefault((segment, name), []).append(name in dates and dates[name] <= target)
    found = {}
    for key in days.keys() | judged.keys():
        spans, kept = days.get(key, []), judged.get(key, [])
        middle = median(spans) if spans else None
        mean = Fraction(sum(spans), len(spans)) if spans else None
        found[key] = (middle, mean, len(spans), sum(kept), len(kept))
    return found
