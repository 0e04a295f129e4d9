"""Answers whether a message, a view or a list of blocks is one that Slack takes."""

from pathlib import Path
from typing import Any, Literal

from sandbox.blockkit.compiler import load
from sandbox.blockkit.problem import Problem
from sandbox.blockkit.rules import broken_rules, broken_suggestions, broken_view_rules

Surface = Literal["message", "modal", "home"]

SCHEMA_FOLDER = Path(__file__).parent / "schema"
_SCHEMAS = load([path.read_text(encoding="utf-8") for path in sorted(SCHEMA_FOLDER.glob("*.json"))])
_MESSAGE = _SCHEMAS.check("urn:blockkit:surfaces#/$defs/message")
_VIEW = _SCHEMAS.check("urn:blockkit:surfaces#/$defs/view")
_SUGGESTIONS = _SCHEMAS.check("urn:blockkit:objects#/$defs/suggestions")
_BLOCKS = {
    "message": _SCHEMAS.check("urn:blockkit:surfaces#/$defs/message_blocks"),
    "modal": _SCHEMAS.check("urn:blockkit:surfaces#/$defs/modal_blocks"),
    "home": _SCHEMAS.check("urn:blockkit:surfaces#/$defs/home_blocks"),
}


def check_message(payload: dict[str, Any]) -> list[Problem]:
    """Check a message as given to `chat.postMessage`; pointers start at the payload (`/blocks/0/…`)."""
    problems: list[Problem] = []
    _MESSAGE(payload, "", problems)
    if not problems:
        problems.extend(broken_rules(payload.get("blocks", []), "message", "/blocks"))
        for index, attachment in enumerate(payload.get("attachments", [])):
            here = f"/attachments/{index}/blocks"
            problems.extend(broken_rules(attachment.get("blocks", []), "message", here))
    return _distinct(problems)


def check_view(view: dict[str, Any]) -> list[Problem]:
    """Check a modal or a Home tab as given to `views.open` or `views.publish`, without Slack's own keys."""
    problems: list[Problem] = []
    _VIEW(view, "", problems)
    if not problems:
        problems.extend(broken_view_rules(view))
        problems.extend(broken_rules(view["blocks"], view["type"], "/blocks"))
    return _distinct(problems)


def check_blocks(blocks: list[Any], surface: Surface, *, at: str = "/blocks") -> list[Problem]:
    """Check bare blocks for a surface; `at` is where their pointers start ("" in `blocks.validate`)."""
    problems: list[Problem] = []
    _BLOCKS[surface](blocks, at, problems)
    if not problems:
        problems.extend(broken_rules(blocks, surface, at))
    return _distinct(problems)


def check_suggestions(answer: dict[str, Any]) -> list[Problem]:
    """Check the answer to a typeahead (`block_suggestion`): options or groups, at most 20, no value twice."""
    problems: list[Problem] = []
    _SUGGESTIONS(answer, "", problems)
    if not problems:
        problems.extend(broken_suggestions(answer))
    return _distinct(problems)


def _distinct(problems: list[Problem]) -> list[Problem]:
    """Keep the first, narrowest word on each place: a button's text breaks 75 before it breaks 3,000."""
    kept = {(problem.pointer, problem.code, problem.field): problem for problem in reversed(problems)}
    return list(reversed(kept.values()))
