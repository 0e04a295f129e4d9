"""How renewals end: renewed, churned, in signature, lapsed, taken back (docs/domain.md, "Renewals").

Written by `/renewals`, its forms, the terminal and imports; read by reminders, lists and summaries. A decision keeps
the account's fields before and after, so that it can be taken back.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.account.lists import ACTIVE
from storage.base import outbox
from storage.base.db import to_json
from storage.base.dialect import put, value_for
from storage.base.errors import Stale, UserError
from storage.base.moments import (
    add_months,
    civil_end,
    day_said,
    instant,
    instant_text,
    maybe_day,
    maybe_instant,
    past_day_said,
)
from storage.base.moments import day as _day
from storage.base.nouns import handed_in
from storage.base.outbox_row import Draft
from storage.base.recipients import put_off_by
from storage.cta.facts import mark_of_account
from storage.renewal.record import CHURNED, OLD_DAYS, RENEWED, Renewal, Signing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from sqlite3 import Connection, Row

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.person import Person
    from storage.base.policy import Policy

_COLUMNS = (
    "id, account_id, renewal_on, outcome, next_renewal_on, decided_at, decided_by, arr_cents, arr_before_cents,"
    " currency, reason, line, effective_on, source, was, became, undone_at"
)
LINE_LIMIT = 3000
SURELY_A_YEAR = 2.5
NONE_TO_SIGN, NONE_TO_ASK = "There is no renewal to sign.", "Nobody asks about its renewal any more."
"""A new ARR of more than so many times the old one may be meant for the whole contract: it is asked about."""
RENEWED_MONTHS, RENEWED_WITHIN_DAYS = 6, 90
"""A source that moves the date by so many months, that near to it or after it, has renewed the account."""
NOTHING_EXPECTED: dict[str, Any] = {"outlook": None, "outlook_line": None, "expected_cents": None}
"""What was expected of a renewal that has ended says nothing of the next one."""


def history(db: Connection, account_id: int) -> list[Renewal]:
    """How the account's renewals ended, the latest first; what was taken back is left out."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM renewals WHERE account_id = ? AND undone_at IS NULL ORDER BY decided_at DESC, id DESC",
        (account_id,),
    )
    return [_from_row(row) for row in rows]


def latest(db: Connection, account_id: int) -> Renewal | None:
    """The decision that stands; None where there is none."""
    return next(iter(history(db, account_id)), None)


def signing(db: Connection, account: Account) -> Signing | None:
    """By when the account's present renewal will be signed; None where nobody said so."""
    return signings(db, [account]).get(account.id)


def signings(db: Connection, of: Sequence[Account]) -> dict[int, Signing]:
    """The same of several accounts, by account."""
    rows = db.execute(
        "SELECT account_id, signings.renewal_on, sign_by, line FROM signings"
        " JOIN accounts ON accounts.id = account_id AND accounts.renewal_on = signings.renewal_on"
        " WHERE account_id IN (SELECT value FROM json_each(?))",
        (to_json([account.id for account in of]),),
    )
    return {row[0]: Signing(row[0], _day(row[1]), _day(row[2]), row[3]) for row in rows}


def is_lapsed(account: Account, signed: Signing | None, today: date) -> bool:
    """Whether its renewal day has passed undecided, and it is not in signature."""
    if not account.active or account.renewal_on is None or account.renewal_on >= today:
        return False
    return signed is None or signed.sign_by < today


def asks_about(before_cents: int | None, cents: int | None) -> str:
    """What a new ARR asks for: `less` why it is less, `contract` whether it is of a year; '' for nothing."""
    if before_cents is None or cents is None:
        return ""
    if cents < before_cents:
        return "less"
    return "contract" if before_cents and cents > SURELY_A_YEAR * before_cents else ""


def renew(
    unit: Unit,
    account_id: int,
    next_on: date,
    *,
    arr_cents: int | None = None,
    reason: str | None = None,
    line: str | None = None,
) -> Account:
    """Record that the account renewed until `next_on`: its renewal date from now on, its reviews armed anew.

    A churned account that renews after all is active again. `arr_cents` None: unknown, never taken as the same. Raises
    UserError for a date that is not ahead, for less without a reason, and for an account in the archive.
    """
    account = accounts.get(unit.db, account_id)
    account.refuse_archived()
    if next_on <= unit.own_today or (account.renewal_on and next_on <= account.renewal_on):
        than = f"the present one, {day_said(account.renewal_on, unit.own_today)}" if account.renewal_on else "today"
        raise UserError(f"The next renewal date must be later than {than}.", field="next_renewal_on")
    less = asks_about(account.arr_cents, arr_cents) == "less"
    if less and not reason:
        raise UserError("That is less than before: why?", "Pick the reason that fits best.", field="reason")
    line = _checked(unit, reason, line)
    fields: dict[str, Any] = {"renewal_on": next_on.isoformat(), "churned_on": None, **NOTHING_EXPECTED}
    if arr_cents is not None:
        fields["arr_cents"] = arr_cents
    decision = {
        "next_renewal_on": next_on.isoformat(),
        "arr_cents": arr_cents,
        "reason": reason if less else None,
        "line": line,
    }
    return _decide(unit, account, RENEWED, fields, decision)


def churn(
    unit: Unit, account_id: int, on: date | None = None, *, reason: str | None = None, line: str | None = None
) -> Account:
    """Record that the account does not renew, from a day on: its renewal day if that is ahead, else today.

    Nothing is asked about it from now on, its ARR counts until that day. Kept, not archived.
    """
    account = accounts.get(unit.db, account_id)
    refuse_again(account, unit.own_today)
    day = unit.kept(on) if on else effective_day(account, unit.today)
    line = _checked(unit, reason, line)
    fields = {"churned_on": day.isoformat(), "outlook": "churn"}
    return _decide(unit, account, CHURNED, fields, {"reason": reason, "line": line, "effective_on": day.isoformat()})


def refuse_again(account: Account, today: date) -> None:
    """Raise Stale for an account that was recorded as churned already."""
    if account.churned_on:
        said = day_said if account.leaving(today) else past_day_said
        left = f"{account.name} was recorded as churned on {said(account.churned_on, today)}."
        raise Stale(left, "Nothing was changed.")


def effective_day(account: Account, today: date) -> date:
    """From when on an account that churns is gone, if nobody says otherwise."""
    return account.renewal_on if account.renewal_on and account.renewal_on > today else today


def sign_late(unit: Unit, account_id: int, by: date, line: str | None = None) -> Account:
    """Record that the renewal is in signature: not lapsed until that day has passed. Again: the day is another."""
    account = accounts.get(unit.db, account_id)
    account.refuse_gone(NONE_TO_SIGN)
    if account.renewal_on is None:
        raise UserError(f"{account.name} has no renewal date.", f"Set it with /account edit {account.name}.")
    if by < unit.own_today:
        raise UserError(f"{day_said(by, unit.own_today)} has passed.", "By when will it be signed?", field="sign_by")
    if by > add_months(max(unit.own_today, account.renewal_on), 12):
        raise UserError(
            f"{day_said(by, unit.own_today)} is too far away.", "By when will it be signed?", field="sign_by"
        )
    line = _checked(unit, None, line)
    was = signing(unit.db, account)
    unit.db.execute(
        "INSERT INTO signings(account_id, renewal_on, sign_by, line, by_id, updated_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id) DO UPDATE SET renewal_on = excluded.renewal_on, sign_by = excluded.sign_by,"
        " line = excluded.line, by_id = excluded.by_id, updated_at = excluded.updated_at",
        (account.id, account.renewal_on.isoformat(), by.isoformat(), line, unit.actor_id, unit.at),
    )
    accounts.look_again(unit, account.id)
    before = {"sign_by": was.sign_by, "line": was.line} if was else {}
    unit.audit("renewal.signing", f"account:{account.id}", before, {"sign_by": by, "line": line})
    return account


def take_back(unit: Unit, account_id: int) -> Renewal:
    """Take the decision that stands back: the account is what it was before, and is not asked about again.

    Raises Stale for none, and where the account was changed since.
    """
    account = accounts.get(unit.db, account_id)
    decision = latest(unit.db, account_id)
    if decision is None:
        raise Stale(f"{account.name} was neither renewed nor recorded as churned.", "Nothing was changed.")
    became = decision.became or _of_old(decision)
    names = list(became)
    now = unit.db.execute(f"SELECT {', '.join(names)} FROM accounts WHERE id = ?", (account_id,)).fetchone()
    changed = [name for name, value in zip(names, now, strict=True) if value != became[name] and name != "outlook"]
    if changed:
        raise Stale(
            f"{account.name} was changed since it was {_SAID[decision.outcome]}.",
            f"/account edit {account.name} sets the renewal date; nothing was changed.",
        )
    fields = dict(decision.was) or _was_of_old(decision)
    known_at = fields.pop("renewal_known_at", None)
    if became.get("outlook") != dict(zip(names, now, strict=True)).get("outlook"):
        fields.pop("outlook", None)  # somebody has set another one since
    before, after = accounts.write(unit, account_id, fields)
    if known_at:
        unit.db.execute("UPDATE accounts SET renewal_known_at = ? WHERE id = ?", (known_at, account_id))
    unit.db.execute(
        "UPDATE renewals SET undone_at = ?, undone_by = ? WHERE id = ?", (unit.at, unit.actor_id, decision.id)
    )
    accounts.look_again(unit, account_id)
    mark_of_account(unit, account_id)
    _tell_undecided(unit, account_id, decision.decided_at)
    subject = f"account:{account_id}"
    undone = unit.db.execute(
        "SELECT max(id) FROM audit WHERE subject = ? AND action = ? AND at = ?",
        (subject, f"renewal.{decision.outcome}", instant_text(decision.decided_at)),
    ).fetchone()[0]
    unit.audit("renewal.undo", subject, {"outcome": decision.outcome, **before}, {**after, "undone": undone})
    return decision


_SAID = {RENEWED: "renewed", CHURNED: "recorded as churned"}


def _of_old(decision: Renewal) -> dict[str, Any]:
    """What the account became by a decision of a bot that kept no such thing."""
    if decision.outcome == RENEWED and decision.next_renewal_on:
        return {"renewal_on": decision.next_renewal_on.isoformat()}
    return {"outlook": "churn"}


def _was_of_old(decision: Renewal) -> dict[str, Any]:
    if decision.outcome == RENEWED:
        return {"renewal_on": decision.renewal_on.isoformat()}
    return {"churned_on": None}


def moved_by_source(
    unit: Unit,
    before: Mapping[int, tuple[date | None, int | None]],
    after: Mapping[int, tuple[date | None, int | None]],
    told_arr: Collection[int],
    *,
    takes_back: bool = False,
) -> set[int]:
    """What follows where a source of data moved renewal dates (by account, with the ARR): which have renewed.

    Later by six months or more, from a lapsed account or one near its renewal: renewed, and nobody is asked. Where the
    date goes back to what it was before such a move, that did not renew after all. `told_arr`: the source gave an ARR.
    `takes_back`: what it said is taken back, of which nothing renews.
    """
    renewed = set()
    for account_id, (now_on, arr_cents) in after.items():
        was_on, arr_before_cents = before.get(account_id, (None, None))
        if was_on is None or now_on is None:
            continue
        near = (was_on - unit.today).days <= RENEWED_WITHIN_DAYS
        if near and not takes_back and now_on >= add_months(was_on, RENEWED_MONTHS):
            account = accounts.get(unit.db, account_id)
            if account.active:
                was, became = accounts.write(unit, account_id, NOTHING_EXPECTED)
                decision = {
                    "next_renewal_on": now_on.isoformat(),
                    "arr_cents": arr_cents if account_id in told_arr else None,
                    "arr_before_cents": arr_before_cents,
                    "currency": account.currency,
                    "source": "import",
                    "was": to_json({"renewal_on": was_on.isoformat(), **was}),
                    "became": to_json({"renewal_on": now_on.isoformat(), **became}),
                }
                _keep(unit, account_id, was_on, RENEWED, decision)
                renewed.add(account_id)
        elif now_on < was_on:
            _did_not_renew(unit, account_id, now_on, was_on)
    return renewed


def _did_not_renew(unit: Unit, account_id: int, renewal_on: date, next_on: date) -> None:
    """A source says that a renewal which it had moved was none: what was expected of it is so again."""
    rows = unit.db.execute(
        "UPDATE renewals SET undone_at = ? WHERE account_id = ? AND source = 'import' AND undone_at IS NULL"
        " AND renewal_on = ? AND next_renewal_on = ? RETURNING was, decided_at",
        (unit.at, account_id, renewal_on.isoformat(), next_on.isoformat()),
    ).fetchall()
    for row in rows:
        _tell_undecided(unit, account_id, instant(row[1]))
        was = json.loads(row[0]) if row[0] else {}
        names = [name for name in NOTHING_EXPECTED if name in was]
        if not names:
            continue
        now = unit.db.execute(f"SELECT {', '.join(names)} FROM accounts WHERE id = ?", (account_id,)).fetchone()
        if not any(now):  # nobody has said anything else since
            accounts.write(unit, account_id, {name: was[name] for name in names})


def ask_later(unit: Unit, account: Account, person: Person, at: datetime, on: date) -> None:
    """Ask a person about a renewal day again at an instant, which lies on the day `on` for them."""
    if account.renewal_on is None:
        raise Stale(f"{account.name} has no renewal date any more.", "There is nothing to ask about.")
    outbox.put(
        unit,
        Draft(
            dedupe_key=f"renewal_outcome:{account.id}:{account.renewal_on}:later:{on.isoformat()}:{person.id}",
            kind="renewal_outcome",
            destination=f"person:{person.id}",
            recipient=person.address,
            not_before=at,
            due_on=account.renewal_on + timedelta(days=1),
            account_id=account.id,
            why="you asked to be reminded",
            payload=put_off_by(unit, person.id, account.csm_id),
        ),
    )
    unit.audit("renewal.later", f"account:{account.id}", {}, {"on": on})


def undecided(policy: Policy, today: date, which: str = "lapsed") -> tuple[str, tuple[Any, ...]]:
    """The SQL condition on `accounts` for renewal days that passed undecided, and its values.

    `lapsed`: not in signature; `signing`: in signature, whether the renewal day has passed or not; `old`: those lapsed
    that stand behind one item, last of all: long ago, or passed already when it became known; never in signature.
    """
    signed = (
        "EXISTS (SELECT 1 FROM signings WHERE signings.account_id = accounts.id"
        " AND signings.renewal_on = accounts.renewal_on AND sign_by >= ?)"
    )
    day = today.isoformat()
    if which == "signing":
        return f"{ACTIVE} AND {signed}", (day,)
    if which == "lapsed":
        return f"{ACTIVE} AND accounts.renewal_on < ? AND NOT {signed}", (day, day)
    old, values = passed_long_ago(policy, today)
    return f"{ACTIVE} AND accounts.renewal_on < ? AND NOT {signed} AND {old}", (day, "", *values)


def passed_long_ago(policy: Policy, today: date) -> tuple[str, tuple[Any, ...]]:
    """The SQL condition on `accounts` for renewal days over 60 days ago, or passed already when they became known."""
    lately = [today - timedelta(days=ago) for ago in range(OLD_DAYS + 1)]
    ends = {one.isoformat(): instant_text(civil_end(one, policy.timezone)) for one in lately}
    words = f"(accounts.renewal_on < ? OR accounts.renewal_known_at >= {value_for('accounts.renewal_on')})"
    return words, (lately[-1].isoformat(), to_json(ends))


def first_lapsed(policy: Policy, today: date) -> tuple[str, tuple[Any, ...]]:
    """SQL that puts renewal days that passed in order: what passed long ago last of all, the largest first."""
    old, values = passed_long_ago(policy, today)
    order = f"CASE WHEN {old} THEN 1 ELSE 0 END, arr_cents IS NULL, arr_cents DESC, accounts.renewal_on"
    return f"{order}, accounts.name_key, accounts.id", values


def _decide(unit: Unit, account: Account, outcome: str, fields: dict[str, Any], decision: dict[str, Any]) -> Account:
    before, after = accounts.write(unit, account.id, fields)
    was = dict(before)
    if "renewal_on" in before:
        was["renewal_known_at"] = instant_text(account.renewal_known_at)
    kept = {
        **decision,
        "arr_before_cents": account.arr_cents,
        "currency": account.currency,
        "was": to_json(was),
        "became": to_json(after),
    }
    _keep(unit, account.id, account.renewal_on or unit.today, outcome, kept)
    mark_of_account(unit, account.id)
    said = {name: decision[name] for name in ("reason", "line") if decision.get(name)}
    unit.audit(f"renewal.{outcome}", f"account:{account.id}", before, {**after, **said})
    return accounts.get(unit.db, account.id)


def _keep(unit: Unit, account_id: int, renewal_on: date, outcome: str, decision: dict[str, Any]) -> None:
    values = {
        "account_id": account_id,
        "renewal_on": renewal_on.isoformat(),
        "outcome": outcome,
        "decided_at": unit.at,
        "decided_by": unit.actor_id,
        **decision,
    }
    put(unit.db, "renewals", values)
    for noun in handed_in("storage", "followers"):
        if hasattr(noun, "renewal_ended"):
            noun.renewal_ended(unit, account_id, outcome)


def _tell_undecided(unit: Unit, account_id: int, decided_at: datetime) -> None:
    """Nouns whose records ended with a renewal hear that it was not decided after all."""
    for noun in handed_in("storage", "followers"):
        if hasattr(noun, "renewal_undecided"):
            noun.renewal_undecided(unit, account_id, decided_at)


def _checked(unit: Unit, reason: str | None, line: str | None) -> str | None:
    """The line as it is kept; raises UserError for a reason that is none, and for one that needs a line."""
    found = unit.policy.renewal_reason(reason) if reason else None
    if reason and found is None:
        raise UserError(f"{reason} is no reason of the policy.", "Pick one of the list.", field="reason")
    kept = (line or "").strip() or None
    if found and found.asks == "note" and not kept:
        raise UserError("What happened?", "A line is enough.", field="line")
    if kept and len(kept) > LINE_LIMIT:
        raise UserError(f"The line may have at most {LINE_LIMIT:,} characters.", field="line")
    return kept


def _from_row(row: Row | tuple[Any, ...]) -> Renewal:
    return Renewal(
        id=row[0],
        account_id=row[1],
        renewal_on=_day(row[2]),
        outcome=row[3],
        next_renewal_on=maybe_day(row[4]),
        decided_at=instant(row[5]),
        decided_by=row[6],
        arr_cents=row[7],
        arr_before_cents=row[8],
        currency=row[9],
        reason=row[10],
        line=row[11],
        effective_on=maybe_day(row[12]),
        source=row[13],
        was=json.loads(row[14]) if row[14] else {},
        became=json.loads(row[15]) if row[15] else {},
        undone_at=maybe_instant(row[16]),
    )
