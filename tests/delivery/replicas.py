"""Replicas on one database: processes of their own that may be killed, stopped, continued and started again.

Each thinks that it is on a machine of its own, so that nobody knows of its end; all have one clock, which runs on from
the office's instant. Spans are handed in: a policy would not have them so short.
"""

import os
import signal
import time
from contextlib import contextmanager, suppress

from storage.base import leases, outbox
from storage.base.errors import Busy
from tests.delivery.killing import FAULTS
from tests.delivery.test_machine import until

SPANS = [1, 2, 1.5]
"""Seconds of settling, of a claim and of a turn."""
TIMEOUT = 0.5
"""Seconds that a post waits for Slack's answer."""
PLACES = ["maya", "tom", "lena", "C0000ACME", "C000HOOLI"]
_LONG = 90.0


class Replica:
    """One process."""

    def __init__(self, team, pid):
        self._team = team
        self.pid = pid

    def stop(self):
        """Stop it where it stands (SIGSTOP), and wait until it has stopped."""
        os.kill(self.pid, signal.SIGSTOP)
        assert self.stops()

    def stops(self):
        """Wait until it has stopped or ended; whether it has stopped."""
        return self._team.ask({"await": self.pid})["stopped"]

    def go_on(self):
        os.kill(self.pid, signal.SIGCONT)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        assert self._team.ask({"await": self.pid})["killed"]

    def end(self):
        """Ask it to end (SIGTERM), and wait until it has."""
        os.kill(self.pid, signal.SIGTERM)
        end = self._team.ask({"await": self.pid})
        assert not end["killed"]


class Team:
    """The replicas `a` and `b` of an office, started and ended one by one."""

    def __init__(self, process, office):
        self._process = process
        self.office = office
        self._now, self._began = office.now, time.monotonic()
        self.at = {}
        self.spans, self.timeout = SPANS, TIMEOUT
        self._notes = 0

    def ask(self, order):
        return self._process.order(self.office, **order)

    def start(self, name, **order):
        """Start it, or start it again; `skew` are the seconds by which its clock is wrong."""
        began = self._began - order.pop("skew", 0)
        common = {"mode": "replica", "host": name, "began": began, "spans": self.spans, "timeout": self.timeout}
        self.at[name] = Replica(self, self.ask({**common, "now": self._now.isoformat(), **order})["pid"])
        return self.at[name]

    def other(self, name):
        return self.at["b" if name == "a" else "a"]

    @property
    def holder(self):
        """Who had the turn last."""
        found = leases.lease(self.office.db, "delivery")
        return found.holder.partition("/")[0] if found else None

    def turn_ran_out(self):
        return leases.lease(self.office.db, "delivery").left < 0

    def feed(self, count):
        """So many notes more, to be delivered at once; their keys."""
        keys = []
        for _ in range(count):
            self._notes += 1
            key = f"notice:{self._notes}"
            place = PLACES[self._notes % len(PLACES)]
            keys.append(self.office.note(key, to=place, payload={"notice": "one", "n": self._notes}))
        return keys

    def sending(self):
        return len(list(outbox.listed(self.office.db, states=["sending"])))

    def begins_to_send(self, more):
        """Wait until something is being sent, or will not be for a while; and a moment more."""
        end = time.monotonic() + 3
        while not self.sending() and time.monotonic() < end:
            live_for(0.002)
        live_for(more)

    def comes_to_rest(self, seconds=_LONG):
        """Wait until nothing is under way, and nothing is due that could go."""
        soon = self._now.replace(hour=self._now.hour + 1)
        until(
            lambda: (
                not [
                    row
                    for row in outbox.listed(self.office.db)
                    if row.state in ("sending", "unknown") or (row.state == "pending" and row.not_before < soon)
                ]
            ),
            seconds,
        )

    def end(self):
        for name in list(self.at):
            self.at.pop(name).end()

    def close(self):
        for replica in self.at.values():
            with suppress(ProcessLookupError):
                os.kill(replica.pid, signal.SIGKILL)


@contextmanager
def team_of(process, office):
    team = Team(process, office)
    try:
        yield team
    finally:
        team.close()


def live_for(seconds):
    """Let them live for a while, at random: nothing is measured by it."""
    time.sleep(seconds)


def disturb(team, rng, kills, stops, skews=None):
    """Kill and stop one of two replicas, mostly the one that delivers, with a Slack that fails; what was hit.

    Returns the keys of what fell due meanwhile, and how many kills and stops met rows that were being sent.
    """
    keys, hit, pace = set(), 0, team.spans[2] / SPANS[2]
    events = ["kill"] * kills + ["stop"] * stops
    rng.shuffle(events)
    for event in events:
        keys.update(team.feed(rng.randint(1, 4)))
        fields = dict(rng.choice([fields for fields in FAULTS.values() if fields]))
        if rng.random() < 0.6:
            team.office.sandbox.faults.add(fields.pop("kind"), "chat.postMessage", **fields)
        if rng.random() < 0.6:
            team.begins_to_send(rng.uniform(0, 0.03))
        else:
            live_for(rng.choice([rng.uniform(0, 0.1), rng.uniform(0.1, 1.5)]))
        name = team.holder if rng.random() < 0.8 else rng.choice(["a", "b"])
        name = name or "a"
        if event == "kill":
            team.at[name].kill()
            hit += bool(team.sending())
            live_for(pace * rng.choice([0, rng.uniform(0, 2.5)]))
            team.start(name, skew=(skews or {}).get(name, 0))
            continue
        team.at[name].stop()
        hit += bool(team.sending())
        live_for(pace * rng.choice([rng.uniform(0, 1), rng.uniform(1.5, 5)]))
        if rng.random() < 0.3:
            team.other(name).kill()
            other = "b" if name == "a" else "a"
            team.start(other, skew=(skews or {}).get(other, 0))
        team.at[name].go_on()
    return keys, hit


def is_busy(office):
    """Whether a write is told that the file is kept by another process."""
    try:
        with office.write():
            return False
    except Busy:
        return True
