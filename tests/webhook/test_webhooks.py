"""Changes to other systems: what is sent, signed, at least once with one id, in order per record, for three days."""

import http.server
import json
import os
import socket
import threading
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook as Receiver

from reminders.webhook import calling
from reminders.webhook.calling import Hooks
from storage.account import store as accounts
from storage.base.errors import UserError
from storage.base.outside import AUDIT_ENTRY, EVENTS, Webhook
from storage.base.policy import policy_from
from storage.base.trying import TRIED_FOR, WAITS
from storage.webhook import store as calls
from storage.webhook.record import Entry, events_of
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


def test_a_change_is_told_with_its_record_and_who_did_it(post, listener):
    edit(post, 1, arr_cents=150000, renewal_on="2027-04-30")
    post.work()
    ((_, body, _),) = listener.got
    assert body["type"] == "account.changed"
    assert body["timestamp"] == "2026-11-21T09:00:00Z"
    data = body["data"]
    assert (data["version"], data["action"], data["by"], data["source"]) == (1, "account.edit", "CTA Bot", "command")
    assert data["before"] == {"arr": 1000.0, "renewal_date": None}
    assert data["after"] == {"arr": 1500.0, "renewal_date": "2027-04-30"}
    assert (data["account"]["id"], data["account"]["name"], data["account"]["arr"]) == (1, "Acme", 1500.0)
    post.work()
    assert len(listener.got) == 1


def test_imports_are_told_record_by_record(post, listener):
    post.take(
        "ctas",
        "account,playbook,status,opened_on,closed_on,reason\nAcme,Expand: CI,New,2026-11-02,,\nBeta,Expand: CI,Closed success,2026-11-02,2026-11-09,\n",
    )
    post.take(
        "ctas",
        "account,playbook,status,opened_on,closed_on,reason\nAcme,Expand: CI,Closed no success,2026-11-02,2026-11-10,lack_of_budget\n",
    )
    post.run("import", "undo")
    post.run("import", "undo")
    post.work()
    told = {1: [], 2: []}
    for _, body, _ in listener.got:
        told[body["data"]["subject"]["id"]].append(body["type"])
    assert told[1] == ["cta.closed", "cta.withdrawn"]  # closed ones are written first
    assert told[2] == ["cta.opened", "cta.closed", "cta.changed", "cta.withdrawn"]
    assert listener.got[-1][1]["data"]["cta"] is None


def test_only_the_events_that_it_wants(post, listener):
    post.set(events=["health.*"])
    edit(post, 1, health="red")
    edit(post, 1, region="EMEA")
    post.work()
    assert listener.types() == ["health.changed"]


@pytest.mark.parametrize(
    ("action", "subject", "before", "after", "events"),
    [
        ("cta.open", "cta:1", {}, {}, ["cta.opened"]), ("cta.close", "cta:1", {}, {}, ["cta.closed"]),
        ("cta.reopen", "cta:1", {}, {}, ["cta.reopened"]), ("cta.withdraw", "cta:1", {}, {}, ["cta.withdrawn"]),
        ("cta.assign", "cta:1", {}, {}, ["cta.changed"]), ("cta.note", "cta:1", {}, {}, ["cta.changed"]),
        ("cta.import", "cta:1", {"status": "closed_success"}, {"status": "new"}, ["cta.reopened"]),
        ("cta.import", "cta:1", {"due_on": None}, {"due_on": "2027-01-01"}, ["cta.changed"]),
        ("account.edit", "account:1", {}, {"health": "red"}, ["account.changed", "health.changed"]),
        ("account.import", "account:1", {}, {"name": "Acme"}, ["account.changed"]),
        ("account.archive", "account:1", {}, {}, ["account.changed"]),
        ("renewal.renewed", "account:1", {}, {}, ["renewal.renewed"]), ("renewal.churned", "account:1", {}, {}, ["renewal.churned"]),
        ("renewal.undo", "account:1", {}, {}, ["renewal.undone"]), ("renewal.outlook", "account:1", {}, {}, ["account.changed"]),
        ("renewal.later", "account:1", {}, {}, []), ("review.ask", "account:1", {}, {}, []),
        ("review.hold", "account:1", {}, {}, ["review.changed"]), ("ebr.log", "account:1", {}, {}, ["ebr.changed"]),
        ("health.triage", "account:1", {}, {}, ["health.changed"]), ("mute", "person:1", {}, {}, []),
        ("import.columns", "import:accounts", {}, {}, []),
    ],
)  # fmt: skip
def test_which_events_an_entry_of_the_audit_is(action, subject, before, after, events):
    entry = Entry(1, "2026-11-21T09:00:00Z", "maya@example.com", action, subject, before, after, "command")
    assert list(events_of(entry)) == events


def test_it_is_tried_again_with_the_same_id_and_a_wait_that_grows(post, listener):
    listener.answers = lambda _body: (500, {})
    edit(post, 1, region="EMEA")
    for wait in WAITS[:7]:
        post.work()
        before = len(listener.got)
        post.later(seconds=wait.total_seconds() - 1)
        post.work()
        assert len(listener.got) == before
        post.later(seconds=1)
    assert len({message_id for message_id, _, _ in listener.got}) == 1
    listener.answers = lambda _body: (200, {})
    post.work()
    assert post.states() == [("account.changed", "sent", 8)]
    assert post.told() == [
        "Webhook dwh: 127.0.0.1 answers 500. It is tried for three days.",
        "Webhook dwh works again.",
    ]


def test_calls_of_one_record_stay_in_order_and_others_go_on(post, listener):
    listener.answers = lambda body: (422, {}) if body["data"]["after"] == {"region": "one"} else (200, {})
    edit(post, 1, region="one")
    edit(post, 1, region="two")
    edit(post, 2, region="other")
    post.work()
    assert [body["data"]["after"]["region"] for _, body, _ in listener.got] == ["one", "other"]
    listener.answers = lambda _body: (200, {})
    post.later(seconds=5)
    post.work()
    assert [body["data"]["after"]["region"] for _, body, status in listener.got if status == 200] == [
        "other",
        "one",
        "two",
    ]


def test_a_call_that_goes_wrong_as_nobody_thought_of_holds_no_other(post, listener, monkeypatch, caplog):
    def once(*asked, **keys):
        monkeypatch.setattr(calling, "call_once", real)
        raise ZeroDivisionError

    real = calling.call_once
    monkeypatch.setattr(calling, "call_once", once)
    edit(post, 1, region="one")
    edit(post, 2, region="other")
    post.work()
    assert [body["data"]["after"]["region"] for _, body, _ in listener.got] == ["other"]
    assert "Traceback" in caplog.text
    assert [call.error for call in calls.listed(post.db) if call.state == "pending"] == [
        "something went wrong here, the log says what (ZeroDivisionError)"
    ]
    post.later(seconds=5)
    post.work()
    assert [body["data"]["after"]["region"] for _, body, _ in listener.got] == ["other", "one"]


def test_an_address_that_is_ill_is_left_alone_and_a_busy_one_as_long_as_it_asks(post, listener):
    listener.answers = lambda _body: (429, {"Retry-After": "90"})
    edit(post, 1, region="one")
    edit(post, 2, region="two")
    post.work()
    assert len(listener.got) == 1  # the other one waits as well
    post.later(seconds=89)
    post.work()
    assert len(listener.got) == 1
    listener.answers = lambda _body: (200, {})
    post.later(seconds=1)
    post.work()
    assert listener.types()[1:] == ["account.changed"] * 2


def test_after_three_days_it_is_given_up_shown_and_tried_again_by_hand(post, listener):
    listener.server.server_close()  # refused from now on
    edit(post, 1, region="one")
    for _ in range(40):
        post.work()
        post.later(hours=4)
    ((kind, state, attempts),) = post.states()
    assert (kind, state) == ("account.changed", "dead")
    assert attempts > TRIED_FOR / WAITS[-1]
    assert len(post.told()) == 1
    status, out, _ = post.run("webhooks", "list", "--state", "dead", "--format", "json")
    assert (status, json.loads(out)[0]["error"]) == (0, "127.0.0.1 can't be reached: ConnectionRefusedError")
    edit(post, 1, region="two")
    assert post.run("webhooks", "retry")[2] == "1 call to be tried at the bot's next look.\n"
    assert post.states()[0][1] == "pending"


@pytest.mark.of_a_file  # doctor, which the desk asks, looks at the file
def test_doctor_says_what_is_given_up(post, listener):
    listener.server.server_close()
    edit(post, 1, region="one")
    for _ in range(40):
        post.work()
        post.later(hours=4)
    assert "1 given up" in post.run("doctor", "--offline")[1]


@pytest.mark.parametrize("answer", [301, 302, 307, 400, 410])
def test_what_is_no_success_is_none(post, listener, answer):
    listener.answers = lambda _body: (answer, {"Location": listener.url})
    edit(post, 1, region="one")
    post.work()
    assert len(listener.got) == 1
    assert post.states() == [("account.changed", "pending", 1)]


def test_a_secret_that_is_none_keeps_the_calls_and_is_never_shown(post, listener):
    post.secrets.update(HOOK="hunter2!")
    edit(post, 1, region="one")
    post.work()
    assert post.states() == [("account.changed", "pending", 1)]
    out = post.run("doctor", "--offline")[1]
    assert "FAIL  webhook dwh: HOOK holds no signing secret" in out
    post.secrets.clear()
    assert "HOOK is not set" in post.run("doctor", "--offline")[1]
    assert "hunter2" not in out + repr(post.dump())
    post.secrets.update(HOOK=SECRET)
    post.later(seconds=5)
    post.work()
    assert listener.types() == ["account.changed"]


def test_without_the_package_it_says_what_to_install(post, monkeypatch):
    monkeypatch.setattr("reminders.webhook.calling.find_spec", lambda _name: None)
    assert "pip install '.[webhooks]'" in post.run("doctor", "--offline")[1]


def test_a_test_is_sent_at_once_and_kept_nowhere(post, listener):
    assert post.run("webhooks", "test") == (0, "", "dwh: it arrived.\n")
    assert listener.types() == ["webhook.test"]
    assert post.states() == []
    assert post.run("webhooks", "test", "nope")[0] == 2
    listener.answers = lambda _body: (403, {})
    assert post.run("webhooks", "test", "dwh")[0] == 1


def test_a_webhook_that_leaves_the_policy_is_forgotten_and_begins_anew(post, listener):
    listener.answers = lambda _body: (500, {})
    edit(post, 1, region="one")
    post.work()
    post.set(name="other")
    post.work()
    edit(post, 1, region="two")
    listener.answers = lambda _body: (200, {})
    post.work()
    assert [body["data"]["after"]["region"] for _, body, status in listener.got if status == 200] == ["two"]


def test_what_arrived_is_dropped_after_a_week_and_what_was_given_up_after_a_month(post, listener):
    from reminders.webhook.chores import NIGHTLY

    edit(post, 1, region="one")
    post.work()
    for days, left in ((6, 1), (2, 0)):
        post.later(days=days)
        with post.unit() as unit:
            for chore in NIGHTLY:
                chore(unit)
        assert len(post.states()) == left


@pytest.mark.parametrize("point", ["webhook.take", "webhook.taken", "webhook.called", "webhook.kept"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_killed_at_any_point_nothing_is_lost_and_one_change_keeps_one_id(post, listener, point, nth):
    for n in range(3):
        edit(post, 1, region=f"r{n}")
        edit(post, 2, region=f"r{n}")
    post.store.close()
    post.desk._store = None
    child = os.fork()
    if child == 0:
        left = [nth]

        def points(name):
            left[0] -= name == point
            if left[0] == 0:
                os._exit(9)

        post.points = points
        try:
            post.work()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    post.work()
    changes = [
        (m, body["subject"]["id"], body["after"]["region"]) for m, whole, _ in listener.got for body in [whole["data"]]
    ]
    assert len(set(changes)) == 6  # each of them, whatever came twice
    assert len({m for m, _, _ in changes}) == 6
    for account in (1, 2):
        first_seen = dict.fromkeys(region for _, subject, region in changes if subject == account)
        assert list(first_seen) == ["r0", "r1", "r2"]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"url": "http://example.com/hook"}, "https address"), ({"url": "https://me:hunter2@example.com/"}, "password"),
        ({"secret_env": ""}, "signing secret"), ({"secret_env": "whsec_hunter2="}, "name of an environment variable"),
        ({"events": ["cta.eaten"]}, "cta.eaten is no event"), ({"events": []}, "name some events"),
    ],
)  # fmt: skip
def test_a_faulty_webhook_is_named_and_its_secret_not_repeated(keys, words):
    with pytest.raises(UserError, match=words) as refused:
        policy_from({"webhooks": [{"name": "dwh", "url": "https://example.com/hook", "secret_env": "HOOK"} | keys]})
    assert "hunter2" not in str(refused.value)


def test_the_schema_and_its_page_name_all_events():
    assert set(SCHEMA.schema["properties"]["type"]["enum"]) == {*EVENTS, AUDIT_ENTRY, "webhook.test"}
    page = (Path(__file__).parents[2] / "docs/webhooks.md").read_text()
    assert [event for event in (*EVENTS, AUDIT_ENTRY) if f"`{event}`" not in page] == []
    example = page.partition("```json\n")[2].partition("```")[0]
    assert json.loads(example)["data"]["version"] == 1


def test_a_change_in_slack_goes_out_by_itself(make_world, listener, monkeypatch):
    monkeypatch.setenv("HOOK", SECRET)
    world = make_world(webhooks=[{"name": "dwh", "url": listener.url, "secret_env": "HOOK"}])
    _wait_for(lambda: world.rows("SELECT 1 FROM webhooks"))
    world.book("accounts", {"name": "Acme", "csm": "maya@example.com"})
    world.bot.machine.wake()
    _wait_for(lambda: "account.changed" in listener.types())
    world.as_("maya").command("/cta open Acme expand ci").expect()
    world.allow_messages()
    _wait_for(lambda: "cta.opened" in listener.types())
    opened = next(body for _, body, _ in listener.got if body["type"] == "cta.opened")
    assert opened["data"]["cta"]["playbook"] == "Expand: CI"
    assert "maya" in opened["data"]["by"]


def _wait_for(is_so):
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end, "it was not told"
        time.sleep(0.02)


SLOW = {
    "headers": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "promises": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize(("head", "drip"), SLOW.values(), ids=SLOW)
def test_who_answers_a_byte_at_a_time_is_given_up_and_nobody_else_waits(desk, monkeypatch, head, drip):  # noqa: F811
    """Seen failing while only single reads had an end: all other webhooks waited as long as bytes came."""
    monkeypatch.setattr(calling, "_SECONDS", 0.5)
    with dripping(head, drip) as (port, _):
        hook = Webhook(name="slow", url=f"http://127.0.0.1:{port}/", secret_env="HOOK")
        fate = calling.call_once(hook, lambda _name: SECRET, "msg_1", "{}", desk.now)
    assert (fate.well, fate.ill) == (False, True)


def test_what_is_said_beside_a_success_is_not_waited_for(desk):  # noqa: F811
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
