"""The sender: how delivery speaks to Slack, and what became of each call. Called by delivery only.

A call either takes effect, or certainly did not (Unreached, Limited, Rejected), or nobody knows (Unsure): then the
history tells. What is said takes a last look (`slack_client.py`): what it raises, the call raises.
"""

from __future__ import annotations

import hashlib
import http.client
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from slack_sdk.errors import SlackApiError

from reminders.outbox.connection import SlackClient
from reminders.outbox.slack_codes import HOLD, UNSURE, meaning_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from slack_sdk import WebClient
    from slack_sdk.web import SlackResponse

    from reminders.outbox.messages import Message

    LastLook = Callable[[], None] | None

_METADATA_ROOM, _PER_KEY = 7_600, 4
MOST_KEYS = 500
"""How many rows one message can carry: their digests fill the metadata."""
EVENT_TYPE = "cta_bot_outbox"
"""Names the metadata of our messages; its payload's `keys` are the dedupe keys that the message carries."""

_TOO_MANY, _SERVER_ERROR = 429, 500
_PAGE = 999
_LIST_PAGE = 999
_HELD = 60


class Unreached(Exception):
    """Nobody listened (connection refused, no such host): nothing was sent."""


class Unsure(Exception):
    """Time-out, reset, half a body, 5xx: the call may have taken effect."""


class Limited(Exception):
    """429, or its like: nothing was done; `method` is to be left alone for `seconds`, or (429 before) `until` then."""

    def __init__(self, method: str, seconds: int = 0, until: datetime | None = None) -> None:
        super().__init__(f"{method} is limited")
        self.method = method
        self.seconds = seconds
        self.until = until


class Rejected(Exception):
    """Slack said no, and why: nothing was done."""

    def __init__(self, method: str, code: str, detail: str = "") -> None:
        super().__init__(f"{code} ({detail})" if detail else code)
        self.method = method
        self.code = code


@dataclass(frozen=True, slots=True)
class Conversation:
    """A channel as Slack describes it now. `shared`: with another company, or about to be."""

    id: str
    name: str
    shared: bool
    archived: bool
    private: bool
    joined: bool


class Standing(dict[str, str]):
    """Dedupe keys that a history shows, with their message's `ts`; a key is also found by its digest."""

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or super().__contains__(_digest(str(key)))

    def __missing__(self, key: str) -> str:
        digest = _digest(key)
        if not super().__contains__(digest):
            raise KeyError(key)
        return self[digest]

    def get(self, key: str, default: Any = None) -> Any:
        """The `ts` of a key, or the default."""
        return self[key] if key in self else default  # noqa: SIM401 - this is `get`


def file_mark(id_or_name: object) -> str:
    """What a file stands for in a history, beside the dedupe keys."""
    return f"file:{id_or_name}"


def _named(keys: Sequence[str]) -> dict[str, list[str]]:
    """The keys as metadata, which holds 8,000 bytes in all: those for which there is no room by their digest."""
    named: list[str] = []
    room = _METADATA_ROOM - sum(len(_digest(key)) + _PER_KEY for key in keys)
    for key in keys:
        room -= len(key.encode()) + _PER_KEY
        if room < 0:
            break
        named.append(key)
    more = [_digest(key) for key in keys[len(named) :]]
    return {"keys": named, "more": more} if more else {"keys": named}


def _digest(key: str) -> str:
    return "#" + hashlib.blake2b(key.encode(), digest_size=5).hexdigest()


class SlackSender:
    """Posts, edits and reads through a client like the one that it is given."""

    def __init__(self, client: WebClient) -> None:
        self.client = SlackClient(client)

    def post(
        self,
        conversation: str,
        message: Message,
        keys: Sequence[str],
        *,
        thread_ts: str | None = None,
        epoch: str = "",
        last_look: LastLook = None,
    ) -> str:
        """Post once; the message's `ts`. A message with a file goes through `upload` and `share`.

        `epoch` tells what was posted before a backup was brought back; keys never hold it.
        """
        answer = self._call(
            self.client.chat_postMessage,
            last_look,
            channel=conversation,
            text=message.text,
            blocks=message.blocks or None,
            thread_ts=thread_ts,
            metadata={"event_type": EVENT_TYPE, "event_payload": _named(keys) | ({"epoch": epoch} if epoch else {})},
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    def upload(self, name: str, content: bytes) -> str:
        """Upload a file that nobody sees yet; its id. To do it twice harms nobody."""
        place = self._call(self.client.files_getUploadURLExternal, filename=name, length=len(content))
        request = Request(str(place["upload_url"]), data=content, method="POST")  # noqa: S310 - Slack named it
        try:
            with urlopen(request, timeout=self.client.timeout):  # noqa: S310 - the same
                pass
        except OSError as error:
            raise Unsure(f"upload: {error}") from error
        return str(place["file_id"])

    def share(
        self,
        file_id: str,
        conversation: str,
        message: Message,
        *,
        thread_ts: str | None = None,
        last_look: LastLook = None,
    ) -> None:
        """Post an uploaded file. Slack takes no metadata with it: the file's id is what the history knows it by."""
        self._call(
            self.client.files_completeUploadExternal,
            last_look,
            files=[{"id": file_id, "title": message.file[0] if message.file else file_id}],
            channel_id=conversation,
            initial_comment=message.text,
            thread_ts=thread_ts,
        )

    def update(self, conversation: str, ts: str, message: Message, *, last_look: LastLook = None) -> None:
        """Edit a message in place; its metadata stays."""
        said = {"text": message.text, "blocks": message.blocks or []}
        self._call(self.client.chat_update, last_look, channel=conversation, ts=ts, **said)

    def delete(self, conversation: str, ts: str, *, last_look: LastLook = None) -> None:
        """Take a message away."""
        self._call(self.client.chat_delete, last_look, channel=conversation, ts=ts)

    def find_page(
        self, conversation: str, *, oldest: str, thread_ts: str | None, cursor: str
    ) -> tuple[dict[str, str], str]:
        """The dedupe keys that a page of the history (or thread) shows, each with its message's `ts`; the next cursor.

        The history is read from `oldest` on, newest first. Files stand there by their ids and names (`file_mark`).
        """
        arguments: dict[str, Any] = {"ts": thread_ts} if thread_ts else {"oldest": oldest, "inclusive": True}
        page = self._call(
            self.client.conversations_replies if thread_ts else self.client.conversations_history,
            channel=conversation,
            include_all_metadata=True,
            limit=_PAGE,
            cursor=cursor or None,
            **arguments,
        )
        found: dict[str, str] = {}
        for message in page["messages"]:
            for file in message.get("files") or ():
                for name in (file["id"], file.get("name") or file["id"]):
                    found[file_mark(name)] = str(message["ts"])
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE:
                payload = metadata.get("event_payload") or {}
                for key in (*(payload.get("keys") or ()), *(payload.get("more") or ())):
                    found[str(key)] = str(message["ts"])
        return found, _next(page)

    def channel(self, channel_id: str) -> Conversation:
        """What Slack says of a channel now."""
        return _conversation(self._call(self.client.conversations_info, channel=channel_id)["channel"])

    def channels_page(self, cursor: str) -> tuple[list[dict[str, Any]], str]:
        """Some of the public channels, and of the private ones that the bot is in; and the next page's cursor."""
        kinds = "public_channel,private_channel"
        page = self._call(
            self.client.conversations_list, types=kinds, exclude_archived=True, limit=_LIST_PAGE, cursor=cursor
        )
        return page["channels"], _next(page)

    def channels(self) -> Iterator[Conversation]:
        """All of them, page by page: for who must find a channel without the database."""
        cursor = ""
        while True:
            page, cursor = self.channels_page(cursor)
            yield from map(_conversation, page)
            if not cursor:
                return

    def users_page(self, cursor: str) -> tuple[list[dict[str, Any]], str]:
        """Some of Slack's directory, and the next page's cursor."""
        page = self._call(self.client.users_list, limit=_LIST_PAGE, cursor=cursor)
        return page["members"], _next(page)

    def user_groups(self) -> dict[str, list[str]]:
        """Who is in each user group, by its id and by its handle."""
        found = self._call(self.client.usergroups_list, include_users=True)["usergroups"]
        return {
            name: [str(user) for user in group.get("users") or ()]
            for group in found
            for name in (str(group["id"]), f"@{group.get('handle')}")
        }

    def join(self, channel_id: str) -> None:
        """Join a public channel."""
        self._call(self.client.conversations_join, channel=channel_id)

    def open_dm(self, slack_id: str) -> str:
        """The id of the conversation with a person."""
        return str(self._call(self.client.conversations_open, users=slack_id)["channel"]["id"])

    def person_by_email(self, email: str) -> dict[str, Any]:
        """What Slack's directory says of the person with an e-mail address."""
        found: dict[str, Any] = self._call(self.client.users_lookupByEmail, email=email)["user"]
        return found

    def person(self, slack_id: str) -> dict[str, Any]:
        """What Slack's directory says of a person."""
        found: dict[str, Any] = self._call(self.client.users_info, user=slack_id)["user"]
        return found

    def check_token(self) -> None:
        """Raise Rejected while Slack refuses the token."""
        self._call(self.client.auth_test)

    def _call(
        self, method: Callable[..., SlackResponse], last_look: LastLook = None, **arguments: Any
    ) -> SlackResponse:
        name = method.__name__.replace("_", ".", 1)  # chat_postMessage is chat.postMessage
        try:
            with self.client.asking(last_look):
                answer = method(**arguments)
        except SlackApiError as error:
            raise _meaning(name, error.response) from error
        except URLError as error:
            refused = isinstance(error.reason, (ConnectionRefusedError, socket.gaierror))
            raise (Unreached if refused else Unsure)(str(error.reason)) from error
        except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
            raise Unsure(f"{type(error).__name__}: {error}") from error
        return answer


def _next(page: SlackResponse) -> str:
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")


def _meaning(method: str, answer: SlackResponse) -> Exception:
    data = answer.data if isinstance(answer.data, dict) else {}
    code = str(data.get("error", ""))
    meaning = meaning_of(code)
    if answer.status_code == _TOO_MANY or meaning == HOLD:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        seconds = str(headers.get("retry-after", ""))
        # Where Slack does not say how long: its limits count by the minute.
        return Limited(method, int(seconds) if seconds.isdigit() else 1 if answer.status_code == _TOO_MANY else _HELD)
    if answer.status_code >= _SERVER_ERROR or meaning == UNSURE or not code.replace("_", "").isalnum():
        return Unsure(f"HTTP {answer.status_code} {code[:80]}".strip())
    details = (data.get("response_metadata") or {}).get("messages") or [data.get("needed", "")]
    return Rejected(method, code, str(details[0])[:200])


def _conversation(found: dict[str, Any]) -> Conversation:
    return Conversation(
        id=str(found["id"]),
        name=str(found.get("name", "")),
        shared=any(found.get(flag) for flag in ("is_ext_shared", "is_shared", "is_pending_ext_shared")),
        archived=bool(found.get("is_archived")),
        private=bool(found.get("is_private")),
        joined=bool(found.get("is_member")),
    )
