"""Figures of areas, which their nouns hand in (`figures.py`), for `/playbooks AREA` and `report --area`.

A noun's `figures.py` has AREA, FIELDS of its records, and `of_period(db, policy, first, last, today)`, whose figures
`record` makes plain and `line` says in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.nouns import handed_in
from storage.base.switches import refuse_off

if TYPE_CHECKING:
    from types import ModuleType

    from storage.base.policy import Policy


def areas() -> dict[str, ModuleType]:
    """The nouns' figures by the name that one asks for."""
    return {noun.AREA: noun for noun in handed_in("handlers", "figures")}


def area_of(text: str, policy: Policy) -> ModuleType | None:
    """The figures that the first word asks for; None for another word. Raises UserError where the area is off."""
    first = text.split(maxsplit=1)[:1]
    found = areas().get(first[0].casefold()) if first else None
    if found is not None:
        refuse_off(policy, found.AREA)
    return found
