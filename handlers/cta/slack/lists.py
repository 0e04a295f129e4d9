"""Looking at CTAs: bare `/cta`, `list`, `show`, `history`, `help`, and the buttons that page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.cta.slack.answers import answer
from handlers.cta.slack.listing import BARE, list_message, query_of, which_of
from handlers.cta.which import the_cta, to_see
from handlers.cta.words import COMMAND_HELP
from handlers.door.request import Say, as_number
from handlers.door.surfaces import present
from handlers.door.today import reader_today
from storage.base import audit_history as changes
from storage.base import people
from storage.base.errors import Refused, UserError
from storage.base.permissions import MANAGERS_HINT
from storage.base.plurals import counted
from templates.blocks import health as admin
from templates.blocks.mrkdwn import grammar, mrkdwn
from templates.cta import history_show as cta_history

if TYPE_CHECKING:
    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.words import Word

PAGE_BUTTONS = (
    *("previous", "next", "mine", "team", "everybody", "all"),
    *("open", "overdue", "week", "slow", "deferred"),
)
HISTORY_PAGE = 10


def bare(request: Request, services: Services) -> Answer:
    """`/cta`: the person's own CTAs, what is due first on top."""
    return Say(list_message(request, services, f"0|{BARE}"), replace=True)


def list_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta list …`."""
    text = request.text[words[0].start :] if words else ""
    return Say(list_message(request, services, query_of(which_of(request, services, text), 0)), replace=True)


def handle_page(request: Request, services: Services) -> Answer:
    """Another page, or another list, in place."""
    return present(request, services, list_message(request, services, request.value), "CTAs", replace=True)


def show_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta show 12`."""
    return show(request, services, the_cta(request, services, words, "show", kind="any", anywhere=True)[0])


def show(request: Request, services: Services, cta_id: int) -> Answer:
    """One CTA with all that is known of it."""
    return answer(request, services, to_see(services, cta_id), "", detailed=True)


def history_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta history 12`."""
    return history(request, services, the_cta(request, services, words, "history", kind="any", anywhere=True)[0])


def history(request: Request, services: Services, cta_id: int, page: int = 0) -> Answer:
    """Who changed what, when, before and after, from where; the newest on top."""
    db = services.store.connection()
    facts = to_see(services, cta_id)
    found, total = changes.of_subject(db, f"cta:{cta_id}", limit=HISTORY_PAGE, offset=page * HISTORY_PAGE)
    named = people.many(db, cta_history.people_named(found))
    older = (page + 1) * HISTORY_PAGE < total
    # "Next" first: it stays in its place while somebody reads back.
    buttons = [("Next", "cta.history.older", f"{cta_id}|{page + 1}")] if older else []
    if page:
        buttons.append(("Previous", "cta.history.newer", f"{cta_id}|{page - 1}"))
    message = services.render(
        "cta/history",
        head=mrkdwn("{} · {}: {}", facts.account.name, facts.cta.title, counted(total, "change")),
        changes=[cta_history.line(change, named, services.policy, reader_today(request, services)) for change in found],
        buttons=buttons,
    )
    return Say(message, replace=request.id.startswith("cta.history."))


def handle_history_page(request: Request, services: Services) -> Answer:
    """Older or newer changes, in place."""
    number, _, page = request.value.partition("|")
    if not as_number(number) or not page.isdigit():
        raise UserError("That page is not there any more.", "Type /cta history and its number again.")
    return history(request, services, as_number(number), as_number(page))


def help_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta help`."""
    del request, words
    return Say(services.render("cta/help", lines=grammar(COMMAND_HELP)), replace=True)


def admin_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta admin`: the health of delivery, for managers."""
    del words
    if not request.rights.manager:
        raise Refused("Only managers and admins see how delivery is.", MANAGERS_HINT)
    if services.outbox is None:
        raise UserError("Delivery runs elsewhere.", "Ask your operator: python bot.py outbox list")
    return Say(services.render("admin/health", **admin.health(services.outbox.health())))
