"""Templates make JSON whatever is put into them; a team's own templates are boxed in."""

import json
import logging
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateError, UndefinedError

from sandbox.blockkit import check_message
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.render import Renderer, array, own_block_id, render
from templates.blocks.room import make_room

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
HOSTILE = st.text() | st.sampled_from(
    [
        '", "channel": "C1',
        "\\",
        "\\u0022",
        "</script>",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "<!channel>",
        "'",
        "\u2028",
    ]
)


@pytest.fixture
def rendered(tmp_path: Path) -> Any:
    """Renders a template given as text, as a team's own one would be."""

    def render_text(source: str, /, **context: object) -> Any:
        (tmp_path / "own.json.j2").write_text(source, encoding="utf-8")
        return Renderer(tmp_path).render("own", **context)

    return render_text


def box(tmp_path: Path, source: str) -> Renderer:
    (tmp_path / "own.json.j2").write_text(source, encoding="utf-8")
    return Renderer(tmp_path)


BLOCKS = """
{% import "blocks.json.j2" as b %}
{% macro row(text) %}{{ b.section(text, accessory=b.button(text, "go", text)) }}{% endmacro %}
{"text": {{ mrkdwn("{}", texts[0]) }}, "blocks": {{ array(
   b.header(texts[0]),
   each(row, texts),
   optional and b.context(*texts),
   b.actions(b.button("Go", "go", 7, style="primary"),
             b.overflow("more", [["One", 1], ["Two", 2, "the second"]]), block_id="row"),
   b.divider()
) }} }
"""


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    return box(tmp_path_factory.mktemp("own"), BLOCKS)


def text_of(kind: str, text: str) -> dict[str, object]:
    return (
        {"type": kind, "text": text, "verbatim": True}
        if kind == "mrkdwn"
        else {"type": kind, "text": text, "emoji": False}
    )


def test_macros_make_blocks_and_arrays_without_a_comma_by_hand(blocks: Renderer) -> None:
    assert blocks.render("own", texts=["A & B"], optional=True) == {
        "text": "A &amp; B",
        "blocks": [
            {"type": "header", "text": text_of("plain_text", "A & B")},
            {
                "type": "section",
                "text": text_of("mrkdwn", "A &amp; B"),
                "accessory": {
                    "type": "button",
                    "text": text_of("plain_text", "A & B"),
                    "action_id": "go",
                    "value": "A & B",
                },
            },
            {"type": "context", "elements": [text_of("mrkdwn", "A &amp; B")]},
            {
                "type": "actions",
                "block_id": "row",
                "elements": [
                    {
                        "type": "button",
                        "text": text_of("plain_text", "Go"),
                        "action_id": "go",
                        "value": "7",
                        "style": "primary",
                    },
                    {
                        "type": "overflow",
                        "action_id": "more",
                        "options": [
                            {"text": text_of("plain_text", "One"), "value": "1"},
                            {
                                "text": text_of("plain_text", "Two"),
                                "value": "2",
                                "description": text_of("plain_text", "the second"),
                            },
                        ],
                    },
                ],
            },
            {"type": "divider"},
        ],
    }


@given(st.lists(HOSTILE, min_size=1, max_size=4), st.booleans())
def test_hostile_text_adds_no_key_and_no_block(blocks: Renderer, texts: list[str], optional: bool) -> None:
    message = blocks.render("own", texts=texts, optional=optional)
    assert message.keys() == {"text", "blocks"}
    kinds = [block["type"] for block in message["blocks"]]
    assert kinds == ["header", *["section"] * len(texts), *["context"] * optional, "actions", "divider"]
    for typed, block in zip(texts, message["blocks"][1:], strict=False):
        assert block["accessory"].get("value") == (typed or None), "an empty value is left out"


FORM = """
{% import "blocks.json.j2" as b %}
{{ b.modal("cta.close", "Close " ~ name, array(
  b.fields([name, mrkdwn("*{}*", name)]),
  b.input("why", "Why?", b.select("why", "Pick", options, chosen=options[0]), hint=name),
  b.input("who", "Who?", b.people_select("who", "Pick", chosen="U1"), optional=true),
  b.input("where", "Where?", b.channel_select("where", "Pick")),
  b.input("account", "Account", b.typeahead("account", "Pick", chosen=options[0]), dispatch=true),
  b.input("note", "Note", b.text_input("note", initial=name, multiline=true, placeholder="Say")),
  b.input("day", "Day", b.datepicker("day", initial="2026-12-18")),
  b.input("time", "Time", b.timepicker("time", initial="09:00")),
  b.input("health", "Health", b.radio("health", options, chosen=options[0])),
  b.input("tasks", "Tasks", b.checkboxes("tasks", options, chosen=options)),
  b.actions(b.button("Away", "go", confirm=b.confirm("Sure?", name, "Yes", danger=true)))
), submit="Close", metadata="12") }}
"""


def test_a_form_has_all_its_elements(rendered: Any) -> None:
    form = rendered(FORM, name='"x', options=[["One", 1]])
    one = {"text": text_of("plain_text", "One"), "value": "1"}
    assert form["title"] == text_of("plain_text", 'Close "x')
    assert form["private_metadata"] == "12"
    elements = {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}
    assert elements["why"]["initial_option"] == one
    assert elements["who"]["initial_user"] == "U1"
    assert elements["account"]["initial_option"] == one
    assert elements["note"]["initial_value"] == '"x'
    assert elements["day"]["initial_date"] == "2026-12-18"
    assert elements["time"]["initial_time"] == "09:00"
    assert elements["health"]["initial_option"] == one
    assert elements["tasks"]["initial_options"] == [one]
    assert form["blocks"][-1]["elements"][0]["confirm"]["style"] == "danger"


@pytest.fixture(scope="module")
def value_template(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    return box(tmp_path_factory.mktemp("own"), '{"value": {{ value }}, "literal": {{ "x" }}, "one": {{ 1 }} }')


@given(VALUES)
def test_any_value_comes_out_as_it_went_in(value_template: Renderer, value: object) -> None:
    assert value_template.render("own", value=value) == {"value": value, "literal": "x", "one": 1}


@pytest.mark.parametrize(
    ("source", "context", "error"),
    [
        ("{{ missing }}", {}, UndefinedError),
        ("{{ record.missing }}", {"record": {}}, UndefinedError),
        ("{{ array(missing) }}", {}, UndefinedError),
        ("{{ value }}", {"value": float("nan")}, ValueError),
        ("{{ value }}", {"value": date(2026, 1, 1)}, TypeError),
        ('{"a": 1', {}, ValueError),
        ("{{ '1'|safe }}", {}, TemplateError),
        ("{{ '1'|e }}", {}, TemplateError),
        ("{{ '1'|tojson }}", {}, TemplateError),
        ("{{ joiner() }}", {}, UndefinedError),
        ("{{ mrkdwn.__globals__ }}", {}, TemplateError),
        ("{{ ''.__class__.__mro__ }}", {}, TemplateError),
        ("{{ items.append(1) }}", {"items": []}, TemplateError),
        ("{% include '../secret' %}", {}, TemplateError),
    ],
)
def test_a_bad_template_of_a_team_is_an_error_and_ours_is_asked_next(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    source: str,
    context: dict[str, object],
    error: type[Exception],
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(TemplateError, match=r"own\.json\.j2"):
        box(tmp_path, source).render("own", **context)  # there is no template of ours by that name
    logged = caplog.records[0].exc_info
    assert logged is not None
    assert isinstance(logged[1], error)


def test_ours_is_shown_where_the_teams_own_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder, source in ((ours, '{"from": "ours"}'), (theirs, '{"from": {{ missing }} }')):
        folder.mkdir()
        (folder / "own.json.j2").write_text(source)
    monkeypatch.setattr("templates.blocks.render.OURS", ours)
    assert Renderer(theirs).render("own") == {"from": "ours"}
    (theirs / "own.json.j2").write_text('{"from": "theirs"}')
    assert Renderer(theirs).render("own") == {"from": "theirs"}


MESSAGE = '{"text": "ours", "blocks": [{"type": "divider"}]}'


@pytest.mark.parametrize(
    "source",
    [
        "null",
        "[]",
        '"words"',
        '{"blocks": []}',
        '{"text": " ", "blocks": []}',
        '{"text": 5}',
        '{"text": "a", "blocks": "b"}',
        '{"text": "a", "blocks": ["b"]}',
        '{"type": "modal", "text": "a"}',
    ],
)
def test_ours_is_shown_where_the_teams_own_is_no_message(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen failing: of an empty list the reminder was called off, "nothing to say any more", and a command timed out."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder, its in ((ours, MESSAGE), (theirs, source)):
        folder.mkdir()
        (folder / "own.json.j2").write_text(its)
    monkeypatch.setattr("templates.blocks.render.OURS", ours)
    assert Renderer(theirs).render("own") == json.loads(MESSAGE)
    (theirs / "own.json.j2").write_text('{"text": "theirs"}')
    assert Renderer(theirs).render("own") == {"text": "theirs"}


def test_a_text_is_never_empty(blocks: Renderer) -> None:
    header, section, _, _ = blocks.render("own", texts=[" "], optional=False)["blocks"]
    assert header["text"]["text"] == section["text"]["text"] == "-"


def test_all_of_our_templates_compile() -> None:
    names = Renderer().compile()
    assert "blocks" in names


def test_the_shared_renderer_names_a_template_that_is_not_there() -> None:
    with pytest.raises(TemplateError, match=r"no/such\.json\.j2"):
        render("no/such")


def test_an_array_leaves_out_what_is_not_there() -> None:
    assert json.loads(array("a", None, False, "", [], 0, {"b": 1}, 2)) == ["a", {"b": 1}, 2]


IDS = st.lists(st.sampled_from(["card:1:2", "card:1:2§2", "row:1:2:0|team", "x" * 255, ""]), max_size=8)


@given(IDS)
def test_block_ids_are_unique_by_construction_and_lead_back_to_their_own(ids):
    rows = [{"type": "divider", **({"block_id": one} if one else {})} for one in ids]
    blocks = render("blocks/pane", title="Any", blocks=rows)["blocks"]
    given = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(set(given)) == len(given)
    assert all(len(one) <= 255 for one in given)
    owns = [own_block_id(one) for one in given]
    assert all(own_block_id(wrote).startswith(own) for own, wrote in zip(owns, filter(None, ids), strict=True))


def test_a_message_of_long_texts_is_cut_where_they_are_long_and_no_further() -> None:
    short = "Ann noted: hello"
    changes = [short, *(mrkdwn("Ann: {}", part) for part in ("x" * 2_900, "&<>" * 900, "🧨" * 2_900) * 3)]
    found = render("account/history", name="Acme", changes=changes, first=1, last=10, total=30, on="1:10", back=None)
    assert check_message({"channel": "C1", **found}) == []
    texts = [block["elements"][0]["text"] for block in found["blocks"] if block["type"] == "context"]
    assert (texts[0], len(texts), sum(map(len, texts)) > 12_900) == (short, 11, True)
    assert [text[-1] for text in texts[1:-1]] == ["…"] * 9
    assert found["blocks"][-1]["elements"][0]["text"]["text"] == "Next"


def test_a_table_with_a_limit_of_its_own_takes_no_room() -> None:
    cells = {"type": "data_table", "rows": [[{"type": "raw_text", "text": "x" * 900}] * 20]}
    words = {"type": "section", "text": {"type": "mrkdwn", "text": "y" * 2_900}}
    blocks = json.loads(json.dumps([cells, words]))
    make_room(blocks)
    assert blocks == [cells, words]
