"""The Home tab as words: today, counts that open their lists, and what comes next. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.moments import zone
from storage.base.plurals import counted
from templates.blocks.day import Reader, Row, day_row, in_list
from templates.blocks.mrkdwn import Mrkdwn, as_mrkdwn, mrkdwn
from templates.cta.day import news_row
from templates.cta.show import closed_words
from templates.home.team import csm_row
from templates.source.show import all_words as source_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from storage.base.policy import Policy
    from storage.home.record import HomeFacts, TeamLine
    from templates.blocks.day import RowsOf

PAGE, CLOSED_ROWS = 6, 5
MOST_SHOWN = 45
"""Things on a page of a form: two blocks each, of a hundred."""
_WHAT = {"review": "renewal review", "ebr": "EBR", "deferred": "a deferred CTA"}


def home(
    facts: HomeFacts,
    team: Sequence[TeamLine],
    policy: Policy,
    today: date,
    zone_name: str,
    rows: Sequence[Row],
    *,
    slow: int = 0,
    offset: int = 0,
    manager: bool = False,
    away_until: date | None = None,
) -> dict[str, Any]:
    """What templates/home/home shows; `facts` and `team` are as `storage/home/store.py` reads them.

    `rows` are the lines of today, in their order.
    """
    reader = Reader(policy, today, zone_name)
    offset = min(offset, max(len(rows) - 1, 0) // PAGE * PAGE)
    scope = "team" if team else "mine"
    return {
        "head": _head(facts, team, reader, away_until),
        "offset": offset,
        "rows": in_list(rows[offset : offset + PAGE]),
        "count": len(rows),
        "back": str(offset - PAGE) if offset else None,
        "on": str(offset + PAGE) if offset + PAGE < len(rows) else None,
        "all_clear": None if rows else _all_clear(facts, reader),
        "nothing_yet": not (facts.accounts or facts.ctas.open or team),
        "ctas": _ctas(facts, slow),
        "has_ctas": facts.ctas.open > 0,
        "scope": scope,
        "cta_lists": (f"0|{scope}", f"0|{scope} deferred"),
        "cta_parts": _cta_parts(facts, slow, scope),
        "without_review": (f"Without a review {facts.without_review:,}", f"{scope}:0:no-review")
        if facts.without_review
        else None,
        "renewals": _renewals(facts, policy),
        "coming_back": _coming_back(facts, reader),
        "closed_today": [
            {"text": mrkdwn("*{}* · {}", c.account_name, c.cta.playbook), "id": str(c.cta.id)}
            for c in facts.closed_today[:CLOSED_ROWS]
        ],
        "closed_words": closed_words(len(facts.closed_today), CLOSED_ROWS),
        "team": [csm_row(line, reader, show_arr=True, with_accounts=True) for line in team],
        "conflicts": counted(facts.conflicts, "conflict") if manager and facts.conflicts else None,
    }


def today_rows(facts: HomeFacts, reader: Reader, rows_of: RowsOf) -> list[Row]:
    """What is due today, a line each with what can be done about it; their order is for who puts them together."""
    rows = [row for item in facts.items for row in rows_of(item, reader, False) if not row["done"]]
    return rows + [news_row(news, reader) for news in facts.news]


def day_page(rows: Sequence[Row], nothing: Row, what: str, page: int) -> dict[str, Any]:
    """What templates/day/all shows: a page of the things of a day, or that there are none; `what` names the day."""
    page = min(page, max(len(rows) - 1, 0) // MOST_SHOWN)
    first, last = page * MOST_SHOWN, min((page + 1) * MOST_SHOWN, len(rows))
    return {
        "rows": in_list(rows[first:last] or [nothing]),
        "words": f"{first + 1} to {last} of {len(rows)}" if len(rows) > MOST_SHOWN else "",
        "back": f"{what}:{page - 1}" if page else None,
        "on": f"{what}:{page + 1}" if last < len(rows) else None,
    }


def all_clear(facts: HomeFacts, reader: Reader) -> Row:
    """The line of a day on which nothing is due."""
    return day_row("", _all_clear(facts, reader), done=True)


def _head(facts: HomeFacts, team: Sequence[TeamLine], reader: Reader, away_until: date | None) -> Mrkdwn:
    book = counted(facts.accounts, "account")
    if team:
        book = f"Your team: {counted(len(team), 'person', 'people')}, {counted(facts.accounts, 'account')}"
    data = f"data from {_when(facts.imported_at, reader)}" if facts.imported_at else "nothing imported yet"
    if facts.sources and facts.read_at:
        data = f"data: {source_words(facts.sources, facts.read_at, reader.today, reader.zone)}"
    away = f"you are away until {reader.day(away_until)}" if away_until and away_until >= reader.today else ""
    return as_mrkdwn(" · ".join(part for part in (book, data, away) if part))


def _when(at: datetime, reader: Reader) -> str:
    local = at.astimezone(zone(reader.zone))
    return f"{reader.day(local.date())} {local:%H:%M}"


def _all_clear(facts: HomeFacts, reader: Reader) -> Mrkdwn:
    if coming := facts.next_up:
        return mrkdwn("All clear. Next up: {}, {}, {}.", coming.account, _WHAT[coming.what], reader.day(coming.day))
    if facts.accounts or facts.ctas.open:
        return as_mrkdwn("All clear. Nothing is due today.")
    return as_mrkdwn("Nothing here yet. Open a CTA when you start exploring with a customer, or add your accounts.")


def _ctas(facts: HomeFacts, slow: int) -> Mrkdwn:
    counts = facts.ctas
    parts = [f"{counts.open:,} open"]
    parts += [f"{counts.overdue:,} overdue"] if counts.overdue else []
    parts += [f"{counts.due_this_week:,} due this week"] if counts.due_this_week else []
    parts += [f"{slow:,} slower than usual"] if slow else []
    return mrkdwn("*CTAs*: {}", ", ".join(parts))


def _cta_parts(facts: HomeFacts, slow: int, scope: str) -> list[tuple[str, str, str]]:
    """The numbers that are part of the open ones, each a button that opens just these."""
    parts = (
        ("Overdue", facts.ctas.overdue, "overdue"),
        ("This week", facts.ctas.due_this_week, "week"),
        ("Slower than usual", slow, "slow"),
    )
    return [(f"{words} {count:,}", f"cta.list.{state}", f"0|{scope} {state}") for words, count, state in parts if count]


def _renewals(facts: HomeFacts, policy: Policy) -> Mrkdwn | None:
    if not facts.renewing:
        return None
    months = counted(policy.monthly_plan_months, "month")
    lacking = f", {facts.without_review:,} without a review" if facts.without_review else ""
    return mrkdwn("*Renewals*: {} in {}{}", f"{facts.renewing:,}", months, lacking)


def _coming_back(facts: HomeFacts, reader: Reader) -> Mrkdwn | None:
    if not facts.deferred:
        return None
    first = facts.comes_first
    on = first.cta.revisit_on if first else None
    following = mrkdwn(", next {} {}", first.account_name, reader.day(on)) if first and on else ""
    return mrkdwn("*Coming back*: {} deferred{}", f"{facts.deferred:,}", following)
