"""`python -m sandbox`: a workspace in a process of its own, for any app that runs in another.

It prints one JSON line with its addresses and secrets, so that scripts can read them, and runs until
it is interrupted.
"""

from __future__ import annotations

import argparse
import json
import signal
import threading
from datetime import datetime
from pathlib import Path

from sandbox.server import Sandbox


def main() -> None:
    """Run until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A strict local Slack.")
    parser.add_argument("--manifest", type=Path, default=Path("manifest.json"), help="the app's manifest")
    parser.add_argument("--port", type=int, default=0, help="the port (default: any free one)")
    parser.add_argument("--seed", type=Path, help="people, channels and groups (default: a few of each)")
    parser.add_argument("--keep", type=Path, help="read the workspace from this file, and write it there at the end")
    parser.add_argument("--log", type=Path, help="mirror the log into this file, as JSON lines")
    parser.add_argument("--now", type=datetime.fromisoformat, help="let the clock stand at this moment, with time zone")
    parser.add_argument("--rates", action="store_true", help="refuse calls that come too fast")
    given = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        sandbox = Sandbox(
            manifest=given.manifest,
            seed=given.seed,
            port=given.port,
            keep=given.keep,
            rates=given.rates,
            now=given.now,
            log=given.log,
        )
        sandbox.start()
    except (OSError, ValueError) as error:  # a file, the port or the moment is not as it should be
        parser.error(str(error))
    try:
        addresses = {
            "url": sandbox.url,
            "api_url": sandbox.api_url,
            "bot_token": sandbox.bot_token,
            "app_token": sandbox.app_token,
            "signing_secret": sandbox.signing_secret,
        }
        print(json.dumps(addresses), flush=True)
        while not stopped.wait(1):  # another thread may be the one that the signal interrupts
            pass
    finally:
        sandbox.stop()


if __name__ == "__main__":
    main()
