"""The terminal's side: one module per command, with `HELP`, `EXAMPLES`, `configure(parser)`, `run(args, terminal)`.

Data goes to stdout, everything else to stderr; `run` returns the exit status, 0 only if all was done.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import get_close_matches
from platform import python_version
from typing import TYPE_CHECKING, Any

from storage.base.backup import keep_before_update
from storage.base.clock import SharedClock
from storage.base.db import Store
from storage.base.errors import UserError
from storage.base.moments import YEARS
from storage.base.nouns import handed_in
from storage.base.policy import Policy, read_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path
    from types import ModuleType

    from handlers.terminal.settings import Settings
    from storage.base.address import Address
    from storage.base.reminder import Coming

COMMANDS = ("run", "manifest", "doctor", "migrate", "backup", "restore", "tick", "outbox", "export", "reload", "people")
"""The machine's commands, each a module of this package; nouns hand in theirs (`handlers/<noun>/terminal.py`)."""
VERSION = "0.1.0"
"""As in pyproject.toml: a test holds them together."""
_DIGITS = 18  # what SQLite's integers hold for certain
_PORTS = 65_535


def _no_secret(_name: str) -> str:
    return ""


@dataclass
class Terminal:
    """What a command needs of the world. `clock` is the only way to the time; `run` and `demo` start the bot.

    `rehearse` is the preview's rehearsal of what falls due, `tick` plans and delivers once, at an instant or now.
    `secret` is what the environment (or `.env`) holds under a name; it is never shown.
    """

    settings: Settings
    clock: Callable[[], datetime]
    run: Callable[[Terminal, tuple[str, int] | None, tuple[str, int] | None], int] | None = None
    demo: Callable[[Terminal, int, Path | None], int] | None = None
    tick: Callable[[Terminal, datetime | None], int] | None = None
    rehearse: Callable[..., list[Coming]] | None = None
    secret: Callable[[str], str | None] = field(default=_no_secret, repr=False)
    _policy: Policy | None = field(default=None, repr=False)

    @property
    def policy(self) -> Policy:
        """The policy of `CTA_BOT_POLICY`; raises UserError for a faulty key, or a named file that is not there."""
        if self._policy is None:
            path = self.settings.cta_bot_policy
            if "cta_bot_policy" in self.settings.model_fields_set and not path.exists():
                raise UserError(f"There is no policy at {path}.", "CTA_BOT_POLICY says where it is.")
            self._policy = read_policy(path)
        return self._policy

    def store(self, path: Address | None = None, *, create: bool = False) -> Store:
        """The database of `CTA_BOT_DB`, brought to the newest schema; made, where it is not there, by some (`create`).

        Raises UserError where it is not there.
        """
        path = path or self.settings.cta_bot_db
        return self._by_its_clock(Store(path, policy=self.policy, create=create, before_update=keep_before_update))

    def _by_its_clock(self, store: Store) -> Store:
        """The database's time counts from here on, if the clock is one that can go by it."""
        if isinstance(self.clock, SharedClock):
            self.clock.ask(store.connection())
        return store

    def reading(self) -> Store:
        """The database of `CTA_BOT_DB` for a command that only reads: it is neither made nor migrated.

        Raises UserError where it is not there, or is of another schema.
        """
        return self._by_its_clock(Store(self.settings.cta_bot_db, policy=self.policy, create=False, upgrade=False))

    def now(self, given: str | None = None) -> datetime:
        """The instant of `--now`, else the clock's; raises UserError for one that can't be read."""
        return self.clock() if given is None else parse_instant(given)

    def say(self, text: str) -> None:
        """Tell the person at the terminal something that is not data."""
        print(text, file=sys.stderr, flush=True)


def write_utf8() -> None:
    """What a command writes to stdout leaves in UTF-8, with line ends as they are, whatever the locale."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="")


def parse_instant(text: str) -> datetime:
    """An ISO instant such as `2026-12-01T09:00Z` or `2026-12-01T09:00+01:00`; a bare one is UTC."""
    found = None
    with suppress(ValueError):
        found = datetime.fromisoformat(text.strip())
    if found is None or found.year not in YEARS:
        raise UserError(
            f"'{text}' is not an instant.", "Write it as 2026-12-01T09:00Z (a day alone means its midnight)."
        )
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def parse_day(text: str) -> date:
    """An ISO day such as `2026-12-01`; raises UserError for another, and outside `YEARS`."""
    found = None
    with suppress(ValueError):
        found = date.fromisoformat(text)
    if found is None or found.year not in YEARS:
        raise UserError(f"'{text}' is not a day.", "Write it as 2026-12-01.")
    return found


def choices_in_words(error: UserError) -> list[str]:
    """What may have been meant, a line each, as far as it can be typed here; a label says nothing beside its words."""
    here = [choice for choice in error.choices if not choice[1].startswith("/")]
    return [f"  {command}" if command.startswith(label) else f"  {label}: {command}" for label, command in here]


def row_number(text: str) -> int:
    """The number of a row, for argparse: a whole number that a row can have."""
    if not text.isdecimal() or len(text) > _DIGITS:
        raise argparse.ArgumentTypeError(f"'{text}' is not the number of a row")
    return int(text)


def port_number(text: str) -> int:
    """The number of a port, for argparse; 0 is any that is free."""
    if not text.isdecimal() or len(text) > len(str(_PORTS)) or int(text) > _PORTS:
        raise argparse.ArgumentTypeError(f"'{text}' is no port: 1 to {_PORTS:,}, or 0 for any that is free")
    return int(text)


class _Parser(argparse.ArgumentParser):
    """Argparse, which offers what was meant by a mistyped word among those that there are; so do its sub-commands."""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        choices = [str(choice) for choice in action.choices or ()]
        if choices and value not in action.choices:  # type: ignore[operator]
            what = f"{'/'.join(action.option_strings) or 'argument'} '{str(value)[:40]}'"
            raise UserError(f"There is no {what} in `{self.prog}`.", _meant(str(value), choices))
        super()._check_value(action, value)


def _meant(word: str, words: Collection[str]) -> str:
    near = get_close_matches(word, words, n=2, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(words)}."


def commands() -> dict[str, ModuleType]:
    """All commands by name, in the order of help: the machine's stand at 0, 10, 20 …, the nouns' at their `PLACE`."""
    own = [(10 * i, name, importlib.import_module(f"handlers.terminal.{name}")) for i, name in enumerate(COMMANDS)]
    nouns = handed_in("handlers", "terminal")
    handed = [(one.PLACE, one.NAME, one) for noun in nouns for one in (noun, *getattr(noun, "MORE", ()))]
    return {name: module for _, name, module in sorted((*own, *handed), key=lambda one: one[:2])}


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """The parsed command line; its `command` is the module's `run`. A wrong one ends with status 2."""
    asked = (sys.argv[1:] if argv is None else argv)[:1]
    if asked and not asked[0].startswith("-") and asked[0] not in commands():
        raise UserError(f"There is no command '{asked[0][:40]}'.", _meant(asked[0], commands()))
    parser = _Parser(prog="bot.py", description="CTA Bot: use-case CTAs, renewal reviews and EBRs, in Slack.")
    parser.add_argument("--version", action="version", version=f"CTA Bot {VERSION}, Python {python_version()}")
    parsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, module in commands().items():
        command = parsers.add_parser(
            name,
            help=module.HELP,
            description=module.HELP,
            epilog="Examples:\n" + "\n".join(f"  python bot.py {line}" for line in module.EXAMPLES),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.configure(command)
        command.set_defaults(command=module.run, finds_faults=getattr(module, "FINDS_FAULTS", False))
    return parser.parse_args(argv)
