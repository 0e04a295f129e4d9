"""A receiver that answers slowly is given up, and keeps nobody else waiting."""

import socket
import threading
from contextlib import contextmanager, suppress

import pytest

from reminders.webhook import calling
from storage.base.outside import Webhook
from tests.webhook.conftest import SECRET, Listener, edit

SLOW = {
    "headers": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "promises": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize(("head", "drip"), SLOW.values(), ids=SLOW)
def test_who_answers_a_byte_at_a_time_is_given_up_and_nobody_else_waits(desk, monkeypatch, head, drip):
    """Seen failing while only single reads had an end: all other webhooks waited as long as bytes came."""
    monkeypatch.setattr(calling, "_SECONDS", 0.5)
    with dripping(head, drip) as (port, _):
        hook = Webhook(name="slow", url=f"http://127.0.0.1:{port}/", secret_env="HOOK")
        fate = calling.call_once(hook, lambda _name: SECRET, "msg_1", "{}", desk.now)
    assert (fate.well, fate.ill) == (False, True)


def test_what_is_said_beside_a_success_is_not_waited_for(desk):
    """Seen failing: 200 characters of it were read, however slowly they came."""
    with dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n", b"x") as (port, at_it):
        hook = Webhook(name="wordy", url=f"http://127.0.0.1:{port}/", secret_env="HOOK")
        assert calling.call_once(hook, lambda _name: SECRET, "msg_1", "{}", desk.now).well
        assert at_it.is_set()


def test_who_answers_slowly_does_not_keep_the_others_waiting(post, listener, monkeypatch):
    """Seen failing: of two with much to be told the second heard nothing until the first had heard all."""
    monkeypatch.setattr(calling, "_SHARE", 0)
    order, other = [], Listener()
    listener.answers = lambda _body: (order.append("slow"), (204, {}))[1]
    other.answers = lambda _body: (order.append("other"), (204, {}))[1]
    try:
        hook = {"secret_env": "HOOK"}
        two = [{"name": "dwh", "url": listener.url, **hook}, {"name": "other", "url": other.url, **hook}]
        post.desk.policy(webhooks=two, operations_channel="#ops")
        post.work()
        for region in ("one", "two", "three"):
            edit(post, 1, region=region)
        post.work()
    finally:
        other.stop()
    assert order == ["slow", "other"] * 3


@contextmanager
def dripping(head, drip):
    """Somebody who answers the first call with a head, and a byte or so now and then."""
    ended, at_it = threading.Event(), threading.Event()
    at_it.set()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer():
            wire, _ = door.accept()
            with wire, suppress(OSError):
                wire.recv(65_536)
                wire.sendall(head)
                for _ in range(40):
                    if ended.wait(0.1):
                        return
                    wire.sendall(drip)
                at_it.clear()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        try:
            yield door.getsockname()[1], at_it
        finally:
            ended.set()
            thread.join(10)
