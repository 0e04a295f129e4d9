"""The rooms with the pretend noun's folders, a sandbox whose manifest has its command."""

import copy
import importlib
import json
import sys
from pathlib import Path

import pytest

from handlers.demo.book import WORLD
from sandbox.server import Sandbox
from sandbox.testing import START, watch
from storage.base import nouns
from storage.base.migrations import migrations

HERE = Path(__file__).parent
ROOMS = ("handlers", "reminders", "storage", "templates")


def forget():
    """Have every registry ask the nouns again."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ROOMS:
            for thing in vars(module).values():
                if getattr(thing, "__module__", "").split(".")[0] in ROOMS and hasattr(thing, "cache_clear"):
                    thing.cache_clear()


@pytest.fixture
def parrots(monkeypatch):
    """The house with one more noun: its folders, and one word."""
    forget()
    monkeypatch.setattr(nouns, "NUMBER", len(migrations()) + 1, raising=False)
    monkeypatch.setattr(nouns, "NOUNS", (*nouns.NOUNS, "parrot"))
    for room in ROOMS:
        package = importlib.import_module(room)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(HERE / room)])
    forget()
    yield
    for name in [name for name in sys.modules if ".parrot" in name and name.split(".")[0] in ROOMS]:
        del sys.modules[name]
    for room in ROOMS:
        vars(sys.modules[room]).pop("parrot", None)
    monkeypatch.undo()
    forget()


@pytest.fixture(scope="package")
def sandbox(tmp_path_factory):
    manifest = json.loads((HERE.parents[1] / "manifest.json").read_text())
    commands = manifest["features"]["slash_commands"]
    commands.append({**copy.deepcopy(commands[0]), "command": "/parrot"})
    path = tmp_path_factory.mktemp("manifest") / "manifest.json"
    path.write_text(json.dumps(manifest))
    with Sandbox(manifest=path, seed=WORLD, now=START) as running:
        yield running


@pytest.fixture
def slack(sandbox):
    yield from watch(sandbox)
