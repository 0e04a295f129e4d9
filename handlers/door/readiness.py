"""Whether the bot is well, check by check, in words: for whoever watches it (`/readyz`) and for people.

Asked by `over_health.py`; each check is cheap, and none of them changes anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from shutil import disk_usage
from typing import TYPE_CHECKING

from storage.base.address import file_of
from storage.base.backups import latest_backup
from storage.base.destinations import WORKSPACE
from storage.base.errors import UserError
from storage.base.migrations import migrations
from storage.base.moments import civil_day
from storage.base.plurals import counted
from storage.base.trouble import in_words
from storage.base.watch import LOOK, SLACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from handlers.door.services import Services
    from storage.base.health import Health

SILENT = 60
"""Seconds without an answer of Slack, or without a look at what is due, after which something is wrong."""
OLD = 1
"""Days of age that the newest backup may have."""
SCARCE = 64 << 20
"""Bytes free below which a large import or the night's backup may find no room."""
WAITING = 15 * 60
"""Seconds that a row may wait for its turn to be sent."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to be well: what it is called, whether it is, and in words how it is."""

    name: str
    ok: bool
    words: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the checks ask: the services, how delivery is, whether Slack can reach the bot; `ask_slack` asks it.

    `connected` is how many ways Slack has to the bot: links in Socket Mode; one that listens in HTTP mode.
    """

    services: Services
    health: Callable[[], Health]
    connected: Callable[[], int]
    ask_slack: Callable[[], object]

    def checks(self) -> list[Check]:
        """All checks, each with its words whatever else fails."""
        return [
            self._database(),
            self._disk(),
            self._slack(),
            self._connection(),
            self._machine(),
            *self._outbox(),
            *self._backup(),
        ]

    def _database(self) -> Check:
        store = self.services.store
        try:
            store.try_to_write()
            problem = store.trouble
            version = store.version()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is said
            words = error if isinstance(error, UserError) else in_words(error, store.path) or error
            return Check("database", ok=False, words=str(words).partition("\n")[0])
        if problem:
            return Check("database", ok=False, words=problem.message)
        newest = len(migrations())
        return Check("database", version == newest, f"writable, schema {version} of {newest}")

    def disk_free(self) -> int | None:
        """Bytes that are free where the database file is; None for a server, which has disks of its own."""
        file = file_of(self.services.store.path)
        return disk_usage(file.parent).free if file else None

    def _disk(self) -> Check:
        try:
            free = self.disk_free()
        except OSError as error:
            return Check("disk", ok=False, words=f"it can't be asked: {error.strerror}")
        if free is None:
            return Check("disk", ok=True, words="the database is on a server")
        return Check("disk", free >= SCARCE, f"{free >> 20} MiB free beside the database")

    def _slack(self) -> Check:
        watch = self.services.watch
        silent = watch.silent_for(SLACK)
        if silent is None or silent > SILENT / 2:
            try:
                self.ask_slack()
            except Exception as error:  # noqa: BLE001 - it is counted where the call is made
                if refusal := _refusal(error):
                    return Check("slack", ok=False, words=f"Slack refuses the bot's token: {refusal}")
                if (watch.silent_for(SLACK) or SILENT) >= SILENT:
                    return Check("slack", ok=False, words=f"Slack does not answer: {type(error).__name__}")
        if refusal := self._refused():
            return Check("slack", ok=False, words=f"Slack refuses the bot's token: {refusal}; nothing is sent")
        silent = watch.silent_for(SLACK)
        return Check("slack", silent is not None and silent < SILENT, _since("Slack answered", silent))

    def _refused(self) -> str:
        """What Slack says of the bot's token, as delivery found it; empty while it is good."""
        try:
            troubles = self.health().troubles
        except Exception:  # noqa: BLE001 - the database's own check says why
            return ""
        return next((one.health for one in troubles if one.id == WORKSPACE), "")

    def _connection(self) -> Check:
        ways = self.connected()
        return Check("connection", ways > 0, f"{ways} open" if ways else "Slack has no way to the bot")

    def _machine(self) -> Check:
        silent = self.services.watch.silent_for(LOOK)
        return Check("machine", silent is not None and silent < SILENT, _since("it looked at what is due", silent))

    def _outbox(self) -> Iterator[Check]:
        try:
            health = self.health()
        except Exception as error:  # noqa: BLE001 - the database's own check says why
            yield Check("outbox", ok=False, words=f"it can't be read: {type(error).__name__}")
            return
        late = _seconds(self.services.clock(), health.overdue_since)
        waits = f"the oldest row waits for {late} s" if late else "nothing waits"
        yield Check("outbox", late < WAITING, f"{waits}; {len(health.troubles)} in trouble")
        turn, there = health.replicas.turn, health.replicas
        who = "this process" if turn and turn.mine else turn.who if turn else "nobody"
        term = f", term {turn.term}" if turn else ""
        words = [f"{who} plans and delivers{term}", counted(len(there.present), "replica"), *there.oddities]
        yield Check("turn", turn is not None, "; ".join(words))

    def _backup(self) -> Iterator[Check]:
        policy = self.services.policy
        if not policy.backup.folder:
            return
        latest, today = latest_backup(policy), civil_day(self.services.clock(), policy.timezone)
        days = (today - latest).days if latest else None
        words = "none was made yet" if days is None else "made today" if not days else f"{counted(days, 'day')} old"
        yield Check("backup", days is not None and days <= OLD, words)


def _refusal(error: Exception) -> str:
    """Slack's word, where it was Slack that said no; a limit is none."""
    response = getattr(error, "response", None)
    code = str(response.get("error") or "") if response is not None and hasattr(response, "get") else ""
    return "" if code == "ratelimited" else code


def _since(what: str, seconds: float | None) -> str:
    return f"{what} {round(seconds)} s ago" if seconds is not None else f"{what} never yet"


def _seconds(now: datetime, since: datetime | None) -> int:
    return max(0, round((now - since).total_seconds())) if since else 0
