"""Commands, clicks and forms about success plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.account.access import refuse_stranger
from handlers.account.which import (
    account_clicked,
    account_meant,
    account_of_form,
    account_seen,
    account_to_change,
    nothing_left,
    number,
    page_meant,
)
from handlers.door.actions import carry_out
from handlers.door.choices import by_menu
from handlers.door.files import send_file
from handlers.door.people import known
from handlers.door.request import Answer, Done, Request, Say, as_number
from handlers.door.surfaces import present
from handlers.door.today import reader_today
from handlers.door.words import rest_from, scope_alone
from handlers.plan import actions
from handlers.plan.access import refuse_others
from handlers.plan.pages import (
    answer_form,
    edit_form,
    listing,
    objective_form,
    page_to_hand_over,
    plan_page,
    submitted_words,
)
from handlers.plan.words import parse_plan
from storage.account import store as accounts
from storage.base.errors import Stale, UserError
from storage.base.switches import refuse_off
from storage.plan import store
from storage.plan.record import KINDS, ROI
from templates.blocks.mrkdwn import mrkdwn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.nouns import Handler
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.account.record import Account
    from storage.plan.record import Objective

AREA = store.AREA
FILE = "success-plan"
_TEXTS = ("title", "why", "criteria", "baseline", "customer_owner", "came_of")


def under_plan(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success plan Acme [internal] [file]`."""
    account, words = account_meant(request, services, rest, "/success plan")
    asked = parse_plan(words)
    nothing_left(asked.rest, "/success plan Acme internal")
    if asked.as_file:
        return _file(request, services, account, asked.kind)
    return plan_page(request, services, account, asked.kind)


def under_plans(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success plans [mine|team|all]`."""
    return listing(request, services, scope_alone(rest, "Of one account: /success plan {}"))


def under_objective(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success objective Acme add Releases twice a week`: the form, with what was typed."""
    account, words = account_meant(request, services, rest, "/success objective")
    refuse_stranger(request, services, account)
    words = words[1:] if words and words[0].text.casefold() in ("add", "new") else words
    title = rest_from(request.text, words[0]) if words else ""
    return objective_form(request, services, account, None, title=title[:255])


def under_submit(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success submit Acme`."""
    account, words = account_meant(request, services, rest, "/success submit")
    nothing_left(words, "/success submit Acme")
    refuse_stranger(request, services, account)
    return carry_out(request, services, actions.submit, account)


def under_qualify(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success qualify Acme`: the form, with the five questions in view."""
    account, words = account_meant(request, services, rest, "/success qualify")
    nothing_left(words, "/success qualify Acme")
    return _answer_form(request, services, account, "qualify")


def under_return(request: Request, services: Services, rest: Sequence[Word]) -> Answer:
    """`/success return Acme no number to measure it by`; without words the form."""
    account, words = account_meant(request, services, rest, "/success return", careful=True)
    if not words:
        return _answer_form(request, services, account, "return")
    refuse_others(request, services, account)
    return carry_out(request, services, actions.send_back, account, rest_from(request.text, words[0]))


def handle_list(request: Request, services: Services) -> Answer:
    """A page of the list, in place of the one before."""
    refuse_off(services.policy, AREA)
    scope, start, _ = page_meant(request.value)
    return listing(request, services, scope, start, replace=request.id != "plan.round")


def handle_show(request: Request, services: Services) -> Answer:
    """The page of a plan, or another page of its objectives in place of the one before."""
    refuse_off(services.policy, AREA)
    _, kind, offset = _placed(request.value)
    account, again = account_seen(request, services), request.id in ("plan.page_next", "plan.page_previous")
    return plan_page(request, services, account, kind, offset, replace=again)


def handle_edit(request: Request, services: Services) -> Answer:
    """[Edit], [Update the plan], [Begin the plan]."""
    refuse_off(services.policy, AREA)
    _, kind, _ = _placed(request.value)
    return edit_form(request, services, account_clicked(request, services), kind)


def handle_still_right(request: Request, services: Services) -> Answer:
    """[Still right]."""
    refuse_off(services.policy, AREA)
    plan = store.get(services.store.connection(), services.policy, number(request.value))
    account_to_change(request, services, plan.account_id)
    return _answered(request, services, carry_out(request, services, actions.still_right, plan))


def handle_submit(request: Request, services: Services) -> Answer:
    """[Submit]."""
    refuse_off(services.policy, AREA)
    account = account_clicked(request, services)
    return _answered(request, services, carry_out(request, services, actions.submit, account))


def handle_qualify(request: Request, services: Services) -> Answer:
    """[Qualify]."""
    refuse_off(services.policy, AREA)
    return _answer_form(request, services, account_seen(request, services), "qualify")


def handle_return(request: Request, services: Services) -> Answer:
    """[Return]."""
    refuse_off(services.policy, AREA)
    return _answer_form(request, services, account_seen(request, services), "return")


def handle_file(request: Request, services: Services) -> Answer:
    """[As a file]: the page to hand over, in the person's own messages."""
    refuse_off(services.policy, AREA)
    _, kind, _ = _placed(request.value)
    return _file(request, services, account_seen(request, services), kind)


def handle_objective(request: Request, services: Services) -> Answer:
    """[Add an objective]."""
    refuse_off(services.policy, AREA)
    _, kind, _ = _placed(request.value)
    return objective_form(request, services, account_clicked(request, services), None, kind)


def handle_objective_edit(request: Request, services: Services) -> Answer:
    """[Edit] of an objective."""
    goal, account = _goal(request, services, request.value)
    return objective_form(request, services, account, goal)


def handle_more(request: Request, services: Services) -> Answer | None:
    """`⋯` of a row: what the chosen option names."""
    return by_menu(VERBS, request, services, "the list again: /success plans")


def submit_edit(request: Request, services: Services) -> Answer:
    """A plan, from its form."""
    refuse_off(services.policy, AREA)
    account, kind = account_of_form(request, services), _kind(str(request.meta.get("kind", "")))
    said: dict[str, Any] = {name: request.field(name) for name in ("state", "strategy", "highlights", "link")}
    said["due_on"] = request.day("due_on")
    if kind == ROI:
        said["shared_on"] = request.day("shared_on")
    if store.of_account(services.store.connection(), services.policy, account.id, kind) is not None:
        said = {name: value for name, value in said.items() if request.touched(name)}
    return Done(carry_out(request, services, actions.save, account, kind, said).message)


def submit_objective(request: Request, services: Services) -> Answer:
    """An objective, from its form."""
    refuse_off(services.policy, AREA)
    said: dict[str, Any] = {name: request.field(name) for name in _TEXTS}
    said |= {"priority": request.field("priority"), "status": request.field("status")}
    said |= {"due_on": request.day("due_on")}
    said["original"] = "original" in (request.values.get("original") or [])
    offered = [int(one) for one in request.meta.get("ctas", ()) if as_number(str(one))]
    ctas = [found for one in request.values.get("ctas") or [] if (found := as_number(str(one))) in offered]
    if "objective" in request.meta:
        goal, _ = _goal(request, services, str(request.meta["objective"]))
        said["owner_id"] = _owner(request, services)
        said = {name: value for name, value in said.items() if request.touched(name)}
        toggled = [one for one in offered if str(one) in request.toggled("ctas")]
        done = carry_out(request, services, actions.edit_objective, goal, said, {*ctas} & {*toggled}, toggled)
        return Done(done.message)
    account = account_of_form(request, services)
    said["owner_id"] = _owner(request, services)
    kind = _kind(request.field("kind") or ROI)
    return Done(carry_out(request, services, actions.add_objective, account, kind, said, ctas).message)


def submit_qualify(request: Request, services: Services) -> Answer:
    """A manager qualifies it."""
    account = _to_answer(request, services)
    return Done(carry_out(request, services, actions.qualify, account).message)


def submit_return(request: Request, services: Services) -> Answer:
    """A manager returns it, with a line."""
    account = _to_answer(request, services)
    return Done(carry_out(request, services, actions.send_back, account, request.field("line")).message)


def _to_answer(request: Request, services: Services) -> Account:
    refuse_off(services.policy, AREA)
    db = services.store.connection()
    account = accounts.get(db, number(str(request.meta.get("account", ""))))
    refuse_others(request, services, account)
    now = submitted_words(store.of_account(db, services.policy, account.id))
    if now and now != str(request.meta.get("submitted", now)):
        raise Stale(f"The plan of {account.name} was submitted anew since.", "Open the form again, to answer that one.")
    return account


def _answer_form(request: Request, services: Services, account: Account, name: str) -> Answer:
    refuse_others(request, services, account)
    plan = store.of_account(services.store.connection(), services.policy, account.id)
    if plan is None or plan.submitted_on is None:
        raise Stale(f"No plan of {account.name} waits for an answer.", "It was answered, or taken back.")
    return answer_form(request, services, account, name)


def _answered(request: Request, services: Services, said: Say) -> Answer:
    return present(request, services, said.message, "Success plan")


def _file(request: Request, services: Services, account: Account, kind: str) -> Say:
    db, today = services.store.connection(), reader_today(request, services)
    if store.of_account(db, services.policy, account.id, kind) is None:
        raise UserError(f"{account.name} has no such plan yet.", f"Begin one: /success plan {account.name}")
    text = page_to_hand_over(db, services.policy, account, kind, today)
    slack_id = str(request.person.slack_id)
    said = mrkdwn("The success plan of {}, as a page.", account.name)
    services.later(lambda: send_file(services, slack_id, text, name=f"{FILE}.md", title="Success plan", comment=said))
    return Say(
        services.render(
            "blocks/done", said=mrkdwn("*{}* · the page comes in your messages.", account.name), told=None, buttons=[]
        )
    )


def _owner(request: Request, services: Services) -> int | None:
    picked = request.field("owner_id")
    return known(services, picked, services.team_id).id if picked else None


def _goal(request: Request, services: Services, value: str) -> tuple[Objective, Account]:
    """The objective that a value names, and its account, which the person may change."""
    refuse_off(services.policy, AREA)
    goal = store.objective(services.store.connection(), number(value))
    return goal, account_to_change(request, services, goal.account_id)


def _placed(value: str) -> tuple[str, str, int]:
    """`ACCOUNT[:KIND[:OFFSET]]`."""
    account, _, rest = value.partition(":")
    kind, _, offset = rest.partition(":")
    return account, _kind(kind or ROI), as_number(offset)


def _kind(text: str) -> str:
    return text if text in KINDS else ROI


VERBS: dict[str, Handler] = {
    "show": handle_show,
    "edit": handle_edit,
    "still_right": handle_still_right,
    "submit": handle_submit,
}
