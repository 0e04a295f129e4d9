"""The line of each area in a report and in Monday's summary: on and with something to say; off is off."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from reminders.report.summary import build_weekly_summary
from storage.base.areas import NAMES
from storage.base.policy import Summary, policy_from
from storage.base.quarters import Span
from storage.report import store as reports
from storage.report.tally import Scope
from templates.blocks.render import Renderer
from tests.reminders.factory import Book
from tests.report.test_report import report  # noqa: F401 - a fixture
from tests.report.test_summary import words

NOW = datetime(2026, 12, 14, 9, tzinfo=UTC)
WEEK, TODAY = "2026-W50", date(2026, 12, 14)
FIRST, LAST = date(2026, 12, 7), date(2026, 12, 13)
ON = {name: {"enabled": True} for name in NAMES} | {"surveys": {"enabled": True, "months": [12]}}
LINES = {
    "onboarding": "Onboarding: on time 1 of 2 · in onboarding 2 · late 1",
    "calls": "Calls: held 1 · late 2",
    "health": "Health and triage: red 1 · triages begun 1",
    "escalations": "Escalations: opened 1 · open 1 · update late 1",
    "usage": "Usage: utilisation 150% (n 1) · seats +20",
    "surveys": "Surveys: answers 6 · negative 1 · NPS 2026-12 +50 (n 6)",
    "sales": "The sales side: meetings held 1 · renewal checklists done 1 · meetings late 1",
    "growth": "Growth: net retention USD 130% (n 1) · gross retention USD 100% (n 1)",
}


@pytest.fixture
def book(tmp_path):
    """Ann's Acme and Bo's Bolt, at the end of a week in which something happened in every area."""
    book = Book(tmp_path, policy_from(ON))
    ann, bo = (book.person(f"{name}@example.com", team=name.title()) for name in ("ann", "bo"))
    book.account("Acme", ann, customer_since="2026-11-25", engaged_on="2026-12-01", call_days=5)
    bolt = book.account("Bolt", bo, customer_since="2026-11-24", health="red", health_on="2026-12-08")
    book.account("Crux", bo, customer_since="2026-11-20")
    gone = book.account("Gone", bo, archived_at=NOW)
    book.insert("calls", account_id=bolt, held_on="2026-12-13", kind="call", by_id=bo, source="person", at=NOW)
    for account, state, day in ((bolt, "open", "2026-12-08"), (gone, "open", "2026-12-01")):
        book.insert(
            "escalations", account_id=account, severity="critical", criteria="it ends", state=state, opened_on=day,
            opened_at=NOW, last_on=day, last_at=NOW,
        )  # fmt: skip
    book.insert(
        "triages", account_id=bolt, colour="red", red=1, opened_on="2026-12-10", opened_at=NOW, source="person",
        last_on="2026-12-10", last_at=NOW,
    )  # fmt: skip
    for day, bought, used in (("2026-12-01", 100, 100), ("2026-12-10", 120, 180)):
        book.insert(
            "usage_figures", account_id=bolt, instance="", as_of=day, environment="production",
            licences_bought=bought, licences_activated=used, made_by=1, changed_by=1,
        )  # fmt: skip
    for number, score in enumerate((10, 9, 9, 9, 8, 2)):
        book.insert(
            "survey_answers", account_id=bolt, answered_on="2026-12-10", kind="nps", score=score, external_id=f"r{number}",
            source="import", at=NOW,
        )  # fmt: skip
    for day, arr in (("2025-11-30", 100_00), ("2026-11-30", 130_00)):
        book.insert(
            "arr_snapshots", account_id=bolt, as_of=day, arr_cents=arr, currency="USD", source="bot",
            at="2026-01-01T00:00:00Z",
        )  # fmt: skip
    book.update("accounts", bolt, onboarded_on="2026-12-01")
    cy = book.person("cy@example.com")
    for account, csm, held_on in ((1, ann, "2026-12-09"), (bolt, bo, "2026-10-01")):
        book.update("accounts", account, ae_id=cy, renewal_on="2027-05-01")
        book.insert("team_meetings", csm_id=csm, ae_id=cy, held_on=held_on, at=NOW)
    book.insert("team_meetings", csm_id=ann, ae_id=cy, held_on="2026-12-10", at=NOW, undone_at=NOW)
    book.cta(bolt, bo, playbook="Renewal: Discovery", use_case="", reported=0, status="closed_success", area="sales",
             closed_on="2026-12-11", anchor="renewal", anchor_on="2027-05-01")  # fmt: skip
    yield book
    book.close()


def monday(book, policy, **schedule):
    messages = build_weekly_summary(book.db, policy, Renderer(), Summary(channel="C1", **schedule), WEEK, NOW)
    return [line for line in words(messages[0]).split("\n") if line.startswith(tuple(LABELS))]


LABELS = tuple(line.partition(":")[0] for line in LINES.values())


def test_each_area_that_is_on_has_a_line_of_its_own_on_monday(book):
    """One is switched on after the other: its line comes, and none of another."""
    assert set(monday(book, book.policy)) == set(LINES.values())
    assert monday(book, policy_from({})) == []
    for name, line in LINES.items():
        assert monday(book, policy_from({name: ON[name]})) == [line]
    scoped = {line.partition(":")[0]: line for line in monday(book, book.policy, team="Ann")}
    assert scoped == {
        "Onboarding": "Onboarding: on time 1 of 1 · in onboarding 1",
        "Calls": "Calls: late 1",
        "The sales side": "The sales side: meetings held 1",
    }


def test_an_area_without_anything_to_say_is_silent(book):
    for table in (
        "calls",
        "escalations",
        "triages",
        "usage_figures",
        "arr_snapshots",
        "survey_answers",
        "team_meetings",
        "ctas",
        "accounts",
    ):
        book.db.execute(f"DELETE FROM {table}")
    assert monday(book, book.policy) == []
    quarter = Span(date(2026, 10, 1), date(2026, 12, 31))
    assert reports.areas(book.db, book.policy, quarter, TODAY, is_running=True) == ()


def test_a_report_says_the_same_to_people_and_scripts(book, report):  # noqa: F811 - the fixture
    said = report(book.store, "--quarter", "2026Q4", now=NOW)
    assert "Escalations: opened 2 · open 1 · update late 1" in said
    assert "Growth: net retention USD 130% (n 1) · gross retention USD 100% (n 1)" in said
    records = json.loads(report(book.store, "--quarter", "2026Q4", "--format", "json", now=NOW))["areas"]
    by = {(one["area"], one["figure"]): one for one in records}
    assert by["usage", "utilisation"] == {"area": "usage", "figure": "utilisation", "value": 1.5, "n": 1}
    assert by["onboarding", "late"]["value"] == 1
    assert by["growth", "net_retention_usd"]["value"] == 1.3
    rows = list(csv.DictReader(io.StringIO(report(book.store, "--quarter", "2026Q4", "--format", "csv", now=NOW))))
    assert [(row["area"], row["figure"], row["value"], row["n"]) for row in rows if row["area"]] == [
        (one["area"], one["figure"], str(one["value"]), "" if one["n"] is None else str(one["n"])) for one in records
    ]
    past = json.loads(report(book.store, "--quarter", "2026Q3", "--format", "json", now=NOW))
    assert "areas" not in past, "how things stand today is nothing of a quarter that is over"


def test_off_a_report_is_what_it_was(book, report):  # noqa: F811 - the fixture
    on = report(book.store, "--quarter", "2026Q4", "--format", "json", "--use-case", "CI", now=NOW)
    assert "areas" not in json.loads(on), "accounts have no use case"
    book.store.policy = policy_from({})
    assert "areas" not in json.loads(report(book.store, "--quarter", "2026Q4", "--format", "json", now=NOW))
    assert "area" not in report(book.store, "--quarter", "2026Q4", "--format", "csv", now=NOW)
    assert not any(label in report(book.store, "--quarter", "2026Q4", now=NOW) for label in LABELS)
    assert reports.areas(book.db, policy_from({}), Span(FIRST, LAST), TODAY, Scope(), is_running=True) == ()
