"""Fills a workspace from a seed: a TOML file of people, channels with first messages, and groups.

`seed.toml` beside this file is the default, a few people of every kind; other tables of a file are left alone.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.model import Channel, Person, UserGroup
from sandbox.workspace import BOT_ID, BOT_USER, OTHER_TEAM_ID, SLACKBOT, TEAM_ID

if TYPE_CHECKING:
    from sandbox.workspace import Workspace

DEFAULT = Path(__file__).with_name("seed.toml")


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
