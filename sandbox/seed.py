"""Reads `seed.toml`: people, channels and groups of the workspace, and the sample book of accounts.

`accounts` and `ctas` are pure: the bot's demo writes them as CSV and takes them in through its own import.
"""

from __future__ import annotations

import calendar
import re
import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.model import Channel, Person, UserGroup
from sandbox.workspace import BOT_ID, BOT_USER, OTHER_TEAM_ID, SLACKBOT, TEAM_ID

if TYPE_CHECKING:
    from sandbox.workspace import Workspace

DEFAULT = Path(__file__).with_name("seed.toml")
_STEP = re.compile(r"([+-]\d+)([dwmy])")
_DATES = {"renewal_date", "customer_since", "last_ebr", "opened_on", "closed_on", "due_on"}
_PEOPLE = {"csm", "ae", "sa", "owner", "email", "manager"}


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def populate(workspace: Workspace, path: Path = DEFAULT) -> None:
    """Fill an empty workspace with the people, channels and groups of the file, and the app's bot."""
    world = _read(path)
    with workspace.silence():
        for person in _people(world, workspace.manifest.bot_name, workspace.manifest.name):
            workspace.people[person.id] = person
        by_name = {person.name: person.id for person in workspace.people.values()} | {"bot": BOT_USER}
        created = int(workspace.clock.now().timestamp())
        for item in world.get("channels", ()):
            known = {name: value for name, value in item.items() if name not in ("members", "messages")}
            members = [by_name[name] for name in item.get("members", ())]
            channel = Channel(**known, members=members, creator=members[0] if members else "", created=created)
            workspace.channels[channel.id] = channel
            for message in item.get("messages", ()):
                body = {"user": by_name[message["from"]], "text": message["text"]}
                workspace.post(channel, body, source="seed")
            channel.last_read = dict.fromkeys(members, channel.messages[-1].ts) if channel.messages else {}
        for item in world.get("usergroups", ()):
            users = [by_name[name] for name in item["users"]]
            workspace.usergroups[item["id"]] = UserGroup(item["id"], item["handle"], item["name"], users)
        workspace.log.clear()


def crowd(workspace: Workspace, people: int = 0, channels: int = 0) -> None:
    """Add so many members and public channels to a workspace, without a signal."""
    with workspace.silence():
        created = int(workspace.clock.now().timestamp())
        for number in range(people):
            person = Person(
                f"U9{number:07d}",
                f"member{number}",
                f"Member {number}",
                TEAM_ID,
                email=f"member{number}@example.com",
                updated=created,
            )
            workspace.people[person.id] = person
        for number in range(channels):
            channel = Channel(f"C9{number:07d}", f"channel-{number}", created=created)
            workspace.channels[channel.id] = channel


def _people(world: dict[str, Any], bot_name: str, app_name: str) -> list[Person]:
    people = [
        Person(
            team_id=OTHER_TEAM_ID if item.get("stranger") else TEAM_ID,
            **{"email": f"{item['name']}@example.com", **item},
        )
        for item in world["people"]
    ]
    slackbot = Person(SLACKBOT, "slackbot", "Slackbot", TEAM_ID, bot_id="B0SLACKBOT")
    bot = Person(BOT_USER, bot_name, app_name, TEAM_ID, bot_id=BOT_ID)
    return [*people, slackbot, bot]


def people(today: date, path: Path = DEFAULT) -> list[dict[str, str]]:
    """Who of the sample people does what, under the plain import headers."""
    return _rows(path, "people", today)


def accounts(today: date, path: Path = DEFAULT) -> list[dict[str, str]]:
    """The sample accounts under the plain import headers, their days as ISO dates."""
    return [
        row | {"pse": "", "crm_url": f"https://crm.example.com/accounts/{row['crm_id']}"}
        for row in _rows(path, "accounts", today)
    ]


def ctas(today: date, path: Path = DEFAULT) -> list[dict[str, str]]:
    """The sample CTAs, open and closed, under the plain import headers, their days as ISO dates."""
    return [row | {"external_id": f"SAMPLE-{number}"} for number, row in enumerate(_rows(path, "ctas", today), 1)]


def _rows(path: Path, kind: str, today: date) -> list[dict[str, str]]:
    world = _read(path)
    emails = {person["name"]: person.get("email", f"{person['name']}@example.com") for person in world["people"]}
    columns = world["book"][f"{kind}_columns"]
    rows = []
    for values in world["book"][kind]:
        row = dict(zip(columns, values, strict=True))
        for column in columns:
            if column in _DATES and row[column]:
                row[column] = resolve(row[column], today).isoformat()
            elif column in _PEOPLE and row[column]:
                row[column] = emails[row[column]]
        rows.append(row)
    return rows


def resolve(relative: str, today: date) -> date:
    """The day that "+5m" or "+30d-12m" means, step by step from the left; ValueError for other texts."""
    if _STEP.sub("", relative):
        raise ValueError(f"not a relative date: {relative!r}")
    day = today
    for amount, unit in _STEP.findall(relative):
        if unit in "my":
            day = _add_months(day, int(amount) * (12 if unit == "y" else 1))
        else:
            day += timedelta(days=int(amount) * (7 if unit == "w" else 1))
    return day


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
