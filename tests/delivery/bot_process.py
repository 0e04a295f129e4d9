"""A bot that can be killed: imports everything once, then forks a child for each order that comes on stdin.

An order is a line of JSON: the database, Slack's address and token, the policy, the instant, and either
`kill_at` [named point, how many times it is passed before], `stop_at` a named point, or `kill_after` seconds, or
neither. While it is stopped `due_moves` [CTA, day]. `mode` is `tick` (one pass), or `machine` (the whole machine, for at
most `seconds`), or `replica` (the whole machine until SIGTERM; `replicas.py` is what drives it). The answer is a line
of JSON: `killed`, `failed`; of a replica its `pid`, and of `await` (the pid of one) whether it was `stopped` or ended so.
"""

import ctypes
import json
import logging
import os
import random
import signal
import sys
import time
import traceback
from contextlib import nullcontext
from datetime import date, datetime, timedelta

from slack_sdk import WebClient

from reminders.engine.planner import plan
from reminders.engine.scheduler import Machine
from reminders.outbox import turn
from reminders.outbox.context import Spans
from reminders.outbox.delivery import deliver_once
from storage.base.address import address
from storage.base.db import Store
from storage.base.policy import policy_from
from storage.cta import work as cta_work
from templates.blocks.render import Renderer
from tests import engines
from tests.delivery.hasty import Hasty

engines.use()
RENDERER = Renderer()
RENDERER.compile()
_DIES_WITH_PARENT = 1


def killer(kill_at):
    """A listener for named points that kills the process at one of them, without any chance to clean up."""
    left = list(kill_at or ("", 0))

    def reached(point):
        if point == left[0]:
            if left[1] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[1] -= 1

    return reached


def stopper(point, store):
    """A listener that stops the process at the point, once; somebody else continues it.

    Outside of units of work no other thread is in one either: it would keep the file, and nobody could overtake.
    """
    left = [point]

    def reached(name):
        if name == left[0]:
            left[0] = None
            with nullcontext() if name.endswith(".before_commit") else store._turn:
                os.kill(os.getpid(), signal.SIGSTOP)
                time.sleep(0.1)  # the call returns before the stop takes effect: else the thread is past the point

    return reached


def severer(point, url):
    """A listener that has the server end all bots' connections of its database at the point, ours among them; twice."""
    import psycopg

    left = [point] * 2

    def reached(name):
        if left and name == point:
            left.pop()
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND application_name = 'cta-bot'"
                )

    return reached


def cut_commits(rng):
    """Have a third of all commits go unanswered: some were carried out, some were not."""
    from storage.base.postgres import Session
    from storage.base.trouble import Unreachable

    commit = Session.commit

    def cut(session):
        fate = rng.random()
        if fate < 0.16:
            commit(session)
        if fate < 0.33:
            session.close()  # what was not committed is not there after this; the caller can't tell
            raise Unreachable("The server does not answer.", "")
        commit(session)

    Session.commit = cut


def carry_out(order):
    now = datetime.fromisoformat(order["now"])
    store = Store(address(order["database"]), policy=policy_from(order["policy"]))
    sender = Hasty(WebClient(token=order["token"], base_url=order["api_url"], timeout=30), order.get("timeout", 0.2))
    if "cuts" in order:
        cut_commits(random.Random(order["cuts"]))
    reached = (
        severer(order["sever_at"], order["database"])
        if order.get("sever_at")
        else stopper(order["stop_at"], store)
        if order.get("stop_at")
        else killer(order.get("kill_at"))
    )
    spans = Spans(*order["spans"]) if "spans" in order else None
    if order["mode"] == "change":
        cta_id, day = order["due_moves"]
        with store.write(now) as unit:
            cta_work.move_due(unit, cta_id, date.fromisoformat(day))
        return
    if order["mode"] == "tick":
        plan(store, now, reached=reached)
        deliver_once(store, sender, RENDERER, store.policy, now, points=reached)
        return
    began = order.get("began", time.monotonic())

    def clock():
        return now + timedelta(seconds=time.monotonic() - began)

    if "host" in order:  # what has ended on another machine is not known to have ended
        turn.socket.gethostname = lambda: order["host"]
    machine = Machine(store, store.policy, sender, RENDERER, clock, points=reached, spans=spans)
    if order["mode"] == "replica":
        # Blocked in every thread, and waited for in this one: a handler would run only once this thread is woken.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        machine.start()
        signal.sigwait([signal.SIGTERM])
        machine.stop()
        return
    machine.start()
    db = store.connection()
    busy = (
        "SELECT count(*) FROM outbox WHERE state IN ('sending', 'unknown') OR (state = 'pending' AND not_before <= ?)"
    )
    time.sleep(order.get("at_least", 0))
    while time.monotonic() - began < order["seconds"] and db.execute(busy, (order["now"][:19] + "Z",)).fetchone()[0]:
        time.sleep(0.01)
    machine.stop()


def fork(order):
    child = os.fork()
    if child == 0:
        status = 0
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)  # also while it is stopped
        try:
            carry_out(order)
        except BaseException:  # noqa: BLE001 - a forked child must end here, whatever happens
            traceback.print_exc()
            status = 1
        finally:
            sys.stderr.flush()
            os._exit(status)
    if "kill_after" in order:
        time.sleep(order["kill_after"])
        os.kill(child, signal.SIGKILL)
    return child


def stopped_and_overtaken(order):
    """One process is stopped, a peer does all there is to do, then the first one goes on; whether it was stopped."""
    first = fork(order)
    was_stopped = os.WIFSTOPPED(os.waitpid(first, os.WUNTRACED)[1])
    if was_stopped and "due_moves" in order:
        os.waitpid(fork({**order, "mode": "change"}), 0)
    peer = os.waitpid(fork({**order, "stop_at": None}), 0)[1]
    if was_stopped:
        os.kill(first, signal.SIGCONT)
        return True, bool(peer or os.waitpid(first, 0)[1])
    return False, bool(peer)


def answer(order):
    """Do what is ordered; what came of it."""
    if "await" in order:
        return ended(os.waitpid(order["await"], os.WUNTRACED)[1])
    if order["mode"] == "replica":
        return {"pid": fork(order), "failed": False}
    if order.get("stop_at"):
        stopped, failed = stopped_and_overtaken(order)
        return {"killed": stopped, "failed": failed}
    children = [fork(order) for _ in range(order.get("processes", 1))]
    ends = [ended(os.waitpid(child, 0)[1]) for child in children]
    return {"killed": any(end["killed"] for end in ends), "failed": any(end["failed"] for end in ends)}


def ended(status):
    """How a child ended, or that it was stopped."""
    return {
        "stopped": os.WIFSTOPPED(status),
        "killed": os.WIFSIGNALED(status),
        "failed": bool(os.WIFEXITED(status) and os.WEXITSTATUS(status)),
    }


def main():
    logging.disable(logging.CRITICAL)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])  # until a replica knows what to do then
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
