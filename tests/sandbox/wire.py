"""What somebody says to the port of HTTP mode, byte by byte, and what they are answered."""

import re
import socket
import time
from contextlib import contextmanager

from sandbox.delivery import sign

FORM = "application/x-www-form-urlencoded"


@contextmanager
def conversation(app):
    with socket.create_connection(("127.0.0.1", app.port), timeout=30) as wire:
        yield wire


def request(body=b"", path="/slack/events", method="POST", **headers):
    lines = {"host": "bot", "content-length": str(len(body)), "content-type": FORM} | {
        name.replace("_", "-"): value for name, value in headers.items() if value is not None
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def signed(sandbox, body=b"", at=None, **headers):
    stamp = str(int(at or time.time()))
    signature = sign(sandbox.signing_secret, stamp, body)
    return request(body, **({"x-slack-request-timestamp": stamp, "x-slack-signature": signature} | headers))


def is_whole(answer):
    """Whether all of it is here: what is left of one answer would be read as the next."""
    head, ended, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    return bool(ended) and (len(body) == int(length[1]) if length else body.endswith(b"0\r\n\r\n"))


def status(wire):
    """The status of the answer, and whether the connection is closed after it."""
    answer = b""
    try:
        while part := wire.recv(65_536):
            answer += part
            if is_whole(answer) and b"connection: close" not in answer.lower():
                return int(answer[9:12]), False
    except ConnectionResetError:
        pass
    return (int(answer[9:12]) if answer else None), True


def over_within(wire):
    try:
        while wire.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return True
