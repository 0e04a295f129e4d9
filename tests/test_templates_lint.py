"""Every template keeps to the rules that make hostile text harmless (templates/blocks/render.py)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from templates.blocks.render import FILTERS, OURS, SUFFIX

TEMPLATES = sorted(OURS.rglob(f"*{SUFFIX}"))
ALLOWED_FILTERS = {*FILTERS, "plain", "formatted"}
FORBIDDEN_NODES = {
    nodes.AssignBlock: "a set block makes Markup of text that was not encoded",
    nodes.FilterBlock: "a filter block changes JSON that is made already",
    nodes.ScopedEvalContextModifier: "autoescape stays on",
}
FORBIDDEN_NAMES = {"joiner", "cycler", "lipsum", "Markup"}


def faults(source: str) -> Iterator[str]:
    """What breaks a rule in a template, with its line."""
    environment = Environment(autoescape=True)
    in_string = False
    for line, kind, text in environment.lex(source):
        if kind == "data":
            quotes = text.replace("\\\\", "").replace('\\"', "").count('"')
            in_string ^= quotes % 2 == 1
        elif kind == "variable_begin" and in_string:
            yield f"line {line}: a value inside a JSON string"
    tree = environment.parse(source)
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Filter) and node.name not in ALLOWED_FILTERS:
            yield f"line {node.lineno}: the filter {node.name}"
        if isinstance(node, nodes.Name) and node.name in FORBIDDEN_NAMES:
            yield f"line {node.lineno}: {node.name}"
        if type(node) in FORBIDDEN_NODES:
            yield f"line {node.lineno}: {FORBIDDEN_NODES[type(node)]}"
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "mrkdwn":
            yield from (f"line {node.lineno}: {lost!r} loses its spaces" for lost in lost_spaces(node))


def lost_spaces(call: nodes.Call) -> Iterator[str]:
    """Words that `mrkdwn` puts in, which it strips: their spaces at an end belong into its format."""
    for argument in call.args[1:]:
        ways = [argument.expr1, argument.expr2] if isinstance(argument, nodes.CondExpr) else [argument]
        for way in ways:
            if isinstance(way, nodes.Const) and isinstance(way.value, str) and way.value != way.value.strip():
                yield way.value


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(OURS)))
def test_a_template_keeps_the_rules(file: Path) -> None:
    assert list(faults(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        '{"text": "{{ title }}"}',
        '{"a": "b", "text": "said \\"{{ title }}"}',
        '{"text": {{ title|safe }}}',
        '{"text": {{ title|e }}}',
        '{"text": {{ title|urlize }}}',
        '{% set text %}{{ title }}{% endset %}{"text": {{ text }}}',
        '{% filter upper %}{"text": 1}{% endfilter %}',
        "{% autoescape false %}{{ title }}{% endautoescape %}",
        "{% set comma = joiner() %}[{{ comma() }}]",
        '{"text": {{ mrkdwn("{}{} ahead", count, " late" if late else "") }}}',
    ],
)
def test_the_lint_finds_what_it_looks_for(source: str) -> None:
    assert list(faults(source))


def test_a_template_by_the_rules_has_no_faults() -> None:
    assert list(faults('{"a\\"b": {{ title }}, "c": {{ "d"|upper }}{% if x %}, "e": 1{% endif %}}')) == []


def test_every_template_that_is_asked_for_is_there():
    """Two changes that pass alone, one of which moves what the other renders, would fail for people first."""
    there = {str(file.relative_to(OURS)).removesuffix(SUFFIX) for file in TEMPLATES}
    asked = {
        name
        for room in ("handlers", "reminders", "templates")
        for file in (OURS.parent / room).rglob("*.py")
        for name in re.findall(r'render\(\s*"([a-z_]+/[a-z_]+)"', file.read_text())
    }
    assert len(asked) > 40
    assert asked - there == set()
