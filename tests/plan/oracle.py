"""Success plans by their rules' text alone: plain dicts in, plain values out, nothing of the bot.

A history is a list of what happened on days; `judged` says how a plan stands at the end of a day.
"""

from calendar import monthrange
from datetime import date, timedelta


def months_on(day, months):
    """The same day so many months on, or the last one of a shorter month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def quarter_start(day, first_month):
    """The first day of the fiscal quarter in which a day lies."""
    back = (day.month - first_month) % 12 % 3
    return months_on(day.replace(day=1), -back)


def colour(plan, objectives, open_ctas, day):
    if plan is None or plan["state"] == "closed":
        return "red"
    going = [one for one in objectives if one["status"] in ("new", "in_progress")]
    shared = plan["kind"] == "internal" or (plan["shared_on"] and day <= months_on(plan["shared_on"], 6))
    fine = (
        plan["state"] == "active"
        and (going or open_ctas)
        and shared
        and plan["strategy"]
        and plan["highlights"]
        and all(one["why"] and one["criteria"] for one in going)
    )
    return "green" if fine else "yellow"


def lapsed_on(qualified_on, csm, days, first_month, grace=60, months=12):
    """The first day on which a qualification does not hold, by what happened until then; None while it does.

    `days` are the days up to the one that is asked about, each {on, colour, csm, csm_since, updates: [(day, who)]}.
    """
    for now in days:
        on = now["on"]
        if on < qualified_on:
            continue
        if now["colour"] != "green":
            return on
        if on >= months_on(qualified_on, months):
            return on
        if now["csm"] not in (None, csm):
            since = max(now["csm_since"], qualified_on)
            answered = any(
                who == now["csm"] and since <= day <= since + timedelta(grace) for day, who in now["updates"]
            )
            if on > since + timedelta(grace) and not answered:
                return on
        quarter = quarter_start(months_on(quarter_start(qualified_on, first_month), 3), first_month)
        while months_on(quarter, 3) <= on:
            end = months_on(quarter, 3)
            if not any(quarter <= day < end for day, _ in now["updates"]):
                return on
            quarter = end
    return None


def not_updated(made_on, updates, day, first_month):
    """Whether the fiscal quarter that has just ended saw no update, of a plan that was there then."""
    start = quarter_start(day, first_month)
    before = months_on(start, -3)
    return made_on < start and not any(before <= on < start for on, _ in updates)
