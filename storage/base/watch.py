"""What is counted while the bot runs, in memory: what people asked, calls to Slack, looks at what is due.

Every room may count here; `handlers/door/over_health.py` shows it. It begins anew with each start.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of a histogram's steps, in seconds."""
SLACK, LOOK = "slack", "look"
"""Signs of life: Slack answered a call, the machine looked at what is due."""


class Histogram:
    """How often something took how long, by steps, and all seconds together."""

    def __init__(self) -> None:
        self.counts = [0] * (len(STEPS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(STEPS, seconds)] += 1
        self.total += seconds


class Watch:
    """Counters by name and labels, histograms likewise, and when a sign of life was last seen. For many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self._spans: defaultdict[tuple[str, tuple[str, ...]], Histogram] = defaultdict(Histogram)
        self._seen: dict[str, float] = {}

    def count(self, name: str, *labels: str) -> None:
        """One more of something."""
        with self._lock:
            self._counts[name, labels] += 1

    def took(self, name: str, seconds: float, *labels: str) -> None:
        """How long something took."""
        with self._lock:
            self._spans[name, labels].add(seconds)

    def seen(self, sign: str) -> None:
        """A sign of life."""
        self._seen[sign] = monotonic()

    def silent_for(self, sign: str) -> float | None:
        """Seconds since a sign of life; None for never."""
        at = self._seen.get(sign)
        return None if at is None else monotonic() - at

    def counts(self) -> Mapping[tuple[str, tuple[str, ...]], int]:
        """All counters as they are now."""
        with self._lock:
            return dict(self._counts)

    def spans(self) -> Mapping[tuple[str, tuple[str, ...]], tuple[list[int], float]]:
        """All histograms as they are now: counts by step, and seconds in all."""
        with self._lock:
            return {key: (list(span.counts), span.total) for key, span in self._spans.items()}


def watched(watch: Watch, *clients: Any) -> None:
    """Have the calls of Slack clients counted, by method and what came of them."""
    for client in clients:
        client.api_call = _counted(watch, client.api_call)


def _counted(watch: Watch, call: Callable[..., Any]) -> Callable[..., Any]:
    def api_call(api_method: str, **options: Any) -> Any:
        try:
            answer = call(api_method, **options)
        except Exception as error:
            response = getattr(error, "response", None)
            code = response.get("error") if response is not None and hasattr(response, "get") else None
            if code:
                watch.seen(SLACK)  # a refusal is an answer
            watch.count("slack_calls", api_method, str(code or type(error).__name__))
            raise
        watch.seen(SLACK)
        watch.count("slack_calls", api_method, "ok")
        return answer

    return api_call
