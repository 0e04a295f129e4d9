"""An ack over a frame's size closes the socket that it came by, whatever it answers; what fits goes through."""

import pytest

from sandbox.sockets import LARGEST_FRAME
from tests.sandbox.kit import modal, option, section, text, text_input

SELECT = {"type": "external_select", "action_id": "account", "min_query_length": 1}
SEARCH = {"type": "input", "block_id": "a", "optional": True, "label": text("Account"), "element": SELECT}
WAYS = {
    "command": ("command", lambda words: {"text": words}),
    "update": ("view", lambda words: {"response_action": "update", "view": modal("two", *_sections(words))}),
    "push": ("view", lambda words: {"response_action": "push", "view": modal("two", *_sections(words))}),
    "errors": ("view", lambda words: {"response_action": "errors", "errors": {"name": words}}),
    "options": (
        "options",
        lambda words: {"options": [option(f"{n} {words[:60]}", f"{n}{words[:100]}") for n in range(20)]},
    ),
}


def _sections(words):
    return [section(words[at : at + 3000]) for at in range(0, len(words), 3000)]


@pytest.mark.parametrize("fits", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_an_ack_of_any_kind_has_a_largest_size(slack, app, sandbox, way, fits):
    kind, answer = WAYS[way]
    words = "x" * 1000 if fits else "é" * LARGEST_FRAME
    app.bolt.command("/try")(lambda ack: ack(**answer(words)))
    app.bolt.shortcut("form.open")(
        lambda ack, client, body: (
            client.views_open(trigger_id=body["trigger_id"], view=modal("one", text_input(), SEARCH)),
            ack(),
        )
    )
    app.bolt.view("form")(lambda ack: ack(**answer(words)))
    app.bolt.options("account")(lambda ack: ack(**answer(words)))
    slack.allow("frame_too_large", "unacked")
    maya = slack.as_("maya")
    if kind == "command":
        done = maya.command("/try", "#acme").failure == ""
    else:
        form = maya.shortcut("Open a form").modal.fill("Name", "typed")
        done = bool(form.suggest("Account", "ac")) if kind == "options" else form.submit().failure == ""
    slack.allow_messages()
    assert done == fits
    assert len(slack.log.entries("socket", state="closed")) == (0 if fits else 1)
