"""Writing back: what was changed here goes to the CRM that the account came from, unless it was changed there, too.

On a thread of its own, and in the turn of pulls: what a pull brings is never older than what was written meanwhile.
Begun by the scheduler (`Writes.look`) and by `bot.py writes send`. Of each account what stands there is read first, and
weighed as an import weighs it; what is about to be written is kept before it is, so that whoever comes after a kill
knows its own hand again.
"""

from __future__ import annotations

import logging
import time
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from handlers.source import hubspot, salesforce
from handlers.source.actions import LEASE, read_query
from handlers.source.brought import NotTaken
from reminders.outbox.aside import Aside
from storage.account import store as accounts
from storage.base import destinations
from storage.base.errors import UserError
from storage.base.outside import WRITTEN
from storage.base.trying import ALONE, TOLD_AFTER, TRIED_FOR, WENT_WRONG, all_wait, wait_after
from storage.importing import conflicts
from storage.importing.loaders import decider
from storage.importing.record import PULL
from storage.source import fields as of_account
from storage.source import writes
from storage.source.loader import KIND
from storage.source.record import CONFLICT, DEAD, SAME, SENT
from templates.source import show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta

    from handlers.source.brought import Records
    from storage.base.db import Store, Unit
    from storage.base.outside import Source
    from storage.base.policy import Policy
    from storage.source.record import Write

    Secret = Callable[[str], str | None]

LACKS = "lacks"
_KINDS = ("accounts", KIND)
"""The kinds of conflict that a field written back may wait in."""
_SHARE = 15.0
_PAUSE = 0.01
_GONE_HERE = "the account is archived here, or is none of the source's any more"

log = logging.getLogger("cta_bot.sources")


class Weighed(NamedTuple):
    """What is to become of a field: `verdict` as of `Write`; or LACKS, there is no such field there."""

    write: Write
    ours: str | None
    theirs: str | None
    verdict: str


class Doubt(NamedTuple):
    """An account that could not be written, for its own sake or the source's: for how long it waits.

    `attempts`: how often it was tried in vain before.
    """

    account: str
    words: str
    wait: timedelta
    attempts: int
    is_long: bool


def written_to(policy: Policy) -> list[Source]:
    """The sources that something goes back to, each with all names by which its columns are known."""
    return [
        rule.model_copy(update={"mapping": {**policy.import_headers, **rule.mapping}})
        for rule in policy.sources
        if rule.write
    ]


def records_of(rule: Source, secret: Secret, halted: Callable[[], bool] = bool) -> Records:
    """A source's single records. Raises UserError where it can't be asked at all."""
    if rule.kind == "hubspot":
        return hubspot.Companies(rule, secret, halted)
    return salesforce.Accounts(rule, secret, read_query(rule), halted)


def weigh(store: Store, rule: Source, rows: Sequence[Write], there: Mapping[str, object]) -> list[Weighed]:
    """What is to become of each field of one account, by what stands there now. Nothing is written."""
    db, account_id, names = store.connection(), rows[0].account_id, [row.field for row in rows]
    here, known = of_account.values(db, store.policy, account_id, names), writes.known(db, rule, account_id, names)
    found = []
    for row in rows:
        ours, column = here[row.field], rule.write[row.field]
        if column not in there:
            found.append(Weighed(row, ours, None, LACKS))
            continue
        theirs = of_account.as_ours(rule, row.field, there[column])
        kept = (of_account.as_kept(row.field, ours), of_account.as_kept(row.field, theirs))
        found.append(Weighed(row, ours, theirs, row.verdict(*kept, known[row.field])))
    return found


def an_id(key: str) -> str:
    """A CRM id, as part of an address. Raises NotTaken for one that would lead elsewhere."""
    if key.isascii() and key.isalnum():
        return key
    raise NotTaken(f"its CRM id {key[:40]} is none", gone=True)


class Writes(Aside):
    """Takes changes from the audit and writes them."""

    name, turn, seconds = "writes", PULL, LEASE
    _answers = 0
    """How often an account was read there."""

    def has_work(self) -> bool:
        """Whether there is anything to take or to write."""
        rules, db, now = written_to(self._store.policy), self._store.connection(), self._clock()
        if writes.BACKLOG.unknown(db, rules):
            return True
        if not rules:
            return False
        return writes.BACKLOG.untaken(db) or any(writes.due_accounts(db, one, now, 1) for one in rules)

    def work(self) -> None:
        """Take what changed, then write until nothing is due. The caller has the turn."""
        going = self.take()
        while going:
            going = [rule for rule in going if self._write_some(rule)]

    def take(self) -> list[Source]:
        """Have what changed wait to be written; the sources that it goes to."""
        rules = written_to(self._store.policy)
        if writes.BACKLOG.unknown(self._store.connection(), rules):
            with self._store.write(self._clock()) as unit:
                writes.meet(unit, rules)
        for rule in rules:
            self._take(rule)
        return rules

    def _take(self, rule: Source) -> None:
        while not self._halted():
            with self._store.write(self._clock()) as unit:
                number = writes.take(unit, rule)
                self._points("write.take")
            self._points("write.taken")
            if number < writes.AT_ONCE:
                return
            time.sleep(_PAUSE)

    def _write_some(self, rule: Source) -> bool:
        """Write until nothing is due, or the others have waited long enough; whether there is more.

        Where an account can't be written, the next one shows whether it is that one or the source: two in a row.
        """
        until, records = time.monotonic() + _SHARE, cache(partial(records_of, rule, self._secret, self._halted))
        doubt: Doubt | None = None
        has_answered = False
        while due := writes.due_accounts(self._store.connection(), rule, self._clock()):
            for account_id in due:
                if self._halted():
                    return False
                before, answers = doubt, self._answers
                if failed := self._try(rule, records, account_id):
                    doubt = failed
                    if before:
                        wait = all_wait(max(before.wait, doubt.wait), before.attempts, doubt.attempts)
                        self._keep_trouble(rule, doubt, wait)
                        return False
                    continue
                if self._answers > answers:
                    self._tell_of_one(rule, doubt)
                    doubt, has_answered = None, True
                if time.monotonic() > until:
                    return True
        if doubt and not has_answered:
            self._hold(rule, min(doubt.wait, ALONE))
        self._tell_of_one(rule, doubt)
        self._say_if_well(rule)
        return False

    def _try(self, rule: Source, records: Callable[[], Records], account_id: int) -> Doubt | None:
        """Write an account; what there is to doubt where it, or all, can't be written now."""
        try:
            self._write_account(rule, records(), account_id)
        except UserError as error:
            if not self._halted():
                return self._put_off(rule, account_id, error)
        except Exception as error:
            log.exception("writing account %s to source %s failed", account_id, rule.name)
            self._keep_unforeseen(rule, account_id, f"{WENT_WRONG} ({type(error).__name__})")
        return None

    def _write_account(self, rule: Source, records: Records, account_id: int) -> None:
        """Write what waits of an account at once; what is refused so, field by field: one does not hold the others."""
        db = self._store.connection()
        rows = writes.waiting(db, rule, account_id, self._clock())
        if not writes.is_of(db, rule.name, account_id):
            with self._store.write(self._clock()) as unit:
                for row in rows:
                    writes.BACKLOG.end(unit, row.id, SAME, _GONE_HERE)
            return
        if not self._write_rows(rule, records, rows):
            for row in rows:
                again = [one for one in writes.waiting(db, rule, account_id, self._clock()) if one.id == row.id]
                if again:
                    self._write_rows(rule, records, again)

    def _write_rows(self, rule: Source, records: Records, rows: Sequence[Write]) -> bool:
        """Write fields of one account; False where several were refused together, and each is to be tried alone."""
        key = str(accounts.get(self._store.connection(), rows[0].account_id).crm_id)
        try:
            there, stamp = records.read(an_id(key), [rule.write[row.field] for row in rows])
            self._answers += 1
            self._points("write.read")
            going = self._settle(rule, rows, there)
            self._points("write.begun")
            if not going:
                return True
            cells = {
                rule.write[one.write.field]: of_account.as_theirs(rule, one.write.field, one.ours) for one in going
            }
            stamp = records.write(key, cells, stamp)
        except NotTaken as error:
            if len(rows) > 1 and not error.gone:
                return False
            with self._store.write(self._clock()) as unit:
                for row in rows:
                    self._keep_refusal(unit, rule, row, str(error), for_good=error.gone)
            return True
        self._points("write.written")
        with self._store.write(self._clock()) as unit:
            for one in going:
                column = rule.write[one.write.field]
                writes.keep_known(
                    unit, rule, one.write.account_id, one.write.field, one.ours, cell=cells[column], stamp=stamp
                )
                writes.BACKLOG.end(unit, one.write.id, SENT)
            names = ", ".join(one.write.field for one in going)
            subject = f"account:{going[0].write.account_id}"
            unit.audit(of_account.WRITE_AUDIT, subject, {}, {"fields": names, "to": rule.name}, made=True)
            writes.BACKLOG.hold(unit, rule.name, None)
            self._points("write.kept")
        return True

    def _settle(self, rule: Source, rows: Sequence[Write], there: Mapping[str, object]) -> list[Weighed]:
        """Settle what is not to be written, and remember what is about to be."""
        with self._store.write(self._clock()) as unit:
            going = []
            for one in weigh(self._store, rule, rows, there):
                row = one.write
                if one.verdict == LACKS:
                    words = f"{rule.write[row.field]} is no field there, or hidden from the bot's user"
                    self._keep_refusal(unit, rule, row, words)
                elif one.verdict in (SAME, SENT):
                    writes.keep_known(unit, rule, row.account_id, row.field, one.theirs)
                    conflicts.settle(unit, _KINDS, row.account_id, row.field)
                    writes.BACKLOG.end(unit, row.id, one.verdict)
                elif one.verdict == CONFLICT or conflicts.waits(unit.db, _KINDS, row.account_id, row.field):
                    self._conflict(unit, rule, one)
                else:
                    going.append(one)
            writes.begin(unit, {one.write.id: one.ours for one in going}, [one.write for one in going])
        return going

    def _conflict(self, unit: Unit, rule: Source, one: Weighed) -> None:
        """Both sides changed it: to be decided where those of files are, or theirs at once where the policy says so."""
        row = one.write
        writes.keep_known(unit, rule, row.account_id, row.field, one.theirs)
        is_file = row.field == "health" and one.theirs in (None, *WRITTEN["health"])
        kind = "accounts" if is_file else KIND
        by = decider(kind, unit.db, unit.policy, unit.today.isoformat())
        if unit.policy.import_conflicts == "crm_wins" and by.takes(row.field):
            try:
                by.change(unit, [(row.account_id, {row.field: one.theirs})])
            except UserError:
                pass  # it is none that can be here: somebody decides
            else:
                subject = f"{by.subject}:{row.account_id}"
                unit.audit(f"{by.subject}.conflict", subject, {row.field: one.ours}, {row.field: one.theirs})
                writes.BACKLOG.end(unit, row.id, SAME)
                return
        ours = of_account.as_kept(row.field, one.ours)
        conflicts.keep(unit, kind, row.account_id, row.field, ours, one.theirs, source=rule.name)
        writes.BACKLOG.end(unit, row.id, CONFLICT)

    def _keep_refusal(self, unit: Unit, rule: Source, row: Write, words: str, *, for_good: bool = False) -> None:
        """It is refused: tried again, since a field may come back there; given up where the record is gone."""
        name = writes.BACKLOG.trouble_id(rule.name)
        if for_good or unit.now - (row.first_at or unit.now) >= TRIED_FOR:
            writes.BACKLOG.end(unit, row.id, DEAD, words)
        else:
            writes.BACKLOG.failed(unit, row.id, words, wait_after(row.attempts + 1))
        if destinations.health_of(unit.db, name) == destinations.OK:
            told = show.gone_words(rule.name, f"{row.account}, {row.field}", words)
            destinations.set_health(unit, name, "refused", words, told)

    def _keep_unforeseen(self, rule: Source, account_id: int, words: str) -> None:
        """One account goes wrong in a way that nobody thought of: it waits, and the others do not."""
        with self._store.write(self._clock()) as unit:
            for row in writes.waiting(unit.db, rule, account_id, unit.now):
                self._keep_refusal(unit, rule, row, words)

    def _put_off(self, rule: Source, account_id: int, error: UserError) -> Doubt:
        """It can't be written now: it is tried again, whatever becomes of the others."""
        with self._store.write(self._clock()) as unit:
            words = str(error)
            rows = writes.waiting(unit.db, rule, account_id, unit.now)
            attempts = max((row.attempts for row in rows), default=0)
            wait = wait_after(attempts + 1)
            for row in rows:
                if unit.now - (row.first_at or unit.now) >= TRIED_FOR:
                    writes.BACKLOG.end(unit, row.id, DEAD, words)
                else:
                    writes.BACKLOG.failed(unit, row.id, words, wait)
            is_long = any(unit.now - (row.first_at or unit.now) >= TOLD_AFTER for row in rows)
        return Doubt(rows[0].account if rows else "", words, wait, attempts, is_long)

    def _keep_trouble(self, rule: Source, doubt: Doubt, wait: timedelta) -> None:
        """Nothing can be written there: all of it waits."""
        self._hold(rule, wait)
        with self._store.write(self._clock()) as unit:
            self._tell(unit, rule, doubt, "failing", show.not_written(rule.name, doubt.words))

    def _hold(self, rule: Source, wait: timedelta) -> None:
        with self._store.write(self._clock()) as unit:
            writes.BACKLOG.hold(unit, rule.name, unit.now + wait)

    def _tell_of_one(self, rule: Source, doubt: Doubt | None) -> None:
        """As far as is known the others can be written there: that one alone waits."""
        if doubt:
            with self._store.write(self._clock()) as unit:
                self._tell(unit, rule, doubt, "refused", show.gone_words(rule.name, doubt.account, doubt.words))

    def _tell(self, unit: Unit, rule: Source, doubt: Doubt, health: str, told: str) -> None:
        name = writes.BACKLOG.trouble_id(rule.name)
        if doubt.is_long and destinations.health_of(unit.db, name) == destinations.OK:
            destinations.set_health(unit, name, health, doubt.words, told)

    def _say_if_well(self, rule: Source) -> None:
        db, name = self._store.connection(), writes.BACKLOG.trouble_id(rule.name)
        if destinations.health_of(db, name) != destinations.OK and not writes.failing(db, rule.name):
            with self._store.write(self._clock()) as unit:
                destinations.set_health(unit, name, destinations.OK, None, show.written_again(rule.name))
