"""What people fill in: from a plain value to Slack's `state.values`, and the client's own checks.

Pure functions over blocks. The page and the test language give plain values ("yes", "2026-12-18",
["a", "b"]); Slack's payloads want `{"type": "static_select", "selected_option": {…}}` and the like.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.model import Json, State

# Which field of a state value holds what was chosen, by element type.
HOLDS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}

# The property of the element that sets its first value; the rest are `initial_` + the field above.
_INITIAL = {
    "plain_text_input": "initial_value",
    "email_text_input": "initial_value",
    "url_text_input": "initial_value",
    "number_input": "initial_value",
    "rich_text_input": "initial_value",
    "static_select": "initial_option",
    "external_select": "initial_option",
    "radio_buttons": "initial_option",
    "multi_static_select": "initial_options",
    "multi_external_select": "initial_options",
    "checkboxes": "initial_options",
    "users_select": "initial_user",
    "multi_users_select": "initial_users",
    "conversations_select": "initial_conversation",
    "multi_conversations_select": "initial_conversations",
    "channels_select": "initial_channel",
    "multi_channels_select": "initial_channels",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
}

_LISTS = {name for name, field in HOLDS.items() if field in ("selected_options", "files")} | {
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
}
_WITHOUT_STATE = {"button", "overflow", "workflow_button", "icon_button", "feedback_buttons"}
REQUIRED = "Please complete this required field."


def leaves(blocks: list[Json]) -> Iterator[Json]:
    """The blocks in the order in which people see them, containers and carousels opened up."""
    for block in blocks:
        if block["type"] == "container":
            yield from leaves(block["child_blocks"])
        elif block["type"] == "carousel":
            yield from block["elements"]
        else:
            yield block


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with its block, in the order in which people see them."""
    for block in leaves(blocks):
        if block["type"] == "input":
            yield block, block["element"]
        elif block["type"] in ("actions", "context_actions"):
            for element in block["elements"]:
                yield block, element
        elif block["type"] == "card":
            for element in block.get("actions", ()):
                yield block, element
        elif isinstance(block.get("accessory"), dict) and block["accessory"].get("type") != "image":
            yield block, block["accessory"]


def find_element(blocks: list[Json], block_id: str, action_id: str) -> Json | None:
    """The element with these ids."""
    for block, element in elements(blocks):
        if block["block_id"] == block_id and element["action_id"] == action_id:
            return element
    return None


def options_of(element: Json) -> list[Json]:
    """The options of a select in one list, groups opened up."""
    groups = [group["options"] for group in element.get("option_groups") or ()]
    return list(element.get("options") or ()) + [option for group in groups for option in group]


def pick(options: list[Json], value: str) -> Json:
    """The option with this value; ValueError if there is none."""
    for option in options:
        if option.get("value") == value:
            return option
    raise ValueError(f"no option {value!r} there; there are {[option.get('value') for option in options]}")


def answer(element: Json, plain: Any, offered: list[Json] | None = None) -> Json:
    """The state value for what was chosen; `offered` are the options that an external select has shown."""
    kind = element["type"]
    name = HOLDS[kind]
    first = [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
    options = [*(offered or ()), *options_of(element), *first]
    if name == "selected_option":
        plain = None if plain is None else pick(options, plain)
    elif name == "selected_options":
        plain = [pick(options, value) for value in plain or ()]
    elif kind in _LISTS:
        plain = list(plain or ())
    elif name == "value":
        plain = None if plain in (None, "") else str(plain)
    return {"type": kind, name: plain}


def first_answer(element: Json) -> Json:
    """The state value of an element that nobody has touched."""
    kind = element["type"]
    initial = element.get(_INITIAL.get(kind, ""))
    return {"type": kind, HOLDS[kind]: ([] if initial is None and kind in _LISTS else initial)}


def first_answers(blocks: list[Json], kept: State | None = None) -> State:
    """The state of fresh blocks; what was filled in stays where block and action ids stay (`kept`)."""
    answers: State = {}
    for block, element in elements(blocks):
        if element["type"] in _WITHOUT_STATE:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        before = (kept or {}).get(block_id, {}).get(action_id)
        same = before is not None and before["type"] == element["type"]
        answers.setdefault(block_id, {})[action_id] = before if before and same else first_answer(element)
    return answers


def complaints(blocks: list[Json], answers: State) -> dict[str, str]:
    """What Slack's client itself objects to before it submits a form, by block id."""
    found = {}
    for block in leaves(blocks):
        if block["type"] != "input":
            continue
        element = block["element"]
        value = answers.get(block["block_id"], {}).get(element["action_id"], {}).get(HOLDS[element["type"]])
        if value in (None, "", []):
            if not block.get("optional"):
                found[block["block_id"]] = REQUIRED
        elif words := _complaint(element, value):
            found[block["block_id"]] = words
    return found


def _complaint(element: Json, value: Any) -> str:
    kind = element["type"]
    if kind == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < least:
            return f"This field requires at least {least} characters."
        return f"This field allows at most {most} characters." if len(value) > most else ""
    if kind == "number_input":
        return _number_complaint(element, value)
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.fullmatch(r"https?://\S+", value):
        return "Please enter a valid URL."
    most = element.get("max_selected_items") or element.get("max_files")
    return f"Choose at most {most}." if most and isinstance(value, list) and len(value) > most else ""


def _number_complaint(element: Json, value: str) -> str:
    decimal = bool(element["is_decimal_allowed"])
    if not re.fullmatch(r"-?\d+(\.\d+)?" if decimal else r"-?\d+", value):
        return "Please enter a number." if decimal else "Please enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"The number must be at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"The number must be at most {element['max_value']}."
    return ""
