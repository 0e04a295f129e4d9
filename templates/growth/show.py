"""Growth in words: shares alone, since not everybody may see ARR. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from storage.base.moments import day_in_words
from storage.base.plurals import counted
from storage.growth.tally import UNKNOWN
from templates.blocks import figures as numbers
from templates.blocks.mrkdwn import Mrkdwn, mrkdwn
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storage.growth.tally import Grown


def grown_lines(found: Sequence[Grown]) -> list[Mrkdwn]:
    """The numbers in words, currency by currency."""
    lines: list[Mrkdwn] = []
    for currency in dict.fromkeys(one.currency for one in found):
        mine = [one for one in found if one.currency == currency]
        by = {one.what: one for one in mine if one.what != "moved"}
        if "net retention" in by:
            lines.append(_retention(currency, by))
        moved = [one for one in mine if one.what == "moved"]
        if moved:
            said = ", ".join(f"{_cause(one.name)} {numbers.change(one.value)} (n {one.n:,})" for one in moved)
            lines.append(mrkdwn("*{} · what moved it* {}", currency, said))
        if "renewal rate" in by or "decided on time" in by:
            lines.append(_renewals(currency, by))
    return lines


def _cause(name: str) -> str:
    return "for reasons not known" if name == UNKNOWN else name


def _retention(currency: str, by: Mapping[str, Grown]) -> Mrkdwn:
    net, gross, out, new = (by[name] for name in ("net retention", "gross retention", "left out", "new"))
    return joined(
        [
            mrkdwn("*{} · net retention* {}", currency, numbers.percent_above(net.value)),
            f"gross {numbers.percent(gross.value)}",
            f"n {net.n:,}",
            f"12 months to {day_in_words(date.fromisoformat(net.name))}",
            f"{counted(out.n, 'account')} left out ({numbers.percent(out.value)} of ARR)" if out.n else None,
            out.name.replace("open", "month still open") or None,
            f"{counted(new.n, 'new account')}" if new.n else None,
        ]
    )


def _renewals(currency: str, by: Mapping[str, Grown]) -> Mrkdwn:
    rate, on_time = by.get("renewal rate"), by.get("decided on time")
    return joined(
        [
            mrkdwn("*{} · renewal rate* {}", currency, numbers.percent(rate.value) if rate else numbers.NONE),
            f"n {rate.n:,}" if rate else None,
            f"decided on time {numbers.percent(on_time.value)} (n {on_time.n:,})" if on_time else None,
        ]
    )
