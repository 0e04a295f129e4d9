"""What doctor looks at: whether each webhook can be signed, and whether its calls arrive."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from storage.base.address import is_there
from storage.base.errors import UserError
from storage.base.plurals import counted, form_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.terminal import Terminal
    from handlers.terminal.doctor import Finding


def _webhooks(terminal: Terminal) -> Iterator[Finding]:
    from reminders.webhook.calling import signed
    from storage.webhook import store as calls

    try:
        webhooks = terminal.policy.webhooks
    except UserError:
        return  # told elsewhere
    if not webhooks:
        return
    for webhook in webhooks:
        try:
            signed(webhook, terminal.secret, "msg", "{}", terminal.clock())
        except UserError as error:
            yield False, f"webhook {webhook.name}: {error}"
    if not is_there(terminal.settings.cta_bot_db):
        return
    try:
        with closing(terminal.reading()) as store:
            db = store.connection()
            counts = calls.BACKLOG.counts(db)
            oldest = {one.name: calls.oldest_pending(db, one.name) for one in webhooks}
    except UserError:
        return  # told elsewhere
    for webhook in webhooks:
        mine, first = counts.get(webhook.name, {}), oldest[webhook.name]
        dead, waits = mine.get("dead", 0), mine.get("pending", 0)
        trouble = f"; the first of them: {first.error}" if first and first.error else ""
        words = f"webhook {webhook.name}: {counted(waits, 'call')} waiting, {dead:,} given up{trouble}"
        yield not dead and not trouble, words


def _audit_file(terminal: Terminal) -> Iterator[Finding]:
    from reminders.webhook.streaming import SYSTEM, TROUBLE
    from storage.base import destinations, exports

    try:
        file = terminal.policy.audit.file
        if not file or not is_there(terminal.settings.cta_bot_db):
            return
        with closing(terminal.reading()) as store:
            db = store.connection()
            waits = exports.last_change(db) - exports.exported(db, SYSTEM)
            trouble = destinations.trouble_of(db, TROUBLE)
    except UserError:
        return  # told elsewhere
    held = f"{counted(waits, 'row')} {form_for(waits, 'waits', 'wait')}"
    words = f": {trouble.error}" if trouble else ""
    yield not trouble, f"audit to {file}{words}; {held if waits else 'it has all'}"


CHECKS = (_webhooks, _audit_file)
