"""What the forms and lists about how renewals end need, from records. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from storage.base.reasons import option_of
from storage.renewal.outcomes import effective_day
from templates.account.show import arr_amount, csm_words, renewal_words, whose_words
from templates.blocks.mrkdwn import Mrkdwn, day_words, money_words, mrkdwn
from templates.blocks.words import joined, told_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.renewal.record import Signing


def renewed_form(
    account: Account,
    today: date,
    policy: Policy,
    next_on: date,
    *,
    shows_arr: bool,
    arr: str = "",
    asks: str = "",
) -> dict[str, Any]:
    """The form of a renewal; `asks` is what the amount asks for (storage/renewal/outcomes.py)."""
    before = money_words(account.arr_cents or 0, account.currency, policy.currency)
    asked = {
        "less": mrkdwn("*That is less than before* ({} a year).", before),
        "contract": mrkdwn("*That is much more than before* ({} a year).", before),
    }
    return {
        "about": mrkdwn("*{}* {}", account.name, renewal_words(account, today)),
        "next_on": next_on.isoformat(),
        "archived": account.archived_at is not None,
        "shows_arr": shows_arr,
        "arr": arr,
        "asks": asks,
        "asked": asked.get(asks),
        "reasons": [option_of(reason) for reason in policy.renewal_reasons_of("less")],
        "reason": None,
        "line": "",
    }


def churned_form(
    account: Account, today: date, policy: Policy, said: Any = None, told: Sequence[Person] = ()
) -> dict[str, Any]:
    """The form that asks why an account leaves; `said` is what was typed already, `told` who will hear of it."""
    options = [option_of(reason) for reason in policy.renewal_reasons_of("churned")]
    reason = said.reason if said else None
    return {
        "about": mrkdwn("*{}* {}", account.name, renewal_words(account, today)),
        "reasons": options,
        "reason": next((option for option in options if option[1] == reason), None),
        "line": (said.line if said else None) or "",
        "day": ((said.day if said else None) or effective_day(account, today)).isoformat(),
        "told": told_words(told, "are told."),
    }


def signing_form(account: Account, today: date, signed: Signing | None, first: date) -> dict[str, Any]:
    """The form for the day by which a renewal will be signed."""
    return {
        "about": mrkdwn("*{}* {}", account.name, renewal_words(account, today)),
        "sign_by": (signed.sign_by if signed and signed.sign_by >= today else first).isoformat(),
        "line": (signed.line if signed else None) or "",
    }


def signing_words(signed: Signing, today: date) -> Mrkdwn:
    """`in signature, by Fri 18 Dec: with legal`."""
    line = f": {signed.line[:200]}" if signed.line else ""
    return mrkdwn("in signature, by {}{}", day_words(signed.sign_by, today), line)


def undecided(
    found: Sequence[Account],
    signings: Mapping[int, Signing],
    people: Mapping[int, Person],
    today: date,
    policy: Policy,
    *,
    scope: str,
    whose: Person | None,
    which: str,
    offset: int,
    total: int,
    totals: Mapping[str, int],
    size: int,
    reader_id: int,
    changeable: Collection[int],
    arr_ids: Collection[int],
) -> dict[str, Any]:
    """A page of the renewals that nobody has decided; `totals` counts each list."""
    titles = {
        "lapsed": f"{counted(total, 'renewal day')} passed undecided" if total else "No renewal day passed undecided",
        "signing": f"{counted(total, 'renewal')} in signature" if total else "Nothing in signature",
        "old": f"{counted(total, 'renewal date has', 'renewal dates have')} passed"
        if total
        else "No renewal date passed long ago",
    }
    own = which if which != "lapsed" else ""
    others = [
        (f"In signature {totals['signing']:,}", "renewal.signing_list", f"{scope}:0:signing"),
        (f"Lapsed {totals['lapsed']:,}", "renewal.lapsed", f"{scope}:0"),
        (f"Passed long ago {totals['old']:,}", "renewal.old", f"{scope}:0:old"),
    ]
    shown = {"renewal.signing_list": "signing", "renewal.lapsed": "lapsed", "renewal.old": "old"}
    # What passed long ago is a part of what lapsed: as many are the very same.
    here = {"lapsed", "old"} if which != "signing" and totals["lapsed"] == totals["old"] else {which}
    return {
        "title": titles[which],
        "whose": whose_words(scope, whose),
        "rows": [
            {
                "line": _line(a, signings.get(a.id), people, today, policy, reader_id, show_arr=a.id in arr_ids),
                "actions": _actions(a, may_change=a.id in changeable),
            }
            for a in found
        ],
        "buttons": [other for other in others if shown[other[1]] not in here and totals[shown[other[1]]]],
        "total": total,
        "first": offset + 1,
        "last": offset + len(found),
        "back": f"{scope}:{max(offset - size, 0)}:{own}" if offset else None,
        "on": f"{scope}:{offset + size}:{own}" if offset + size < total else None,
    }


def _line(
    account: Account,
    signed: Signing | None,
    people: Mapping[int, Person],
    today: date,
    policy: Policy,
    reader_id: int,
    *,
    show_arr: bool,
) -> Mrkdwn:
    late = signed and signed.sign_by < today
    facts = joined(
        [
            f"renewal day {day_words(account.renewal_on, today)}" if account.renewal_on else None,
            arr_amount(account, policy, show_arr=show_arr),
            csm_words(account, people, reader_id),
        ]
    )
    if signed is None:
        return mrkdwn("*{}* · {}", account.name, facts)
    return mrkdwn(
        "*{}* · {}\n{}{}", account.name, facts, signing_words(signed, today), ", which has passed" if late else ""
    )


def _actions(account: Account, *, may_change: bool) -> list[tuple[str, str]]:
    on = account.renewal_on
    value = f"{account.id}:{on.isoformat()}" if on else str(account.id)
    acts = [
        ("Renewed until …", f"renewed:{value}"),
        ("Signing late, by …", f"signing:{value}"),
        ("Churned …", f"churned:{value}"),
    ]
    return [*(acts if may_change else ()), ("Show", f"show:{account.id}"), ("Brief", f"brief:{account.id}")]
