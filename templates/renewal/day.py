"""Lines of a day about renewals: reviews, the question whether one was held, and the plan of a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.keys import key_of
from storage.base.moments import add_months
from storage.base.order import PASSED, REST, Place, days_left
from storage.base.outbox_row import OPERATIONS
from storage.base.plurals import counted
from storage.cta.brief import CtaPart
from storage.renewal.brief import closed_since_review, steps_of
from storage.renewal.place import is_burning, place_of, renewal_place
from storage.renewal.record import HELD, SCHEDULED, SKIPPED
from templates.account.day import with_brief
from templates.account.parts import known_facts
from templates.account.show import notice_words
from templates.blocks.day import NAMED, Reader, Row, bold_name, button, day_row, done_row, menu, some_names, why_now
from templates.blocks.mrkdwn import Mrkdwn, as_mrkdwn, mention, money_words, mrkdwn
from templates.blocks.words import counted_day
from templates.renewal.show import outcomes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.account.brief import Brief
    from storage.account.record import Account
    from storage.base.day import DayItem
    from storage.base.policy import Policy
    from storage.cta.record import Cta
    from storage.renewal.day import MonthlyPlan, OutcomeOfDay, ReviewOfDay
    from storage.renewal.record import Signing
    from storage.renewal.review_steps import Renewing, ReviewStep

ORDINALS = ("first", "second", "third", "fourth", "fifth")


def _review_row(behind: ReviewOfDay, item: DayItem, reader: Reader, alone: bool) -> Row:  # noqa: FBT001 - likewise
    brief, step = behind.brief, behind.step
    account, steps = brief.account, steps_of(brief)
    about = about_renewal(account)
    if step is None:
        renewal_on = account.renewal_on
        now = f"renews {reader.day(renewal_on)} now" if renewal_on else "no renewal date now"
        return done_row(account.name, now, about=about)
    if step.state == SCHEDULED and step.review and step.review.scheduled_on:
        at = f" {reader.clock(step.review.scheduled_at)}" if step.review.scheduled_at else ""
        words = f"renewal review {reader.on_day(step.review.scheduled_on)}{at}"
        return done_row(account.name, words, about=about)
    if step.done:
        words = "renewal review held" if step.state == HELD else "renewal review skipped"
        return done_row(account.name, words, about=about)
    if behind.later_on:
        return done_row(account.name, f"renewal review put off to {reader.day(behind.later_on)}", about=about)
    which, renews = _which(step.months, reader.policy), reader.day(step.renewal_on)
    if not alone:
        burns = is_burning(account, steps, reader.today, reader.policy)
        what = (
            _burning_words(account, reader)
            if burns
            else mrkdwn("renews {}: {} renewal review ({})", renews, which, _in_short(item))
        )
        return _step_row(account, step, what, renewal_place(account, steps, step, reader.today, reader.policy))
    team = Mrkdwn(" and ".join(_team(brief)))
    buttons = [button("Pick a time", "renewal.pick_time", step.value, "primary")]
    if team:
        buttons.append(button("Ask AE and SA", "renewal.ask_team", step.value))
    buttons.append(button("Held", "renewal.held", step.value))
    doings = {"skip": "Skip", "renewed": "Renewed", "churned": "Churned", "later": "Remind me later"}
    return day_row(
        "",
        mrkdwn("{} renews {}: time for the {} renewal review", bold_name(account.name), renews, which),
        why_now(item),
        *_brief_lines(brief, reader),
        mrkdwn("{} should be there", team) if team else Mrkdwn(""),
        buttons=buttons,
        more=menu("renewal.more", step.value, doings),
        about=about,
    )


def _in_short(item: DayItem) -> str:
    """`five months before`, `late`, and that an earlier one was missed: why now, where the row is one of a list."""
    before, _, missed = item.row.why.partition("; ")
    why = "late" if item.row.late else before.removesuffix(" renewal")
    return f"{why}; one missed" if missed else why


def about_renewal(account: Account) -> tuple[str, int]:
    """What names an account's renewal among the rows of a day: it has one row there."""
    return "renewal", account.id


def burning_row(found: tuple[Renewing, Signing | None], reader: Reader) -> Row:
    """A renewal that comes first of all, of which nobody was reminded this morning."""
    renewing, signing = found
    account, step = renewing.account, renewing.next_step
    place = place_of(renewing, reader.today, reader.policy, signing.sign_by if signing else None)
    what = _burning_words(account, reader)
    if step and not signing and account.renewal_on and account.renewal_on >= reader.today:
        return _step_row(account, step, what, place)
    if signing:
        what = mrkdwn("in signature, was to be signed by {}", reader.day(signing.sign_by))
    value = f"{account.id}:{account.renewal_on}"
    doings = {"renewed": "Renewed until …", "churned": "Churned", "show": "Show"}
    return day_row(
        account.name,
        what,
        place=place,
        buttons=[
            button("Renewed until …", "renewal.renewed", value),
            button("Churned", "renewal.churned", value),
        ],
        more=menu("renewal.more", value, doings),
        about=about_renewal(account),
    )


def passed_row(found: tuple[str, int], _reader: Reader) -> Row:
    """The one item for renewal dates that passed long ago, last of all; the list behind it acts row by row."""
    scope, count = found
    return day_row(
        "",
        mrkdwn("{} passed", counted(count, "renewal date has", "renewal dates have")),
        place=Place(PASSED, None),
        buttons=[button("Go through them", "renewal.old", f"{scope}:0:old")],
        about=("passed", scope),
    )


def _step_row(account: Account, step: ReviewStep, what: Mrkdwn, place: Place) -> Row:
    doings = {
        "pick_time": "Pick a time",
        "held": "Held",
        "skip": "Skip",
        "renewed": "Renewed",
        "later": "Remind me later",
    }
    return day_row(
        account.name,
        what,
        place=place,
        buttons=[
            button("Pick a time", "renewal.pick_time", step.value),
            button("Held", "renewal.held", step.value),
            button("Renewed", "renewal.renewed", step.value),
        ],
        more=menu("renewal.more", step.value, doings),
        about=about_renewal(account),
    )


def _burning_words(account: Account, reader: Reader) -> Mrkdwn:
    """`renews Tue 8 Dec, in 7 days, no review held · 504,000`."""
    renewal_on = account.renewal_on or reader.today
    when = counted_day(renewal_on, reader.today)
    said = f"renews {when}{notice_words(account, reader.today)}, no review held"
    if renewal_on < reader.today:
        said = f"renewal day was {when}: did it renew?"
    return Mrkdwn(" · ".join(part for part in (as_mrkdwn(said), _arr(account, reader)) if part))


def _arr(account: Account, reader: Reader) -> Mrkdwn:
    if account.arr_cents is None or reader.policy.arr_visible_to != "everyone":
        return Mrkdwn("")
    return as_mrkdwn(money_words(account.arr_cents, account.currency, reader.policy.currency))


def _review_today_row(behind: ReviewOfDay, _item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, step = behind.brief.account, behind.step
    if step is None or step.review is None or step.state != SCHEDULED:
        what = {HELD: "renewal review held", SKIPPED: "renewal review skipped"}.get(step.state if step else "")
        return done_row(account.name, what or "the renewal review was called off", about=about_renewal(account))
    day = reader.day(step.review.scheduled_on) if step.review.scheduled_on else "today"
    when = f"{day} at {reader.clock(step.review.scheduled_at)}" if step.review.scheduled_at else day
    team = _team(behind.brief)
    doings = {"held": "Held", "brief": "Brief", "pick_time": "Another time", "skip": "Skip"}
    return day_row(
        account.name,
        mrkdwn(
            "renewal review {}, renews {}{}",
            when,
            reader.day(step.renewal_on),
            mrkdwn(", with {}", Mrkdwn(" and ".join(team))) if team else "",
        ),
        place=renewal_place(account, steps_of(behind.brief), step, reader.today, reader.policy),
        buttons=[button("Held", "renewal.held", step.value), button("Brief", "renewal.brief", step.value)],
        more=menu("renewal.more", step.value, doings),
        about=about_renewal(account),
    )


def _review_held_row(behind: ReviewOfDay, item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, step = behind.brief.account, behind.step
    about = about_renewal(account)
    asked = key_of(item.row.dedupe_key).part(3)
    moved = step is None or step.review is None or step.review.scheduled_on is None
    if step is None or moved or step.state != SCHEDULED:
        what = {HELD: "renewal review held", SKIPPED: "renewal review skipped"}.get(step.state if step else "")
        return done_row(account.name, what or "the renewal date changed", about=about)
    if step.review and step.review.scheduled_on and step.review.scheduled_on.isoformat() != asked:
        return done_row(account.name, f"renewal review moved to {reader.day(step.review.scheduled_on)}", about=about)
    on = reader.day(step.review.scheduled_on) if step.review and step.review.scheduled_on else "that day"
    doings = {"held": "Held", "pick_time": "Pick a new time", "skip": "Skip", "renewed": "Renewed"}
    return day_row(
        account.name,
        mrkdwn("was the renewal review of {} held?", on),
        place=renewal_place(account, steps_of(behind.brief), step, reader.today, reader.policy),
        buttons=[
            button("Held", "renewal.held", step.value),
            button("Pick a new time", "renewal.pick_time", step.value),
        ],
        more=menu("renewal.more", step.value, doings),
        about=about,
    )


def _outcome_row(behind: OutcomeOfDay, item: DayItem, reader: Reader, alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, about = behind.brief.account, about_renewal(behind.brief.account)
    name = account.name
    if behind.decided is not None and behind.decided.next_renewal_on:
        return done_row(name, f"renewed until {reader.day(behind.decided.next_renewal_on)}", about=about)
    if behind.moved_to is not None or behind.renewal_on is None or account.renewal_on is None:
        moved = f"renews {reader.day(behind.moved_to)} now" if behind.moved_to else "no renewal date now"
        return done_row(name, moved, about=about)
    if behind.signing and behind.signing.sign_by >= reader.today:
        return done_row(name, f"in signature, by {reader.day(behind.signing.sign_by)}", about=about)
    if behind.later_on:
        return done_row(name, f"asked again {reader.day(behind.later_on)}", about=about)
    arr = _arr(account, reader)
    of = mrkdwn(" · {}", arr) if arr else ""
    day = reader.day(behind.renewal_on)
    # A button names the day that it asks about: a click on an old message is not about the next renewal.
    value = f"{account.id}:{behind.renewal_on.isoformat()}"
    was = "is" if behind.renewal_on >= reader.today else "was"
    if account.auto_renews:
        until = reader.day(add_months(behind.renewal_on, 12))
        what = mrkdwn("renewal day {} {}{}: it renewed by itself until {}?", was, day, of, until)
        asked = mrkdwn("{}'s renewal day {} {}{}. It renewed by itself until {}?", bold_name(name), was, day, of, until)
        others = {"ask_later": "Ask me later"}
    else:
        what = mrkdwn("renewal day {} {}{}: did it renew?", was, day, of)
        asked = mrkdwn("{}'s renewal day {} {}{}. Did it renew?", bold_name(name), was, day, of)
        others = {"ask_later": "Ask me later", "brief": "Brief"}
    doings = outcomes_of(account)
    primary = next(iter(doings))
    buttons = [
        button(label, f"renewal.{doing}", value, "primary" if alone and doing == primary else None)
        for doing, label in doings.items()
    ]
    if alone:
        return day_row("", asked, why_now(item), buttons=buttons, more=menu("renewal.more", value, others), about=about)
    sign_by = behind.signing.sign_by if behind.signing else None
    place = renewal_place(account, steps_of(behind.brief), None, reader.today, reader.policy, sign_by)
    more = menu("renewal.more", value, {**doings, **others})
    return day_row(name, what, place=place, buttons=buttons, more=more, about=about)


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
    unowned = item.row.whose == OPERATIONS
    days = days_left(item.row.due_on, reader.today)
    fill = {"action_id": "ebr.more", "options": [["Fill in EBR dates", "fill:0"]]}
    lacking = mrkdwn("No EBR date: {}", some_names(unknown)) if unknown else Mrkdwn("")
    head = day_row(
        "",
        mrkdwn(
            "*Plan for {}*{}: {}, {} to schedule",
            f"{item.row.due_on or reader.today:%B}",
            ", accounts without a CSM" if unowned else "",
            planned,
            counted(len(to_do), "review"),
        ),
        lacking,
        place=Place(REST, days),
        buttons=[
            # The plan's own accounts, whoever reads it: the CSM may be away.
            button("Open the plan", "renewal.plan", f"{plan.whose}:0"),
            *([button("Accounts without a CSM", "account.list", "all:no-csm:0")] if unowned else ()),
            *([button("Fill in EBR dates", "ebr.fill", "0")] if unknown and not alone else ()),
        ],
        more=fill if unknown and alone else None,
    )
    if not alone:
        return [head]
    return [head, *(_plan_row(account, step, reader) for account, step in to_do[: reader.policy.message_items - 1])]


def _plan_row(account: Account, step: ReviewStep, reader: Reader) -> Row:
    return day_row(
        account.name,
        mrkdwn(
            "renews {} · {} review {}",
            reader.day(step.renewal_on),
            _which(step.months, reader.policy),
            reader.day(step.due_on),
        ),
        place=Place(REST, days_left(step.due_on, reader.today), account.arr_cents, account.name, account.id),
        buttons=[button("Pick a time", "renewal.pick_time", step.value)],
    )


outcome_rows = with_brief(_outcome_row)
review_rows = with_brief(_review_row)
review_today_rows = with_brief(_review_today_row)
review_held_rows = with_brief(_review_held_row)
