"""Turns what `blockkit` finds wrong in messages and views into Slack's refusals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.blockkit import check_message, check_view
from sandbox.errors import SlackError, explained

if TYPE_CHECKING:
    from sandbox.blockkit import Problem
    from sandbox.model import Json

TEXT_POST = 40_000
TEXT_UPDATE = 4_000
METADATA_BYTES = 8_000
_OWN_CODES = {"msg_blocks_too_long", "msg_too_long"}


def explain(problems: list[Problem], code: str) -> SlackError:
    """The refusal for these problems: one line for each, in Slack's wording and with its pointer."""
    own = next((problem.code for problem in problems if problem.code in _OWN_CODES), None)
    lines = [f"{problem.message} [json-pointer:{problem.pointer}]" for problem in problems]
    return explained(own or code, lines, errors=[problem.as_dict() for problem in problems])


def content_of(args: Json, *, longest: int = TEXT_POST) -> Json:
    """`text`, `blocks` and `attachments` of a message, checked; refused as Slack refuses them."""
    content: Json = {}
    text = args.get("text")
    if text is not None:
        if not isinstance(text, str):
            raise SlackError("invalid_arguments")
        content["text"] = text
    for name, code in (("blocks", "invalid_blocks_format"), ("attachments", "invalid_attachments")):
        value = structure(args.get(name), code)
        if value is not None and not isinstance(value, list):
            raise SlackError(code)
        if value:
            content[name] = value
    if not text and "blocks" not in content and "attachments" not in content:
        raise SlackError("no_text")
    if len(text or "") > longest:
        raise SlackError("msg_too_long")
    if problems := check_message(content):
        raise explain(problems, "invalid_blocks")
    content.setdefault("text", "")
    return content


def view_of(args: Json) -> Json:
    """The argument `view`, checked."""
    view = structure(args.get("view"), "invalid_arguments")
    if not isinstance(view, dict):
        raise explained("invalid_arguments", ["missing required field: view"])
    check_view_or_refuse(view)
    return view


def check_view_or_refuse(view: Json) -> None:
    """Refuse a view with anything wrong in it."""
    if len(json.dumps(view)) > 250_000:  # noqa: PLR2004 - Slack's 250 KB, stated with views.open
        raise SlackError("view_too_large")
    if problems := check_view(view):
        raise explain(problems, "invalid_arguments")


def metadata_of(args: Json) -> Json | None:
    """The argument `metadata`, checked: an event type and a flat-named payload."""
    metadata = structure(args.get("metadata"), "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    known = set(metadata) <= {"event_type", "event_payload", "entities"}
    named = isinstance(metadata.get("event_type"), str) and bool(metadata.get("event_type"))
    if not known or not named or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata


def structure(value: Any, code: str) -> Any:
    """A list or object that may come as JSON text, as in forms; `code` when it is no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError(code) from None
