"""What the screens of `/success` need, from what areas hand in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from templates.account.show import csm_words, scope_words
from templates.blocks.mrkdwn import Mrkdwn, mrkdwn
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.base.person import Person

MOST_LINES = 8
Button = tuple[str, str, str]
"""A button's label, action id and value."""


@dataclass(frozen=True, slots=True)
class LateRow:
    """One thing of an account (None: of several) that is late, since a day, and the button that comes next."""

    account: Account | None
    since: date
    said: Mrkdwn
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class PagePart:
    """One area's part of an account's page: its title, lines, and at most five buttons."""

    title: str
    lines: tuple[Mrkdwn, ...]
    buttons: tuple[Button, ...] = ()


def late_list(
    rows: Sequence[LateRow],
    people: Mapping[int, Person],
    reader_id: int,
    *,
    scope: str,
    total: int,
    offset: int,
    size: int,
) -> dict[str, Any]:
    """A page of what is late, in all areas that are on."""
    return {
        "rows": [_row(row, people, reader_id) for row in rows],
        "whose": scope_words(scope),
        "said": counted(total, "thing is late", "things are late") if total else "",
        "scope": scope,
        "total": total,
        "first": offset + 1,
        "last": offset + len(rows),
        "back": f"{scope}:{max(offset - size, 0)}" if offset else None,
        "on": f"{scope}:{offset + size}" if offset + size < total else None,
    }


def _row(row: LateRow, people: Mapping[int, Person], reader_id: int) -> dict[str, Any]:
    if row.account is None:
        return {"line": row.said, "button": row.button}
    csm = csm_words(row.account, people, reader_id)
    show = ("Show", "success.show", str(row.account.id))
    return {"line": joined([mrkdwn("*{}*", row.account.name), row.said, csm]), "button": row.button or show}


def page(account: Account, stage: str | None, parts: Sequence[PagePart]) -> dict[str, Any]:
    """An account's page, part by part."""
    return {
        "name": account.name,
        "stage": stage,
        "rows": [row for part in parts for row in _rows(part)],
        "id": account.id,
    }


def _rows(part: PagePart) -> list[dict[str, Any]]:
    """A part's rows: its only button stands beside its title, several in a line of their own."""
    left = len(part.lines) - MOST_LINES
    more = [mrkdwn("and {} more", left)] if left > 0 else []
    blank: dict[str, Any] = {"title": "", "line": "", "buttons": (), "button": None}
    lines = [blank | {"line": line} for line in (*part.lines[:MOST_LINES], *more)]
    several = len(part.buttons) > 1
    head = blank | {"title": part.title, "button": None if several else next(iter(part.buttons), None)}
    return [head, *lines, *([blank | {"buttons": part.buttons}] if several else [])]
