"""Whose turn it is to plan and deliver: of several processes on one database one does, the others only answer.

Taken and kept by the scheduler, given back when it stops. Trust in one's own turn ends before others may take it, by a
clock that nobody sets and that goes on while the machine sleeps; and it is bound to the term, so that a message of an
earlier turn is never taken for one of this.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from storage.base import leases, replicas
from storage.base.clock import SharedClock, seconds_awake_or_not
from storage.base.health import Replicas, TurnHeld
from storage.base.leases import Fenced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Store

log = logging.getLogger("cta_bot.turn")

NAME = "delivery"
_TRUSTED = 0.8
_GONE = 2.0
"""Turns without a sign after which a process is taken for gone."""
SKEW_SECONDS = 2.0
"""What clocks may differ by without anybody being told."""


class Turn:
    """This process's turn on a store. Used by many threads."""

    def __init__(self, store: Store, seconds: float, clock: Callable[[], datetime], name: str = NAME) -> None:
        self._name = name
        self._store = store
        self._seconds = seconds
        self._clock = clock
        self._holder = f"{socket.gethostname()}/{os.getpid()}/{_started(os.getpid())}/{secrets.token_hex(4)}"
        self._alone = True
        self._term: int | None = None
        self._trusted_until = 0.0
        self._over = False
        self._lock = Lock()

    @property
    def renew_seconds(self) -> float:
        """How often to take it again."""
        return self._seconds / 3

    @property
    def term(self) -> int | None:
        """The term, while this process may trust that it is its turn; else None."""
        with self._lock:
            return self._term if seconds_awake_or_not() < self._trusted_until else None

    def take(self) -> int | None:
        """Take the turn or keep it; its term, or None while it is another's. A failure gives no new trust."""
        began = seconds_awake_or_not()
        if self._is_anothers():
            with self._lock:
                self._term = None
            return None
        with self._store.write(self._clock()) as unit:
            if self._over:
                return None
            found = leases.lease(unit.db, self._name)
            gone = found.holder if found and found.holder != self._holder and _has_ended(found.holder) else ""
            term = leases.take(unit, self._name, self._holder, self._seconds, gone=gone)
        with self._lock:
            self._term, self._trusted_until = term, began + self._seconds * _TRUSTED
        return term

    def _is_anothers(self) -> bool:
        # Asked without the lock: who waits for the turn does so for days.
        found = leases.lease(self._store.connection(), self._name)
        if found is None or found.holder == self._holder or _has_ended(found.holder):
            return False
        return 0 < found.left <= self._seconds

    def may_call(self, term: int) -> bool:
        """The last look, right before a call: whether it is this process's turn still, in that term."""
        return self.term == term

    def fenced(self, term: int) -> Fenced:
        """The store to work with in that term."""
        return Fenced(self._store, self._name, self._holder, term)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep it by a thread of its own, for who has no scheduler; given back at the end."""
        done = Event()

        def keep() -> None:
            while not done.wait(self.renew_seconds):
                try:
                    self.take()
                except Exception as error:  # noqa: BLE001 - a failure gives no new trust, and that ends by itself
                    log.warning("the turn could not be kept: %s", error)

        thread = Thread(target=keep, name="turn", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            self.give_back()

    def show_up(self, version: str, rules: str) -> None:
        """Say that this process is there; a clock that is to go by the database's hears how far off its own is."""
        shared = self._clock if isinstance(self._clock, SharedClock) else None
        skew = None
        with self._store.write(self._clock()) as unit:
            if not self._over:
                seconds = shared.own().timestamp() if shared else None
                skew = replicas.show_up(unit, self._holder, version, rules, seconds, _GONE * self._seconds)
            there = replicas.present(unit.db)
        if shared:
            shared.heard(skew)
        self._alone = all(one.name == self._holder or _has_ended(one.name) for one in there)

    @property
    def is_alone(self) -> bool:
        """Whether no other process was there when this one last showed up."""
        return self._alone

    def give_back(self) -> None:
        """Let another one begin at once; this one takes it no more, and is gone."""
        self._over = True
        with self._lock:
            self._term = None
        with self._store.write(self._clock()) as unit:
            leases.give_back(unit, self._name, self._holder)
            if self._name == NAME:
                replicas.leave(unit, self._holder)


def held(db: Connection, now: datetime, name: str = NAME) -> TurnHeld | None:
    """Who has the turn, and until when; None for nobody."""
    found = leases.lease(db, name)
    if found is None or found.left <= 0 or _has_ended(found.holder):
        return None
    host, pid, *_ = found.holder.split("/")
    mine = (host, pid) == (socket.gethostname(), str(os.getpid()))
    return TurnHeld(_in_words(found.holder), now + timedelta(seconds=found.left), mine, found.term)


def who_runs(db: Connection, now: datetime) -> Replicas:
    """Who plans and delivers, who answers, and what is odd about them: for doctor, `/cta admin` and `/readyz` alike."""
    there = [one for one in replicas.present(db) if not _has_ended(one.name)]
    odd = [
        f"the clock of {_in_words(one.name)} is {abs(one.skew):.0f} s {'ahead of' if one.skew > 0 else 'behind'} the"
        " database's: set it right"
        for one in there
        if one.skew is not None and abs(one.skew) > SKEW_SECONDS
    ]
    versions = sorted({one.version for one in there})
    if len(versions) > 1:
        odd.append(f"versions {' and '.join(versions)} run beside one another: end the older ones soon")
    elif len({one.rules for one in there}) > 1:
        odd.append("not all have the same policy and playbooks: what is due is decided by the one that delivers")
    return Replicas(held(db, now), tuple(_in_words(one.name) for one in there), tuple(odd))


def _in_words(name: str) -> str:
    host, pid, *_ = name.split("/")
    return f"process {pid} on {host}"


def _has_ended(holder: str) -> bool:
    """Whether a process of this machine is known to have ended; one of another machine, or container, never is."""
    host, pid, started, _ = holder.split("/")
    place, _, ticks = started.rpartition(":")
    if host != socket.gethostname() or not ticks or place != _place():
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """Where and when a process was started (in the system's ticks); nothing for one that ended, or if nobody tells."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else f"{_place()}:{fields[18]}"


@cache
def _place() -> str:
    """Within which a process id means one process: two machines, or containers, may have one name."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
        return f"{boot}.{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""
