"""What came in from Slack and what goes back, as plain records: handlers see these two and never Bolt's.

Made by the guard (`errors.py`) from the payload. Slack's payload shapes are known here and nowhere else.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from handlers.door.dates import maybe_picked, picked_time
from storage.base.errors import UserError
from storage.base.folding import printable
from templates.blocks.render import own_block_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime, time

    from storage.base.permissions import Rights
    from storage.base.person import Person

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_BEYOND = 10**15  # no id of ours is so large
NOTHING = ("link.", "ignore.")
"""What begins so means nothing by itself, whatever follows: a link, a field that is read with its form."""
Kind = Literal["command", "action", "view", "options", "shortcut", "event"]
SOURCES: dict[Kind, str] = {
    "command": "command",
    "action": "click",
    "view": "form",
    "options": "typeahead",
    "shortcut": "shortcut",
    "event": "event",
}
_KINDS: dict[str, Kind] = {
    "block_actions": "action",
    "view_submission": "view",
    "block_suggestion": "options",
    "shortcut": "shortcut",
    "message_action": "shortcut",
    "event_callback": "event",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One command, click, submit, typeahead, shortcut or event of one authenticated person.

    `id` is the command name, action id, callback id or event type. `value` is what the clicked button or chosen
    option carries; `values` are a form's fields by action id (text, a list for multi-selects, or None); `meta` is
    what `Open` put into the form, with `channel_id`, `response_url` and `from_home` taken along from where the
    form was opened. `key` is the inbox key: the same click or form coming again has the same one. `seen` is how far
    the audit went when a form's records were looked at.
    """

    kind: Kind
    id: str
    person: Person
    rights: Rights
    now: datetime
    key: str
    body: Mapping[str, Any]
    text: str = ""
    value: str = ""
    block_id: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    channel_id: str = ""
    thread_ts: str = ""
    trigger_id: str = ""
    response_url: str = ""
    message: Mapping[str, Any] = field(default_factory=dict)
    ephemeral: bool = False
    from_home: bool = False
    view_id: str = ""
    view_hash: str = ""
    seen: int | None = None

    @property
    def source(self) -> str:
        """Where it came from, as the audit names it."""
        return SOURCES[self.kind]

    @property
    def home_offset(self) -> int:
        """The first row of today that the person's Home shows, if this came from there."""
        return as_number(self.meta.get("home"))

    def number(self) -> int:
        """The id that a button or option carries; 0 for anything else (then nothing is found by it)."""
        return as_number(self.value)

    def field(self, name: str) -> str:
        """A form field's text, stripped; empty if it was left empty."""
        found = self.values.get(name)
        return printable(found).strip() if isinstance(found, str) else ""

    def day(self, name: str) -> date | None:
        """The day of a form's date picker, None where it was left empty; raises at this field for one that is none."""
        with _at(name):
            return maybe_picked(self.field(name))

    def touched(self, name: str) -> bool:
        """Whether a form's field holds something else than it showed: what nobody touched may be another since.

        What it had no field for stands: it was drawn by an earlier version, or for somebody who saw less than now.
        """
        shown = self._element(name)
        if shown is None:
            return name in self.values
        return (self.values.get(name) or None) != (_shown(shown) or None)

    def toggled(self, name: str) -> set[str]:
        """The boxes of a form's field that somebody ticked, or took the tick off."""
        return set(self.values.get(name) or ()) ^ set(_shown(self._element(name) or {}) or ())

    def _element(self, name: str) -> Mapping[str, Any] | None:
        blocks = (self.body.get("view") or {}).get("blocks") or []
        elements = [block.get("element") or {} for block in blocks if isinstance(block, dict)]
        return next((element for element in elements if element.get("action_id") == name), None)

    def clock(self, name: str) -> time | None:
        """The same of a time picker."""
        with _at(name):
            return picked_time(text) if (text := self.field(name)) else None


@contextmanager
def _at(field: str) -> Iterator[None]:
    """Have what is wrong said at its own field."""
    try:
        yield
    except UserError as error:
        error.field = field
        raise


def as_number(held: object) -> int:
    """The id, place or page that a button, an option or a form holds; 0 for what is none, or none of ours."""
    if isinstance(held, int):
        return int(held) if 0 <= held < _BEYOND else 0
    text = held if isinstance(held, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(_BEYOND)) else 0


@dataclass(frozen=True)
class Say:
    """A message that only this person sees. `replace`: in place of the "only visible to you" one clicked."""

    message: dict[str, Any]
    replace: bool = False

    @cached_property
    def _json(self) -> str:
        return _encode(self.message)

    def as_json(self) -> str:
        """For `Unit.keep_answer`."""
        return f'{{"replace":{_encode(self.replace)},"message":{self._json}}}'

    def as_ack(self) -> str:
        """For an ack, which shows it to this person alone; what is kept and what is shown are encoded once."""
        return f'{{"response_type":"ephemeral",{self._json[1:]}'


@dataclass(frozen=True, slots=True)
class Open:
    """A form. On top of an open one it is pushed; `meta` comes back with its submit and clicks."""

    view: dict[str, Any]
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redraw:
    """The form clicked in, drawn anew, with what was typed kept (inputs keep it by their block id)."""

    view: dict[str, Any]
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Errors:
    """A submit refused: words at the fields, by block id; nothing typed is lost."""

    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """A submit carried out: the form closes, `message` is said to the person (on top of a list: in the form)."""

    message: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """Answers of a typeahead: (text, value), at most 20."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class HomePage:
    """The person's Home, drawn anew from this row of today on."""

    offset: int


Answer = Say | Open | Redraw | Errors | Done | Options | HomePage


def done_in_view(words: str) -> str:
    """What `Unit.keep_answer` keeps where the answer is a form or Home drawn anew: words for when that fails."""
    return _encode({"done": words})


def from_payload(kind: Kind, body: Mapping[str, Any], now: datetime, person: Person, rights: Rights) -> Request:
    """The request of a payload as Bolt hands it over."""
    view = body.get("view") or {}
    meta = _meta(view)
    action = (body.get("actions") or [{}])[0]
    container = body.get("container") or {}
    return Request(
        kind=kind,
        id=id_of(kind, body),
        person=person,
        rights=rights,
        now=now,
        key=_key(kind, body, action),
        body=body,
        text=str(body.get("text") or ""),
        value=_chosen(action) if kind == "action" else str(body.get("value") or ""),
        block_id=own_block_id(str(action.get("block_id") or body.get("block_id") or "")),
        values=_values(view.get("state") or body.get("state") or {}),
        meta=meta,
        channel_id=str(
            body.get("channel_id")
            or (body.get("channel") or {}).get("id")
            or container.get("channel_id")
            or meta.get("channel_id")
            or ""
        ),
        thread_ts=str(container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or meta.get("response_url") or ""),
        message=body.get("message") or ({"ts": container["message_ts"]} if container.get("message_ts") else {}),
        ephemeral=bool(container.get("is_ephemeral") or meta.get("ephemeral")),
        from_home=view.get("type") == "home" or bool(meta.get("from_home")),
        view_id=str(view.get("id") or ""),
        view_hash=str(view.get("hash") or ""),
    )


def kind_of(body: Mapping[str, Any]) -> Kind | None:
    """What Slack calls by other names; None for what the bot does not know, such as messages of an old kind."""
    return "command" if "command" in body else _KINDS.get(str(body.get("type")))


def id_of(kind: Kind, body: Mapping[str, Any]) -> str:
    """What a payload asks for, by the name under which its handler is known; empty where it names none."""
    match kind:
        case "command":
            return str(body["command"])
        case "action":
            return str((body.get("actions") or [{}])[0].get("action_id") or "")
        case "options":
            return str(body.get("action_id") or "")
        case "view":
            return str((body.get("view") or {}).get("callback_id") or "")
        case "shortcut":
            return str(body.get("callback_id") or "")
        case "event":
            return str((body.get("event") or {}).get("type") or "")


def carried(request: Request, meta: Mapping[str, Any]) -> str:
    """The `private_metadata` of a form that this request opens: its own meta and the way back."""
    way_back: dict[str, Any] = {}
    if request.channel_id:
        way_back["channel_id"] = request.channel_id
    if request.response_url:
        way_back["response_url"] = request.response_url
    if request.ephemeral:
        way_back["ephemeral"] = True
    if request.from_home:
        way_back |= {"from_home": True, "home": request.home_offset}
    return json.dumps({**meta, **way_back}, ensure_ascii=False, separators=(",", ":"))


def user_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """Slack's ids of the person and of the workspace they belong to."""
    event = body.get("event") or {}
    user = body.get("user") or event.get("user") or {}
    if isinstance(user, str):
        user = {"id": user}
    user_id = str(body.get("user_id") or user.get("id") or "")
    team = user.get("team_id") or body.get("user_team") or event.get("user_team") or ""
    return user_id, str(team or "")


def is_addressed_to(body: Mapping[str, Any], team_id: str, app_id: str, enterprise_id: str) -> bool:
    """Whether a payload is for this installation: this workspace (or the whole organisation), and this app.

    One signing secret serves all installations of an app, so that a signature says less. An id of the app that
    either side does not name is no reason to refuse (shortcuts come without it); a payload of no workspace is.
    """
    if app_id and body.get("api_app_id") and body["api_app_id"] != app_id:
        return False
    places = [body]
    if body.get("type") == "event_callback":
        # What is heard in a channel shared with others may name them as the place; our part is the authorization.
        shared = body.get("is_ext_shared_channel") and body.get("authorizations")
        context = {"team_id": body.get("context_team_id"), "enterprise_id": body.get("context_enterprise_id")}
        places = [*([] if shared else [body]), *(body.get("authorizations") or []), context]
        places = [place for place in places if _place(place) != ("", "")]
    return bool(places) and all(_is_home(place, team_id, enterprise_id) for place in places)


def _place(body: Mapping[str, Any]) -> tuple[str, str]:
    """The workspace and the organisation that a payload names, empty if none."""
    team, enterprise = body.get("team") or {}, body.get("enterprise") or {}
    return (
        str(body.get("team_id") or team.get("id") or ""),
        str(body.get("enterprise_id") or enterprise.get("id") or team.get("enterprise_id") or ""),
    )


def _is_home(body: Mapping[str, Any], team_id: str, enterprise_id: str) -> bool:
    team, enterprise = _place(body)
    if enterprise and enterprise != enterprise_id:
        return False
    return team == team_id or (not team and enterprise != "")


def _key(kind: Kind, body: Mapping[str, Any], action: Mapping[str, Any]) -> str:
    # A click is the same if trigger, action and time are the same; an event if its id is; a form if it is the same
    # drawing of it, filled in alike: who is told of trouble while it is carried out sends it once more.
    if kind == "event":
        return f"event:{body.get('event_id')}"
    view = body.get("view") or {}
    if kind == "view" and view.get("id") and view.get("hash"):
        parts = [user_of(body), *(view.get(part) or "" for part in ("callback_id", "private_metadata", "state"))]
        said = sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        return f"view:{view['id']}:{view['hash']}:{said[:32]}"
    return f"{kind}:{body.get('trigger_id')}:{action.get('action_id', '')}:{action.get('action_ts', '')}"


def _chosen(action: Mapping[str, Any]) -> str:
    if "value" in action:
        return str(action["value"] or "")
    option = action.get("selected_option") or {}
    for key in ("selected_date", "selected_time", "selected_user", "selected_conversation", "selected_date_time"):
        if action.get(key):
            return str(action[key])
    return str(option.get("value") or "")


def _meta(view: Mapping[str, Any]) -> dict[str, Any]:
    if not view.get("private_metadata"):
        return {}
    try:
        found = json.loads(view["private_metadata"])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _values(state: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for block in (state.get("values") or {}).values():
        for action_id, element in block.items():
            found[action_id] = _value(element)
    return found


def _shown(element: Mapping[str, Any]) -> Any:
    """What an input held as it was drawn."""
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    if "initial_option" in element:
        return element["initial_option"]["value"]
    return next((value for key, value in element.items() if key.startswith("initial_")), None)


def _value(element: Mapping[str, Any]) -> Any:
    if "selected_options" in element:
        return [option["value"] for option in element["selected_options"] or []]
    if "selected_option" in element:
        return (element["selected_option"] or {}).get("value")
    for key, value in element.items():
        if key.startswith("selected_") or key in ("value", "files"):
            return value
    return None
