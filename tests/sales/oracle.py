"""The sales side worked out a second time, in plain Python over rows as dicts: who meets when, and who is reminded.

By the rules of docs/domain.md alone: nothing of the bot but dates is used.
"""

from calendar import monthrange
from datetime import date, timedelta


def later(day, months):
    """The same day so many months on, the month's last where it has none such."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def managed(accounts, segments):
    return [
        a
        for a in accounts
        if a["archived_at"] is None and a["churned_on"] is None and a["csm_id"] is not None
        and (not segments or (a["segment"] or "").lower() in segments)
    ]  # fmt: skip


def teams(accounts, gone, segments, today):
    """The CSMs and AEs that have reason to meet."""
    common = {}
    for a in managed(accounts, segments):
        if a["ae_id"] is not None and a["ae_id"] != a["csm_id"] and not gone & {a["csm_id"], a["ae_id"]}:
            common.setdefault((a["csm_id"], a["ae_id"]), []).append(a)
    soon = later(today, 6).isoformat()
    return {
        pair
        for pair, some in common.items()
        if len(some) >= 3 or any(a["renewal_on"] and today.isoformat() <= a["renewal_on"] <= soon for a in some)
    }


def due(meetings, pair, weeks):
    """When a pair's next meeting is due; None for never met."""
    held = [m["held_on"] for m in meetings if (m["csm_id"], m["ae_id"]) == pair and m["held_on"] and not m["undone_at"]]
    return date.fromisoformat(max(held)) + timedelta(days=7 * weeks) if held else None


def to_come(meetings, pair, day):
    return any(
        (m["csm_id"], m["ae_id"]) == pair and not m["held_on"] and not m["undone_at"] and m["scheduled_on"] >= day.isoformat()
        for m in meetings
    )  # fmt: skip


def up(accounts, meetings, gone, segments, day, weeks):
    """The pairs that the round of a day's month names."""
    following = later(day.replace(day=1), 1)
    return {
        pair
        for pair in teams(accounts, gone, segments, day)
        if not to_come(meetings, pair, day) and ((on := due(meetings, pair, weeks)) is None or on < following)
    }


def late(accounts, meetings, gone, segments, today, weeks):
    """The pairs whose meeting was due before today."""
    return {
        pair
        for pair in teams(accounts, gone, segments, today)
        if not to_come(meetings, pair, today) and (on := due(meetings, pair, weeks)) is not None and on < today
    }
