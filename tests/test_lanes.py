"""After an ack each person waits for their own answers alone."""

import threading
from concurrent.futures import ThreadPoolExecutor

from handlers.door.lanes import Lanes


def test_one_person_whose_answers_hang_keeps_nobody_waiting():
    release, order = threading.Event(), []
    with ThreadPoolExecutor(2) as executor:
        lanes = Lanes(executor)
        for number in range(40):
            lanes.submit(lambda number=number: (release.wait(30), order.append(number)), "maya")
        done = threading.Event()
        lanes.submit(done.set, "tom")
        assert done.wait(30), "tom waits for maya's answers"
        assert order == []
        assert not lanes.wait(0)
        release.set()
        assert lanes.wait(30)
    assert order == list(range(40)), "in the order in which they came"


def test_work_that_fails_does_not_end_its_lane():
    with ThreadPoolExecutor(1) as executor:
        lanes, done = Lanes(executor), threading.Event()
        lanes.submit(lambda: 1 // 0, "maya")
        lanes.submit(done.set, "maya")
        assert done.wait(30)
