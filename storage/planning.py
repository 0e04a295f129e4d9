"""What the planner and the preview read in bulk: facts for the rules, by accounts, CTAs and CSMs.

`storage/marks.py` holds what the planner writes. Called by reminders/ only.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from storage.model.cta import OPEN_STATUSES
from storage.model.moments import instant, instant_text, maybe_day
from storage.model.reminder import (
    AccountFacts,
    CtaFacts,
    EbrFacts,
    Meeting,
    ReviewFacts,
    TaskFacts,
    Told,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from sqlite3 import Connection

    from storage.directory import Directory

_ACTIVE = "archived_at IS NULL AND churned_on IS NULL"
_AMONG = "IN (SELECT value FROM json_each(?))"


def account_facts(
    db: Connection, directory: Directory, ids: Sequence[int], *, known_by: datetime | None = None
) -> list[AccountFacts]:
    """The facts of these accounts, in the order of their ids.

    `known_by`: what became known later than that instant counts as known then (a preview's `--now`).
    """
    rows = db.execute(
        "SELECT id, name, crm_id, archived_at IS NULL AND churned_on IS NULL, csm_id, ae_id, sa_id, renewal_on,"
        " renewal_known_at, segment, customer_since, last_ebr_on, ebr_cadence_months, ebr_known_at"
        f" FROM accounts WHERE id {_AMONG} ORDER BY id",
        (json.dumps(ids),),
    ).fetchall()
    directory.read(person_id for row in rows for person_id in (row[4], row[5], row[6]))
    latest = None if known_by is None else instant_text(known_by)
    return [
        AccountFacts(
            id=row[0],
            account_name=row[1],
            account_crm_id=row[2],
            active=bool(row[3]),
            csm=directory.csm(row[4]),
            ae=directory.recipient(row[5]),
            sa=directory.recipient(row[6]),
            renewal_on=maybe_day(row[7]),
            renewal_known_at=_known(row[8], latest),
            segment=row[9],
            customer_since=maybe_day(row[10]),
            last_ebr_on=maybe_day(row[11]),
            ebr_cadence_months=row[12],
            ebr_known_at=_known(row[13], latest),
        )
        for row in rows
    ]


def _known(text: str, latest: str | None) -> datetime:
    return instant(text if latest is None else min(text, latest))


def review_facts(
    db: Connection, account_ids: Sequence[int], *, known_by: datetime | None = None
) -> dict[int, ReviewFacts]:
    """The reviews of these accounts' renewals; those without any are left out."""
    latest = None if known_by is None else instant_text(known_by)
    done: dict[int, frozenset[int]] = {}
    scheduled: dict[int, dict[int, Meeting]] = defaultdict(dict)
    rows = db.execute(
        "SELECT account_id, offset_months, scheduled_on, coalesce(scheduled_known_at, reviews.updated_at)"
        ", state = 'scheduled' AND scheduled_on IS NOT NULL"
        " FROM reviews JOIN accounts ON accounts.id = account_id AND accounts.renewal_on = reviews.renewal_on"
        f" WHERE account_id {_AMONG}",
        (json.dumps(account_ids),),
    )
    for account_id, months, scheduled_on, known_at, is_scheduled in rows:
        if is_scheduled:
            scheduled[account_id][months] = Meeting(date.fromisoformat(scheduled_on), _known(known_at, latest))
        else:
            done[account_id] = done.get(account_id, frozenset()) | {months}
    return {
        account_id: ReviewFacts(done.get(account_id, frozenset()), scheduled.get(account_id, {}))
        for account_id in done.keys() | scheduled.keys()
    }


def ebr_facts(
    db: Connection, account_ids: Sequence[int], *, known_by: datetime | None = None
) -> dict[int, EbrFacts]:
    """The EBRs of these accounts that are recorded here; those without any are left out."""
    latest = None if known_by is None else instant_text(known_by)
    among = (json.dumps(account_ids),)
    held = dict(
        db.execute(
            f"SELECT account_id, max(held_on) FROM ebrs WHERE state = 'held' AND account_id {_AMONG}"
            " GROUP BY account_id",
            among,
        ).fetchall()
    )
    scheduled = {
        row[0]: Meeting(date.fromisoformat(row[1]), _known(row[2], latest))
        for row in db.execute(
            "SELECT account_id, scheduled_on, coalesce(scheduled_known_at, updated_at) FROM ebrs"
            f" WHERE state = 'scheduled' AND scheduled_on IS NOT NULL AND account_id {_AMONG}",
            among,
        )
    }
    return {
        account_id: EbrFacts(maybe_day(held.get(account_id)), scheduled.get(account_id))
        for account_id in held.keys() | scheduled.keys()
    }


def told_of(
    db: Connection, column: str, ids: Sequence[int], kinds: Sequence[str]
) -> dict[int, dict[str, Told]]:
    """What became of the dedupe keys of some kinds that are about these records, by record.

    `column` is the outbox column that names the record.
    """
    told: dict[int, dict[str, Told]] = defaultdict(dict)
    rows = db.execute(
        f"SELECT {column}, dedupe_key, state, error, not_before FROM outbox"
        f" WHERE {column} {_AMONG} AND kind {_AMONG}",
        (json.dumps(ids), json.dumps(kinds)),
    )
    for record_id, key, state, error, not_before in rows:
        told[record_id][key] = Told(state, error, instant(not_before))
    return told


def told(db: Connection, keys: Iterable[str]) -> dict[str, Told]:
    """What became of these dedupe keys; those never planned are left out."""
    rows = db.execute(
        f"SELECT dedupe_key, state, error, not_before FROM outbox WHERE dedupe_key {_AMONG}",
        (json.dumps(list(keys)),),
    )
    return {row[0]: Told(row[1], row[2], instant(row[3])) for row in rows}


def cta_facts(
    db: Connection,
    directory: Directory,
    ids: Sequence[int],
    *,
    tasks_from: date,
    known_by: datetime | None = None,
) -> list[CtaFacts]:
    """The facts of these CTAs, with their open tasks due on or after a day; archived accounts' are left out."""
    among = json.dumps(ids)
    rows = db.execute(
        "SELECT c.id, c.account_id, a.name, a.crm_id, c.status, coalesce(c.owner_id, a.csm_id), c.due_on,"
        " c.touched_on, c.snoozed_until, c.revisit_on, c.known_at,"
        " c.status = 'closed_no_success' AND ("
        "  EXISTS (SELECT 1 FROM ctas n WHERE n.linked_to = c.id AND n.status <> 'withdrawn')"
        "  OR EXISTS (SELECT 1 FROM ctas n WHERE n.account_id = c.account_id AND n.use_case = c.use_case"
        "   AND n.motion = c.motion AND n.status IN ('new', 'work_in_progress')))"
        f" FROM ctas c JOIN accounts a ON a.id = c.account_id WHERE c.id {_AMONG} AND a.archived_at IS NULL"
        " ORDER BY c.id",
        (among,),
    ).fetchall()
    tasks = db.execute(
        "SELECT cta_id, id, due_on, assignee_id FROM tasks"
        f" WHERE cta_id {_AMONG} AND state = 'open' AND due_on >= ? ORDER BY id",
        (among, tasks_from.isoformat()),
    ).fetchall()
    directory.read([row[5] for row in rows] + [task[3] for task in tasks])
    of_cta: dict[int, list[TaskFacts]] = defaultdict(list)
    for cta_id, task_id, due_on, assignee_id in tasks:
        of_cta[cta_id].append(
            TaskFacts(task_id, date.fromisoformat(due_on), directory.recipient(assignee_id))
        )
    latest = None if known_by is None else instant_text(known_by)
    return [
        CtaFacts(
            id=row[0],
            account_id=row[1],
            account_name=row[2],
            account_crm_id=row[3],
            is_open=row[4] in OPEN_STATUSES,
            owner=directory.csm(row[5]),
            due_on=maybe_day(row[6]),
            touched_on=maybe_day(row[7]),
            snoozed_until=maybe_day(row[8]),
            revisit_on=maybe_day(row[9]),
            returned=bool(row[11]),
            known_at=_known(row[10], latest),
            tasks=tuple(of_cta.get(row[0], ())),
        )
        for row in rows
    ]


def news_told(db: Connection, subjects: Iterable[str]) -> set[tuple[str, str, str]]:
    """The CTA news told, or about to be told, of these subjects: (subject, state, due date)."""
    rows = db.execute(
        f"SELECT subject, state, due_on FROM outbox_news WHERE subject {_AMONG}", (json.dumps(list(subjects)),)
    )
    return {(row[0], row[1], row[2]) for row in rows}


def csm_ids(db: Connection) -> list[int | None]:
    """Everybody with an active account, and None if there are active accounts without a CSM."""
    rows = db.execute(
        f"SELECT id FROM people WHERE EXISTS (SELECT 1 FROM accounts WHERE csm_id = people.id AND {_ACTIVE})"
    )
    found: list[int | None] = [row[0] for row in rows]
    orphan = db.execute(f"SELECT 1 FROM accounts WHERE csm_id IS NULL AND {_ACTIVE} LIMIT 1").fetchone()
    return [*found, None] if orphan else found


def csm_known_at(db: Connection, csm_id: int | None) -> datetime | None:
    """When the first of a CSM's active accounts became known; None if there is none."""
    text = db.execute(
        f"SELECT min(known_at) FROM accounts WHERE csm_id IS ? AND {_ACTIVE}", (csm_id,)
    ).fetchone()[0]
    return None if text is None else instant(text)


def renews_between(db: Connection, csm_id: int | None, first: date, last: date) -> bool:
    """Whether an active account of a CSM renews from the first to the last day."""
    found = db.execute(
        f"SELECT 1 FROM accounts WHERE csm_id IS ? AND {_ACTIVE} AND renewal_on BETWEEN ? AND ? LIMIT 1",
        (csm_id, first.isoformat(), last.isoformat()),
    ).fetchone()
    return found is not None


_ACTIVE_ACCOUNTS = f"SELECT id FROM accounts WHERE id > ? AND {_ACTIVE} ORDER BY id LIMIT ?"
_LIVE_CTAS = (
    "SELECT id FROM ctas WHERE id > ? AND (status IN ('new', 'work_in_progress')"
    " OR (status = 'closed_no_success' AND revisit_on IS NOT NULL)) ORDER BY id LIMIT ?"
)


def account_pages(db: Connection, size: int) -> Iterator[list[int]]:
    """The ids of all active accounts, page by page."""
    return _pages(db, _ACTIVE_ACCOUNTS, size)


def cta_pages(db: Connection, size: int) -> Iterator[list[int]]:
    """The ids of all CTAs that are open or come back one day, page by page."""
    return _pages(db, _LIVE_CTAS, size)


def _pages(db: Connection, query: str, size: int) -> Iterator[list[int]]:
    last = 0
    while page := [row[0] for row in db.execute(query, (last, size))]:
        yield page
        last = page[-1]


def person_named(db: Connection, address: str) -> int | None:
    """The person whom preview names so: by e-mail, or by name where there is none."""
    row = db.execute(
        "SELECT id FROM people WHERE email = ? OR (email IS NULL AND name = ?) ORDER BY email IS NULL LIMIT 1",
        (address.strip().lower(), address),
    ).fetchone()
    return row[0] if row else None


def stood_in_for(db: Connection, person_id: int) -> list[int]:
    """The person, and those whose reminders may reach them: backups and managers stand in."""
    rows = db.execute("SELECT whose FROM stands_in WHERE who = ?", (person_id,))
    return [row[0] for row in rows]


def accounts_of(db: Connection, people: Iterable[int | None]) -> list[int]:
    """The active accounts of which one of these people is CSM, or is to be at a scheduled review."""
    rows = db.execute(
        f"SELECT id FROM accounts WHERE csm_id IN (SELECT value FROM json_each(?1)) AND {_ACTIVE}"
        " UNION SELECT accounts.id FROM reviews JOIN accounts ON accounts.id = account_id"
        f"  WHERE state = 'scheduled' AND {_ACTIVE}"
        "   AND (ae_id IN (SELECT value FROM json_each(?1)) OR sa_id IN (SELECT value FROM json_each(?1)))",
        (json.dumps(list(people)),),
    )
    return [row[0] for row in rows]


def deferred_of_account(db: Connection, account_id: int) -> list[int]:
    """The CTAs of an account that come back one day."""
    rows = db.execute(
        "SELECT id FROM ctas WHERE account_id = ? AND status = 'closed_no_success' AND revisit_on IS NOT NULL",
        (account_id,),
    )
    return [row[0] for row in rows]


def account_name(db: Connection, account_id: int | None) -> tuple[str | None, str | None]:
    """Name and CRM id of an account; none for none."""
    row = db.execute("SELECT name, crm_id FROM accounts WHERE id = ?", (account_id,)).fetchone()
    return (row[0], row[1]) if row else (None, None)


def news_of_row(db: Connection, outbox_id: int) -> list[tuple[str, str, str]]:
    """What a `cta_morning` row tells: (subject, state, due date)."""
    rows = db.execute("SELECT subject, state, due_on FROM outbox_news WHERE outbox_id = ?", (outbox_id,))
    return [(row[0], row[1], row[2]) for row in rows]


def ctas_of_news(db: Connection, outbox_id: int) -> list[int]:
    """The CTAs that a `cta_morning` row is about, by themselves or through a task."""
    rows = db.execute(
        "SELECT CAST(substr(subject, 5) AS INTEGER) FROM outbox_news WHERE outbox_id = ?1 AND subject LIKE 'cta:%'"
        " UNION SELECT cta_id FROM outbox_news JOIN tasks ON tasks.id = CAST(substr(subject, 6) AS INTEGER)"
        " WHERE outbox_id = ?1 AND subject LIKE 'task:%'",
        (outbox_id,),
    )
    return [row[0] for row in rows]


def ctas_of_owner(db: Connection, person_id: int | None) -> list[int]:
    """The open CTAs that a person is reminded of: owned, of nobody in an account of theirs, or by a task."""
    rows = db.execute(
        "SELECT id FROM ctas WHERE owner_id = ?1 AND status IN ('new', 'work_in_progress')"
        " UNION SELECT ctas.id FROM accounts JOIN ctas ON account_id = accounts.id"
        "  WHERE csm_id IS ?1 AND owner_id IS NULL AND status IN ('new', 'work_in_progress')"
        " UNION SELECT cta_id FROM tasks JOIN ctas ON ctas.id = cta_id"
        "  WHERE assignee_id = ?1 AND state = 'open' AND status IN ('new', 'work_in_progress')",
        (person_id,),
    )
    return [row[0] for row in rows]


def ctas_of_owners(db: Connection, people: Iterable[int | None]) -> list[int]:
    """`ctas_of_owner` of several people."""
    return [cta_id for person_id in people for cta_id in ctas_of_owner(db, person_id)]
