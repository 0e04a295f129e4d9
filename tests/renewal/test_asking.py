"""Asking AE and SA for a time is one deed for every door: it says whom it asked, or that it asked nobody and why."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import engines
from tests.cta.conftest import ALEX, MAYA, NOW

ROOT = Path(__file__).parents[2]


@pytest.fixture
def acme(slack, make_world):
    slack.start_at(NOW.replace(hour=18))  # of business in Los Angeles, too
    world = make_world()
    row = {"csm": MAYA, "renewal_date": "2027-06-30"}
    world.book(
        "accounts", {**row, "name": "Acme", "crm_id": "A", "ae": ALEX}, {**row, "name": "Bare", "crm_id": "B", "ae": ""}
    )
    return world


def asked(world):
    return world.rows("SELECT after FROM audit WHERE action = 'review.ask'")


def ask(world, door, name):
    """Ask as typed after /renewals, or in the terminal; what was said."""
    if door == "slack":
        return world.as_("maya").command(f"/renewals ask {name}").text
    words = ["renewals", "ask", name, "--as", MAYA, "--now", world.slack.now.isoformat()]
    environment = {"PATH": "/usr/bin:/bin", "CTA_BOT_DB": engines.said(world.terminal.settings.cta_bot_db)}
    done = subprocess.run(
        [sys.executable, str(ROOT / "bot.py"), *words],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=60,
        check=False,
    )
    world.bot.machine.wake()
    return done.stdout + done.stderr


@pytest.mark.parametrize("door", ["slack", "terminal"])
def test_who_is_asked_is_named_and_recorded(acme, door):
    assert "Alex" in ask(acme, door, "Acme").replace("@alex", "Alex")
    acme.as_("alex").expect_dm("asks for a time: Acme")
    assert "Alex" in asked(acme)[0]["after"]


@pytest.mark.parametrize("door", ["slack", "terminal"])
@pytest.mark.parametrize("before", ["schedule Acme 4 Dec 15:00", "churned Acme price", "ask Acme"])
def test_where_nobody_is_asked_it_says_so_and_records_nothing(acme, door, before):
    assert "Acme" in acme.as_("maya").command(f"/renewals {before}").text
    acme.after_acks()
    acme.posted()
    acme.allow_messages()
    known = asked(acme)
    said = ask(acme, door, "Acme")
    assert "are asked" not in said
    assert "Nobody was asked" in said or "already" in said or "churned" in said
    assert asked(acme) == known
    acme.posted()
    acme.expect_nothing_more()


@pytest.mark.parametrize("door", ["slack", "terminal"])
def test_an_account_without_ae_and_sa_has_nobody_to_ask(acme, door):
    assert "no AE and no SA" in ask(acme, door, "Bare")
    assert asked(acme) == []
