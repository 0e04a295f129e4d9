"""`bot.py doctor`: what is set up wrong, each with the fix. Changes nothing."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from handlers.cli.manifest import FILE as MANIFEST
from storage.db import SQLITE_VERSION
from storage.model.errors import UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from handlers.cli import Terminal

HELP = "Check the set-up and name each fix"
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
    for check in (_python, _sqlite, _policy, _catalogue, _database, *(() if args.offline else (_slack,))):
        for good, words in check(terminal):
            print(f"{'ok  ' if good else 'FAIL'}  {words}")
            failed = failed or not good
    return 1 if failed else 0


def _python(_terminal: Terminal) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield sys.version_info >= (3, 11), f"Python {version} (3.11 or newer is needed)"


def _sqlite(_terminal: Terminal) -> Iterator[Finding]:
    safe = tuple(int(part) for part in SQLITE_VERSION.split(".")) >= SAFE_SQLITE
    fix = "" if safe else ": older than 3.51.3, whose WAL fix matters; install pysqlite3"
    yield safe, f"SQLite {SQLITE_VERSION}{fix}"


def _policy(terminal: Terminal) -> Iterator[Finding]:
    path = terminal.settings.cta_bot_policy
    try:
        policy = terminal.policy
    except UserError as error:
        yield False, str(error)
        return
    yield True, f"policy {path}" if path.exists() else f"no policy at {path}: all defaults"
    if not policy.operations_channel:
        yield True, "no operations_channel in the policy: undeliverable messages show in `outbox list` only"


def _catalogue(_terminal: Terminal) -> Iterator[Finding]:
    from storage.model.policy import Policy
    from templates.catalogue import CATALOGUE, load_catalogue

    playbooks, faults = load_catalogue(CATALOGUE, Policy().use_cases)
    yield True, f"{len(playbooks)} playbooks"
    for fault in faults:
        yield False, f"playbook file {fault}"


def _database(terminal: Terminal) -> Iterator[Finding]:
    path = terminal.settings.cta_bot_db
    if not path.exists():
        yield True, f"no database at {path} yet: it is made at the first start"
        return
    try:
        store = terminal.store()
        answer = store.connection().execute("PRAGMA quick_check").fetchone()[0]
        store.close()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the file is the finding
        yield False, f"database {path}: {error}"
        return
    yield answer == "ok", f"database {path}: quick_check says {answer}"


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
        code = str(error.response["error"])
        if " " in code:  # the SDK's own words for what is no answer of Slack's
            yield False, f"SLACK_API_URL: {url} is not Slack's Web API: {code}"
        else:
            yield False, f"SLACK_BOT_TOKEN: Slack says {code}; copy it anew from “OAuth & Permissions”"
        return
    except OSError as error:
        yield False, f"Slack can't be reached at {url}: {error}"
        return
    yield True, f"Slack knows the bot as {answer['user']} in {answer['team']}"
    wanted = set(json.loads(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"])
    granted = {scope.strip() for scope in (answer.headers.get("x-oauth-scopes") or "").split(",")}
    missing = sorted(wanted - granted)
    if missing:
        yield False, f"missing scopes: {', '.join(missing)}; paste `bot.py manifest` again and reinstall the app"
    else:
        yield True, "all scopes of the manifest are granted"
    if not app_token:
        yield True, "SLACK_SIGNING_SECRET is there, SLACK_APP_TOKEN is not: the bot can run with --http PORT"
        return
    try:
        client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        yield False, f"SLACK_APP_TOKEN: Slack says {error.response['error']}; it needs the scope connections:write"
        return
    yield True, "Socket Mode opens"
