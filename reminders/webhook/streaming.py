"""The audit as JSON lines in a file (`[audit] file`): each row once, in order, also over a kill and a rotated file.

On a thread of its own, begun by the scheduler (`AuditFile.look`). What a kill left half written is cut off; where the
file is ahead of what the database remembers, it goes on from there.
"""

from __future__ import annotations

import json
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reminders.outbox.aside import Aside
from storage.base import destinations, exports
from storage.base.trouble import make_private

if TYPE_CHECKING:
    from typing import BinaryIO

SYSTEM = "audit-file"
TROUBLE = "audit-file"
_AT_ONCE = 500
_TAIL = 1 << 20


class AuditFile(Aside):
    """Appends what the audit has new."""

    name, turn, seconds = "audit-file", "audit-file", 60.0

    def has_work(self) -> bool:
        """Whether there is a file, and something that it lacks."""
        db = self._store.connection()
        return bool(self._store.policy.audit.file) and exports.exported(db, SYSTEM) < exports.last_change(db)

    def work(self) -> None:
        """Append all that is new. The caller has the turn."""
        path = Path(self._store.policy.audit.file)
        try:
            make_private(path)
            with path.open("r+b") as file:
                self._append(file, max(_mended(file), exports.exported(self._store.connection(), SYSTEM)))
        except OSError as error:
            words = f"The audit can't be written to {path}: {error.strerror}. What is missing follows when it can."
            with self._store.write(self._clock()) as unit:
                destinations.set_health(unit, TROUBLE, "failing", error.strerror, words)
            return
        with self._store.write(self._clock()) as unit:
            words = "The audit can be written to its file again."
            destinations.set_health(unit, TROUBLE, destinations.OK, None, words)

    def _append(self, file: BinaryIO, after: int) -> None:
        while not self._halted():
            rows = list(islice(exports.audit_after(self._store.connection(), after), _AT_ONCE))
            if rows:
                file.write(b"".join(_line(row) for row in rows))
                file.flush()
                os.fsync(file.fileno())
                self._points("audit.written")
                after = rows[-1]["id"]
            with self._store.write(self._clock()) as unit:
                exports.keep_exported(unit, SYSTEM, after)
            self._points("audit.kept")
            if len(rows) < _AT_ONCE:
                return


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _mended(file: BinaryIO) -> int:
    """Cut off what is no whole line, and stand at the end; the id of the last line, 0 for none."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - _TAIL))
    tail = file.read()
    whole = tail[: tail.rfind(b"\n") + 1]
    file.truncate(file.seek(end - len(tail) + len(whole)))
    last = whole.rstrip(b"\n").rpartition(b"\n")[2]
    try:
        return int(json.loads(last)["id"])
    except (ValueError, KeyError, TypeError):
        return 0
