"""The JSON that the page speaks: the same doings as the test language, seen from outside."""

import json
import urllib.error
import urllib.request
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed

from tests.sandbox.kit import Page, actions, button, frame, modal, option, section, text, text_input

MAYA, ALEX, TOM, RITA = "U0000MAYA", "U0000ALEX", "U00000TOM", "U0000RITA"
ACME = "C0000ACME"


@pytest.fixture
def page(sandbox, slack):
    return Page(sandbox.url, MAYA)


def test_the_state_is_what_this_person_may_see(page, sandbox):
    state = page.get("state")
    assert state["now"] == "2026-11-23T09:00:00+00:00"
    assert state["frozen"] is True
    assert state["me"]["initials"] == "MR"
    channels = {channel["name"]: channel for channel in state["channels"]}
    assert "leads-only" not in channels
    assert (channels["acme"]["member"], channels["hooli"]["member"]) == (True, False)
    assert [one["command"] for one in state["commands"]] == ["/try", "/plain"]
    assert state["app"]["connected"] == 0
    seen_by_rita = Page(sandbox.url, RITA).get("state")["channels"]
    assert [channel["name"] for channel in seen_by_rita] == ["globex"]
    assert seen_by_rita[0]["shared"] is True
    with pytest.raises(urllib.error.HTTPError, match="400"):
        Page(sandbox.url, "U0NOBODY").get("state")


def test_unread_counts_and_reading(page, client, slack, sandbox):
    client.chat_postMessage(channel="#acme", text=f"<@{MAYA}> look")
    ts = client.chat_postMessage(channel="#acme", text="again")["ts"]
    client.chat_postMessage(channel="#acme", text="in a thread", thread_ts=ts)
    slack.allow_messages()

    def acme(who=MAYA):
        return next(one for one in Page(sandbox.url, who).get("state")["channels"] if one["id"] == ACME)

    assert (acme()["unread"], acme()["mentions"]) == (2, 1)
    assert page.do("read", channel=ACME, ts=ts) == {"ok": True}
    assert (acme()["unread"], acme()["mentions"]) == (0, 0)
    assert acme(ALEX)["unread"] == 2


def test_messages_are_paged_and_threads_apart(page, client, slack):
    stamps = [client.chat_postMessage(channel="#acme", text=str(n))["ts"] for n in range(5)]
    client.chat_postMessage(channel="#acme", text="reply", thread_ts=stamps[0])
    client.chat_postEphemeral(channel=ACME, user=MAYA, text="only maya")
    client.chat_postEphemeral(channel=ACME, user=ALEX, text="only alex")
    slack.allow_messages()
    newest = page.get("messages", channel=ACME, limit=3)
    assert [m["text"] for m in newest["messages"]] == ["3", "4", "only maya"]
    assert newest["messages"][-1]["ephemeral"] is True
    assert newest["has_more"] is True
    older = page.get("messages", channel=ACME, limit=3, before=stamps[3])
    assert [m["text"] for m in older["messages"]] == ["0", "1", "2"]
    thread = page.get("messages", channel=ACME, thread=stamps[0])["messages"]
    assert [m["text"] for m in thread] == ["0", "reply"]
    assert thread[0]["reply_count"] == 1


def test_a_whole_story_over_the_page(page, app, slack):
    @app.bolt.command("/try")
    def post(ack, client, command):
        select = {
            "type": "static_select",
            "action_id": "pick",
            "placeholder": text("Pick"),
            "options": [option("A"), option("B")],
        }
        blocks = [{**actions(button("Open", "open"), select), "block_id": "row"}]
        client.chat_postMessage(channel=command["channel_id"], text="card", blocks=blocks)
        ack()

    @app.bolt.action("open")
    def open_form(ack, client, body):
        account = {"type": "external_select", "action_id": "account", "min_query_length": 0}
        blocks = [text_input(), {"type": "input", "block_id": "account", "label": text("Account"), "element": account}]
        client.views_open(trigger_id=body["trigger_id"], view=modal("Form", *blocks))
        ack()

    picked = []
    app.bolt.action("pick")(lambda ack, action: (picked.append(action["selected_option"]["value"]), ack()))
    app.bolt.options("account")(lambda ack, payload: ack(options=[option(payload["value"] + "me", "id-1")]))
    saved = []

    @app.bolt.view("form")
    def save(ack, view):
        saved.append(view["state"]["values"])
        if len(saved) == 1:
            ack(response_action="errors", errors={"name": "Another one."})
        else:
            ack()

    with page.live() as live:
        assert page.do("send", channel=ACME, text="/try")["ok"]
        message = frame(live, "message")["message"]
        where = {"channel": ACME, "ts": message["ts"]}
        assert page.do("act", source=where, block_id="row", action_id="pick", value="b")["ok"]
        assert picked == ["b"]
        assert page.do("act", source=where, block_id="row", action_id="open", value=None)["ok"]
        view = frame(live, "modals")["modals"][0]
        source = {"view": view["id"]}
        found = page.do("suggest", source=source, block_id="account", action_id="account", query="Ac")
        assert found["options"][0]["text"]["text"] == "Acme"
        empty = page.do("submit", view=view["id"], state={})
        assert set(empty["errors"]) == {"name", "account"}
        state = {"name": {"name": "x"}, "account": {"account": "id-1"}}
        refused = page.do("submit", view=view["id"], state=state)
        assert refused["errors"] == {"name": "Another one."}
        assert refused["modals"][0]["state"]["values"]["name"]["name"]["value"] == "x"
        done = page.do("submit", view=view["id"], state={"name": {"name": "y"}})
        assert (done["ok"], done["modals"]) == (True, [])
    assert saved[1]["account"]["account"]["selected_option"]["value"] == "id-1"
    slack.allow_messages()


def test_who_is_gone_is_told_behind_the_handshake(page, slack):
    """Seen failing: a page that came too late had a refused handshake in its console, as if it were at fault."""
    slack.sandbox.workspace.change_person(slack.sandbox.workspace.people[page.who], deleted=True)
    with page.live() as live, pytest.raises(ConnectionClosed) as closed:
        live.recv(timeout=30)
    assert closed.value.rcvd.code == 1008


def test_a_failed_click_leaves_a_warning_mark(page, client, slack):
    slack.allow("unacked")
    client.chat_postMessage(channel="#acme", text="x", blocks=[{**actions(button("Go", "go")), "block_id": "row"}])
    slack.allow_messages()
    ts = page.get("messages", channel=ACME)["messages"][-1]["ts"]
    answer = page.do("act", source={"channel": ACME, "ts": ts}, block_id="row", action_id="go", value=None)
    assert answer == {"ok": False, "error": "We had some trouble connecting. Try again?"}
    assert page.get("messages", channel=ACME)["messages"][-1]["warning"] == answer["error"]


def test_shortcuts_home_and_closing(page, app, slack):
    app.bolt.shortcut("form.open")(
        lambda ack, client, body: (client.views_open(trigger_id=body["trigger_id"], view=modal()), ack())
    )
    taken = []
    app.bolt.shortcut("message.take")(lambda ack, body: (taken.append(body["message"]["text"]), ack()))
    app.bolt.event("app_home_opened")(
        lambda client, event: client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [section("Hi")]}
        )
    )
    assert page.do("shortcut", callback_id="form.open")["ok"]
    view = page.get("state")["modals"][0]
    assert page.do("fill", view=view["id"], state={"name": {"name": "kept"}})["ok"]
    assert page.get("state")["modals"][0]["state"]["values"]["name"]["name"]["value"] == "kept"
    assert page.do("close", view=view["id"])["modals"] == []
    message = page.get("messages", channel=ACME)["messages"][0]
    assert page.do("shortcut", callback_id="message.take", channel=ACME, ts=message["ts"])["ok"]
    assert taken == [message["text"]]
    assert page.do("home")["home"]["blocks"][0]["text"]["text"] == "Hi"


def test_the_world_changes_over_the_page(page, slack, sandbox):
    with page.live() as live:
        made = page.do("create", name="new-one")["channel"]
        assert frame(live, "channel")["channel"]["id"] == made["id"]
        page.do("channel", channel=made["id"], change="share")
        assert frame(live, "channel")["channel"]["shared"] is True
        page.do("react", channel=ACME, ts=slack.messages("#acme")[0].ts, name="eyes")
        assert frame(live, "message_changed")["message"]["reactions"][0]["name"] == "eyes"
        page.do("person", user=TOM, change="deactivate")
        assert frame(live, "person")["person"]["deleted"] is True
        assert page.do("jump", to="2027-03-01T09:00:00+00:00")["now"] == "2027-03-01T09:00:00+00:00"
        assert frame(live, "clock")["now"] == "2027-03-01T09:00:00+00:00"
        sandbox.reset()
        assert frame(live, "reload")
    assert page.do("dm", user="U0000BOT")["channel"]["kind"] == "im"


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("nonsense", {}),
        ("send", {"channel": "C0NOWHERE", "text": "x"}),
        ("send", {}),
        ("jump", {"to": "2020-01-01T09:00:00+00:00"}),
        ("jump", {"to": "2030-01-01T09:00:00"}),
        ("channel", {"channel": ACME, "change": "paint"}),
    ],
)
def test_nonsense_is_a_bad_request(page, action, body):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        page.do(action, **body)
    assert refusal.value.code == 400
    assert json.load(refusal.value)["ok"] is False


def test_files_go_up_and_come_down(page, slack):
    boundary = "x1"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="as"\r\n\r\n{MAYA}\r\n',
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="book.csv"\r\nContent-Type: text/csv\r\n\r\na,b\r\n',
        f"--{boundary}--\r\n",
    ]
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    request = urllib.request.Request(f"{page.url}/do/upload", "".join(parts).encode(), headers)
    with urllib.request.urlopen(request) as response:
        file = json.load(response)["file"]
    assert (file["name"], file["mimetype"], file["size"]) == ("book.csv", "text/csv", 3)
    page.do("send", channel=ACME, text="here", files=[file["id"]])
    shown = page.get("messages", channel=ACME)["messages"][-1]["files"][0]
    with urllib.request.urlopen(f"{page.url.removesuffix('/_sandbox')}{shown['page_url']}?as={MAYA}") as response:
        assert response.read() == b"a,b"
        assert response.headers["Content-Security-Policy"] == "sandbox"


def test_a_page_hears_only_what_its_person_may(sandbox, slack, client):
    with Page(sandbox.url, RITA).live() as ritas:
        client.chat_postMessage(channel="#acme", text="internal")
        client.chat_postEphemeral(channel="C00GLOBEX", user=TOM, text="only tom")
        client.chat_postMessage(channel="#globex", text="for all")
        assert frame(ritas, "message")["message"]["text"] == "for all"
    slack.allow_messages()


def test_ten_pages_stay_live_on_a_channel_of_2000_messages(sandbox, slack, client, page):
    channel = sandbox.workspace.channel("acme")
    with sandbox.workspace.silence():
        for n in range(2000):
            sandbox.workspace.post(channel, {"user": MAYA, "text": f"message {n}"}, source="seed")
    with ExitStack() as stack:
        sockets = [stack.enter_context(Page(sandbox.url, who).live()) for who in (MAYA, ALEX) * 5]
        for n in range(20):
            client.chat_postMessage(channel="#acme", text=f"live {n}")
        for socket in sockets:
            assert [frame(socket, "message")["message"]["text"] for _ in range(20)] == [f"live {n}" for n in range(20)]
    assert len(page.get("messages", channel=ACME)["messages"]) == 100
    assert page.get("state")["channels"]
    assert len(client.conversations_history(channel=ACME, limit=999)["messages"]) == 999
    slack.allow_messages()


def test_a_page_that_is_a_moment_behind_hears_that_its_person_is_gone(page, sandbox):
    workspace = sandbox.workspace
    tom = next(p for p in workspace.people.values() if p.name == "tom")
    workspace.change_person(tom, deleted=True)
    assert page.do("read", **{"as": tom.id, "channel": ACME}) == {
        "ok": False,
        "error": "nobody can act as tom any more",
    }


@pytest.mark.parametrize(
    ("person", "action", "body"),
    [
        (MAYA, "act", {"source": {"view": "V0CLOSED"}, "block_id": "b", "action_id": "a"}),
        (MAYA, "act", {"source": {"channel": ACME, "ts": "1.0"}, "block_id": "b", "action_id": "a"}),
        (MAYA, "create", {"name": "acme"}),
        (RITA, "home", {}),
    ],
    ids=["a form that was closed", "a message that was deleted", "a name that is taken", "a Home that is not theirs"],
)
def test_what_a_page_could_not_know_is_no_bad_request(slack, sandbox, person, action, body):
    answer = Page(sandbox.url, person).do(action, **body)
    assert answer["ok"] is False
    assert answer["error"]
