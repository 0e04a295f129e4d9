"""Off is off: with all areas off no screen, help text, message or export says a word of them; on and off again likewise."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from reminders.engine.kinds import kinds
from storage.account import store as accounts
from storage.base.exports import exports, records
from storage.base.policy import Policy, policy_from
from storage.cta import checklists
from storage.playbook import store as playbooks
from tests.success.area_nouns import AREA_NOUNS

WORDS = re.compile(
    r"onboard|milestone|checklist|/success|success plan drafted|first value|triage|escalat|health round|late calls|kick-off"
    r"|call_round|health_round|assignment|handover checklist|manager_round|review_ask|team's review|ARR of other days"
    r"|/account returned|/playbooks (adoption|growth|plans)|/renewals (discovery|strategy|package)|growth strategy|deal package"
    r"|account team meeting|team_meeting|sales_daily|sales_weekly|my (daily|weekly) reminder"
    r"|utilisation|retention|original licences|adopted|plan_round|objective|qualif"
    r"|success plan|survey|NPS|CSAT",
    re.IGNORECASE,
)
COMMANDS = (
    "/cta", "/cta help", "/cta list all", "/account Acme", "/account help", "/account list all", "/account history Acme",
    "/renewals", "/renewals help", "/renewals Acme", "/renewals forecast", "/ebr", "/ebr help", "/ebr Acme", "/ebr coverage",
    "/playbooks summary", "/playbooks report 2026Q4", "/playbooks reasons", "/playbooks stalled", "/playbooks deferred",
    "/playbooks catalogue", "/playbooks help",
)  # fmt: skip
AREAS = {
    name
    for noun in AREA_NOUNS
    if find_spec(f"storage.{noun}.exports")
    for name in import_module(f"storage.{noun}.exports").EXPORTS
}
"""Exports of their own, which work either way."""
STARTED = "2026-11-20"


def tour(world):
    """Every screen that one reaches by a command, the help in a DM, Home, and what stands behind its buttons."""
    maya = world.as_("maya")
    said = {command: maya.command(command).text for command in COMMANDS}
    said["help"] = maya.says("help").text
    home = maya.open_home()
    said["home"] = home.text
    said["reminders"] = maya.home.click("My reminders").modal.text
    said["brief"] = maya.command("/account brief Acme").modal.text
    for what in exports():
        if what not in AREAS and what != "audit":
            fields, found = records(world.db, what, world.store.policy, world.now.date())
            said[f"export {what}"] = f"{fields} {list(found)}"
    return said


def words_of_areas(said):
    return {where: found for where, text in said.items() if (found := sorted(set(WORDS.findall(text))))}


@pytest.fixture
def off(make_book):
    """The small book, Acme just started, and all that files say of its life."""
    world = make_book()
    made = world.book(
        "accounts",
        {
            "name": "Acme",
            "crm_id": "A1",
            "customer_since": STARTED,
            "engaged_on": "2026-11-22",
            "purchase_intent": "CI",
        },
    )
    assert not made.rejected
    return world


def test_off_no_screen_says_a_word_of_it(off):
    assert words_of_areas(tour(off)) == {}


def test_off_again_a_checklist_that_is_there_is_on_no_list_and_in_no_count(off):
    acme = accounts.named(off.db, "Acme")[0]
    counted = off.as_("maya").command("/cta").text
    with off.unit(source="bot") as unit:
        found = playbooks.checklist(unit.db, "Onboarding: New customer", acme.segment)
        made = checklists.open_checklist(unit, acme, found, "onboarding", {"started": date(2026, 10, 1)})
    assert made is not None
    assert off.as_("maya").command("/cta").text == counted
    data = (
        "export",
        "/account history",
        "/account Acme",
    )  # what was done stays: in data, and as a change of the account
    said = {where: text for where, text in tour(off).items() if not where.startswith(data)}
    assert words_of_areas(said) == {}


def test_record_the_tour(off, tmp_path):
    """Written where the test below asks for it; by itself it only walks."""
    said = tour(off)
    Path(os.environ.get("CTA_BOT_TOUR", tmp_path / "tour.json")).write_text(json.dumps(said))
    assert len(said) > len(COMMANDS)


def test_off_everything_is_as_if_no_area_had_been_built(off, tmp_path):
    """The tour of this bot against that of one without their nouns, recorded by a process of its own."""
    recorded = tmp_path / "tour.json"
    made = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.success.without_areas", "-p", "no:cacheprovider",
         "-k", "record_the_tour", __file__],
        env={**os.environ, "CTA_BOT_TOUR": str(recorded)}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout[-3000:]
    before, now = json.loads(recorded.read_text()), tour(off)
    assert before.keys() == now.keys()
    assert {where: (before[where], now[where]) for where in now if before[where] != now[where]} == {}


def test_off_nobody_is_told_of_it(off):
    off.allow_messages()
    off.jump(datetime(2026, 12, 7, 20, 0, tzinfo=UTC))  # past Acme's first target
    off.posted()
    of_areas = {name for name, kind in kinds().items() if kind.area}
    assert of_areas >= {"onboarding_nudge", "assignment"}
    assert {row["kind"] for row in off.rows("SELECT kind FROM outbox")} & of_areas == set()
    assert off.rows("SELECT 1 FROM ctas WHERE anchor IS NOT NULL") == []


@pytest.mark.parametrize(
    "command",
    ["onboarding Acme", "reached Acme engaged 21 Nov", "intent Acme ci", "delay Acme onboard until 9 Jan us other"],
)
def test_off_a_verb_is_refused_with_its_key_and_changes_nothing(off, command):
    before = off.rows("SELECT count(*) AS n FROM audit")
    said = off.as_("maya").command(f"/success {command}").text
    assert "enabled = true below" in said
    assert "[onboarding]" in said
    assert off.rows("SELECT count(*) AS n FROM audit") == before


def test_off_the_quarter_is_refused_in_slack_and_works_in_the_terminal(off):
    from handlers.onboarding.figures import of_period

    assert "below [onboarding]" in off.as_("maya").command("/playbooks onboarding").text
    today = off.now.date()
    found = of_period(off.db, off.store.policy, today.replace(month=10, day=1), today.replace(month=12, day=31), today)
    assert [(one.milestone, one.n) for one in found] == [("engaged", 1)]


def test_on_the_tour_does_say_it(make_book):
    world = make_book("onboarding")
    with world.unit() as unit:
        accounts.edit(unit, 1, {"customer_since": STARTED})
    found = words_of_areas(tour(world))
    assert {"/account Acme", "/account help", "/playbooks help", "reminders"} <= set(found)


def test_the_default_policy_is_the_one_that_says_off():
    names = ("onboarding", "plans", "usage", "health", "calls", "escalations", "surveys", "review", "sales", "growth")
    assert policy_from({name: {"enabled": False} for name in names}) == Policy()
