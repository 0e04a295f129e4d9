"""Short ways to write blocks and views, and the page by plain HTTP, for the sandbox's tests."""

import json
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from slack_sdk.errors import SlackApiError
from websockets.sync.client import connect


def text(words):
    return {"type": "plain_text", "text": words}


def button(words, action_id, **more):
    return {"type": "button", "text": text(words), "action_id": action_id, **more}


def option(words, value=None):
    return {"text": text(words), "value": value or words.lower()}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def section(words, **more):
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}, **more}


def text_input(name="name", *, label="Name", **more):
    element = {"type": "plain_text_input", "action_id": name}
    return {"type": "input", "block_id": name, "label": text(label), "element": element, **more}


def modal(title="A form", *blocks, **more):
    blocks = list(blocks) or [text_input()]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": text(title),
        "submit": text("Save"),
        "blocks": blocks,
        **more,
    }


@contextmanager
def refused(slack, code, **answer):
    """The call inside must be refused with this code (and these fields of the answer)."""
    slack.allow(code)
    with pytest.raises(SlackApiError) as refusal:
        yield refusal
    assert refusal.value.response["error"] == code
    for name, value in answer.items():
        assert refusal.value.response[name] == value


class Page:
    """What the page does, by plain HTTP."""

    def __init__(self, url, who):
        self.url = f"{url}/_sandbox"
        self.who = who

    def get(self, what, **query):
        with urllib.request.urlopen(f"{self.url}/{what}?{urlencode({'as': self.who, **query})}") as response:
            return json.load(response)

    def do(self, action, **body):
        data = json.dumps({"as": self.who, **body}).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/do/{action}", data)) as response:
            return json.load(response)

    def live(self):
        return connect(f"{self.url.replace('http', 'ws', 1)}/live?as={self.who}", proxy=None)


def frame(socket, kind):
    """The next frame of this type."""
    while True:
        found = json.loads(socket.recv(timeout=30))
        if found["type"] == kind:
            return found
