"""The door: what Slack sends has a shape; what has another is no request, and reaches no handler.

Only somebody who has the signing secret or the link can send such a thing, or Slack by a mistake: it is logged in one
line and acked, nothing is done. Whoever reads a payload behind the door (`request.py` and the handlers) need not ask
whether a name is a list. Keys that the bot does not read are not looked at, so that Slack may add what it likes.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from slack_bolt import App
from slack_bolt.response import BoltResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from slack_bolt import BoltRequest

    Check = Callable[[Any, str], str]

log = logging.getLogger("cta_bot")

WORDS: Final = "Slack handed this over in a form that the bot does not know. Nothing was done: please try once more."
LONGEST: Final = 3_000
"""Characters of a form's field: Slack takes no more."""
_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_CHOICES: Final = ("static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow")


class Door(App):
    """Bolt's app, behind the door."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Carry out a request that has the shape of one."""
        wrong = fault(req.body)
        if not wrong:
            return super().dispatch(req)
        log.warning("refused what has not the shape of a request: %s", wrong)
        if "command" in req.body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": WORDS})
        if req.body.get("type") == "block_suggestion":
            return BoltResponse(status=200, body={"options": []})
        return BoltResponse(status=200, body="")

    def _init_context(self, req: BoltRequest) -> None:
        """Hand over one client for all: Bolt makes one for each request, for apps of many tokens; ours has one."""
        req.context["logger"] = self.logger
        req.context["token"] = self._token
        req.context["client"] = self.client
        req.context["listener_runner"] = self.listener_runner


def fault(body: Mapping[str, Any]) -> str:
    """Where a payload is not what Slack would send, and why; empty if it is fine."""
    return _BODY(body, "") or _lacks(body) or _not_offered(body.get("view") or {})


# Checks: each takes a value and where it stands, and says what is wrong with it; nothing is always fine.


def _text(value: Any, place: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{place} is no text"
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return f"{place} holds half a character"
    return f"{place} holds a NUL" if "\0" in value else ""


def _up_to(longest: int) -> Check:
    def check(value: Any, place: str) -> str:
        return _text(value, place) or (f"{place} is too long" if value and len(value) > longest else "")

    return check


_name, _address, _typed = _up_to(255), _up_to(1_000), _up_to(LONGEST)


def _day(value: Any, place: str) -> str:
    if wrong := _text(value, place):
        return wrong
    try:
        return "" if value is None or date.fromisoformat(value).isoformat() == value else f"{place} is no day"
    except ValueError:
        return f"{place} is no day"


def _time(value: Any, place: str) -> str:
    return _text(value, place) or ("" if value is None or _TIME.fullmatch(value) else f"{place} is no time")


def _some(kinds: tuple[type, ...]) -> Check:
    def check(value: Any, place: str) -> str:
        return "" if value is None or isinstance(value, kinds) else f"{place} is a {type(value).__name__}"

    return check


def _object(**inside: Check) -> Check:
    checks = tuple(inside.items())

    def check(value: Any, place: str) -> str:
        if value is None:
            return ""
        if not isinstance(value, dict):
            return f"{place} is no object"
        for name, look in checks:
            if name in value and (wrong := look(value[name], f"{place}.{name}")):
                return wrong
        return ""

    return check


def _each(look: Check) -> Check:
    def check(value: Any, place: str) -> str:
        if value is None:
            return ""
        if not isinstance(value, list):
            return f"{place} is no list"
        wrongs = (f"{place} holds nothing" if one is None else look(one, place) for one in value)
        return next((wrong for wrong in wrongs if wrong), "")

    return check


def _named(look: Check) -> Check:
    """An object with names of somebody's choice."""

    def check(value: Any, place: str) -> str:
        if value is None:
            return ""
        if not isinstance(value, dict):
            return f"{place} is no object"
        wrongs = (f"{place} holds nothing" if one is None else look(one, place) for one in value.values())
        return next((wrong for wrong in wrongs if wrong), "")

    return check


def _either(objects: Check) -> Check:
    """An id alone, or an object with it."""

    def check(value: Any, place: str) -> str:
        return _text(value, place) if isinstance(value, str) else objects(value, place)

    return check


def _meta(value: Any, place: str) -> str:
    """`private_metadata`: nothing, or an object that we made."""
    if wrong := _text(value, place):
        return wrong
    try:
        found = json.loads(value) if value else {}
    except (ValueError, RecursionError):
        return f"{place} is not ours"
    if not isinstance(found, dict):
        return f"{place} is not ours"
    for name, held in found.items():
        if isinstance(held, float) or (isinstance(held, int) and abs(held) > _LARGEST):
            return f"{place}.{name} is no number of ours"
        if wrong := _text(held, f"{place}.{name}") if isinstance(held, str) else "":
            return wrong
    return ""


_LARGEST: Final = 2**53
_OPTION: Final = _object(value=_text)
_ANSWER: Final = {
    "type": _name,
    "value": _typed,
    "selected_option": _OPTION,
    "selected_options": _each(_OPTION),
    "selected_date": _day,
    "selected_time": _time,
    "selected_user": _name,
    "selected_conversation": _name,
    "selected_channel": _name,
    "selected_users": _each(_text),
    "selected_date_time": _some((int,)),
    "files": _each(_object(id=_name, name=_name)),
}
_ELEMENT: Final = _object(type=_name, action_id=_name, options=_each(_OPTION))
_BLOCK: Final = _object(
    type=_name, block_id=_name, element=_ELEMENT, accessory=_ELEMENT, elements=_each(_some((dict,)))
)
_STATE: Final = _object(values=_named(_named(_object(**_ANSWER))))
_VIEW: Final = _object(
    id=_name, type=_name, callback_id=_name, hash=_name, private_metadata=_meta, previous_view_id=_name, team_id=_name,
    app_installed_team_id=_name, state=_STATE, blocks=_each(_BLOCK),
)  # fmt: skip
_TEAM: Final = _object(id=_name, domain=_name, enterprise_id=_name)
_USER: Final = _either(
    _object(
        id=_name, team_id=_name, name=_name, real_name=_name, tz=_name, tz_offset=_some((int,)),
        profile=_object(email=_name, real_name=_name, display_name=_name), enterprise_user=_object(teams=_each(_name)),
    )
)  # fmt: skip
_CHANNEL: Final = _either(_object(id=_name, name=_name))
_MESSAGE: Final = _object(
    ts=_name, thread_ts=_name, user=_name, text=_text, blocks=_each(_object(block_id=_name)),
    metadata=_object(event_type=_name, event_payload=_object(keys=_each(_text))),
)  # fmt: skip
_EVENT: Final = _object(
    type=_name, user=_USER, channel=_CHANNEL, text=_text, ts=_name, thread_ts=_name, channel_type=_name, bot_id=_name,
    subtype=_name, tab=_name, view=_VIEW, user_team=_name, message=_MESSAGE, previous_message=_MESSAGE,
)  # fmt: skip
_BODY: Final = _object(
    type=_name, command=_name, text=_text, team_id=_name, enterprise_id=_name, user_id=_name, channel_id=_name,
    channel_name=_name, trigger_id=_name, response_url=_address, callback_id=_name, action_id=_name, block_id=_name,
    value=_text, api_app_id=_name, event_id=_name, user_team=_name, context_team_id=_name,
    context_enterprise_id=_name, message_ts=_name, action_ts=_name, user=_USER, team=_TEAM, enterprise=_TEAM,
    channel=_object(id=_name, name=_name), message=_MESSAGE, view=_VIEW, state=_STATE, event=_EVENT,
    container=_object(type=_name, message_ts=_name, thread_ts=_name, channel_id=_name, view_id=_name),
    actions=_each(_object(action_id=_name, block_id=_name, action_ts=_name, **_ANSWER)),
    authorizations=_each(_object(team_id=_name, enterprise_id=_name, user_id=_name)),
    response_urls=_each(_object(response_url=_address)),
)  # fmt: skip

# What each kind has always.
_ALWAYS: Final = {
    "block_actions": ("actions", "user", "trigger_id"),
    "view_submission": ("view", "user", "trigger_id"),
    "block_suggestion": ("action_id", "user"),
    "shortcut": ("callback_id", "user", "trigger_id"),
    "message_action": ("callback_id", "user", "channel", "message", "trigger_id"),
    "event_callback": ("event", "event_id"),
}
_ALWAYS_TOLD: Final = {
    "message": ("channel",),
    "app_mention": ("channel", "user"),
    "app_home_opened": ("user",),
    "user_change": ("user",),
    "team_join": ("user",),
}
_INSIDE: Final = {"actions": "elements"}


def _lacks(body: Mapping[str, Any]) -> str:
    kind = body.get("type") or ""
    wanted = ("user_id", "command", "trigger_id") if "command" in body else _ALWAYS.get(kind, ())
    if missing := [name for name in wanted if not body.get(name)]:
        return f"{kind or 'command'} without {missing[0]}"
    if kind == "event_callback" and (wrong := _event_lacks(body["event"])):
        return wrong
    if kind == "view_submission" and not all(body["view"].get(name) for name in ("id", "callback_id", "blocks")):
        return "a form without id, callback_id or blocks"
    blocks = (body.get("view") or {}).get("blocks") or ()
    if any(not block.get(_INSIDE.get(block.get("type"), "type")) for block in blocks):
        return "a block with nothing in it"
    user = body.get("user")
    if isinstance(user, dict) and not user.get("id"):
        return "user without id"
    options = (option for answer in _answers(body) for option in _chosen(answer))
    if any(not isinstance(option.get("value"), str) for option in options):
        return "an option without value"
    return "" if all(action.get("action_id") for action in body.get("actions") or ()) else "an action without action_id"


def _event_lacks(event: Mapping[str, Any]) -> str:
    if not event.get("type"):
        return "an event without type"
    wanted = _ALWAYS_TOLD.get(event["type"], ())
    return next((f"{event['type']} without {name}" for name in wanted if not event.get(name)), "")


def _answers(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from body.get("actions") or ()
    for state in (body.get("state"), (body.get("view") or {}).get("state")):
        for block in ((state or {}).get("values") or {}).values():
            yield from block.values()


def _chosen(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    one = answer.get("selected_option")
    return [*([one] if one else []), *(answer.get("selected_options") or ())]


def _not_offered(view: Mapping[str, Any]) -> str:
    """A choice in a form that the form, which came along, does not offer."""
    values = (view.get("state") or {}).get("values") or {}
    for block in view.get("blocks") or ():
        for element in (block.get("element"), block.get("accessory")):
            if not element or element.get("type") not in _CHOICES or not element.get("options"):
                continue
            answer = (values.get(block.get("block_id")) or {}).get(element.get("action_id")) or {}
            offered = {option.get("value") for option in element["options"]}
            if any(option.get("value") not in offered for option in _chosen(answer)):
                return f"{element.get('action_id')}: a choice that is not offered"
    return ""
