"""Blocks as payloads, each right by itself: what the tables of `blockkit_cases.py` are made of."""

from typing import Any

Json = dict[str, Any]


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
