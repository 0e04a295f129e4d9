"""The append-only log: what the app asked, what took effect, what was refused, what was delivered.

Tests count losses and doubles here, and wait on it instead of sleeping. Kinds of entries:

- `asked` (method, args, token, outcome: `ok`, an error code or the fault), once per Web API call
- `posted`, `ephemeral`, `updated`, `deleted` (channel, ts, text, metadata …): what took effect
- `view` (action, view_id, person, title), `home` (person): what was opened, changed, closed
- `refused` (what, error, why): everything that Slack would refuse, wherever it was asked
- `sent`, `acked`, `unacked` (envelope_id, type, about, attempt …): what was delivered to the app
- `socket` (state, number), `fault` (fault, method), `clock` (now)
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Condition
from typing import Any, TextIO, TypeVar

from sandbox.clock import Clock, real_seconds

T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """One line of the log; `at` is the workspace's time, `real` seconds of real time."""

    seq: int
    kind: str
    at: str
    real: float
    data: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def get(self, key: str, default: Any = None) -> Any:
        """A field that may be missing."""
        return self.data.get(key, default)

    def as_dict(self) -> dict[str, Any]:
        """The entry as it stands in the JSON-lines file and in `/_sandbox/log`."""
        return {"seq": self.seq, "kind": self.kind, "at": self.at, "real": self.real, **self.data}


class Log:
    """All entries in order. Guarded by `changed`, the workspace's one lock, and notifying it."""

    def __init__(self, clock: Clock, changed: Condition, mirror: Path | None = None) -> None:
        self._clock = clock
        self._changed = changed
        self._entries: list[Entry] = []
        self._path = mirror
        self._mirror: TextIO | None = None

    @property
    def seq(self) -> int:
        """The number of the last entry, 0 for none."""
        with self._changed:
            return self._entries[-1].seq if self._entries else 0

    def add(self, kind: str, **data: Any) -> Entry:
        """Append one entry and wake everybody who waits."""
        with self._changed:
            entry = Entry(self.seq + 1, kind, self._clock.now().isoformat(), round(real_seconds(), 6), data)
            self._entries.append(entry)
            if self._path:
                self._mirror = self._mirror or self._path.open("a", encoding="utf-8")
                self._mirror.write(json.dumps(entry.as_dict(), default=str) + "\n")
                self._mirror.flush()
            self._changed.notify_all()
            return entry

    def entries(self, *kinds: str, after: int = 0, **match: Any) -> list[Entry]:
        """The entries of these kinds (all if none is named) after `after` whose fields equal `match`."""
        with self._changed:
            return [
                entry
                for entry in self._entries[self._index_after(after) :]
                if (not kinds or entry.kind in kinds)
                and all(entry.data.get(key) == value for key, value in match.items())
            ]

    def _index_after(self, seq: int) -> int:
        first = self._entries[0].seq if self._entries else 1
        return max(0, seq - first + 1)

    def wait_for(self, look: Callable[[], T | None], seconds: float) -> T | None:
        """What `look` finds, looking again after every new entry; None once `seconds` have passed."""
        deadline = real_seconds() + seconds
        with self._changed:
            while (found := look()) is None:
                left = deadline - real_seconds()
                if left <= 0:
                    return None
                self._changed.wait(left)
            return found

    def clear(self) -> None:
        """Forget all entries: a workspace between two tests. Numbers go on."""
        with self._changed:
            last = self.seq
            self._entries.clear()
            if last:
                self._entries.append(Entry(last, "reset", self._clock.now().isoformat(), real_seconds(), {}))

    def close(self) -> None:
        """Close the mirror file, if there is one; the next entry opens it again."""
        if self._mirror:
            self._mirror.close()
            self._mirror = None
