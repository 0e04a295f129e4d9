"""What people type may be long: nothing that is sent back is too large for Slack, and nobody else's answer is lost."""

import json

import pytest

from handlers.door.acks import ACK_BYTES


@pytest.mark.parametrize("letters", ["é" * 1500, "😀" * 1000, "x" * 3000, "<&>" * 900])
@pytest.mark.parametrize("command", ["/playbooks {}", "/account add {}", "/account add New segment {}", "/account add New arr {}", "/account {}", "/cta {}", "/renewals {}",
                                     "/ebr log {}", "/cta open {} expand ci"])  # fmt: skip
def test_a_refusal_repeats_no_more_than_slack_takes(acme, command, letters):
    reply = acme.as_("maya").command(command.format(letters))
    said = reply.message
    assert "E-" not in said.text
    assert len(json.dumps(said.text)) < ACK_BYTES
