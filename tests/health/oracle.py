"""Section 4 of the life cycle's rules, written a second time from their text alone: health. No code of the bot is used."""

from datetime import date, timedelta


def age_in_words(today, health, health_on, months):
    """Age = today less its day: fresh up to 31 times the months, stale up to 120 days, else unknown."""
    if health is None or health_on is None:
        return "unknown"
    old = today.toordinal() - health_on.toordinal()
    if old <= 31 * months:
        return "fresh"
    return "stale" if old <= 120 else "unknown"


def first_of_month_back(day, back):
    """The first day of the month so many months before the day's."""
    year, month = day.year, day.month - back
    while month < 1:
        year, month = year - 1, month + 12
    return date(year, month, 1)


def round_asks(day, health, health_on, months, *, looked_after=False, will_churn=False):
    """Null, or set before the first day of the month `update_months` - 1 back; not in the last 10 days."""
    if months == 0 or looked_after or will_churn:
        return False
    if health is None:
        return True
    if health_on >= day - timedelta(days=10):
        return False
    return health_on < first_of_month_back(day, months - 1)


def confirmed(accounts):
    """Names of those that one click confirms: green, without a signal."""
    return {name for name, health, signals in accounts if health == "green" and not signals}


def trend(today, settings, months=6):
    """The health at the end of each month and today: the last setting of that day or before, in the order they came."""
    days = [first_of_month_back(today, back) - timedelta(days=1) for back in range(months - 2, -1, -1)] + [today]
    return [next((h for on, h in sorted(settings, key=lambda s: s[0])[::-1] if on <= day), None) for day in days]
