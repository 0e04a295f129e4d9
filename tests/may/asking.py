"""How it is written down what can be asked of the bot: by whom, whether it changes anything, and how that is taken back.

In texts, `{acme}` and the like stand for what conftest.py made. `TEAM` are the account team and managers, `OWNER` also
the owner of a CTA who is on no team, `MANAGERS` managers and admins, `PRIYA` and
`MAYA` her whose own it is, `MAKER` who made a play, and managers; `ALL` is for everybody, to look at something or
about oneself.
"""

from dataclasses import dataclass, replace
from typing import Any

TEAM, OWNER, MANAGERS, PRIYA, MAYA, ALL = "team", "owner", "managers", "priya", "maya", "all"
MAKER = "maker"
BUTTON = "[Undo] in the answer"


@dataclass(frozen=True)
class Row:
    """One thing that can be asked: `how` is command, click, form, pick (a typeahead) or shortcut."""

    who: str
    how: str
    name: str
    value: str = ""
    meta: Any = None
    fields: Any = None
    does: bool = False
    undo: Any = None
    on: str = "Acme"

    def __str__(self):
        return " ".join(str(part) for part in (self.how, self.name, self.value, self.meta) if part)


def said(who, text, **more):
    return Row(who, "command", text, **more)


def click(who, name, value="", **more):
    return Row(who, "click", name, value, **more)


def form(who, name, meta, fields=None, **more):
    return Row(who, "form", name, "", meta, fields or {}, **more)


def in_form(who, names, meta, value="", **more):
    """Clicks in a form."""
    return [Row(who, "click", name, value, meta, **more) for name in names.split()]


def clicks(who, names, value="", **more):
    return [click(who, name, value, **more) for name in names.split()]


def commands(who, command, *texts, **more):
    return [said(who, f"{command} {text}".strip(), **more) for text in texts]


def does(*rows, undo=None):
    """These change something; `undo` takes back what each of them did."""
    return [replace(row, does=True, undo=row.undo or undo) for row in rows]
