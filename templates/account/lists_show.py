"""What the template of a list of accounts needs: rows with what can be done there, filters and menus. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account.sieve import AS_IT_IS, HEALTHS, SORTS, SPANS, Sieve
from storage.base.plurals import counted
from templates.account.show import csm_words, renewal_words, state_words
from templates.blocks.mrkdwn import Mrkdwn, lived_day_words, mrkdwn
from templates.blocks.words import joined, person_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.base.person import Person


def row(
    account: Account,
    people: Mapping[int, Person],
    today: date,
    zone_name: str,
    which: str,
    *,
    may_change: bool,
    reader_id: int | None = None,
    arr: str | None = None,
) -> dict[str, Any]:
    """A line of a list of accounts, with what can be done there; `arr` where the reader may see it."""
    facts: list[str | Mrkdwn | None] = [csm_words(account, people, reader_id), arr]
    if which in ("no-ebr", "no-date"):
        last = account.last_ebr_on
        known = last or account.customer_since
        facts.append(
            f"last EBR {lived_day_words(last, today)}" if last else ("no EBR yet" if known else "no EBR date known")
        )
    elif which == "archived":
        facts.append(state_words(account, today, zone_name))
    else:
        facts += [renewal_words(account, today), f"health {account.health}" if account.health else None]
    return {
        "id": account.id,
        "line": joined([mrkdwn("*{}*", account.name), *facts]),
        "actions": _row_actions(account, which, may_change=may_change),
    }


def _row_actions(account: Account, which: str, *, may_change: bool) -> list[list[str]]:
    show = ["Show", f"show:{account.id}"]
    if not may_change:
        return [show, ["Brief", f"brief:{account.id}"]]
    if which == "archived":
        return [show, ["Bring back", f"unarchive:{account.id}"]]
    dated = account.last_ebr_on or account.customer_since
    ebr = ["Log an EBR", f"ebr.log:{account.id}"] if dated else ["Fill in", f"edit:{account.id}"]
    first = {
        "no-ebr": [ebr],
        "no-date": [ebr],
        "no-csm": [["Set the CSM", f"edit:{account.id}"]],
        "renewing": [["Renewal and reviews", f"renewal.show:{account.id}"]],
    }.get(which, [])
    edit = [] if first and first[0][1].startswith("edit:") else [["Edit", f"edit:{account.id}"]]
    return [*first, show, ["Open a CTA", f"cta.new:{account.id}"], *edit]


LISTS = {
    "": "Accounts",
    "renewing": "Renewing soon",
    "no-ebr": "No EBR in the last twelve months",
    "no-date": "No EBR date known",
    "no-csm": "No CSM",
    "archived": "Archived",
}
_FILTERS = (
    ("My accounts", "mine", ""),
    ("My team's", "team", ""),
    ("All", "all", ""),
    ("Mine, renewing soon", "mine", "renewing"),
    ("Mine, no EBR for a year", "mine", "no-ebr"),
    ("Team, renewing soon", "team", "renewing"),
    ("Team, no EBR for a year", "team", "no-ebr"),
    ("No CSM", "all", "no-csm"),
    ("Archived", "all", "archived"),
)
NARROW = 60
"""Characters of a segment's name that a menu takes."""
_WHOSE = {"mine": "yours", "team": "your team's", "all": "all"}


def sieves(sieve: Sieve, segments: Sequence[str], *, at: str, arr: bool) -> dict[str, Any]:
    """The two menus of a list: what it is sorted by, and which are shown; each option is the list's value, `at` first.

    `arr`: who may not see revenue does not sort by it.
    """
    sorts = [
        [f"Sort by {words}", f"{at}:{Sieve(name, sieve.only).value}"]
        for name, words in SORTS.items()
        if arr or name != "arr"
    ]
    narrow = [
        ("All of them", ""),
        *((f"Health {health}", health) for health in HEALTHS),
        *((f"Renewing in {counted(days, 'day')}", str(days)) for days in SPANS),
        *((segment.capitalize(), f"={segment}") for segment in segments if len(segment) <= NARROW),
    ]
    only = [[words, f"{at}:{Sieve(sieve.sort, each).value or '+'}"] for words, each in narrow]
    here = f"{at}:{sieve.value or '+'}"
    return {
        "sorts": sorts,
        "sort": next((each for each in sorts if sieve.sort and each[1] == here), None),
        "narrow": only,
        "only": next((each for each in only if sieve.only and each[1] == here), None),
    }


def listing(
    found: Sequence[Account],
    people: Mapping[int, Person],
    today: date,
    zone_name: str,
    *,
    scope: str,
    which: str,
    offset: int,
    total: int,
    size: int,
    changeable: Collection[int],
    reader_id: int | None = None,
    arr: Mapping[int, str | None] | None = None,
    whose: Person | None = None,
    sieve: Sieve = AS_IT_IS,
    segments: Sequence[str] = (),
    by_arr: bool = False,
) -> dict[str, Any]:
    """A page of accounts (of `whose`, if somebody was named), `arr` where the reader may see it.

    Values of filters and pages are `SCOPE:LIST:OFFSET`, and how it is sorted and narrowed behind.
    """
    kept = f":{sieve.value}" if sieve.value else ""
    filters = [[words, f"{each}:{kind}:0"] for words, each, kind in _FILTERS]
    return {
        "heading": mrkdwn("{} · {} · {}", LISTS[which], _WHOSE.get(scope) or person_words(whose), total),
        "archived": which == "archived",
        "part": which not in ("", "archived"),
        "narrowed": bool(sieve.only),
        "filters": filters,
        "filter": next((f for f in filters if f[1] == f"{scope}:{which}:0"), None),
        "sieves": sieves(sieve, segments, at=f"{scope}:{which}:0", arr=by_arr) if kept or total > size else None,
        "rows": [
            row(
                a,
                people,
                today,
                zone_name,
                which,
                may_change=a.id in changeable,
                reader_id=reader_id,
                arr=(arr or {}).get(a.id),
            )
            for a in found
        ],
        "total": total,
        "first": offset + 1,
        "last": offset + len(found),
        "back": f"{scope}:{which}:{max(offset - size, 0)}{kept}" if offset else None,
        "on": f"{scope}:{which}:{offset + size}{kept}" if offset + size < total else None,
    }
