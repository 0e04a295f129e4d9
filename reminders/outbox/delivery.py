"""From the outbox to Slack (docs/delivery.md, "Send"): never lost, never doubled, nobody held up by anybody else.

Each look claims what may go now, one message for each free conversation, and commits before Slack is called.
Who does so, the scheduler or `tick`, has the turn (`turn.py`).
Called by the scheduler and by `bot.py tick`; `docs/reliability.md` names the claims and the test behind each.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from threading import Event, Lock
from typing import TYPE_CHECKING, NamedTuple

from reminders.engine.kinds import at_once, kind_of
from reminders.outbox import housekeeping as upkeep
from reminders.outbox.context import POINTS, Desk, hold_after_limit, nothing
from reminders.outbox.conversations import Conversations, is_channel, is_nobodys, is_probed, is_tried
from reminders.outbox.naming import called
from reminders.outbox.outcomes import Batch
from reminders.outbox.posting import Posting, token_is_good, well_again
from reminders.outbox.slack_client import MOST_KEYS, Limited, Rejected, Unreached, Unsure
from reminders.outbox.slack_codes import is_of_token, pauses
from storage.base import destinations, sending
from storage.base.leases import Deposed
from storage.base.moments import instant
from storage.base.outbox_row import BLOCKED, CANCELLED, CARD, DEAD, EXPIRED, PENDING, SENDING, SENT, UNKNOWN
from storage.base.upkeep import come_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from reminders.outbox.slack_client import SlackSender
    from reminders.outbox.workers import Workers
    from storage.base.db import Store
    from storage.base.leases import Fenced
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from templates.blocks.render import Renderer

__all__ = ["POINTS", "Delivered", "Delivery", "deliver_once"]

log = logging.getLogger("cta_bot.delivery")

_WELL_AGAIN = 300.0
"""Seconds between two questions whether a destination in trouble is well again."""
_TRY_AGAIN = timedelta(hours=1)
"""Between two tries of what only a message shows: each may be refused anew."""
_SHORTLY = 0.2
"""Seconds until those that are looked at now have been: then it is known when the next look may be."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the rows of one pass: `put_off` are to be tried later, `waiting` are due and not tried."""

    sent: int
    unknown: int
    put_off: int
    cancelled: int
    expired: int
    blocked: int
    dead: int
    waiting: int

    @property
    def is_all(self) -> bool:
        """Whether everything that was due was sent, or is no longer due."""
        return not (self.unknown or self.put_off or self.blocked or self.dead or self.waiting)

    def in_words(self) -> str:
        """The counts, without those that are 0."""
        counts = [f"{count} {name.replace('_', ' ')}" for name, count in asdict(self).items() if count]
        return f"{', '.join(counts) or 'nothing to deliver'}."


class Look(NamedTuple):
    """What a look did: how much it started, and how long the rest has to wait.

    `pace_wait`: real seconds until pace allows more; `clock_wait`: the clock's, until something else falls due or
    is free again. None: nothing waits for that.
    """

    started: int
    pace_wait: float | None
    clock_wait: float | None


class _Wanted(NamedTuple):
    destination: str
    lane: str
    rows: list[OutboxRow]


class Delivery:
    """Looks at the outbox and sends what may go; its messages are sent by `workers`, or right here without.

    `heard` is set whenever a message has gone its way: there may be more to send in its conversation.
    """

    def __init__(self, desk: Desk, workers: Workers | None = None, heard: Event | None = None) -> None:
        self._desk = desk
        self._workers = workers
        self._changed = heard or Event()
        self._busy: set[str] = set()
        self._under_way: set[str] = set()
        self._lock = Lock()
        self._asked_at: dict[str, float] = {}
        self._read_at: dict[str, datetime] = {}
        # A pause that another process left behind may be over: this one may have a new token.
        self._probed = not pauses(self._workspace_health())
        with desk.store.write(desk.clock()) as unit:
            self._conversations = Conversations(desk, away_since=come_back(unit, desk.store))

    def look(self, now: datetime | None = None) -> Look:
        """Send what may go, and say when to look again.

        `now`: the instant that was planned for. What falls due a moment later waits for the next plan: it may
        have to go together with what is planned then.
        """
        desk = self._desk
        now = now or desk.clock()
        db = desk.store.connection()
        if sending.is_sweep_due(db, now, desk.lease):
            with self._lock:
                under_way = list(self._under_way)
            with desk.store.write(now) as unit:
                desk.tally[UNKNOWN] += sending.end_leases(unit, desk.lease, under_way)
                desk.tally[EXPIRED] += sending.expire(unit)
            desk.points("lease.after_commit")
        held = destinations.held(db, now)
        if not self._may_send(held):
            return Look(started=0, pace_wait=None, clock_wait=_soonest(now, held.values()))
        started = self._read_histories(now)
        self._ask_whether_well()
        wanted, pace_wait = self._wanted(now, held)
        for batch in self._claim(wanted, now):
            started += self._start(batch.lane, Posting(desk, self._conversations, batch).run, batch.claim)
        due_at = sending.next_due_at(db, now)
        clock_wait = _soonest(now, [*held.values(), *([instant(due_at)] if due_at else [])])
        return Look(started, pace_wait, clock_wait)

    def run_dry(self) -> None:
        """Send all that may go while the clock stands; pace is waited for, limits are not."""
        while True:
            self._changed.clear()
            look = self.look()
            if look.started:
                continue
            if look.pace_wait is None:
                return
            self._changed.wait(look.pace_wait)

    # -- may anything be sent ----------------------------------------------------------------

    def _may_send(self, held: Mapping[str, datetime]) -> bool:
        """Not while the workspace is held; a token that was refused is tried first, at once in a new process."""
        health = self._workspace_health()
        if not pauses(health):
            return destinations.WORKSPACE not in held
        if destinations.WORKSPACE in held and self._probed:
            return False
        self._probed = True
        # Only a message shows whether a scope, or access, is there again: see `_wanted`.
        return not is_of_token(health) or self._probe_token()

    def _workspace_health(self) -> str:
        return destinations.health_of(self._desk.store.connection(), destinations.WORKSPACE)

    def _probe_token(self) -> bool:
        desk = self._desk
        try:
            desk.sender.check_token()
        except (Rejected, Unreached, Unsure, Limited) as error:
            log.warning("the bot's token is refused still: %s", error)
            with desk.store.write(desk.clock()) as unit:
                destinations.hold(unit, destinations.WORKSPACE, unit.now + timedelta(seconds=30))
            return False
        with desk.store.write(desk.clock()) as unit:
            token_is_good(unit)
        return True

    # -- sending -----------------------------------------------------------------------------

    def _wanted(self, now: datetime, held: Mapping[str, datetime]) -> tuple[list[_Wanted], float | None]:
        """One message for each conversation that is free, and the seconds that the next other one has to wait."""
        desk, seconds = self._desk, self._desk.seconds()
        wanted: list[_Wanted] = []
        waits: list[float] = []
        looks = self._conversations.looks_left()
        room = min(desk.pace.budget(seconds), self._workers.free if self._workers else 1)
        waiting = sending.waiting(desk.store.connection(), now)
        if pauses(health := self._workspace_health()):
            room = min(room, 1)
            # It may be one place alone that refuses: another one shows that.
            refused = sending.put_off_for(desk.store.connection(), health)
            waiting.sort(key=lambda destination: destination in refused)
        for destination in waiting:
            lane = self._conversations.lane(destination)
            if lane in held or self._is_busy(lane) or any(lane == other.lane for other in wanted):
                continue
            wait = desk.pace.wait(lane, seconds) or desk.pace.budget_wait(seconds)
            if is_channel(lane) and looks <= sum(is_channel(other.lane) for other in wanted):
                wait = max(wait, self._conversations.look_wait() or _SHORTLY)
            if wait > 0:
                waits.append(wait)
            elif len(wanted) == room:
                break
            elif rows := self._one_message(sending.due(desk.store.connection(), destination, now)):
                wanted.append(_Wanted(destination, lane, rows))
        return wanted, min(waits, default=None)

    def _one_message(self, rows: list[OutboxRow]) -> list[OutboxRow]:
        """The rows that make the next message of a destination; edits wait until their card stands."""
        groups: dict[str, list[OutboxRow]] = {}
        for row in rows:
            groups.setdefault(_group(row), []).append(row)
        for group in groups.values():
            if any(row.op == "post" for row in group):
                return group[:MOST_KEYS]
            card = sending.edited(self._desk.store.connection(), group[0])
            if card is None or card.state not in (PENDING, SENDING, UNKNOWN):
                return group
        return []

    def _claim(self, wanted: Sequence[_Wanted], now: datetime) -> list[Batch]:
        desk = self._desk
        if not wanted:
            return []
        batches = []
        with desk.store.write(desk.clock()) as unit:
            for one in wanted:
                name = secrets.token_hex(8)
                if sending.claim(unit, one.rows, name):
                    mine = tuple(sending.of_claim(unit.db, name))
                    batches.append(Batch(name, one.destination, one.lane, mine, now, desk.seconds()))
            desk.points("claim.before_commit")
        desk.points("claim.after_commit")
        return batches

    # -- what else Slack is asked ------------------------------------------------------------

    def _read_histories(self, now: datetime) -> int:
        """Learn what became of posts that nobody answered; each conversation once in any instant."""
        started = 0
        for conversation in sending.unknown(self._desk.store.connection(), now - self._desk.settle):
            if self._read_at.get(conversation) != now:
                self._read_at[conversation] = now
                started += self._start(f"history:{conversation}", partial(self._learn, conversation))
        return started

    def _learn(self, conversation: str) -> None:
        desk = self._desk
        try:
            self._conversations.learn_fates(conversation)
        except Limited as limit:
            with desk.store.write(desk.clock()) as unit:
                hold_after_limit(unit, limit)
        except Unreached as error:
            log.warning("Slack can't be reached: %s", error)

    def _ask_whether_well(self) -> None:
        """Whether what was blocked can be reached again, asked now and then."""
        desk = self._desk
        for trouble in destinations.troubles(desk.store.connection()):
            if is_nobodys(desk.store.connection(), trouble.id):
                with desk.store.write(desk.clock()) as unit:
                    destinations.forget(unit, trouble.id)
                continue
            asked_at = self._asked_at.get(trouble.id)
            ask = self._ask if is_probed(trouble) else self._try if is_tried(trouble) else None
            if ask and (asked_at is None or desk.seconds() - asked_at > _WELL_AGAIN):
                self._asked_at[trouble.id] = desk.seconds()
                self._start(f"well:{trouble.id}", partial(ask, trouble.id))

    def _ask(self, name: str) -> None:
        desk = self._desk
        try:
            if not self._conversations.is_well(name):
                return
        except (Limited, Unreached, Unsure) as error:
            log.info("whether %s is well again is not known: %s", name, error)
            return
        with desk.store.write(desk.clock()) as unit:
            well_again(unit, name, f"Messages to {called(unit.db, name)} can arrive again.")

    def _try(self, name: str) -> None:
        """Only a message shows whether one arrives: the oldest goes first, alone."""
        with self._desk.store.write(self._desk.clock()) as unit:
            sending.retry_blocked(unit, name, unit.now - _TRY_AGAIN)

    # -- workers -----------------------------------------------------------------------------

    def _is_busy(self, lane: str) -> bool:
        with self._lock:
            return lane in self._busy

    def _start(self, lane: str, work: Callable[[], None], claim: str = "") -> bool:
        """Have it done, unless something is under way there; no clock that is set ends its claim meanwhile."""
        with self._lock:
            if lane in self._busy:
                return False
            self._busy.add(lane)
            self._under_way.add(claim)

        def done() -> None:
            try:
                work()
            except Deposed:
                log.warning("another process has taken over: it finds out what became of %s", lane)
            except Exception:
                log.exception("delivery failed in %s", lane)
            finally:
                with self._lock:
                    self._busy.discard(lane)
                    self._under_way.discard(claim)
                self._changed.set()

        self._workers.submit(done) if self._workers else done()
        return True


def _group(row: OutboxRow) -> str:
    """Rows of one destination with the same group make one message."""
    if row.kind == CARD:
        return f"card:{row.cta_id}"
    if told := at_once(row):
        return f"{row.kind}:{told.together(row)}"
    kind = kind_of(row)
    if kind:
        return row.dedupe_key if kind.compose else "day"
    return "trouble" if row.payload.get("notice") == "trouble" else row.dedupe_key


def _soonest(now: datetime, instants: Iterable[datetime]) -> float | None:
    return min(((at - now).total_seconds() for at in instants), default=None)


def deliver_once(
    store: Store | Fenced,
    sender: SlackSender,
    renderer: Renderer,
    policy: Policy,
    now: datetime,
    *,
    points: Callable[[str], None] = nothing,
    is_our_turn: Callable[[], bool] = lambda: True,
) -> Delivered:
    """Send all that may go at `now`, in which all spans are measured; what became of the rows."""
    desk = Desk(store, sender, renderer, policy, clock=lambda: now, points=points, is_our_turn=is_our_turn)
    delivery = Delivery(desk)
    upkeep.each_minute(store, now)
    delivery.run_dry()
    tally = desk.tally
    return Delivered(
        sent=tally[SENT],
        unknown=tally[UNKNOWN],
        put_off=tally[PENDING],
        cancelled=tally[CANCELLED],
        expired=tally[EXPIRED],
        blocked=tally[BLOCKED],
        dead=tally[DEAD],
        waiting=len(sending.waiting(store.connection(), now)),
    )
