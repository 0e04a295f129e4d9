"""Answers of every kind that an ack can't hold: they come another way, and no socket is closed on anybody."""

import pytest

from handlers.door import register
from handlers.door.request import Done, Errors, Open, Options, Redraw
from storage.base.errors import UserError
from tests.sandbox.kit import actions, button, modal, section, text, text_input

LETTERS = {"emoji": "\N{PARTY POPPER}", "umlauts": "ü", "plain": "x"}


def large(letter):
    """Twelve sections of a thousand letters: with emoji 144,000 bytes, plain 12,000."""
    return [section(letter * 1000) for _ in range(12)]


def on_top(title, blocks):
    return {"type": "modal", "callback_id": "notice", "title": text(title), "blocks": blocks}


FORM = modal("The form", text_input(), callback_id="cta.note")
LIST = on_top("The list", [section("A list"), actions(button("To the form", "cta.note"))])
SEARCH = modal(
    "Search",
    {"type": "input", "block_id": "a", "label": text("Account"), "element": {"type": "external_select", "action_id": "cta.account", "min_query_length": 1}},
    callback_id="cta.note",
)  # fmt: skip


def refuse(request, services):
    raise UserError("Not so: " + "\N{PARTY POPPER}" * 5000, "See " + "ü" * 5000)


@pytest.fixture
def answering(monkeypatch, make_world):
    """A function that starts a bot in which `/cta` opens a form, alone or on a list, whose submit is answered so."""
    real = register.table

    def start(answer, *, form=FORM, opens=FORM):
        own = {
            "COMMANDS": {"/cta": lambda request, services: Open(opens)},
            "ACTIONS": {"cta.note": lambda request, services: Open(form)},
            "VIEWS": {"cta.note": answer if callable(answer) else lambda request, services: answer},
            "OPTIONS": {"cta.account": lambda request, services: answer},
        }
        monkeypatch.setattr(register, "table", lambda name: real(name) | own.get(name, {}))
        world = make_world()
        world.slack.allow("not_found")  # the ack may still be on its way when the form is filled
        return world

    return start


def filled(world):
    return world.as_("maya").command("/cta").modal.fill("Name", "typed")


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_a_form_drawn_anew_by_a_submit_is_shown_however_large(answering, letter):
    world = answering(Redraw(on_top("Anew", large(letter))))
    form = filled(world)
    assert form.submit().ok
    form.expect(letter * 1000)
    assert form.title == "Anew"
    assert form.is_open


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_a_form_pushed_by_a_submit_is_shown_and_leads_back(answering, letter):
    world = answering(Open(on_top("On top", large(letter))))
    form = filled(world)
    assert form.submit().ok
    top = world.as_("maya").modal
    top.expect(letter * 1000)
    assert top.title == "On top"
    top.close()
    assert form.is_open
    assert form.value("Name") == "typed"


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_what_is_said_on_top_of_a_list_is_shown_there(answering, letter):
    world = answering(Done({"text": "Much", "blocks": large(letter)}), opens=LIST)
    maya = world.as_("maya")
    maya.command("/cta").modal.click("To the form")
    assert maya.modal.fill("Name", "typed").submit().ok
    maya.modal.expect(letter * 1000)
    assert maya.modal.title == "Answer"
    maya.modal.close()
    assert maya.modal.title == "The list"


def test_what_can_not_be_shown_in_a_form_is_said_as_a_message(answering):
    world = answering(Done({"text": "Much", "blocks": large("ü")}), opens=LIST)
    world.faults.add("error", "views.update", code="internal_error", times=99)
    world.slack.allow("internal_error")
    maya = world.as_("maya")
    maya.command("/cta").modal.click("To the form")
    assert maya.modal.fill("Name", "typed").submit().ok
    assert "ü" * 1000 in maya.expect_ephemeral().text


def test_a_large_form_that_slack_does_not_show_is_said_in_words(answering):
    world = answering(Redraw(on_top("Anew", large("ü"))))
    world.faults.add("error", "views.update", code="internal_error", times=99)
    world.slack.allow("internal_error")
    form = filled(world)
    assert form.submit().ok
    world.after_acks()
    said = world.as_("maya").modal
    assert said.title == "Not done"
    assert "Slack has trouble just now" in said.text


def test_nor_does_it_show_the_words_and_they_come_as_a_message(answering):
    """Seen failing: the form said "One moment" for good."""
    world = answering(Redraw(on_top("Anew", large("ü"))))
    for method in ("views.update", "views.push"):
        world.faults.add("error", method, code="internal_error", times=99)
    world.slack.allow("internal_error")
    assert filled(world).submit().ok
    assert "Slack has trouble just now" in world.as_("maya").expect_ephemeral().text


def test_words_at_many_fields_are_cut_to_what_an_ack_takes(answering):
    fields = {f"field_{number}": "\N{PARTY POPPER}" * 800 for number in range(20)}
    form = modal("Many", *[text_input(name, label=name) for name in fields], callback_id="cta.note")
    world = answering(Errors(fields), opens=form)
    shown = world.as_("maya").command("/cta").modal
    for name in fields:
        shown.fill(name, "x")
    shown.submit()
    assert set(shown.errors) == set(fields)
    assert all(words.startswith("\N{PARTY POPPER}" * 10) for words in shown.errors.values())
    assert shown.is_open


def test_a_refusal_at_a_field_is_cut(answering):
    form = filled(answering(refuse))
    form.submit()
    assert next(iter(form.errors.values())).startswith("Not so: \N{PARTY POPPER}")


def test_a_refusal_in_the_place_of_a_form_is_cut(answering):
    maya = answering(refuse, opens=modal("No fields", section("Sure?"), callback_id="cta.note")).as_("maya")
    maya.command("/cta").modal.submit()
    assert maya.modal.text.startswith("Not so: \N{PARTY POPPER}")


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_a_typeahead_offers_as_much_as_an_ack_takes_and_nothing_twice(answering, letter):
    pairs = [(f"{number} {letter * 90}", f"{number}{letter * 100}") for number in range(25)]
    world = answering(Options([*pairs[:2], *pairs]), opens=SEARCH)
    form = world.as_("maya").command("/cta").modal
    offered = form.suggest("Account", "ac")
    assert offered == [label[:75] for label, _ in pairs[: len(offered)]]
    assert len(offered) == (20 if letter == "x" else len(offered))
    assert len(offered) >= 5


def test_everybody_elses_answers_come_while_large_ones_are_on_their_way(answering):
    world = answering(Redraw(on_top("Anew", large("\N{PARTY POPPER}"))))
    links = world.sandbox.sockets.connected
    for who in ("maya", "tom", "lena"):
        form = world.as_(who).command("/cta").modal.fill("Name", "x")
        assert form.submit().ok
        assert world.as_("kenji").command("/account help").text
        form.expect("\N{PARTY POPPER}" * 1000)
    assert world.sandbox.sockets.connected == links
