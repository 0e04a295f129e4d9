"""Mean and percentiles of days, from histograms. Pure."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import Counter


def median(days: Counter[int]) -> float | None:
    """The median of a histogram, None for an empty one; an even count has the mean of the middle two."""
    total = days.total()
    if not total:
        return None
    low, high = (total - 1) // 2, total // 2
    below, above = _at(days, low), _at(days, high)
    return below if low == high else (below + above) / 2


def mean(days: Counter[int]) -> float | None:
    """The mean of a histogram, None for an empty one."""
    total = days.total()
    return sum(value * count for value, count in days.items()) / total if total else None


def percentile(days: Counter[int], share: int) -> int | None:
    """The smallest value that at least `share` percent do not exceed; None for an empty histogram."""
    total = days.total()
    return _at(days, -(-total * share // 100) - 1) if total else None


def _at(days: Counter[int], index: int) -> int:
    """The value at an index of the sorted values."""
    seen = accumulate(days[value] for value in sorted(days))
    return next(value for value, so_far in zip(sorted(days), seen, strict=True) if so_far > index)
