"""What happens to people and channels while a test runs. Part of `testing.py`, which says how to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.workspace import BOT_USER

if TYPE_CHECKING:
    from sandbox.model import Channel, Person
    from sandbox.parts import Tester


class PersonChange:
    """Changes to somebody's entry in the directory; the app is told of each."""

    def __init__(self, slack: Tester, person: Person) -> None:
        self._slack = slack
        self._person = person

    def deactivate(self, *, dm_stands: bool = False) -> None:
        """The person leaves the company; `dm_stands`: posts to the DM still go through."""
        self.set(deleted=True, dm_stands=dm_stands)

    def set(self, **values: Any) -> None:
        """Set fields, such as `tz`, `email`, `guest`, `title`."""
        self._slack.sandbox.workspace.change_person(self._person, **values)
        self._slack.settle()


class ChannelChange:
    """Changes to a channel; the app is told of each."""

    def __init__(self, slack: Tester, channel: Channel) -> None:
        self._slack = slack
        self.id = channel.id
        self._channel = channel

    def share(self) -> None:
        """Share it with another company."""
        self._change("share")

    def unshare(self) -> None:
        """The other company leaves."""
        self._change("unshare")

    def archive(self) -> None:
        """Archive it."""
        self._change("archive")

    def unarchive(self) -> None:
        """Bring it back."""
        self._change("unarchive")

    def rename(self, name: str) -> None:
        """Give it another name."""
        self._change("rename", name=name)

    def invite(self, who: str) -> None:
        """Take somebody in (`bot`: the app)."""
        self._change("invite", user=self._member(who))

    def kick(self, who: str) -> None:
        """Take somebody out (`bot`: the app)."""
        self._change("kick", user=self._member(who))

    def _member(self, who: str) -> str:
        return BOT_USER if who == "bot" else self._slack.person_id(who)

    def _change(self, change: str, *, user: str = "", name: str = "") -> None:
        self._slack.sandbox.people.change_channel(self._channel.id, change, user=user, name=name)
        self._slack.settle()
