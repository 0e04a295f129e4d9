"""The machine that runs what falls due. Only the seam stands here until delivery lands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from reminders.senders import SlackSender
    from storage.db import Store
    from storage.model.policy import Policy
    from templates.render import Renderer


@dataclass
class Machine:
    """Plans and delivers on a schedule, and at once when woken."""

    store: Store
    policy: Policy
    sender: SlackSender
    renderer: Renderer
    clock: Callable[[], datetime]

    def start(self) -> None:
        """Start the schedule."""

    def wake(self) -> None:
        """Look at once."""

    def stop(self) -> None:
        """End what is under way."""
