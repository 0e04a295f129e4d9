"""Changes to other systems: taken from the audit, signed as Standard Webhooks, tried for three days.

At least once and always with the same id; calls of one record in their order. On a thread of its own: nobody waits for
somebody else's server. Called by the scheduler (`Hooks.look`) and by `bot.py webhooks test`.
"""

from __future__ import annotations

import logging
import ssl
import time
from base64 import b64decode
from binascii import Error as NotBase64
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from reminders.outbox.aside import Aside
from reminders.outbox.patience import Patience, hang_up
from storage.base import destinations
from storage.base.errors import UserError
from storage.base.trying import ALONE, TOLD_AFTER, TRIED_FOR, WENT_WRONG, all_wait, wait_after
from storage.webhook import store as calls
from storage.webhook.record import DEAD, SENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.base.db import Unit
    from storage.base.outside import Webhook
    from storage.webhook.record import Call

    Secret = Callable[[str], str | None]

log = logging.getLogger("cta_bot.webhooks")

LEASE = "webhooks"
_LEASE_SECONDS = 60.0
_WAIT = 15.0
_SECONDS = 30.0
_SHARE = 15.0
_PAUSE = 0.01
_OK = range(200, 300)
_LATER = (408, 425, 429)
_BROKEN = 500
_LONGEST, _DIGITS = 14_400, 8


class Fate(NamedTuple):
    """What became of a call: well, or why not; `after` the address wants to be asked again.

    `ill`: all of it may fail; `asks`: it says itself that it wants to be left alone.
    """

    well: bool
    error: str = ""
    after: timedelta | None = None
    ill: bool = False
    asks: bool = False


def signed(webhook: Webhook, secret: Secret, message_id: str, body: str, at: datetime) -> dict[str, str]:
    """The headers of a call. Raises UserError without the package, or a secret that can sign."""
    if find_spec("standardwebhooks") is None:
        raise UserError("Webhooks need the package standardwebhooks.", "Install it: pip install '.[webhooks]'")
    from standardwebhooks import Webhook as Signer  # noqa: PLC0415 - an extra
    from standardwebhooks.webhooks import EmptyWebhookSecretError  # noqa: PLC0415 - likewise

    value = (secret(webhook.secret_env) or "").strip()
    if not value:
        raise UserError(f"{webhook.secret_env} is not set.", "It holds the signing secret, as in whsec_….")
    try:
        given = value.removeprefix("whsec_")
        b64decode(given + "=" * (-len(given) % 4), validate=True)  # some leave the last signs out
        signature = Signer(value).sign(message_id, at, body)
    except (NotBase64, EmptyWebhookSecretError, RuntimeError, ValueError):
        words = f"{webhook.secret_env} holds no signing secret."
        raise UserError(words, "It looks like whsec_ and base64 behind it.") from None
    return {
        "content-type": "application/json",
        "user-agent": "cta-bot",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def call_once(webhook: Webhook, secret: Secret, message_id: str, body: str, at: datetime) -> Fate:
    """Make a call. Raises UserError where it can't be signed; a redirect is not followed."""
    headers = signed(webhook, secret, message_id, body, at)
    parts = urlsplit(webhook.url)
    connection: HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = HTTPSConnection(str(parts.hostname), parts.port or 443, timeout=_WAIT, context=context)
    else:
        connection = HTTPConnection(str(parts.hostname), parts.port or 80, timeout=_WAIT)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.connect()
        patience = Patience(_SECONDS)
        with patience.cutting(partial(hang_up, connection.sock)):
            connection.request("POST", target, body=body.encode(), headers=headers)
            with connection.getresponse() as answer:  # nobody reads what it says beside
                status, wait = answer.status, answer.getheader("retry-after", "")
    except (OSError, HTTPException, ValueError) as error:
        return Fate(well=False, error=f"{parts.hostname} can't be reached: {type(error).__name__}", ill=True)
    finally:
        connection.close()
    if patience.is_over:
        return Fate(well=False, error=f"{parts.hostname} answers too slowly", ill=True)
    if status in _OK:
        return Fate(well=True)
    asked = timedelta(seconds=min(int(wait), _LONGEST)) if wait.isdecimal() and len(wait) <= _DIGITS else None
    asks = bool(asked) or status in _LATER
    return Fate(
        well=False,
        error=f"{parts.hostname} answers {status}",
        after=asked,
        ill=status in _LATER or status >= _BROKEN,
        asks=asks,
    )


def _wait_of(call: Call, fate: Fate) -> timedelta:
    return max(wait_after(call.attempts + 1), fate.after or timedelta())


class Hooks(Aside):
    """Takes changes from the audit and calls."""

    name, turn, seconds = "webhooks", LEASE, _LEASE_SECONDS

    def has_work(self) -> bool:
        """Whether there is anything to take or to call."""
        webhooks, db, now = self._store.policy.webhooks, self._store.connection(), self._clock()
        if calls.BACKLOG.unknown(db, webhooks):
            return True
        return bool(webhooks) and (calls.BACKLOG.untaken(db) or any(calls.due(db, one.name, now) for one in webhooks))

    def work(self) -> None:
        """Take what changed, then call until nothing is due. The caller has the turn."""
        webhooks = self._store.policy.webhooks
        if calls.BACKLOG.unknown(self._store.connection(), webhooks):
            with self._store.write(self._clock()) as unit:
                calls.BACKLOG.meet(unit, webhooks)
        for webhook in webhooks:
            self._take(webhook)
        going = list(webhooks)
        while going:
            going = [webhook for webhook in going if self._call_some(webhook)]

    def _take(self, webhook: Webhook) -> None:
        while not self._halted():
            with self._store.write(self._clock()) as unit:
                number = calls.take(unit, webhook)
                self._points("webhook.take")
            self._points("webhook.taken")
            if number < calls.AT_ONCE:
                return
            time.sleep(_PAUSE)

    def _call_some(self, webhook: Webhook) -> bool:
        """Call until nothing is due, or the others have waited long enough; whether there is more.

        Where a call is answered badly, the next one shows whether it is that one or the address: two in a row.
        """
        until, doubt, has_answered = time.monotonic() + _SHARE, timedelta(), False
        tried = 0
        while due := calls.due(self._store.connection(), webhook.name, self._clock()):
            for call in due:
                if self._halted():
                    return False
                fate = self._call(webhook, call)
                if fate.ill:
                    wait = max(_wait_of(call, fate), doubt)
                    if doubt or fate.asks:
                        self._hold(webhook, wait if fate.asks else all_wait(wait, tried, call.attempts))
                        return False
                    doubt, tried = wait, call.attempts
                    continue
                doubt, has_answered = timedelta(), True
                if time.monotonic() > until:
                    return True
        if doubt and not has_answered:
            self._hold(webhook, min(doubt, ALONE))
        return False

    def _hold(self, webhook: Webhook, wait: timedelta) -> None:
        with self._store.write(self._clock()) as unit:
            calls.BACKLOG.hold(unit, webhook.name, unit.now + wait)

    def _call(self, webhook: Webhook, call: Call) -> Fate:
        """Make one call and keep its fate."""
        try:
            fate = call_once(webhook, self._secret, call.message_id, call.body, self._clock())
        except UserError as error:
            fate = Fate(well=False, error=str(error), ill=True)
        except Exception as error:
            log.exception("call %s of webhook %s failed", call.message_id, webhook.name)
            fate = Fate(well=False, error=f"{WENT_WRONG} ({type(error).__name__})")
        self._points("webhook.called")
        with self._store.write(self._clock()) as unit:
            if fate.well:
                calls.BACKLOG.end(unit, call.id, SENT)
                calls.BACKLOG.hold(unit, call.webhook, None)
                if not calls.is_failing(unit.db, call.webhook, unit.now - TOLD_AFTER):
                    words = f"Webhook {webhook.name} works again."
                    destinations.set_health(unit, calls.BACKLOG.trouble_id(webhook.name), destinations.OK, None, words)
            else:
                self._keep_failure(unit, webhook, call, fate)
            self._points("webhook.kept")
        return fate

    def _keep_failure(self, unit: Unit, webhook: Webhook, call: Call, fate: Fate) -> None:
        tried_for = unit.now - (call.first_at or unit.now)
        name = calls.BACKLOG.trouble_id(webhook.name)
        if tried_for >= TRIED_FOR:
            calls.BACKLOG.end(unit, call.id, DEAD, fate.error)
            words = f"Webhook {webhook.name}: given up after three days: {fate.error} (`webhooks list`)."
            if destinations.health_of(unit.db, name) == destinations.OK:
                destinations.set_health(unit, name, "dead call", fate.error, words)
            return
        calls.BACKLOG.failed(unit, call.id, fate.error, _wait_of(call, fate))
        if tried_for >= TOLD_AFTER and destinations.health_of(unit.db, name) == destinations.OK:
            words = f"Webhook {webhook.name}: {fate.error}. It is tried for three days."
            destinations.set_health(unit, name, "failing", fate.error, words)
