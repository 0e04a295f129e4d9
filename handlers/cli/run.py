"""`bot.py run`: the bot against Slack, until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.model.errors import UserError

if TYPE_CHECKING:
    import argparse

    from handlers.cli import Terminal

HELP = "Run the bot against Slack"
EXAMPLES = ("run", "run --http 3000", "run --or-demo")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("--http", type=int, metavar="PORT", help="serve HTTP instead of Socket Mode")
    parser.add_argument("--or-demo", action="store_true", help="without tokens, run the demo instead")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Run until Ctrl-C. Raises UserError naming what is missing."""
    settings = terminal.settings
    assert terminal.run is not None  # noqa: S101 - bot.py hands both in
    assert terminal.demo is not None  # noqa: S101 - the same
    if args.http and settings.slack_bot_token.get_secret_value() and settings.slack_signing_secret.get_secret_value():
        return terminal.run(terminal, args.http)
    if settings.has_slack and not args.http:
        return terminal.run(terminal, None)
    if args.or_demo:
        return terminal.demo(terminal, 0, None)
    wanted = (
        "SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET" if args.http else "SLACK_BOT_TOKEN and SLACK_APP_TOKEN"
    )
    raise UserError(
        f"Running against Slack needs {wanted}.",
        "Set them in the environment or in .env (README, “Connect real Slack”), or try: python bot.py demo",
    )
