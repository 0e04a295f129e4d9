#!/usr/bin/env python3
"""CTA Bot: the wiring, and the way into the command line. The only reader of the environment and the clock.

    person → Slack → handlers → storage (commit) → templates → Slack
    clock  → scheduler → planner → storage/outbox → delivery → templates → sender → Slack

`python bot.py --help` lists the commands; each is one module of `handlers/terminal/` or of a noun. Running it is here.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - before anything that an older one has not
    sys.exit(f"Python 3.11 or newer is needed, and this is {sys.version.split()[0]}: make setup PYTHON=python3.11")
import logging
import os
import secrets
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

try:
    from dotenv import dotenv_values

    from handlers.terminal import VERSION, Terminal, arguments, choices_in_words, logs
    from handlers.terminal.settings import Settings
    from storage.base.clock import SharedClock
    from storage.base.errors import UserError
    from storage.base.trouble import database_said, in_words, typed_wrong
except ModuleNotFoundError as missing:  # the packages, not our own modules
    sys.exit(f"{missing.name} is not installed here: run `make setup` first, then .venv/bin/python bot.py …")

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import App

    from handlers.door.lanes import Lanes
    from handlers.door.readiness import Readiness
    from handlers.door.services import Services
    from reminders.engine.scheduler import Machine
    from reminders.outbox.turn import Turn
    from storage.base.db import Store
    from storage.base.policy import Policy
    from storage.base.reminder import Coming
    from templates.blocks.render import Renderer

ROOT = Path(__file__).parent
_STOP_SECONDS = 5  # for all answers and imports under way: an import looks at the end of each read
log = logging.getLogger("cta_bot")
T = TypeVar("T")


def clock() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass
class Bot:
    """A bot that is wired and not yet connected: what people do, what falls due, and how to stop both."""

    app: App
    services: Services
    machine: Machine
    executor: ThreadPoolExecutor
    lanes: Lanes

    def read_anew(self, terminal: Terminal) -> None:
        """Go on by the policy and templates as their files are now; if there is a fault, by those of before."""
        from handlers.terminal.reload import read_anew

        try:
            policy, renderer = read_anew(terminal, self.services.policy)
            now, team_id = self.services.clock(), self.services.team_id
            self.machine.rules = _take_in(self.services.store, policy, renderer, now, team_id)
        except UserError as fault:
            self.machine.alarm(UserError(f"Not read anew, all stays as it was: {fault.message}", fault.hint))
            return
        self.services.adopt(policy, renderer)
        self.machine.adopt(policy, renderer)
        log.info("policy and templates were read anew")

    def stop(self) -> None:
        """Let what is under way end, in a few seconds, the turn first; what was not sent is in the outbox."""
        until = time.monotonic() + _STOP_SECONDS
        self.lanes.stopping.set()
        self.machine.stop()
        done = self.lanes.wait(max(until - time.monotonic(), 0))
        self.executor.shutdown(wait=False, cancel_futures=True)
        if done:
            self.services.store.close()
        else:  # it may be using the database; what it has not committed is not there after this
            log.warning("answers, or an import, were cut off; what was not kept by then was not done")


def wire(
    terminal: Terminal,
    now: Callable[[], datetime],
    database: Path | None = None,
    *,
    patient: bool = False,
) -> Bot:
    """The whole bot on one database and one Slack. Raises SlackApiError for a token that Slack refuses.

    `patient`: while Slack can't be reached it waits, and says so.
    """
    from slack_sdk import WebClient

    from handlers.door import first_contact
    from handlers.door.beside import Around, looks
    from handlers.door.first_contact import at_once, patiently
    from handlers.door.lanes import Lanes
    from handlers.door.register import register
    from handlers.door.services import Services
    from handlers.door.shapes import Door
    from handlers.door.slack_hosts import answering
    from reminders.engine.rehearsal import coming_to
    from reminders.engine.scheduler import Machine
    from reminders.outbox import slack_people
    from reminders.outbox.slack_client import SlackSender
    from storage.base.policy import SLACK_SECONDS
    from storage.base.watch import Watch, watched
    from templates.blocks.render import Renderer

    settings = terminal.settings
    token = settings.slack_bot_token.get_secret_value()
    # The default handlers post twice when a connection dies after the body was sent.
    client = partial(WebClient, token=token, base_url=settings.slack_api_url, retry_handlers=[])
    quick = client(timeout=2)
    ask = partial(patiently, settings.slack_api_url, terminal.say, time.sleep) if patient else at_once
    identity = ask(quick.auth_test)
    app_id = ask(partial(first_contact.app_id, quick, str(identity["bot_id"])))

    store = terminal.store(database, create=True)
    store.check()
    renderer = Renderer(settings.cta_bot_templates)
    rules = _take_in(store, terminal.policy, renderer, now(), str(identity["team_id"]))

    watch, sender = Watch(), SlackSender(client(timeout=SLACK_SECONDS))
    watched(watch, quick, sender.client)
    executor = ThreadPoolExecutor(max_workers=6, thread_name_prefix="after-ack")
    lanes = Lanes(executor)
    machine = Machine(
        store=store,
        policy=terminal.policy,
        sender=sender,
        renderer=renderer,
        clock=now,
        watch=watch,
        version=VERSION,
        rules=rules,
    )

    def later(work: Callable[[], None], lane: str = "") -> None:
        lanes.submit(partial(_heard, work), lane or secrets.token_hex(8))

    def apart(work: Callable[[], None]) -> None:
        lanes.submit_long(partial(_heard, work))

    services = Services(
        store=store,
        policy=terminal.policy,
        renderer=renderer,
        slack=quick,
        clock=now,
        team_id=str(identity["team_id"]),
        app_id=app_id,
        enterprise_id=str(identity.get("enterprise_id") or ""),
        later=later,
        apart=apart,
        stopping=lanes.stopping.is_set,
        answering=lanes.answering,
        resting=lanes.resting,
        respond=answering(settings.slack_api_url),
        wake=machine.wake,
        rehearse=partial(coming_to, store),
        outbox=machine,
        alarm=machine.alarm,
        watch=watch,
    )
    machine.learn = partial(slack_people.learn, store, sender, now)
    machine.directory = partial(slack_people.read_anew, store, sender, now)
    machine.beside = looks(Around(store, now, terminal.secret, lanes.stopping.is_set, machine.wake))
    app = Door(
        client=client(timeout=5),
        signing_secret=settings.slack_signing_secret.get_secret_value() or "unused in Socket Mode",
        process_before_response=True,
        attaching_function_token_enabled=False,  # it is no step of anybody's workflow
        request_verification_enabled=False,  # over HTTP our own did so before, by the database's clock
    )
    register(app, services)
    renderer.compile()
    return Bot(app, services, machine, executor, lanes)


def _take_in(store: Store, policy: Policy, renderer: Renderer, now: datetime, team_id: str) -> str:
    """What the files say, and where the bot is, into the database; faults of the files into the log.

    Returns the playbooks as a text, to be told from those of another process.
    """
    from storage.base import people
    from storage.playbook import store as playbooks
    from templates.playbook.catalogue import load_shipped

    catalogue, checklists, faults = load_shipped(policy.use_cases)
    for fault in (*faults, *renderer.faults()):
        log.warning("%s", fault)
    with store.write(now) as unit:
        playbooks.sync_catalogue(unit, catalogue, checklists)
        people.keep_home_team(unit, team_id)
    return repr(catalogue)


def _heard(work: Callable[[], None]) -> None:
    from handlers.door.refusals import in_words

    try:
        work()
    except Exception as error:
        if in_words(error):  # Slack refuses it in the ordinary course of things: no bug
            log.warning("an answer after the ack was refused: %s", error)
        else:
            log.exception("an answer after the ack failed")


def run(terminal: Terminal, http: tuple[str, int] | None = None, health: tuple[str, int] | None = None) -> int:
    """Run against Slack until Ctrl-C: Socket Mode, or HTTP on an address and port. `health` is its health port."""
    from handlers.door import listening
    from storage.base.backup import is_in_use

    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell has it ignored: in the background
    path = terminal.settings.cta_bot_db
    if isinstance(path, Path) and is_in_use(path):
        terminal.say(_shared(terminal, path))
    ready: list[Readiness] = []  # one while the bot runs
    with ExitStack() as open_now:
        # The health port first: while Slack can't be reached it says so.
        if health:
            said = listening.for_health(lambda: ready[0] if ready else None, VERSION, *health)
            terminal.say(open_now.enter_context(said))
        bot = wire(terminal, terminal.clock, patient=True)
        terminal.say(f"CTA Bot on {terminal.settings.slack_api_url}, database {terminal.settings.cta_bot_db}.")
        return _serve(bot, terminal, http, ready)


def _shared(terminal: Terminal, path: Path) -> str:
    """That another process has the database open, and what this one is then for."""
    from reminders.outbox.turn import held

    turn = None
    with suppress(UserError), closing(terminal.reading()) as store:  # of an older schema: it is migrated soon
        turn = held(store.connection(), terminal.clock())
    if turn is None:
        return f"Another process has {path} open already: one of them plans and delivers, if both are bots both answer."
    return (
        f"{path} is open already: {turn.who} plans and delivers. This one answers too, and takes over when that one"
        " ends."
    )


def demo(terminal: Terminal, port: int, keep: Path | None) -> int:
    """Run against the sandbox with sample data, in a database of its own, until Ctrl-C."""
    from handlers.demo.book import WORLD, book
    from handlers.demo.terminal import load_sample_world
    from sandbox.server import Sandbox

    workspace = keep.with_suffix(".slack.json") if keep else None
    sandbox = Sandbox(manifest=ROOT / "manifest.json", seed=WORLD, port=port, keep=workspace)
    with sandbox, load_sample_world(terminal, sandbox, book(sandbox.now().date()), keep) as world:
        bot = wire(world.terminal, now=sandbox.now, database=world.database)
        sandbox.on_jump(bot.machine.wake)
        terminal.say("No Slack tokens are set: this is the sandbox with sample data, on this machine only.")
        terminal.say(f"\n    Open {sandbox.url}\n\nCtrl-C stops it.")
        return _serve(bot, world.terminal, None, [])


def tick(terminal: Terminal, now: datetime | None) -> int:
    """Plan and deliver once, as of `now`, or of the clock; without a bot token plan only.

    1 if something due could not be sent.
    Raises UserError while it is another process's turn, and does nothing then.
    """
    from reminders.outbox.turn import Turn, held
    from storage.base.leases import Deposed

    with closing(terminal.store()) as store:
        turn = Turn(store, terminal.policy.delivery.turn_seconds, terminal.clock)
        term = turn.take()
        other = held(store.connection(), terminal.clock())
        who = other.who if other else "another process"
        if term is None:
            raise UserError(
                f"It is {who} that plans and delivers on {store.path} now: nothing was done.",
                "A bot that runs sends what is due by itself. Stop it first, or wait until the other tick has ended.",
            )
        try:
            with turn.kept():
                return _tick(terminal, turn, term, now or terminal.clock())
        except Deposed as error:
            raise UserError(
                "Another process has taken over meanwhile: what was not done yet is done by that one."
            ) from error


def _tick(terminal: Terminal, turn: Turn, term: int, now: datetime) -> int:
    from slack_sdk import WebClient

    from reminders.engine.planner import plan
    from reminders.outbox.delivery import deliver_once
    from reminders.outbox.slack_client import SlackSender
    from storage.base.policy import SLACK_SECONDS
    from templates.blocks.render import Renderer

    settings, store = terminal.settings, turn.fenced(term)
    planned = plan(store, now)
    wake = f"next at {planned.next_at:%Y-%m-%d %H:%MZ}" if planned.next_at else "nothing further in sight"
    terminal.say(f"{planned.planned} planned; {wake}.")
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        return 0
    client = WebClient(token=token, base_url=settings.slack_api_url, timeout=SLACK_SECONDS, retry_handlers=[])
    renderer = Renderer(settings.cta_bot_templates)
    is_ours = partial(turn.may_call, term)
    delivered = deliver_once(store, SlackSender(client), renderer, terminal.policy, now, is_our_turn=is_ours)
    terminal.say(delivered.in_words())
    return 0 if delivered.is_all else 1


def rehearsed(*args: Any, **options: Any) -> list[Coming]:
    """What `reminders/engine/rehearsal.py` says will be posted: the terminal's rehearsal."""
    from reminders.engine.rehearsal import rehearse

    return rehearse(*args, **options)


def _serve(bot: Bot, terminal: Terminal, http: tuple[str, int] | None, ready: list[Readiness]) -> int:
    from handlers.door.readiness import SILENT
    from handlers.terminal.supervisor import ALIVE, READY, STOPPING, notify, tidy_up
    from storage.base.watch import LOOK

    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    anew = threading.Event()
    signal.signal(signal.SIGHUP, lambda *_: anew.set())

    def pause(seconds: float) -> None:
        if stopped.wait(seconds):
            raise KeyboardInterrupt

    tidy_up()
    try:
        disconnect = _listen(bot, terminal, http, ready, pause)
    except KeyboardInterrupt:
        terminal.say("Stopping.")
        bot.services.store.close()
        return 0
    bot.machine.start()
    supervisor = os.environ.get("NOTIFY_SOCKET", "")
    notify(supervisor, READY)
    try:
        # Another thread may be the one that the signal interrupts: then this one has to look for itself.
        while not stopped.wait(1):
            if (bot.services.watch.silent_for(LOOK) or 0) < SILENT:
                notify(supervisor, ALIVE)
            if anew.is_set():
                anew.clear()
                bot.read_anew(terminal)
            bot.services.store.insist_on_schema()
            if problem := bot.services.store.problem():
                bot.machine.alarm(problem)
                raise problem
    finally:
        ready.clear()
        notify(supervisor, STOPPING)
        terminal.say("Stopping.")
        disconnect()
        bot.stop()
    return 0


def _listen(
    bot: Bot,
    terminal: Terminal,
    http: tuple[str, int] | None,
    ready: list[Readiness],
    pause: Callable[[float], None],
) -> Callable[[], None]:
    """Open a way for Slack to the bot, and have `ready` say how all is; how to close it."""
    from handlers.door import listening
    from handlers.door.first_contact import patiently
    from handlers.door.over_socket import OverSocket
    from handlers.door.readiness import Readiness

    with ExitStack() as open_now:
        ways: list[Callable[[], int]] = []
        slack = bot.services.slack
        ready.append(Readiness(bot.services, bot.machine.health, lambda: sum(way() for way in ways), slack.auth_test))
        if http:
            secret = terminal.settings.slack_signing_secret.get_secret_value()
            said = open_now.enter_context(listening.over_http(bot.app, secret, bot.services.clock, *http))
            terminal.say(said)
            ways.append(lambda: 1)
        else:
            links = OverSocket(bot.app, terminal.settings.slack_app_token.get_secret_value())
            patiently(terminal.settings.slack_api_url, terminal.say, pause, links.connect)
            open_now.callback(links.close)
            ways.append(lambda: links.connected)
        return open_now.pop_all().close


def main(argv: list[str] | None = None) -> int:
    """Run one command of the terminal; its exit status."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - was closed by whoever started us
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - likewise
    try:
        settings = Settings()
        logs.set_up(settings.log_level)
        args = arguments(argv)
        settings.refuse_missing(unless=args.finds_faults)
        secret = {**dotenv_values(".env"), **os.environ}.get
        terminal = Terminal(settings, SharedClock(clock), run, demo, tick, rehearsed, secret)
        status = int(args.command(args, terminal))
        sys.stdout.flush()
    except UserError as error:
        print(error, *choices_in_words(error), sep="\n", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if (words := typed_wrong(error) or in_words(error, database_said(os.environ))) is None:
            raise
        print(words, file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
