"""What an engine does for the store: `sqlite.py` for a file, `postgres.py` for a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.base.errors import FileTrouble


class Engine(Protocol):
    """One database. `db` is a connection that it made, of the thread that calls.

    `notifies`: whether `listen` tells of what others write. `lineage` is another one once a copy took the server's
    place, which may lack what was committed last; it is known from the first connection on.
    """

    notifies: bool
    lineage: str

    def prepare(self, *, create: bool) -> None:
        """See to what must be there before it is opened. Raises UserError for a file that may not be made."""

    def connect(self) -> Any:
        """A connection for one thread."""

    def begin(self, db: Any, until: float | None = None) -> int:
        """Begin a unit of work; the schema's version.

        Raises Busy for somebody else's that lasts longer than we wait, at most until then (monotonic seconds).
        """

    def snapshot(self, db: Any) -> None:
        """Begin to read what is there now."""

    def commit(self, db: Any) -> None:
        """End a unit of work; kept from then on."""

    def rollback(self, db: Any) -> None:
        """Take back what is open, if anything is."""

    def version(self, db: Any) -> int:
        """The schema's version; 0 for none."""

    def want(self, version: int, *, create: bool) -> None:
        """Raise UserError for a database without a schema that may not be made."""

    def migrate(self, db: Any, target: int | None = None) -> int:
        """Bring the schema to the newest version (or to `target`, for tests); how many migrations were applied."""

    def problem(self) -> FileTrouble | None:
        """What became of it under the running bot, as far as that is seen without asking it."""

    def check(self, db: Any) -> None:
        """Look through it. Raises FileTrouble for one that is damaged."""

    def hold(self, db: Any, *, much: bool) -> None:
        """Hold more of it in memory, or no more than any connection."""

    def checkpoint(self, db: Any) -> None:
        """Fold what was committed into the file."""

    def write_anew(self, db: Any) -> None:
        """Leave nothing in it of what was taken out. Raises Busy for somebody who keeps it."""

    def size(self, db: Any) -> int:
        """Its size in bytes."""

    def listen(self, seconds: float) -> Iterator[bool]:
        """Whenever somebody wrote, True; False after so many seconds without. Raises whatever goes wrong."""

    def leave_ids_behind(self, db: Any) -> None:
        """Give out no id again that the server before may have given out."""
