"""All SQL of answers: recorded, taken back, those of accounts, and who is asked in a round."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.account.endings import COUNTS
from storage.base.business_days import business_days_of
from storage.base.dialect import put, update_row
from storage.base.errors import NotFound, UserError
from storage.base.moments import civil_end, day, instant, instant_text
from storage.base.texts import text_of
from storage.renewal.store import not_after_today
from storage.success.store import segments
from storage.survey.record import KINDS, PERSON, SCORES, Answer, Asked, Round, contact_key, next_round, standing
from storage.survey.settings import SurveyArea

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.account.lists import Whose
    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.policy import Policy

AREA = "surveys"
ANSWERED = "survey.answer"
CONTACT_LIMIT = 120
FIELDS = "id, account_id, answered_on, kind, score, contact, comment, case_id, external_id, by_id, source, at"
KEPT = ("score", "contact", "comment", "by_id", "source", "at")
"""What a later answer of the same account, kind, contact and day puts right."""


def of_accounts(db: Connection, account_ids: Iterable[int], since: date | None = None) -> list[Answer]:
    """All answers of these accounts, the oldest first."""
    rows = db.execute(
        f"SELECT {FIELDS} FROM survey_answers WHERE account_id IN (SELECT value FROM json_each(?))"
        " AND answered_on >= ? ORDER BY answered_on, id",
        (json.dumps(list(account_ids)), since.isoformat() if since else ""),
    )
    return [from_row(row) for row in rows]


def that_count(db: Connection, account_ids: Iterable[int], since: date | None = None) -> dict[int, list[Answer]]:
    """The answers of these accounts that no later one of the same contact replaces, by account, the oldest first."""
    found: dict[int, list[Answer]] = {}
    for one in standing(of_accounts(db, account_ids, since)):
        found.setdefault(one.account_id, []).append(one)
    return found


def get(db: Connection, answer_id: int) -> Answer:
    """The answer of an id; raises NotFound."""
    found = find(db, answer_id)
    if found is None:
        raise NotFound("That answer is not known here.", "It may have been taken back.")
    return found


def find(db: Connection, answer_id: int) -> Answer | None:
    """The answer of an id, while it is there."""
    row = db.execute(f"SELECT {FIELDS} FROM survey_answers WHERE id = ?", (answer_id,)).fetchone()
    return from_row(row) if row else None


def check(kind: str, score: int) -> None:
    """Raise UserError for a kind or score that there is not."""
    if kind not in KINDS:
        raise UserError(f"'{kind}' is no survey.", "It is nps or csat.", field="kind")
    least, most = SCORES[kind]
    if not least <= score <= most:
        raise UserError(f"{kind.upper()} is from {least} to {most}, not {score}.", field="score")


def record(
    unit: Unit, account: Account, kind: str, score: int, on: date, *, contact: str = "", comment: str | None = None
) -> tuple[Answer, int | None]:
    """Keep an answer that somebody heard; the score that the same contact gave on that day before, if any.

    Raises UserError for an unknown kind or score, a day ahead, and a contact that is an e-mail address.
    """
    not_after_today(unit, on, "on")
    check(kind, score)
    who = text_of(contact, "contact", CONTACT_LIMIT) or ""
    if "@" in who:
        raise UserError("A role or an id, no address.", "For example: champion", field="contact")
    kept: dict[str, Any] = {"score": score, "contact": who, "comment": text_of(comment, "comment")}
    kept |= {"by_id": unit.actor_id, "source": PERSON, "at": unit.at}
    key = (account.id, kind, contact_key(who), on.isoformat())
    there = unit.db.execute(
        f"SELECT id, {', '.join(KEPT)} FROM survey_answers WHERE account_id = ? AND kind = ? AND contact_key = ?"
        " AND answered_on = ? AND external_id IS NULL",
        key,
    ).fetchone()
    names = ("account_id", "kind", "contact_key", "answered_on")
    before: dict[str, Any] = {}
    if there is None:
        answer_id = int(put(unit.db, "survey_answers", dict(zip(names, key, strict=True)) | kept)[0])
    else:
        answer_id, before = int(there[0]), {name: there[name] for name in KEPT}
        update_row(unit.db, "survey_answers", answer_id, kept)
    after = {"kind": kind, "answered_on": on.isoformat(), "answer": answer_id, **kept}
    told = {
        name: value
        for name, value in after.items()
        if value not in (None, "") and name not in ("by_id", "at", "source")
    }
    unit.audit(ANSWERED, f"account:{account.id}", before, told)
    return get(unit.db, answer_id), before.get("score")


def put_back(unit: Unit, answer_id: int, before: Mapping[str, Any]) -> bool:
    """Take an answer back, or put back what it put right; False where it is not there any more."""
    if before:
        if find(unit.db, answer_id) is None:
            return False
        update_row(unit.db, "survey_answers", answer_id, {name: before.get(name) for name in KEPT})
        return True
    return unit.db.execute("DELETE FROM survey_answers WHERE id = ?", (answer_id,)).rowcount > 0


# Rounds


def current_round(policy: Policy, today: date) -> Round | None:
    """The round that a day is in, else the next one."""
    return next_round(today, policy.settings(SurveyArea), business_days_of(policy))


def invited(policy: Policy, first: date) -> tuple[str, tuple[Any, ...]]:
    """The SQL condition on `accounts` of those asked in the round that begins on a day, and its values.

    Managed on that day, as far as anybody knows: neither archived, churned nor expected to churn by then. One that
    came back since is asked by its start of then; one without a start that is known is not.
    """
    area = policy.settings(SurveyArea)
    on, since = first.isoformat(), (first - timedelta(days=area.after_days)).isoformat()
    archived = instant_text(civil_end(first, policy.timezone))
    back = "SELECT 1 FROM account_returns AS back WHERE back.account_id = accounts.id AND back.undone_at IS NULL"
    where = (
        "accounts.csm_id IS NOT NULL"
        " AND (accounts.archived_at IS NULL OR accounts.archived_at >= ?)"
        " AND (accounts.churned_on IS NULL OR accounts.churned_on > ?)"
        " AND (accounts.will_churn_on IS NULL OR accounts.will_churn_on > ?)"
        f" AND CASE WHEN EXISTS ({back} AND back.back_on > ?) THEN accounts.customer_since"
        " ELSE coalesce(accounts.started_on, accounts.customer_since) END <= ?"
        f" AND NOT EXISTS ({back} AND back.left_on <= ? AND back.back_on > ?) AND {COUNTS}"
    )
    of_segments, named = segments(area.segments)
    return f"{where} AND {of_segments}", (archived, on, on, on, since, on, on, *named)


def asked_in(db: Connection, policy: Policy, found: Round, whose: Whose) -> list[Asked]:
    """The accounts of a scope that are asked in a round and active still, by name, with what they answered in it."""
    where, values = invited(policy, found.first)
    of_whom, ids = whose.condition
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where} AND {of_whom} AND accounts.archived_at IS NULL"
        " AND accounts.churned_on IS NULL ORDER BY accounts.name_key, accounts.id",
        (*values, *ids),
    )
    some = [accounts.from_row(row) for row in rows]
    answers = [one for one in of_accounts(db, [account.id for account in some], found.first) if one.case_id is None]
    by: dict[int, list[Answer]] = {}
    for one in standing(one for one in answers if one.answered_on <= found.last):
        by.setdefault(one.account_id, []).append(one)
    return [Asked(account, tuple(by.get(account.id, ()))) for account in some]


def from_row(row: Sequence[Any]) -> Answer:
    """The answer of a row selected with FIELDS."""
    return Answer(
        id=row[0],
        account_id=row[1],
        answered_on=day(row[2]),
        kind=row[3],
        score=row[4],
        contact=row[5],
        comment=row[6],
        case_id=row[7],
        external_id=row[8],
        by_id=row[9],
        source=row[10],
        at=instant(row[11]),
    )
