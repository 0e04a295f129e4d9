"""`bot.py run`: the bot against Slack, until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.terminal import port_number
from storage.base.errors import UserError

if TYPE_CHECKING:
    import argparse

    from handlers.terminal import Terminal

HELP = "run the bot against Slack"
EXAMPLES = ("run", "run --health 9100", "run --http 3000", "run --http 3000 --host 0.0.0.0", "run --or-demo")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("--http", type=port_number, metavar="PORT", help="serve HTTP instead of Socket Mode")
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="where both listen (default: on this machine only)",
    )
    parser.add_argument(
        "--health", type=port_number, metavar="PORT", help="say how the bot is: /healthz, /readyz, /metrics"
    )
    parser.add_argument("--or-demo", action="store_true", help="without tokens, run the demo instead")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Run until Ctrl-C. Raises UserError naming what is missing."""
    settings = terminal.settings
    health = None if args.health is None else (args.host, args.health)
    assert terminal.demo is not None  # noqa: S101 - bot.py hands it in
    over_http = args.http is not None  # 0 is a port that is free, as with --health
    if over_http and settings.slack_bot_token.get_secret_value() and settings.slack_signing_secret.get_secret_value():
        return _run(terminal, (args.host, args.http), health)
    if settings.has_slack and not over_http:
        return _run(terminal, None, health)
    if args.or_demo:
        return terminal.demo(terminal, 0, None)
    wanted = "SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET" if over_http else "SLACK_BOT_TOKEN and SLACK_APP_TOKEN"
    raise UserError(
        f"Running against Slack needs {wanted}.",
        "Set them in the environment or in .env (README, “Connect real Slack”), or try: python bot.py demo",
    )


def _run(terminal: Terminal, http: tuple[str, int] | None, health: tuple[str, int] | None) -> int:
    """Run; what Slack has against it at the start is said without a traceback."""
    from urllib.error import URLError

    from slack_sdk.errors import SlackApiError

    assert terminal.run is not None  # noqa: S101 - bot.py hands it in
    url, hint = terminal.settings.slack_api_url, "`python bot.py doctor` names what to mend."
    try:
        return terminal.run(terminal, http, health)
    except SlackApiError as error:
        raise UserError(f"Slack at {url} says {error.response['error']}.", hint) from error
    except URLError as error:
        raise UserError(f"Slack can't be reached at {url}: {error.reason}.", hint) from error
