""" "My reminders": what comes in the next days and why, by day; and each kind with its mute. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, mrkdwn

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from storage.base.reminder import Coming

LINES = 30


def reminders(
    coming: Sequence[Coming],
    muted: Collection[str],
    today: date,
    labels: Mapping[str, str],
    mutable: Collection[str],
) -> dict[str, Any]:
    """What templates/day/reminders shows: a paragraph per day, then the kinds, by `labels`.

    Those that the reader may mute (`mutable`) have a button for it.
    """
    days: dict[date, list[Mrkdwn]] = {}
    for item in coming[:LINES]:
        words = mrkdwn("{}: {}", clip(item.account or labels.get(item.kind, item.kind), 60), item.why)
        days.setdefault(item.day, []).append(words)
    return {
        "days": [mrkdwn("*{}*\n{}", day_words(day, today), Mrkdwn("\n".join(lines))) for day, lines in days.items()],
        "more": max(0, len(coming) - LINES),
        "kinds": [
            {
                "label": mrkdwn("{} · muted" if kind in muted else "{}", label),
                "kind": kind,
                "action": "day.unmute" if kind in muted else "day.mute",
                "words": "Unmute" if kind in muted else "Mute",
                "may": kind in mutable,
            }
            for kind, label in labels.items()
        ],
    }
