"""What people read: blocks and mrkdwn as plain text, as the test language compares it."""

import pytest

from sandbox.text import plain, visible
from tests.sandbox import blockkit_cases as cases
from tests.sandbox.kit import actions, button, option, section, text, text_input

NAMES = {"U1": "maya", "C1": "acme", "S1": "csms"}


def name_of(an_id):
    return NAMES.get(an_id, an_id)


@pytest.mark.parametrize(
    ("mrkdwn", "read"),
    [
        ("*Acme* _now_ ~gone~ `code`", "Acme now gone code"),
        ("lack_of_budget and 2*3*4", "lack_of_budget and 2*3*4"),
        ("<@U1> in <#C1> with <!subteam^S1>", "@maya in #acme with @csms"),
        ("<@U1|somebody> <#C1|elsewhere>", "@somebody #elsewhere"),
        ("<!here> <!channel>", "@here @channel"),
        ("<https://example.com|the plan> <https://example.com>", "the plan https://example.com"),
        ("<!date^1797606000^{date_short}|18 Dec>", "18 Dec"),
        ("&lt;!channel&gt; &amp; &lt;b&gt;", "<!channel> & <b>"),
        ("*bold\nnot*", "*bold\nnot*"),
    ],
)
def test_mrkdwn_as_people_read_it(mrkdwn, read):
    assert plain(mrkdwn, name_of) == read


def test_blocks_hide_the_fallback_text():
    menu = {"type": "overflow", "action_id": "more", "options": [option("Skip")]}
    select = {"type": "static_select", "action_id": "s", "placeholder": text("Pick"), "options": [option("Hidden")]}
    blocks = [section("*Acme*", accessory=menu), actions(button("Close", "c"), select), text_input()]
    assert visible(blocks, "fallback", name_of) == "Acme\nClose Pick\nName"
    assert visible([], "*fallback*", name_of) == "fallback"


def test_what_has_been_chosen_is_read_and_open_lists_are():
    radio = {"type": "radio_buttons", "action_id": "r", "options": [option("Yes"), option("No")]}
    select = {"type": "static_select", "action_id": "s", "initial_option": option("Red"), "options": [option("Red")]}
    assert visible([actions(radio, select)], "", name_of) == "Yes No Red"


@pytest.mark.parametrize("payload", [payload for _, payload in cases.RIGHT], ids=[name for name, _ in cases.RIGHT])
def test_whatever_slack_takes_can_be_shown_and_read(slack, app, payload):
    if payload.get("type") == "home":
        app.client.api_call("views.publish", json={"user_id": "U0000MAYA", "view": payload})
        assert isinstance(slack.as_("maya").home.text, str)
    elif payload.get("type") == "modal":
        trigger_id = slack.sandbox.triggers.mint("U0000MAYA")
        app.client.api_call("views.open", json={"trigger_id": trigger_id, "view": payload})
        assert isinstance(slack.as_("maya").modal.text, str)
    else:
        app.client.api_call(
            "chat.postMessage", json={"text": "x", **payload, "channel": "C0000ACME", "thread_ts": None}
        )
        assert isinstance(slack.as_("maya").expect_message("#acme").text, str)
