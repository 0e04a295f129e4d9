"""How an answer is shown: each kind at the one place that Slack has for it, and in an ack only if that holds it.

Called by the guard (`errors.py`) with what a handler answered. What Slack refuses here is raised where the ack has
not gone out yet, and said another way where it has.
"""

from __future__ import annotations

import logging
import secrets
from functools import partial
from time import sleep
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from handlers.door import acks, spoken
from handlers.door.refusals import TROUBLE, in_words, is_gone, is_passing
from handlers.door.request import Answer, Done, Errors, HomePage, Open, Options, Redraw, Request, Say, carried
from storage.base.errors import CarriedOut, UserError
from templates.blocks.in_full import in_full

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import Ack

    from handlers.door.services import Services

log = logging.getLogger("cta_bot")

WAITS = (0.1, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds before each try to fill a form that an ack has opened: Slack may be a moment behind.

Where it is unwell the last one is left out: words about that still have to come in time."""
ONE_MOMENT = UserError("This is a long one.", "It will be here at once.")


def carry_out(answer: Answer | None, request: Request, services: Services, ack: Ack) -> None:
    """Do what a handler answered, each at the one place that Slack has for it."""
    match answer:
        case None | HomePage():
            ack()
        case Options(pairs):
            ack(options=acks.options(pairs))
        case Errors(fields):
            ack(response_action="errors", errors=acks.errors(fields))
        case Say() if request.kind == "command":
            _say_to_command(answer, request, services, ack)
        case Say() if is_modal(request.body):
            _say_in_form(answer, request, services, ack)
        case Say():
            ack()
            services.later(lambda: say(answer, request, services), str(request.person.id))
        case Done(message):
            _say_in_form(Say(message) if message else None, request, services, ack)
        case Open(view, meta):
            _open(view, meta, request, services, ack)
        case Redraw(view, meta):
            _redraw(view, meta, request, services, ack)


def say(answer: Say, request: Request, services: Services) -> None:
    """Tell the person, and nobody else: through the way back that came with the request, else by DM."""
    if request.kind == "event" and spoken.is_spoken(request.body["event"]):
        spoken.tell(answer.message, request.body, str(request.person.slack_id), services)
        return
    replace = answer.replace and request.ephemeral
    tell(answer.message, request.response_url, str(request.person.slack_id), services, replace=replace)


def tell(
    message: Mapping[str, Any], response_url: str, user: str, services: Services, *, replace: bool = False
) -> None:
    """Send a message by a response URL, or by DM where there is none, or none that works any more."""
    blocks = message.get("blocks") or []
    said = {"text": in_full(message["text"], blocks), "blocks": blocks or None}
    if response_url:
        try:
            services.respond(response_url, {**said, "response_type": "ephemeral", "replace_original": replace})
        except Exception as error:  # noqa: BLE001 - whatever it was, the DM is private too
            # Used up (5 times, 30 minutes), or Slack is unwell.
            log.warning("response_url refused; answering by DM: %s", error)
        else:
            return
    lasting = services.lasting(said)
    services.when_let(lambda: services.slack.chat_postMessage(channel=user, **lasting))


def _say_to_command(answer: Say, request: Request, services: Services, ack: Ack) -> None:
    body = answer.as_ack()
    # A character takes at most twelve bytes in the ack (an emoji); only where that says too little are they counted.
    if len(body) * 12 < acks.ACK_BYTES or acks.fits({**answer.message, "response_type": "ephemeral"}):
        ack(body)
        return
    ack()
    services.later(lambda: say(answer, request, services), str(request.person.id))


def is_modal(body: Mapping[str, Any]) -> bool:
    """Whether a payload comes from a form."""
    return (body.get("view") or {}).get("type") == "modal"


def _say_in_form(answer: Say | None, request: Request, services: Services, ack: Ack) -> None:
    """Answer a submit or a click in a form: a message elsewhere would not be seen from there.

    A form that stood alone gives way to a message. One on top of a list leads back to the list: what is to take the
    list's place does so, anything else stands on top of it, where the form was.
    """
    below = request.body["view"].get("previous_view_id")
    if answer is None:
        ack(response_action="clear")
        return
    pane = services.render("blocks/pane", title="Answer", blocks=answer.message["blocks"])
    pane["private_metadata"] = carried(request, {})
    if request.kind == "action":
        ack()
        _show(lambda: put_on_top(pane, request.body, services), answer, request, services)
    elif not below:
        ack(response_action="clear")
        services.later(lambda: say(answer, request, services), str(request.person.id))
    elif answer.replace:
        ack()
        _show(lambda: services.slack.views_update(view_id=below, view=pane), answer, request, services)
    else:
        _ack_view("update", pane, request, services, ack, instead=answer)


def _show(showing: Callable[[], object], answer: Say, request: Request, services: Services) -> None:
    """Show an answer in a form after the ack; as a message where that can't be shown."""
    services.later(partial(_shown, showing, answer, request, services), str(request.person.id))


def _shown(showing: Callable[[], object], answer: Say, request: Request, services: Services) -> None:
    try:
        showing()
    except TROUBLE:
        say(answer, request, services)


def _ack_view(
    how: str,
    view: dict[str, Any],
    request: Request,
    services: Services,
    ack: Ack,
    *,
    instead: Say | None = None,
) -> None:
    """Answer a submit by a form. What an ack can't hold opens empty and is filled at once, or said `instead`."""
    if acks.fits({"response_action": how, "view": view}):
        ack(response_action=how, view=view)
        return
    external_id = f"large.{secrets.token_hex(8)}"
    ack(response_action=how, view={**notice(ONE_MOMENT, services), "external_id": external_id})

    def fill() -> None:
        try:
            _fill(external_id, view, services)
        except TROUBLE as error:
            if instead is not None:
                say(instead, request, services)
            elif not is_gone(error):
                log.warning("a large form can't be shown: %s", error)
                said = in_words(error) or UserError("Slack did not show the form.", "Please try once more.")
                words = {"message": said.message, "hint": said.hint, "typed": "", "choices": ()}
                say_in_message = Say(services.render("errors/refusal", **words))
                _shown(
                    lambda: put_on_top(notice(said, services), request.body, services),
                    say_in_message,
                    request,
                    services,
                )

    services.later(fill, str(request.person.id))


def _fill(external_id: str, view: dict[str, Any], services: Services) -> None:
    """Put the whole into a form that an ack has just opened; raises what Slack says if it is gone."""
    for seconds in WAITS:
        sleep(seconds)
        try:
            services.slack.views_update(external_id=external_id, view=view)
        except TROUBLE as error:
            last = WAITS[-1] if is_gone(error) else WAITS[-2] if is_passing(error) else seconds
            if seconds >= last:
                raise
        else:
            return


def _open(view: dict[str, Any], meta: Mapping[str, Any], request: Request, services: Services, ack: Ack) -> None:
    if request.kind == "event":
        ack()
        to_click = Say(spoken.to_click(request, services))
        services.later(lambda: say(to_click, request, services), str(request.person.id))
        return
    view = {**view, "private_metadata": carried(request, meta)}
    if request.kind == "view":
        _ack_view("push", view, request, services, ack)
        return
    if is_modal(request.body):
        put_on_top(view, request.body, services)
    else:
        services.slack.views_open(trigger_id=request.trigger_id, view=view)
    ack()


def put_on_top(view: dict[str, Any], body: Mapping[str, Any], services: Services) -> None:
    """Push a form onto the one clicked in; where three are open, as many as Slack takes, it stands in its place."""
    try:
        services.slack.views_push(trigger_id=body["trigger_id"], view=view)
    except SlackApiError as error:
        if error.response.get("error") != "push_limit_reached":
            raise
        services.slack.views_update(view_id=body["view"]["id"], view=view)


def _redraw(view: dict[str, Any], meta: Mapping[str, Any], request: Request, services: Services, ack: Ack) -> None:
    view = {**view, "private_metadata": carried(request, {**request.meta, **meta})}
    if request.kind == "view":
        _ack_view("update", view, request, services, ack)
        return
    if not request.view_id:
        raise UserError("The form was closed meanwhile.", "Open it again.")
    try:
        services.slack.views_update(view_id=request.view_id, hash=request.view_hash or None, view=view)
    except SlackApiError as error:
        # Two quick clicks: the later one has drawn the form already.
        if error.response.get("error") != "hash_conflict":
            raise
    ack()


def notice(error: UserError, services: Services) -> dict[str, Any]:
    """Words in the place of a form, or on top of it."""
    title = "Done" if isinstance(error, CarriedOut) else "One moment" if error is ONE_MOMENT else "Not done"
    words = {"message": acks.cut(error.message), "hint": acks.cut(error.hint)}
    found: dict[str, Any] = services.render("errors/notice", title=title, **words)
    return found
