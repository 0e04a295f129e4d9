"""Turns the schema files into checks: one pass over a payload, a few microseconds a block.

Owns the meaning of the JSON Schema keywords that our files use, and refuses files that use others.
A union (`oneOf`) is resolved by the value's `type`, so that a problem names the one thing wrong
instead of listing every alternative. `tests/sandbox/test_blockkit.py` holds this to `jsonschema`.
Called by `checks.py`, and by `manifest.py` for manifests.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.blockkit.problem import MISSING, UNKNOWN, Problem, failed

Schema = Mapping[str, Any]
Check = Callable[[Any, str, list[Problem]], None]

_NOTES = {"$schema", "$id", "$defs", "$comment", "title"}
_KEYWORDS = {
    "$ref", "type", "const", "enum", "oneOf", "anyOf", "allOf", "not",
    "properties", "required", "additionalProperties",
    "items", "prefixItems", "minItems", "maxItems", "contains", "minContains", "maxContains",
    "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum",
    "x-maxText", "x-maxBytes",
}  # fmt: skip
_TYPES: dict[str, tuple[type | tuple[type, ...], str]] = {
    "object": (dict, "an object"),
    "array": (list, "an array"),
    "string": (str, "a string"),
    "boolean": (bool, "a boolean"),
    "integer": ((int, float), "an integer"),
    "number": ((int, float), "a number"),
    "null": (type(None), "null"),
}


def text_length(value: Any, without: str = "") -> int:
    """Count the characters of all `text` strings inside a payload, but for objects of the type `without`."""
    if isinstance(value, list):
        return sum(text_length(item, without) for item in value)
    if isinstance(value, dict) and not (without and value.get("type") == without):
        return sum(
            len(item) if key == "text" and isinstance(item, str) else text_length(item, without)
            for key, item in value.items()
            if isinstance(item, str | dict | list)
        )
    return 0


class Compiler:
    """Holds the schema documents by `$id`, and gives each definition's check, made once."""

    def __init__(self, documents: Mapping[str, Schema]) -> None:
        self._documents = documents
        self._checks: dict[str, Check] = {}

    def check(self, uri: str) -> Check:
        """Give the check of a definition such as `urn:blockkit:blocks#/$defs/section`."""
        if uri not in self._checks:
            self._checks[uri] = self._compile(self._definition(uri), uri.split("#", maxsplit=1)[0])
        return self._checks[uri]

    def _definition(self, uri: str) -> Schema:
        document, _, path = uri.partition("#/")
        schema: Any = self._documents[document]
        for name in path.split("/"):
            schema = schema[name]
        found: Schema = schema
        return found

    def _compile(self, schema: Schema, base: str) -> Check:
        if strange := set(schema) - _KEYWORDS - _NOTES:
            raise ValueError(f"keywords without a meaning here: {sorted(strange)}")
        parts = [
            *_sizes(schema),
            *_value(schema),
            *_string(schema),
            *_number(schema),
            *self._array(schema, base),
            *self._object(schema, base),
        ]
        if "oneOf" in schema:
            parts.append(self._union(schema["oneOf"], base))
        parts.extend(self._compile(part, base) for part in schema.get("allOf", ()))
        if "$ref" in schema:
            parts.append(self.check(_absolute(schema["$ref"], base)))
        target = self._definition(_absolute(schema["$ref"], base)) if "$ref" in schema else {}
        return _guarded(schema.get("type", target.get("type")), _tag(schema) or _tag(target), parts)

    def _union(self, branches: list[Schema], base: str) -> Check:
        """Choose the branch by the value's `type`; each branch must say its own."""
        by_type: dict[str, Check] = {}
        for branch in branches:
            uri = _absolute(branch["$ref"], base)
            tag = _tag(self._definition(uri))
            if tag is None or tag in by_type:
                raise ValueError(f"{uri} cannot be told from the others by its type")
            by_type[tag] = self.check(uri)

        def check(value: Any, at: str, problems: list[Problem]) -> None:
            if not isinstance(value, dict):
                problems.append(_wrong_type(at, "object"))
            elif "type" not in value:
                problems.append(_missing(at, "type"))
            elif isinstance(value["type"], str) and value["type"] in by_type:
                by_type[value["type"]](value, at, problems)
            else:
                problems.append(_unsupported(at, list(by_type), value["type"]))

        return check

    def _object(self, schema: Schema, base: str) -> list[Check]:
        properties = {name: self._compile(part, base) for name, part in schema.get("properties", {}).items()}
        required: list[str] = schema.get("required", [])
        closed = schema.get("additionalProperties") is False
        one_of = [alternative["required"][0] for alternative in schema.get("anyOf", ())]
        not_both: list[str] = schema.get("not", {}).get("required", [])
        if not (properties or required or closed or one_of or not_both):
            return []

        def check(value: Any, at: str, problems: list[Problem]) -> None:
            if not isinstance(value, dict):
                return
            problems.extend(_missing(at, name) for name in required if name not in value)
            for name, item in value.items():
                if (part := properties.get(name)) is not None:
                    part(item, f"{at}/{name}", problems)
                elif closed:
                    problems.append(_unknown(at, name))
            if one_of and not any(name in value for name in one_of):
                message = "must define either " + " or ".join(f"`{name}`" for name in one_of)
                problems.append(failed(at, message, "one_of", one_of))
            if not_both and all(name in value for name in not_both):
                message = "must not define both " + " and ".join(f"`{name}`" for name in not_both)
                problems.append(failed(at, message, "not_both", not_both))

        return [check]

    def _array(self, schema: Schema, base: str) -> list[Check]:
        fewest, most = schema.get("minItems", 0), schema.get("maxItems")
        first = [self._compile(part, base) for part in schema.get("prefixItems", ())]
        rest = self._compile(schema["items"], base) if "items" in schema else None
        checks: list[Check] = []

        def check(value: Any, at: str, problems: list[Problem]) -> None:
            if not isinstance(value, list):
                return
            if most is not None and len(value) > most:
                problems.append(failed(at, f"no more than {most} items allowed", "max_items", most, len(value)))
            if len(value) < fewest:
                problems.append(failed(at, f"no fewer than {fewest} items allowed", "min_items", fewest, len(value)))
            for index, item in enumerate(value):
                if index < len(first):
                    first[index](item, f"{at}/{index}", problems)
                elif rest is not None:
                    rest(item, f"{at}/{index}", problems)

        if first or rest or fewest or most is not None:
            checks.append(check)
        if "contains" in schema:
            checks.append(_at_most(schema["maxContains"], self._compile(schema["contains"], base)))
        return checks


def load(texts: list[str]) -> Compiler:
    """Read the schema documents, given as JSON text."""
    documents = [json.loads(text) for text in texts]
    return Compiler({document["$id"]: document for document in documents})


def _absolute(ref: str, base: str) -> str:
    return base + ref if ref.startswith("#") else ref


def _tag(schema: Schema) -> str | None:
    """Give the `type` that a definition demands, by which unions are told apart."""
    tag: str | None = schema.get("properties", {}).get("type", {}).get("const")
    return tag


def _guarded(kind: str | list[str] | None, tag: str | None, parts: list[Check]) -> Check:
    """Put the type first: where it is wrong, nothing else is worth saying. `[kind, "null"]`: null says nothing."""
    if isinstance(kind, list):
        (main,) = (one for one in kind if one != "null")
        inner = _guarded(main, tag, parts)
        return lambda value, at, problems: None if value is None else inner(value, at, problems)
    expected = _TYPES[kind][0] if kind else object
    numeric, whole = kind in {"integer", "number"}, kind == "integer"

    def check(value: Any, at: str, problems: list[Problem]) -> None:
        right = isinstance(value, expected)
        if right and numeric:  # as in JSON Schema, 1.0 is an integer and true is no number
            right = not isinstance(value, bool) and (not whole or float(value).is_integer())
        if not right:
            problems.append(_wrong_type(at, str(kind)))
            return
        if tag is not None and isinstance(value, dict) and value.get("type", tag) != tag:
            problems.append(_unsupported(at, [tag], value["type"]))
            return
        for part in parts:
            part(value, at, problems)

    return parts[0] if kind is None and tag is None and len(parts) == 1 else check


def _value(schema: Schema) -> list[Check]:
    if "const" in schema:
        allowed = [schema["const"]]
    elif "enum" in schema:
        allowed = schema["enum"]
    else:
        return []

    def check(value: Any, at: str, problems: list[Problem]) -> None:
        if isinstance(value, bool) or value not in allowed:
            listed = ", ".join(str(one) for one in allowed)
            problems.append(failed(at, f"must be one of: {listed}", "enum", allowed, value))

    return [check]


def _string(schema: Schema) -> list[Check]:
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
    pattern = re.compile(schema["pattern"]) if "pattern" in schema else None
    if not (shortest or longest is not None or pattern):
        return []

    def check(value: Any, at: str, problems: list[Problem]) -> None:
        if not isinstance(value, str):
            return
        size = len(value)
        if size < shortest:
            message = f"must be more than {shortest - 1} characters"
            problems.append(failed(at, message, "min_length", shortest, size))
        elif longest is not None and size > longest:
            message = f"must be less than {longest + 1} characters"
            problems.append(failed(at, message, "max_length", longest, size))
        elif pattern is not None and not pattern.search(value):
            problems.append(failed(at, "must have another format", "pattern", pattern.pattern, value))

    return [check]


def _number(schema: Schema) -> list[Check]:
    smallest, largest, above = (schema.get(word) for word in ("minimum", "maximum", "exclusiveMinimum"))
    if smallest is None and largest is None and above is None:
        return []

    def check(value: Any, at: str, problems: list[Problem]) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return
        if smallest is not None and value < smallest:
            problems.append(failed(at, f"must be at least {smallest}", "minimum", smallest, value))
        elif largest is not None and value > largest:
            problems.append(failed(at, f"must be at most {largest}", "maximum", largest, value))
        elif above is not None and value <= above:
            problems.append(failed(at, f"must be more than {above}", "exclusive_minimum", above, value))

    return [check]


def _sizes(schema: Schema) -> list[Check]:
    """Check the two totals that JSON Schema has no keyword for."""
    checks: list[Check] = []
    if "x-maxText" in schema:
        most, code = schema["x-maxText"]["characters"], schema["x-maxText"]["error"]
        without = schema["x-maxText"].get("without", "")

        def check_text(value: Any, at: str, problems: list[Problem]) -> None:
            if (total := text_length(value, without)) > most:
                constraint = {"type": "max_text", "expected": most, "got": total}
                message = f"all text together must be less than {most + 1} characters"
                problems.append(Problem(pointer=at, code=code, message=message, constraint=constraint))

        checks.append(check_text)
    if "x-maxBytes" in schema:
        limit = schema["x-maxBytes"]

        def check_bytes(value: Any, at: str, problems: list[Problem]) -> None:
            if (size := len(json.dumps(value, ensure_ascii=False).encode())) > limit:
                problems.append(failed(at, f"must be less than {limit + 1} bytes", "max_bytes", limit, size))

        checks.append(check_bytes)
    return checks


def _at_most(most: int, matches: Check) -> Check:
    """Allow only so many items of a kind (`contains` with `maxContains`), naming the first too many."""

    def check(value: Any, at: str, problems: list[Problem]) -> None:
        if not isinstance(value, list):
            return
        found = 0
        for index, item in enumerate(value):
            misfits: list[Problem] = []
            matches(item, "", misfits)
            found += not misfits
            if found > most:
                message = f"no more than {most} of this kind allowed"
                problems.append(failed(f"{at}/{index}", message, "max_contains", most))
                return

    return check


def _wrong_type(at: str, kind: str) -> Problem:
    return failed(at, f"must be {_TYPES[kind][1]}", "type", kind)


def _unsupported(at: str, expected: list[str], got: Any) -> Problem:
    return failed(f"{at}/type", f"unsupported type: {got}", "enum", expected, got)


def _missing(at: str, name: str) -> Problem:
    return Problem(pointer=at, code=MISSING, message=f"missing required field: {name}", field=name)


def _unknown(at: str, name: str) -> Problem:
    return Problem(pointer=at, code=UNKNOWN, message=f"invalid additional property: {name}", field=name)
