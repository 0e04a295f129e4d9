"""What `/cta admin` shows: the health of delivery in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from templates.blocks.mrkdwn import moment, mrkdwn

if TYPE_CHECKING:
    from storage.base.health import Health, Trouble, TurnHeld
    from templates.blocks.mrkdwn import Mrkdwn

MOST_TROUBLES = 8
_QUIET = ("sent", "cancelled", "expired")


def health(found: Health) -> dict[str, Any]:
    """What the template `admin/health` needs."""
    waiting = [f"{count} {state}" for state, count in found.counts.items() if state not in _QUIET and count]
    lines = [mrkdwn("{} sent · {}", found.counts.get("sent", 0), ", ".join(waiting) or "nothing waits")]
    if found.overdue_since:
        lines.append(mrkdwn("The oldest that could have gone waits since {}", moment(found.overdue_since)))
    if found.alive_at:
        lines.append(mrkdwn("Last sign of life {}", moment(found.alive_at)))
    lines.append(_turn(found.replicas.turn))
    if len(found.replicas.present) > 1:
        lines.append(mrkdwn("Answering: {}", ", ".join(found.replicas.present)))
    lines += [mrkdwn("{}", words) for words in found.replicas.oddities]
    lines += [mrkdwn("Slack wants {} left alone until {}", name, moment(at)) for name, at in found.held.items()]
    return {
        "title": "Delivery is well" if found.is_well else f"Delivery: {len(found.troubles)} in trouble",
        "lines": lines,
        "troubles": [_trouble(trouble) for trouble in found.troubles[:MOST_TROUBLES]],
        "more": max(0, len(found.troubles) - MOST_TROUBLES),
    }


def _turn(turn: TurnHeld | None) -> Mrkdwn:
    if turn is None:
        return mrkdwn("No process plans and delivers now")
    if turn.mine:
        return mrkdwn(
            "Planned and delivered by {} (this one), term {}, until {}", turn.who, turn.term, moment(turn.until)
        )
    words = "Planned and delivered by {}, term {}, until {}; this one answers only"
    return mrkdwn(words, turn.who, turn.term, moment(turn.until))


def _trouble(trouble: Trouble) -> str:
    since = mrkdwn(" since {}", moment(trouble.since)) if trouble.since else ""
    return mrkdwn("*{}* {}{}: {}", trouble.name, trouble.health, since, trouble.error or "no reason given")
