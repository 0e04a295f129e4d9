"""No test but a bench hangs on the clock: a busy machine is no fault of the code.

What is to come is waited for, with a limit that only a machine that hangs can meet; what is not to come is looked for
behind something that comes after it; what is quick is measured by `make bench`. `ALLOWED` names the exceptions.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FILES = sorted(path for path in TESTS.rglob("*.py") if "bench" not in path.parts and path.name != "screenshots.py")
CLOCKS = {
    "monotonic",
    "perf_counter",
    "process_time",
    "thread_time",
    "time",
    "time_ns",
    "monotonic_ns",
    "perf_counter_ns",
}
WAITS = {"wait", "wait_for", "acquire", "recv", "communicate", "result", "join", "Barrier", "create_connection"}
SHORTEST, PAUSE = 30, 0.1
"""Seconds that a wait for something lasts at least, and that a pause between two looks lasts at most."""
ALLOWED = {
    (
        "delivery/bot_process.py",
        "sleep",
    ): "a life of so many seconds, whatever happens in it; and a stop that takes effect late",
    (
        "delivery/test_file.py",
        "compared",
    ): "four waits at once, of seconds that the test causes: one after the other they take four times as long",
    ("delivery/replicas.py", "sleep"): "how long replicas live before one is killed, at random; nothing is measured",
    (
        "delivery/test_clock_set_amid.py",
        "sleep",
    ): "for what must not happen: a busy machine hides it, and fails nothing",
    (
        "sandbox/test_faults.py",
        "compared",
    ): "at least: an answer that comes too early, which a busy machine never makes it",
    ("conftest.py", "short wait"): "what is on its way may be held on purpose, and is forgiven then",
    ("test_lanes.py", "short wait"): "for what must not happen; who waits longer sees it fail the more surely",
    ("sandbox/test_over_http.py", "sleep"): "an app that is slow; nothing is measured",
    ("source/conftest.py", "sleep"): "a host that answers a byte at a time; nothing is measured",
    ("source/test_limits.py", "sleep"): "a CRM that answers a byte at a time; nothing is measured",
    ("webhook/test_slow_receivers.py", "short wait"): "a receiver that answers a byte at a time; nothing is measured",
}
"""File and kind of what may hang on the clock, with the reason."""


def name_of(call):
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def is_clock(node):
    return isinstance(node, ast.Call) and name_of(node) in CLOCKS and not node.args and not node.keywords


def seconds_of(call):
    """The literal seconds that a call waits for, if it says so."""
    said = [keyword.value for keyword in call.keywords if keyword.arg in ("timeout", "seconds")]
    if name_of(call) in ("wait", "wait_for", "sleep", "wait_for_timeout"):
        said += call.args[-1:]
    return next(
        (node.value for node in said if isinstance(node, ast.Constant) and isinstance(node.value, (int, float))), None
    )


def timed(tree):
    """The places that hang on the clock, each with its kind."""
    for scope in (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Module))):
        tainted = {
            target.id
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign) and any(map(is_clock, ast.walk(node.value)))
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        if isinstance(scope, ast.Module):
            continue
        for node in ast.walk(scope):
            if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
                names = {one.id for one in ast.walk(node.test) if isinstance(one, ast.Name)}
                is_deadline = node.msg is not None and isinstance(node.test.comparators[0], ast.Name)
                if (names & tainted or any(map(is_clock, ast.walk(node.test)))) and not is_deadline:
                    yield node.lineno, "compared"
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        seconds = seconds_of(node)
        longest = {"sleep": PAUSE, "wait_for_timeout": 1000 * PAUSE}.get(name_of(node))
        if longest and (seconds is None or seconds >= longest):
            yield node.lineno, "sleep"
        elif name_of(node) in WAITS and seconds is not None and 0 < seconds < SHORTEST:
            yield node.lineno, "short wait"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_no_test_hangs_on_the_clock(path):
    name = str(path.relative_to(TESTS))
    found = [(line, kind) for line, kind in timed(ast.parse(path.read_text())) if (name, kind) not in ALLOWED]
    assert found == [], "wait for the thing itself, with 30 seconds at least; measure in tests/bench"


@pytest.mark.parametrize(("name", "kind"), ALLOWED)
def test_no_exception_outlives_its_reason(name, kind):
    assert kind in [kind for _, kind in timed(ast.parse((TESTS / name).read_text()))]


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("began = time.monotonic()\n    assert time.monotonic() - began < 3", ["compared"]),
        ("began = perf_counter()\n    took = perf_counter() - began\n    assert took < 3", ["compared"]),
        ("end = time.monotonic() + 30\n    assert time.monotonic() < end, 'it never came'", []),
        ("time.sleep(1)", ["sleep"]),
        ("time.sleep(seconds)", ["sleep"]),
        ("time.sleep(0.01)", []),
        ("assert done.wait(5)", ["short wait"]),
        ("assert log.wait_for(lambda: 1, 2)", ["short wait"]),
        ("assert done.wait(timeout=30)", []),
        ("page.wait_for_timeout(500)", ["sleep"]),
    ],
)
def test_it_finds_what_it_looks_for(code, kinds):
    assert [kind for _, kind in timed(ast.parse(f"def test_it():\n    {code}"))] == kinds
