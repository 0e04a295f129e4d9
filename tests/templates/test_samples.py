"""Templates that no noun's own tests render with made-up records: small ones, with as much as they ever get."""

import pytest

from handlers.door.spoken import WAYS, help_lines
from sandbox.blockkit import check_message, check_view
from storage.base.policy import Policy
from templates.blocks import day
from templates.blocks.render import Renderer
from templates.home import show as home
from tests import second_opinion

LONG = '<!channel> & "quotes" *bold* ' + "x" * 3000
CHOICES = [{"label": label, "action_id": f"command.retry.{i}", "value": value} for i, (label, value) in enumerate(WAYS)]
SAMPLES = {
    "admin/health": [{"title": "Delivery is well", "lines": ["3 sent"], "troubles": [], "more": 0}, {"title": LONG, "lines": ["x" * 300] * 6, "troubles": ["x" * 500] * 10, "more": 2}],
    "day/all": [home.day_page(rows, day.nothing_left(), "today", page) for rows, page in (([], 0), ([day.nothing_left()] * 99, 1))],
    "errors/help": [{"lines": help_lines(Policy()), "choices": CHOICES}],
    "errors/notice": [{"title": "Not done", "message": LONG, "hint": "Try again."}],
    "errors/refusal": [{"message": LONG, "hint": LONG, "typed": LONG, "choices": CHOICES}, {"message": "No", "hint": "", "typed": "", "choices": []}],
    "home/week": [{"rows": []}, {"rows": [day.nothing_left()] * 40}],
    "message/plain": [{"items": [{"kind": "renewal_review", "why": "it is due"}] * 3}],
    "notice/trouble": [{"lines": ["The disk is full."]}, {"lines": ["x" * 500] * 10}],
}  # fmt: skip


@pytest.mark.parametrize(("name", "context"), [(name, one) for name, contexts in SAMPLES.items() for one in contexts])
def test_a_small_template_is_one_that_slack_takes(name, context):
    made = Renderer().render(name, **context)
    ours = check_view(made) if made.get("type") == "modal" else check_message(made)
    assert [*map(str, ours), *second_opinion.check(made)] == []


def test_a_refusal_without_a_hint_ends_with_its_words():
    made = Renderer().render("errors/refusal", message="It is not.", hint="", typed="", choices=[])
    assert (made["text"], made["blocks"][0]["text"]["text"]) == ("It is not.", "It is not.")


@pytest.mark.parametrize(
    ("blocks", "why"),
    [
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "LengthError"),
        (
            [
                {
                    "type": "actions",
                    "elements": [
                        {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x" * 76}}
                    ],
                }
            ],
            "LengthError",
        ),
        (
            [
                {
                    "type": "section",
                    "text": {"type": "mrkdwn", "text": "x"},
                    "accessory": {
                        "type": "overflow",
                        "action_id": "a",
                        "options": [{"text": {"type": "plain_text", "text": "x"}, "value": "x" * 151}],
                    },
                }
            ],
            "LengthError",
        ),
        ([{"type": "alert", "text": {"type": "mrkdwn", "text": "x"}}], "TypeMismatchError"),
        ([{"type": "divider", "colour": "red"}], "divider.colour: no such key there"),
        ([{"type": "telepathy"}], "telepathy: no such thing there"),
    ],
)
def test_the_second_opinion_finds_what_it_looks_for(blocks, why):
    (found,) = second_opinion.check({"text": "x", "blocks": blocks})
    assert why in found
