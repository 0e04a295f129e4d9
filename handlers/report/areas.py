"""Figures of areas, which their nouns hand in (`figures.py`), for `/playbooks AREA` and `report --area`.

A noun's `figures.py` has AREA, FIELDS of its records, and `of_period(db, policy, first, last, today)`, whose figures
`record` makes plain and `line` says in words, or `lines` all of them together. NAME is how one asks for it, where that
is not the area's own name. `data`, with the same arguments, is what scripts read as JSON, where that is something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.nouns import handed_in
from storage.base.switches import refuse_off

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from storage.base.policy import Policy
    from templates.blocks.mrkdwn import Mrkdwn


def areas() -> dict[str, ModuleType]:
    """The nouns' figures by the name that one asks for."""
    return {name_of(noun): noun for noun in handed_in("handlers", "figures")}


def name_of(noun: ModuleType) -> str:
    """How one asks for a noun's figures."""
    found: str = getattr(noun, "NAME", noun.AREA)
    return found


def in_words(noun: ModuleType, found: Sequence[Any]) -> list[Mrkdwn]:
    """A noun's figures in words, a line each."""
    if hasattr(noun, "lines"):
        together: list[Mrkdwn] = noun.lines(found)
        return together
    return [noun.line(one) for one in found]


def area_of(text: str, policy: Policy) -> ModuleType | None:
    """The figures that the first word asks for; None for another word. Raises UserError where the area is off."""
    first = text.split(maxsplit=1)[:1]
    found = areas().get(first[0].casefold()) if first else None
    if found is not None:
        refuse_off(policy, found.AREA)
    return found
