"""The running bot pulls by itself, and says on Home and in the summary how old its data is."""

import threading
import time

from handlers.source.actions import Pull
from storage.account import store as accounts


def test_the_bot_pulls_by_its_schedule_and_home_says_how_old_it_is(make_world, tmp_path):
    path = tmp_path / "crm.csv"
    path.write_text("name,crm_id,arr,csm\nAcme,1,1000,maya@example.com\n")
    rule = {"name": "crm", "kind": "file", "what": "accounts", "path": str(path), "schedule": "daily 06:00"}
    world = make_world(sources=[rule])
    end = time.monotonic() + 20
    while not world.rows("SELECT 1 FROM sources WHERE state = 'well'"):
        assert time.monotonic() < end, "nothing was pulled"
        time.sleep(0.02)
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

    def until(is_so, what):
        end = time.monotonic() + 20
        while not is_so():
            assert time.monotonic() < end, what
            time.sleep(0.02)

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
