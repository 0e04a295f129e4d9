"""What is handed in wrong is refused at once, with a word on what is wrong: kinds without a part, numbers, doubles."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from handlers.door import nouns as door
from reminders.engine import kinds as engine
from storage.base import exports, migrations, nouns
from tests.reminders import test_kinds


@pytest.fixture
def hand_in(monkeypatch):
    """A function that has nouns hand in these modules' tables, in place of their own."""

    def use(registry, asked, *modules):
        found = [SimpleNamespace(**module, __name__="one") for module in modules]
        monkeypatch.setattr(registry, "handed_in", lambda _room, _file: found)
        asked.cache_clear()

    yield use
    monkeypatch.undo()
    for asked in (migrations.migrations, engine.kinds, exports.exports, door.table):
        asked.cache_clear()


@pytest.mark.parametrize(
    "numbers",
    [(8, 9, 10, 11, 13), (8, 9, 10, 11, 11), (3, *range(2, 60)), ()],
    ids=["gap", "double", "old", "left out"],
)
def test_migrations_are_numbered_without_gap_or_double(hand_in, numbers):
    hand_in(migrations, migrations.migrations, {"MIGRATIONS": tuple((number, "") for number in numbers)})
    held = {number for number, _ in migrations.schema.MIGRATIONS}
    assert held, "the base has some as well"
    with pytest.raises(ValueError, match="numbered once for all nouns, without gaps"):
        migrations.migrations()


def test_a_kind_handed_in_twice(hand_in):
    kind = next(iter(engine.kinds().values()))
    hand_in(engine, engine.kinds, {"KINDS": (kind,)}, {"KINDS": (kind,)})
    with pytest.raises(ValueError, match="is handed in twice"):
        engine.kinds()


PARTS = {
    "words": "",
    "name": "a:b",
    "rule": None,
    "read": None,
    "show": None,
    "label": None,
    "policy_keys": frozenset({"no_such_key"}),
    "muted_by": "nobody's",
}


@pytest.mark.parametrize("part", PARTS)
def test_a_kind_without_one_of_its_parts(part):
    kind = next(kind for kind in engine.kinds().values() if kind.show)
    with pytest.raises(AssertionError):
        test_kinds.test_a_kind_has_all_its_parts(replace(kind, **{part: PARTS[part]}))


def test_what_two_nouns_call_the_same(hand_in):
    hand_in(nouns, door.table, {"ACTIONS": {"a.b": print}}, {"ACTIONS": {"a.b": print}})
    with pytest.raises(ValueError, match=r"a\.b is handed in twice"):
        door.table("ACTIONS")


def test_exports_of_one_name(hand_in):
    hand_in(nouns, exports.exports, {"EXPORTS": {"x": 1}}, {"EXPORTS": {"x": 2}})
    with pytest.raises(ValueError, match="x is handed in twice"):
        exports.exports()
