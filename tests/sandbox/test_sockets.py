"""Socket Mode on the wire, and with slack_sdk's own clients under Bolt."""

import gc
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler as BuiltinHandler
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler as WebsocketClientHandler
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from sandbox.sockets import LARGEST_FRAME, MOST_CONNECTIONS
from tests.sandbox.conftest import TestApp, quiet


@pytest.fixture
def url(sandbox, slack):
    """A function that gives a fresh socket address."""
    client = WebClient(token=sandbox.app_token, base_url=sandbox.api_url)
    return lambda: client.apps_connections_open(app_token=sandbox.app_token)["url"]


@pytest.fixture
def patience(sandbox):
    """Acks must come within a moment in this test, not within three seconds."""
    sandbox.sockets.ack_seconds = 0.2
    yield
    sandbox.sockets.ack_seconds = 3.0


def read(socket):
    return json.loads(socket.recv(timeout=30))


def test_hello_then_envelopes_then_acks(slack, url):
    with connect(url(), proxy=None) as socket, ThreadPoolExecutor() as pool:
        hello = read(socket)
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        doing = pool.submit(slack.as_("maya").command, "/try this", "#acme")
        envelope = read(socket)
        assert envelope["type"] == "slash_commands"
        assert envelope["accepts_response_payload"] is True
        assert envelope["payload"]["command"] == "/try"
        assert envelope["payload"]["is_enterprise_install"] == "false"
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"], "payload": {"text": "done"}}))
        assert doing.result().text == "done"


def test_an_address_works_once(slack, url):
    slack.allow("invalid_ticket")
    address = url()
    with connect(address, proxy=None) as socket:
        read(socket)
    with pytest.raises(Exception, match="403"), connect(address, proxy=None):
        pass


@pytest.mark.parametrize(("size", "fits"), [(LARGEST_FRAME, True), (LARGEST_FRAME + 1, False)])
def test_an_ack_frame_has_a_largest_size(slack, url, size, fits):
    slack.allow("frame_too_large", "unacked")
    with connect(url(), proxy=None) as socket, ThreadPoolExecutor() as pool:
        read(socket)
        doing = pool.submit(slack.as_("maya").command, "/try", "#acme")
        envelope = read(socket)
        frame = json.dumps({"envelope_id": envelope["envelope_id"], "payload": {"text": ""}})
        socket.send(frame.replace('""', json.dumps("x" * (size - len(frame)))))
        if fits:
            assert doing.result().message.text.startswith("xxx")
            return
        assert doing.result().failure == '/try failed with the error "dispatch_failed"'
        with pytest.raises(ConnectionClosed) as closed:
            read(socket)
        assert closed.value.rcvd.code == 1009
    slack.allow_messages()


def test_payloads_are_spread_over_all_connections(slack, app):
    @app.bolt.command("/try")
    def answer(ack):
        ack()

    app.connect()
    app.connect()
    for _ in range(6):
        slack.as_("maya").command("/try", "#acme")
    used = {entry["connection"] for entry in slack.log.entries("sent", type="slash_commands")}
    assert len(used) == 3


def test_ten_connections_at_most(slack, url):
    slack.allow("too_many_websockets")
    sockets = [connect(url(), proxy=None).__enter__() for _ in range(MOST_CONNECTIONS)]
    try:
        assert [read(socket)["num_connections"] for socket in sockets] == list(range(1, MOST_CONNECTIONS + 1))
        with connect(url(), proxy=None) as eleventh:
            assert read(eleventh) == {"type": "disconnect", "reason": "too_many_websockets"}
    finally:
        for socket in sockets:
            socket.close()


def test_a_late_ack_is_no_ack(slack, app, patience):
    slack.allow("unacked")
    acked = threading.Event()

    @app.bolt.command("/try")
    def answer(ack):
        acked.wait(30)
        ack("too late")

    reply = slack.as_("maya").command("/try", "#acme")
    assert reply.failure == '/try failed with the error "operation_timeout"'
    assert reply.text == reply.failure
    acked.set()


def test_a_lost_connection_fails_what_was_under_way(slack, url):
    slack.allow("unacked")
    with ThreadPoolExecutor() as pool:
        with connect(url(), proxy=None) as socket:
            read(socket)
            doing = pool.submit(slack.as_("maya").command, "/try", "#acme")
            read(socket)
        assert doing.result().failure == '/try failed with the error "dispatch_failed"'
    slack.allow_messages()


def test_what_is_not_an_ack_is_refused(slack, url):
    slack.allow("not_an_ack")
    with connect(url(), proxy=None) as socket:
        read(socket)
        socket.send("hello yourself")
        assert slack.log.wait_for(lambda: slack.log.entries("refused", error="not_an_ack") or None, 30)


def test_an_event_without_ack_comes_again(slack, app, sandbox, patience):
    slack.allow("unacked")
    sandbox.events.redelivery_seconds = (0.0, 0.05, 0.05)
    tries = []

    @app.bolt.event("message")
    def on_message(ack, body, request):
        tries.append((body["event_id"], request.headers.get("x-slack-retry-num")))
        if len(tries) == 2:
            sandbox.sockets.ack_seconds = 30  # the last may take its time
        if len(tries) < 3:
            raise RuntimeError("not yet")

    try:
        slack.as_("maya").says("hello", channel="dm")
        assert slack.log.wait_for(lambda: len(slack.log.entries("acked")) == 1 or None, 30)
    finally:
        sandbox.events.redelivery_seconds = (0.0, 60.0, 300.0)
    assert [number for _, number in tries] == [["0"], ["1"], ["2"]]
    assert len({event_id for event_id, _ in tries}) == 1, "the same event each time"


# -- the SDK's own clients --------------------------------------------------------------------------


@contextmanager
def connected(sandbox, handler_class):
    """A Bolt app on one of the SDK's clients. Slack hangs up at the end: by itself the client takes ten seconds."""
    app = TestApp(sandbox)
    client = WebClient(token=sandbox.app_token, base_url=sandbox.api_url)
    handler = handler_class(app.bolt, sandbox.app_token, web_client=client, logger=quiet("socket"))
    handler.connect()
    try:
        assert sandbox.log.wait_for(lambda: sandbox.sockets.connected or None, 30)
        yield app
    finally:
        handler.client.auto_reconnect_enabled = False
        sandbox.run(sandbox.sockets.hang_up())
        # The builtin client's reader may close the socket between its own look and its own close.
        with suppress(AttributeError):
            handler.close()
        assert sandbox.log.wait_for(lambda: sandbox.sockets.connected == 0 or None, 30)
        del handler, app
        gc.collect()


# The SDK leaves closed connections to the garbage collector, which complains.
sdk_leaves_sockets = pytest.mark.filterwarnings("ignore:.*<socket.socket:pytest.PytestUnraisableExceptionWarning")


@sdk_leaves_sockets
@pytest.mark.parametrize("handler_class", [WebsocketClientHandler, BuiltinHandler])
def test_bolts_own_handlers_work_unchanged(slack, sandbox, handler_class):
    with connected(sandbox, handler_class) as app:
        app.bolt.command("/try")(lambda ack: ack("here"))
        assert slack.as_("maya").command("/try", "#acme").text == "here"


@sdk_leaves_sockets
def test_the_sdk_follows_a_refresh(slack, sandbox):
    with connected(sandbox, WebsocketClientHandler) as app:
        app.bolt.command("/try")(lambda ack: ack("still here"))
        seen = slack.log.seq
        sandbox.run(sandbox.sockets.refresh("warning"))
        sandbox.run(sandbox.sockets.refresh())
        opened = slack.log.wait_for(lambda: slack.log.entries("socket", after=seen, state="opened") or None, 30)
        assert opened, "no new connection after the refresh"
        assert slack.as_("maya").command("/try", "#acme").text == "still here"
