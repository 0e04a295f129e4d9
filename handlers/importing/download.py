"""The file of a form, fetched from Slack: by its own addresses alone, no redirect followed, with an end.

Called by `slack.py` after the ack.
"""

from __future__ import annotations

import time
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from handlers.door.request import as_number
from handlers.door.slack_hosts import is_slacks
from storage.base.errors import UserError

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from handlers.door.services import Services

LARGEST_BYTES = 10_000_000
PATIENCE_SECONDS = 20  # until the next byte
WHOLE_SECONDS = 120  # until the last one
_AT_ONCE = 1 << 16
_AGAIN = "Try again: /account import"


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: the token goes nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


SLACK = urllib.request.build_opener(_Stay)


def download(services: Services, file_id: str) -> tuple[str, bytes]:
    """The file's name and content, read with the bot's own token; raises UserError for one that can't be read."""
    try:
        file = services.slack.files_info(file=file_id)["file"]
    except (SlackApiError, OSError) as error:
        raise UserError("Slack does not show me the file.", "Upload it again: /account import") from error
    name = Path(str(file.get("name") or "file.csv")).name
    if as_number(file.get("size")) > LARGEST_BYTES:
        raise _too_large(name)
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    if not is_slacks(url, services.slack.base_url):
        raise UserError(f"{name} is not kept by Slack.", "Upload the file itself: /account import")
    wanted = urllib.request.Request(url, headers={"Authorization": f"Bearer {services.slack.token}"})  # noqa: S310
    try:
        with SLACK.open(wanted, timeout=PATIENCE_SECONDS) as answer:
            return name, _read(answer, name)
    except (OSError, HTTPException, ValueError) as error:  # the last: of an address that is none
        code = getattr(error, "code", None)
        why = f"Slack answered {code}" if code else "Slack could not be reached"
        raise UserError(f"{name} could not be downloaded: {why}.", _AGAIN) from error


def _read(answer: HTTPResponse, name: str) -> bytes:
    """All of it, as long as it is no larger than a file may be and comes in time."""
    until = time.monotonic() + WHOLE_SECONDS
    data = bytearray()
    while part := answer.read1(_AT_ONCE):
        data += part
        if len(data) > LARGEST_BYTES:
            raise _too_large(name)
        if time.monotonic() > until:
            raise UserError(f"{name} could not be downloaded: Slack is too slow.", _AGAIN)
    return bytes(data)


def _too_large(name: str) -> UserError:
    return UserError(f"{name} is larger than 10 MB.", "Import it from the terminal: python bot.py import")
