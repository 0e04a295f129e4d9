"""What a process that stays does about itself: tidying up after its start, and signs to the supervisor that started it.

The signs are those of systemd's notify protocol: ready, still at work, stopping. Called by bot.py with the address that
the environment names; without one nothing is said.
"""

from __future__ import annotations

import gc
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


def tidy_up() -> None:
    """Spare the collector what is here after the start.

    It need not look through what lives as long as the process, nor a few times in each answer, which leaves little
    behind, while somebody waits.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 5, 5)
