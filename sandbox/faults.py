"""Faults on order: the next calls of a method go wrong in a chosen way, with or without effect."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any, Literal

Kind = Literal["rate_limited", "error", "server_error", "reset", "hang", "half_body", "no_scopes", "then"]
KINDS = ("rate_limited", "error", "server_error", "reset", "hang", "half_body", "no_scopes", "then")
_ANSWERED = ("half_body", "no_scopes", "then")
"""Those that spoil or follow the right answer."""

ANSWERS = "response_url"
"""The method of answers to commands and clicks, which `*` does not mean."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with the next `times` calls of `method` (all methods: `*`; answers: `response_url`).

    `takes_effect`: whether the call does its work before it goes wrong. `channel` limits the fault to calls
    about that channel. `rate_limited` uses `retry_after`; `error` uses `code`; `server_error` uses `status`;
    `hang` waits `seconds`, then answers if the call took effect and resets the connection if not; `half_body`
    sends half of the right answer and closes; `no_scopes` leaves the header X-OAuth-Scopes out; `then` answers
    well and then changes the channel (`change`: share, archive, kick, … as `Client.change_channel` knows them).
    What Slack says with HTTP 200 is an `error`: `code="ratelimited"`.
    """

    kind: Kind
    method: str
    times: int = 1
    channel: str = ""
    takes_effect: bool = False
    retry_after: int = 1
    code: str = "internal_error"
    status: int = 500
    seconds: float = 1.0
    change: str = ""


class Faults:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[Fault] = []

    def add(self, kind: Kind, method: str, **details: Any) -> None:
        """Order a fault; ValueError for a kind that there is not."""
        if kind not in KINDS:
            raise ValueError(f"no fault {kind!r}; there are {', '.join(KINDS)}")
        if kind in _ANSWERED:
            details.setdefault("takes_effect", True)
        with self._lock:
            self._waiting.append(Fault(kind, method, **details))

    def take(self, method: str, channel: str) -> Fault | None:
        """The fault that this call suffers, if any; it is used up."""
        with self._lock:
            for place, fault in enumerate(self._waiting):
                wanted = (method,) if method == ANSWERS else (method, "*")
                if fault.method in wanted and fault.channel in ("", channel):
                    left = replace(fault, times=fault.times - 1)
                    self._waiting[place : place + 1] = [left] if left.times else []
                    return fault
        return None

    def waiting(self) -> list[dict[str, Any]]:
        """What is still to come, as JSON."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._waiting.clear()
