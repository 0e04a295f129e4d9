"""The guard: every listener runs inside it, and nobody is left without an answer.

It knows the person, refuses outsiders, calls the handler, and has its answer shown (`showing.py`). What a person
did wrong is said in plain words where they are; anything else is a bug: a traceback in the log and a reference that
the person sees too. An exception that escaped would discard the ack, and Slack would show a time-out.
"""

from __future__ import annotations

import json
import logging
import secrets
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from handlers.door import acks, people, spoken
from handlers.door.nouns import grammars, private, verbs_of
from handlers.door.old_messages import refuse_old
from handlers.door.refusals import OUTSIDERS, TROUBLE, in_words, is_gone
from handlers.door.request import NOTHING, Answer, HomePage, Kind, Request, Say, from_payload, is_addressed_to, user_of
from handlers.door.showing import carry_out, is_modal, notice, put_on_top, tell
from handlers.door.words import readable
from storage.base.db import refuse_repeated
from storage.base.errors import CarriedOut, FileTrouble, Overtaken, Refused, Repeated, UserError
from storage.base.message_edits import newest
from storage.base.trouble import busy
from storage.base.trouble import in_words as trouble_in_words
from templates.blocks.mrkdwn import Mrkdwn, mrkdwn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import Ack

    from handlers.door.nouns import Handler
    from handlers.door.services import Services


log = logging.getLogger("cta_bot")

QUIET = frozenset({"options", "event"})
"""What is not worth a line of the log: each letter that somebody types into a list, each opening of Home."""
LOOKS = 5
"""As often a form that was overtaken is looked at again."""
ELSEWHERE = Refused("This CTA Bot belongs to another workspace.", "Nothing was done.")


def guard(kind: Kind, handler: Handler, services: Services) -> Callable[[Ack, dict[str, Any]], None]:
    """The Bolt listener of a handler."""

    def listener(ack: Ack, body: dict[str, Any]) -> None:
        began = monotonic()
        with services.answering(), services.store.one_wait():
            name, who, outcome = answered(ack, body)
        seconds = monotonic() - began  # Bolt sends the ack when a listener returns
        services.watch.took("ack_seconds", seconds, kind)
        if name not in private():
            _note(services, kind, name, who, outcome, seconds)

    def answered(ack: Ack, body: dict[str, Any]) -> tuple[str, str, str]:
        """What was asked, by whose id, and what came of it; never the words themselves."""
        # Bolt hands over what is named; `args`, which holds everything, costs half of a dispatch more.
        request: Request | None = None
        outcome = "ok"
        try:
            if not is_addressed_to(body, services.team_id, services.app_id, services.enterprise_id):
                log.warning("refused a signed %s for another workspace or app", kind)
                _answer_elsewhere(kind, body, services, ack)
                return kind, "elsewhere", "refused"
            request = _request(kind, body, services)
            answer = _once(handler, request, services)
            carry_out(answer, request, services, ack)
            if request.from_home:
                offset = answer.offset if isinstance(answer, HomePage) else request.home_offset
                services.redraw_home(request.person, offset)
        except Repeated as repeated:
            outcome = "repeated"
            log.debug("%s came again: %s", kind, repeated.key)
            _answer_repeated(repeated, request, services, ack)
        except Exception as error:  # noqa: BLE001 - what is a bug is logged there
            said = error if isinstance(error, UserError) else trouble_in_words(error, services.store.path)
            if isinstance(said, FileTrouble):
                services.alarm(said)
            outcome = "refused" if said else "failed"
            if said:
                _answer_error(said, kind, body, request, services, ack)
            else:
                _answer_failure(error, kind, body, request, services, ack)
        return _asked(kind, request), request.person.slack_id or "-" if request else "-", outcome

    return listener


def _note(services: Services, kind: Kind, name: str, who: str, outcome: str, seconds: float) -> None:
    services.watch.count("asked", kind, name, outcome)
    if kind not in QUIET:
        log.info("%s %s by %s: %s in %d ms", kind, name, who, outcome, seconds * 1000)


def _asked(kind: Kind, request: Request | None) -> str:
    """What was asked, of a command with its sub-command: names of ours, never what somebody typed."""
    if request is None:
        return kind
    command = str(request.body.get("command") or "")
    if command not in grammars():
        return next((name for name in NOTHING if request.id.startswith(name)), request.id)
    verb = verbs_of(command).get(request.text.split(" ", 1)[0].casefold(), "")
    return f"{command} {verb}".strip()


def _request(kind: Kind, body: Mapping[str, Any], services: Services) -> Request:
    event = body.get("event") or {}
    if kind == "event" and event.get("type") in people.DIRECTORY_EVENTS:
        # About a person, not by them: who is gone, or back, is kept and not refused.
        person = people.keep_told(services, event["user"])
        return from_payload(kind, body, services.clock(), person, services.rights(person))
    slack_id, team = user_of(body)
    person = people.known(services, slack_id, team)
    if person.deactivated or person.guest or person.foreign:
        if person.guest and event.get("type") == "app_home_opened":
            services.redraw_home(person, 0)  # what they saw as a member stands there, unless it is drawn over
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
        return handler(request, services) if request.kind != "view" else _of_form(handler, request, services)
    except UserError:
        refuse_repeated(db, request.key)
        raise


def _of_form(handler: Handler, request: Request, services: Services) -> Answer | None:
    """What it answers to a form: what nobody touched in it stands as the records are when it is written.

    Who is overtaken looks again, the other threads waiting for it; other processes can be faster once more.
    """
    db = services.store.connection()
    try:
        return handler(replace(request, seen=newest(db)), services)
    except Overtaken:
        with services.store.turn():
            for _ in range(LOOKS):
                with suppress(Overtaken):
                    return handler(replace(request, seen=newest(db)), services)
    raise busy()


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
                if acks.fits(refusal):
                    ack(refusal)
                    return
                ack()
                user = str(request.person.slack_id if request else user_of(body)[0])
                services.later(lambda: tell(refusal, str(body.get("response_url") or ""), user, services), user)
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


def _say_error(error: UserError, body: Mapping[str, Any], request: Request | None, services: Services) -> None:
    if is_modal(body) and body.get("trigger_id"):
        try:
            put_on_top(notice(error, services), body, services)
        except TROUBLE:
            log.info("the form is gone, or Slack unwell; answering as a message")
        else:
            return
    way_back = str(body.get("response_url") or (request.response_url if request else ""))
    user = str(request.person.slack_id if request else user_of(body)[0])
    if (body.get("event") or {}) and "command" in body:
        # Who was let in at no door gets it where they wrote: it says nothing of an account, and no DM may reach them.
        spoken.tell(_refusal(error, body, services), body, user, services, anywhere=request is None)
        return
    tell(_refusal(error, body, services), way_back, user, services)


def _refusal(error: UserError, body: Mapping[str, Any], services: Services) -> dict[str, Any]:
    typed = acks.cut(readable(f"{body['command']} {body.get('text') or ''}").strip()) if "command" in body else ""
    choices = [
        {"label": label, "action_id": f"command.retry.{i}", "value": value}
        for i, (label, value) in enumerate(error.choices[:5])
    ]
    found: dict[str, Any] = services.render(
        "errors/refusal",
        message=acks.cut(error.message),
        hint=acks.cut(error.hint),
        typed=typed if not isinstance(error, Refused | CarriedOut) else "",
        choices=choices,
    )
    return found


def _refuse_submit(error: UserError, body: Mapping[str, Any], services: Services, ack: Ack) -> None:
    """Words at the error's own field, else at the form's first; a form without fields says it in its place."""
    inputs = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
    if inputs and not isinstance(error, CarriedOut):
        # A block that was drawn anew for another choice has that choice behind its name: `owner:7`.
        field = next((name for name in inputs if name.partition(":")[0] == error.field), inputs[0])
        ack(response_action="errors", errors=acks.errors({field: str(error)}))
        return
    ack(response_action="update", view=notice(error, services))
