"""What can be done in a manager's review, each once: the change, its audit, who is told, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door.actions import Outcome
from reminders.review.notices import ANSWER
from reminders.review.rules import asked_on, question
from storage.account import store as accounts
from storage.base import marks, outbox, people
from storage.base.notices import tell
from storage.base.plurals import counted
from storage.base.recipients import Directory
from storage.review import store
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.words import person_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.review.record import Found, Mark


def see(unit: Unit, manager: Person, month: str, section: str, some: Sequence[Account]) -> Outcome:
    """These accounts of a section were looked at."""
    number = store.see(unit, manager.id, month, section, [account.id for account in some])
    return Outcome(f"{counted(number, 'account')} seen.")


def note(unit: Unit, manager: Person, month: str, section: str, account: Account, words: str) -> Outcome:
    """A note of the manager's."""
    mark = store.note(unit, manager.id, month, section, account.id, words)
    return Outcome(mrkdwn("*{}* · {}", account.name, "noted in your review" if mark.note else "the note is gone"))


def ask(unit: Unit, manager: Person, month: str, section: str, found: Found, words: str) -> Outcome:
    """The CSM is asked: in a row of their next morning."""
    directory = Directory(unit.db, unit.policy.timezone)
    on = asked_on(unit.now, unit.policy, directory.csm(found.account.csm_id), unit.today)
    mark = store.ask(unit, manager.id, month, section, found.account, words, found.said, on)
    csm_id = mark.asked_id or 0
    draft = question(
        unit.now,
        unit.policy,
        directory.csm(manager.id),
        directory.csm(csm_id),
        by=manager.id,
        to=csm_id,
        on=mark.on_day,
    )
    outbox.put(unit, draft)
    marks.put_news(unit, [(draft.dedupe_key, f"manager_review:{mark.id}", "asked", mark.on_day.isoformat())])
    csm = people.get(unit.db, csm_id)
    return Outcome(mrkdwn("*{}* · {} is asked on the next morning", found.account.name, person_words(csm)))


def take_back(unit: Unit, mark: Mark) -> Outcome:
    """It was not seen, or not asked about, after all."""
    store.take_back(unit, mark)
    return Outcome(mrkdwn("*{}* · taken back", accounts.get(unit.db, mark.account_id).name))


def take_all_back(unit: Unit, some: Sequence[Mark]) -> Outcome:
    """The rest of a section was not seen after all."""
    for mark in some:
        store.take_back(unit, mark)
    return Outcome(f"{counted(len(some), 'account')} taken back.")


def answer(unit: Unit, mark: Mark, words: str) -> Outcome:
    """What the CSM says; the manager who asked hears of it."""
    found = store.answer(unit, mark, words)
    account, manager = accounts.get(unit.db, found.account_id), people.get(unit.db, found.manager_id)
    told = tell(unit, [manager], ANSWER, str(found.id), account_id=account.id, mark=found.id)
    return Outcome(mrkdwn("*{}* · answered", account.name), told=told)
