"""A second reading of the rules of onboarding, health, triage, calls and escalations, made from their text alone.

It knows nothing of the bot: days in, days and words out, with the numbers of a policy that nobody has changed and of a
calendar whose days off are Saturday and Sunday. `test_second_reading.py` holds it against what the bot answers.
"""

from datetime import date, timedelta

WINDOW_DAYS = 120
STEPS = (3, -1)
TARGETS = {"engaged": 14, "first_value": 30, "onboarded": 45}  # in the order in which they are reached
NO_TARGETS = ("commercial",)
FRESH_DAYS, UNKNOWN_DAYS, SPARED_DAYS = 31, 120, 10
TUESDAY = 1
GAP_DAYS = {"red": 4, "yellow": 25}
BUSINESS_DAYS = {"critical": 1, "high": 2}
CALENDAR_DAYS = {"medium": 7, "low": 14}
MONITORING_DAYS = 7
ONBOARDING_CALL_DAYS = 10


def plus(day, days):
    return day + timedelta(days=days)


def is_business_day(day):
    return day.isoweekday() <= 5


def next_business_day(day):
    """Of a business day that day itself."""
    while not is_business_day(day):
        day = plus(day, 1)
    return day


def business_days_after(day, count):
    """The count-th business day after a day, which need be none itself."""
    while count:
        day = plus(day, 1)
        count -= is_business_day(day)
    return day


def stage(started, today, onboarded_on=None, *, by_hand=False, churned=False, will_churn=False, adopted=False):
    """The first that holds. What was said of its end needs no start; all else does."""
    if churned:
        return "churned"
    if will_churn:
        return "will_churn"
    if started is None:
        return None
    recent = by_hand or today <= plus(started, WINDOW_DAYS)
    if started <= today and onboarded_on is None and recent:
        return "onboarding"
    return "growth" if adopted else "adoption"


def targets(started, segment):
    if segment in NO_TARGETS:
        return {}
    return {milestone: plus(started, days) for milestone, days in TARGETS.items()}


def nudges(target_days):
    """By milestone the (due day, posting day) of its nudges, when those on one posting day are the later milestone's."""
    found = {}  # by posting day; what is later in the order of milestones, and of steps, takes the day
    for milestone, target in target_days.items():
        for step in STEPS:
            due = plus(target, -step)
            found[next_business_day(due)] = (milestone, due)
    told = {milestone: [] for milestone in target_days}
    for posting, (milestone, due) in sorted(found.items()):
        told[milestone].append((due, posting))
    return told


def days_until(started, reached_on):
    """How long a milestone took; one reached before the start took none."""
    return max(0, (reached_on - started).days)


def freshness(health, health_on, today, months):
    """The first that holds: where the months allow more than 120 days, nothing is stale between fresh and unknown.

    Months of 0 are no target: what is known is never late then, so never anything but fresh.
    """
    if health is None or health_on is None:
        return "unknown"
    age = (today - health_on).days
    if not months or age <= FRESH_DAYS * months:
        return "fresh"
    return "stale" if age <= UNKNOWN_DAYS else "unknown"


def asked_from(day, months):
    """The first day whose health need not be asked for in the round of a day's month."""
    count = day.year * 12 + day.month - 1 - (months - 1)
    return date(count // 12, count % 12 + 1, 1)


def round_asks(health, health_on, day, months):
    """One without a health, or set nobody knows when, is asked for; one set within the last 10 days is not.

    Read here with the tenth day among the ten, as "≤ 14" includes day 14. Of months of 0 (no target) nobody is asked.
    """
    if not months:
        return False
    if health is None or health_on is None:
        return True
    return (day - health_on).days > SPARED_DAYS and health_on < asked_from(day, months)


def triage_due(last_on, colour):
    day = plus(last_on, GAP_DAYS[colour])
    while day.weekday() != TUESDAY:
        day = plus(day, 1)
    return day


def escalation_due(last_on, severity, state):
    """What is only watched has a week, whatever its severity."""
    if state == "monitoring":
        return next_business_day(plus(last_on, MONITORING_DAYS))
    if severity in BUSINESS_DAYS:
        return business_days_after(last_on, BUSINESS_DAYS[severity])
    return next_business_day(plus(last_on, CALENDAR_DAYS[severity]))


def call_late(last_on, started, today, own, segment_days, *, in_onboarding):
    """The account's own target goes before its segment's; 0 is none, and who has none is never late.

    In onboarding the ten days stand instead of what the target is, not instead of there being none.
    """
    since = last_on or started
    target = segment_days if own is None else own
    if since is None or not target:
        return False
    return (today - since).days > (ONBOARDING_CALL_DAYS if in_onboarding else target)
