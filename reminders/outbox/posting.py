"""One message on its way: its rows looked at again, its conversation found, its words made, posted once, noted.

Called by delivery, in a worker thread, with rows that are claimed. Whatever happens, the rows end in a state that
says it; where the process dies on the way, the claim's lease ends and the channel's history tells.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from reminders.engine.kinds import kind_of
from reminders.outbox.context import METHOD, backoff
from reminders.outbox.conversations import is_channel, is_nobodys, is_probed
from reminders.outbox.fallbacks import hand_on
from reminders.outbox.last_checks import last_look
from reminders.outbox.messages import Message, compose
from reminders.outbox.my_day import stood_by_itself
from reminders.outbox.naming import called
from reminders.outbox.outcomes import Outcome
from reminders.outbox.replies import put_replies
from reminders.outbox.slack_client import Limited, Rejected, Unreached, Unsure, file_mark
from reminders.outbox.slack_codes import PAYLOAD, meaning_of
from storage.base import destinations, marks, message_edits, outbox, sending, upkeep
from storage.base.db import to_json
from storage.base.errors import Busy, FileTrouble, UserError
from storage.base.leases import Deposed
from storage.base.outbox_row import CANCELLED, EXPIRED, SENT, UNKNOWN
from storage.base.trouble import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reminders.engine.recheck import Verdict
    from reminders.outbox.context import Desk
    from reminders.outbox.conversations import Conversations
    from reminders.outbox.outcomes import Batch
    from storage.base.db import Unit
    from storage.base.outbox_row import OutboxRow

log = logging.getLogger("cta_bot.delivery")


def token_is_good(unit: Unit) -> None:
    """The workspace lets the bot in: if it did not before, say so, and go on."""
    words = "Slack takes the bot's token again."
    if destinations.set_health(unit, destinations.WORKSPACE, destinations.OK, None, words):
        destinations.release(unit, destinations.WORKSPACE)


def well_again(unit: Unit, name: str, words: str) -> int:
    """A destination can be used: if it could not before, say so, and have what was blocked go out; how many rows."""
    if destinations.set_health(unit, name, destinations.OK, None, words):
        return sending.revive_blocked(unit, name)
    return 0


class _Way(NamedTuple):
    """How a message goes: into a thread, or as the comment of an uploaded file."""

    thread_ts: str | None
    file_id: str | None


class Posting:
    """The way of one batch."""

    def __init__(self, desk: Desk, conversations: Conversations, batch: Batch) -> None:
        self._desk = desk
        self._conversations = conversations
        self._batch = batch
        self._outcome = Outcome(desk, batch)
        self._conversation: str | None = None
        self._called = False
        self._knows_of = 0  # the audit row up to which the message knows what was done
        self._standing: Sequence[tuple[str, str, str, str]] = ()

    def run(self) -> None:
        """Send the batch, or say why not."""
        rows: Sequence[OutboxRow] = self._batch.rows
        try:
            rows = self._look_again()
            if rows:
                self._edit(rows) if self._batch.is_edit else self._post(rows)
        except Deposed:
            raise
        except Limited as limit:
            self._outcome.limited(limit)
        except Unreached as error:
            self._outcome.unreached(rows, error)
        except Unsure as error:
            # Not the post itself (`_deliver` sees to that), so nothing was said yet.
            self._outcome.put_off(rows, f"{error}")
        except Rejected as refusal:
            self._outcome.rejected(rows, refusal)
        except Exception as error:
            keys = ", ".join(row.dedupe_key for row in rows)
            trouble = error if isinstance(error, UserError) else in_words(error, self._desk.store.path)
            if not self._called and isinstance(trouble, (FileTrouble, Busy)):
                log.warning("delivery of %s waits: %s", keys, trouble)
                self._outcome.put_off(rows, str(trouble), backoff(1))  # there is more than this row that asks anew
                return
            log.exception("delivery of %s failed", keys)
            if not self._called:
                self._outcome.failed(rows, f"{type(error).__name__}: {error}")
            # Else it may stand in Slack: the lease ends, and the history tells.

    # -- before the call ---------------------------------------------------------------------

    def _is_for_nobody(self) -> bool:
        """Whether whom it was for is known no more: then there is nobody to tell, and nobody in their stead."""
        desk = self._desk
        if not is_nobodys(desk.store.connection(), self._batch.destination):
            return False
        with desk.store.write(desk.clock()) as unit:
            for row in self._batch.rows:
                now = outbox.get(unit.db, row.id)
                if now and now.destination != row.destination:  # two records of theirs became one meanwhile
                    sending.put_off(unit, row, self._batch.claim, None)
                else:
                    self._outcome.settle(unit, row, CANCELLED, error="whom it was for is known no more")
        return True

    def _look_again(self) -> list[OutboxRow]:
        """The rows that are due still, as the facts are now; the others are closed, moved or sent elsewhere."""
        desk = self._desk
        now = self._batch.at
        if self._is_for_nobody():
            return []
        self._conversations.get_to_know(self._batch.destination)
        looks = last_look(desk.store.connection(), desk.policy, self._batch.rows, now)
        kept = [row for row, verdict in looks if verdict.outcome == "ok"]
        changed = [row for row in kept if row not in self._batch.rows]
        if changed or len(kept) < len(looks) or any(verdict.lost_news for _, verdict in looks):
            with desk.store.write(now) as unit:
                for row, verdict in looks:
                    self._follow(unit, row, verdict)
                for row in changed:
                    sending.keep_reason(unit, row)
        desk.points("look.after")
        return kept

    def _follow(self, unit: Unit, row: OutboxRow, verdict: Verdict) -> None:
        name = self._batch.claim
        if verdict.outcome == "ok":
            marks.drop_news(unit, row.id, verdict.lost_news)
        elif verdict.outcome == "readdress" and verdict.recipient:
            to = verdict.recipient
            whose = {"payload": to_json({**row.payload, "owner": verdict.owner})} if verdict.owner else {}
            sending.put_off(unit, row, name, None, destination=to.destination, recipient=to.address, **whose)
        elif verdict.outcome == "postpone":
            sending.put_off(unit, row, name, verdict.not_before, late=verdict.late)
        else:
            state = EXPIRED if verdict.outcome == "expired" else CANCELLED
            self._outcome.settle(unit, row, state, error=verdict.reason or "not sent in time")
            hand_on(unit, row, verdict.heirs)

    def _post(self, rows: Sequence[OutboxRow]) -> None:
        desk = self._desk
        thread_ts = rows[0].payload.get("thread_ts")
        self._conversation = self._conversations.find(self._batch.destination)
        desk.points("resolve.after")
        if self._older_go_first(rows):
            return
        rows = self._not_sent_before(rows, thread_ts)
        if not rows:
            return
        message, replies = self._compose(rows)
        if message is None:
            with desk.store.write(desk.clock()) as unit:
                for row in rows:
                    self._outcome.settle(unit, row, CANCELLED, error="nothing to say any more")
            return
        if message.file and self._stood_already(rows, message.file[0], thread_ts):
            return
        kind = kind_of(rows[0])
        if kind and not kind.compose and rows[0].op == "post":  # not in the unit of work: of hundreds it takes seconds
            self._standing = list(stood_by_itself(desk.store.connection(), desk.policy, rows, desk.clock()))
        file_id = desk.sender.upload(*message.file) if message.file else None
        if self._begin(rows, {"file_id": file_id, "replies": replies or None}):
            self._deliver(rows, message, replies, _Way(thread_ts, file_id))

    def _older_go_first(self, rows: Sequence[OutboxRow]) -> bool:
        """Whether rows wait anew that were blocked there until now: they are older than these, which go after them."""
        desk, name = self._desk, self._batch.destination
        trouble = destinations.trouble_of(desk.store.connection(), name)
        if trouble is None or not is_probed(trouble):
            return False
        with desk.store.write(desk.clock()) as unit:
            if not well_again(unit, name, f"Messages to {called(unit.db, name)} can arrive again."):
                return False
            for row in rows:
                sending.put_off(unit, row, self._batch.claim, None)
        return True

    def _not_sent_before(self, rows: Sequence[OutboxRow], thread_ts: str | None) -> list[OutboxRow]:
        """The rows that do not stand in the conversation already, as they may when the bot was away."""
        desk, conversation = self._desk, self._conversation or ""
        stand = self._conversations.catch_up(conversation, [row.dedupe_key for row in rows], thread_ts)
        known = [row for row in rows if row.dedupe_key in stand]
        if known:
            _, replies = self._compose(known)
            with desk.store.write(desk.clock()) as unit:
                for row in known:
                    self._sent(unit, row, stand[row.dedupe_key])
                put_replies(unit, known[0], replies, stand[known[0].dedupe_key])
        return [row for row in rows if row.dedupe_key not in stand]

    def _stood_already(self, rows: Sequence[OutboxRow], file_name: str, thread_ts: str | None) -> bool:
        """Whether the rows' file stands in their thread, as it may when the bot was away; then they are sent.

        Slack keeps no keys with files, but a thread of ours holds no two of one name.
        """
        name = file_mark(file_name)
        stand = self._conversations.catch_up(self._conversation or "", [name], thread_ts) if thread_ts else {}
        if name in stand:
            with self._desk.store.write(self._desk.clock()) as unit:
                for row in rows:
                    self._sent(unit, row, stand[name])
        return name in stand

    def _compose(self, rows: Sequence[OutboxRow]) -> tuple[Message | None, int]:
        desk = self._desk
        self._knows_of = message_edits.newest(desk.store.connection())
        number = int(rows[0].payload.get("reply", 0))
        if number:
            of = outbox.by_key(desk.store.connection(), str(rows[0].payload["of"]))
            rows = [of] if of else []
        made = compose(desk.store.connection(), desk.renderer, desk.policy, rows, desk.clock()) if rows else []
        if number >= len(made):
            return None, 0
        return made[number], 0 if number else len(made) - 1

    def _begin(self, rows: Sequence[OutboxRow], facts: Mapping[str, Any] | None = None) -> bool:
        """Note where and that it is tried; False where the claim is lost or has grown too old to use."""
        desk = self._desk
        if desk.seconds() - self._batch.claimed > desk.lease.total_seconds() / 2:
            # Somebody may be about to look into what became of it.
            self._outcome.put_off(rows, "held up too long between claim and post")
            return False
        self._conversations.look_again(self._conversation or "")
        with desk.store.write(desk.clock()) as unit:
            mine = sending.attempted(unit, rows, self._batch.claim, self._conversation or "", facts or {})
            desk.points("attempt.before_commit")
        desk.points("attempt.after_commit")
        return mine

    # -- the call ----------------------------------------------------------------------------

    def _deliver(self, rows: Sequence[OutboxRow], message: Message, replies: int, way: _Way) -> None:
        desk = self._desk
        keys = [row.dedupe_key for row in rows]
        try:
            try:
                ts = self._post_as_member(message, keys, way)
            except Rejected as refusal:
                if meaning_of(refusal.code) != PAYLOAD or not message.blocks:
                    raise
                log.warning("Slack refused the blocks of %s (%s): plain text goes out", ", ".join(keys), refusal)
                self._conversations.look_again(self._conversation or "")
                ts = self._post_as_member(Message(message.text), keys, way)
        except Unsure as error:
            with desk.store.write(desk.clock()) as unit:
                for row in rows:
                    self._outcome.settle(unit, row, UNKNOWN, error=f"no answer: {error}")
            return
        desk.points("post.after")
        with desk.store.write(desk.clock()) as unit:
            for row in rows:
                self._sent(unit, row, ts)
            marks.put_news(unit, self._standing)
            message_edits.redraw_since(unit.db, self._knows_of, unit.now)
            put_replies(unit, rows[0], replies, ts or "")
            self._well(unit)
            desk.points("sent.before_commit")
        desk.points("sent.after_commit")

    def _post_as_member(self, message: Message, keys: Sequence[str], way: _Way) -> str | None:
        """Post; where somebody took the bot out since it looked, look and join once more."""
        try:
            return self._post_once(message, keys, way)
        except Rejected as refusal:
            if refusal.code != "not_in_channel" or not is_channel(self._batch.lane):
                raise
            self._conversations.find(f"channel:{self._conversation}")
            return self._post_once(message, keys, way)

    def _post_once(self, message: Message, keys: Sequence[str], way: _Way) -> str | None:
        desk = self._desk
        self._called = True
        conversation = self._conversation or ""
        epoch = upkeep.epoch(desk.store.connection())
        desk.pace.posted(self._batch.lane, desk.seconds())
        look, thread_ts = self._last_look, way.thread_ts
        try:
            if way.file_id is not None:
                desk.sender.share(way.file_id, conversation, message, thread_ts=thread_ts, last_look=look)
                return None
            return desk.sender.post(conversation, message, keys, thread_ts=thread_ts, epoch=epoch, last_look=look)
        finally:
            desk.pace.answered(self._batch.lane, desk.seconds())

    def _last_look(self) -> None:
        self._desk.points("call.connected")
        self._desk.last_look(self._batch.claimed)

    def _edit(self, rows: Sequence[OutboxRow]) -> None:
        """Bring a card, or a morning's message, up to date; one edit shows what several rows wanted shown.

        To repeat it harms nobody.
        """
        desk = self._desk
        card = sending.edited(desk.store.connection(), rows[0])
        if card is None or not card.slack_ts or not card.conversation:
            with desk.store.write(desk.clock()) as unit:
                for row in rows:
                    self._outcome.settle(unit, row, CANCELLED, error="no card stands there")
            return
        is_card, to_person = rows[0].kind == "card", rows[0].destination.startswith("person:")
        # Looked at is where the message stands: operations, or a channel of this name, may be another one by now.
        place = rows[0].destination if to_person else f"channel:{card.conversation}"
        self._outcome.moved = not to_person and place != self._conversations.lane(rows[0].destination)
        self._conversation = self._conversations.find(place)
        desk.points("resolve.after")
        message, _ = self._compose(rows)
        if message is None and not is_card:
            with desk.store.write(desk.clock()) as unit:
                for row in rows:
                    self._outcome.settle(unit, row, CANCELLED, error="nothing to say any more")
            return
        if not self._begin(rows):
            return
        try:
            desk.pace.posted(self._batch.lane, desk.seconds())
            if message is None:
                desk.sender.delete(card.conversation, card.slack_ts, last_look=self._last_look)
            else:
                self._update(card.conversation, card.slack_ts, message)
        except Unsure as error:
            self._outcome.put_off(rows, f"no answer: {error}")
            return
        desk.points("post.after")
        with desk.store.write(desk.clock()) as unit:
            if message is None:
                sending.take_away(unit, card)
            for row in rows:
                self._sent(unit, row, card.slack_ts)
            self._well(unit)
            desk.points("sent.before_commit")
        desk.points("sent.after_commit")

    def _update(self, conversation: str, ts: str, message: Message) -> None:
        try:
            self._desk.sender.update(conversation, ts, message, last_look=self._last_look)
        except Rejected as refusal:
            if meaning_of(refusal.code) == PAYLOAD and message.blocks:
                log.warning("Slack refused the blocks of an edit (%s): plain text stands there", refusal)
                self._conversations.look_again(conversation)
                self._desk.sender.update(conversation, ts, Message(message.text), last_look=self._last_look)
                return
            if refusal.code != "not_in_channel" or not is_channel(self._batch.lane):
                raise
            self._conversations.find(f"channel:{conversation}")
            self._desk.sender.update(conversation, ts, message, last_look=self._last_look)

    # -- what became of it -------------------------------------------------------------------

    def _sent(self, unit: Unit, row: OutboxRow, ts: str | None) -> None:
        self._outcome.settle(unit, row, SENT, slack_ts=ts, conversation=self._conversation, error=None)

    def _well(self, unit: Unit) -> None:
        name = self._batch.destination
        well_again(unit, name, f"Messages to {called(unit.db, name)} arrive again.")
        for trouble in destinations.troubles(unit.db):
            method = trouble.id.removeprefix(METHOD)
            if method != trouble.id and not sending.put_off_for(unit.db, f"{method}: "):
                words = f"Nothing waits for {method} any more."
                destinations.set_health(unit, trouble.id, destinations.OK, None, words)
        token_is_good(unit)
