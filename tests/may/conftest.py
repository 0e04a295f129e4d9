"""A book in which there is one of everything that can be clicked; nothing is sent by itself, and all can be put back."""

import json
from datetime import timedelta

import pytest
from sqlite_utils.utils import sqlite3

from reminders.engine.planner import plan
from storage.account import store as accounts
from storage.base import people
from storage.base.areas import NAMES
from storage.home import team as teams
from tests import forging
from tests.account.books import ALEX, MAYA, OMAR, account, fill
from tests.may.asking import click, form, said
from tests.may.life import NEW_PLAY

PASSED = ("inbox", "meta", "leases", "replicas", "destinations", "sqlite_sequence")
FOR_THE_BOT = {"outbox", "outbox_news", "audit"}
MOVES_BY_ITSELF = {
    "version",
    "touched_on",
    "look_at",
    "updated_at",
    "renewal_known_at",
    "ebr_known_at",
    "known_at",
    "seen_at",
    "id",
}


class Everything:
    """The running bot, what there is in its book by name, and what comes of asking somebody something."""

    def __init__(self, world):
        self.world = world
        self.known = {}
        self.tables = [
            row["name"]
            for row in world.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if row["name"] not in PASSED and "_fts" not in row["name"]
        ]
        self._kept = sqlite3.connect(":memory:")

    def keep(self):
        """From now on, this is what `put_back` makes of it again."""
        self.world.db.backup(self._kept)

    def put_back(self):
        """All that is stored is as it was kept."""
        self._kept.backup(self.world.db)

    def state(self):
        """All that is stored, but for what the bot writes down for itself."""
        return {table: self.world.rows(f"SELECT * FROM {table}") for table in self.tables}

    def as_people_see_it(self):
        """The same, without marks that move by themselves, and what was taken back or withdrawn."""
        found = {table: rows for table, rows in self.state().items() if table not in FOR_THE_BOT}
        gone = {row["id"] for row in found["ctas"] if row["status"] == "withdrawn"}
        found["ctas"] = [row for row in found["ctas"] if row["id"] not in gone]
        found["tasks"] = [row for row in found["tasks"] if row["cta_id"] not in gone]
        return {
            table: sorted(
                (
                    {name: value for name, value in row.items() if name not in MOVES_BY_ITSELF}
                    for row in rows
                    if row.get("undone_at") is None
                ),
                key=repr,
            )
            for table, rows in found.items()
        }

    def ask(self, who, row):
        """Everything that comes of it as JSON: the ack, messages, forms."""
        workspace, me = self.world.sandbox.workspace, self.world.person_id(who)
        since = self.world.log.seq
        workspace.stacks[me].clear()
        ack = self._ask(who, row)
        self.world.after_acks()
        posted = [
            workspace.channels[e["channel"]].find(e["ts"])
            for e in self.world.log.entries("posted", "ephemeral", after=since)
        ]
        opened = [one.as_slack() for one in workspace.stacks[me]]
        self.world.slack.allow_messages()
        return json.dumps([ack, [one.body for one in posted if one], opened], ensure_ascii=False)

    def _ask(self, who, row):
        name, value, meta, fields = (self._filled(part) for part in (row.name, row.value, row.meta, row.fields))
        match row.how:
            case "command":
                return forging.command(self.world, who, name)
            case "form":
                return forging.submit(self.world, who, name, meta, fields)
            case "pick":
                return forging.suggest(self.world, who, name, value, meta or {})
            case "shortcut":
                message = {"message": {"ts": "1.1", "text": value}, "channel": {"id": "C0"}} if value else {}
                return forging.shortcut(self.world, who, name, **message)
        if meta is None:
            return forging.click(self.world, who, name, value, action=fields or {})
        chosen = {"selected_options": [{"value": value}]} if name.startswith("cta.tick") else {}
        view = forging.view("", meta, {}) | self._open_form(who)
        return forging.click(self.world, who, name, value, action=chosen, view=view)

    def _open_form(self, who):
        """Id and hash of a form that stands open, for somebody who can open one."""
        me = self.world.person_id(who)
        person = self.world.sandbox.workspace.people[me]
        if person.stranger or person.deleted:
            return {}
        bare = {"type": "modal", "title": {"type": "plain_text", "text": "Form"}, "blocks": []}
        trigger = self.world.sandbox.triggers.mint(me)
        opened = self.world.bot.services.slack.views_open(trigger_id=trigger, view=bare)["view"]
        return {"id": opened["id"], "hash": opened["hash"]}

    def _filled(self, part):
        if isinstance(part, dict):
            return {name: self._filled(value) for name, value in part.items()}
        if isinstance(part, list):
            return [self._filled(value) for value in part]
        return part.format(**self.known) if isinstance(part, str) else part

    def newest(self, table):
        return self.world.rows(f"SELECT max(id) AS id FROM {table}")[0]["id"]


@pytest.fixture
def everything(make_world):
    """One of everything, on a Monday at half past ten; kenji runs the bot, Sofía owns a CTA of Acme."""
    areas = {name: {"enabled": True} for name in NAMES}
    world = make_world(**areas, admins=["kenji@example.com"])
    world.bot.machine.stop()
    fill(world)
    book = Everything(world)
    more = [
        {"name": "Initech", "crm_id": "I1", "renewal_date": "2028-03-31", "csm": MAYA, "ae": ALEX},
        {"name": "Vandelay", "crm_id": "V1", "renewal_date": "2027-03-31", "csm": MAYA, "ae": ALEX, "sa": OMAR},
        {"name": "Umbrella", "crm_id": "U1", "renewal_date": "2026-11-20", "csm": MAYA, "ae": ALEX},
    ]
    more.append({"name": "Stark", "crm_id": "S1", "renewal_date": "2028-03-31", "csm": MAYA, "ae": ALEX})
    assert not world.book("accounts", *more).rejected
    names = {
        name.lower(): account(world, name).id
        for name in ("Acme", "Globex", "Hooli", "Initech", "Stark", "Umbrella", "Vandelay")
    }
    ids = {name: world.person_id(name) for name in ("maya", "tom", "sofia", "alex")}
    maya, alex = (world.rows("SELECT id FROM people WHERE email = ?", one)[0]["id"] for one in (MAYA, ALEX))
    book.known = {
        **names,
        **ids,
        "gone": names["initech"],
        "lapsed": names["umbrella"],
        "maya_id": maya,
        "alex_id": alex,
    }
    _with_work(book)
    for name in ("priya", "kenji", "alex", "omar", "sofia", "lena", "gina", "rita", "nora"):
        book.ask(name, said("", "/cta help"))  # from now on they are known
    book.keep()
    return book


def _with_work(book):
    world = book.world

    def do(row, who="maya"):
        heard = book.ask(who, row)
        assert "E-" not in heard, heard
        return heard

    def opened(name, words, ended=""):
        assert "Opened" in do(said("", f"/cta open Acme {words}"))
        book.known[name] = book.newest("ctas")
        if ended:
            do(said("", f"/cta close {book.known[name]} {ended}"))

    opened("cta", "expand ci")
    opened("enable", "enable scm")
    opened("closed", "expand cd", "no-success lack_of_budget")
    opened("won", "expand devsecops", "success")
    opened("deferred", "expand package", "no-success deferred 1 Mar later")
    opened("withdrawn", "expand manage")
    do(form("", "cta.withdraw", {"cta": "{withdrawn}"}, {"why": "by mistake"}))
    opened("hers", "expand monitor <@{sofia}>")
    do(said("", "/renewals skip Globex no need"))
    do(said("", "/ebr schedule Acme 23 Nov 15:00"))
    do(said("", "/ebr log Hooli 12 Nov"), "tom")
    for line in ("red", "green", "yellow"):
        do(said("", f"/account health Globex {line}"))
    book.known["audit"] = world.rows("SELECT max(id) AS id FROM audit WHERE action = 'account.health'")[0]["id"]
    book.known["ended_triage"] = book.newest("triages")
    for name in ("escalation", "ended_escalation"):
        fields = {"severity": "high", "criteria": "it builds", "reason": "slow", "more": ["red"]}
        do(form("", "escalation.open", {"account": "{acme}"}, fields))
        book.known[name] = book.newest("escalations")
    do(form("", "escalation.close", {"escalation": "{ended_escalation}"}, {"outcome": "none"}))
    book.known["triage"] = book.newest("triages")
    do(form("", "account.archive", {"account": "{gone}"}))
    do(said("", "/account health Umbrella red"))
    book.known["grave"] = book.newest("triages")
    world.start_at(world.now - timedelta(days=90))
    do(said("", "/account health Vandelay green"))
    world.start_at(world.now + timedelta(days=90, minutes=5))
    book.known["skipped"] = world.rows("SELECT offset_months AS months FROM reviews WHERE state = 'skipped'")[0][
        "months"
    ]
    do(said("", "/renewals package Acme"), "alex")
    book.known["checklist"] = book.newest("ctas")
    do(said("", "/success meeting <@{alex}> 8 Dec 15:00"))
    newest = book.newest("team_meetings")
    made = world.rows("SELECT max(id) AS id FROM audit WHERE subject = ?", f"team_meeting:{newest}")[0]["id"]
    book.known["meeting"] = f"{newest}:{made}"
    with world.unit() as unit:
        accounts.write(unit, account(world, "Stark").id, {"churned_on": "2026-11-01"})
        accounts.edit(unit, book.known["globex"], {"arr_cents": 7_000_000})
    world.book("accounts", {"name": "Globex", "crm_id": "G1", "arr": "98000"})
    book.known["conflict"] = book.newest("conflicts")
    do(click("", "review.seen", "triage:0:{umbrella}"), "priya")
    do(click("", "review.rest_seen", "renewals:0"), "priya")
    book.known["rest"] = book.newest("manager_reviews")
    do(form("", "review.ask", {"where": "triage:0:{acme}"}, {"note": "how is it?"}), "priya")
    book.known["question"] = book.newest("manager_reviews")
    whole = {"state": "active", "strategy": "why", "highlights": "so far", "shared_on": "2026-11-20"}
    goal = {"title": "fast", "why": "it pays", "criteria": "8 a month", "priority": "low", "status": "new"}
    for name in ("globex", "acme"):
        do(form("", "plan.edit", {"account": f"{{{name}}}", "kind": "roi"}, whole))
        do(form("", "plan.objective", {"account": f"{{{name}}}"}, goal))
    do(form("", "plan.edit", {"account": "{acme}", "kind": "internal"}, {"state": "draft"}))
    book.known["goal"] = book.newest("objectives")
    book.known["plan"] = world.rows("SELECT min(id) AS id FROM plans WHERE account_id = ?", book.known["acme"])[0]["id"]
    do(said("", "/success submit Acme"))
    do(form("", "play.edit", {}, NEW_PLAY))
    book.known["play"] = book.newest("plays")
    book.known["play_version"] = world.rows("SELECT version FROM plays")[0]["version"]
    book.known["done_to_play"] = book.newest("audit")
    plan(world.store, world.now)
    mine = f"person:{book.known['maya_id']}"
    with world.unit() as unit:  # one of her own, as if it had gone out this morning
        unit.db.execute(
            "INSERT INTO outbox(dedupe_key, kind, op, destination, recipient, why, payload, post_at, not_before, due_on,"
            " state, created_at, updated_at) VALUES ('sales_weekly:maya@example.com:2026-W48', 'sales_weekly', 'post', ?, ?,"
            " 'each week', '{}', ?, ?, '2026-11-23', 'sent', ?, ?)",
            (mine, MAYA, *[unit.at] * 4),
        )
    book.known["routine"] = book.newest("outbox")
    book.known["row"] = world.rows("SELECT min(id) AS id FROM outbox WHERE destination = ?", mine)[0]["id"]
    csm = people.get(world.db, book.known["maya_id"])
    book.known["matter"] = teams.matters(world.db, world.store.policy, csm, world.now.date())[0].value
