"""A file at an https address, brought here: of limited size, never from where a stranger's redirect leads inside.

Each hop's name is resolved once and every address that it has is looked at; the connection then goes to the very
address that was looked at, so that a name that is pointed elsewhere meanwhile changes nothing.
"""

from __future__ import annotations

import base64
import ipaddress
import re
import socket
import ssl
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from http.client import HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from reminders.outbox.patience import Patience, hang_up
from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse
    from pathlib import Path

    Resolve = Callable[[str, int], list[str]]

_HOPS = 5
_WAIT = 20.0
_SECONDS = 600.0
_CHUNK = 1 << 16
_MEGABYTE = 1_000_000
_DIGITS = 20
_LONGEST_ETAG = 1000
_MOVED = (301, 302, 303, 307, 308)
_OK, _UNCHANGED, _REFUSED = 200, 304, (401, 403)
_HOST = re.compile(r"[\w.:%-]{1,253}")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_METADATA = [ipaddress.ip_address(one) for one in ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192")]
"""Beside the link-local ones: of AWS, Google, Alibaba and Oracle."""
_NOTHING = "Nothing was changed."


class Fetched(NamedTuple):
    """What came: the `etag` of the address, whether there was anything new, and when it was written if that is said."""

    etag: str
    is_new: bool
    written_at: datetime | None = None


def resolved(host: str, port: int) -> list[str]:
    """All addresses of a name."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def fetch(
    address: str,
    into: Path,
    *,
    etag: str = "",
    private: bool = False,
    megabytes: int = 200,
    halted: Callable[[], bool] = bool,
    resolve: Resolve = resolved,
) -> Fetched:
    """Bring what stands at an https address into a file, unless it is as its `etag` says.

    Raises UserError that names the host and no more: an address may hold a secret.
    """
    first = here = _taken_apart(address)
    patience = Patience(_SECONDS, halted)
    for _ in range(_HOPS + 1):
        inside = _may_be_inside(here, first, private=private)
        whose = first if _origin(here) == _origin(first) else None
        with (
            closing(_connected(here, inside=inside, resolve=resolve)) as connection,
            patience.cutting(partial(hang_up, connection.sock)),
            closing(_asked(connection, here, etag, whose, patience)) as answer,
        ):
            if answer.status in _MOVED:
                here = _taken_apart(answer.getheader("location", ""), here)
                continue
            if answer.status == _UNCHANGED and etag:
                return Fetched(etag, is_new=False, written_at=_written_at(answer))
            if answer.status != _OK:
                raise _refused(answer.status, here)
            _save(answer, into, here, megabytes, patience)
            return Fetched(_etag(answer), is_new=True, written_at=_written_at(answer))
    raise UserError(f"{first.hostname} sends on more than {_HOPS} times.", f"Name where it ends. {_NOTHING}")


def _written_at(answer: HTTPResponse) -> datetime | None:
    try:
        found = parsedate_to_datetime(answer.getheader("last-modified", ""))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _taken_apart(address: str, sent_by: SplitResult | None = None) -> SplitResult:
    try:
        parts = urlsplit(urljoin(sent_by.geturl(), address) if sent_by else address)
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    if parts.scheme != "https" or not _HOST.fullmatch(parts.hostname or "") or port == 0:
        raise UserError("An https address is needed, and every one that it sends on to is one.", _NOTHING)
    return parts


def _origin(parts: SplitResult) -> tuple[str | None, int]:
    return parts.hostname, parts.port or 443


def _may_be_inside(here: SplitResult, first: SplitResult, *, private: bool) -> bool:
    """Whether an address of one's own network is meant: where the policy says so, or names it outright."""
    if private:
        return _origin(here) == _origin(first)
    return here is first and (here.hostname == "localhost" or _is_number(str(here.hostname)))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_inside(address: str) -> bool:
    """Whether an IP address is of a private network, this machine, or none that the internet knows."""
    ip = _really(address)
    return not ip.is_global or ip.is_multicast


def is_of_the_cloud(address: str) -> bool:
    """Whether a cloud answers there with the credentials of the machine."""
    ip = _really(address)
    return ip.is_link_local or ip in _METADATA


def _really(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address that is asked in the end: the older one where a newer one wraps it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    within = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
    if within is None and ip in _NAT64:
        within = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return within or ip


def _connected(parts: SplitResult, *, inside: bool, resolve: Resolve) -> HTTPSConnection:
    host, port = str(parts.hostname), parts.port or 443
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise UserError(f"There is no host {host}, or no way to ask.", _NOTHING) from error
    for ip in found:
        if is_of_the_cloud(ip) or (is_inside(ip) and not inside):
            raise UserError(
                f"{host} is an address of a private network.",
                f"If that is meant, say private = true of the source; a redirect never leads there. {_NOTHING}",
            )
    trouble: OSError | None = None
    for ip in found:
        connection = _Pinned(host, port, ip)
        try:
            connection.connect()
        except OSError as error:
            trouble = error
            connection.close()
        else:
            return connection
    why = str(trouble.verify_message if isinstance(trouble, ssl.SSLCertVerificationError) else trouble or "no address")
    raise UserError(f"{host} can't be reached: {why}.", _NOTHING) from trouble


class _Pinned(HTTPSConnection):
    """A connection to one address of a name; its certificate is the name's."""

    def __init__(self, host: str, port: int, ip: str) -> None:
        self._context_of_tls = ssl.create_default_context()
        super().__init__(host, port, timeout=_WAIT, context=self._context_of_tls)
        self._ip = ip

    def connect(self) -> None:
        plain = socket.create_connection((self._ip, self.port), self.timeout)
        try:
            # A connection that is cut is no end of a file whose length was not said: its rest would be missing unseen.
            self.sock = self._context_of_tls.wrap_socket(plain, server_hostname=self.host, suppress_ragged_eofs=False)
        except BaseException:
            plain.close()
            raise


def _asked(
    connection: HTTPSConnection, here: SplitResult, etag: str, whose: SplitResult | None, patience: Patience
) -> HTTPResponse:
    headers = {"Accept-Encoding": "identity", "User-Agent": "cta-bot"}
    if etag:
        headers["If-None-Match"] = etag
    if whose is not None and whose.username is not None:  # no other host learns the password
        pair = f"{unquote(whose.username)}:{unquote(whose.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    target = (here.path or "/") + (f"?{here.query}" if here.query else "")
    try:
        connection.request("GET", target, headers=headers)
        return connection.getresponse()
    except (OSError, HTTPException, ValueError) as error:
        raise UserError(_lost(here, patience, f"does not answer: {type(error).__name__}"), _NOTHING) from error


def _save(answer: HTTPResponse, into: Path, here: SplitResult, megabytes: int, patience: Patience) -> None:
    if answer.getheader("content-encoding", "identity") != "identity":
        raise UserError(f"{here.hostname} sends the file packed.", f"Have it sent as it is. {_NOTHING}")
    most = megabytes * _MEGABYTE
    declared = answer.getheader("content-length", "")
    wanted = int(declared[:_DIGITS]) if declared.isdecimal() else None
    got = 0
    with into.open("wb") as file:
        while got <= most and (wanted or 0) <= most:
            try:
                chunk = answer.read(_CHUNK)
            except (OSError, HTTPException, ValueError) as error:
                raise UserError(_lost(here, patience, "hung up on the way"), _NOTHING) from error
            if patience.is_over:
                raise UserError(_lost(here, patience), _NOTHING)
            if not chunk:
                break
            got += file.write(chunk)
        else:
            raise UserError(
                f"The file of {here.hostname} has more than {megabytes} MB.",
                f"If that is meant, raise megabytes of the source. {_NOTHING}",
            )
    if wanted is not None and got < wanted:
        raise UserError(f"{here.hostname} sent {got} of {wanted} bytes.", _NOTHING)


def _lost(here: SplitResult, patience: Patience, what: str = "") -> str:
    if patience.is_over:
        return f"The file of {here.hostname} was given up on the way."
    return f"{here.hostname} {what}."


def _etag(answer: HTTPResponse) -> str:
    """What stands there is sent back as it came, so it must be one line of plain characters."""
    found = answer.getheader("etag", "")
    return found if len(found) <= _LONGEST_ETAG and found.isascii() and found.isprintable() else ""


def _refused(status: int, here: SplitResult) -> UserError:
    if status in _REFUSED:
        return UserError(f"{here.hostname} refuses the address ({status}).", f"Is its secret still valid? {_NOTHING}")
    return UserError(f"{here.hostname} answers with {status}.", _NOTHING)
