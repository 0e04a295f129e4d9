"""Where a message goes: a person's DM, a channel that the bot joined, the operations channel; and what stands there.

Called by posting before each post and edit, and by delivery to learn the fate of posts that nobody answered.
"""

from __future__ import annotations

import logging
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING

from reminders.outbox import histories, slack_people
from reminders.outbox.replies import put_replies
from reminders.outbox.slack_client import Rejected, Unsure, file_mark
from storage.base import channels, destinations, people, sending, upkeep
from storage.base.keys import destination_of
from storage.base.outbox_row import BLOCKED, OPERATIONS, REFUSED, SENT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from reminders.outbox.context import Desk
    from reminders.outbox.slack_client import Conversation
    from storage.base.health import Trouble
    from storage.base.person import Person

log = logging.getLogger("cta_bot.delivery")

_LOOKS_A_MINUTE = 45
"""Looks at channels, of the 50 a minute that Slack allows. A look is never older than the post: what is over waits."""
_MINUTE = 60.0
_FRESH = 1.0
"""Seconds: what was seen longer ago, while history was read or a file went up, is looked at once more."""


class Conversations:
    """Finds conversations and reads their history. One per delivery, used by all its workers."""

    def __init__(self, desk: Desk, *, away_since: datetime | None) -> None:
        self._desk = desk
        self._away_since = away_since
        self._read: dict[tuple[str, str | None], dict[str, str]] = {}
        self._looked_at: dict[str, float] = {}
        self._looks: deque[float] = deque()
        self._lock = Lock()

    # -- where ------------------------------------------------------------------------------

    def get_to_know(self, destination: str) -> None:
        """Ask Slack about a person of whom it has not told lately: whether they are here, and when is their morning."""
        kind, _, name = destination.partition(":")
        if kind == "person":
            person = people.get(self._desk.store.connection(), int(name))
            if person.slack_id is None:
                self._look_up(person)
            else:
                self._ask_again(person)

    def find(self, destination: str) -> str:
        """The id of the conversation to post in. Raises Rejected where nothing may, or can, be posted."""
        kind, _, name = destination.partition(":")
        if kind == "person":
            return self._dm(people.get(self._desk.store.connection(), int(name)))
        if destination == OPERATIONS:
            name = self._desk.policy.operations_channel
            if not name:
                raise Rejected("policy", "no_operations")
        return self._channel(self._channel_id(name))

    def lane(self, destination: str) -> str:
        """The one name of a destination's conversation, as far as it is known without asking Slack."""
        name = self._desk.policy.operations_channel if destination == OPERATIONS else ""
        if destination.startswith("channel:"):
            name = destination.removeprefix("channel:")
        return f"channel:{self._known_id(name)}" if name else destination

    def _dm(self, person: Person) -> str:
        desk = self._desk
        if person.slack_id is None:
            person = self._look_up(person)
        if person.deactivated:
            raise Rejected("people", "user_disabled")
        if person.guest or person.foreign:
            raise Rejected("people", "user_not_found", "no member of this workspace")
        if person.dm_channel:
            return person.dm_channel
        desk.refuse_if_held("conversations.open")
        try:
            dm_channel = desk.sender.open_dm(person.slack_id or "")
        except Rejected as refusal:
            if refusal.code == "user_disabled":
                with desk.store.write(desk.clock()) as unit:
                    people.deactivate(unit, person.id)
            raise
        with desk.store.write(desk.clock()) as unit:
            people.keep_dm(unit, person.id, dm_channel)
        return dm_channel

    def _look_up(self, person: Person) -> Person:
        """Somebody whom an import named and Slack has not shown yet."""
        desk = self._desk
        if person.email is None:
            raise Rejected("people", "users_not_found")
        desk.refuse_if_held("users.lookupByEmail")
        user = desk.sender.person_by_email(person.email)
        with desk.store.write(desk.clock()) as unit:
            return slack_people.keep(unit, user, email=person.email)

    def _ask_again(self, person: Person) -> None:
        """Somebody of whom Slack has not told for long: they may be gone, or a guest, or live elsewhere by now."""
        desk = self._desk
        now = desk.clock()
        if people.is_fresh(person, upkeep.trusted_since(desk.store.connection(), now)):
            return
        desk.refuse_if_held("users.info")
        user = desk.sender.person(person.slack_id or "")
        with desk.store.write(now) as unit:
            slack_people.keep(unit, user)

    def _channel_id(self, name: str) -> str:
        found = self._known_id(name)
        if not found.startswith("#"):
            return found
        desk = self._desk
        slack_people.read_channels(desk.store, desk.sender, desk.clock)
        found = self._known_id(name)
        if found.startswith("#"):
            raise Rejected("conversations.list", "channel_not_found", name)
        return found

    def _known_id(self, name: str) -> str:
        return destinations.channel_meant(self._desk.store.connection(), name)

    def _channel(self, channel_id: str) -> str:
        channel = self._look(channel_id)
        if channel.shared:
            raise Rejected("conversations.info", "shared")
        if channel.archived:
            raise Rejected("conversations.info", "is_archived")
        if not channel.joined:
            if channel.private:
                raise Rejected("conversations.info", "not_in_channel")
            # Without joining, its history can't be read, and the fate of a post could never be told.
            self._desk.refuse_if_held("conversations.join")
            self._desk.sender.join(channel_id)
        return channel_id

    def look_again(self, conversation: str) -> None:
        """Right before the call: a channel that was looked at a while ago is looked at once more. Raises as `find`."""
        with self._lock:
            looked_at = self._looked_at.get(conversation)
        if looked_at is not None and self._desk.seconds() - looked_at > _FRESH:
            self._channel(conversation)

    def looks_left(self) -> int:
        """At how many channels one may look now."""
        with self._lock:
            return _LOOKS_A_MINUTE - len(self._recent_looks())

    def look_wait(self) -> float:
        """Seconds until one may look at a channel; 0 for at once."""
        with self._lock:
            looks = self._recent_looks()
            over = len(looks) - _LOOKS_A_MINUTE
            return max(0.0, looks[over] + _MINUTE - self._desk.seconds()) if over >= 0 else 0.0

    def _recent_looks(self) -> deque[float]:
        while self._looks and self._looks[0] <= self._desk.seconds() - _MINUTE:
            self._looks.popleft()
        return self._looks

    def _look(self, channel_id: str) -> Conversation:
        """The channel as it is now."""
        self._desk.refuse_if_held("conversations.info")
        with self._lock:
            self._looks.append(self._desk.seconds())
            self._looked_at[channel_id] = self._desk.seconds()
        channel = self._desk.sender.channel(channel_id)
        if channels.name_of(self._desk.store.connection(), channel_id) != channel.name.lower():
            with self._desk.store.write(self._desk.clock()) as unit:
                channels.remember(unit, [(channel_id, channel.name)])
        return channel

    # -- what stands there ------------------------------------------------------------------

    def catch_up(self, conversation: str, keys: Sequence[str], thread_ts: str | None = None) -> dict[str, str]:
        """Those of the keys that stand in the history already, with their `ts`: none, unless the bot was away.

        A database restored from an older backup does not know what was sent after it. So after an absence each
        conversation (and thread) is read once, before the first post in it.
        """
        if self._away_since is None:
            return {}
        place = (conversation, thread_ts)
        if place not in self._read:
            oldest = sending.last_ts_before(self._desk.store.connection(), conversation)
            if oldest is None:
                # All of a DM is ours; of a channel it is enough to read what was said while the bot was away.
                oldest = "0" if conversation.startswith("D") else f"{self._away_since.timestamp():.6f}"
            try:
                since = upkeep.back_at(self._desk.store.connection()) or self._away_since
                self._read[place] = histories.read(
                    self._desk, conversation, oldest=oldest, thread_ts=thread_ts, since=since
                )
            except Rejected as refusal:
                log.warning("the history of %s can't be read: %s", conversation, refusal)
                self._read[place] = {}
        seen = self._read[place]
        return {key: seen[key] for key in keys if key in seen}

    def learn_fates(self, conversation: str) -> None:
        """Read what became of the conversation's unknown posts: sent, or proven absent and pending again."""
        desk = self._desk
        rows = sending.unknown(desk.store.connection(), desk.clock() - desk.settle).get(conversation, [])
        for thread_ts in dict.fromkeys(row.payload.get("thread_ts") for row in rows):
            of_thread = [row for row in rows if row.payload.get("thread_ts") == thread_ts]
            bound = sending.last_ts_before(desk.store.connection(), conversation, [row.id for row in of_thread])
            margin = 2 * desk.lease.total_seconds()
            oldest = f"{max(float(bound) - margin, 0):.6f}" if bound else "0"
            try:
                settled = sending.changed_at(desk.store.connection(), of_thread) + desk.settle
                found = self._read_history(conversation, oldest, thread_ts, settled)
            except (Rejected, Unsure) as error:
                with desk.store.write(desk.clock()) as unit:
                    for row in of_thread:
                        sending.still_unknown(unit, row, f"the history can't be read: {error}")
                continue
            desk.points("history.after")
            with desk.store.write(desk.clock()) as unit:
                for row in of_thread:
                    if ts := found.get(row.dedupe_key) or found.get(file_mark(row.payload.get("file_id"))):
                        desk.tally[SENT] += sending.found(unit, row, ts)
                        put_replies(unit, row, int(row.payload.get("replies", 0)), ts)
                    else:
                        absent = "it does not stand in the channel's history: once more"
                        sending.proven_absent(unit, row, unit.now, absent)
            desk.points("history.after_commit")

    def _read_history(self, conversation: str, oldest: str, thread_ts: str | None, since: datetime) -> dict[str, str]:
        desk = self._desk
        desk.points("history.before")
        try:
            return histories.read(desk, conversation, oldest=oldest, thread_ts=thread_ts, since=since)
        except Rejected as refusal:
            if refusal.code != "not_in_channel":
                raise
            # Somebody took the bot out; a public channel lets it in again.
            desk.sender.join(conversation)
            return histories.read(desk, conversation, oldest=oldest, thread_ts=thread_ts, since=since)

    def is_well(self, destination: str) -> bool:
        """Whether messages could be posted there again. Raises as `find` does, Rejected aside."""
        try:
            self.find(destination)
        except Rejected:
            return False
        return True


def is_nobodys(db: Connection, destination: str) -> bool:
    """Whether it is that of a person who is known no more: taken back with the file that named them."""
    person_id = destination_of(destination).person_id
    return person_id is not None and not people.many(db, [person_id])


def is_probed(trouble: Trouble) -> bool:
    """Whether a thing in trouble is a conversation, which can be asked whether it is well again.

    After a refusal that nobody knows only the next message shows it.
    """
    return _is_conversation(trouble) and trouble.health == BLOCKED


def is_tried(trouble: Trouble) -> bool:
    """Whether it is a conversation that can only be tried, by a message, now and then."""
    return _is_conversation(trouble) and trouble.health == REFUSED


def _is_conversation(trouble: Trouble) -> bool:
    return trouble.id == OPERATIONS or trouble.id.startswith(("person:", "channel:"))


def is_channel(lane: str) -> bool:
    """Whether a lane is a channel's, which is looked at before each post."""
    return lane.startswith("channel:")
