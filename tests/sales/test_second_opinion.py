"""Who meets when, against a second working out, over random books: boundary days, segments, people who have gone."""

from datetime import date, timedelta
from random import Random

import pytest

from storage.account.lists import Whose
from storage.sales import store
from storage.sales.settings import SalesArea
from tests.reminders.factory import Book, policy
from tests.sales import oracle

TODAY = date(2026, 8, 31)  # six months on there is no 31st
EDGES = (0, 1, 30, 180, 181, 182, 183, 184, 300, -1, -40)


@pytest.fixture
def book(tmp_path):
    book = Book(tmp_path, policy(sales={"enabled": True, "meeting_weeks": 5, "segments": ["Enterprise", "strategic"]}))
    yield book
    book.close()


def fill(book, luck):
    people = [book.person(f"p{n}@example.com", "UTC") for n in range(5)]
    for gone in luck.sample(people, 1):
        book.db.execute("UPDATE people SET deactivated = 1 WHERE id = ?", (gone,))
    for n in range(luck.randint(20, 80)):
        renewal_on = TODAY + timedelta(luck.choice(EDGES)) if luck.random() < 0.3 else None
        book.account(
            f"A{n}",
            luck.choice([*people[:3], *people[:3], None]),
            ae_id=luck.choice([*people[2:], *people[3:], *people[3:], None]),
            segment=luck.choice(
                ["enterprise", "ENTERPRISE", "strategic", "Strategic", "enterprise", "commercial", None]
            ),
            renewal_on=renewal_on,
            churned_on=TODAY if luck.random() < 0.08 else None,
            archived_at="2026-01-01T00:00:00Z" if luck.random() < 0.08 else None,
        )
    for csm in people[:3]:
        for ae in people[2:]:
            for _ in range(luck.choice((0, 1, 1))):
                day = TODAY - timedelta(luck.choice((0, 4, 33, 34, 35, 36, 37, 66, 66)))
                kept(book, csm, ae, held_on=day, undone=luck.random() < 0.2)
            if luck.random() < 0.2:
                kept(book, csm, ae, scheduled_on=TODAY + timedelta(luck.choice((-3, -1, 0, 1, 20))))


def kept(book, csm, ae, *, held_on=None, scheduled_on=None, undone=False):
    book.db.execute(
        "INSERT INTO team_meetings(csm_id, ae_id, held_on, scheduled_on, at, undone_at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            csm,
            ae,
            held_on and held_on.isoformat(),
            scheduled_on and scheduled_on.isoformat(),
            "2026-08-01T00:00:00Z",
            "2026-08-02T00:00:00Z" if undone else None,
        ),
    )


def test_who_meets_and_who_is_late_or_up_is_the_same_worked_out_twice(book):
    seen = {"teams": 0, "late": 0, "up": 0}
    for number in range(40):
        for table in ("team_meetings", "accounts", "people"):
            book.db.execute(f"DELETE FROM {table}")
        book.db.execute("BEGIN")
        fill(book, Random(number))
        book.db.execute("COMMIT")
        accounts, meetings, people = (
            [dict(row) for row in book.db.execute(f"SELECT * FROM {table}")]
            for table in ("accounts", "team_meetings", "people")
        )
        gone = {person["id"] for person in people if person["deactivated"]}
        asked = (accounts, gone, {"enterprise", "strategic"}, TODAY)
        found = store.pairs(book.db, book.policy, TODAY, *Whose("all").condition)
        assert {(one.csm_id, one.ae_id) for one in found} == oracle.teams(*asked), number
        weeks = book.policy.settings(SalesArea).meeting_weeks
        for one in found:
            assert one.due_on(weeks) == oracle.due(meetings, (one.csm_id, one.ae_id), weeks)
        late = {(one.csm_id, one.ae_id) for one in found if one.is_late(TODAY, weeks) and one.due_on(weeks)}
        assert late == oracle.late(accounts, meetings, *asked[1:], weeks), number
        for csm in people:
            up = store.up(book.db, book.policy, Whose(f"csm-{csm['id']}", (csm["id"],)), TODAY)
            named = oracle.up(accounts, meetings, *asked[1:], weeks)
            assert {(one.csm_id, one.ae_id) for one in up} == {pair for pair in named if pair[0] == csm["id"]}, number
            seen["up"] += len(up)
        seen["teams"] += len(found)
        seen["late"] += len(late)
    assert min(seen.values()) > 15, seen
