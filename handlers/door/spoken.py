"""What people write to the bot without a slash: in its DM, or after `@CTA Bot` in a channel.

The words of every command work there too. The guard turns the event into the command that it says (`as_command`), so
that it is parsed, authorised and refused as one, and has the answer told here (`tell`): in a DM as a message, in a
channel to the person alone, in a channel shared with another company by DM. A form needs a click (`to_click`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from handlers.door.choices import fitting
from handlers.door.nouns import grammars, table, verbs_of
from handlers.door.refusals import TROUBLE
from handlers.door.replies import as_reply
from handlers.door.request import Say
from handlers.door.verbs import meant_verb
from handlers.door.words import split_words
from storage.base.errors import Repeated, UserError
from storage.base.nouns import handed_in, merged
from templates.blocks.in_full import in_full

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import Ack

    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from storage.base.policy import Policy

    Listener = Callable[[Ack, dict[str, Any]], None]

_READ_SUBTYPES: Final = frozenset({None, "file_share", "thread_broadcast"})
_ALONE: Final = "/help"
_MINE: Final = ("my", "mine")
_BESIDE: Final = " \t\r\n`*_~,:;.!?…-–—"
ELSEWHERE: Final = "In shared channels I answer in a direct message."
WAYS: Final = [("Help", "/help"), ("My CTAs", "/cta"), ("Renewals", "/renewals"), ("Accounts", "/account list")]


def is_spoken(event: Mapping[str, Any]) -> bool:
    """Whether an event is somebody's message at all."""
    return event.get("type") in EVENTS


def only_said(listener: Listener, replied: Listener, is_heard: Callable[[], bool]) -> Listener:
    """The guard's listener, for what is said to the bot: it gets the command; `replied` gets replies in threads.

    `is_heard`: whether these are wanted, by the policy of now.
    """

    def listen(ack: Ack, body: dict[str, Any]) -> None:
        said = as_command(body)
        if said is not None:
            listener(ack, said)
        elif is_heard() and (reply := as_reply(body)):
            replied(ack, reply)
        else:
            ack()

    return listen


def as_command(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The event with the command that it says; None for what is not said to the bot: by bots, edits, deletions."""
    event = body["event"]
    to_bot = event["type"] == "app_mention" or event.get("channel_type") == "im"
    if not to_bot or event.get("bot_id") or not event.get("user") or event.get("edited"):
        return None
    if event.get("subtype") not in _READ_SUBTYPES:
        return None
    bots = [re.escape(str(each.get("user_id"))) for each in body.get("authorizations") or [] if each.get("user_id")]
    text = str(event.get("text") or "")
    if bots:
        before, mention, after = _split(text, "|".join(bots))
        text = (after if after.strip(_BESIDE) else before) if mention else text
    command, rest = _command_of(text.strip())
    return {**body, "command": command, "text": rest, "channel_id": str(event.get("channel") or "")}


def _split(text: str, bots: str) -> tuple[str, str, str]:
    found = re.search(rf"<@(?:{bots})(?:\|[^<>]*)?>", text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _command_of(text: str) -> tuple[str, str]:
    """The command that the first word names, in one or many, with or without the slash; empty for none."""
    if text.startswith("`") and text.endswith("`"):
        text = text.strip("`")
    first, _, rest = text.strip(" \t\r\n,:;–—-").partition(" ")
    following, _, after = rest.strip().partition(" ")
    other = _named(following)
    if (name := _named(first)) == _ALONE and other:
        return other, "help"  # `help cta`
    if name:
        return name, rest.strip()
    if _folded(first) in _MINE and other:
        return other, after.strip()  # `my ctas`: what a command shows by itself is one's own
    return "", text


def _named(word: str) -> str:
    """The command that a word names; empty for none."""
    folded = _folded(word).removesuffix("s")
    return next((name for name in (*grammars(), _ALONE) if folded and folded == name[1:].removesuffix("s")), "")


def _folded(word: str) -> str:
    return word.strip(_BESIDE + "/").casefold()


def handle(request: Request, services: Services) -> Answer | None:
    """Carry out what was said, by the command's own handler."""
    name = str(request.body.get("command") or "")
    handler = table("COMMANDS").get(name)
    if name == _ALONE or (handler is None and not request.text.strip(_BESIDE)):  # the bot's name, and nothing else
        return handle_help(request, services)
    if handler is None and (pressed := _said_whole().get(_folded(request.text))):
        button = dict(zip(("label", "action_id", "value"), pressed, strict=True))
        return Say(services.render("errors/refusal", message="One click:", hint="", typed="", choices=[button]))
    if handler is None:
        raise _unknown(request.text, services)
    return handler(request, services)


@cache
def _said_whole() -> Mapping[str, tuple[str, str, str]]:
    return merged("handlers", "noun", "SAID_WHOLE")


def _unknown(text: str, services: Services) -> UserError:
    """Words that name no command: the likest ones with these words, else what can be said."""
    words, known = split_words(text), grammars(services.policy)
    if len(words) > 1 and _folded(words[0].text) in _MINE:
        text, words = text[words[1].start :], split_words(text[words[1].start :])  # `my team`
    choices: list[tuple[str, str]] = []
    if words:
        rest = text[words[1].start :] if len(words) > 1 else ""
        near = meant_verb(words[0].text, [name[1:] for name in known]) if words[0].kind == "word" else ""
        if near:
            choices.append((f"{near} {rest}".strip(), f"/{near} {rest}".strip()))
        first = words[0].text.casefold()
        having = [name for name in known if first in verbs_of(name, services.policy)]
        choices += [(f"{name[1:]} {text}", f"{name} {text}") for name in having]
        if not having:
            # Who begins with a name means it, however much it is like one of our words: Delta is no misspelt cta.
            guesses = (getattr(noun, "SAID_ALONE", None) for noun in handed_in("handlers", "noun"))
            named = [name for guess in guesses if guess for name in guess(services, words)]
            choices = [(f"{name[1:]} {text}", f"{name} {text}") for name in named] or choices
    *others, last = (name[1:] for name in known)
    hint = "Did you mean this?" if choices else f"Begin with {', '.join(others)} or {last}."
    return UserError("I don't know what that asks for.", hint, choices=fitting(choices) or WAYS)


def handle_help(request: Request, services: Services) -> Answer:  # noqa: ARG001 - the table's shape
    """What can be written to the bot."""
    buttons = [
        {"label": label, "action_id": f"command.retry.{i}", "value": value} for i, (label, value) in enumerate(WAYS[1:])
    ]
    return Say(services.render("errors/help", lines=help_lines(services.policy), choices=buttons))


def help_lines(policy: Policy) -> list[tuple[str, str]]:
    """What can be said, a line for each command, and where there is more."""
    said = [noun.SAID for noun in grammars(policy).values()]
    return [*said, ("cta help", "all that one of them understands")]


def to_click(request: Request, services: Services) -> dict[str, Any]:
    """In place of a form, which opens by a click only: a button that carries the whole command."""
    command = f"{request.body['command']} {request.text}".strip()
    choices = fitting([("Open the form", command)])
    hint = "One click:" if choices else f"Type {request.body['command']} and the words again, with the slash."
    buttons = [{"label": label, "action_id": "command.retry.0", "value": value} for label, value in choices]
    found: dict[str, Any] = services.render(
        "errors/refusal", message="That needs a form.", hint=hint, typed=command[:1000], choices=buttons
    )
    return found


def tell(
    message: Mapping[str, Any], body: Mapping[str, Any], user: str, services: Services, *, anywhere: bool = False
) -> None:
    """Answer where it was said, once however often Slack hands it over; `anywhere`: in shared channels too."""
    try:
        with services.store.write(services.clock(), source="event", key=f"event:{body.get('event_id')}:answered"):
            pass
    except Repeated:
        return
    event, slack = body["event"], services.slack
    blocks = message.get("blocks") or []
    said = {"text": in_full(message["text"], blocks), "blocks": blocks or None}
    thread = {"thread_ts": event["thread_ts"]} if event.get("thread_ts") else {}
    if event.get("channel_type") == "im":
        lasting = {**thread, **services.lasting(said)}
        services.when_let(lambda: slack.chat_postMessage(channel=event["channel"], **lasting))
        return
    try:
        shared = not anywhere and _is_shared(body, services)
        private = {"text": ELSEWHERE} if shared else said
        slack.chat_postEphemeral(channel=event["channel"], user=user, **thread, **private)
    except TROUBLE:
        shared = True  # nothing reaches the person there
    if shared:
        lasting = services.lasting(said)
        services.when_let(lambda: slack.chat_postMessage(channel=user, **lasting))


def _is_shared(body: Mapping[str, Any], services: Services) -> bool:
    """Whether another company reads along, or is about to."""
    if body.get("is_ext_shared_channel"):
        return True
    found = services.slack.conversations_info(channel=body["event"]["channel"])["channel"]
    return any(found.get(flag) for flag in ("is_ext_shared", "is_shared", "is_pending_ext_shared"))


EVENTS = {"message": handle, "app_mention": handle}
