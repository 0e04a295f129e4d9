"""What Slack says of people and channels, kept: one user as it is told, the directory and the channels by the page.

A reading keeps its place with each page, in one unit of work or a few; when Slack wants to be left alone it ends
there, and the next plan goes on. Called by the machine, by delivery, and by handlers/ for who clicked.
"""

from __future__ import annotations

import logging
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reminders.outbox.context import METHOD, hold_after_limit
from reminders.outbox.slack_client import Limited, Rejected
from storage.base import channels, destinations, groups, people, reading
from storage.base.moments import is_zone, offset_name
from storage.base.nouns import handed_in
from storage.base.reading import CHANNELS, DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from reminders.outbox.slack_client import SlackSender
    from storage.base.db import Store, Unit
    from storage.base.leases import Fenced
    from storage.base.person import Person

log = logging.getLogger("cta_bot")

_PAUSE = 0.05
"""Seconds in which others write, between two units of work of one page."""
_METHODS = {DIRECTORY: "users.list", CHANNELS: "conversations.list"}


def keep(unit: Unit, user: Mapping[str, Any], *, email: str | None = None) -> Person:
    """Keep what `users.info`, `users.list`, `users.lookupByEmail` or `user_change` says of somebody.

    `email`: the address that they were asked for by, where Slack may name another one.
    """
    profile, teams = user.get("profile") or {}, teams_of(user)
    ours = people.home_team(unit.db)
    before = people.by_slack_id(unit.db, str(user["id"]))
    person = people.from_slack(
        unit,
        slack_id=str(user["id"]),
        email=email or profile.get("email"),
        name=str(profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"]),
        zone=_zone(user),
        deactivated=bool(user.get("deleted")),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        foreign=bool(user.get("is_stranger")) or bool(teams and ours and ours not in teams),
        runs_workspace=any(user.get(key) for key in ("is_admin", "is_owner", "is_primary_owner")),
    )
    if person.deactivated and person.id and not (before and before.deactivated):
        for noun in handed_in("storage", "departures"):
            noun.has_left(unit, person)
    return person


def teams_of(user: Mapping[str, Any]) -> set[str]:
    """The ids that somebody's membership goes by: workspaces, and the organisation if these are in one."""
    in_grid = user.get("enterprise_user") or {}
    return {str(t) for t in (user.get("team_id"), in_grid.get("enterprise_id"), *(in_grid.get("teams") or ())) if t}


def _zone(user: Mapping[str, Any]) -> str | None:
    """A person's zone: Slack's name for it, else (if this machine doesn't know it) its offset of today."""
    name, offset = user.get("tz"), user.get("tz_offset")
    if isinstance(name, str) and is_zone(name):
        return name
    found = offset_name(offset) if isinstance(offset, int) else None
    if name:
        _say_unknown(str(name), found or "the policy's zone")
    return found


@lru_cache(maxsize=512)  # said once
def _say_unknown(name: str, instead: str) -> None:
    log.warning("this machine knows no time zone %r: its people are told the time in %s", name[:100], instead)


def learn(store: Store | Fenced, sender: SlackSender, clock: Callable[[], datetime]) -> None:
    """Read what is wanted of Slack's directory: after an absence, and for those whom an import named since.

    Called before each plan; one small look when there is nothing to ask. A person or channel that Slack does not
    know is asked about once, and again with each reading.
    """
    db = store.connection()
    try:
        if reading.place(db, DIRECTORY) or people.named_since_reading(db):
            read_directory(store, sender, clock)
        if reading.place(db, CHANNELS) or channels.named_since_reading(db):
            read_channels(store, sender, clock)
        if groups.want_reading(db, store.policy, clock()):
            read_groups(store, sender, clock)
    except Limited as limit:
        with store.write(clock()) as unit:
            hold_after_limit(unit, limit)
        log.info("%s: the reading goes on when Slack allows it", limit)


def read_anew(store: Store | Fenced, sender: SlackSender, clock: Callable[[], datetime]) -> None:
    """Read the whole directory, whatever is known: once a day."""
    if reading.place(store.connection(), DIRECTORY) is None:
        with store.write(clock()) as unit:
            reading.begin(unit, DIRECTORY)
    learn(store, sender, clock)


def read_directory(store: Store | Fenced, sender: SlackSender, clock: Callable[[], datetime]) -> None:
    """Keep the whole directory, from where the last reading was cut short. Raises Limited: it goes on later.

    Of somebody whom Slack told of while a page was on its way, that stands: the page is older.
    """
    asked_with: dict[str, Person] = {}

    def fetch(cursor: str) -> tuple[list[dict[str, Any]], str]:
        asked_with.clear()
        asked_with.update(people.in_slack(store.connection()))
        return sender.users_page(cursor)

    def keep_page(unit: Unit, users: list[dict[str, Any]]) -> list[dict[str, Any]]:
        known = people.in_slack(unit.db)
        for number, user in enumerate(users, 1):
            before = known.get(user["id"])
            if before != asked_with.get(user["id"]) or user.get("is_bot") or user["id"] == "USLACKBOT":
                continue
            person = keep(unit, user)
            if before and person.id != before.id:
                return users[number:]  # two records became one: that takes its time
        return []

    _read(store, clock, DIRECTORY, fetch, keep_page, people.reading_done)


def read_channels(store: Store | Fenced, sender: SlackSender, clock: Callable[[], datetime]) -> None:
    """Keep the names of all channels that the bot can see, likewise; accounts known by `#name` get their id."""

    def keep_page(unit: Unit, page: list[dict[str, Any]]) -> list[dict[str, Any]]:
        channels.remember(unit, [(c["id"], c["name"]) for c in page])
        return []

    _read(store, clock, CHANNELS, sender.channels_page, keep_page, lambda unit, _: channels.reading_done(unit))


def read_groups(store: Store | Fenced, sender: SlackSender, clock: Callable[[], datetime]) -> None:
    """Keep who is in the user groups that the policy names, once an hour."""
    try:
        found = sender.user_groups()
    except Rejected as refusal:
        found = None
        log.warning("who is in %s can't be asked: %s", ", ".join(groups.named(store.policy)), refusal)
    with store.write(clock()) as unit:
        groups.keep(unit, found, store.policy)


def _read(
    store: Store | Fenced,
    clock: Callable[[], datetime],
    what: str,
    fetch: Callable[[str], tuple[list[dict[str, Any]], str]],
    keep_page: Callable[[Unit, list[dict[str, Any]]], list[dict[str, Any]]],
    done: Callable[[Unit, datetime], None],
) -> None:
    """`keep_page` gives back what it left for a unit of work of its own."""
    place = reading.place(store.connection(), what)
    while True:
        method = _METHODS[what]
        if until := destinations.held(store.connection(), clock()).get(METHOD + method):
            raise Limited(method, until=until)
        if place is None:
            with store.write(clock()) as unit:
                place = reading.begin(unit, what)
        try:
            page, cursor = fetch(place.cursor)
        except Rejected as refusal:
            if refusal.code != "invalid_cursor" or not place.cursor:
                raise
            place = None  # Slack keeps cursors for a while only
            continue
        left = True
        while left:
            with store.write(clock()) as unit:
                page = keep_page(unit, page)
                left = bool(page)
                if not left and cursor:
                    place = place._replace(cursor=cursor)
                    reading.keep(unit, what, place)
                elif not left:
                    reading.done(unit, what)
                    done(unit, place.begun)
                    return
            if left:
                time.sleep(_PAUSE)
