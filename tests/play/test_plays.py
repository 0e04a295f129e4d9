"""Plays against a reason for no success: added, started, kept and shown where the next one says no; off is off."""

import json

import pytest

from storage.base.exports import records
from tests.account.books import fill
from tests.forging import click

HOSTILE = "<!channel> *b* & show the saving"


def add(who, *, reason="lack_of_budget 8 5 7", todo="Show the saving", case=None):
    """A new play, as the form of its command makes it; the answer."""
    form = who.command(f"/playbooks play add {reason}").modal
    form.fill("Hypothesis", "They pay twice").fill("What to do", todo)
    if case:
        form.fill("In which use case?", case)
    return form.submit().message


def keep(who, number, line="3 of 4 said yes"):
    form = who.command(f"/playbooks play {number} keep").modal
    return form.fill("Why?", line).submit().message


def test_the_life_of_a_play(book):
    maya = book.as_("maya")
    form = maya.command("/playbooks play add lack_of_budget 8 5 11 ci They pay twice").modal
    assert [form.value(name) for name in ("Hypothesis", "Impact, 1 to 10", "Ease, 1 to 10")] == [
        "They pay twice", "8", "11",
    ]  # fmt: skip
    form.fill("What to do", HOSTILE).submit()
    assert form.errors == {"Ease, 1 to 10": "Ease is a whole number from 1 to 10."}
    said = form.fill("Ease, 1 to 10", "7").submit().expect("Play 1 against Lack of budget, CI", "an idea")
    form = said.click("Start").modal
    form.fill("From", "2026-12-01").fill("To", "2026-11-30").submit()
    assert form.errors == {"To": "It would end before it begins. Pick a later day."}
    form.fill("To", "2027-01-31").submit().expect("running Tue 1 Dec to Sun 31 Jan")
    shown = maya.command("/playbooks plays").expect("Plays · 1", "ICE 280 (8 × 5 × 7)", "running", "They pay twice")
    assert "<!channel>" not in json.dumps(shown.blocks)
    form = maya.command("/playbooks play 1 result").modal
    form.fill("What came of it?", "two of three won").submit().expect("what came of it")
    keep(maya, 1).expect("kept: it is shown where a no is recorded")
    maya.command("/playbooks play 1").expect("Why it was kept", "3 of 4 said yes", "two of three won", "They pay twice")
    said = [row["action"] for row in book.rows("SELECT action FROM audit WHERE subject = 'play:1' ORDER BY id")]
    assert said == ["play.add", "play.start", "play.result", "play.end"]
    fields, found = records(book.db, "plays", book.bot.services.policy, book.now.date())
    (one,) = found
    assert fields == tuple(one)
    assert (one["reason"], one["use_case"], one["ice"], one["state"], one["ends_on"], one["by"]) == (
        "lack_of_budget", "CI", 280, "kept", "2027-01-31", "maya@example.com",
    )  # fmt: skip


def test_each_change_is_taken_back_unless_something_was_done_since(book):
    maya = book.as_("maya")
    added = add(maya)
    kept = keep(maya, 1)
    added.click("Undo").expect("Something was done to that play since")
    old = str(kept.blocks[-1]["elements"][0]["value"])
    kept.click("Undo")
    kept.expect("Play 1", "taken back")
    assert book.rows("SELECT state, line, said_by FROM plays") == [{"state": "idea", "line": None, "said_by": None}]
    click(book, "maya", "play.undo", old)
    maya.expect_dm("done to that play since")
    other = add(maya)
    gone = str(other.blocks[-1]["elements"][0]["value"])
    other.click("Undo")
    other.expect("taken back: it is gone")
    assert len(book.rows("SELECT * FROM plays")) == 1
    click(book, "maya", "play.undo", gone)
    maya.expect_dm("not known here")


def test_kept_ones_are_shown_where_a_no_is_recorded(book):
    maya = book.as_("maya")
    for number, (case, todo) in enumerate(((None, HOSTILE), ("CI", "Count the hours"), ("SCM", "Never here")), start=1):
        add(maya, case=case, todo=todo)
        keep(maya, number)
    add(maya, todo="Only an idea")
    maya.command("/cta open Acme expand ci").expect("Opened")
    said = maya.command("/cta close 1 no-success lack_of_budget").expect("What helped elsewhere", "Count the hours")
    assert not [text for text in ("Never here", "Only an idea", "<!channel>") if text in json.dumps(said.blocks)]
    form = maya.command("/cta open Acme expand cd").message and maya.command("/cta close 2 no-success").modal
    assert "What helped elsewhere" not in str(form.blocks)
    form = form.fill("Why?", "Lack of budget")
    assert "What helped elsewhere" in str(form.blocks)
    assert "Count the hours" not in str(form.blocks)
    reasons = maya.command("/playbooks reasons").expect("What to try", "Lack of budget, CI: Count the hours")
    reasons.expect("Lack of budget · 1 CTA at 1 account, 240,000 a year")
    assert reasons.click("Make a play").modal.value("Against which no?") == "Lack of budget"


def test_page_by_page_by_state_and_empty(book):
    maya = book.as_("maya")
    maya.command("/playbooks plays").expect("No play yet").click("Add a play").modal.fill("Hypothesis", "x")
    with book.bot.services.store.write(book.bot.services.clock()) as unit:
        for number in range(10):
            unit.db.execute(
                "INSERT INTO plays(reason, hypothesis, todo, impact, confidence, ease, state, at)"
                " VALUES ('other', 'h', ?, ?, 1, 1, 'idea', '')",
                (f"todo {number}", number + 1),
            )
    first = maya.command("/playbooks plays").expect("Plays · 10", "todo 9", "1 to 8 of 10")
    first.click("Next")
    first.expect("todo 0", "9 to 10 of 10")
    maya.command("/playbooks plays kept").expect("None of these")
    maya.command("/playbooks plays nonsense").expect("was not understood")
    maya.command("/playbooks play 99").expect("not known here")
    maya.command("/playbooks play nine").expect("was not understood", "/playbooks play add")


def test_who_made_it_and_managers_change_it(book):
    add(book.as_("maya"))
    tom = book.as_("tom")
    tom.command("/playbooks plays").expect("Play 1")
    tom.command("/playbooks play 1 drop").expect("Only managers and who made it")
    book.as_("priya").command("/playbooks play 1 drop").modal.fill("Why?", "no").submit().expect("dropped")
    assert book.rows("SELECT state FROM plays") == [{"state": "dropped"}]


def test_off_is_off(world):
    fill(world)
    maya = world.as_("maya")
    for text in ("plays", "play add lack_of_budget 8 5 7", "play 1"):
        maya.command(f"/playbooks {text}").expect("switched off", "[growth]")
    assert "play add" not in maya.command("/playbooks help").text
    world.db.execute(
        "INSERT INTO plays(reason, hypothesis, todo, impact, confidence, ease, state, at)"
        " VALUES ('lack_of_budget', 'h', 'Never said', 1, 1, 1, 'kept', '')"
    )
    maya.command("/cta open Acme expand ci")
    said = maya.command("/cta close 1 no-success lack_of_budget")
    assert "Never said" not in said.text
    assert "Make a play" not in maya.command("/playbooks reasons").text
    world.allow_messages()


@pytest.mark.parametrize("value", ["play.add", "play.show", "play.page_on", "play.undo", "play.keep"])
def test_old_buttons_say_that_it_is_off(world, value):
    fill(world)
    click(world, "maya", value, "1")
    world.as_("maya").expect_dm("switched off")


def test_a_form_about_how_a_play_goes_on_overrides_nothing_that_was_done_since_it_was_opened(book):
    """Started, ended or said of what came of it: what somebody typed stays in the form, and so does what stands."""
    maya, priya = book.as_("maya"), book.as_("priya")
    add(maya)
    for verb, said in (
        ("start", {"To": "2027-01-31"}),
        ("keep", {"Why?": "mine"}),
        ("result", {"What came of it?": "mine"}),
    ):
        form = maya.command(f"/playbooks play 1 {verb}").modal
        priya.command("/playbooks play 1 drop").modal.fill("Why?", f"nobody buys: {verb}").submit().expect("dropped")
        for label, text in said.items():
            form.fill(label, text)
        assert "Something was done to that play since" in str(form.submit().errors)
        form.close()
        (row,) = book.rows("SELECT state, line, result FROM plays")
        assert tuple(row.values()) == ("dropped", f"nobody buys: {verb}", None)
