"""Reads the app's manifest: which commands, shortcuts, scopes and events the workspace knows of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.blockkit.compiler import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sandbox.blockkit import Problem

_SCHEMA = Path(__file__).with_name("manifest_schema.json")
_CHECK = load([_SCHEMA.read_text(encoding="utf-8")]).check("urn:manifest#/$defs/manifest")
_EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "team_join": "users:read",
    "user_change": "users:read",
}


class BadManifest(ValueError):
    """Slack would not make an app of this manifest; says each place and why."""


@dataclass(frozen=True)
class Command:
    """A slash command, with its leading slash."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A global shortcut or one on messages (`type`)."""

    name: str
    type: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    """The parts of Slack's app manifest that change what the workspace allows."""

    name: str
    description: str = ""
    bot_name: str = ""
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    scopes: frozenset[str] = field(default_factory=frozenset)
    events: frozenset[str] = field(default_factory=frozenset)
    interactive: bool = True
    home_tab: bool = False
    messages_tab: bool = False
    messages_read_only: bool = False

    def command(self, name: str) -> Command | None:
        """The command of this name, if the app has it."""
        return next((command for command in self.commands if command.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        """The shortcut with this callback id, if the app has it."""
        return next((shortcut for shortcut in self.shortcuts if shortcut.callback_id == callback_id), None)


def faults_of(raw: Mapping[str, Any]) -> Iterator[str]:
    """What Slack would refuse in a manifest: limits, and what does not fit together."""
    problems: list[Problem] = []
    _CHECK(raw, "", problems)
    if problems:
        yield from (f"{problem.pointer or '/'}: {problem.message}" for problem in problems)
        return
    features, settings = raw.get("features", {}), raw.get("settings", {})
    yield from _repeated("callback_id", features.get("shortcuts", ()))
    yield from _repeated("command", features.get("slash_commands", ()))
    scopes = raw.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    events = settings.get("event_subscriptions", {}).get("bot_events", [])
    for name, values in (("scopes", scopes), ("bot_events", events)):
        if len(set(values)) != len(values):
            yield f"{name}: the same twice"
    for event in events:
        if event in _EVENT_SCOPES and _EVENT_SCOPES[event] not in scopes:
            yield f"bot_events: {event} needs the scope {_EVENT_SCOPES[event]}"
    if features.get("slash_commands") and "commands" not in scopes:
        yield "slash_commands need the scope commands"


def _repeated(key: str, items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    names = [item[key] for item in items]
    yield from (f"{key}: {name} twice" for name in sorted({name for name in names if names.count(name) > 1}))


def read_manifest(source: Mapping[str, Any] | Path) -> Manifest:
    """The manifest from a file or a mapping, in the format of Slack's app settings; BadManifest if Slack refuses it."""
    raw = json.loads(source.read_text(encoding="utf-8")) if isinstance(source, Path) else source
    if wrong := list(faults_of(raw)):
        raise BadManifest("Slack would refuse the manifest: " + "; ".join(wrong))
    features = raw.get("features", {})
    settings = raw.get("settings", {})
    home = features.get("app_home", {})
    return Manifest(
        name=raw["display_information"]["name"],
        description=raw["display_information"].get("description", ""),
        bot_name=features.get("bot_user", {}).get("display_name", raw["display_information"]["name"]),
        commands=tuple(
            Command(
                item["command"],
                item.get("description", ""),
                item.get("usage_hint", ""),
                bool(item.get("should_escape", False)),
            )
            for item in features.get("slash_commands", ())
        ),
        shortcuts=tuple(
            Shortcut(item["name"], item["type"], item["callback_id"], item.get("description", ""))
            for item in features.get("shortcuts", ())
        ),
        scopes=frozenset(raw.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        interactive=bool(settings.get("interactivity", {}).get("is_enabled", False)),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", False)),
        messages_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
    )
