"""Slack's pace: one message a second per conversation, and a budget for the workspace. Kept in real seconds.

Delivery asks before it claims, so that what may not go yet stays pending; nobody ever sleeps for it.
"""

from __future__ import annotations

from collections import deque
from threading import Lock

MINUTE = 60.0
QUICK = 0.04
"""Seconds: an answer that took longer may have been counted late by Slack, and the next message waits for it."""


class Pace:
    """Counts posts by the generic cell rate algorithm (conversations) and in a sliding minute (workspace)."""

    def __init__(self, conversation_seconds: float, workspace_per_minute: int) -> None:
        self._each = conversation_seconds
        self._per_minute = workspace_per_minute
        self._free_at: dict[str, float] = {}
        self._begun = 0.0
        self._posts: deque[float] = deque()
        self._lock = Lock()

    def begin(self, now: float) -> None:
        """Somebody else may have posted up to now: each conversation rests once."""
        self._begun = now + self._each

    def wait(self, conversation: str, now: float) -> float:
        """Seconds until a conversation may get its next message; 0 for at once."""
        with self._lock:
            return max(0.0, self._free_at.get(conversation, self._begun) - now)

    def budget(self, now: float) -> int:
        """How many messages the workspace may get at once."""
        with self._lock:
            while self._posts and self._posts[0] <= now - MINUTE:
                self._posts.popleft()
            return self._per_minute - len(self._posts)

    def budget_wait(self, now: float) -> float:
        """Seconds until the workspace's budget has room again."""
        with self._lock:
            full = len(self._posts) >= self._per_minute
            return max(0.0, self._posts[0] + MINUTE - now) if full else 0.0

    def posted(self, conversation: str, now: float) -> None:
        """Count a message that is being posted now."""
        with self._lock:
            self._free_at[conversation] = max(self._free_at.get(conversation, now), now) + self._each
            self._posts.append(now)

    def answered(self, conversation: str, now: float) -> None:
        """The message was answered now: Slack counted it between then and now."""
        with self._lock:
            counted_by = now + self._each - QUICK
            self._free_at[conversation] = max(self._free_at.get(conversation, counted_by), counted_by)
