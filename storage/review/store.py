"""All SQL of manager's reviews: what is found in a team, what was seen, asked and answered."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.account.findings import RENEWALS, SECTIONS, Look
from storage.account.lists import Whose
from storage.base import people
from storage.base.errors import NotFound, Stale
from storage.base.moments import day, instant, maybe_instant
from storage.base.nouns import handed_in
from storage.base.quarters import quarter_of
from storage.base.switches import area_on, covered
from storage.base.texts import text_of
from storage.home import team
from storage.review.record import ASKED, SEEN, Found, Load, Mark, Review, Section
from storage.review.settings import ReviewArea
from storage.success.store import managed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from sqlite3 import Connection

    from storage.account.findings import Finder
    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.base.policy import Policy

FIELDS = (
    "id, manager_id, month, section, account_id, state, note, found, on_day, at, asked_id, answer, answered_at,"
    " answered_by"
)
MARKED, TAKEN_BACK, ANSWERED = "manager_review.mark", "manager_review.take_back", "manager_review.answer"


def month_of(today: date) -> str:
    """The name of a review: that of its month, `2026-11`."""
    return f"{today:%Y-%m}"


def of_team(db: Connection, policy: Policy, manager: Person, today: date) -> Review:
    """The review of a manager's team, with what they have done of it this month."""
    ids = team.with_those_gone(db, policy, manager)
    done = {(one.section, one.account_id): one for one in _of_month(db, manager.id, month_of(today))}
    return _review(db, policy, ids, manager.id, today, done)


def of_csm(db: Connection, policy: Policy, csm: Person, today: date) -> Review:
    """The same of one CSM, for a talk with them: nothing is recorded."""
    return _review(db, policy, [csm.id], None, today, {}, of_one=csm)


def _review(
    db: Connection,
    policy: Policy,
    ids: Sequence[int],
    manager_id: int | None,
    today: date,
    done: Mapping[tuple[str, int], Mark],
    *,
    of_one: Person | None = None,
) -> Review:
    some = _managed(db, policy, ids)
    area, quarter = policy.settings(ReviewArea), quarter_of(today, policy.fiscal_year_start_month)
    last = quarter
    for _ in range(area.quarters - 1):
        last = last.next
    renewing = (quarter.span.first, last.span.last)
    look = Look(db, policy, today, some, ids, manager_id, renewing, area.old_cta_days)
    by_section: dict[str, list[Finder]] = {}
    for noun in handed_in("storage", "findings"):
        for finder in getattr(noun, "FINDERS", ()):
            if finder.area is None or area_on(policy, finder.area):
                by_section.setdefault(finder.section, []).append(finder)
    sections = [_section(name, by_section[name], look, done) for name in SECTIONS if name in by_section]
    return Review(month_of(today), tuple(sections), _loads(db, ids, some), of_one)


def _section(name: str, finders: Iterable[Finder], look: Look, done: Mapping[tuple[str, int], Mark]) -> Section:
    of_account: dict[int, Account] = {}
    said: dict[int, list[str]] = {}
    wrong: set[int] = set()
    for finder in finders:
        for one in finder.find(look):
            if finder.area is not None and not covered(look.policy, finder.area, one.account.segment):
                continue
            of_account[one.account.id] = one.account
            _say(said.setdefault(one.account.id, []), one.said)
            if not one.calm:
                wrong.add(one.account.id)
    found = [Found(of_account[i], tuple(words), i not in wrong, done.get((name, i))) for i, words in said.items()]
    found.sort(key=lambda one: (one.calm, _day_of(name, one.account), one.account.name.casefold(), one.account.id))
    return Section(name, tuple(found), sum(account.id not in said for account in look.accounts))


def _day_of(section: str, account: Account) -> date:
    """Renewals stand with the soonest first; all else by name."""
    return account.renewal_on if section == RENEWALS and account.renewal_on else date.min


def _say(words: list[str], said: str) -> None:
    """Add what was found; what begins like the thing before it (`renews 30 Apr: …`) goes on in that."""
    head, between, rest = said.partition(": ")
    if between and words and words[-1].startswith(head + between):
        words[-1] += f", {rest}"
    else:
        words.append(said)


def _managed(db: Connection, policy: Policy, ids: Sequence[int]) -> list[Account]:
    """The managed accounts of these CSMs, by name, without those that are expected to churn."""
    where, values = managed(policy.settings(ReviewArea))
    of_whom, among = Whose("team", tuple(ids)).condition
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} AND {of_whom} AND accounts.will_churn_on IS NULL"
        " ORDER BY accounts.name_key, accounts.id",
        (*values, *among),
    )
    return [accounts.from_row(row) for row in rows]


def _loads(db: Connection, ids: Sequence[int], some: Sequence[Account]) -> tuple[Load, ...]:
    found = []
    for person in sorted(people.many(db, ids).values(), key=lambda one: (one.name.casefold(), one.id)):
        own = [account for account in some if account.csm_id == person.id]
        arr: dict[str, int] = {}
        for account in own:
            if account.arr_cents is not None:
                arr[account.currency] = arr.get(account.currency, 0) + account.arr_cents
        if own or not person.deactivated:
            found.append(Load(person, len(own), arr))
    return tuple(found)


# What was done of it.


def get(db: Connection, mark_id: int) -> Mark:
    """The mark of an id; raises NotFound."""
    row = db.execute(f"SELECT {FIELDS} FROM manager_reviews WHERE id = ?", (mark_id,)).fetchone()
    if row is None:
        raise NotFound("That is asked no more.", "It was taken back.")
    return from_row(row)


def mark_of(db: Connection, manager_id: int, month: str, section: str, account_id: int) -> Mark | None:
    """What a manager has done of an account in a section of a month's review."""
    found = _of_month(db, manager_id, month)
    return next((one for one in found if (one.section, one.account_id) == (section, account_id)), None)


def seen_at_once(db: Connection, mark: Mark) -> list[Mark]:
    """The marks of one click: all that its manager saw in the section at that instant, and said nothing of."""
    some = _of_month(db, mark.manager_id, mark.month)
    return [one for one in some if (one.section, one.at, one.state, one.note) == (mark.section, mark.at, SEEN, None)]


def asked(db: Connection, manager_id: int, csm_id: int, on: date) -> list[Mark]:
    """What a manager asked a CSM on a day, in the order of the questions."""
    rows = db.execute(
        f"SELECT {FIELDS} FROM manager_reviews WHERE asked_id = ? AND on_day = ? AND manager_id = ? AND state = 'asked'"
        " ORDER BY id",
        (csm_id, on.isoformat(), manager_id),
    )
    return [from_row(row) for row in rows]


def see(unit: Unit, manager_id: int, month: str, section: str, account_ids: Sequence[int]) -> int:
    """A manager has seen these accounts in a section; how many of them were not seen or asked about before."""
    before = {one.account_id for one in _of_month(unit.db, manager_id, month) if one.section == section}
    fresh = [account_id for account_id in account_ids if account_id not in before]
    for account_id in fresh:
        _put(unit, manager_id, month, section, account_id, {"state": SEEN})
    return len(fresh)


def note(unit: Unit, manager_id: int, month: str, section: str, account_id: int, words: str | None) -> Mark:
    """What the manager notes of an account; with that it is seen. Empty takes the note away.

    Raises Stale while a question waits: who was asked would read it there.
    """
    there = mark_of(unit.db, manager_id, month, section, account_id)
    if there is not None and there.waits:
        raise Stale("You asked about that, and it is not answered yet.", "A note would be read there as your question.")
    return _put(unit, manager_id, month, section, account_id, {"note": text_of(words, "note")})


def ask(
    unit: Unit,
    manager_id: int,
    month: str,
    section: str,
    account: Account,
    words: str | None,
    found: Sequence[str],
    on: date,
) -> Mark:
    """Ask the CSM about an account, `on` the day whose morning after tells of it.

    Raises Stale for one that was asked about, and where nobody is its CSM.
    """
    there = mark_of(unit.db, manager_id, month, section, account.id)
    if there is not None and there.state == ASKED:
        raise Stale(f"You asked about {account.name} already.", "The answer comes to you as a note.")
    if account.csm_id is None:
        raise Stale(f"{account.name} has no CSM.", "There is nobody to ask.")
    values = {
        "state": ASKED,
        "note": text_of(words, "note"),  # never what was noted before, which was for nobody else
        "found": "; ".join(found) or None,
        "asked_id": account.csm_id,
        "on_day": on.isoformat(),
    }
    return _put(unit, manager_id, month, section, account.id, values)


def take_back(unit: Unit, mark: Mark) -> None:
    """It was not seen, or not asked about, after all; raises Stale for a question that was answered."""
    if mark.answer is not None:
        raise Stale("That was answered already.", "It stays as it is.")
    unit.db.execute("DELETE FROM manager_reviews WHERE id = ?", (mark.id,))
    before = {"state": mark.state, "section": mark.section, "account": mark.account_id, "note": mark.note}
    unit.audit(TAKEN_BACK, f"manager_review:{mark.id}", before, {})


def answer(unit: Unit, mark: Mark, words: str) -> Mark:
    """What the CSM says to it; raises UserError for nothing, Stale for a question that was answered or is none."""
    if not mark.waits:
        raise Stale("That was answered already.", "Nothing was changed.")
    said = text_of(words, "answer")
    unit.db.execute(
        "UPDATE manager_reviews SET answer = ?, answered_at = ?, answered_by = ? WHERE id = ?",
        (said, unit.at, unit.actor_id, mark.id),
    )
    unit.audit(ANSWERED, f"manager_review:{mark.id}", {}, {"answer": said, "account": mark.account_id})
    return get(unit.db, mark.id)


def _put(unit: Unit, manager_id: int, month: str, section: str, account_id: int, values: Mapping[str, Any]) -> Mark:
    there = mark_of(unit.db, manager_id, month, section, account_id)
    if there is None:
        new = {"state": SEEN, "on_day": unit.today.isoformat(), **values, "at": unit.at}
        names = ("manager_id", "month", "section", "account_id", *new)
        row = unit.db.execute(
            f"INSERT INTO manager_reviews({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            f" RETURNING {FIELDS}",
            (manager_id, month, section, account_id, *new.values()),
        ).fetchone()
    else:
        new = {**values}
        if new.get("state", there.state) != there.state:
            new = {"on_day": unit.today.isoformat(), **new, "at": unit.at}
        sets = ", ".join(f"{name} = ?" for name in new)
        row = unit.db.execute(
            f"UPDATE manager_reviews SET {sets} WHERE id = ? RETURNING {FIELDS}", (*new.values(), there.id)
        ).fetchone()
    mark = from_row(row)
    before = {"state": there.state, "note": there.note} if there else {}
    after = {"month": month, "section": section, "account": account_id, "state": mark.state, "note": mark.note}
    unit.audit(MARKED, f"manager_review:{mark.id}", before, after)
    return mark


def _of_month(db: Connection, manager_id: int, month: str) -> list[Mark]:
    rows = db.execute(
        f"SELECT {FIELDS} FROM manager_reviews WHERE manager_id = ? AND month = ? ORDER BY id", (manager_id, month)
    )
    return [from_row(row) for row in rows]


def many(db: Connection, ids: Iterable[int]) -> list[Mark]:
    """The marks of these ids that there are."""
    rows = db.execute(
        f"SELECT {FIELDS} FROM manager_reviews WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(ids)),),
    )
    return [from_row(row) for row in rows]


def from_row(row: Sequence[Any]) -> Mark:
    """The mark of a row selected with FIELDS."""
    return Mark(
        id=row[0],
        manager_id=row[1],
        month=row[2],
        section=row[3],
        account_id=row[4],
        state=row[5],
        note=row[6],
        found=row[7],
        on_day=day(row[8]),
        at=instant(row[9]),
        asked_id=row[10],
        answer=row[11],
        answered_at=maybe_instant(row[12]),
        answered_by=row[13],
    )
