"""Faults on order, the log that counts what they did, and rates."""

import http.client
import json
import time
import urllib.error
import urllib.request

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.sandbox.kit import refused


@pytest.fixture
def impatient(sandbox, slack):
    slack.allow("ratelimited")
    return WebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[], timeout=30)


def posted(slack):
    slack.allow_messages()
    return [entry["text"] for entry in slack.log.entries("posted", source="chat.postMessage")]


def test_faults_are_used_up_and_may_be_about_one_channel(slack, impatient):
    slack.faults.add("error", "chat.postMessage", code="is_archived", times=2, channel="C0000ACME")
    impatient.chat_postMessage(channel="#hooli", text="elsewhere")
    for _ in range(2):
        with pytest.raises(SlackApiError, match="is_archived"):
            impatient.chat_postMessage(channel="#acme", text="here")
    impatient.chat_postMessage(channel="#acme", text="here")
    assert posted(slack) == ["elsewhere", "here"]
    assert slack.faults.waiting() == []


def test_a_fault_finds_a_person_by_their_dm(slack, impatient, sandbox):
    slack.faults.add("error", "chat.postMessage", channel=sandbox.workspace.dm("U0000MAYA").id)
    with pytest.raises(SlackApiError, match="internal_error"):
        impatient.chat_postMessage(channel="U0000MAYA", text="x")
    assert posted(slack) == []


def test_rate_limited_with_retry_after(slack, impatient):
    slack.faults.add("rate_limited", "chat.postMessage", retry_after=7)
    with pytest.raises(SlackApiError) as refusal:
        impatient.chat_postMessage(channel="#acme", text="x")
    assert refusal.value.response.status_code == 429
    assert refusal.value.response.headers["Retry-After"] == "7"
    assert posted(slack) == []


@pytest.mark.parametrize(
    ("kind", "details", "error"),
    [
        ("server_error", {}, SlackApiError),
        ("reset", {}, (ConnectionResetError, urllib.error.URLError)),
        ("hang", {"seconds": 1.3}, TimeoutError),
        ("error", {"code": "fatal_error"}, SlackApiError),
    ],
)
@pytest.mark.parametrize("takes_effect", [False, True])
def test_before_and_after_taking_effect(slack, impatient, kind, details, error, takes_effect):
    slack.faults.add(kind, "chat.postMessage", takes_effect=takes_effect, **details)
    impatient.timeout = 1 if kind == "hang" else 30
    with pytest.raises(error):
        impatient.chat_postMessage(channel="#acme", text="once")
    impatient.timeout = 30
    assert posted(slack) == (["once"] if takes_effect else [])
    assert slack.log.entries("fault", fault=kind)[0]["takes_effect"] is takes_effect
    impatient.chat_postMessage(channel="#acme", text="again")
    assert posted(slack)[-1] == "again"


def test_a_reset_is_a_reset(slack, sandbox):
    slack.faults.add("reset", "api.test")
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"))
    connection.request("GET", "/api/api.test")
    with pytest.raises(ConnectionResetError):
        connection.getresponse()
    connection.close()


def test_half_a_body(slack, sandbox):
    slack.faults.add("half_body", "api.test")
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"))
    connection.request("GET", "/api/api.test?a=b")
    response = connection.getresponse()
    assert response.status == 200
    with pytest.raises(http.client.IncompleteRead) as half:
        response.read()
    assert 0 < len(half.value.partial) < len(json.dumps({"ok": True, "args": {"a": "b"}}))
    connection.close()


def test_a_hang_that_took_effect_answers_late(slack, client):
    slack.faults.add("hang", "chat.postMessage", seconds=0.1, takes_effect=True)
    began = time.monotonic()
    assert client.chat_postMessage(channel="#acme", text="late")["ok"]
    assert time.monotonic() - began >= 0.1
    assert posted(slack) == ["late"]


def test_unknown_faults_are_refused(slack):
    with pytest.raises(ValueError, match="no fault 'sulk'"):
        slack.faults.add("sulk", "chat.postMessage")


def ask(url, method="GET", body=None):
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def test_faults_and_log_over_http(slack, sandbox, impatient):
    faults = f"{sandbox.url}/_sandbox/faults"
    assert len(ask(faults, "POST", {"kind": "error", "method": "auth.test", "times": 3})["faults"]) == 1
    with pytest.raises(SlackApiError):
        impatient.auth_test()
    assert ask(faults)["faults"][0]["times"] == 2
    ask(faults, "DELETE")
    impatient.auth_test()
    impatient.chat_postMessage(channel="#acme", text="counted")
    entries = ask(f"{sandbox.url}/_sandbox/log?kind=posted")["entries"]
    assert [entry["text"] for entry in entries] == ["counted"]
    assert ask(f"{sandbox.url}/_sandbox/log?after={entries[0]['seq']}")["entries"][0]["kind"] == "asked"
    with pytest.raises(urllib.error.HTTPError, match="400"):
        ask(faults, "POST", {"kind": "sulk", "method": "auth.test"})
    slack.allow_messages()


# -- rates ----------------------------------------------------------------------------------------


@pytest.fixture
def seconds(monkeypatch):
    """The seconds that rates are counted by, in a list of one: they stand until the test moves them."""
    now = [1000.0]
    monkeypatch.setattr("sandbox.rates.real_seconds", lambda: now[0])
    return now


@pytest.fixture
def rates(sandbox, slack, seconds):
    sandbox.rates.on = True
    yield sandbox.rates
    sandbox.rates.on = False


def test_a_message_a_second_for_each_channel(slack, client, rates, seconds):
    for channel in ("#acme", "#hooli"):
        client.chat_postMessage(channel=channel, text="first")
    with refused(slack, "ratelimited") as refusal:
        client.chat_postMessage(channel="#acme", text="too soon")
    assert refusal.value.response.headers["Retry-After"] == "1"
    seconds[0] += 1
    client.chat_postMessage(channel="#acme", text="second")
    assert posted(slack) == ["first", "first", "second"]


def test_a_short_burst_can_be_allowed(slack, client, rates):
    rates.message_burst = 3
    for n in range(3):
        client.chat_postMessage(channel="#acme", text=str(n))
    with refused(slack, "ratelimited"):
        client.chat_postMessage(channel="#acme", text="3")
    rates.message_burst = 1
    assert len(posted(slack)) == 3


def test_a_budget_for_the_workspace(slack, client, rates):
    rates.workspace_messages_per_minute = 60
    client.chat_postMessage(channel="#acme", text="one")
    with refused(slack, "ratelimited"):
        client.chat_postMessage(channel="#hooli", text="two")
    rates.workspace_messages_per_minute = None
    assert posted(slack) == ["one"]


def test_tiers(slack, client, rates):
    for _ in range(20):
        client.users_list()
    with refused(slack, "ratelimited") as refusal:
        client.users_list()
    assert refusal.value.response.headers["Retry-After"] == "3"
    client.conversations_list(), "each method has its own count"


# -- what Slack's servers do besides ---------------------------------------------------------------


@pytest.mark.parametrize("code", ["ratelimited", "rate_limited", "fatal_error"])
def test_errors_that_come_with_http_200_for_some_calls(slack, impatient, code):
    slack.faults.add("error", "users.info", code=code, times=3)
    for _ in range(3):
        with pytest.raises(SlackApiError, match=code) as refusal:
            impatient.users_info(user="U0000MAYA")
        assert refusal.value.response.status_code == 200
    assert impatient.users_info(user="U0000MAYA")["ok"]


def test_a_server_that_does_not_say_the_scopes(slack, client):
    assert "chat:write" in client.auth_test().headers["x-oauth-scopes"]
    slack.faults.add("no_scopes", "auth.test")
    answer = client.auth_test()
    assert answer["ok"]
    assert not {name for name in answer.headers if name.lower() == "x-oauth-scopes"}


def test_a_channel_that_becomes_shared_after_the_look(slack, client):
    slack.faults.add("then", "conversations.info", channel="C0000ACME", change="share")
    client.conversations_info(channel=slack.channel_id("#hooli"))
    assert client.conversations_info(channel="C0000ACME")["channel"]["is_ext_shared"] is False
    assert client.conversations_info(channel="C0000ACME")["channel"]["is_ext_shared"] is True


def test_a_response_url_that_breaks_or_hangs(slack, app):
    app.bolt.command("/try")(lambda ack, respond: (ack(), respond("late")))
    slack.faults.add("error", "*")  # means methods only
    slack.faults.add("reset", "response_url")
    assert slack.as_("maya").command("/try", "#acme").text == "late"  # Slack's client tries once more
    slack.faults.add("hang", "response_url", seconds=0.2, takes_effect=True)
    assert slack.as_("maya").command("/try", "#acme").text == "late"
    assert [entry["fault"] for entry in slack.log.entries("fault")] == ["reset", "hang"]
    assert [fault["method"] for fault in slack.faults.waiting()] == ["*"]


def everybody(client):
    cursor, found = "", []
    while True:
        page = client.users_list(limit=200, cursor=cursor)
        found += page["members"]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            return found


def test_six_thousand_members_come_in_pages_and_at_slacks_pace(slack, client, sandbox):
    slack.crowd(people=6_000, channels=1_000)
    assert len({member["id"] for member in everybody(client)}) > 6_000
    sandbox.rates.on = True
    try:
        with refused(slack, "ratelimited") as refusal:
            everybody(client)
        assert int(refusal.value.response.headers["Retry-After"]) >= 1
        with refused(slack, "ratelimited"):
            for _ in range(21):
                client.conversations_list(limit=1)
    finally:
        sandbox.rates.on = False


def test_somebody_in_a_zone_that_nobody_knows(slack, client):
    slack.hire("zoe", tz="Mars/Olympus_Mons")
    assert [m["tz"] for m in everybody(client) if m["name"] == "zoe"] == ["Mars/Olympus_Mons"]


def test_posts_to_the_old_dm_of_somebody_who_left_may_still_go_through(slack, client, sandbox):
    dm = sandbox.workspace.dm(slack.person_id("tom")).id
    slack.person("tom").deactivate(dm_stands=True)
    client.chat_postMessage(channel=dm, text="hello?")
    client.chat_postMessage(channel="U00000TOM", text="anybody?")
    slack.person("maya").deactivate()
    with refused(slack, "channel_not_found"):
        client.chat_postMessage(channel="U0000MAYA", text="gone")
    assert posted(slack) == ["hello?", "anybody?"]
