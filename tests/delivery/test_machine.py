"""The machine: it plans and delivers by itself, at once when woken, and stops within seconds."""

import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.events import EVENT_ALL, EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent

from reminders.engine import scheduler
from reminders.engine.scheduler import Machine
from reminders.outbox.turn import _started
from storage.base import leases, people
from storage.base.errors import FileTrouble
from storage.base.trouble import busy
from tests.delivery.conftest import RENDERER
from tests.delivery.killing import all_in_utc

ROOT = Path(__file__).parents[2]
ACME, HOOLI = "C0000ACME", "C000HOOLI"


@pytest.fixture
def machine(office):
    """A machine whose clock runs on from the office's instant."""
    began = time.monotonic()

    def clock():
        return office.now + timedelta(seconds=time.monotonic() - began)

    machine = Machine(office.store, office.policy, office.sender(), RENDERER, clock)
    yield machine
    machine.stop()


def until(holds, seconds=30.0):
    """Wait for it; the bound is for a machine that hangs, not for one that is busy."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.01)


def arrives(office, key, seconds=30.0):
    return office.sandbox.log.wait_for(lambda: True if key in set(office.keys()) else None, seconds)


def test_what_waits_when_it_starts_goes_out(office, machine):
    office.note("notice:1", to=ACME)
    machine.start()
    assert arrives(office, "notice:1")


def test_it_asks_where_people_are_before_it_plans_for_the_first_time(office, machine):
    office.account("Acme", csm="ines", renewal_date="2027-04-23")
    ines = office.sandbox.workspace.hire("ines", email="ines@example.com", tz="America/New_York")

    def learn():
        with office.write() as unit:
            people.from_slack(unit, slack_id=ines.id, email=ines.email, name=ines.real_name, zone=ines.tz)

    machine.learn = learn
    office.note("notice:1", to=ACME)
    machine.start()
    assert arrives(office, "notice:1")
    assert office.row("renewal_review:1:2027-04-23:5") is None, "it is four in the morning there"
    office.later(hours=5)
    machine.wake()
    assert arrives(office, "renewal_review:1:2027-04-23:5")


def test_a_click_wakes_it_at_once(office, machine):
    machine.start()
    until(lambda: machine._duty)
    office.note("notice:1", to=ACME)
    machine.wake()
    assert arrives(office, "notice:1")


def test_a_jump_of_the_clock_plans_and_delivers(office, machine):
    all_in_utc(office.sandbox)
    office.account("Acme", csm="maya", renewal_date="2027-05-02")
    office.sandbox.on_jump(machine.wake)
    machine.start()
    office.later(days=9)
    office.sandbox.clock.forget_listener(machine.wake)
    assert arrives(office, "renewal_review:1:2027-05-02:5")


def test_a_limit_ends_without_anybody_waking_it(office, machine):
    office.sandbox.faults.add("rate_limited", "chat.postMessage", channel=ACME, retry_after=1)
    office.note("notice:1", to=ACME)
    machine.start()
    assert arrives(office, "notice:1")


def test_several_messages_of_one_channel_follow_one_another(office, machine):
    for number in range(5):
        office.note(f"notice:{number}", to=ACME, payload={"notice": "one", "n": number})
    machine.start()
    assert arrives(office, "notice:4")


def test_its_jobs_are_few_and_explicit(office, machine):
    machine.start()
    jobs = {job.id: job for job in machine._scheduler.get_jobs()}
    assert set(jobs) == {"turn", "plan", "deliver", "housekeeping", "backup", "directory"}
    for job in jobs.values():
        assert job.coalesce
        assert job.max_instances == 1
        assert job.misfire_grace_time is None
        assert str(job.trigger.timezone) == "UTC"
    assert str(jobs["plan"].trigger) == "cron[second='0']"


def test_a_clock_that_is_set_back_puts_no_job_to_sleep(office, machine, monkeypatch, caplog):
    """Jobs are due by the wall clock: without a new schedule nothing was planned or kept until it had caught up."""
    monkeypatch.setattr(scheduler, "_SWEEP_SECONDS", 0.2)
    machine.start()
    until(lambda: machine._duty)
    before = machine._scheduler
    for job in before.get_jobs():
        job.modify(next_run_time=datetime.now(UTC) + timedelta(days=365))  # as it is once the clock was a year ahead
    until(lambda: machine._scheduler is not before)
    due = [job.next_run_time for job in machine._scheduler.get_jobs()]
    assert len(due) == 6
    assert max(due) < datetime.now(UTC) + timedelta(days=2)
    assert "begins anew" in caplog.text
    swept = machine._swept
    until(lambda: machine._swept > swept)


def test_a_job_that_fails_or_is_missed_is_heard(machine, caplog):
    nine = datetime(2026, 11, 23, 9, tzinfo=UTC)
    machine._heard(JobExecutionEvent(EVENT_JOB_ERROR, "plan", "default", nine, exception=RuntimeError("out of order")))
    machine._heard(JobExecutionEvent(EVENT_JOB_MISSED, "turn", "default", nine))
    failed, missed = [record for record in caplog.records if record.name == "cta_bot.machine"]
    assert (failed.levelname, failed.getMessage()) == ("ERROR", "the job plan failed")
    assert "out of order" in caplog.text
    assert (missed.levelname, missed.getMessage()) == (
        "WARNING",
        "the job turn was missed at 2026-11-23 09:00:00+00:00",
    )


def test_a_job_that_meets_a_busy_database_is_no_fault(machine, caplog):
    """Seen failing: each minute two tracebacks."""
    machine._heard(JobExecutionEvent(EVENT_JOB_ERROR, "plan", "default", None, exception=busy()))
    [said] = [record for record in caplog.records if record.name == "cta_bot.machine"]
    assert (said.levelname, said.exc_info) == ("WARNING", None)
    assert said.getMessage().startswith("the job plan was not done: The database is busy")


def test_what_fails_once_it_is_asked_to_stop_is_no_fault(machine, caplog):
    """A demo's database goes away with it: its log had a traceback now and then."""
    machine.stop()
    caplog.set_level("INFO")
    error = FileTrouble("The database was moved.", "Keep the file, and restore a backup.")
    machine._heard(JobExecutionEvent(EVENT_JOB_ERROR, "plan", "default", None, exception=error))
    machine._failed(error, "planning or delivery failed")
    said = [record for record in caplog.records if record.name == "cta_bot.machine"]
    assert [(record.levelname, record.exc_info) for record in said] == [("INFO", None)] * 2


def test_the_machine_hears_of_a_job_that_fails(office, machine, monkeypatch):
    heard, came = [], threading.Event()

    def hear(event):
        heard.append(event)
        came.set()

    monkeypatch.setattr(machine, "_heard", hear)
    machine.start()
    assert [mask for _, mask in machine._scheduler._listeners if mask != EVENT_ALL] == [
        EVENT_JOB_ERROR | EVENT_JOB_MISSED
    ]

    def broken():
        raise RuntimeError("out of order")

    machine._scheduler.add_job(broken, id="broken")
    assert came.wait(30)
    assert [(event.code, event.job_id, str(event.exception)) for event in heard] == [
        (EVENT_JOB_ERROR, "broken", "out of order")
    ]


def test_a_failing_plan_does_not_end_the_delivery(office, machine, monkeypatch, caplog):
    real, failures = scheduler.plan, []

    def once_broken(*arguments, **named):
        if not failures:
            failures.append(1)
            raise RuntimeError("out of order")
        return real(*arguments, **named)

    monkeypatch.setattr(scheduler, "plan", once_broken)
    with caplog.at_level(logging.CRITICAL):
        machine.start()
        until(lambda: failures)
        office.note("notice:1", to=ACME)
        machine.wake()
        assert arrives(office, "notice:1")
    assert failures


def test_it_stops_within_seconds_though_slack_hangs_and_nothing_is_lost_or_doubled(office):
    office.sandbox.faults.add("hang", "chat.postMessage", seconds=20, takes_effect=True)
    office.note("notice:1", to=ACME)
    machine = Machine(office.store, office.policy, office.sender(timeout=25), RENDERER, lambda: office.now)
    machine.start()
    assert arrives(office, "notice:1")
    machine.stop()
    assert office.state("notice:1") == "sending"
    office.later(seconds=61)
    office.deliver()
    assert office.state("notice:1") == "sent"
    assert office.keys() == ["notice:1"]


def test_stopping_leaves_no_thread_behind(office, machine):
    before = threading.active_count()
    machine.start()
    machine.wake()
    machine.stop()
    until(lambda: threading.active_count() <= before)


def test_its_health_says_what_waits_and_what_is_wrong(office, machine):
    assert machine.health().is_well
    office.sandbox.workspace.channels[ACME].archived = True
    office.note("notice:1", to=ACME)
    office.deliver()
    health = machine.health()
    assert not health.is_well
    assert health.counts["blocked"] == 1
    assert [(trouble.id, trouble.name) for trouble in health.troubles] == [(f"channel:{ACME}", "#acme")]
    assert health.alive_at == office.now


def test_housekeeping_forgets_old_inbox_keys_and_keeps_young_ones(office):
    from reminders.outbox.housekeeping import keep_house

    with office.store.write(office.now, key="old"):
        pass
    office.later(hours=40)
    with office.store.write(office.now, key="young"):
        pass
    office.later(hours=9)
    keep_house(office.store, office.now)
    assert [row[0] for row in office.db.execute("SELECT key FROM inbox")] == ["young"]


def test_the_directory_is_read_every_day(office, machine):
    read = threading.Event()
    machine.directory = read.set
    machine.start()
    until(lambda: machine._duty)
    machine._scheduler.modify_job("directory", next_run_time=datetime.now(UTC))
    assert read.wait(30)


def test_cta_admin_shows_a_manager_how_delivery_is(make_world):
    world = make_world(managers=["priya@example.com"], operations_channel="#cs-operations")
    assert "Delivery is well" in world.as_("priya").command("/cta admin").text
    assert "Only managers" in world.as_("tom").command("/cta admin").text

    from storage.base import destinations

    with world.unit() as unit:
        destinations.set_health(unit, "row:7", "dead", "msg_too_long", "It is <gone>.")
    world.bot.machine.wake()
    world.expect_message("#cs-operations", "It is <gone>.")
    shown = world.as_("priya").command("/cta admin").text
    assert "1 in trouble" in shown
    assert "msg_too_long" in shown


def test_cta_admin_says_whose_turn_it_is_and_until_when(make_world):
    """Seen failing without the line in `templates/blocks/health.py`."""
    world = make_world(managers=["priya@example.com"])
    until(lambda: world.bot.machine._duty)
    shown = world.as_("priya").command("/cta admin").text
    assert re.search(rf"Planned and delivered by process {os.getpid()} on \S+ \(this one\), term 1, until \S+", shown)
    world.bot.machine._turn.give_back()
    assert "No process plans and delivers now" in world.as_("priya").command("/cta admin").text
    parent = f"{socket.gethostname()}/{os.getppid()}/{_started(os.getppid())}/x"
    with world.unit() as unit:
        leases.take(unit, "delivery", parent, 60)
    shown = world.as_("priya").command("/cta admin").text
    assert f"Planned and delivered by process {os.getppid()} on " in shown
    assert "this one answers only" in shown


def stopped(bot):
    """Ends a bot as Ctrl-C, systemd and Docker do; its status."""
    try:
        bot.terminate()
        bot.stderr.read()
        return bot.wait(timeout=60)
    finally:
        bot.kill()
        bot.stderr.close()
        bot.wait()


def started(tmp_path):
    """A whole bot that is connected: socket, scheduler, delivery and database."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SLACK_", "CTA_BOT_"))}
    command = [sys.executable, str(ROOT / "bot.py"), "demo", "--port", "0"]
    bot = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    assert any("Websocket connected" in line for line in bot.stderr)
    return bot


def test_the_whole_bot_stops(tmp_path):
    assert stopped(started(tmp_path)) == 0
