"""The audit as JSON lines in a file, and as events of a webhook that asks for them by name."""

import json
import stat

import pytest

from reminders.webhook.streaming import AuditFile
from storage.base.policy import policy_from
from tests.webhook.conftest import SCHEMA


class End(BaseException):
    pass


class Stream:
    def __init__(self, made):
        self.desk = made
        self.path = made.folder / "audit.jsonl"
        made.policy(audit={"file": str(self.path)}, operations_channel="#ops")
        made.take("accounts", "name,crm_id,arr\nAcme,1,1000\n")
        self.point = ""

    def __getattr__(self, name):
        return getattr(self.desk, name)

    def change(self, number=1):
        with self.desk.unit() as unit:
            for n in range(number):
                unit.audit("account.edit", "account:1", {"n": n}, {"note": 'said "ö"\n'})

    def reached(self, name):
        if name == self.point:
            raise End

    def work(self):
        made = AuditFile(self.desk.store, lambda: self.desk.now, lambda _: "", points=self.reached)
        if made.has_work():
            made.work()

    def ids(self):
        return [json.loads(line)["id"] for line in self.path.read_text().splitlines()]

    def all_ids(self):
        return [row[0] for row in self.db.execute("SELECT id FROM audit WHERE action <> 'destination' ORDER BY id")]


@pytest.fixture
def stream(desk):
    return Stream(desk)


def test_every_row_is_a_line_once_and_in_order_and_the_file_is_private(stream):
    stream.change(1200)
    stream.work()
    stream.work()
    assert stream.ids() == stream.all_ids()
    last = json.loads(stream.path.read_text().splitlines()[-1])
    assert last["after"] == {"note": 'said "ö"\n'}
    assert set(last) == {"id", "at", "who", "action", "subject", "before", "after", "source"}
    assert stat.S_IMODE(stream.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("point", ["audit.written", "audit.kept"])
def test_a_kill_at_any_point_loses_and_doubles_nothing(stream, point):
    stream.change(3)
    stream.point = point
    with pytest.raises(End):
        stream.work()
    stream.point = ""
    stream.change(2)
    stream.work()
    assert stream.ids() == stream.all_ids()


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_a_half_written_line_is_cut_off_and_written_again(stream, cut):
    stream.change(3)
    stream.point = "audit.written"
    with pytest.raises(End):
        stream.work()
    stream.path.write_bytes(stream.path.read_bytes()[:-cut])
    stream.point = ""
    stream.work()
    assert stream.ids() == stream.all_ids()


def test_a_file_that_was_moved_away_is_begun_anew_with_what_is_new(stream):
    stream.work()
    moved = stream.path.rename(stream.folder / "audit.1.jsonl")
    stream.change(2)
    stream.work()
    before = [json.loads(line)["id"] for line in moved.read_text().splitlines()]
    assert before + stream.ids() == stream.all_ids()


@pytest.mark.of_a_file  # doctor, which the desk asks, looks at the file
def test_a_file_that_cant_be_written_is_told_once_and_made_up_for(stream):
    stream.path.mkdir()
    stream.work()
    stream.change()
    stream.work()
    _, out, _ = stream.run("doctor", "--offline")
    assert "FAIL  audit to" in out
    stream.path.rmdir()
    stream.work()
    told = [row[0] for row in stream.db.execute("SELECT why FROM outbox WHERE destination = 'operations' ORDER BY id")]
    assert len(told) == 2
    assert "can't be written" in told[0]
    assert "again" in told[1]
    assert stream.ids() == stream.all_ids()
    _, out, _ = stream.run("doctor", "--offline")
    assert f"ok    audit to {stream.path}; it has all" in out


def test_a_webhook_that_names_it_gets_every_row_and_one_that_does_not_gets_none(post, listener):
    post.set(events=["audit.entry"])
    with post.unit() as unit:
        unit.audit("person.away", "person:7", {}, {"away_until": None})
        unit.audit("cta.import", "imports:x", {}, {"a": 1})
    post.work()
    assert [body["data"]["action"] for _, body, _ in listener.got] == ["person.away", "cta.import"]
    assert listener.got[0][1]["data"]["subject"] == {"kind": "person", "id": 7}
    SCHEMA.validate(listener.got[1][1])
    assert (
        not policy_from({"webhooks": [{"name": "d", "url": "https://x.example", "secret_env": "H"}]})
        .webhooks[0]
        .wants("audit.entry")
    )
