"""What of an account goes back to a CRM: which change touches it, what it is here, and how it is said there."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from storage.account import store as accounts
from storage.base.outside import WRITTEN
from storage.call import store as calls
from storage.ebr import store as ebrs
from storage.ebr.lists import ebr_due
from storage.renewal import outcomes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from sqlite3 import Connection

    from storage.base.outside import Source
    from storage.base.policy import Policy

WRITE_AUDIT = "account.written"
_ALSO = {"amber": "yellow", "g": "green", "y": "yellow", "r": "red"}
_DAYS = ("last_ebr", "next_ebr", "last_call")
_TEXT = "next_step"
_EBR_FACTS = frozenset({"last_ebr_on", "ebr_cadence_months", "segment", "customer_since"})
_OF_STEPS = ("review.hold", "review.undo", "call.log", "call.undo")
_OF_EBRS = ("ebr.log", "ebr.undo")
_OF_PLANS = (*_OF_EBRS, "ebr.schedule", "ebr.call_off", "ebr.cadence")
_OF_ENDS = ("renewal.renewed", "renewal.churned", "renewal.undo")
_SECONDS_LONG, _THOUSAND = 12, 1000


def touched(action: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The fields that a change of an account may have changed; of what an import did, nobody asks."""
    if action == WRITE_AUDIT:
        return set()
    names = before.keys() | after.keys()
    found: set[str] = {name for name in ("health", "outlook") if name in names}
    found |= {_TEXT} if action in _OF_STEPS else set()
    found |= {"last_ebr"} if action in _OF_EBRS or "last_ebr_on" in names else set()
    found |= {"next_ebr"} if action in _OF_PLANS or action in _OF_ENDS or _EBR_FACTS & names else set()
    found |= {"last_call"} if action.startswith("call.") else set()
    found |= {"renewal_outcome"} if action in _OF_ENDS else set()
    kept = str(after.get("kept", "")).removesuffix("_on")  # a conflict was decided: what is here
    found |= {kept} if kept in WRITTEN else set()
    return found


def values(db: Connection, policy: Policy, account_id: int, fields: Iterable[str]) -> dict[str, str | None]:
    """What these fields of an account are here: keys, ISO days, texts; None for nothing."""
    account = accounts.get(db, account_id)
    wanted = set(fields)
    found: dict[str, str | None] = {"health": account.health, "outlook": account.outlook}
    if wanted & {"last_ebr", "next_ebr"}:
        due = ebr_due(account, ebrs.of_accounts(db, [account_id])[account_id], policy)
        planned = due.scheduled.scheduled_on if due.scheduled else due.due_on
        found["last_ebr"] = _iso(due.last_on)
        found["next_ebr"] = _iso(planned) if account.active else None
    if "last_call" in wanted:
        found["last_call"] = _iso(calls.last_on(db, [account_id]).get(account_id))
    if "renewal_outcome" in wanted:
        decided = outcomes.latest(db, account_id)
        found["renewal_outcome"] = decided.outcome if decided else None
    if _TEXT in wanted:
        found[_TEXT] = _next_step(db, account_id)
    return {field: found[field] for field in WRITTEN if field in wanted}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _next_step(db: Connection, account_id: int) -> str | None:
    """The step that was named last: of a review that was held, or of a call."""
    row = db.execute(
        "SELECT next_step FROM (SELECT next_step, held_on, updated_at AS said_at FROM reviews WHERE account_id = ?1"
        " AND state = 'held' AND next_step <> '' UNION ALL SELECT next_step, held_on, at FROM calls"
        " WHERE account_id = ?1 AND next_step <> '') AS said ORDER BY held_on DESC, said_at DESC LIMIT 1",
        (account_id,),
    ).fetchone()
    return _one(row[0]) if row else None


def _one(text: str) -> str | None:
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) or None


def as_theirs(rule: Source, field: str, value: str | None) -> str | None:
    """A value as it is written there: `at_risk` is `At risk`, or what the source calls it."""
    if value is None or not WRITTEN[field]:
        return value
    return rule.values.get(field, {}).get(value, value.replace("_", " ").capitalize())


def as_ours(rule: Source, field: str, raw: object) -> str | None:
    """What stands there, as it would be here; a word that is none of ours as it stands."""
    # What no text may hold here (half a character, NUL) is none of theirs either.
    if raw is None or not (text := str(raw).encode("utf-8", "replace").decode().replace("\0", "").strip()):
        return None
    if field in _DAYS:
        return _day(text)
    if field == _TEXT:
        return _one(text)
    word = text.casefold()
    for ours, theirs in rule.values.get(field, {}).items():
        if theirs.strip().casefold() == word:
            return ours
    word = _ALSO.get(word, word.replace(" ", "_").replace("-", "_"))
    return word if word in WRITTEN[field] else text


def said_here(rule: Source, column: str, cell: str) -> str:
    """A cell that a source brings: what it calls by a word of its own, by ours."""
    for field, words in rule.values.items():
        if cell and column.casefold() in rule.columns_of(field):
            return next((ours for ours in words if words[ours].strip().casefold() == cell.strip().casefold()), cell)
    return cell


def _day(text: str) -> str:
    """A day, an instant or its milliseconds as an ISO day."""
    if text.isdecimal() and len(text) >= _SECONDS_LONG:
        with suppress(ValueError, OverflowError, OSError):
            return datetime.fromtimestamp(int(text) / _THOUSAND, UTC).date().isoformat()
    return text[:10]


def as_kept(field: str, value: str | None) -> str | None:
    """A value as it is remembered: words of people as a digest, for they need not stand here twice."""
    if field != _TEXT or value is None:
        return value
    return blake2b(value.encode(), digest_size=16).hexdigest()
