"""`bot.py doctor`: what is set up wrong, each with the fix. Changes nothing."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils.utils import sqlite3

from handlers.door.refusals import UNWELL, code_of, is_of_the_token
from handlers.terminal.manifest import FILE as MANIFEST
from reminders.outbox.turn import SKEW_SECONDS, who_runs
from storage.base import groups, people
from storage.base.address import file_of
from storage.base.clock import SharedClock
from storage.base.errors import UserError
from storage.base.nouns import handed_in
from storage.base.policy import Policy
from storage.base.sqlite import SQLITE_VERSION
from storage.base.trouble import BROKEN, in_words, is_open_to_others
from templates.blocks.figures import whole

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from sqlite3 import Connection

    from slack_sdk import WebClient

    from handlers.terminal import Terminal

HELP = "check the set-up and name each fix"
FINDS_FAULTS = True
"""What is missing is a finding of its own, and ends nothing."""
EXAMPLES = ("doctor", "doctor --offline")

# 3.7.0 to 3.51.2 can corrupt a WAL file when several connections write (SQLite's release notes of 3.51.3).
SAFE_SQLITE = (3, 51, 3)

Finding = tuple[bool, str]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("--offline", action="store_true", help="leave Slack out")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Print a line per check; status 1 if any failed."""
    failed = False
    of_nouns = [check for noun in handed_in("handlers", "doctor") for check in noun.CHECKS]
    checks = (_python, _sqlite, _policy, *of_nouns, _templates, _database, _private)
    for check in (*checks, *(() if args.offline else (_slack,))):
        for good, words in check(terminal):
            print(f"{'ok  ' if good else 'FAIL'}  {words}")
            failed = failed or not good
    return 1 if failed else 0


def _python(_terminal: Terminal) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield sys.version_info >= (3, 11), f"Python {version} (3.11 or newer is needed)"


def _sqlite(_terminal: Terminal) -> Iterator[Finding]:
    safe = tuple(int(part) for part in SQLITE_VERSION.split(".")) >= SAFE_SQLITE
    # Its wheels are for Linux alone.
    better = "install pysqlite3" if sys.platform == "linux" else "take a Python that has a newer one"
    fix = "" if safe else f": older than 3.51.3, whose WAL fix matters; {better}"
    yield safe, f"SQLite {SQLITE_VERSION}{fix}"


def _policy(terminal: Terminal) -> Iterator[Finding]:
    path = terminal.settings.cta_bot_policy
    try:
        policy = terminal.policy
    except UserError as error:
        yield False, str(error)
        return
    yield True, f"policy {path}" if path.exists() else f"no policy at {path}: all defaults"
    yield True, policy.retention.words
    if not policy.operations_channel:
        yield True, "no operations_channel in the policy: undeliverable messages show in `outbox list` only"


def _templates(terminal: Terminal) -> Iterator[Finding]:
    from templates.blocks.render import Renderer

    try:
        for fault in Renderer(terminal.settings.cta_bot_templates).faults():
            yield False, fault
    except UserError as error:
        yield False, str(error)


def _private(terminal: Terminal) -> Iterator[Finding]:
    for path in (file_of(terminal.settings.cta_bot_db), Path(".env")):
        if path and is_open_to_others(path):
            yield False, f"{path} can be read by others on this machine: chmod 600 {path}"


def _database(terminal: Terminal) -> Iterator[Finding]:
    path = terminal.settings.cta_bot_db
    if isinstance(path, Path) and not path.exists():
        yield True, f"no database at {path} yet: it is made at the first start"
        return
    try:
        policy = terminal.policy
    except UserError:
        policy = Policy()  # `_policy` says what is wrong with it; the database is looked at all the same
        terminal = replace(terminal, _policy=policy)
    try:
        with closing(terminal.reading()) as store:
            store.check()
            store.try_to_write()
            size = store.size()
            lacking = list(_lacking(policy, store.connection()))
            there = who_runs(store.connection(), terminal.clock())
    except (UserError, sqlite3.Error, OSError, *BROKEN) as error:
        yield False, f"database {path}: {in_words(error, path) or error}"
        return
    if isinstance(path, Path):
        yield True, f"database {path}: quick_check says ok, and it can be written"
    else:
        yield True, f"database {path}: it answers, and can be written ({size >> 20} MiB)"
        yield True, "note: on a server `backup`, `restore` and the policy's [backup] do nothing: use pg_dump"
    if turn := there.turn:
        until = f"{turn.until:%Y-%m-%d %H:%M:%SZ}, term {turn.term}"
        yield True, f"{turn.who} plans and delivers: its turn is until {until}, unless it takes it again"
    if len(there.present) > 1:
        yield True, f"{len(there.present)} replicas answer: {', '.join(there.present)}"
    ahead = terminal.clock.ahead if isinstance(terminal.clock, SharedClock) else 0
    if abs(ahead) > SKEW_SECONDS:
        words = f"this machine's clock is {whole(abs(ahead))} s {'ahead of' if ahead > 0 else 'behind'} the database's"
        yield False, f"{words}, which counts: set it right"
    for words in there.oddities:
        yield False, words
    for words in lacking:
        yield True, f"note: {words}"


def _lacking(policy: Policy, db: Connection) -> Iterator[str]:
    """What a bot lacks that works, and yet does little."""
    if not db.execute("SELECT 1 FROM people LIMIT 1").fetchone():
        yield "no people yet: import people, or let them use the bot"
    if not db.execute("SELECT 1 FROM accounts LIMIT 1").fetchone():
        yield "no accounts yet: bot.py import accounts FILE"
    if not people.names_managers(db, policy):
        yield "no managers: workspace owners and admins count; `managers` or `[teams]` in the policy name them"
    for group in groups.named(policy):
        if not groups.members(db, group):
            yield f"user group {group}: nobody is known to be in it; the bot asks each hour (scope usergroups:read)"
    if not policy.summaries:
        yield "no weekly summary: `[[summaries]]` in the policy says where it goes"


def _slack(terminal: Terminal) -> Iterator[Finding]:
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

    settings = terminal.settings
    token, url = settings.slack_bot_token.get_secret_value(), settings.slack_api_url
    app_token, over_http = settings.slack_app_token.get_secret_value(), settings.slack_signing_secret.get_secret_value()
    for name, value in (("SLACK_BOT_TOKEN", token), ("SLACK_APP_TOKEN", app_token or over_http)):
        if not value:
            yield False, f"{name} is not set (README, “Connect real Slack”)"
            return
    client = WebClient(token=token, base_url=url, timeout=10, retry_handlers=[])
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        code, status = code_of(error)
        if not code and status < UNWELL:
            yield False, f"SLACK_API_URL: {url} is not Slack's Web API: {error.response['error']}"
        else:
            yield False, _refused("SLACK_BOT_TOKEN", error, "copy it anew from “OAuth & Permissions”")
        return
    except (OSError, HTTPException) as error:
        yield False, f"Slack can't be reached at {url}: {error}"
        return
    yield True, f"Slack knows the bot as {answer['user']} in {answer['team']}"
    wanted = set(json.loads(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"])
    said = answer.headers.get("x-oauth-scopes")
    missing = sorted(wanted - {scope.strip() for scope in (said or "").split(",")})
    if not said:
        yield True, "note: Slack did not say which scopes the token has"
    elif missing:
        yield False, f"missing scopes: {', '.join(missing)}; paste `bot.py manifest` again and reinstall the app"
    else:
        yield True, "all scopes of the manifest are granted"
    if not app_token:
        yield True, "SLACK_SIGNING_SECRET is there, SLACK_APP_TOKEN is not: the bot can run with --http PORT"
        return
    yield _socket_mode(client, app_token)


def _socket_mode(client: WebClient, app_token: str) -> Finding:
    from slack_sdk.errors import SlackApiError

    try:
        client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        return False, _refused("SLACK_APP_TOKEN", error, "it needs the scope connections:write")
    except (OSError, HTTPException) as error:
        return False, f"Socket Mode does not open: Slack can't be reached at {client.base_url}: {error}"
    return True, "Socket Mode opens"


def _refused(name: str, error: Exception, fix: str) -> str:
    """What Slack says of a token, with its fix; of anything else that nothing is wrong here."""
    code, status = code_of(error)
    if is_of_the_token(error):
        return f"{name}: Slack says {code}; {fix}"
    return f"Slack has trouble ({code or status}): try again in a while, and look at slack-status.com"
