"""Changes to other systems: what is sent, signed, and to whom."""

import json
import time
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reminders.webhook import calling
from storage.base.errors import UserError
from storage.base.outside import AUDIT_ENTRY, EVENTS, Webhook
from storage.base.policy import policy_from
from storage.webhook import store as calls
from storage.webhook.record import Entry, events_of
from tests.webhook.conftest import SCHEMA, SECRET, Receiver, edit


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


@pytest.mark.parametrize("size", [16, 24, 32, 33, 64])
def test_a_secret_of_any_length_signs_with_or_without_the_signs_that_fill_it_up(size):
    """Seen failing: the usual 32 bytes end in a `=`, and were none."""
    webhook, at = Webhook(name="dwh", url="https://example.com/", secret_env="HOOK"), datetime.now(UTC)
    filled = b64encode(bytes(range(size))).decode()
    for secret in (f"whsec_{filled}", f"whsec_{filled.rstrip('=')}", filled):
        headers = calling.signed(webhook, {"HOOK": secret}.get, "msg_1", "{}", at)
        assert Receiver(f"whsec_{filled}").verify("{}", headers) == {}


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
