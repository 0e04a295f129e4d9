"""The machine that runs what falls due: on a schedule, and at once when woken. The only APScheduler import.

Made and stopped by `bot.py`; handlers wake it after each change. The database knows what is due, so nothing is lost
when a beat is missed, and none of the jobs needs to remember anything.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from reminders.engine.planner import plan
from reminders.outbox import housekeeping as upkeep
from reminders.outbox.context import Desk, Spans, nothing
from reminders.outbox.delivery import Delivery
from reminders.outbox.messages import Message
from reminders.outbox.slack_client import Rejected
from reminders.outbox.turn import Turn, held, who_runs
from reminders.outbox.workers import Workers
from storage.base.address import file_of
from storage.base.backups import backup_due, make_backup
from storage.base.errors import FileTrouble, UserError
from storage.base.leases import Deposed
from storage.base.trouble import in_words
from storage.base.waking import Ear
from storage.base.watch import LOOK, Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from reminders.outbox.slack_client import SlackSender
    from storage.base.db import Store
    from storage.base.health import Health
    from storage.base.leases import Fenced
    from storage.base.policy import Policy
    from templates.blocks.render import Renderer

log = logging.getLogger("cta_bot.machine")

_WORKERS = 12
_SWEEP_SECONDS = 10
_SHORTEST_WAIT = 0.2
_STOP_SECONDS = 3.0
_ALARM_AGAIN = timedelta(hours=1)
_LOOK_FOR_TURN = 0.5
_JOBS = 6


class _Duty(NamedTuple):
    """What one term works with."""

    term: int
    fenced: Fenced
    desk: Desk
    delivery: Delivery


@dataclass
class Machine:
    """Plans each minute, delivers as soon as there is something, keeps house each hour; `wake` has it look at once.

    `learn` asks Slack about people and channels that an import named, each minute; `directory` reads all of
    the directory anew, once a day; `beside` begin other work that is due, and return at once; `points` and `spans` are
    for tests that stop the process.

    Of several on one database only the one whose turn it is does so: the others wait for it to end. `version` and
    `rules` (a digest of what it goes by beside the policy) are what it says of itself among them.
    """

    store: Store
    policy: Policy
    sender: SlackSender
    renderer: Renderer
    clock: Callable[[], datetime]
    learn: Callable[[], object] = lambda: None
    directory: Callable[[], object] | None = None
    beside: tuple[Callable[[], object], ...] = ()
    points: Callable[[str], None] = nothing
    spans: Spans | None = None
    watch: Watch = field(default_factory=Watch)
    version: str = ""
    rules: str = ""
    _alarms: dict[str, datetime] = field(default_factory=dict, init=False)
    _wanted: Event = field(default_factory=Event, init=False)
    _stopping: bool = field(default=False, init=False)
    _planning: Lock = field(default_factory=Lock, init=False)
    _scheduling: Lock = field(default_factory=Lock, init=False)
    _swept: float = field(default=0.0, init=False)
    _thread: Thread | None = field(default=None, init=False)
    _scheduler: Any = field(default=None, init=False)
    _workers: Workers | None = field(default=None, init=False)
    _turn: Turn = field(init=False)
    _duty: _Duty | None = field(default=None, init=False)
    _waits: bool = field(default=False, init=False)
    _served: bool = field(default=False, init=False)
    _ear: Ear | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.spans = self.spans or Spans.of(self.policy)
        self._turn = Turn(self.store, self.spans.turn, self.clock)

    def start(self) -> None:
        """Start the schedule and the delivery; what fell due meanwhile is looked at now."""
        self._workers = Workers(_WORKERS)
        self._thread = Thread(target=self._deliver, name="delivery", daemon=True)
        self._wanted.set()
        self._begin_schedule()
        self._thread.start()

    def wake(self) -> None:
        """Plan and deliver at once; returns immediately."""
        self._wanted.set()

    def adopt(self, policy: Policy, renderer: Renderer) -> None:
        """Go on by another policy and other templates: what hangs on them is planned anew at once."""
        with self._planning:
            self.policy = self.store.policy = policy
            self.renderer = renderer
            self._duty = None
        self.wake()

    def stop(self) -> None:
        """End what is under way, within seconds; what was not sent is in the outbox."""
        if self._stopping:
            return
        self._stopping = True
        self._wanted.set()
        with self._scheduling:
            if self._scheduler is not None:
                self._scheduler.shutdown(wait=False)
                self._scheduler = None
        if self._thread is not None:
            self._thread.join(timeout=_STOP_SECONDS)
        if self._workers is not None:
            self._workers.stop(_STOP_SECONDS)
        try:
            self._turn.give_back()
        except Exception as error:  # noqa: BLE001 - it runs out by itself
            self._failed(error, "the turn could not be given back")
        if self._ear is not None:
            self._ear.close()

    @property
    def stopped(self) -> bool:
        """Whether it was asked to stop: nothing is planned or delivered any more."""
        return self._stopping

    def health(self) -> Health:
        """How planning and delivery are, for `/cta admin`."""
        db = self.store.connection()
        return replace(upkeep.health(db, self.clock()), replicas=who_runs(db, self.clock()))

    def alarm(self, trouble: UserError) -> None:
        """Tell operations, past the outbox, of a database that can't be written; once an hour for the same words."""
        log.error("%s", trouble)
        self.store.heard(trouble)
        said_at = self._alarms.get(trouble.message)
        if self.policy.operations_channel and (said_at is None or self.clock() - said_at > _ALARM_AGAIN):
            self._alarms[trouble.message] = self.clock()
            try:
                made = self.renderer.render("notice/trouble", lines=[str(trouble)])
                self.sender.post(self._operations(), Message(made["text"], made["blocks"]), [])
            except Exception:
                log.exception("operations could not be told")

    def _operations(self) -> str:
        """The operations channel's id, by Slack alone, and the bot in it."""
        name = self.policy.operations_channel.removeprefix("#")
        channel = next((one for one in self.sender.channels() if name in (one.id, one.name)), None)
        if channel is None:
            raise Rejected("conversations.list", "channel_not_found")
        if channel.shared:
            raise Rejected("conversations.list", "shared")
        if not channel.joined:
            self.sender.join(channel.id)
        return channel.id

    def _failed(self, error: Exception, what: str) -> None:
        trouble = error if isinstance(error, UserError) else in_words(error, self.store.path)
        if self._stopping:
            log.info("%s, as the bot stopped: %s", what, error)
        elif isinstance(trouble, FileTrouble):
            self.alarm(trouble)
        elif trouble:
            log.warning("%s: %s", what, trouble)
        else:
            log.error("%s; the next look is soon", what, exc_info=error)

    # -- jobs --------------------------------------------------------------------------------

    def _schedule(self) -> BackgroundScheduler:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # else each beat is a line of the log
        logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)  # `_heard` says what failed
        scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(_JOBS)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        scheduler.add_listener(self._heard, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        for name, job, trigger in (
            ("plan", self._plan, CronTrigger(second=0, timezone="UTC")),
            ("turn", self._keep_turn, IntervalTrigger(seconds=self._turn.renew_seconds, timezone="UTC")),
            ("deliver", self._sweep, IntervalTrigger(seconds=_SWEEP_SECONDS, timezone="UTC")),
            ("housekeeping", self._keep_house, CronTrigger(minute=17, timezone="UTC")),
            ("backup", self._back_up, IntervalTrigger(minutes=1, timezone="UTC")),
            ("directory", self._read_directory, CronTrigger(hour=3, minute=41, timezone="UTC")),
        ):
            scheduler.add_job(job, trigger, id=name, replace_existing=True)
        return scheduler

    def _begin_schedule(self) -> None:
        with self._scheduling:
            if self._stopping:
                return
            if self._scheduler is not None:
                self._scheduler.shutdown(wait=False)
            self._swept = monotonic()
            self._scheduler = self._schedule()
            self._scheduler.start()

    def _sweep(self) -> None:
        self._swept = monotonic()
        self._wanted.set()

    def _slept(self) -> bool:
        """Whether the schedule slept, and begins anew.

        It goes by the wall clock, and so waits for as long as that one was set back, be it a year.
        """
        if monotonic() - self._swept < 3 * _SWEEP_SECONDS:
            return False
        log.warning("the schedule slept, as it does where the clock is set back: it begins anew")
        self._begin_schedule()
        return True

    def _heard(self, event: Any) -> None:
        if event.code == EVENT_JOB_MISSED:
            log.warning("the job %s was missed at %s", event.job_id, event.scheduled_run_time)
        elif self._stopping:  # what it works with is gone: no fault, and done at the next start
            log.info("the job %s was cut off: %s", event.job_id, event.exception)
        elif isinstance(event.exception, UserError):
            self._failed(event.exception, f"the job {event.job_id} was not done")
        else:
            log.error("the job %s failed", event.job_id, exc_info=event.exception)

    def _keep_turn(self) -> None:
        was_alone = self._turn.is_alone
        try:
            self._turn.take()
            self._show_up()
        except Exception as error:  # noqa: BLE001 - it is logged, or told to operations, there
            self._failed(error, "the turn could not be kept")
        if was_alone and not self._turn.is_alone:
            self._wanted.set()  # from now on it listens

    def _show_up(self) -> None:
        rules = sha256(f"{self.policy.model_dump_json()}{self.rules}".encode()).hexdigest()[:12]
        self._turn.show_up(self.version, rules)

    def _plan(self) -> None:
        duty = self._on_duty()
        if duty is None:
            return
        # Delivery waits meanwhile: half a plan would make two messages of one person's morning.
        with self._planning:
            self._learn()
            plan(duty.desk.store, self.clock(), reached=self.points)
            upkeep.each_minute(duty.desk.store, self.clock())
        self._look_beside()
        self._wanted.set()

    def _look_beside(self) -> None:
        """Have sources pulled and webhooks called, on threads of their own."""
        for look in self.beside:
            try:
                look()
            except Exception as error:  # noqa: BLE001 - it is logged, or told to operations, there
                self._failed(error, "work beside delivery could not begin")

    def _learn(self) -> None:
        try:
            self.learn()
        except Exception as error:  # noqa: BLE001 - the next plan tries again
            self._failed(error, "Slack's directory could not be read")

    def _keep_house(self) -> None:
        if duty := self._on_duty():
            upkeep.keep_house(duty.desk.store, self.clock())

    def _read_directory(self) -> None:
        if self.directory is not None and self._on_duty():
            self.directory()
            self._wanted.set()

    def _back_up(self) -> None:
        day = backup_due(self.policy, self.clock()) if self._on_duty() else None
        file = file_of(self.store.path)
        if day is None or file is None:  # a server's backups are its own (doctor says so)
            return
        try:
            made = make_backup(file, self.policy.backup, day, lambda: self._stopping)  # its thread is waited for
        except UserError as trouble:
            if not self._stopping:  # the next start makes it
                self.alarm(trouble)
        else:
            log.info("backup made: %s", made)

    # -- delivery ----------------------------------------------------------------------------

    def _on_duty(self) -> _Duty | None:
        """What this process works with while it is its turn."""
        duty, term = self._duty, self._turn.term
        return duty if duty and duty.term == term else None

    def _take_turn(self) -> _Duty | None:
        """Begin, go on, or find that another one plans and delivers. What is remembered is of one term only."""
        term = self._turn.term or self._turn.take()
        if term is None:
            self._duty = None
            if not self._waits:
                other = held(self.store.connection(), self.clock())
                who = other.who if other else "another process"
                log.warning("%s plans and delivers: this one answers, and takes over when that one ends", who)
            self._waits = True
            return None
        if self._duty is None or self._duty.term != term or self._duty.fenced.is_over:
            if self._waits:
                log.warning("this process plans and delivers now")
            self._waits = False
            is_ours = partial(self._turn.may_call, term)
            fenced = self._turn.fenced(term)
            desk = Desk(
                fenced,
                self.sender,
                self.renderer,
                self.policy,
                self.clock,
                self.points,
                is_our_turn=is_ours,
                spans=self.spans,
            )
            if term > 1 or self._served:  # others, or this one by another policy, may have posted just now
                desk.pace.begin(desk.seconds())
            self._served = True
            delivery = Delivery(desk, self._workers, heard=self._wanted)
            upkeep.each_minute(desk.store, self.clock())
            self._learn()  # somebody whose zone is unknown would be told in the middle of their night
            self._duty = _Duty(term, fenced, desk, delivery)
        return self._duty

    def _deliver(self) -> None:
        to_plan, ear = True, Ear(self.store)
        self._ear = ear
        self._keep_turn()
        while not self._stopping:
            wait, by_clock = float(_SWEEP_SECONDS), False
            try:
                ear.begin()
                duty = self._take_turn()
                self.watch.seen(LOOK)
                to_plan = self._slept() or to_plan
                if duty is None:
                    self._wanted.wait(_LOOK_FOR_TURN)
                    self._wanted.clear()
                    to_plan = True
                    continue
                began = monotonic()
                with self._planning:
                    now = self.clock()
                    if to_plan:
                        plan(duty.desk.store, now, reached=self.points)
                    look = duty.delivery.look(now)
                if to_plan:
                    self._look_beside()
                self.watch.took("tick_seconds", monotonic() - began)
                if look.pace_wait is not None:
                    wait = min(wait, look.pace_wait)
                if look.clock_wait is not None and look.clock_wait < wait:
                    # What falls due then may have to go together with what is planned then.
                    wait, by_clock = max(look.clock_wait, _SHORTEST_WAIT), True
            except Deposed:
                continue
            except Exception as error:  # noqa: BLE001 - it is logged, or told to operations, there
                self._failed(error, "planning or delivery failed")
            to_plan = ear.wait(self._wanted, wait, alone=self._turn.is_alone) or by_clock
            self._wanted.clear()
