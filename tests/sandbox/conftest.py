"""The sandbox's own tests run against a small app with a manifest of its own."""

import logging
from pathlib import Path

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from handlers.demo.book import WORLD
from sandbox.quick_socket import QuickSocket
from sandbox.server import Sandbox
from sandbox.testing import START, watch

MANIFEST = Path(__file__).parent / "manifest.json"


@pytest.fixture(scope="package")
def sandbox():
    with Sandbox(manifest=MANIFEST, seed=WORLD, now=START) as running:
        yield running


@pytest.fixture
def slack(sandbox):
    yield from watch(sandbox)


class TestApp:
    """A Bolt app on the sandbox; tests register listeners on `bolt` and may call `client` themselves."""

    __test__ = False

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.bolt = App(
            client=WebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[]),
            signing_secret=sandbox.signing_secret,
            process_before_response=True,
            logger=quiet("app"),
        )
        self.client = self.bolt.client
        self.handlers = []

    def connect(self):
        """One more socket, open when this returns."""
        opened = self.sandbox.sockets.connected
        socket = QuickSocket(self.bolt, self.sandbox.app_token)
        self.handlers.append(socket)
        assert self.sandbox.log.wait_for(lambda: self.sandbox.sockets.connected > opened or None, 30)
        return socket

    def close(self):
        for handler in self.handlers:
            handler.close()
        assert self.sandbox.log.wait_for(lambda: self.sandbox.sockets.connected == 0 or None, 30)


def quiet(name):
    logger = logging.getLogger(f"test.{name}")
    logger.setLevel(logging.CRITICAL)
    return logger


@pytest.fixture
def app(sandbox, slack):
    app = TestApp(sandbox)
    app.connect()
    yield app
    app.close()


@pytest.fixture
def client(sandbox, slack):
    """A WebClient without any app behind it."""
    return WebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
