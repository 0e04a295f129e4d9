"""Payloads that Slack takes and refuses: the tables behind `test_blockkit.py`.

A case is (what, payload or block, pointer, code[, field]); `blocks` of a message unless it says otherwise.
"""

from typing import Any

Json = dict[str, Any]

FAILED = "failed_constraint"
MISSING = "missing_required_field"
UNKNOWN = "invalid_additional_property"


def plain(text: str = "Text", **more: Any) -> Json:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str = "*Text*", **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def option(value: str = "1", text: str = "One", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(str(number), f"Option {number}") for number in range(count)]


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain("Yes"), "deny": plain("No"), **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def beside(element: Json) -> Json:
    return section(accessory=element)


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def asks(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Why"), "element": element, **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def run(**more: Any) -> Json:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": "hello", **more}]}


def raw(text: str = "cell") -> Json:
    return {"type": "raw_text", "text": text}


def number(value: float = 1) -> Json:
    return {"type": "raw_number", "value": value, "text": str(value)}


def table(rows: int = 2, columns: int = 2, text: str = "cell", **more: Any) -> Json:
    return {"type": "table", "rows": [[raw(text) for _ in range(columns)] for _ in range(rows)], **more}


def data_table(rows: int = 2, columns: int = 2, **more: Any) -> Json:
    return {**table(rows, columns), "type": "data_table", "caption": "Figures", **more}


def chart(chart: Json, title: str = "Why no") -> Json:
    return {"type": "data_visualization", "title": title, "chart": chart}


def pie(segments: int = 2, **more: Any) -> Json:
    return chart({"type": "pie", "segments": [{"label": f"S{i}", "value": 1} for i in range(segments)], **more})


def series(name: str = "Won", labels: str = "AB", value: Any = 1) -> Json:
    return {"name": name, "data": [{"label": label, "value": value} for label in labels]}


def bars(*rows: Json, kind: str = "bar", categories: str = "AB", **axis: Any) -> Json:
    return chart({"type": kind, "series": list(rows), "axis_config": {"categories": list(categories), **axis}})


def static(count: int = 2, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": options(count), **more}


def card(**more: Any) -> Json:
    return {"type": "card", "title": mrkdwn("Acme"), **more}


def carousel(*cards: Json) -> Json:
    return {"type": "carousel", "elements": list(cards)}


def container(*blocks: Json, **more: Any) -> Json:
    return {"type": "container", "title": plain("Two records"), "child_blocks": list(blocks), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Close"), "blocks": list(blocks), **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


TEXT_INPUT = {"type": "plain_text_input", "action_id": "why"}
NUMBER_INPUT = {"type": "number_input", "action_id": "many", "is_decimal_allowed": False}
FILE_INPUT = {"type": "file_input", "action_id": "file"}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A picture"}
VIDEO = {
    "type": "video",
    "video_url": "https://example.com/v",
    "thumbnail_url": "https://example.com/t.png",
    "alt_text": "A film",
    "title": plain("Film"),
}

# One block of a message each, wrong in one way that the schema itself tells; the pointer starts at the block.
WRONG_BLOCKS: list[tuple[str, Any, str, str]] = [
    ("not an object", "divider", "", FAILED),
    ("no type", {}, "", MISSING),
    ("unknown type", {"type": "sektion"}, "/type", FAILED),
    ("type of no text", {"type": ["section"]}, "/type", FAILED),
    ("unknown key", {"type": "divider", "colour": "red"}, "", UNKNOWN),
    ("block_id empty", {"type": "divider", "block_id": ""}, "/block_id", FAILED),
    ("block_id too long", {"type": "divider", "block_id": "x" * 256}, "/block_id", FAILED),
    ("block_id a number", {"type": "divider", "block_id": 7}, "/block_id", FAILED),
    ("header in mrkdwn", {"type": "header", "text": mrkdwn()}, "/text/type", FAILED),
    ("header too long", {"type": "header", "text": plain("x" * 151)}, "/text/text", FAILED),
    ("header empty", {"type": "header", "text": plain("")}, "/text/text", FAILED),
    ("header without text", {"type": "header"}, "", MISSING),
    ("header text bare", {"type": "header", "text": "Hello"}, "/text", FAILED),
    ("section without text and fields", {"type": "section"}, "", FAILED),
    ("section text empty", section(text=mrkdwn("")), "/text/text", FAILED),
    ("section text too long", section(text=mrkdwn("x" * 3001)), "/text/text", FAILED),
    ("section text of unknown type", section(text={"type": "markdown", "text": "x"}), "/text/type", FAILED),
    ("emoji is for plain_text", section(text=mrkdwn(emoji=True)), "/text", UNKNOWN),
    ("verbatim is for mrkdwn", section(text=plain(verbatim=True)), "/text", UNKNOWN),
    ("emoji no boolean", section(text=plain(emoji=1)), "/text/emoji", FAILED),
    ("eleven fields", section(fields=[mrkdwn()] * 11), "/fields", FAILED),
    ("no fields", section(fields=[]), "/fields", FAILED),
    ("field too long", section(fields=[mrkdwn("x" * 2001)]), "/fields/0/text", FAILED),
    ("accessory of an input", beside(TEXT_INPUT), "/accessory/type", FAILED),
    ("accessory datetimepicker", beside({"type": "datetimepicker"}), "/accessory/type", FAILED),
    ("accessory without type", beside({"text": plain()}), "/accessory", MISSING),
    ("context empty", {"type": "context", "elements": []}, "/elements", FAILED),
    ("context of eleven", {"type": "context", "elements": [mrkdwn()] * 11}, "/elements", FAILED),
    ("context with a button", {"type": "context", "elements": [button()]}, "/elements/0/type", FAILED),
    ("context image without alt", {"type": "context", "elements": [{k: v for k, v in IMAGE.items() if k != "alt_text"}]}, "/elements/0", MISSING),
    ("actions empty", actions(), "/elements", FAILED),
    ("actions of 26", actions(*[button(action_id=str(i)) for i in range(26)]), "/elements", FAILED),
    ("actions with a text input", actions(TEXT_INPUT), "/elements/0/type", FAILED),
    ("button without text", actions({"type": "button", "action_id": "a"}), "/elements/0", MISSING),
    ("button in mrkdwn", actions(button(text=mrkdwn())), "/elements/0/text/type", FAILED),
    ("button text too long", actions(button(text=plain("x" * 76))), "/elements/0/text/text", FAILED),
    ("button value too long", actions(button(value="x" * 2001)), "/elements/0/value", FAILED),
    ("button value a number", actions(button(value=12)), "/elements/0/value", FAILED),
    ("button url too long", actions(button(url="https://x.y/" + "x" * 3000)), "/elements/0/url", FAILED),
    ("button url no url", actions(button(url="www.example.com")), "/elements/0/url", FAILED),
    ("button style unknown", actions(button(style="default")), "/elements/0/style", FAILED),
    ("button key unknown", actions(button(color="red")), "/elements/0", UNKNOWN),
    ("action_id too long", actions(button(action_id="x" * 256)), "/elements/0/action_id", FAILED),
    ("accessibility label too long", actions(button(accessibility_label="x" * 76)), "/elements/0/accessibility_label", FAILED),
    ("confirm without deny", actions(button(confirm={k: v for k, v in confirm().items() if k != "deny"})), "/elements/0/confirm", MISSING),
    ("confirm title too long", actions(button(confirm=confirm(title=plain("x" * 101)))), "/elements/0/confirm/title/text", FAILED),
    ("confirm text too long", actions(button(confirm=confirm(text=plain("x" * 301)))), "/elements/0/confirm/text/text", FAILED),
    ("button with an empty value", actions(button(value="")), "/elements/0/value", FAILED),
    ("confirm button too long", actions(button(confirm=confirm(confirm=plain("x" * 31)))), "/elements/0/confirm/confirm/text", FAILED),
    ("deny button too long", actions(button(confirm=confirm(deny=plain("x" * 31)))), "/elements/0/confirm/deny/text", FAILED),
    ("overflow of six", beside({"type": "overflow", "options": options(6)}), "/accessory/options", FAILED),
    ("overflow of none", beside({"type": "overflow", "options": []}), "/accessory/options", FAILED),
    ("overflow in mrkdwn", beside({"type": "overflow", "options": [{"text": mrkdwn(), "value": "1"}]}), "/accessory/options/0/text/type", FAILED),
    ("select without options", beside({"type": "static_select", "action_id": "a"}), "/accessory", FAILED),
    ("select of 101", beside(static(101)), "/accessory/options", FAILED),
    ("select with options and groups", beside(static(option_groups=[{"label": plain(), "options": options(1)}])), "/accessory", FAILED),
    ("select placeholder too long", beside(static(placeholder=plain("x" * 151))), "/accessory/placeholder/text", FAILED),
    ("select placeholder in mrkdwn", beside(static(placeholder=mrkdwn())), "/accessory/placeholder/type", FAILED),
    ("option text too long", beside(static(options=[option(text="x" * 76)])), "/accessory/options/0/text/text", FAILED),
    ("option value too long", beside(static(options=[option("x" * 151)])), "/accessory/options/0/value", FAILED),
    ("option value missing", beside(static(options=[{"text": plain()}])), "/accessory/options/0", MISSING),
    ("option description too long", beside(static(options=[option(description=plain("x" * 76))])), "/accessory/options/0/description/text", FAILED),
    ("option url outside of an overflow", beside(static(options=[option(url="https://example.com")])), "/accessory/options/0", UNKNOWN),
    ("101 groups", beside({"type": "static_select", "option_groups": [{"label": plain(), "options": [option(str(i))]} for i in range(101)]}), "/accessory/option_groups", FAILED),
    ("group label too long", beside({"type": "static_select", "option_groups": [{"label": plain("x" * 76), "options": options(1)}]}), "/accessory/option_groups/0/label/text", FAILED),
    ("external select with options", beside({"type": "external_select", "options": options(1)}), "/accessory", UNKNOWN),
    ("min_query_length negative", beside({"type": "external_select", "min_query_length": -1}), "/accessory/min_query_length", FAILED),
    ("max_selected_items zero", beside({"type": "multi_users_select", "max_selected_items": 0}), "/accessory/max_selected_items", FAILED),
    ("max_selected_items on a single select", beside({"type": "users_select", "max_selected_items": 1}), "/accessory", UNKNOWN),
    ("empty filter", beside({"type": "conversations_select", "filter": {}}), "/accessory/filter", FAILED),
    ("filter of unknown kind", beside({"type": "conversations_select", "filter": {"include": ["dm"]}}), "/accessory/filter/include/0", FAILED),
    ("eleven checkboxes", beside({"type": "checkboxes", "options": options(11)}), "/accessory/options", FAILED),
    ("eleven radio buttons", beside({"type": "radio_buttons", "options": options(11)}), "/accessory/options", FAILED),
    ("initial date malformed", beside({"type": "datepicker", "initial_date": "18.12.2026"}), "/accessory/initial_date", FAILED),
    ("initial time malformed", beside({"type": "timepicker", "initial_time": "9:00"}), "/accessory/initial_time", FAILED),
    ("initial time beyond the day", beside({"type": "timepicker", "initial_time": "24:00"}), "/accessory/initial_time", FAILED),
    ("moment of nine digits", actions({"type": "datetimepicker", "initial_date_time": 999999999}), "/elements/0/initial_date_time", FAILED),
    ("moment as text", actions({"type": "datetimepicker", "initial_date_time": "1797606000"}), "/elements/0/initial_date_time", FAILED),
    ("moment as boolean", actions({"type": "datetimepicker", "initial_date_time": True}), "/elements/0/initial_date_time", FAILED),
    ("input without label", {"type": "input", "element": TEXT_INPUT}, "", MISSING),
    ("input without element", {"type": "input", "label": plain()}, "", MISSING),
    ("input label in mrkdwn", asks(TEXT_INPUT, label=mrkdwn()), "/label/type", FAILED),
    ("input label too long", asks(TEXT_INPUT, label=plain("x" * 2001)), "/label/text", FAILED),
    ("input hint too long", asks(TEXT_INPUT, hint=plain("x" * 2001)), "/hint/text", FAILED),
    ("input of a button", asks(button()), "/element/type", FAILED),
    ("text longer than Slack's longest", asks({**TEXT_INPUT, "max_length": 3001}), "/element/max_length", FAILED),
    ("text at least minus one", asks({**TEXT_INPUT, "min_length": -1}), "/element/min_length", FAILED),
    ("half a character", asks({**TEXT_INPUT, "max_length": 1.5}), "/element/max_length", FAILED),
    ("initial text too long", asks({**TEXT_INPUT, "initial_value": "x" * 3001}), "/element/initial_value", FAILED),
    ("dispatch on nothing", asks({**TEXT_INPUT, "dispatch_action_config": {"trigger_actions_on": ["on_blur"]}}), "/element/dispatch_action_config/trigger_actions_on/0", FAILED),
    ("number input without is_decimal_allowed", asks({"type": "number_input"}), "/element", MISSING),
    ("number as a number", asks({**NUMBER_INPUT, "min_value": 1}), "/element/min_value", FAILED),
    ("number that is none", asks({**NUMBER_INPUT, "initial_value": "ten"}), "/element/initial_value", FAILED),
    ("eleven files", asks({**FILE_INPUT, "max_files": 11}), "/element/max_files", FAILED),
    ("image without alt_text", {"type": "image", "image_url": "https://example.com/a.png"}, "", MISSING),
    ("image from nowhere", {"type": "image", "alt_text": "x"}, "", FAILED),
    ("image twice", {**IMAGE, "slack_file": {"id": "F1"}}, "", FAILED),
    ("image of no url", {**IMAGE, "image_url": "a.png"}, "/image_url", FAILED),
    ("image title in mrkdwn", {**IMAGE, "title": mrkdwn()}, "/title/type", FAILED),
    ("slack_file twice", {"type": "image", "alt_text": "x", "slack_file": {"id": "F1", "url": "https://example.com"}}, "/slack_file", FAILED),
    ("video over http", {**VIDEO, "video_url": "http://example.com/v"}, "/video_url", FAILED),
    ("video title of 200", {**VIDEO, "title": plain("x" * 200)}, "/title/text", FAILED),
    ("file from here", {"type": "file", "external_id": "1", "source": "local"}, "/source", FAILED),
    ("markdown too long", {"type": "markdown", "text": "x" * 12001}, "/text", FAILED),
    ("alert in a message", {"type": "alert", "text": plain()}, "/type", FAILED),
    ("six feedback elements", {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain(), "action_id": str(i)} for i in range(6)]}, "/elements", FAILED),
    ("rich_text with a block inside", rich(section()), "/elements/0/type", FAILED),
    ("rich_text of unknown run", rich({"type": "rich_text_section", "elements": [{"type": "mention"}]}), "/elements/0/elements/0/type", FAILED),
    ("rich_text style unknown", rich(run(style={"red": True})), "/elements/0/elements/0/style", UNKNOWN),
    ("list without style", rich({"type": "rich_text_list", "elements": [run()]}), "/elements/0", MISSING),
    ("list of texts", rich({"type": "rich_text_list", "style": "bullet", "elements": [{"type": "text", "text": "x"}]}), "/elements/0/elements/0/type", FAILED),
    ("list nine deep", rich({"type": "rich_text_list", "style": "bullet", "indent": 9, "elements": [run()]}), "/elements/0/indent", FAILED),
    ("code with a mention", rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]}), "/elements/0/elements/0/type", FAILED),
    ("table of 101 rows", table(101, 1), "/rows", FAILED),
    ("table of 21 columns", table(1, 21), "/rows/0", FAILED),
    ("table with an empty row", {"type": "table", "rows": [[]]}, "/rows/0", FAILED),
    ("table cell bare", {"type": "table", "rows": [["x"]]}, "/rows/0/0", FAILED),
    ("table cell empty", {"type": "table", "rows": [[raw("")]]}, "/rows/0/0/text", FAILED),
    ("table cell in mrkdwn", {"type": "table", "rows": [[mrkdwn()]]}, "/rows/0/0/type", FAILED),
    ("table column settings unknown", table(column_settings=[{"width": 3}]), "/column_settings/0", UNKNOWN),
    ("table with a caption", table(caption="x"), "", UNKNOWN),
    ("data_table without caption", {k: v for k, v in data_table().items() if k != "caption"}, "", MISSING),
    ("data_table of its header only", data_table(1), "/rows", FAILED),
    ("data_table of 202 rows", data_table(202), "/rows", FAILED),
    ("data_table of 21 columns", {**data_table(), "rows": [[raw()], [raw()] * 21]}, "/rows/1", FAILED),
    ("data_table header in rich_text", {**data_table(), "rows": [[rich(run())], [raw()]]}, "/rows/0/0/type", FAILED),
    ("data_table number without text", {**data_table(), "rows": [[raw()], [{"type": "raw_number", "value": 1}]]}, "/rows/1/0", MISSING),
    ("data_table page of 101", data_table(page_size=101), "/page_size", FAILED),
    ("data_table page of none", data_table(page_size=0), "/page_size", FAILED),
    ("column_settings as text", table(column_settings=["left"]), "/column_settings/0", FAILED),
    ("column_settings of 21", table(column_settings=[None] * 21), "/column_settings", FAILED),
    ("column_settings with an unknown key", table(column_settings=[None, {"width": 3}]), "/column_settings/1", UNKNOWN),
    ("button with an empty value", actions(button(value="")), "/elements/0/value", FAILED),
    ("confirm text in mrkdwn too long", actions(button(confirm=confirm(text=mrkdwn("x" * 301)))), "/elements/0/confirm/text/text", FAILED),
    ("confirm title in mrkdwn", actions(button(confirm=confirm(title=mrkdwn()))), "/elements/0/confirm/title/type", FAILED),
    ("card of nothing", {"type": "card", "subtitle": mrkdwn(), "icon": IMAGE}, "", FAILED),
    ("card title too long", card(title=mrkdwn("x" * 151)), "/title/text", FAILED),
    ("card subtitle too long", card(subtitle=plain("x" * 151)), "/subtitle/text", FAILED),
    ("card body too long", card(body=mrkdwn("x" * 201)), "/body/text", FAILED),
    ("card title as text", card(title="Acme"), "/title", FAILED),
    ("card with four buttons", card(actions=[button(action_id=str(i)) for i in range(4)]), "/actions", FAILED),
    ("card with a select", card(actions=[static()]), "/actions/0/type", FAILED),
    ("card with an image address", card(hero_image="https://example.com/a.png"), "/hero_image", FAILED),
    ("card with a size", card(size="large"), "", UNKNOWN),
    ("card button with an empty value", card(actions=[button(value="")]), "/actions/0/value", FAILED),
    ("carousel of none", carousel(), "/elements", FAILED),
    ("carousel of eleven", carousel(*[card()] * 11), "/elements", FAILED),
    ("carousel of sections", carousel(section()), "/elements/0/type", FAILED),
    ("container without a title", {"type": "container", "child_blocks": [section()]}, "", FAILED),
    ("container title in mrkdwn", container(section(), title=mrkdwn()), "/title/type", FAILED),
    ("container title too long", container(section(), title=plain("x" * 151)), "/title/text", FAILED),
    ("container subtitle too long", container(section(), subtitle=mrkdwn("x" * 151)), "/subtitle/text", FAILED),
    ("container of none", container(), "/child_blocks", FAILED),
    ("container of eleven", container(*[{"type": "divider"}] * 11), "/child_blocks", FAILED),
    ("container in a container", container(container(section())), "/child_blocks/0/type", FAILED),
    ("container with a card", container(card()), "/child_blocks/0/type", FAILED),
    ("container with a chart", container(pie()), "/child_blocks/0/type", FAILED),
    ("container of unknown width", container(section(), width="huge"), "/width", FAILED),
    ("chart without title", {"type": "data_visualization", "chart": pie()["chart"]}, "", MISSING),
    ("chart title too long", {**pie(), "title": "x" * 51}, "/title", FAILED),
    ("chart title as an object", {**pie(), "title": plain()}, "/title", FAILED),
    ("chart of unknown kind", chart({"type": "donut"}), "/chart/type", FAILED),
    ("pie of thirteen", pie(13), "/chart/segments", FAILED),
    ("pie of none", pie(0), "/chart/segments", FAILED),
    ("pie of nothing", chart({"type": "pie", "segments": [{"label": "A", "value": 0}]}), "/chart/segments/0/value", FAILED),
    ("pie with an axis", pie(axis_config={"categories": ["A"]}), "/chart", UNKNOWN),
    ("thirteen series", bars(*[series(str(i)) for i in range(13)]), "/chart/series", FAILED),
    ("bars without axis", chart({"type": "bar", "series": [series()]}), "/chart", MISSING),
    ("value as text", bars(series(labels="A", value="1"), categories="A"), "/chart/series/0/data/0/value", FAILED),
    ("21 points", bars(series(labels="ABCDEFGHIJKLMNOPQRSTU"), categories="ABCDEFGHIJKLMNOPQRST"), "/chart/series/0/data", FAILED),
    ("label too long", chart({"type": "pie", "segments": [{"label": "x" * 21, "value": 1}]}), "/chart/segments/0/label", FAILED),
    ("series name too long", bars(series("x" * 21)), "/chart/series/0/name", FAILED),
    ("axis title too long", bars(series(), x_label="x" * 51), "/chart/axis_config/x_label", FAILED),
]  # fmt: skip

# Whole messages and views, wrong in one way that the schema itself tells.
WRONG_MESSAGES: list[tuple[str, Json, str, str]] = [
    ("51 blocks", {"blocks": [{"type": "divider"}] * 51}, "/blocks", FAILED),
    ("text cut by Slack", {"text": "x" * 40001}, "/text", FAILED),
    ("blocks as text", {"text": "x", "blocks": "[]"}, "/blocks", FAILED),
    ("unknown key", {"text": "x", "colour": "red"}, "", UNKNOWN),
    ("two tables", {"blocks": [table(), data_table()]}, "/blocks/1", FAILED),
    ("three charts", {"blocks": [pie(), pie(), {"type": "divider"}, pie()]}, "/blocks/3", FAILED),
    ("metadata without payload", {"text": "x", "metadata": {"event_type": "cta"}}, "/metadata", MISSING),
    ("wrong block in an attachment", {"attachments": [{"blocks": [{"type": "nope"}]}]}, "/attachments/0/blocks/0/type", FAILED),
]  # fmt: skip

WRONG_VIEWS: list[tuple[str, Json, str, str]] = [
    ("no type", {"blocks": []}, "", MISSING),
    ("unknown type", {"type": "workflow_step", "blocks": []}, "/type", FAILED),
    ("modal without title", {"type": "modal", "blocks": []}, "", MISSING),
    ("modal without blocks", {"type": "modal", "title": plain("x")}, "", MISSING),
    ("title too long", modal(title=plain("x" * 25)), "/title/text", FAILED),
    ("title in mrkdwn", modal(title=mrkdwn("x")), "/title/type", FAILED),
    ("submit too long", modal(submit=plain("x" * 25)), "/submit/text", FAILED),
    ("close too long", modal(close=plain("x" * 25)), "/close/text", FAILED),
    ("private_metadata too long", modal(private_metadata="x" * 3001), "/private_metadata", FAILED),
    ("private_metadata as an object", modal(private_metadata={"id": 1}), "/private_metadata", FAILED),
    ("callback_id too long", modal(callback_id="x" * 256), "/callback_id", FAILED),
    ("external_id too long", modal(external_id="x" * 256), "/external_id", FAILED),
    ("101 blocks", modal(*[{"type": "divider"}] * 101), "/blocks", FAILED),
    ("table in a modal", modal(table()), "/blocks/0/type", FAILED),
    ("data_table in a modal", modal(data_table()), "/blocks/0/type", FAILED),
    ("card in a modal", modal(card()), "/blocks/0/type", FAILED),
    ("carousel in a modal", modal(carousel(card())), "/blocks/0/type", FAILED),
    ("container in a modal", modal(container(section())), "/blocks/0/type", FAILED),
    ("card on a Home tab", home(card()), "/blocks/0/type", FAILED),
    ("carousel on a Home tab", home(carousel(card())), "/blocks/0/type", FAILED),
    ("container on a Home tab", home(container(section())), "/blocks/0/type", FAILED),
    ("chart on a Home tab", home(pie()), "/blocks/0/type", FAILED),
    ("chart in a modal", modal(pie()), "/blocks/0/type", FAILED),
    ("markdown in a modal", modal({"type": "markdown", "text": "x"}), "/blocks/0/type", FAILED),
    ("table on a Home tab", home(table()), "/blocks/0/type", FAILED),
    ("file on a Home tab", home({"type": "file", "external_id": "1", "source": "remote"}), "/blocks/0/type", FAILED),
    ("alert on a Home tab", home({"type": "alert", "text": plain()}), "/blocks/0/type", FAILED),
    ("Home tab with a title", home(title=plain("x")), "", UNKNOWN),
    ("Home tab with a submit button", home(submit=plain("x")), "", UNKNOWN),
    ("101 blocks on a Home tab", home(*[{"type": "divider"}] * 101), "/blocks", FAILED),
    ("hash is Slack's to give", modal(hash="1"), "", UNKNOWN),
]  # fmt: skip

# Wrong only when several places are seen together, or by totals: a plain JSON Schema validator passes them.
WRONG_TOGETHER: list[tuple[str, Json, str, str]] = [
    ("block_id twice", {"blocks": [section(block_id="a"), section(block_id="b"), section(block_id="a")]}, "/blocks/2/block_id", FAILED),
    ("action_id twice in a block", {"blocks": [actions(button(), button())]}, "/blocks/0/elements/1/action_id", FAILED),
    ("option value twice", {"blocks": [beside(static(options=[option("1"), option("1", "Two")]))]}, "/blocks/0/accessory/options/1/value", FAILED),
    ("initial option not among them", {"blocks": [beside(static(initial_option=option("9")))]}, "/blocks/0/accessory/initial_option", FAILED),
    ("initial option with other words", {"blocks": [beside(static(initial_option=option("1", "Uno")))]}, "/blocks/0/accessory/initial_option", FAILED),
    ("initial box not among them", {"blocks": [beside({"type": "checkboxes", "options": options(2), "initial_options": [options(2)[0], option("9")]})]}, "/blocks/0/accessory/initial_options/1", FAILED),
    ("initial option in no group", {"blocks": [beside({"type": "static_select", "option_groups": [{"label": plain(), "options": options(2)}], "initial_option": option("9")})]}, "/blocks/0/accessory/initial_option", FAILED),
    ("more chosen than allowed", {"blocks": [beside({"type": "multi_static_select", "options": options(3), "initial_options": options(2), "max_selected_items": 1})]}, "/blocks/0/accessory/initial_options", FAILED),
    ("30 February", {"blocks": [beside({"type": "datepicker", "initial_date": "2026-02-30"})]}, "/blocks/0/accessory/initial_date", FAILED),
    ("least more than most", {"blocks": [asks({**TEXT_INPUT, "min_length": 10, "max_length": 5})]}, "/blocks/0/element/min_length", FAILED),
    ("initial text over its own limit", {"blocks": [asks({**TEXT_INPUT, "max_length": 5, "initial_value": "longer"})]}, "/blocks/0/element/initial_value", FAILED),
    ("from 10 to 9", {"blocks": [asks({**NUMBER_INPUT, "min_value": "10", "max_value": "9"})]}, "/blocks/0/element/min_value", FAILED),
    ("half where whole is asked", {"blocks": [asks({**NUMBER_INPUT, "initial_value": "1.5"})]}, "/blocks/0/element/initial_value", FAILED),
    ("file_input in a message", {"blocks": [asks(FILE_INPUT)]}, "/blocks/0/element/type", FAILED),
    ("response_url in a message", {"blocks": [beside({"type": "conversations_select", "response_url_enabled": True})]}, "/blocks/0/accessory/response_url_enabled", FAILED),
    ("rows of two lengths", {"blocks": [{**data_table(), "rows": [[raw(), raw()], [raw()]]}]}, "/blocks/0/rows/1", FAILED),
    ("row header beyond the columns", {"blocks": [data_table(row_header_column_index=2)]}, "/blocks/0/row_header_column_index", FAILED),
    ("labels not the categories", {"blocks": [bars(series(labels="AC"))]}, "/blocks/0/chart/series/0/data", FAILED),
    ("labels in another order", {"blocks": [bars(series(), series("Lost", "BA"), kind="line")]}, "/blocks/0/chart/series/1/data", FAILED),
    ("a point missing", {"blocks": [bars(series(labels="A"), kind="area")]}, "/blocks/0/chart/series/0/data", FAILED),
    ("a series twice", {"blocks": [bars(series(), series())]}, "/blocks/0/chart/series/1/name", FAILED),
    ("a category twice", {"blocks": [bars(series(labels="AA"), categories="AA")]}, "/blocks/0/chart/axis_config/categories/1", FAILED),
    ("block text over 13,000", {"blocks": [section(text=mrkdwn("x" * 2601))] * 5}, "/blocks", "msg_blocks_too_long"),
    ("cells over 10,000", {"blocks": [table(11, 10, "x" * 91)]}, "/blocks/0/rows", FAILED),
    ("data_table cells over 20,000", {"type": "home", "blocks": [{**table(21, 10, "x" * 96), "type": "data_table", "caption": "x"}]}, "/blocks/0/rows", FAILED),
    ("block_id twice in an attachment", {"attachments": [{"blocks": [section(block_id="a")] * 2}]}, "/attachments/0/blocks/1/block_id", FAILED),
    ("block_id twice, once in a container", {"blocks": [section(block_id="a"), container(section(block_id="a"))]}, "/blocks/1/child_blocks/0/block_id", FAILED),
    ("block_id twice in a carousel", {"blocks": [carousel(card(block_id="a"), card(block_id="a"))]}, "/blocks/0/elements/1/block_id", FAILED),
    ("action_id twice in a card", {"blocks": [card(actions=[button(), button()])]}, "/blocks/0/actions/1/action_id", FAILED),
    ("option value twice in a container", {"blocks": [container(beside(static(options=[option("1"), option("1", "Two")])))]}, "/blocks/0/child_blocks/0/accessory/options/1/value", FAILED),
    ("two tables, one in a container", {"blocks": [data_table(), container(table())]}, "/blocks/1/child_blocks/0", FAILED),
    ("collapsed without being collapsible", {"blocks": [container(section(), default_collapsed=True)]}, "/blocks/0/default_collapsed", FAILED),
    ("header line on what collapses", {"blocks": [container(section(), is_collapsible=True, has_header_divider=True)]}, "/blocks/0/has_header_divider", FAILED),
    ("markdown over 12,000 in all", {"blocks": [{"type": "markdown", "text": "x" * 6001}] * 2}, "/blocks/1", FAILED),
    ("data_table cells over 20,000 in a message", {"blocks": [{**table(21, 10, "x" * 96), "type": "data_table", "caption": "x"}]}, "/blocks/0/rows", FAILED),
    ("input without submit", modal(asks(TEXT_INPUT)), "", MISSING),
    ("two with the focus", modal(asks({**TEXT_INPUT, "focus_on_load": True}), asks({**NUMBER_INPUT, "focus_on_load": True}), submit=plain("OK")), "/blocks/1/element/focus_on_load", FAILED),
    ("file_input on a Home tab", home(asks(FILE_INPUT)), "/blocks/0/element/type", FAILED),
    ("view over 250 KB", modal(*[section(text=mrkdwn("ü" * 1300)) for _ in range(100)]), "", FAILED),
]  # fmt: skip

RIGHT: list[tuple[str, Json]] = [
    ("text alone", {"channel": "C1", "text": "Hello"}),
    ("no blocks", {"text": "x", "blocks": []}),
    ("50 blocks", {"text": "x", "blocks": [{"type": "divider"}] * 50}),
    ("longest header", {"blocks": [{"type": "header", "text": plain("x" * 150)}]}),
    ("longest section", {"blocks": [section(text=mrkdwn("x" * 3000))]}),
    ("fields without text", {"blocks": [{"type": "section", "fields": [plain("x" * 2000), mrkdwn(verbatim=True)]}]}),
    ("ten fields", {"blocks": [section(fields=[mrkdwn()] * 10)]}),
    ("context of ten", {"blocks": [{"type": "context", "elements": [IMAGE, plain(), *[mrkdwn()] * 8]}]}),
    ("25 buttons", {"blocks": [actions(*[button(action_id=f"a{i}") for i in range(25)])]}),
    ("one action_id in two blocks", {"blocks": [actions(button()), actions(button())]}),
    ("button with everything", {"blocks": [beside(button(text=plain("x" * 75), value="x" * 2000, url="https://example.com/?a=b", style="danger", confirm=confirm(style="danger"), accessibility_label="Go"))]}),
    ("confirm at its limits", {"blocks": [actions(button(confirm=confirm(title=plain("x" * 100), text=plain("x" * 300), confirm=plain("x" * 30), deny=plain("x" * 30))))]}),
    ("overflow with links", {"blocks": [beside({"type": "overflow", "options": [option(str(i), url="https://example.com") for i in range(5)]})]}),
    ("100 options", {"blocks": [beside(static(100, placeholder=plain("x" * 150)))]}),
    ("initial option", {"blocks": [actions(static(initial_option=options(2)[1]))]}),
    ("option groups", {"blocks": [beside({"type": "multi_static_select", "option_groups": [{"label": plain(), "options": options(3)}], "initial_options": options(2), "max_selected_items": 2})]}),
    ("external select", {"blocks": [beside({"type": "external_select", "min_query_length": 0, "initial_option": option()})]}),
    ("selects of people and places", {"blocks": [actions({"type": "users_select", "action_id": "a", "initial_user": "U1"}, {"type": "multi_channels_select", "action_id": "b"}, {"type": "conversations_select", "action_id": "c", "filter": {"include": ["public", "private"], "exclude_bot_users": True}})]}),
    ("checkboxes in mrkdwn", {"blocks": [beside({"type": "checkboxes", "options": [{"text": mrkdwn(), "value": "1", "description": mrkdwn()}]})]}),
    ("radio buttons", {"blocks": [actions({"type": "radio_buttons", "options": options(10), "initial_option": options(10)[9]})]}),
    ("pickers", {"blocks": [actions({"type": "datepicker", "action_id": "d", "initial_date": "2028-02-29"}, {"type": "timepicker", "action_id": "t", "initial_time": "23:59", "timezone": "Europe/Berlin"}, {"type": "datetimepicker", "action_id": "m", "initial_date_time": 1797606000})]}),
    ("a whole number written 5.0", {"blocks": [asks({**TEXT_INPUT, "max_length": 5.0})]}),
    ("images", {"blocks": [{**IMAGE, "title": plain()}, {"type": "image", "alt_text": "x", "slack_file": {"id": "F1"}}]}),
    ("video", {"blocks": [{**VIDEO, "provider_name": "Tube", "description": plain()}]}),
    ("markdown", {"blocks": [{"type": "markdown", "text": "# x"}]}),
    ("feedback", {"blocks": [{"type": "context_actions", "elements": [{"type": "feedback_buttons", "positive_button": {"text": plain(), "value": "+"}, "negative_button": {"text": plain(), "value": "-"}}]}]}),
    ("rich text", {"blocks": [rich(run(style={"bold": True}), {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [run()]}, {"type": "rich_text_quote", "elements": [{"type": "user", "user_id": "U1"}, {"type": "emoji", "name": "wave"}]}, {"type": "rich_text_preformatted", "elements": [{"type": "link", "url": "https://example.com"}]}, {"type": "rich_text_section", "elements": [{"type": "date", "timestamp": 1797606000, "format": "{date_short}", "fallback": "18 Dec"}, {"type": "broadcast", "range": "here"}]})]}),
    ("table of 100 rows", {"blocks": [table(100, 20, "x", column_settings=[{"align": "right", "is_wrapped": True}])]}),
    ("data_table", {"blocks": [{**data_table(page_size=100, row_header_column_index=1), "rows": [[raw(), raw()], [number(2.5), rich(run())]]}]}),
    ("two pies", {"blocks": [pie(12), pie(1)]}),
    ("data_table on Home", {"type": "home", "blocks": [data_table(201)]}),
    ("confirm in mrkdwn", {"blocks": [actions(button(confirm=confirm(text=mrkdwn())))]}),
    ("table with columns left as they are", {"blocks": [table(column_settings=[None, {"align": "right"}, None])]}),
    ("data_table of 20,000 characters in a message", {"blocks": [{**table(200, 10, "x" * 10), "type": "data_table", "caption": "x"}]}),
    ("data_table of 201 rows", {"blocks": [data_table(201, 20)]}),
    ("a card with everything", {"blocks": [card(title=mrkdwn("x" * 150), subtitle=mrkdwn("x" * 150), body=mrkdwn("x" * 200), icon=IMAGE, hero_image={"type": "image", "alt_text": "x", "slack_file": {"id": "F1"}}, block_id="c", actions=[button(action_id=str(i)) for i in range(3)])]}),
    ("a card of a picture", {"blocks": [{"type": "card", "hero_image": IMAGE}]}),
    ("ten cards", {"blocks": [carousel(*[card()] * 10)]}),
    ("a container with everything", {"blocks": [container(section(), {"type": "divider"}, actions(button()), {"type": "context", "elements": [mrkdwn()]}, {"type": "header", "text": plain()}, IMAGE, asks(TEXT_INPUT), rich(run()), table(), VIDEO, title=plain("x" * 150), subtitle=mrkdwn("x" * 150), icon=IMAGE, width="full", is_collapsible=True, default_collapsed=True)]}),
    ("a container with a rich title", {"blocks": [{"type": "container", "rich_text_title": rich(run()), "child_blocks": [{"type": "file", "external_id": "1", "source": "remote"}], "has_header_divider": True}]}),
    ("bars and twelve series", {"blocks": [bars(*[series(str(i)) for i in range(12)])]}),
    ("bars", {"blocks": [bars(series(value=-1.5), series("Lost", value=0), x_label="Month", y_label="CTAs")]}),
    ("lines and areas", {"blocks": [bars(series(), kind="line"), bars(series(), kind="area")]}),
    ("13,000 characters", {"blocks": [section(text=mrkdwn("x" * 2600))] * 5}),
    ("metadata", {"text": "x", "metadata": {"event_type": "cta", "event_payload": {"keys": ["a"]}}, "thread_ts": "1.2", "unfurl_links": False}),
    ("attachment", {"text": "x", "attachments": [{"color": "#ff0000", "blocks": [section()]}]}),
    ("input in a message", {"blocks": [asks({**TEXT_INPUT, "multiline": True}, dispatch_action=True, optional=True, hint=plain())]}),
    ("modal without inputs", modal(section())),
    ("modal with everything", modal(asks(FILE_INPUT), asks({**NUMBER_INPUT, "min_value": "9", "max_value": "10"}), {"type": "alert", "text": plain(), "level": "warning"}, submit=plain("x" * 24), close=plain("x" * 24), private_metadata="x" * 3000, callback_id="cta.close", external_id="cta-1", clear_on_close=True, notify_on_close=True)),
    ("modal that answers in a channel", modal(asks({"type": "conversations_select", "response_url_enabled": True, "default_to_current_conversation": True}), submit=plain("Post"))),
    ("100 blocks in a modal", modal(*[{"type": "divider"}] * 100)),
    ("Home tab", home({"type": "header", "text": plain()}, section(), actions(button()), private_metadata="x")),
    ("empty Home tab", home()),
]  # fmt: skip
