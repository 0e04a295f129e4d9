"""docs/sandbox.md says of each limit which page of Slack's it is from: none is missing there, and none is another."""

import importlib
import json
import re
from pathlib import Path

import pytest

from sandbox.blockkit.checks import SCHEMA_FOLDER

ROOT = Path(__file__).parents[2]
WORDS = {
    "maxLength",
    "minLength",
    "maxItems",
    "minItems",
    "maximum",
    "minimum",
    "maxContains",
    "x-maxText",
    "x-maxBytes",
}
MODULES = {
    name.rpartition(".")[2]: f"sandbox.{name}"
    for name in (
        "sockets",
        "responses",
        "workspace",
        "checks",
        "rates",
        "interactions",
        "gate",
        "api.files",
        "blockkit.rules",
    )
}
IN_OBJECTS = {"triggers.seconds": 3.0, "sockets.ack_seconds": 3.0, "rates.messages_per_second": 1.0}


def numbers(schema):
    """Every limit inside a definition; a smallest count of 0 or 1 says no more than that there is something."""
    if isinstance(schema, list):
        for part in schema:
            yield from numbers(part)
    elif isinstance(schema, dict):
        for word, value in schema.items():
            if word in WORDS:
                yield from [n for n in [value["characters"] if isinstance(value, dict) else value] if n > 1]
            else:
                yield from numbers(value)


def limits():
    files = {path.stem: path for path in SCHEMA_FOLDER.glob("*.json")} | {
        "manifest": ROOT / "sandbox/manifest_schema.json"
    }
    for stem, path in files.items():
        for name, definition in json.loads(path.read_text())["$defs"].items():
            if found := set(numbers(definition)):
                yield f"{stem}.{name}", found
    for name, module in MODULES.items():
        for constant, value in vars(importlib.import_module(module)).items():
            if (
                re.fullmatch(r"[A-Z][A-Z_]+", constant)
                and isinstance(value, int | float)
                and not isinstance(value, bool)
            ):
                yield f"{name}.{constant}", {value}
    yield "rates.TIERS", set(importlib.import_module("sandbox.rates").TIERS.values())
    for name, value in IN_OBJECTS.items():
        yield name, {value}


LIMITS = dict(limits())
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/sandbox.md").read_text().partition("## Limits and their pages")[2].splitlines()
    if line.startswith("| `")
]


def said_of(name):
    return " ".join(limit for what, limit, _ in ROWS if f"`{name}`" in what)


def test_there_are_enough_to_look_at():
    assert len(LIMITS) > 60


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_stands_with_its_number_and_its_page(name):
    said = {float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", said_of(name))}
    assert LIMITS[name] <= said, said_of(name)


def test_every_row_is_of_a_limit_and_says_where_it_is_from():
    named = {name for what, *_ in ROWS for name in re.findall(r"`([^`]+)`", what)}
    assert named - set(LIMITS) == set()
    assert [
        row
        for row in ROWS
        if not re.search(
            r"…/|reference/|apis/|messaging/|surfaces/|interactivity/|\*(ours|measured|reported)\*|slackblocks", row[2]
        )
    ] == []


def test_limits_inside_objects_are_as_they_are_said(sandbox):
    assert (sandbox.triggers.seconds, sandbox.sockets.ack_seconds, sandbox.rates.messages_per_second) == (3.0, 3.0, 1.0)
