"""The guard: every listener runs inside it, and nobody is left without an answer.

It knows the person, refuses outsiders, calls the handler, and carries out the answer. What a person did wrong is
said in plain words where they are; anything else is a bug: a traceback in the log and a reference that the person
sees too. An exception that escaped would discard the ack, and Slack would show a time-out.
"""

from __future__ import annotations

import json
import logging
import secrets
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from handlers import people, spoken
from handlers.old_messages import refuse_old
from handlers.parsing.words import readable
from handlers.refusals import in_words, is_gone
from handlers.request import (
    Answer,
    Done,
    Errors,
    HomePage,
    Kind,
    Open,
    Options,
    Redraw,
    Request,
    Say,
    carried,
    from_payload,
    is_addressed_to,
    user_of,
)
from storage.db import refuse_repeated
from storage.model.errors import CarriedOut, FileTrouble, Refused, Repeated, UserError
from storage.trouble import in_words as trouble_in_words
from templates.mrkdwn import Mrkdwn, mrkdwn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import Ack

    from handlers.services import Services

    Handler = Callable[[Request, Services], Answer | None]

log = logging.getLogger("cta_bot")

# Socket Mode closes on frames over 20,480 bytes: a longer answer goes through the response_url instead.
ACK_BYTES = 16_000
TYPED_BYTES = 3_000
"""Of what was typed, as much as a refusal repeats: counted as it is sent, where an emoji takes twelve bytes."""
ELSEWHERE = Refused("This CTA Bot belongs to another workspace.", "Nothing was done.")
OUTSIDERS = UserError(
    "CTA Bot answers members of this workspace only.", "Ask a colleague of the account team to do it for you."
)


def guard(kind: Kind, handler: Handler, services: Services) -> Callable[[Ack, dict[str, Any]], None]:
    """The Bolt listener of a handler."""

    def listener(ack: Ack, body: dict[str, Any]) -> None:
        with services.store.one_wait():
            answered(ack, body)

    def answered(ack: Ack, body: dict[str, Any]) -> None:
        # Bolt hands over what is named; `args`, which holds everything, costs half of a dispatch more.
        request: Request | None = None
        try:
            if not is_addressed_to(body, services.team_id, services.app_id, services.enterprise_id):
                log.warning("refused a signed %s for another workspace or app", kind)
                _answer_elsewhere(kind, body, services, ack)
                return
            request = _request(kind, body, services)
            answer = _once(handler, request, services)
            carry_out(answer, request, services, ack)
            if request.from_home:
                offset = answer.offset if isinstance(answer, HomePage) else request.home_offset
                services.redraw_home(request.person, offset)
        except Repeated as repeated:
            log.info("%s came again: %s", kind, repeated.key)
            _answer_repeated(repeated, request, services, ack)
        except Exception as error:  # noqa: BLE001 - what is a bug is logged there
            said = error if isinstance(error, UserError) else trouble_in_words(error, services.store.path)
            if isinstance(said, FileTrouble):
                services.alarm(said)
            if said:
                _answer_error(said, kind, body, request, services, ack)
            else:
                _answer_failure(error, kind, body, request, services, ack)

    return listener


def _request(kind: Kind, body: Mapping[str, Any], services: Services) -> Request:
    event = body.get("event") or {}
    if kind == "event" and event.get("type") in people.DIRECTORY_EVENTS:
        # About a person, not by them: who is gone, or back, is kept and not refused.
        person = people.keep(services, event["user"])
        return from_payload(kind, body, services.clock(), person, services.rights(person))
    slack_id, team = user_of(body)
    person = people.known(services, slack_id, team)
    if person.deactivated or person.guest or person.foreign:
        raise Refused(OUTSIDERS.message, OUTSIDERS.hint)
    return from_payload(kind, body, services.clock(), person, services.rights(person))


def _once(handler: Handler, request: Request, services: Services) -> Answer | None:
    """What the handler answers; raises Repeated for what was carried out before, or by another thread meanwhile.

    What comes again must not be told that its own work is done already, nor that it is in its way.
    """
    db = services.store.connection()
    refuse_repeated(db, request.key)
    refuse_old(request, services)
    try:
        return handler(request, services)
    except UserError:
        refuse_repeated(db, request.key)
        raise


def carry_out(answer: Answer | None, request: Request, services: Services, ack: Ack) -> None:
    """Do what a handler answered, each at the one place that Slack has for it."""
    match answer:
        case None | HomePage():
            ack()
        case Options(pairs):
            ack(options=[{"text": {"type": "plain_text", "text": t[:75]}, "value": v} for t, v in pairs[:20]])
        case Errors(fields):
            ack(response_action="errors", errors={field: _short(words) for field, words in fields.items()})
        case Say() if request.kind == "command":
            _say_to_command(answer, request, services, ack)
        case Say() if _is_modal(request.body):
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
    _tell(answer.message, request.response_url, str(request.person.slack_id), services, replace=replace)


def _tell(
    message: Mapping[str, Any], response_url: str, user: str, services: Services, *, replace: bool = False
) -> None:
    said = {"text": message["text"], "blocks": message.get("blocks")}
    if response_url:
        try:
            services.respond(response_url, {**said, "response_type": "ephemeral", "replace_original": replace})
        except Exception as error:  # noqa: BLE001 - whatever it was, the DM is private too
            # Used up (5 times, 30 minutes), or Slack is unwell.
            log.warning("response_url refused; answering by DM: %s", error)
        else:
            return
    services.slack.chat_postMessage(channel=user, **services.lasting(said))


def _say_to_command(answer: Say, request: Request, services: Services, ack: Ack) -> None:
    body = {**answer.message, "response_type": "ephemeral"}
    # A character takes at most twelve bytes in the ack (an emoji); only where that says too little are they counted.
    if len(answer.as_json()) * 12 < ACK_BYTES or _bytes(body) < ACK_BYTES:
        ack(body)
        return
    ack()
    services.later(lambda: say(answer, request, services), str(request.person.id))


def _bytes(sent: object) -> int:
    """The size of an answer as it is sent."""
    return len(json.dumps(sent))


def _cut(text: str) -> str:
    """What was typed, cut where it would make a refusal too large."""
    if _bytes(text) <= TYPED_BYTES:
        return text
    kept, size = "", 0
    for letter in text:
        size += _bytes(letter) - 2
        if size > TYPED_BYTES:
            break
        kept += letter
    return f"{kept}…"


def _is_modal(body: Mapping[str, Any]) -> bool:
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
    pane = services.render("account/pane", title="Answer", blocks=answer.message["blocks"])
    pane["private_metadata"] = carried(request, {})
    if request.kind == "action":
        ack()
        _show(lambda: _put_on_top(pane, request.body, services), answer, request, services)
    elif not below:
        ack(response_action="clear")
        services.later(lambda: say(answer, request, services), str(request.person.id))
    elif answer.replace:
        ack()
        _show(lambda: services.slack.views_update(view_id=below, view=pane), answer, request, services)
    else:
        ack(response_action="update", view=pane)


def _show(showing: Callable[[], object], answer: Say, request: Request, services: Services) -> None:
    """Show an answer in a form after the ack; as a message where the form is gone or the click is too old."""

    def show() -> None:
        try:
            showing()
        except SlackApiError:
            say(answer, request, services)

    services.later(show, str(request.person.id))


def _open(view: dict[str, Any], meta: Mapping[str, Any], request: Request, services: Services, ack: Ack) -> None:
    if request.kind == "event":
        ack()
        to_click = Say(spoken.to_click(request, services))
        services.later(lambda: say(to_click, request, services), str(request.person.id))
        return
    view = {**view, "private_metadata": carried(request, meta)}
    if request.kind == "view":
        ack(response_action="push", view=view)
        return
    if _is_modal(request.body):
        _put_on_top(view, request.body, services)
    else:
        services.slack.views_open(trigger_id=request.trigger_id, view=view)
    ack()


def _put_on_top(view: dict[str, Any], body: Mapping[str, Any], services: Services) -> None:
    """Push a form onto the one clicked in; where three are open, as many as Slack takes, it stands in its place."""
    try:
        services.slack.views_push(trigger_id=body["trigger_id"], view=view)
    except SlackApiError as error:
        if error.response.get("error") != "push_limit_reached":
            raise
        services.slack.views_update(view_id=body["view"]["id"], view=view)


def _redraw(
    view: dict[str, Any], meta: Mapping[str, Any], request: Request, services: Services, ack: Ack
) -> None:
    view = {**view, "private_metadata": carried(request, {**request.meta, **meta})}
    if request.kind == "view":
        ack(response_action="update", view=view)
        return
    try:
        services.slack.views_update(view_id=request.view_id, hash=request.view_hash or None, view=view)
    except SlackApiError as error:
        # Two quick clicks: the later one has drawn the form already.
        if error.response.get("error") != "hash_conflict":
            raise
    ack()


def _answer_repeated(repeated: Repeated, request: Request | None, services: Services, ack: Ack) -> None:
    try:
        kept = json.loads(repeated.answer) if repeated.answer else {}
        if request is None or "message" not in kept:
            ack()
            return
        carry_out(Say(kept["message"], replace=kept["replace"]), request, services, ack)
    except Exception:
        log.exception("a repeated answer failed")
        ack()


def _answer_failure(
    error: Exception,
    kind: Kind,
    body: Mapping[str, Any],
    request: Request | None,
    services: Services,
    ack: Ack,
) -> None:
    """What failed, in words; a bug with a reference. What was carried out before it failed is said to be done."""
    name = f"{kind} {request.id if request else ''}"
    if kind == "action" and is_gone(error):
        log.info("%s: %s", name, error)
        ack()
        return
    kept = _carried_out(request, services)
    said = in_words(error)
    if said:
        log.warning("%s: %s", name, error)
    else:
        reference = f"E-{secrets.token_hex(3)}"
        log.error("%s in %s", reference, name, exc_info=error)
        what = "Something went wrong on our side" + ("." if kept else "; nothing was changed.")
        said = UserError(what, f"Tell your operator the reference {reference}.")
    if kept:
        answer = json.loads(kept.answer) if kept.answer else {}
        done = answer.get("done") or (answer.get("message") or {}).get("text") or "It is done."
        said = CarriedOut(mrkdwn("{}\nOnly showing it failed. {}", Mrkdwn(done), said.message), said.hint)
    _answer_error(said, kind, body, request, services, ack)


def _carried_out(request: Request | None, services: Services) -> Repeated | None:
    """What this request has changed already, with the answer that was kept; None if nothing was changed."""
    if request is None:
        return None
    try:
        refuse_repeated(services.store.connection(), request.key)
    except Repeated as carried_out:
        return carried_out
    return None


def _answer_error(
    error: UserError,
    kind: Kind,
    body: Mapping[str, Any],
    request: Request | None,
    services: Services,
    ack: Ack,
) -> None:
    """Say it where the person is. Whatever fails here is logged; the ack goes out first."""
    try:
        match kind:
            case "options":
                ack(options=[])
            case "view":
                _refuse_submit(error, body, services, ack)
            case "command":
                refusal = {**_refusal(error, body, services), "response_type": "ephemeral"}
                if _bytes(refusal) < ACK_BYTES:
                    ack(refusal)
                    return
                ack()
                user = str(request.person.slack_id if request else user_of(body)[0])
                services.later(lambda: _tell(refusal, str(body.get("response_url") or ""), user, services), user)
            case _:
                ack()
                if request is not None or kind != "event" or "command" in body:
                    services.later(lambda: _say_error(error, body, request, services), user_of(body)[0])
    except Exception:
        log.exception("the refusal itself failed")
        ack()


def _answer_elsewhere(kind: Kind, body: Mapping[str, Any], services: Services, ack: Ack) -> None:
    """Words in the ack, where it takes any: ids and addresses of elsewhere are not written to."""
    if kind in ("command", "view", "options"):
        _answer_error(ELSEWHERE, kind, body, None, services, ack)
    else:
        ack()


def _say_error(
    error: UserError, body: Mapping[str, Any], request: Request | None, services: Services
) -> None:
    if _is_modal(body) and body.get("trigger_id"):
        try:
            _put_on_top(_notice(error, services), body, services)
        except SlackApiError:
            log.info("the form is gone; answering as a message")
        else:
            return
    way_back = str(body.get("response_url") or (request.response_url if request else ""))
    user = str(request.person.slack_id if request else user_of(body)[0])
    if (body.get("event") or {}) and "command" in body:
        spoken.tell(_refusal(error, body, services), body, user, services)
        return
    _tell(_refusal(error, body, services), way_back, user, services)


def _refusal(error: UserError, body: Mapping[str, Any], services: Services) -> dict[str, Any]:
    typed = _cut(readable(f"{body['command']} {body.get('text') or ''}").strip()) if "command" in body else ""
    choices = [
        {"label": label, "action_id": f"command.retry.{i}", "value": value}
        for i, (label, value) in enumerate(error.choices[:5])
    ]
    found: dict[str, Any] = services.render(
        "errors/refusal",
        message=_short(error.message),
        hint=_short(error.hint),
        typed=typed if not isinstance(error, Refused | CarriedOut) else "",
        choices=choices,
    )
    return found


def _short(words: str) -> str:
    """Words of a refusal as they are; only what would be too large for a message is cut."""
    return words if _bytes(words) <= TYPED_BYTES else _cut(words)


def _refuse_submit(error: UserError, body: Mapping[str, Any], services: Services, ack: Ack) -> None:
    """Words at the error's own field, else at the form's first; a form without fields says it in its place."""
    inputs = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
    if inputs and not isinstance(error, CarriedOut):
        # A block that was drawn anew for another choice has that choice behind its name: `owner:7`.
        field = next((name for name in inputs if name.partition(":")[0] == error.field), inputs[0])
        ack(response_action="errors", errors={field: _short(str(error))})
        return
    ack(response_action="update", view=_notice(error, services))


def _notice(error: UserError, services: Services) -> dict[str, Any]:
    title = "Done" if isinstance(error, CarriedOut) else "Not done"
    found: dict[str, Any] = services.render("errors/notice", title=title, message=error.message, hint=error.hint)
    return found
