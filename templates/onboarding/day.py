"""Lines of a day about onboarding: a target day, and accounts without a CSM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.order import REST, REVIEWS, Place, days_left
from storage.base.plurals import counted
from storage.onboarding.brief import OnboardingPart
from storage.onboarding.record import LABELS
from templates.account.day import with_brief
from templates.blocks.day import Reader, Row, because, button, day_row, done_row
from templates.blocks.mrkdwn import mrkdwn

if TYPE_CHECKING:
    from storage.account.brief import AccountOfDay
    from storage.base.day import DayItem
    from storage.onboarding.assignment import WithoutCsm

NAMES = 5


def _nudge(behind: AccountOfDay, item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - as they are called
    account, part = behind.brief.account, behind.brief.part(OnboardingPart)
    milestone = item.row.dedupe_key.split(":")[2]
    one, about = part.standings.get(milestone), ("onboarding", account.id)
    label = LABELS.get(milestone, milestone).lower()
    if one is None or one.reached_on is not None or (day := one.counts_from()) is None:
        return done_row(
            account.name, f"{label} is reached" if one and one.reached_on else "nothing left of it", about=about
        )
    when = f"by {reader.day(day)}" if day >= reader.today else f"was to be {reader.day(day)}"
    return day_row(
        account.name,
        mrkdwn("onboarding: {} {} {}", label, when, because(item, "target day")),
        place=Place(REVIEWS, days_left(day, reader.today), account.arr_cents, account.name, account.id),
        buttons=[
            button("Reached", "onboarding.reached", f"{account.id}:{milestone}"),
            button("Delay", "onboarding.delay", f"{account.id}:{milestone}"),
            button("Show", "success.show", account.id),
        ],
        about=about,
    )


nudge_rows = with_brief(_nudge)


def assignment_rows(item: DayItem, _reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - likewise
    """One line for all accounts of a manager's region that have no CSM."""
    found: WithoutCsm = item.facts
    if not found.accounts:
        return [done_row("", "every account has a CSM", about=("assignment",))]
    names = ", ".join(account.name for account in found.accounts[:NAMES])
    more = len(found.accounts) - NAMES
    words = counted(len(found.accounts), "account has no CSM", "accounts have no CSM")
    what = mrkdwn("{}: {}{}", words, names, f" and {more} more" if more > 0 else "")
    show = button("Show", "account.list", "all:no-csm:0")
    return [day_row("", what, place=Place(REST, None), buttons=[show], about=("assignment",))]
