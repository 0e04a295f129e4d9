"""Signs to the supervisor that started the bot: ready, still at work, stopping (systemd's notify protocol).

Called by bot.py with the address that the environment names; without one nothing is said.
"""

from __future__ import annotations

import socket
from contextlib import suppress

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


def notify(address: str, sign: str) -> None:
    """Send a sign to a socket (`@` begins one that is no file); who does not listen misses it."""
    if not address:
        return
    name = "\0" + address[1:] if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(sign.encode(), name)
