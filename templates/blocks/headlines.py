"""The areas' lines in a report and in Monday's summary, in words. Pure; used by templates/report and the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.areas import LABELS
from storage.base.headlines import CHANGE, POINTS, RATIO, SHARE
from templates.blocks import figures

if TYPE_CHECKING:
    from storage.base.headlines import Headline, Said
    from storage.base.policy import Policy


def headline_words(headline: Headline, policy: Policy) -> str:
    """`Onboarding: reached 3 · on time 83% of 12 · late 2`."""
    return f"{LABELS[headline.area]}: {' · '.join(_words(one, policy) for one in headline.said)}"


def _words(one: Said, policy: Policy) -> str:
    value = one.value or 0
    if one.unit == SHARE:
        return f"{one.what} {_share(value, one.n or 0, policy.win_rate_minimum)}"
    of = "" if one.n is None else f" (n {one.n:,})"
    if one.unit == RATIO:
        return f"{one.what} {figures.percent_above(value)}{of}"
    if one.unit == POINTS:
        return f"{one.what} {figures.whole(value):+}{of}" if value else f"{one.what} 0{of}"
    return f"{one.what} {figures.whole(value):{'+,' if one.unit == CHANGE else ','}}"


def _share(value: float, n: int, least: int) -> str:
    """`83% of 12`, `2 of 3` while there are few."""
    if value > 1:
        return f"{figures.percent_above(value)} of {n:,}"
    said = figures.win_rate(value, n, least)
    return f"{said} of {n:,}" if said.endswith("%") else said
