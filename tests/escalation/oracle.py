"""When an escalation wants its update, written a second time from the rule's text alone. No code of the bot is used."""

from datetime import timedelta

WEEKEND = (5, 6)


def moved(day):
    while day.weekday() in WEEKEND:
        day += timedelta(days=1)
    return day


def due(last, severity, *, monitoring):
    """After 1 (critical) or 2 (high) business days, 7 (medium, monitoring) or 14 (low) days, moved to a business day."""
    if monitoring:
        return moved(last + timedelta(days=7))
    if severity in ("critical", "high"):
        day = last
        for _ in range({"critical": 1, "high": 2}[severity]):
            day = moved(day + timedelta(days=1))
        return day
    return moved(last + timedelta(days={"medium": 7, "low": 14}[severity]))


def asked_on(last, severity, days, *, monitoring):
    """Those of the days on which it is asked for if it is not given: from the due day on, each business day."""
    first = due(last, severity, monitoring=monitoring)
    return [day for day in days if day >= first and day.weekday() not in WEEKEND]


def same_again(closed, today):
    """The same if reopened in 14 days."""
    return (today - closed).days <= 14
