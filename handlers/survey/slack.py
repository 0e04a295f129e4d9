"""Commands, clicks and forms about answers to surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.access import refuse_stranger
from handlers.account.which import account_clicked, account_meant, account_of_form, page_meant
from handlers.door.actions import carry_out
from handlers.door.request import Answer, Done, Request
from handlers.door.today import reader_today
from handlers.door.words import rest_from, scope_alone
from handlers.survey import actions
from handlers.survey.pages import answer_form, round_list
from handlers.survey.words import is_score, parse_answer
from storage.base.errors import UserError
from storage.base.switches import refuse_off
from storage.survey.store import AREA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.services import Services
    from handlers.door.words import Word


def by_survey(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`survey Acme nps 9 from champion saves us days`; without a kind or score: the form, with what was typed."""
    account, rest = account_meant(request, services, words, "/success survey")
    refuse_stranger(request, services, account)
    today = reader_today(request, services)
    typed = parse_answer(rest, today, services.policy)
    comment = rest_from(request.text, typed.comment[0]) if typed.comment else ""
    if typed.kind is None or typed.score is None:
        return answer_form(request, services, account, typed, comment)
    said = (typed.kind, typed.score, typed.on or today, typed.contact, comment)
    return carry_out(request, services, actions.record, account, *said)


def by_surveys(request: Request, services: Services, words: Sequence[Word]) -> Answer:
    """`surveys [mine|team|all]`."""
    return round_list(request, services, scope_alone(words, "For an answer: /success survey {}"))


def handle_page(request: Request, services: Services) -> Answer:
    """A page of the list, in place of the one before."""
    refuse_off(services.policy, AREA)
    scope, start, _ = page_meant(request.value)
    return round_list(request, services, scope, start, replace=request.id != "survey.round")


def handle_answer(request: Request, services: Services) -> Answer:
    """[Record an answer]."""
    refuse_off(services.policy, AREA)
    return answer_form(request, services, account_clicked(request, services))


def submit_answer(request: Request, services: Services) -> Answer:
    """The answer, from its form: what was asked and the score stand in one choice each."""
    refuse_off(services.policy, AREA)
    account = account_of_form(request, services)
    kind, score, day = request.field("kind"), request.field("score"), request.day("on")
    if not kind:
        raise UserError("What was asked?", field="kind")
    if not is_score(score):
        raise UserError("What was the answer?", field="score")
    if not day:
        raise UserError("On which day?", field="on")
    said = (kind, int(score), day, request.field("contact"), request.field("comment"))
    return Done(carry_out(request, services, actions.record, account, *said).message)
