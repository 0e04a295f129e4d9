"""The nouns of the house, in order: one may use those before it, each handed in under this name in every room."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

NOUNS = (
    "account",
    "playbook",
    "cta",
    "renewal",
    "ebr",
    "handover",
    "success",
    "importing",
    "onboarding",
    "call",
    "health",
    "escalation",
    "triage",
    "usage",
    "growth",
    "plan",
    "survey",
    "play",
    "sales",
    "source",
    "report",
    "webhook",
    "home",
    "review",
    "demo",
)


@cache
def handed_in(room: str, file: str) -> Sequence[ModuleType]:
    """The modules of this name in the nouns' folders of a room (`reminders`, `kinds`), in their order."""
    names = [f"{room}.{noun}" for noun in NOUNS]
    return [import_module(f"{name}.{file}") for name in names if find_spec(name) and find_spec(f"{name}.{file}")]


def merged(room: str, file: str, table: str) -> dict[str, Any]:
    """All nouns' entries of one of their tables (`handlers`, `noun`, `ACTIONS`). Raises ValueError for a name twice."""
    found: dict[str, Any] = {}
    for noun in handed_in(room, file):
        for name, entry in getattr(noun, table, {}).items():
            if name in found:
                raise ValueError(f"{name} is handed in twice, by {noun.__name__} as well")
            found[name] = entry
    return found
