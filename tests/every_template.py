"""A pytest plugin: every template that the tests render is held to both checkers, ours and somebody else's.

    python -m pytest -p tests.every_template -n 2 FILES

`make lint` runs it on the tests that render every template with made-up records; a template that none of them
renders fails the run.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from sandbox.blockkit import check_blocks, check_message, check_view
from templates.blocks.render import OURS, SUFFIX, Renderer
from tests import second_opinion

AT_MOST = 40
"""Renders of each template that are checked: hypothesis makes many."""
PARTS = {"blocks", "cta/parts", "day/rows", "report/data"}
"""Macros for others."""

seen: Counter[str] = Counter()
found: dict[str, list[str]] = {}
_render = Renderer.render


def _checked(self: Renderer, name: str, /, **context: object) -> Any:
    made = _render(self, name, **context)
    seen[name] += 1
    if seen[name] <= AT_MOST and (wrong := _wrong(made)):
        found.setdefault(name, wrong)
    return made


def _wrong(made: Any) -> list[str]:
    if isinstance(made, list):
        ours = check_blocks(made, "message")
    elif made.get("type") in {"modal", "home"}:
        ours = check_view(made)
    else:
        ours = check_message(made)
    return [*map(str, ours), *second_opinion.check(made)]


def pytest_configure() -> None:
    """Look at whatever is rendered from here on."""
    Renderer.render = _checked  # type: ignore[method-assign]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take in what one of several processes saw (`-n`)."""
    seen.update(node.workeroutput["seen"])
    for name, wrong in node.workeroutput["found"].items():
        found.setdefault(name, wrong)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail where a template has faults, or was not rendered; one of several processes only says what it saw."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output |= {"seen": dict(seen), "found": found}
        return
    ours = {str(file.relative_to(OURS)).removesuffix(SUFFIX) for file in OURS.rglob(f"*{SUFFIX}")}
    missing = ours - PARTS - set(seen)
    for name, wrong in sorted(found.items()):
        print(f"\n{name}: {'; '.join(wrong)}")
    if missing:
        print(f"\nnot rendered by these tests: {', '.join(sorted(missing))}")
    if found or missing:
        session.exitstatus = 1
