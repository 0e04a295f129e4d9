"""Threads for listeners: few while they work, more while they wait, and never one that is not asked for."""

import threading
from concurrent.futures import CancelledError

import pytest

from handlers.door.listeners import Listeners


@pytest.fixture
def begin():
    """A function that makes listeners, with a gate that opens for all that wait at it."""
    gate, begun = threading.Event(), []

    def make(**sizes):
        begun.append(Listeners(**sizes))
        return begun[-1], gate

    yield make
    gate.set()
    for one in begun:
        one.shutdown()


def test_who_comes_behind_some_that_wait_is_answered_all_the_same(begin):
    listeners, gate = begin(few=2, most=6, patience=0.02)
    waiting = [listeners.submit(gate.wait, 30) for _ in range(5)]
    assert listeners.submit(lambda: "here").result(timeout=30) == "here"
    assert not any(done.done() for done in waiting)
    gate.set()
    assert all(done.result(timeout=30) for done in waiting)


def test_work_that_does_not_wait_is_done_by_the_few(begin):
    listeners, _ = begin(few=2, most=6, patience=30)
    names = {listeners.submit(threading.get_ident).result(timeout=30) for _ in range(50)}
    assert len(names) <= 2


def test_there_are_never_more_than_the_most(begin):
    listeners, gate = begin(few=1, most=3, patience=0.01)
    inside, seen = threading.Semaphore(0), set()

    def held():
        seen.add(threading.get_ident())
        inside.release()
        gate.wait(30)

    work = [listeners.submit(held) for _ in range(8)]
    for _ in range(3):
        assert inside.acquire(timeout=30)
    gate.set()
    for one in work:
        one.result(timeout=30)
    assert len(seen) == 3


def test_what_fails_fails_alone(begin):
    listeners, _ = begin(few=1, most=1)
    with pytest.raises(ZeroDivisionError):
        listeners.submit(lambda: 1 // 0).result(timeout=30)
    assert listeners.submit(lambda: 7).result(timeout=30) == 7


def test_a_stop_drops_what_waits_ends_what_is_under_way_and_takes_nothing_in(begin):
    listeners, gate = begin(few=1, most=1)
    inside = threading.Event()
    under_way = listeners.submit(lambda: inside.set() or gate.wait(30))
    assert inside.wait(30)
    waits = listeners.submit(lambda: 1)
    listeners.shutdown(wait=False, cancel_futures=True)
    with pytest.raises(CancelledError):
        waits.result(timeout=30)
    with pytest.raises(RuntimeError):
        listeners.submit(lambda: 1)
    gate.set()
    assert under_way.result(timeout=30)
