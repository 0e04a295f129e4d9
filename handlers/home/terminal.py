"""`preview`: what would be posted when, to whom and why, by the real rules, without sending or changing anything."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handlers.terminal import parse_day, write_utf8
from handlers.terminal.lines import as_data
from handlers.terminal.tables import table
from reminders.engine.calendar import end_of
from storage.base.errors import NotFound, UserError
from storage.base.policy import read_policy

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence
    from datetime import date

    from handlers.terminal import Terminal
    from storage.base.policy import Policy
    from storage.base.reminder import Coming

NAME = "preview"
PLACE = 65
HELP = "what the bot would post when, to whom and why; nothing is sent or changed"
EXAMPLES = (
    "preview --from 2026-12-01 --to 2026-12-31",
    "preview --from 2026-12-01 --to 2027-11-30 --account Acme",
    "preview --from 2026-12-01 --to 2026-12-31 --recipient ann@example.com --format json",
    "preview --from 2026-12-01 --to 2027-11-30 --policy quieter.toml",
)


def configure(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--from", dest="first", required=True, metavar="DATE", help="first day, as 2026-12-01")
    parser.add_argument("--to", dest="last", required=True, metavar="DATE", help="last day, included")
    parser.add_argument("--now", metavar="INSTANT", help="from when on the bot is there (default: now)")
    parser.add_argument("--account", metavar="X", help="only this account (name or CRM id)")
    parser.add_argument("--recipient", metavar="EMAIL", help="only what goes to this person or channel")
    parser.add_argument("--policy", metavar="OTHER.toml", help="rehearse other rules; shows the difference per CSM")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="table (default) or json")


def run(args: Namespace, terminal: Terminal) -> int:
    """Print the rehearsal to stdout, in UTF-8 whatever the terminal's locale."""
    write_utf8()
    first, last = parse_day(args.first), parse_day(args.last)
    if last < first:
        raise UserError(f"--to {last} is before --from {first}.", "Give the earlier day first.")
    now = terminal.now(args.now)
    other = _other_policy(args.policy)
    rehearse = terminal.rehearse
    assert rehearse is not None  # noqa: S101 - bot.py hands it in
    with closing(terminal.reading()) as store, store.read() as db:
        account_id = _account_id(db, args.account) if args.account else None

        def lines(policy: Policy) -> list[Coming]:
            found = rehearse(db, policy, now, end_of(last), account_id=account_id)
            wanted = (args.recipient or "").strip().casefold()
            return [
                line
                for line in found
                if first <= line.day <= last and (not wanted or line.recipient.casefold() == wanted)
            ]

        shown = lines(other or terminal.policy)
        difference = list(_difference(lines(terminal.policy), shown)) if other else []
    if args.format == "json":
        print(json.dumps([as_data(line) for line in shown], indent=2, ensure_ascii=False, allow_nan=False))
        for text in difference:
            terminal.say(text)
    else:
        print("\n".join([*_table(shown), *difference]))
    return 0


def _other_policy(path: str | None) -> Policy | None:
    if path is None:
        return None
    if not Path(path).exists():
        raise NotFound(f"There is no policy file {path}.")
    return read_policy(Path(path))


def _account_id(db: Any, name: str) -> int:
    from handlers.account.which import account_named, nothing_left
    from handlers.door.words import split_words

    meant = account_named(db, split_words(name), "preview --account")
    nothing_left(meant.rest, "preview --account Acme")
    return meant.account.id


def _table(lines: Sequence[Coming]) -> Iterator[str]:
    """A paragraph per message (what is due for one recipient at one moment), then messages per week."""
    if not lines:
        yield "Nothing is to be posted."
        return
    for (post_at, recipient), group in groupby(lines, key=lambda line: (line.post_at, line.recipient)):
        yield f"{post_at:%a %d %b %Y %H:%M %z}  {recipient}"
        for line in group:
            late = " (late)" if line.late else ""
            about = f"  {line.account}" if line.account else ""
            yield f"    {line.kind}{about}: {line.why}{late}"
    yield ""
    yield from table(("Recipient", "Week", "Messages", "Items"), list(_weeks(lines)), words=2)


def _weeks(lines: Sequence[Coming]) -> Iterator[tuple[str, str, str, str]]:
    items = Counter((line.recipient, _week(line.day)) for line in lines)
    messages = Counter((recipient, _week(at.date())) for recipient, at in _messages(lines))
    for (recipient, week), count in sorted(messages.items()):
        yield recipient, week, str(count), str(items[recipient, week])


def _messages(lines: Sequence[Coming]) -> set[tuple[str, Any]]:
    return {(line.recipient, line.post_at) for line in lines}


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _difference(before: Sequence[Coming], after: Sequence[Coming]) -> Iterator[str]:
    """What another policy changes, per recipient: messages and items, then the kinds that become more or fewer."""
    rows = []
    for recipient in sorted({line.recipient for line in (*before, *after)}):
        old = [line for line in before if line.recipient == recipient]
        new = [line for line in after if line.recipient == recipient]
        kinds = Counter(line.kind for line in new)
        kinds.subtract(line.kind for line in old)
        rows.append(
            (
                recipient,
                f"{len(_messages(old))} -> {len(_messages(new))}",
                f"{len(old)} -> {len(new)}",
                ", ".join(f"{count:+} {kind}" for kind, count in sorted(kinds.items()) if count) or "same number",
            )
        )
    yield ""
    yield "With the other policy, beside today's:"
    yield from table(("Recipient", "Messages", "Items", "Kinds"), rows, words=4)
