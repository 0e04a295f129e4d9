"""`people erase`: names and words of somebody who has left go, for good; what they did stays under no name."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.base.backup import copies_beside
from storage.base.plurals import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from handlers.terminal import Terminal
    from storage.base.db import Store
    from storage.base.erasing import Erasure
    from storage.base.person import Person
    from storage.base.policy import Policy

HELP = "erase somebody who has left: names and notes go for good, figures stay"
EXAMPLES = ("people erase tom@example.com --dry-run", "people erase tom@example.com")
_PAUSE = timedelta(milliseconds=10)


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="erase")
    erase = actions.add_parser("erase", help="names and notes of somebody who has left")
    erase.add_argument("email", metavar="EMAIL")
    erase.add_argument("--dry-run", action="store_true", help="say what would be erased, and change nothing")
    erase.add_argument("--yes", action="store_true", help="don't ask; it can't be taken back")


def run(args: Namespace, terminal: Terminal) -> int:
    """Say what goes and what stays, ask, and do it."""
    import time

    from handlers.terminal.actions import confirm
    from storage.base.erasing import erase, leaver, look

    store = terminal.reading()
    try:
        person = leaver(store.connection(), args.email)
        for noun in _departures():
            if words := noun.still_theirs(store.connection(), person):
                terminal.say(words)
        if args.dry_run:
            _say(terminal, look(store, person), done=False)
            return 0
        if not args.yes:
            _say(terminal, look(store, person), done=False)
            confirm(terminal, f"{person.name} ({args.email}) is erased for good: nothing brings it back but a backup.")
        erased = erase(store, person, terminal.clock(), lambda: time.sleep(_PAUSE.total_seconds()))
        _say(terminal, erased, done=True)
        _write_anew(terminal, store, erased)
        for words in _elsewhere(terminal, person):
            terminal.say(words)
    finally:
        store.close()
    return 0


def _write_anew(terminal: Terminal, store: Store, erased: Erasure) -> None:
    """Else the file itself would hold what was erased, and each backup from now on."""
    from storage.base.errors import UserError

    try:
        store.write_anew()
    except UserError as trouble:
        terminal.say(f"What was erased is still in the file's free space, and in backups of it: {trouble}")
        terminal.say(f"Once that is mended: python bot.py people erase {erased.address} --yes")


def _departures() -> Iterator[Any]:
    from storage.base.nouns import handed_in

    return (noun for noun in handed_in("storage", "departures") if hasattr(noun, "still_theirs"))


def _say(terminal: Terminal, found: Erasure, *, done: bool) -> None:
    verb = "Erased" if done else "Would be erased"
    texts = ", ".join(f"{number:,} in {table}" for table, number in sorted(found.texts.items()))
    notes = counted(found.remarks, "record with notes of theirs", "records with notes of theirs")
    terminal.say(
        f"{verb}: {notes}; {counted(found.texts.total(), 'text')} that named or quoted them ({texts or 'none'})."
    )
    terminal.say(f"{'What they did stands' if done else 'What they did would stand'} under '{found.became}'.")
    if found.name_stays:
        terminal.say(
            f"'{found.person.name}' alone may be others' too: within sentences it stays; `export audit` has them."
        )


def _elsewhere(terminal: Terminal, person: Person) -> Iterator[str]:
    """Where the person is named still, since it is not the bot's to change."""
    yield from _backups(terminal)
    if _is_in(terminal.policy, person):
        yield "policy.toml still names them: take them out there, or they are made anew."
    yield "Files and sources that name them still bring them back: take them out there, also of FILE.rejects.csv."
    yield "What Slack shows of them is Slack's to forget, and so are logs whoever keeps them's."


def _is_in(policy: Policy, person: Person) -> bool:
    named = [*policy.managers, *policy.admins]
    for team in policy.teams.values():
        named += [team.manager, *team.members]
    own = {name.casefold() for name in (person.email, person.slack_id) if name}
    return any(name.casefold() in own for name in named)


def _backups(terminal: Terminal) -> Iterator[str]:
    database, folder = terminal.settings.cta_bot_db, terminal.policy.backup.folder
    copies = sorted(Path(folder).glob("cta-bot-*.db")) if folder else []
    if isinstance(database, Path):
        copies += copies_beside(database)
    else:
        yield "The server's own backups still hold them."
    if copies:
        yield f"Backups still hold them: {', '.join(str(copy) for copy in copies)}. Drop them, or wait until they go."
    elif isinstance(database, Path):
        yield "Backups that you keep elsewhere still hold them."
