"""What becomes of a message that was not sent: held, put off, passed on, or given up; and who is told.

Called by posting, in a worker thread, with the batch whose claim it is.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from reminders.outbox import fallbacks
from reminders.outbox.context import METHOD, backoff, hold_after_limit
from reminders.outbox.naming import called, row_words
from reminders.outbox.slack_codes import DESTINATION, GONE, PAUSE, PAYLOAD, STRANGE, is_of_token, meaning_of
from storage.base import destinations, sending
from storage.base.outbox_row import BLOCKED, CANCELLED, DEAD, PENDING, REFUSED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from reminders.outbox.context import Desk
    from reminders.outbox.slack_client import Limited, Rejected, Unreached
    from storage.base.db import Unit
    from storage.base.outbox_row import OutboxRow

log = logging.getLogger("cta_bot.delivery")

_MOST_ATTEMPTS = 5
"""Of a row that fails for a reason that we do not know; then it is dead, and operations are told."""
_MOST_HOURS = 24
_STRANGE_WAIT = timedelta(hours=1)
_WITHHELD = timedelta(minutes=10)
_TOKEN_PROBE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one destination that are claimed together, for one message.

    `lane` names the conversation, whatever the destination calls it: what Slack's pace and limits hang on. `at` is
    the instant that was planned for, in which the rows are looked at again; `claimed` are real seconds.
    """

    claim: str
    destination: str
    lane: str
    rows: tuple[OutboxRow, ...]
    at: datetime
    claimed: float

    @property
    def is_edit(self) -> bool:
        """Only edits: the message stands already."""
        return all(row.op == "update" for row in self.rows)


@dataclass(slots=True)
class Outcome:
    """The end of one batch. `moved`: it edits what stands where its destination used to be."""

    desk: Desk
    batch: Batch
    moved: bool = False

    def settle(self, unit: Unit, row: OutboxRow, state: str, **fields: str | None) -> None:
        """A row ends in this state, if it is still this claim's."""
        if sending.settle(unit, row, self.batch.claim, state, **fields):
            self.desk.tally[state] += 1

    def limited(self, limit: Limited) -> None:
        """Slack wants to be left alone: no attempt is burnt."""
        desk = self.desk
        with desk.store.write(desk.clock()) as unit:
            hold_after_limit(unit, limit, self.batch.lane)
            if limit.method.startswith("chat."):
                sending.unburn(unit, self.batch.claim)
            for row in sending.of_claim(unit.db, self.batch.claim):
                sending.put_off(unit, row, self.batch.claim, None)

    def unreached(self, rows: Sequence[OutboxRow], error: Unreached) -> None:
        """Nobody listened, so nothing was said."""
        # Nobody else can be reached either: let the workspace be for a while.
        wait = backoff(max((row.attempts for row in rows), default=0) + 1)
        log.warning("Slack can't be reached (%s): next try in %s", error, wait)
        self.put_off(rows, f"not reached: {error}", wait)
        with self.desk.store.write(self.desk.clock()) as unit:
            destinations.hold(unit, destinations.WORKSPACE, unit.now + wait)

    def put_off(self, rows: Sequence[OutboxRow], error: str, wait: timedelta | None = None) -> None:
        """Another try later, for a reason that passes."""
        desk = self.desk
        with desk.store.write(desk.clock()) as unit:
            for row in rows:
                until = unit.now + (wait or backoff(row.attempts + 1))
                sending.put_off(unit, row, self.batch.claim, until, error=error, attempts=row.attempts + 1)
                desk.tally[PENDING] += 1

    def rejected(self, rows: Sequence[OutboxRow], refusal: Rejected) -> None:
        """Slack said no: what its code means is done."""
        meaning = DESTINATION if refusal.code in fallbacks.WORDS else meaning_of(refusal.code)
        if meaning == PAUSE and self._is_of_the_place(rows, refusal):
            self._blocked(rows, refusal)
        elif meaning == PAUSE and not (is_of_token(refusal.code) or refusal.method.startswith("chat.")):
            self._withheld(rows, refusal)
        elif meaning == PAUSE:
            self._pause(refusal)
        elif meaning == GONE and self.batch.is_edit:
            with self.desk.store.write(self.desk.clock()) as unit:
                for row in rows:
                    self.settle(unit, row, CANCELLED, error="the card is gone")
        elif meaning == DESTINATION:
            self._blocked(rows, refusal)
        elif meaning == PAYLOAD:
            self._dead(rows, str(refusal))
        else:
            self._hold(rows, refusal)

    def _hold(self, rows: Sequence[OutboxRow], refusal: Rejected) -> None:
        """A refusal that nobody documented: it may pass. It waits an hour at a time, and operations know."""
        if max((row.attempts for row in rows), default=0) + 1 >= _MOST_HOURS:
            self._dead(rows, str(refusal))
            return
        log.warning("Slack refuses %s for a reason not known here: %s", self.batch.destination, refusal)
        self.put_off(rows, str(refusal), _STRANGE_WAIT)
        with self.desk.store.write(self.desk.clock()) as unit:
            whom = called(unit.db, self.batch.destination)
            words = f"Slack refuses messages to {whom}: {refusal}. The bot does not know this code and tries each hour."
            destinations.set_health(unit, self.batch.destination, STRANGE, str(refusal), words)

    def _is_of_the_place(self, rows: Sequence[OutboxRow], refusal: Rejected) -> bool:
        """Whether what sounds like a word about the token is one about this place.

        It is, where this was refused so before, and a message that went elsewhere has ended the pause since.
        """
        if is_of_token(refusal.code) or not refusal.method.startswith("chat."):
            return False
        db = self.desk.store.connection()
        again = any(row.error == str(refusal) for row in rows)
        known = again or destinations.health_of(db, self.batch.destination) == REFUSED
        return known and destinations.health_of(db, destinations.WORKSPACE) == destinations.OK

    def _withheld(self, rows: Sequence[OutboxRow], refusal: Rejected) -> None:
        """A scope is missing for something beside posting: what needs it waits, all else goes on."""
        desk = self.desk
        log.error("Slack does not let the bot call %s: %s", refusal.method, refusal)
        with desk.store.write(desk.clock()) as unit:
            for row in rows:
                because = f"{refusal.method}: {refusal}"
                sending.put_off(unit, row, self.batch.claim, unit.now + _WITHHELD, error=because)
                desk.tally[PENDING] += 1
            words = f"Slack does not let the bot call {refusal.method} ({refusal}). What needs that waits."
            destinations.set_health(unit, METHOD + refusal.method, refusal.code, str(refusal), words)

    def _pause(self, refusal: Rejected) -> None:
        """The token is worth nothing: nothing can be sent by anybody until it is mended."""
        desk = self.desk
        words = f"Slack refuses the bot's token ({refusal}): nothing is sent until that is mended."
        log.error("%s", words)
        with desk.store.write(desk.clock()) as unit:
            destinations.set_health(unit, destinations.WORKSPACE, refusal.code, str(refusal), words)
            destinations.hold(unit, destinations.WORKSPACE, unit.now + _TOKEN_PROBE)
            if refusal.method.startswith("chat."):
                sending.unburn(unit, self.batch.claim)
            for row in sending.of_claim(unit.db, self.batch.claim):
                sending.put_off(unit, row, self.batch.claim, None, error=str(refusal))

    def _blocked(self, rows: Sequence[OutboxRow], refusal: Rejected) -> None:
        desk = self.desk
        reason = fallbacks.WORDS.get(refusal.code, str(refusal))
        with desk.store.write(desk.clock()) as unit:
            told: list[str] = []
            for row in rows:
                self.settle(unit, row, BLOCKED, error=f"{refusal.code}: {reason}")
                heir = fallbacks.pass_on(unit, row, refusal.code)
                if heir and (name := called(unit.db, heir)) not in told:
                    told.append(name)
            if self.moved:
                return  # it says nothing of where messages go now
            instead = f" Told instead: {' and '.join(told)}." if told else ""
            words = f"Messages to {called(unit.db, self.batch.destination)} don't arrive: {reason}.{instead}"
            # What only a post is told, no look at the conversation shows: the next message that arrives does.
            seen = refusal.code in fallbacks.WORDS or not refusal.method.startswith("chat.")
            destinations.set_health(unit, self.batch.destination, BLOCKED if seen else REFUSED, refusal.code, words)

    def failed(self, rows: Sequence[OutboxRow], error: str) -> None:
        """Something of ours went wrong: a few more tries, then it is dead; if the last one failed of the same, too."""
        kind = error.partition(":")[0]
        again = any((row.error or "").partition(":")[0] == kind for row in rows)
        if again and max(row.attempts for row in rows) + 1 >= _MOST_ATTEMPTS:
            self._dead(rows, error)
            return
        self.put_off(rows, error)

    def _dead(self, rows: Sequence[OutboxRow], error: str) -> None:
        desk = self.desk
        with desk.store.write(desk.clock()) as unit:
            for row in rows:
                self.settle(unit, row, DEAD, error=error)
                words = f"Given up, since it can't be sent: {row_words(unit.db, row)}: {error}"
                destinations.set_health(unit, f"row:{row.id}", DEAD, error, words)
