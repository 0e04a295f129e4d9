"""A line of what is coming, as the terminal prints it for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.base.reminder import Coming


def as_data(line: Coming) -> dict[str, Any]:
    """A line as JSON has it."""
    due_on = line.due_on.isoformat() if line.due_on else None
    return {**line._asdict(), "due_on": due_on, "post_at": line.post_at.isoformat(timespec="seconds")}
