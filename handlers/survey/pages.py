"""What is shown of surveys: who is asked in a round, and the form of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.pages import listed
from handlers.door.request import Open
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today
from storage.account import lists as books
from storage.base.errors import UserError
from storage.survey import store
from storage.survey.settings import SurveyArea
from templates.account.show import scope_words
from templates.survey import show as views

if TYPE_CHECKING:
    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.survey.words import Typed
    from storage.account.record import Account


def round_list(
    request: Request, services: Services, scope: str = "", offset: int = 0, *, replace: bool = False
) -> Shown:
    """The accounts that are asked in the current round, else in the next one, a page of them."""
    db, policy, today = services.store.connection(), services.policy, reader_today(request, services)
    found = store.current_round(policy, today)
    if found is None:
        raise UserError("There are no rounds here.", "An admin names their months in policy.toml: [surveys] months.")
    whose = books.whose(db, policy, request.person, scope)
    asked = store.asked_in(db, policy, found, whose)
    page = listed(request, services, [one.account for one in asked], whose.scope, offset)
    context = views.round_list(found, asked, page, scope_words(whose.scope), policy.settings(SurveyArea))
    return present(request, services, services.render("survey/round", **context), "Surveys", replace=replace)


def answer_form(
    request: Request, services: Services, account: Account, typed: Typed | None = None, comment: str = ""
) -> Open:
    """The form of an answer, with what was typed."""
    on = (typed.on if typed else None) or reader_today(request, services)
    said = (typed.kind, typed.score, typed.contact) if typed else (None, None, "")
    context = views.answer_form(account, services.policy.settings(SurveyArea), on, said, comment)
    return Open(services.render("survey/answer", **context), {"account": account.id})
