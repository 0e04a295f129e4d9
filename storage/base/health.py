"""How delivery is: what is in trouble, what waits, and since when. Shown by `/cta admin`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is not well: a conversation, the workspace, or one row of the outbox; `name` as people know it.

    `health` says what is wrong (`blocked`, `dead`, `unknown`, or Slack's word for a refused token), `error` why.
    """

    id: str
    name: str
    health: str
    error: str | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class TurnHeld:
    """Who plans and delivers (`process 7 on mars`; `mine`: this process), and until when unless it goes on.

    `term`: how often the turn has changed hands.
    """

    who: str
    until: datetime
    mine: bool
    term: int


@dataclass(frozen=True, slots=True)
class Replicas:
    """Who plans and delivers, None where nobody does; who answers (`process 7 on mars`), and what is odd about them."""

    turn: TurnHeld | None
    present: tuple[str, ...]
    oddities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """`counts` of outbox rows by state; `overdue_since`: the oldest row that could have gone and did not.

    `held`: what Slack wants to be left alone, and until when. `alive_at`: the last sign of life.
    `replicas`: the processes on this database.
    """

    counts: dict[str, int]
    overdue_since: datetime | None
    troubles: tuple[Trouble, ...]
    held: dict[str, datetime]
    alive_at: datetime | None
    replicas: Replicas = Replicas(None, (), ())

    @property
    def is_well(self) -> bool:
        """Whether nothing needs anybody."""
        return not self.troubles
