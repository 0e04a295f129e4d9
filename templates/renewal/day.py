"""Lines of a day about renewals: reviews, the question whether one was held, and the plan of a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.keys import key_of
from storage.base.outbox_row import OPERATIONS
from storage.base.plurals import counted
from storage.cta.brief import CtaPart
from storage.renewal.brief import closed_since_review
from storage.renewal.record import HELD, SCHEDULED, SKIPPED
from templates.account.day import with_brief
from templates.account.parts import known_facts
from templates.blocks.day import NAMED, Reader, Row, bold_name, button, day_row, done_row, menu, why_now
from templates.blocks.mrkdwn import Mrkdwn, mention, money_words, mrkdwn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.account.brief import Brief
    from storage.account.record import Account
    from storage.base.day import DayItem
    from storage.base.policy import Policy
    from storage.cta.record import Cta
    from storage.renewal.day import MonthlyPlan, OutcomeOfDay, ReviewOfDay
    from storage.renewal.review_steps import ReviewStep

ORDINALS = ("first", "second", "third", "fourth", "fifth")


def _review_row(behind: ReviewOfDay, item: DayItem, reader: Reader, alone: bool) -> Row:  # noqa: FBT001 - likewise
    brief, step = behind.brief, behind.step
    name = bold_name(brief.account.name)
    if step is None:
        renewal_on = brief.account.renewal_on
        return done_row(name, f"renews {reader.day(renewal_on)} now" if renewal_on else "no renewal date now")
    if step.state == SCHEDULED and step.review and step.review.scheduled_on:
        at = f" {reader.clock(step.review.scheduled_at)}" if step.review.scheduled_at else ""
        return done_row(name, f"renewal review {reader.on_day(step.review.scheduled_on)}{at}")
    if step.done:
        return done_row(name, "renewal review held" if step.state == HELD else "renewal review skipped")
    if behind.later_on:
        return done_row(name, f"renewal review put off to {reader.day(behind.later_on)}")
    which = _which(step.months, reader.policy)
    team = Mrkdwn(" and ".join(_team(brief)))
    doings = {"skip": "Skip", "renewed": "Renewed", "churned": "Churned", "later": "Remind me later"}
    if not alone:
        doings = {"held": "Held", **doings}
    buttons = [button("Pick a time", "renewal.pick_time", step.value, "primary" if alone else None)]
    if alone:
        if team:
            buttons.append(button("Ask AE and SA", "renewal.ask_team", step.value))
        buttons.append(button("Held", "renewal.held", step.value))
    return day_row(
        mrkdwn("{} renews {}: time for the {} renewal review", name, reader.day(step.renewal_on), which),
        why_now(item),
        *(_brief_lines(brief, reader) if alone else ()),
        mrkdwn("{} should be there", team) if alone and team else Mrkdwn(""),
        buttons=buttons,
        more=menu("renewal.more", step.value, doings),
    )


def _review_today_row(behind: ReviewOfDay, _item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    brief, step = behind.brief, behind.step
    name = bold_name(brief.account.name)
    if step is None or step.review is None or step.state != SCHEDULED:
        what = {HELD: "renewal review held", SKIPPED: "renewal review skipped"}.get(step.state if step else "")
        return done_row(name, what or "the renewal review was called off")
    day = reader.day(step.review.scheduled_on) if step.review.scheduled_on else "today"
    when = f"{day} at {reader.clock(step.review.scheduled_at)}" if step.review.scheduled_at else day
    team = _team(brief)
    return day_row(
        mrkdwn("{}: renewal review {}, renews {}", name, when, reader.day(step.renewal_on)),
        mrkdwn("With {}", Mrkdwn(" and ".join(team))) if team else Mrkdwn(""),
        buttons=[button("Held", "renewal.held", step.value), button("Brief", "renewal.brief", step.value)],
        more=menu("renewal.more", step.value, {"pick_time": "Another time", "skip": "Skip"}),
    )


def _review_held_row(behind: ReviewOfDay, item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    brief, step = behind.brief, behind.step
    name = bold_name(brief.account.name)
    asked = key_of(item.row.dedupe_key).part(3)
    moved = step is None or step.review is None or step.review.scheduled_on is None
    if step is None or moved or step.state != SCHEDULED:
        what = {HELD: "renewal review held", SKIPPED: "renewal review skipped"}.get(step.state if step else "")
        return done_row(name, what or "the renewal date changed")
    if step.review and step.review.scheduled_on and step.review.scheduled_on.isoformat() != asked:
        return done_row(name, f"renewal review moved to {reader.day(step.review.scheduled_on)}")
    on = reader.day(step.review.scheduled_on) if step.review and step.review.scheduled_on else "that day"
    return day_row(
        mrkdwn("{}: was the renewal review of {} held?", name, on),
        buttons=[
            button("Held", "renewal.held", step.value, "primary"),
            button("Pick a new time", "renewal.pick_time", step.value),
        ],
        more=menu("renewal.more", step.value, {"skip": "Skip", "renewed": "Renewed"}),
    )


def _outcome_row(behind: OutcomeOfDay, item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, name = behind.brief.account, bold_name(behind.brief.account.name)
    if behind.decided is not None and behind.decided.next_renewal_on:
        return done_row(name, f"renewed until {reader.day(behind.decided.next_renewal_on)}")
    if behind.moved_to is not None or behind.renewal_on is None or account.renewal_on is None:
        return done_row(name, f"renews {reader.day(behind.moved_to)} now" if behind.moved_to else "no renewal date now")
    if behind.signing and behind.signing.sign_by >= reader.today:
        return done_row(name, f"in signature, by {reader.day(behind.signing.sign_by)}")
    if behind.later_on:
        return done_row(name, f"asked again {reader.day(behind.later_on)}")
    arr = _arr(account, reader)
    day = reader.day(behind.renewal_on)
    # A button names the day that it asks about: a click on an old message is not about the next renewal.
    value = f"{account.id}:{behind.renewal_on.isoformat()}"
    if account.auto_renews:
        asked = mrkdwn("{}: it renewed by itself {}?{}", name, day, arr)
        buttons = [
            button("Yes", "renewal.by_itself", value, "primary"),
            button("Changed", "renewal.renewed", value),
            button("Churned", "renewal.churned", value),
        ]
        return day_row(
            asked, why_now(item), buttons=buttons, more=menu("renewal.more", value, {"ask_later": "Ask me later"})
        )
    was = "is" if behind.renewal_on >= reader.today else "was"
    return day_row(
        mrkdwn("{}'s renewal day {} {}{}. Did it renew?", name, was, day, arr),
        why_now(item),
        buttons=[
            button("Renewed until …", "renewal.renewed", value, "primary"),
            button("Signing late, by …", "renewal.signing", value),
            button("Churned", "renewal.churned", value),
        ],
        more=menu("renewal.more", value, {"ask_later": "Ask me later", "brief": "Brief"}),
    )


def _arr(account: Account, reader: Reader) -> Mrkdwn:
    """` · 504,000`; nothing where it is unknown, or not everybody may see it."""
    if account.arr_cents is None or reader.policy.arr_visible_to != "everyone":
        return Mrkdwn("")
    return mrkdwn(" · {}", money_words(account.arr_cents, account.currency, reader.policy.currency))


def _which(months: int, policy: Policy) -> str:
    order = policy.renewal_review_months
    return ORDINALS[order.index(months)] if months in order[: len(ORDINALS)] else f"{months}-month"


def _team(brief: Brief) -> list[Mrkdwn]:
    people = (brief.person(brief.account.ae_id), brief.person(brief.account.sa_id))
    return [mention(p.slack_id, p.name) for p in people if p]


def _brief_lines(brief: Brief, reader: Reader) -> tuple[Mrkdwn, Mrkdwn]:
    account, parts = brief.account, []
    if account.arr_cents is not None and reader.policy.arr_visible_to == "everyone":
        parts.append(mrkdwn("{} a year", money_words(account.arr_cents, account.currency, reader.policy.currency)))
    if account.health:
        since = f", set {reader.day(account.health_on)}" if account.health_on else ""
        parts.append(mrkdwn("health {}{}", account.health, since))
    parts += [mrkdwn("{}", fact) for fact in known_facts(brief, reader.today)]
    works = []
    if brief.part(CtaPart).open:
        works.append(mrkdwn("Open: {}", _titles(brief.part(CtaPart).open)))
    nos = [c for c in closed_since_review(brief) if c.status == "closed_no_success"]
    if nos:
        said = [f"{c.use_case} ({reader.policy.reason_label(c.reason).lower()})" for c in nos[:NAMED]]
        works.append(mrkdwn("Said no: {}", ", ".join(said)))
    return Mrkdwn(" · ".join(parts)), Mrkdwn(" · ".join(works))


def _titles(ctas: Sequence[Cta]) -> str:
    names = [c.playbook.replace(":", "") for c in ctas[:NAMED]]
    return ", ".join(names) + (f" and {len(ctas) - NAMED} more" if len(ctas) > len(names) else "")


def plan_rows(item: DayItem, reader: Reader, alone: bool) -> list[Row]:  # noqa: FBT001 - likewise
    """The plan of a month; alone in its message with a line for each review that is still to be scheduled."""
    plan: MonthlyPlan = item.facts
    renewing, to_do = plan.renewing, [(r.account, r.step) for r in plan.renewing if r.step]
    planned = f"{counted(len(renewing), 'renewal')} in {counted(reader.policy.monthly_plan_months, 'month')}"
    unknown = [account.name for account in plan.without_ebr_date]
    named = ", ".join(unknown[:NAMED]) + (" …" if len(unknown) > NAMED else "")
    unowned = item.row.payload.get("owner", item.row.destination) == OPERATIONS
    head = day_row(
        mrkdwn(
            "*Plan for {}*{}: {}, {} to schedule",
            f"{item.row.due_on or reader.today:%B}",
            ", accounts without a CSM" if unowned else "",
            planned,
            counted(len(to_do), "review"),
        ),
        mrkdwn("No EBR date: {}", named) if unknown else Mrkdwn(""),
        buttons=[
            # The plan's own accounts, whoever reads it: the CSM may be away.
            button("Open the plan", "renewal.plan", f"{plan.whose}:0"),
            *([button("Accounts without a CSM", "account.list", "all:no-csm:0")] if unowned else ()),
        ],
        more={"action_id": "ebr.more", "options": [["Fill in EBR dates", "fill:0"]]} if unknown else None,
    )
    if not alone:
        return [head]
    return [head, *(_plan_row(account, step, reader) for account, step in to_do[: reader.policy.message_items - 1])]


def _plan_row(account: Account, step: ReviewStep, reader: Reader) -> Row:
    return day_row(
        mrkdwn(
            "{} renews {} · {} review {}",
            bold_name(account.name),
            reader.day(step.renewal_on),
            _which(step.months, reader.policy),
            reader.day(step.due_on),
        ),
        buttons=[button("Pick a time", "renewal.pick_time", step.value)],
    )


outcome_rows = with_brief(_outcome_row)
review_rows = with_brief(_review_row)
review_today_rows = with_brief(_review_today_row)
review_held_rows = with_brief(_review_held_row)
