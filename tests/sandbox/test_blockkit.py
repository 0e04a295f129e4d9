"""The Block Kit checker: what it refuses and names, what it passes, and that it says what the schema says."""

import json
import random

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from sandbox.blockkit import check_blocks, check_message, check_suggestions, check_view, checks
from sandbox.blockkit.checks import SCHEMA_FOLDER
from sandbox.blockkit.compiler import load
from tests.sandbox import blockkit_blocks as made
from tests.sandbox import blockkit_cases as cases


def check(payload):
    return check_view(payload) if payload.get("type") in {"modal", "home"} else check_message(payload)


def the_one(problems):
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0].pointer, problems[0].code


def by_name(table):
    return [pytest.param(*case[1:], id=case[0]) for case in table]


@pytest.mark.parametrize(("block", "pointer", "code"), by_name(cases.WRONG_BLOCKS))
def test_a_wrong_block_is_refused_for_the_one_thing_wrong(block, pointer, code):
    assert the_one(check_message({"text": "x", "blocks": [block]})) == (f"/blocks/0{pointer}", code)


@pytest.mark.parametrize(("message", "pointer", "code"), by_name(cases.WRONG_MESSAGES))
def test_a_wrong_message_is_refused(message, pointer, code):
    assert the_one(check_message(message)) == (pointer, code)


@pytest.mark.parametrize(("view", "pointer", "code"), by_name(cases.WRONG_VIEWS))
def test_a_wrong_view_is_refused(view, pointer, code):
    assert the_one(check_view(view)) == (pointer, code)


@pytest.mark.parametrize(("payload", "pointer", "code"), by_name(cases.WRONG_TOGETHER))
def test_what_does_not_fit_together_is_refused(payload, pointer, code):
    assert the_one(check(payload)) == (pointer, code)


@pytest.mark.parametrize("payload", by_name(cases.RIGHT))
def test_what_is_right_passes(payload):
    assert check(payload) == []


def test_there_are_enough_cases():
    wrong = cases.WRONG_BLOCKS + cases.WRONG_MESSAGES + cases.WRONG_VIEWS + cases.WRONG_TOGETHER
    assert len({name for name, *_ in wrong}) >= 80
    assert len(cases.RIGHT) >= 30


def test_a_problem_has_the_shape_of_blocks_validate():
    (problem,) = check_blocks([{"type": "section", "text": {"type": "invalid", "text": "x"}}], "message", at="")
    assert problem.as_dict() == {
        "pointer": "/0/text/type",
        "code": "failed_constraint",
        "message": "unsupported type: invalid",
        "constraint": {"type": "enum", "expected": ["plain_text", "mrkdwn"], "got": "invalid"},
        "field": "type",
    }
    (problem,) = check_view({"type": "modal", "blocks": []})
    assert problem.as_dict() == {
        "pointer": "",
        "code": "missing_required_field",
        "message": "missing required field: title",
        "field": "title",
    }


def test_a_problem_reads_as_in_slacks_response_metadata():
    (problem,) = check_message({"blocks": [{"type": "header", "text": made.plain("")}]})
    assert str(problem) == "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"


def test_several_wrong_places_are_all_named():
    blocks = [
        {"type": "section"},
        {"type": "header", "text": made.plain("x" * 151)},
        {"type": "divider", "x": 1},
    ]
    found = check_blocks(blocks, "home")
    assert [problem.pointer for problem in found] == ["/blocks/0", "/blocks/1/text/text", "/blocks/2"]


def test_a_surface_takes_only_its_own_blocks():
    assert check_blocks([made.table()], "message") == []
    assert the_one(check_blocks([made.table()], "modal")) == ("/blocks/0/type", cases.FAILED)
    assert check_blocks([made.asks(made.FILE_INPUT)], "modal") == []
    assert the_one(check_blocks([made.asks(made.FILE_INPUT)], "home")) == (
        "/blocks/0/element/type",
        cases.FAILED,
    )


def test_typeahead_answers():
    group = {"label": made.plain("Group"), "options": made.options(2)}
    assert check_suggestions({"options": made.options(20)}) == []
    assert check_suggestions({"options": []}) == []
    assert check_suggestions({"option_groups": [group]}) == []
    twice = {"options": [made.option("1"), made.option("1", "Two")]}
    assert the_one(check_suggestions(twice)) == ("/options/1/value", cases.FAILED)
    assert the_one(check_suggestions({"option_groups": [group, group | {"options": made.options(1)}]})) == (
        "/option_groups/1/options/0/value",
        cases.FAILED,
    )
    assert the_one(check_suggestions({"options": made.options(21)})) == ("/options", cases.FAILED)
    assert the_one(check_suggestions({})) == ("", cases.FAILED)
    assert the_one(check_suggestions({"options": [], "option_groups": [group]})) == ("", cases.FAILED)


def documents():
    return [json.loads(path.read_text()) for path in sorted(SCHEMA_FOLDER.glob("*.json"))]


@pytest.fixture(scope="module")
def validators():
    registry = Registry().with_resources((one["$id"], Resource.from_contents(one)) for one in documents())
    return {
        name: Draft202012Validator({"$ref": f"urn:blockkit:surfaces#/$defs/{name}"}, registry=registry)
        for name in ("message", "view")
    }


def test_the_schema_files_are_right_themselves():
    for document in documents():
        Draft202012Validator.check_schema(document)


def test_jsonschema_agrees_on_every_case(validators):
    """The reference implementation, on the same files, refuses and passes the same payloads."""
    refused = [{"text": "x", "blocks": [block]} for _, block, *_ in cases.WRONG_BLOCKS]
    refused += [message for _, message, *_ in cases.WRONG_MESSAGES]
    passed = [payload for _, payload, *_ in cases.WRONG_TOGETHER] + [payload for _, payload in cases.RIGHT]
    views = [payload for payload in passed if payload.get("type") in {"modal", "home"}]
    messages = [payload for payload in passed if payload not in views]
    assert not [message for message in refused if validators["message"].is_valid(message)]
    assert not [view for _, view, *_ in cases.WRONG_VIEWS if validators["view"].is_valid(view)]
    assert not [message for message in messages if not validators["message"].is_valid(message)]
    assert not [view for view in views if not validators["view"].is_valid(view)]


def places(value, path=()):
    """Every place in a payload; of long lists the first two items only."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for index in range(min(2, len(value))):
            yield from places(value[index], (*path, index))


def spoilt(payload, path, new):
    """The payload with another value at a place; `KeyError` as the value takes the place away."""
    copy = json.loads(json.dumps(payload))
    *way, last = path
    holder = copy
    for step in way:
        holder = holder[step]
    if new is KeyError:
        del holder[last]
    else:
        holder[last] = new
    return copy


def test_jsonschema_agrees_on_what_has_been_spoilt(validators):
    """Right payloads with one value taken out or replaced: both say the same of each."""
    chance = random.Random(13)
    tried = {True: 0, False: 0}
    for name, payload in cases.RIGHT:
        if len(json.dumps(payload)) > 1500:  # jsonschema would take minutes
            continue
        kind = "view" if payload.get("type") in {"modal", "home"} else "message"
        ours = checks._VIEW if kind == "view" else checks._MESSAGE
        for path in chance.sample(all_places := list(places(payload))[1:], min(3, len(all_places))):
            for new in (KeyError, None, "", "x" * 160, 7, True, [], {}, {"type": "divider"}):
                wrong = spoilt(payload, path, new)
                problems = []
                ours(wrong, "", problems)
                agreed = validators[kind].is_valid(wrong)
                assert (problems == []) == agreed, (name, path, new, problems)
                tried[agreed] += 1
    assert min(tried.values()) > 50


def test_a_keyword_without_a_meaning_is_not_passed_over():
    with pytest.raises(ValueError, match="dependentRequired"):
        load(['{"$id": "urn:x", "$defs": {"a": {"dependentRequired": {}}}}']).check("urn:x#/$defs/a")


def test_union_branches_must_be_told_apart():
    union = '{"$id": "urn:x", "$defs": {"a": {"oneOf": [{"$ref": "#/$defs/b"}]}, "b": {"type": "object"}}}'
    with pytest.raises(ValueError, match="cannot be told"):
        load([union]).check("urn:x#/$defs/a")
