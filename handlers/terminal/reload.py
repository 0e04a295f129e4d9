"""`reload`: have the running bot read policy and templates anew, once they are found to be without fault here."""

from __future__ import annotations

import logging
import os
import signal
import socket
from contextlib import closing
from typing import TYPE_CHECKING

from storage.base.errors import UserError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handlers.terminal import Terminal
    from storage.base.policy import Policy
    from templates.blocks.render import Renderer

log = logging.getLogger("cta_bot")

HELP = "have the running bot read policy and templates anew"
EXAMPLES = ("reload",)


def configure(parser: ArgumentParser) -> None:
    """No options."""


def run(args: Namespace, terminal: Terminal) -> int:  # noqa: ARG001 - every command has the same shape
    """Check both, then ask the process that plans and delivers; its log, and operations, say what came of it."""
    from reminders.outbox.turn import held

    read_anew(terminal)
    with closing(terminal.reading()) as store:
        turn = held(store.connection(), terminal.clock())
    if turn is None:
        raise UserError("No bot runs on this database.", "What is written there counts from its next start on.")
    word, pid, _, host = turn.who.split(" ", 3)
    if word != "process" or host != socket.gethostname():
        raise UserError(f"It is {turn.who} that runs.", "Send it SIGHUP there.")
    os.kill(int(pid), signal.SIGHUP)
    terminal.say(f"Policy and templates are without fault; process {pid} reads them anew.")
    return 0


def read_anew(terminal: Terminal, going: Policy | None = None) -> tuple[Policy, Renderer]:
    """The policy and the templates as their files are now. Raises UserError for any fault: all of it, or nothing.

    `going`: what counts so far. A file that is gone since is a fault too: nobody means to be left with the defaults.
    """
    try:
        return _read(terminal, going)
    except UserError:
        raise
    except Exception as error:
        log.exception("policy and templates could not be read")
        raise UserError("That is a fault of ours, and the log says more.") from error


def _read(terminal: Terminal, going: Policy | None) -> tuple[Policy, Renderer]:
    from storage.base.policy import Policy, read_policy
    from templates.blocks.render import Renderer

    settings = terminal.settings
    if not settings.cta_bot_policy.exists() and (going or terminal.policy) != Policy():
        raise UserError(f"There is no policy at {settings.cta_bot_policy}.", "Put it back, then try again.")
    policy = read_policy(settings.cta_bot_policy)
    renderer = Renderer(settings.cta_bot_templates)
    if faults := renderer.faults():
        raise UserError(f"Nothing was read anew: {faults[0]}", "Mend it, then try again.")
    renderer.compile()
    return policy, renderer
