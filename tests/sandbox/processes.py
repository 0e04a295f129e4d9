"""Python processes at the project's root, and what they are asked from outside."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]


def python(*argv, **environment):
    """A Python process at the project's root, with nothing of ours in its environment but this."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SLACK_", "CTA_BOT_"))}
    return subprocess.Popen(
        [sys.executable, *map(str, argv)],
        cwd=ROOT,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process):
    """Its status, and what it said on stdout and stderr."""
    try:
        out, err = process.communicate(timeout=100)
    except subprocess.TimeoutExpired:
        process.kill()  # so that it fails this test, and no other one
        process.communicate()
        raise
    return process.returncode, out, err


def answers(url):
    """The status that a POST ends with, once somebody listens."""
    for _ in range(600):
        try:
            urlopen(Request(url, data=b"{}", method="POST"), timeout=5).close()
        except HTTPError as error:
            return error.code
        except URLError:
            time.sleep(0.05)
    return None


def order(workspace, **fault):
    """Have the next calls of a method go wrong."""
    url = workspace["SLACK_API_URL"].removesuffix("api/") + "_sandbox/faults"
    urlopen(
        Request(url, data=json.dumps(fault).encode(), headers={"Content-Type": "application/json"}), timeout=5
    ).close()
