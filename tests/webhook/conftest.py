"""A desk whose policy names a webhook, and a receiver that verifies each call."""

import http.server
import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook as Receiver

from reminders.webhook.calling import Hooks
from storage.account import store as accounts
from storage.webhook import store as calls
from tests.importing.conftest import desk  # noqa: F401 - a fixture

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


SCHEMA = Draft202012Validator(json.loads((Path(__file__).parents[2] / "docs/webhooks.schema.json").read_text()))


class Listener:
    """Somebody else's server: verifies each call, then answers as it is told."""

    def __init__(self):
        self.got = []
        self.answers = lambda _body: (204, {})
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                text = self.rfile.read(int(self.headers["content-length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                expected = Receiver(SECRET).sign(
                    headers["webhook-id"], _instant(int(headers["webhook-timestamp"])), text
                )
                assert headers["webhook-signature"] == expected
                body = json.loads(text)
                SCHEMA.validate(body)
                status, more = outer.answers(body)
                outer.got.append((headers["webhook-id"], body, status))
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def types(self):
        return [body["type"] for _, body, _ in self.got]

    def stop(self):
        self.server.shutdown()
        self.thread.join(5)
        self.server.server_close()


def _instant(seconds):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC)


class Post:
    def __init__(self, made, listener):
        self.desk, self.listener = made, listener
        self.secrets = {"HOOK": SECRET}
        self.points = lambda _name: None
        self.set()

    def __getattr__(self, name):
        return getattr(self.desk, name)

    def set(self, **keys):
        hook = {"name": "dwh", "url": self.listener.url, "secret_env": "HOOK"} | keys
        self.desk.policy(webhooks=[hook], operations_channel="#ops")
        self.desk.terminal.secret = self.secrets.get

    def hooks(self):
        return Hooks(self.store, lambda: self.desk.now, self.secrets.get, points=self.points)

    def work(self):
        self.hooks().work()

    def later(self, **span):
        self.desk.now += timedelta(**span)

    def states(self):
        return [(call.type, call.state, call.attempts) for call in reversed(calls.listed(self.db))]

    def told(self):
        return [
            row[0] for row in self.db.execute("SELECT why FROM outbox WHERE destination = 'operations' ORDER BY id")
        ]


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.stop()


@pytest.fixture
def post(desk, listener):  # noqa: F811 - the fixture
    made = Post(desk, listener)
    desk.take("accounts", "name,crm_id,arr\nAcme,1,1000\nBeta,2,2000\n")
    made.work()  # what was before is told to nobody
    assert listener.got == []
    return made


def edit(post, account_id, **fields):
    with post.unit() as unit:
        accounts.edit(unit, account_id, fields)
