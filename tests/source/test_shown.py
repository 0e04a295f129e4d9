"""The running bot pulls by itself, and says on Home and in the summary how old its data is."""

import threading
import time

from handlers.source import salesforce
from handlers.source.actions import Pull
from storage.account import store as accounts
from storage.importing import conflicts
from tests.source.standin_salesforce import DOMAIN, KEY, SECRET, Salesforce


def until(is_so, what):
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def test_the_bot_pulls_by_its_schedule_and_home_says_how_old_it_is(make_world, tmp_path):
    path = tmp_path / "crm.csv"
    path.write_text("name,crm_id,arr,csm\nAcme,1,1000,maya@example.com\n")
    rule = {"name": "crm", "kind": "file", "what": "accounts", "path": str(path), "schedule": "daily 06:00"}
    world = make_world(sources=[rule])
    until(lambda: world.rows("SELECT 1 FROM sources WHERE state = 'well'"), "nothing was pulled")
    home = world.as_("maya").open_home().text
    assert "data: crm today" in home
    assert "(1 new)" in home
    path.unlink()
    with world.unit() as unit:
        unit.db.execute("UPDATE sources SET state = 'failed', error = 'gone'")
    assert "crm has failed, its data is of today" in world.as_("maya").open_home().text
    assert "Data: crm has failed" in world.as_("maya").command("/playbooks summary").text


def test_commands_are_answered_while_a_source_is_slow_and_while_it_is_imported(make_world, site, monkeypatch):
    """By order, not by the clock: the source waits for the answers, in the middle of its file and between two batches."""
    monkeypatch.setattr("handlers.importing.actions.BATCH", 4)
    rows = "".join(f"Customer {n},{n},1000,maya@example.com\n" for n in range(20))
    body = f"name,crm_id,arr,csm\nAcme,99,1000,maya@example.com\n{rows}".encode()
    reached, goes_on, ended = [], [threading.Event(), threading.Event()], []

    def hold(place):
        reached.append(place)
        assert goes_on[place].wait(30), "nobody was answered"

    def slowly(wire):
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        wire.write(head.encode() + body[:40])
        wire.flush()
        hold(0)
        wire.write(body[40:])

    pause, settle = Pull.pause, Pull.settle
    monkeypatch.setattr(Pull, "pause", lambda self: hold(1) if 1 not in reached else pause(self))
    monkeypatch.setattr(Pull, "settle", lambda self, *said: settle(self, *said) or ended.append("pull"))
    site.scripts["/crm.csv"] = slowly
    rule = {"name": "crm", "kind": "file", "what": "accounts", "path": f"{site.url}/crm.csv", "private": True}
    world = make_world(sources=[rule])
    maya = world.as_("maya")

    until(lambda: 0 in reached, "it was never asked")
    with world.unit() as unit:
        accounts.add(unit, "Globex", {})
    assert "noted: met the new CTO" in maya.command("/account note Globex met the new CTO").text
    ended.append("answers while it is fetched")
    goes_on[0].set()
    until(lambda: 1 in reached, "nothing was imported")
    assert "Acme" in maya.command("/account Acme").text, "a batch is there to be seen"
    assert "noted: met the new CFO" in maya.command("/account note Acme met the new CFO").text
    ended.append("answers while it is imported")
    assert len(world.rows("SELECT 1 FROM accounts WHERE crm_id IS NOT NULL")) == 4, "it waits still"
    goes_on[1].set()
    until(lambda: world.rows("SELECT 1 FROM sources WHERE state = 'well'"), "it did not end")
    assert ended == ["answers while it is fetched", "answers while it is imported", "pull"]


def test_what_people_set_goes_back_by_itself_and_what_was_changed_there_too_is_decided_by_a_click(
    make_world, tmp_path, monkeypatch
):
    theirs = Salesforce()
    try:
        usual = salesforce.session
        monkeypatch.setattr(salesforce, "session", lambda: theirs.session(usual(), tmp_path))
        for name, value in {"URL": DOMAIN, "CLIENT_ID": KEY, "CLIENT_SECRET": SECRET}.items():
            monkeypatch.setenv(f"SALESFORCE_{name}", value)
        theirs.fields |= {"Health__c", "Last_Call__c"}
        keys = {"Health__c": "Green", "Last_Call__c": None}
        for number, name in enumerate(("Acme", "Globex"), start=1):
            theirs.put(number, "2026-11-20T08:00:00.000+0000", **{"Name": name, "Type": "Customer", **keys})
        query = tmp_path / "q.soql"
        query.write_text("SELECT Id, Name, Owner.Email, Health__c FROM Account")
        mapping = {"crm_id": "Id", "name": "Name", "csm": "Owner.Email", "health": "Health__c"}
        rule = {"name": "crm", "kind": "salesforce", "what": "accounts", "query": str(query), "mapping": mapping}
        world = make_world(
            sources=[rule | {"write": {"health": "Health__c", "last_call": "Last_Call__c"}}],
            managers=["priya@example.com"],
        )
        world.allow_messages()
        until(lambda: world.rows("SELECT 1 FROM sources WHERE state = 'well'"), "nothing was pulled")
        until(lambda: world.rows("SELECT 1 FROM source_writers"), "it does not look for what goes back")
        assert "health red" in world.as_("maya").command("/account health Acme red the sponsor left").text
        until(lambda: theirs.records[f"001{1:015d}"]["Health__c"] == "Red", "it was not written")
        theirs.put(2, "2026-11-21T08:00:00.000+0000", Health__c="Yellow")
        assert "health red" in world.as_("maya").command("/account health Globex red").text
        until(lambda: world.rows("SELECT 1 FROM conflicts"), "nobody is asked")
        listed = world.as_("priya").command("/account conflicts").message
        assert "here: red · in crm of today: yellow" in listed.text
        listed.overflow("Keep what is here", row="Globex")
        until(lambda: theirs.records[f"001{2:015d}"]["Health__c"] == "Red", "it was not written")
        with world.unit() as unit:
            conflicts.keep(unit, "written", 1, "last_call", None, "2026-11-20", source="crm")
        listed = world.as_("priya").command("/account conflicts").message
        assert "last call" in listed.text
        listed.overflow("Leave theirs there", row="Acme")
        listed.expect("No conflicts to decide.")
    finally:
        theirs.stop()
