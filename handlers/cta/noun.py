"""`/cta`, and everything that people do with CTAs: in commands, cards, lists, forms and shortcuts.

- `which.py`: which account or CTA is meant, and may this person change it
- `opening.py`, `closing.py`, `tasks.py`, `changes.py`, `lists.py`: what is done, by noun of work
- `listing.py`, `answers.py`: how it is answered

Buttons carry a CTA's id and menus `verb:ID`, or just the verb in a block that names the CTA (`card:12:3`). Action ids
stay registered for ever, since old messages live on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.cta.slack import changes, closing, lists, opening, replies, tasks
from handlers.cta.slack.answers import chosen_verb, clicked_id
from handlers.cta.which import unknown_command
from handlers.cta.words import read_verb
from handlers.door.request import Say
from handlers.door.surfaces import present

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.door.nouns import Handler
    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.words import Word

    Verb = Callable[[Request, Services, list[Word]], Answer | None]
    Doing = Callable[[Request, Services, int], Answer | None]

VERBS: dict[str, Verb] = {
    "open": opening.open_by_words,
    "close": closing.close_by_words,
    "reopen": closing.reopen_by_words,
    "withdraw": closing.withdraw_by_words,
    "task": tasks.tasks_by_words,
    "note": changes.note_by_words,
    "snooze": changes.snooze_by_words,
    "assign": changes.assign_by_words,
    "due": changes.due_by_words,
    "edit": changes.edit_by_words,
    "list": lists.list_by_words,
    "show": lists.show_by_words,
    "history": lists.history_by_words,
    "help": lists.help_by_words,
    "admin": lists.admin_by_words,
}

MENU: dict[str, Doing] = {
    "success": closing.success,
    "no_success": closing.ask_why_not,
    "tasks": tasks.open_tasks,
    "note": changes.ask_note,
    "snooze": changes.ask_snooze,
    "edit": changes.ask_edit,
    "show": lists.show,
    "history": lists.history,
    "withdraw": closing.ask_withdraw,
    "again": opening.open_again,
}


def handle_command(request: Request, services: Services) -> Answer | None:
    """`/cta …`: the sub-command, or without one the person's own CTAs."""
    verb, words = read_verb(request.text)
    if verb:
        return VERBS[verb](request, services, words)
    if words and words[0].kind in ("user", "email"):
        return lists.list_by_words(request, services, words)
    if words:
        raise unknown_command(services, words, request.text)
    return lists.bare(request, services)


def handle_menu(request: Request, services: Services) -> Answer | None:
    """A menu of a card or of a list's row."""
    verb, number = chosen_verb(request)
    return _in_place(request, services, MENU[verb](request, services, number)) if verb in MENU else None


def _in_place(request: Request, services: Services, answer: Answer | None) -> Answer | None:
    """An answer to a click in a form stands in that form: a message elsewhere would not be seen from there."""
    if isinstance(answer, Say) and (request.body.get("view") or {}).get("type") == "modal":
        return present(request, services, answer.message, "CTAs", replace=True)
    return answer


def by_id(doing: Doing) -> Handler:
    """The handler of a button about a CTA."""

    def handle(request: Request, services: Services) -> Answer | None:
        return _in_place(request, services, doing(request, services, clicked_id(request)))

    return handle


COMMANDS: dict[str, Handler] = {"/cta": handle_command}
ACTIONS: dict[str, Handler] = {
    "cta.success": by_id(closing.success),
    "cta.no_success": closing.handle_no_success,
    "cta.undo": by_id(closing.undo),
    "cta.learned": by_id(closing.ask_learned),
    "cta.enable": by_id(opening.open_enable),
    "cta.open_again": by_id(opening.open_again),
    "cta.tasks": by_id(tasks.open_tasks),
    "cta.show": by_id(lists.show),
    "cta.history": by_id(lists.history),
    "cta.history.newer": lists.handle_history_page,
    "cta.history.older": lists.handle_history_page,
    "cta.more": handle_menu,
    "cta.update": handle_menu,
    "cta.new": opening.handle_new,
    "cta.account": opening.handle_changed,
    "cta.motion": opening.handle_changed,
    "cta.playbook": opening.handle_changed,
    "cta.outcome": closing.handle_changed,
    "cta.reason": closing.handle_changed,
    "cta.task_pick": tasks.handle_pick,
    "cta.task_add": tasks.handle_add,
    **{f"cta.tick.{group}": tasks.handle_tick for group in range(tasks.GROUPS)},
    "cta.list": lists.handle_page,
    **{f"cta.list.{label}": lists.handle_page for label in lists.PAGE_BUTTONS},
}
VIEWS: dict[str, Handler] = {
    "cta.open": opening.handle_open,
    "cta.close": closing.handle_close,
    "cta.correct": closing.handle_correct,
    "cta.learned": closing.handle_learned,
    "cta.withdraw": closing.handle_withdraw,
    "cta.task": tasks.handle_task,
    "cta.note": changes.handle_note,
    "cta.snooze": changes.handle_snooze,
    "cta.edit": changes.handle_edit,
}
OPTIONS: dict[str, Handler] = {
    "cta.account": opening.suggest_accounts,
    "cta.gap": closing.suggest_gaps,
    "cta.vendor": closing.suggest_vendors,
}
REPLIES: dict[str, Callable[[Request, Services], None]] = {"cta.card": replies.handle_reply}
SHORTCUTS: dict[str, Handler] = {
    "cta.open_shortcut": opening.handle_shortcut,
    "cta.open_from_message": opening.handle_message_shortcut,
}
