"""What no schema can say: rules that look at several places of a payload at once.

Called by `checks.py` on payloads that the schema has passed, so that every key has its right shape.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sandbox.blockkit.problem import MISSING, Problem, failed

Found = Iterator[Problem]
Json = dict[str, Any]

MOST_MARKDOWN = 12_000


def broken_rules(blocks: list[Json], surface: str, at: str) -> Found:
    """Go through the blocks of a message, modal or Home tab (`surface`), standing at pointer `at`."""
    placed = list(_placed(blocks, at))
    yield from _repeated(((f"{here}/block_id", block.get("block_id")) for here, block in placed), "block_id")
    focused = 0
    for here, block in placed:
        elements = list(_elements(block, here))
        yield from _repeated(((f"{where}/action_id", one.get("action_id")) for where, one in elements), "action_id")
        for where, element in elements:
            yield from _element(element, where)
            yield from _only_in_modals(block, element, surface, where)
            focused += element.get("focus_on_load", False)
            if element.get("focus_on_load") and focused > 1:
                yield failed(f"{where}/focus_on_load", "only one element can have the focus", "unique", 1, focused)
        if block["type"] == "data_table":
            yield from _data_table(block, here)
        elif block["type"] == "data_visualization":
            yield from _chart(block["chart"], f"{here}/chart")
        elif block["type"] == "container":
            yield from _container(block, here)
    if surface == "message":
        yield from _totals(placed)


def _totals(placed: list[tuple[str, Json]]) -> Found:
    """What a message may hold once, or so much of in all, wherever it stands."""
    markdown, tables = 0, 0
    for here, block in placed:
        if block["type"] == "markdown":
            markdown += len(block["text"])
            if markdown > MOST_MARKDOWN:
                yield failed(here, "all markdown blocks together are too long", "max_length", MOST_MARKDOWN, markdown)
        tables += block["type"] in {"table", "data_table"}
        if tables > 1 and block["type"] in {"table", "data_table"}:
            yield failed(here, "no more than 1 of this kind allowed", "max_contains", 1)


def _placed(blocks: list[Json], at: str) -> Iterator[tuple[str, Json]]:
    """Every block with its pointer: those inside containers and the cards of carousels too."""
    for index, block in enumerate(blocks):
        here = f"{at}/{index}"
        yield here, block
        if block["type"] == "container":
            yield from _placed(block["child_blocks"], f"{here}/child_blocks")
        elif block["type"] == "carousel":
            yield from _placed(block["elements"], f"{here}/elements")


def broken_view_rules(view: Json) -> Found:
    """Find what is wrong with a view beyond its blocks: an input needs a submit button."""
    if view["type"] == "modal" and "submit" not in view and any(b["type"] == "input" for b in view["blocks"]):
        message = "missing required field: submit (there is an input block)"
        yield Problem(pointer="", code=MISSING, message=message, field="submit")


def _elements(block: Json, at: str) -> Iterator[tuple[str, Json]]:
    if block["type"] in {"actions", "context_actions"}:
        yield from ((f"{at}/elements/{i}", element) for i, element in enumerate(block["elements"]))
    elif block["type"] == "card":
        yield from ((f"{at}/actions/{i}", element) for i, element in enumerate(block.get("actions", ())))
    elif block["type"] == "section" and "accessory" in block:
        yield f"{at}/accessory", block["accessory"]
    elif block["type"] == "input":
        yield f"{at}/element", block["element"]


def _repeated(named: Iterator[tuple[str, Any]], what: str) -> Found:
    seen = set()
    for where, name in named:
        if name is None:
            continue
        if name in seen:
            yield failed(where, f"`{what}` must be unique: {name}", "unique", what, name)
        seen.add(name)


def _element(element: Json, at: str) -> Found:
    if element["type"] in {"button", "image", "users_select", "channels_select"}:
        return
    yield from _options(element, at)
    yield from _ordered(element, at, "min_length", "max_length")
    yield from _ordered(element, at, "min_lines", "max_lines")
    yield from _ordered(element, at, "min_value", "max_value")
    initial = element.get("initial_value")
    if element["type"] == "plain_text_input" and initial is not None:
        longest = element.get("max_length")
        if longest is not None and len(initial) > longest:
            yield failed(
                f"{at}/initial_value",
                "must not be longer than `max_length`",
                "max_length",
                longest,
                len(initial),
            )
    elif element["type"] == "number_input" and not element["is_decimal_allowed"]:
        for name in ("initial_value", "min_value", "max_value"):
            if "." in element.get(name, ""):
                yield failed(f"{at}/{name}", "must be a whole number", "integer", "integer", element[name])
    elif element["type"] == "datepicker" and "initial_date" in element:
        try:
            date.fromisoformat(element["initial_date"])
        except ValueError:
            yield failed(f"{at}/initial_date", "must be a day of the calendar", "date", "date", element["initial_date"])


def _ordered(element: Json, at: str, low: str, high: str) -> Found:
    if low in element and high in element and float(element[low]) > float(element[high]):
        yield failed(f"{at}/{low}", f"`{low}` must not be more than `{high}`", "maximum", element[high], element[low])


def _options(element: Json, at: str) -> Found:
    if "options" in element:
        placed = [(f"{at}/options/{i}", option) for i, option in enumerate(element["options"])]
    elif "option_groups" in element:
        placed = [
            (f"{at}/option_groups/{g}/options/{i}", option)
            for g, group in enumerate(element["option_groups"])
            for i, option in enumerate(group["options"])
        ]
    else:
        placed = []
    yield from _repeated(((f"{where}/value", option["value"]) for where, option in placed), "value")
    chosen = element.get("initial_options", [])
    if placed:
        known = [option for _, option in placed]
        if "initial_option" in element and element["initial_option"] not in known:
            yield failed(f"{at}/initial_option", "must be one of the options", "enum", "options")
        for index, option in enumerate(chosen):
            if option not in known:
                yield failed(f"{at}/initial_options/{index}", "must be one of the options", "enum", "options")
    if (most := element.get("max_selected_items")) is not None and len(chosen) > most:
        yield failed(f"{at}/initial_options", f"no more than {most} items allowed", "max_items", most, len(chosen))


def _only_in_modals(block: Json, element: Json, surface: str, at: str) -> Found:
    if surface == "modal" and block["type"] == "input":
        return
    if element["type"] == "file_input":
        yield failed(f"{at}/type", "unsupported type: file_input (only in modals)", "surface", "modal", surface)
    if element.get("response_url_enabled"):
        message = "`response_url_enabled` works in inputs of modals only"
        yield failed(f"{at}/response_url_enabled", message, "surface", "modal", surface)


def _data_table(block: Json, at: str) -> Found:
    width = len(block["rows"][0])
    for index, row in enumerate(block["rows"]):
        if len(row) != width:
            yield failed(f"{at}/rows/{index}", "all rows must have the same length", "row_length", width, len(row))
    if (column := block.get("row_header_column_index", 0)) >= width:
        yield failed(f"{at}/row_header_column_index", "there is no such column", "maximum", width - 1, column)


def _container(block: Json, at: str) -> Found:
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield failed(f"{at}/default_collapsed", "needs `is_collapsible`", "requires", "is_collapsible")
    if block.get("has_header_divider") and block.get("is_collapsible"):
        message = "does not go together with `is_collapsible`"
        yield failed(f"{at}/has_header_divider", message, "not_both", "is_collapsible")


def broken_suggestions(answer: Json) -> Found:
    """Find what the schema can't say of a typeahead's answer: a value that stands in it twice."""
    yield from _options(answer, "")


def _chart(chart: Json, at: str) -> Found:
    if chart["type"] == "pie":
        return
    categories = chart["axis_config"]["categories"]
    placed = ((f"{at}/axis_config/categories/{i}", name) for i, name in enumerate(categories))
    yield from _repeated(placed, "categories")
    yield from _repeated(((f"{at}/series/{i}/name", s["name"]) for i, s in enumerate(chart["series"])), "name")
    for index, series in enumerate(chart["series"]):
        labels = [point["label"] for point in series["data"]]
        if labels != categories:
            message = "the labels must equal `axis_config.categories`"
            yield failed(f"{at}/series/{index}/data", message, "categories", categories, labels)
