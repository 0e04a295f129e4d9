"""The machine that runs what falls due: on a schedule, and at once when woken. The only APScheduler import.

Made and stopped by `bot.py`; handlers wake it after each change. The database knows what is due, so nothing is lost
when a beat is missed, and none of the jobs needs to remember anything.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlite_utils.utils import sqlite3

from reminders import upkeep
from reminders.delivery import Delivery
from reminders.desk import Desk, nothing
from reminders.messages import Message
from reminders.planner import plan
from reminders.workers import Workers
from storage import destinations
from storage.model.errors import FileTrouble
from storage.trouble import in_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from reminders.senders import SlackSender
    from storage.db import Store
    from storage.model.errors import UserError
    from storage.model.health import Health
    from storage.model.policy import Policy
    from templates.render import Renderer

log = logging.getLogger("cta_bot.machine")

_WORKERS = 12
_SWEEP_SECONDS = 10
_SHORTEST_WAIT = 0.2
_STOP_SECONDS = 3.0
_ALARM_AGAIN = timedelta(hours=1)


@dataclass
class Machine:
    """Plans each minute, delivers as soon as there is something, keeps house each hour; `wake` has it look at once.

    `learn` asks Slack about people and channels that an import named, each minute; `directory` reads all of
    the directory anew, once a day; `points` is for tests that kill the process.
    """

    store: Store
    policy: Policy
    sender: SlackSender
    renderer: Renderer
    clock: Callable[[], datetime]
    learn: Callable[[], object] = lambda: None
    directory: Callable[[], object] | None = None
    points: Callable[[str], None] = nothing
    _alarms: dict[str, datetime] = field(default_factory=dict, init=False)
    _wanted: Event = field(default_factory=Event, init=False)
    _stopping: bool = field(default=False, init=False)
    _planning: Lock = field(default_factory=Lock, init=False)
    _thread: Thread | None = field(default=None, init=False)
    _scheduler: Any = field(default=None, init=False)
    _workers: Workers | None = field(default=None, init=False)

    def start(self) -> None:
        """Start the schedule and the delivery; what fell due meanwhile is looked at now."""
        desk = Desk(self.store, self.sender, self.renderer, self.policy, self.clock, self.points)
        self._workers = Workers(_WORKERS)
        delivery = Delivery(desk, self._workers, heard=self._wanted)
        upkeep.each_minute(self.store, self.clock())
        self._thread = Thread(target=self._deliver, args=(delivery,), name="delivery", daemon=True)
        self._wanted.set()
        self._thread.start()
        self._scheduler = self._schedule()
        self._scheduler.start()

    def wake(self) -> None:
        """Plan and deliver at once; returns immediately."""
        self._wanted.set()

    def stop(self) -> None:
        """End what is under way, within seconds; what was not sent is in the outbox."""
        self._stopping = True
        self._wanted.set()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        if self._thread is not None:
            self._thread.join(timeout=_STOP_SECONDS)
        if self._workers is not None:
            self._workers.stop(_STOP_SECONDS)

    def health(self) -> Health:
        """How planning and delivery are, for `/cta admin`."""
        return upkeep.health(self.store.connection(), self.clock())

    def alarm(self, trouble: UserError) -> None:
        """Tell operations, past the outbox, of a database that can't be written; once an hour for the same words."""
        log.error("%s", trouble)
        said_at = self._alarms.get(trouble.message)
        if self.policy.operations_channel and (said_at is None or self.clock() - said_at > _ALARM_AGAIN):
            self._alarms[trouble.message] = self.clock()
            channel = self.policy.operations_channel
            with suppress(sqlite3.Error):
                channel = destinations.channel_id(self.store.connection(), channel)
            try:
                self.sender.post(channel, Message(f":warning: {trouble}"), [])
            except Exception:
                log.exception("operations could not be told")

    def _failed(self, error: Exception, what: str) -> None:
        trouble = error if isinstance(error, FileTrouble) else in_words(error, self.store.path)
        if trouble:
            self.alarm(trouble)
        else:
            log.error("%s; the next look is soon", what, exc_info=error)

    # -- jobs --------------------------------------------------------------------------------

    def _schedule(self) -> BackgroundScheduler:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # else each beat is a line of the log
        scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        scheduler.add_listener(_heard, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        for name, job, trigger in (
            ("plan", self._plan, CronTrigger(second=0, timezone="UTC")),
            ("deliver", self._wanted.set, IntervalTrigger(seconds=_SWEEP_SECONDS, timezone="UTC")),
            ("housekeeping", self._keep_house, CronTrigger(minute=17, timezone="UTC")),
            ("directory", self._read_directory, CronTrigger(hour=3, minute=41, timezone="UTC")),
        ):
            scheduler.add_job(job, trigger, id=name, replace_existing=True)
        return scheduler

    def _plan(self) -> None:
        # Delivery waits meanwhile: half a plan would make two messages of one person's morning.
        with self._planning:
            self._learn()
            plan(self.store, self.clock(), reached=self.points)
            upkeep.each_minute(self.store, self.clock())
        self._wanted.set()

    def _learn(self) -> None:
        try:
            self.learn()
        except Exception:
            log.exception("Slack's directory could not be read; the next plan tries again")

    def _keep_house(self) -> None:
        upkeep.keep_house(self.store, self.clock())

    def _read_directory(self) -> None:
        if self.directory is not None:
            self.directory()
            self._wanted.set()

    # -- delivery ----------------------------------------------------------------------------

    def _deliver(self, delivery: Delivery) -> None:
        to_plan = True
        self._learn()  # somebody whose zone is unknown would be told in the middle of their night
        while not self._stopping:
            wait, by_clock = float(_SWEEP_SECONDS), False
            try:
                with self._planning:
                    now = self.clock()
                    if to_plan:
                        plan(self.store, now, reached=self.points)
                    look = delivery.look(now)
                if look.pace_wait is not None:
                    wait = min(wait, look.pace_wait)
                if look.clock_wait is not None and look.clock_wait < wait:
                    # What falls due then may have to go together with what is planned then.
                    wait, by_clock = max(look.clock_wait, _SHORTEST_WAIT), True
            except Exception as error:  # noqa: BLE001 - it is logged, or told to operations, there
                self._failed(error, "planning or delivery failed")
            to_plan = self._wanted.wait(wait) or by_clock
            self._wanted.clear()


def _heard(event: Any) -> None:
    if event.code == EVENT_JOB_MISSED:
        log.warning("the job %s was missed at %s", event.job_id, event.scheduled_run_time)
    else:
        log.error("the job %s failed", event.job_id, exc_info=event.exception)
