"""The Web API over slack_sdk's own client: who may call what, and what Slack refuses."""

import json
import urllib.parse
import urllib.request

import pytest
from slack_sdk import WebClient

from handlers.demo.book import WORLD
from sandbox.api import METHODS
from sandbox.server import Sandbox
from tests.sandbox.kit import actions, button, modal, refused, section

# -- tokens and scopes ----------------------------------------------------------------------------


def test_every_promised_method_is_there():
    promised = """api.test auth.test apps.connections.open bots.info team.info emoji.list chat.postMessage chat.update
        chat.delete chat.postEphemeral chat.getPermalink conversations.list conversations.info conversations.open
        conversations.history conversations.replies conversations.members conversations.join users.info users.list
        users.lookupByEmail users.conversations usergroups.list usergroups.users.list views.open views.update views.push
        views.publish files.getUploadURLExternal files.completeUploadExternal files.info blocks.validate reactions.add"""
    assert set(METHODS) == set(promised.split())


def test_an_unknown_method_is_refused_loudly(slack, client, caplog):
    with refused(slack, "unknown_method"):
        client.api_call("pins.add")
    assert "pins.add" in caplog.text


def test_who_the_token_is(client):
    answer = client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0000BOT", "B0SANDBOX", "T0SANDBOX")


@pytest.mark.parametrize(
    ("token", "code"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("nonsense", "invalid_auth")]
)
def test_wrong_tokens(slack, client, token, code):
    with refused(slack, code):
        WebClient(base_url=client.base_url, token=token).auth_test()


def test_each_token_is_good_for_its_own_methods(slack, sandbox, client):
    with refused(slack, "not_allowed_token_type"):
        client.apps_connections_open(app_token=sandbox.bot_token)
    with refused(slack, "not_allowed_token_type"):
        WebClient(token=sandbox.app_token, base_url=sandbox.api_url).auth_test()


def test_a_revoked_token_is_good_for_nothing(slack, client):
    slack.revoke_token()
    with refused(slack, "token_revoked"):
        client.auth_test()


def test_a_missing_scope_is_named(slack, sandbox):
    manifest = {
        "display_information": {"name": "Small"},
        "oauth_config": {"scopes": {"bot": ["chat:write", "channels:read"]}},
    }
    with Sandbox(manifest=manifest, seed=WORLD) as small:
        client = WebClient(token=small.bot_token, base_url=small.api_url)
        with refused(slack, "missing_scope", needed="users:read", provided="channels:read,chat:write"):
            client.users_list()
        with refused(slack, "missing_scope", needed="groups:read"):
            client.conversations_list(types="public_channel,private_channel")
        with refused(slack, "missing_scope", needed="channels:history"):
            client.conversations_history(channel="C0000ACME")
        with refused(slack, "not_in_channel"):
            client.chat_postMessage(channel="#initech", text="no chat:write.public")
        with refused(slack, "messages_tab_disabled"):
            client.chat_postMessage(channel="U0000MAYA", text="no messages tab")
        with refused(slack, "not_enabled"):
            client.views_publish(user_id="U0000MAYA", view={"type": "home", "blocks": []})


# -- arguments ------------------------------------------------------------------------------------


def raw(client, method, body, content_type):
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": content_type}
    request = urllib.request.Request(client.base_url + method, body, headers)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def test_arguments_as_json_and_as_a_form(slack, client):
    blocks = [section("Hello")]
    form = urllib.parse.urlencode({"channel": "C0000ACME", "text": "form", "blocks": json.dumps(blocks)}).encode()
    assert raw(client, "chat.postMessage", form, "application/x-www-form-urlencoded")["ok"]
    body = json.dumps({"channel": "C0000ACME", "text": "json", "blocks": blocks}).encode()
    assert raw(client, "chat.postMessage", body, "application/json; charset=utf-8")["ok"]
    assert [shown.text for shown in slack.messages("#acme")[-2:]] == ["Hello", "Hello"]
    slack.allow_messages()


def test_reading_methods_take_no_json(slack, client):
    slack.allow("invalid_arguments")
    answer = raw(client, "conversations.info", json.dumps({"channel": "C0000ACME"}).encode(), "application/json")
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


# -- posting --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ({"channel": "C00LEADS1", "text": "a private channel without the app"}, "channel_not_found"),
        ({"channel": "U0000NORA", "text": "deactivated"}, "channel_not_found"),
        ({"channel": "U0000RITA", "text": "of another workspace"}, "channel_not_found"),
        ({"channel": "U0000BOT", "text": "itself"}, "cannot_dm_bot"),
        ({"channel": "C00000OLD", "text": "x"}, "is_archived"),
        ({"channel": "C0000ACME"}, "no_text"),
        ({"channel": "C0000ACME", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0000ACME", "text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ({"channel": "C0000ACME", "text": "x", "blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"channel": "C0000ACME", "text": "x", "blocks": [{"type": "sektion"}]}, "invalid_blocks"),
        (
            {"channel": "C0000ACME", "text": "x", "blocks": [section("x" * 3000) for _ in range(5)]},
            "msg_blocks_too_long",
        ),
        ({"channel": "C0000ACME", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "C0000ACME", "text": "x", "metadata": {"event_type": "t"}}, "invalid_metadata_schema"),
        ({"channel": "C0000ACME", "text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"text": "x"}, "invalid_arguments"),
    ],
)
def test_posts_that_are_refused(slack, client, arguments, code):
    with refused(slack, code):
        client.api_call("chat.postMessage", json=arguments)
    assert not slack.log.entries("posted")


def test_wrong_blocks_are_named_with_their_place(slack, client):
    with refused(slack, "invalid_blocks") as refusal:
        client.chat_postMessage(channel="#acme", text="x", blocks=[section("ok"), actions(button("x" * 76, "a"))])
    answer = refusal.value.response
    assert answer["errors"][0]["pointer"] == "/blocks/1/elements/0/text/text"
    assert answer["response_metadata"]["messages"][0].endswith("[json-pointer:/blocks/1/elements/0/text/text]")


def test_a_post_can_be_read_back_with_its_metadata(slack, client):
    metadata = {"event_type": "reminder", "event_payload": {"keys": ["a", "b"]}}
    ts = client.chat_postMessage(channel="#acme", text="Hello", metadata=metadata)["ts"]
    slack.expect_message("#acme", "Hello")
    plain = client.conversations_history(channel="C0000ACME", limit=1)["messages"][0]
    whole = client.conversations_history(channel="C0000ACME", limit=1, include_all_metadata=True)["messages"][0]
    assert (plain["ts"], plain["bot_id"]) == (ts, "B0SANDBOX")
    assert "metadata" not in plain
    assert whole["metadata"] == metadata


def test_a_person_as_channel_is_the_dm_with_them(slack, client):
    posted = client.chat_postMessage(channel="U0000MAYA", text="Hello")
    assert posted["channel"].startswith("D")
    assert client.conversations_open(users="U0000MAYA")["channel"]["id"] == posted["channel"]
    slack.as_("maya").expect_dm("Hello")
    assert slack.as_("maya").sees("Hello")


def test_ts_are_unique_and_rise_although_the_clock_stands(slack, client):
    stamps = [client.chat_postMessage(channel="#acme", text=str(n))["ts"] for n in range(5)]
    assert stamps == sorted(set(stamps))
    slack.allow_messages()


def test_only_own_messages_can_be_changed(slack, client):
    others = slack.messages("#acme")[0]
    with refused(slack, "cant_update_message"):
        client.chat_update(channel="C0000ACME", ts=others.ts, text="mine")
    with refused(slack, "cant_delete_message"):
        client.chat_delete(channel="C0000ACME", ts=others.ts)
    with refused(slack, "message_not_found"):
        client.chat_update(channel="C0000ACME", ts="1.000001", text="none")
    own = client.chat_postMessage(channel="#acme", text="one", blocks=[section("one")])
    shown = slack.expect_message("#acme", "one")
    with refused(slack, "msg_too_long"):
        client.chat_update(channel="C0000ACME", ts=own["ts"], text="x" * 4001)
    client.chat_update(channel="C0000ACME", ts=own["ts"], text="two", blocks=[section("two")])
    assert shown.text == "two"
    assert shown.body["edited"]["user"] == "U0000BOT"
    client.chat_delete(channel="C0000ACME", ts=own["ts"])
    assert shown.gone


def test_ephemerals_are_for_one_and_never_in_the_history(slack, client):
    ts = client.chat_postEphemeral(channel="C0000ACME", user="U0000MAYA", text="psst")["message_ts"]
    assert slack.as_("maya").expect_ephemeral("psst").ts == ts
    assert not slack.as_("alex").sees("psst", "#acme")
    assert all(m["text"] != "psst" for m in client.conversations_history(channel="C0000ACME")["messages"])
    with refused(slack, "message_not_found"):
        client.chat_update(channel="C0000ACME", ts=ts, text="louder")
    with refused(slack, "user_not_in_channel"):
        client.chat_postEphemeral(channel="C0000ACME", user="U00000TOM", text="psst")


def test_threads_and_broadcasts(slack, client):
    ts = client.chat_postMessage(channel="#acme", text="parent")["ts"]
    for n in range(3):
        client.chat_postMessage(channel="#acme", text=f"reply {n}", thread_ts=ts, reply_broadcast=n == 2)
    slack.allow_messages()
    history = [m["text"] for m in client.conversations_history(channel="C0000ACME", limit=2)["messages"]]
    assert history == ["reply 2", "parent"]
    replies = client.conversations_replies(channel="C0000ACME", ts=ts)["messages"]
    assert [m["text"] for m in replies] == ["parent", "reply 0", "reply 1", "reply 2"]
    assert replies[0]["reply_count"] == 3
    first = client.conversations_replies(channel="C0000ACME", ts=ts, limit=2)
    assert [m["text"] for m in first["messages"]] == ["parent", "reply 0"]
    rest = client.conversations_replies(channel="C0000ACME", ts=ts, cursor=first["response_metadata"]["next_cursor"])
    assert [m["text"] for m in rest["messages"]] == ["reply 1", "reply 2"]
    link = client.chat_getPermalink(channel="C0000ACME", message_ts=ts)["permalink"]
    assert link.endswith(f"/archives/C0000ACME/p{ts.replace('.', '')}")


def test_reactions_once_each(slack, client):
    message = slack.messages("#acme")[0]
    client.reactions_add(channel="C0000ACME", timestamp=message.ts, name="eyes")
    assert message.body["reactions"] == [{"name": "eyes", "users": ["U0000BOT"], "count": 1}]
    with refused(slack, "already_reacted"):
        client.reactions_add(channel="C0000ACME", timestamp=message.ts, name="eyes")


# -- channels -------------------------------------------------------------------------------------


def test_history_pages_from_the_newest(slack, client):
    stamps = [client.chat_postMessage(channel="#hooli", text=str(n))["ts"] for n in range(7)]
    slack.allow_messages()
    found, cursor = [], ""
    while True:
        page = client.conversations_history(channel="C000HOOLI", limit=3, cursor=cursor)
        found += [m["text"] for m in page["messages"]]
        assert len(page["messages"]) <= 3
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    assert found == ["6", "5", "4", "3", "2", "1", "0"]

    def between(**bounds):
        return [m["text"] for m in client.conversations_history(channel="C000HOOLI", **bounds)["messages"]]

    assert between(oldest=stamps[4]) == ["6", "5"]
    assert between(oldest=stamps[4], inclusive=True) == ["6", "5", "4"]
    assert between(latest=stamps[2], oldest=stamps[0]) == ["1"]
    with refused(slack, "invalid_limit"):
        client.conversations_history(channel="C000HOOLI", limit=1000)
    with refused(slack, "invalid_cursor"):
        client.conversations_history(channel="C000HOOLI", cursor="nonsense")
    with refused(slack, "invalid_ts_oldest"):
        client.conversations_history(channel="C000HOOLI", oldest="yesterday")


def test_reading_needs_membership(slack, client):
    with refused(slack, "not_in_channel"):
        client.conversations_history(channel="C0INITECH")
    client.conversations_join(channel="C0INITECH")
    assert client.conversations_history(channel="C0INITECH")["messages"] == []
    assert client.conversations_join(channel="C0INITECH")["warning"] == "already_in_channel"
    with refused(slack, "channel_not_found"):
        client.conversations_history(channel="C00LEADS1")
    with refused(slack, "channel_not_found"):
        client.conversations_join(channel="C00LEADS1")
    with refused(slack, "is_archived"):
        client.chat_postMessage(channel="C00000OLD", text="x")


def test_a_list_shows_what_the_app_may_see(slack, client):
    def names(**arguments):
        return {channel.get("name") for channel in client.conversations_list(limit=200, **arguments)["channels"]}

    assert {"general", "acme", "globex", "pilot-2024"} <= names()
    assert "pilot-2024" not in names(exclude_archived=True)
    assert names(types="private_channel") == {"bluepeak"}
    with refused(slack, "invalid_types"):
        client.conversations_list(types="channel")


def test_lists_are_paged(client):
    found, cursor = [], ""
    while True:
        page = client.users_list(limit=4, cursor=cursor)
        found += [user["id"] for user in page["members"]]
        if not (cursor := page["response_metadata"]["next_cursor"]):
            break
    assert len(found) == len(set(found)) == len(client.users_list()["members"])


def test_shared_channels_say_so(slack, client):
    def shared(channel):
        info = client.conversations_info(channel=channel)["channel"]
        return info["is_ext_shared"], info["is_shared"], info["is_pending_ext_shared"]

    assert shared("C00GLOBEX") == (True, True, False)
    assert shared("C0000ACME") == (False, False, False)
    slack.channel("#acme").share()
    assert shared("C0000ACME") == (True, True, False)
    assert "U0000RITA" in client.conversations_members(channel="C00GLOBEX")["members"]


@pytest.mark.parametrize(
    ("users", "code"),
    [
        ("U0NOBODY", "user_not_found"),
        ("U0000NORA", "user_disabled"),
        ("U0000RITA", "user_not_visible"),
        ("U0000BOT", "cannot_dm_bot"),
        ("U0000MAYA,U00000TOM", "missing_scope"),
    ],
)
def test_dms_that_cannot_be_opened(slack, client, users, code):
    with refused(slack, code):
        client.conversations_open(users=users)


# -- people ---------------------------------------------------------------------------------------


def test_the_directory(slack, client):
    people = {user["name"]: user for user in client.users_list()["members"]}
    assert people["maya"]["profile"]["email"] == "maya@example.com"
    assert people["maya"]["tz_offset"] == -5 * 3600, "New York in November"
    assert people["gina"]["is_restricted"]
    assert people["nora"]["deleted"]
    assert "tz" not in people["nora"]
    assert "rita" not in people, "people of other workspaces are not listed"
    rita = client.users_info(user="U0000RITA")["user"]
    assert (rita["team_id"], rita["is_stranger"]) == ("T0ELSEWHERE", True)
    assert client.users_lookupByEmail(email="MAYA@example.com")["user"]["id"] == "U0000MAYA"
    with refused(slack, "users_not_found"):
        client.users_lookupByEmail(email="nora@example.com")
    with refused(slack, "user_not_found"):
        client.users_info(user="U0NOBODY")


def test_user_groups(slack, client):
    groups = client.usergroups_list(include_users=True)["usergroups"]
    assert {group["handle"]: len(group["users"]) for group in groups} == {"csms": 4, "cs-leads": 1}
    assert client.usergroups_users_list(usergroup=groups[0]["id"])["users"] == groups[0]["users"]
    with refused(slack, "no_such_subteam"):
        client.usergroups_users_list(usergroup="S0NONE")


def test_the_rest_answers(slack, client):
    assert client.api_test(foo="bar")["args"] == {"foo": "bar"}
    assert client.team_info()["team"]["id"] == "T0SANDBOX"
    assert client.bots_info(bot="B0SANDBOX")["bot"]["user_id"] == "U0000BOT"
    assert client.emoji_list()["emoji"] == {}
    channels = client.users_conversations(types="public_channel,private_channel")["channels"]
    assert "bluepeak" in {channel["name"] for channel in channels}
    with refused(slack, "bot_not_found"):
        client.bots_info(bot="B0OTHER")


def test_blocks_can_be_validated(slack, client):
    assert client.api_call("blocks.validate", json={"blocks": [section("ok")]})["ok"]
    assert client.api_call("blocks.validate", json={"view": modal()})["ok"]
    with refused(slack, "invalid_blocks") as refusal:
        client.api_call("blocks.validate", json={"blocks": [{"type": "section"}]})
    assert refusal.value.response["errors"][0]["pointer"].startswith("/0")
    with refused(slack, "invalid_view"):
        client.api_call("blocks.validate", json={"view": {"type": "modal"}})
    with refused(slack, "invalid_message"):
        client.api_call("blocks.validate", json={"message": {"blocks": [{"type": "no"}]}})
    with refused(slack, "invalid_arguments"):
        client.api_call("blocks.validate", json={})


# -- files ----------------------------------------------------------------------------------------


def fetch(url, token):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as response:
        return response.read()


def test_a_file_goes_up_and_comes_back(slack, client):
    done = client.files_upload_v2(
        channel="C0000ACME", content="BEGIN:VCALENDAR", filename="review.ics", initial_comment="Here"
    )
    slack.expect_message("#acme", "Here")
    file = client.files_info(file=done["file"]["id"])["file"]
    assert (file["name"], file["size"]) == ("review.ics", 15)
    assert fetch(file["url_private_download"], client.token) == b"BEGIN:VCALENDAR"
    slack.allow("not_authed")
    assert b"Sign in" in fetch(file["url_private_download"], "xoxb-wrong")
    with refused(slack, "file_not_found"):
        client.files_info(file="F0NONE")
    with refused(slack, "file_not_found"):
        client.files_completeUploadExternal(files=[{"id": "F0NONE"}])


def test_files_go_only_where_the_app_is(slack, client):
    with refused(slack, "not_in_channel"):
        client.files_upload_v2(channel="C0INITECH", content="x", filename="a.txt")


def test_broken_json_and_granted_scopes(slack, client):
    slack.allow("invalid_json", "json_not_object")
    assert raw(client, "chat.postMessage", b"{", "application/json")["error"] == "invalid_json"
    assert raw(client, "chat.postMessage", b"[]", "application/json")["error"] == "json_not_object"
    assert "chat:write" in client.auth_test().headers["x-oauth-scopes"].split(",")


def test_a_dm_with_somebody_who_left(slack, client):
    channel = client.conversations_open(users="U0000MAYA")["channel"]["id"]
    slack.person("maya").deactivate()
    assert client.conversations_info(channel=channel)["channel"]["is_user_deleted"] is True
    with refused(slack, "is_archived"):
        client.chat_postMessage(channel=channel, text="hello?")
