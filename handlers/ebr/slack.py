"""Commands, clicks and forms about EBRs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.pages import brief_form, edit_form, listing
from handlers.account.pages import show as show_account
from handlers.account.which import account_meant, account_to_change, day_typed, moment_typed, nothing_left, number
from handlers.door.dates import picked_day, picked_time
from handlers.door.request import Answer, Done, Open, Request, Say
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today, zone_name, zone_of
from handlers.ebr.words import COMMAND_HELP, parse, parse_cadence
from handlers.ebr.words import VERBS as WORDS
from handlers.renewal.actions import later_day
from handlers.renewal.pages import USUAL_TIME
from reminders.engine.calendar import calendar_of
from storage.account import brief as briefs
from storage.account import lists as books
from storage.account import store as accounts
from storage.base import people
from storage.base.errors import UserError
from storage.base.moments import civil_day
from storage.base.permissions import may
from storage.ebr import lists as ebr_lists
from storage.ebr import notices
from storage.ebr import store as ebrs
from storage.ebr.brief import ebrs_of
from storage.renewal.review_steps import cadence_in_words, ebr_step
from templates.blocks.mrkdwn import day_words, moment, mrkdwn, on_day_words
from templates.blocks.words import joined, told_words
from templates.ebr import show as views

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.account.record import Account
    from storage.base.person import Person
    from storage.renewal.review_steps import EbrDue

    Handler = Callable[[Request, Services], Answer | None]

PAGE = 10
PAGES = ("mine", "team", "all", "page_back", "page_on")


def handle_command(request: Request, services: Services) -> Answer:
    """Show or do what `/ebr …` asks for."""
    asked = parse(request.text)
    match asked.verb:
        case "help":
            return Say(services.render("blocks/help", command="/ebr", lines=COMMAND_HELP))
        case "list":
            return due_list(request, services, asked.scope)
        case "coverage":
            return coverage(request, services, asked.scope)
    command, verbs = f"/ebr {asked.said}".strip(), () if asked.said else WORDS
    account, rest = account_meant(request, services, asked.rest, command, verbs=verbs)
    if asked.verb == "show":
        nothing_left(rest, "/ebr Acme")
        return show(request, services, account)
    refuse_stranger(request, services, account)
    words = " ".join(word.text for word in rest)
    match asked.verb:
        case "log":
            held_on = day_typed(request, services, words, past=True)
            return logged(request, services, account, held_on) if held_on else log_form(request, services, account)
        case "cancel":
            nothing_left(rest, "/ebr cancel Acme")
            return called_off(request, services, account)
        case "cadence":
            return _cadence(request, services, account, rest)
        case _:
            day, at = moment_typed(request, services, words)
            if at:
                return scheduled(request, services, account, at)
            return schedule_form(request, services, account, day)


def _cadence(request: Request, services: Services, account: Account, words: Sequence[Word]) -> Answer:
    if not words:
        return cadence_form(services, account)
    months, agreed_by = parse_cadence(words)
    if months and months <= ebrs.LEADERS_DECIDE_MONTHS and not agreed_by:
        return cadence_form(services, account, months)
    return cadence_set(request, services, account, months, agreed_by)


# -- what is shown ----------------------------------------------------------------------------------------------


def due_list(
    request: Request, services: Services, scope: str = "", offset: int = 0, which: str = "", *, replaces: bool = False
) -> Shown:
    """EBRs overdue, due or scheduled, and accounts without a date; `which` of them, as in `books.ebrs_page`."""
    db, policy, today = services.store.connection(), services.policy, reader_today(request, services)
    whose = books.whose(db, policy, request.person, scope)
    page = ebr_lists.ebrs_page(db, policy, whose, today, limit=PAGE, offset=offset, which=which)
    found = [row.account for row in page.rows]
    context = views.due_list(
        page.rows,
        people.many(db, [account.csm_id for account in found]),
        today,
        zone_name(request, services),
        scope=whose.scope,
        which=which,
        totals={"": page.every, "overdue": page.overdue, "dateless": page.dateless},
        offset=offset,
        size=PAGE,
        reader_id=request.person.id,
        changeable=[a.id for a in found if may(request.rights, "change", policy, a)],
    )
    return present(request, services, services.render("ebr/due", **context), "EBRs", replace=replaces)


def show(request: Request, services: Services, account: Account) -> Shown:
    """One account's EBRs."""
    brief = briefs.brief(services.store.connection(), services.policy, account.id)
    may_change = may(request.rights, "change", services.policy, account) and account.active
    due = ebr_lists.ebr_due(account, ebrs_of(brief).ebrs, services.policy)
    today, zone = reader_today(request, services), zone_name(request, services)
    context = views.ebr(brief, due, today, zone, services.policy, may_change=may_change)
    return present(request, services, services.render("ebr/account", **context), "EBRs")


def coverage(request: Request, services: Services, scope: str = "", *, replaces: bool = False) -> Shown:
    """Who had an EBR in the last twelve months, as of today in the policy's zone."""
    db, policy = services.store.connection(), services.policy
    whose = books.whose(db, policy, request.person, scope if scope in books.SCOPES else "")
    held, total = ebr_lists.coverage(db, policy, whose, civil_day(request.now, policy.timezone))
    context = views.coverage(held, total, policy.ebr_coverage_target, whose.scope)
    return present(request, services, services.render("ebr/coverage", **context), "EBR coverage", replace=replaces)


def due_of(services: Services, account: Account) -> EbrDue:
    """When the account's next EBR is due."""
    known = ebrs.of_accounts(services.store.connection(), [account.id])[account.id]
    return ebr_lists.ebr_due(account, known, services.policy)


# -- forms ------------------------------------------------------------------------------------------------------


def schedule_form(request: Request, services: Services, account: Account, day: date | None = None) -> Open:
    """The form for an EBR's day and time: on its due day, if that is ahead."""
    today, due = reader_today(request, services), due_of(services, account)
    wanted = day or max(due.due_on or today, today + timedelta(days=1))
    first = day or calendar_of(services.policy).next_business_day(wanted)
    at = datetime.combine(first, USUAL_TIME, zone_of(request, services))
    context = views.schedule_form(due, at, zone_name(request, services), today)
    return Open(services.render("ebr/schedule", **context), {"account": account.id})


def log_form(request: Request, services: Services, account: Account) -> Open:
    """The form for an EBR that was held: on its scheduled day, if that has come."""
    today, due = reader_today(request, services), due_of(services, account)
    planned = due.scheduled.scheduled_on if due.scheduled else None
    day = planned if planned and planned <= today else today
    context = views.log_form(due, day, today, zone_name(request, services))
    return Open(services.render("ebr/log", **context), {"account": account.id})


def cadence_form(services: Services, account: Account, months: int | None = None, agreed_by: str = "") -> Open:
    """The form for how often."""
    context = views.cadence_form(account, services.policy, months, agreed_by, leaders_decide=ebrs.LEADERS_DECIDE_MONTHS)
    return Open(services.render("ebr/cadence", **context), {"account": account.id})


# -- what is done -----------------------------------------------------------------------------------------------


def scheduled(request: Request, services: Services, account: Account, at: datetime) -> Say:
    """An EBR gets its date; no nudges until then."""
    with services.unit(request) as unit:
        planned = ebrs.schedule(unit, account.id, at, at.astimezone(zone_of(request, services)).date())
        said = mrkdwn("*{}* · EBR on {}. No nudges until then.", account.name, moment(at))
        answer = _done(services, said, button=("Call it off", "ebr.call_off", f"{account.id}:{planned.scheduled_on}"))
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def called_off(request: Request, services: Services, account: Account, on: date | None = None) -> Say:
    """A scheduled EBR is off (one moved from the day `on` is not); nudges follow its due date again."""
    with services.unit(request) as unit:
        planned = ebrs.call_off(unit, account.id, on)
        due = ebr_lists.ebr_due(account, ebrs.of_accounts(unit.db, [account.id])[account.id], services.policy)
        off = day_words(planned.scheduled_on, reader_today(request, services)) if planned.scheduled_on else "that day"
        due_words = views.due_words(due, reader_today(request, services), zone_name(request, services))
        said = mrkdwn("*{}* · EBR of {} called off · {}", account.name, off, due_words)
        answer = _done(services, said, button=("Pick a date", "ebr.pick_date", str(account.id)))
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def logged(request: Request, services: Services, account: Account, held_on: date, note: str = "") -> Say:
    """An EBR was held; the next one is due a cadence later."""
    with services.unit(request) as unit:
        ebrs.log(unit, account.id, held_on, note or None)
        after = accounts.get(unit.db, account.id)
        due = ebr_lists.ebr_due(after, ebrs.of_accounts(unit.db, [account.id])[account.id], services.policy)
        next_due = f"next one due {day_words(due.due_on, reader_today(request, services))}" if due.due_on else None
        held = mrkdwn("*{}* · EBR of {} logged", account.name, day_words(held_on, reader_today(request, services)))
        answer = _done(services, joined([held, next_due]))
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def cadence_set(request: Request, services: Services, account: Account, months: int | None, agreed_by: str) -> Say:
    """How often an account has its EBR; quarterly is told to AE and manager."""
    with services.unit(request) as unit:
        after = ebrs.set_cadence(unit, account.id, months, agreed_by)
        told: list[Person] = []
        if months is not None and months <= ebrs.LEADERS_DECIDE_MONTHS:
            told = notices.cadence_changed(unit, account, months, agreed_by)
        rhythm = services.policy.cadence_months(after.segment, after.ebr_cadence_months)
        said = mrkdwn("*{}* has its EBR {} from now on", account.name, cadence_in_words(rhythm))
        answer = _done(services, said, told)
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def later(request: Request, services: Services, account: Account) -> Say:
    """The person is reminded of the account's EBR again, two business days on; a nudge still ahead comes by itself."""
    today, zone, due = reader_today(request, services), zone_name(request, services), due_of(services, account)
    if due.due_on is None:
        raise UserError(f"No EBR date is known of {account.name}.", "Fill in the last one, or since when it is one.")
    on = later_day(services.policy, today)
    step = ebr_step(due.due_on, services.policy, today)
    if step is None or due.scheduled:
        said = mrkdwn("*{}* · EBR {}. I'll remind you in time.", account.name, views.due_words(due, today, zone))
        return _done(services, said)
    at = calendar_of(services.policy).morning(on, zone)
    with services.unit(request) as unit:
        ebrs.remind_later(unit, due, step, request.person, at, on)
        said = mrkdwn("*{}* · I'll bring the EBR up again {}.", account.name, on_day_words(on, today))
        answer = _done(services, said)
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def _done(
    services: Services, said: str, told: list[Person] | None = None, button: tuple[str, str, str] | None = None
) -> Say:
    told_line = told_words(told or [], "are told")
    return Say(services.render("blocks/done", said=said, told=told_line, buttons=[button] if button else []))


# -- clicks and submits -----------------------------------------------------------------------------------------


def _account(request: Request, services: Services) -> Account:
    return account_to_change(request, services, number(request.value.split(":")[0]))


def handle_pick_date(request: Request, services: Services) -> Answer:
    """[Pick a date]."""
    return schedule_form(request, services, _account(request, services))


def handle_log(request: Request, services: Services) -> Answer:
    """[Already held]."""
    return log_form(request, services, _account(request, services))


def handle_held(request: Request, services: Services) -> Answer:
    """[Held on that day]: the scheduled day is the day held, if it has come."""
    account = _account(request, services)
    planned = ebrs.scheduled(services.store.connection(), account.id)
    if planned is None or planned.scheduled_on is None or f"{account.id}:{planned.scheduled_on}" != request.value:
        return log_form(request, services, account)
    if planned.scheduled_on > reader_today(request, services):
        return log_form(request, services, account)
    return logged(request, services, account, planned.scheduled_on)


def handle_call_off(request: Request, services: Services) -> Answer:
    """[Call it off], unless it was moved since."""
    _, _, day = request.value.partition(":")
    said = called_off(request, services, _account(request, services), picked_day(day) if day else None)
    return present(request, services, said.message, "EBRs", replace=request.id != "ebr.more")


def handle_later(request: Request, services: Services) -> Answer:
    """[Remind me later]."""
    return later(request, services, _account(request, services))


def handle_cadence(request: Request, services: Services) -> Answer:
    """[Change how often]."""
    return cadence_form(services, _account(request, services))


def handle_fill_in(request: Request, services: Services) -> Answer:
    """[Fill in] what an EBR's due date is worked out from."""
    return edit_form(request, services, _account(request, services))


def handle_undated(request: Request, services: Services) -> Answer:
    """[Fill in EBR dates]: the person's accounts of which none is known."""
    return listing(request, services, "", "no-date")


def handle_brief(request: Request, services: Services) -> Answer:
    """[Brief me]."""
    return brief_form(request, services, number(request.value.split(":")[0]))


def handle_show(request: Request, services: Services) -> Answer:
    """[Show] the account's EBRs."""
    return show(request, services, accounts.get(services.store.connection(), number(request.value)))


def handle_show_account(request: Request, services: Services) -> Answer:
    """[Account]."""
    return show_account(request, services, accounts.get(services.store.connection(), number(request.value)))


def handle_page(request: Request, services: Services) -> Answer:
    """A page of the list, in place of the one before."""
    scope, _, rest = request.value.partition(":")
    offset, _, which = rest.partition(":")
    start = min(int(offset), 1_000_000) if offset.isascii() and offset.isdigit() else 0
    which = which if which in views.PARTS else ""
    return due_list(request, services, scope if scope in books.SCOPES else "", start, which, replaces=True)


def handle_coverage(request: Request, services: Services) -> Answer:
    """[Coverage], of other accounts."""
    return coverage(request, services, request.value, replaces=True)


def handle_more(request: Request, services: Services) -> Answer | None:
    """`⋯`: what the chosen option names."""
    verb, _, value = request.value.partition(":")
    handler = VERBS.get(verb)
    if handler is None:
        raise UserError("That choice is too old to use.", "Ask for the list again: /ebr")
    return handler(replace(request, value=value), services)


def _submitted(request: Request, services: Services) -> Account:
    return account_to_change(request, services, number(str(request.meta.get("account", ""))))


def submit_schedule(request: Request, services: Services) -> Answer:
    """The day and time picked."""
    account = _submitted(request, services)
    day, clock = request.field("scheduled_on"), request.field("scheduled_time")
    if not day:
        raise UserError("Which day?", field="scheduled_on")
    if not clock:
        raise UserError("At what time?", field="scheduled_time")
    at = datetime.combine(picked_day(day), picked_time(clock), zone_of(request, services))
    return Done(scheduled(request, services, account, at).message)


def submit_log(request: Request, services: Services) -> Answer:
    """The day on which it was held."""
    account = _submitted(request, services)
    day = request.field("held_on")
    if not day:
        raise UserError("On which day?", field="held_on")
    return Done(logged(request, services, account, picked_day(day), request.field("note")).message)


def submit_cadence(request: Request, services: Services) -> Answer:
    """How often, and who agreed."""
    account = _submitted(request, services)
    chosen = request.field("months")
    months = int(chosen) if chosen.isascii() and chosen.isdigit() else None
    return Done(cadence_set(request, services, account, months, request.field("agreed_by")).message)


VERBS: dict[str, Handler] = {
    "pick_date": handle_pick_date,
    "log": handle_log,
    "held": handle_held,
    "call_off": handle_call_off,
    "later": handle_later,
    "cadence": handle_cadence,
    "fill_in": handle_fill_in,
    "fill": handle_undated,
    "brief": handle_brief,
    "show": handle_show,
    "show_account": handle_show_account,
}
