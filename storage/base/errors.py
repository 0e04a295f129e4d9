"""What can go wrong for a person, in words for a person. Everything else is a bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class UserError(Exception):
    """Plain words for a person: what was wrong (`message`) and what would be right (`hint`).

    `field` names the form field (its action id) that the words belong to; `choices` are things to pick
    instead: a label and the whole command that it stands for (`/cta open Acme expand ci`).
    """

    def __init__(
        self, message: str, hint: str = "", *, field: str | None = None, choices: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field
        self.choices = tuple(choices)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Refused(UserError):
    """The person may not do this; the hint says who can."""


class NotFound(UserError):
    """No such record."""


class AlreadyOpen(UserError):
    """An open CTA of the same account, use case and motion stands in the way (`cta_id`): the words point to it."""

    def __init__(self, message: str, hint: str = "", *, cta_id: int) -> None:
        super().__init__(message, hint, choices=[(f"Show {cta_id}", f"/cta show {cta_id}")])
        self.cta_id = cta_id


class Stale(UserError):
    """Somebody was faster: the record is no longer in the state that the person saw."""


class CarriedOut(UserError):
    """It was done and is kept; only showing it failed."""


class Busy(UserError):
    """Something larger keeps the database for longer than anybody can wait: nothing was changed."""


class Outdated(UserError):
    """A newer bot has changed the database: this one must not write any more, and ends."""


class Clash(Exception):
    """The database refused: a key that is taken, or a record that others point to. Nothing of the attempt is kept."""


class FileTrouble(UserError):
    """The database file is full, damaged, gone or another one: nothing was changed, and operations are told."""


class Damaged(FileTrouble):
    """It is damaged: it stays so until a backup is brought back."""


class Overtaken(Exception):
    """Somebody changed something between the look and the write: nothing was kept, and it is to be looked at again."""


class Repeated(Exception):
    """This command or click was carried out before; `answer` is what was answered then, if kept."""

    def __init__(self, key: str, answer: str | None) -> None:
        super().__init__(key)
        self.key = key
        self.answer = answer
