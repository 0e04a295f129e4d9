"""The plain text of a message says what the message says, also where Slack refuses its blocks."""

import re

from templates.blocks.in_full import LIMIT, in_full

ACME = "C0000ACME"


def bare(text):
    return re.sub(r"[*_~`\s]+", " ", text).strip()


def test_a_morning_whose_blocks_slack_refuses_says_each_item_in_order(office):
    for person in office.sandbox.workspace.people.values():
        person.tz = "UTC"
    for name in ("Acme", "Globex", "Initech"):
        office.account(name, csm="maya", renewal_date="2027-04-23")
    office.sandbox.faults.add("error", "chat.postMessage", code="invalid_blocks")
    office.tick()
    (message,) = office.messages("U0000MAYA")
    assert not message["blocks"]
    places = [message["text"].index(name) for name in ("Acme", "Globex", "Initech")]
    assert len(set(places)) == 3


def test_a_card_and_a_note_say_the_same_without_blocks(office):
    office.open_cta(office.account(csm="maya", channel=ACME))
    office.note("one: a line of trouble", to=ACME)
    office.deliver()
    for message in office.messages("acme"):
        for block in message["blocks"]:
            if block["type"] == "section" and "text" in block:
                for line in block["text"]["text"].splitlines():
                    assert bare(line) in bare(message["text"])


def test_tables_fields_and_charts_are_said_and_buttons_are_not():
    blocks = [
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*ARR*\n240k"}, {"type": "mrkdwn", "text": "Due"}]},
        {
            "type": "data_table",
            "caption": "Wins",
            "rows": [[{"type": "raw_text", "text": "R&D"}, {"type": "raw_number", "value": 7}]],
        },
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Press"}}]},
    ]
    said = in_full("Summary", blocks)
    assert [word in said for word in ("240k", "Due", "Wins", "R&amp;D", "7")] == [True] * 5
    assert "Press" not in said


def section(words):
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def test_a_line_that_is_part_of_another_or_the_same_is_said_as_well():
    blocks = [section("*Acme Corporation*\nRenewal in 90 days"), section("*Acme*\nRenewal in 90 days")]
    assert in_full("2 renewals", blocks).splitlines() == [
        "2 renewals", "*Acme Corporation*", "Renewal in 90 days", "*Acme*", "Renewal in 90 days",
    ]  # fmt: skip
    assert in_full("*Acme*: open", [section("Acme: open"), section("more")]) == "*Acme*: open\nmore"


def test_what_there_is_no_room_for_is_counted():
    said = in_full("Many", [section(f"item {number}: " + "x" * 500) for number in range(40)])
    assert len(said) <= LIMIT
    whole = [line for line in said.splitlines() if line.startswith("item") and len(line) > 500]
    assert said.endswith(f"… and {40 - len(whole)} more lines")
