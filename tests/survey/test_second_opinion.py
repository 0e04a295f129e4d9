"""NPS, CSAT and response rates of random histories equal what `oracle.py` works out over the export; the examples."""

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest

from handlers.survey.figures import of_period, record
from storage.base.business_days import business_days_of
from storage.base.exports import records
from storage.base.headlines import Period
from storage.base.moments import instant_text
from storage.base.policy import policy_from
from storage.survey import headline
from storage.survey.record import counted, round_of, rounds
from storage.survey.settings import SurveyArea
from storage.survey.tally import came
from templates.survey.show import tallied_line
from tests.reminders.factory import Book
from tests.survey import oracle

POLICY = policy_from({"surveys": {"enabled": True}})
TODAY = date(2026, 12, 20)
QUARTERS = [(date(2026, 4, 1), date(2026, 6, 30)), (date(2026, 10, 1), date(2026, 12, 31))]
EDGES = [day for pair in oracle.rounds([2025, 2026]).values() for day in pair]


def some_day(luck, near=EDGES):
    return luck.choice(near) + timedelta(days=luck.choice([-61, -60, -59, -1, 0, 0, 1, 5, 17, 29, 30, 200]))


def around(luck):
    """The first day of one of the two rounds that are asked about, the day before or after it."""
    return luck.choice([EDGES[4], EDGES[6]]) + timedelta(days=luck.choice([-1, 0, 1]))


def history(db, ann, luck, size):
    """Accounts of each sort, and their answers on boundary days; gives back what is known of the accounts."""
    accounts = []
    for number in range(size):
        since = luck.choice([None, around(luck) - timedelta(days=60), date(2024, 1, 1)])
        one = {"name": f"A{number}", "csm": luck.random() < 0.9, "since": since, "started": since}
        gone = luck.choice(
            ["", "", "", "", "archived", "churned", "will_churn", "merged", "duplicate", "never", "back"]
        )
        day = around(luck)
        if gone in ("archived", "churned", "will_churn"):
            one[gone] = day
        elif gone in ("merged", "duplicate", "never"):
            one |= {"archived": day, "why": gone, "into": "A0" if number else None}
        elif gone == "back":
            left, back = (day, day + timedelta(days=30)) if luck.random() < 0.5 else (day - timedelta(days=30), day)
            one |= {"started": back, "returns": [(left, back)]}
        accounts.append(one)
    accounts[0] = {"name": "A0", "csm": True, "since": date(2024, 1, 1), "started": date(2024, 1, 1)}
    ids = {one["name"]: number for number, one in enumerate(accounts, 1)}
    rows, returns, endings = [], [], []
    for one in accounts:
        archived = one.get("archived")
        at = archived and datetime.combine(archived, luck.choice([time(0), time(23, 59, 59)]), UTC)
        days = [one["since"], one["started"] if one["started"] != one["since"] else None]
        days += [one.get("churned"), one.get("will_churn")]
        rows.append(
            (
                ids[one["name"]], one["name"], one["name"].lower(), ann if one["csm"] else None,
                *(day and day.isoformat() for day in days), at and instant_text(at),
            )
        )  # fmt: skip
        returns += [(ids[one["name"]], left.isoformat(), back.isoformat()) for left, back in one.get("returns", ())]
        if one.get("why"):
            endings.append((ids[one["name"]], one["why"], ids["A0"] if one["why"] == "merged" else None))
    db.executemany(
        "INSERT INTO accounts(id, name, name_key, csm_id, customer_since, started_on, churned_on, will_churn_on,"
        " archived_at, currency, known_at, renewal_known_at, ebr_known_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'USD', '2026-01-01', '2026-01-01', '2026-01-01', '2026-01-01')",
        rows,
    )
    db.executemany("INSERT INTO account_returns(account_id, left_on, back_on, at) VALUES (?, ?, ?, '2026')", returns)
    db.executemany("INSERT INTO account_endings(account_id, why, into_id, at) VALUES (?, ?, ?, '2026')", endings)
    rows = []
    for number in range(size * 4):
        kind = luck.choice(["nps", "nps", "csat"])
        score = luck.randint(1, 5) if kind == "csat" else luck.randint(0, 10)
        contact = luck.choice(["", "champion", "CHAMPION", "sponsor"])
        case = "4711" if kind == "csat" and luck.random() < 0.3 else None
        day = min(some_day(luck), TODAY).isoformat()
        account_id = luck.choice(list(ids.values()))
        rows.append((account_id, day, kind, score, contact, contact.lower(), case, f"r{number}"))
    db.executemany(
        "INSERT INTO survey_answers(account_id, answered_on, kind, score, contact, contact_key, case_id, external_id,"
        " source, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'import', '2026-12-01T00:00:00Z')",
        rows,
    )
    return accounts


@pytest.mark.parametrize("seed", range(2))
def test_figures_equal_a_second_reading_of_the_export(tmp_path, seed):
    book = Book(tmp_path, POLICY)
    ann = book.person("ann@example.com")
    with book.store.write(datetime(2026, 12, 20, tzinfo=UTC)) as unit:
        accounts = history(unit.db, ann, random.Random(seed), 160)
    answers = list(records(book.db, "surveys", POLICY, TODAY)[1])
    whole = 0
    for first, last in QUARTERS:
        found = {
            (one["round"], one["kind"]): (one["answers"], one["score"], one["invited"], one["response_rate"])
            for one in map(record, of_period(book.db, POLICY, first, last, TODAY))
        }
        assert found == oracle.figures(answers, accounts, first, last, TODAY)
        whole += len(found)
    assert whole == 6
    for first, last in (EDGES[4:6], EDGES[6:8]):
        of_round = [one for one in of_period(book.db, POLICY, first, last, TODAY) if one.kind != "case_csat"]
        cases = [one for one in of_period(book.db, POLICY, first, last, TODAY) if one.kind == "case_csat"]
        line = {one.what: one.value for one in headline.said(book.db, POLICY, Period(first, last, TODAY, False))}
        assert line["answers"] == sum(one.answers for one in [*of_round, *cases]), "replaced ones are counted nowhere"
        assert line["negative"] == sum(one.negative for one in [*of_round, *cases])
    named = {one["round"] for one in answers if not one["case_id"]}
    for one in answers:
        day = date.fromisoformat(one["answered_on"])
        said = [name for name, (a, b) in oracle.rounds([2024, 2025, 2026]).items() if a <= day <= b]
        assert [one["round"]] == (said if said and not one["case_id"] else [None])
    assert len(named) > 2
    book.close()


def test_answers_of_what_was_merged_twice_are_of_what_it_is_now(tmp_path):
    """Also the contact's last one of all, and whose they are; none count of what was merged into a duplicate."""
    book = Book(tmp_path, POLICY)
    gone = {"archived_at": datetime(2026, 11, 20, tzinfo=UTC)}
    now, other = book.account("Now"), book.account("Other", **gone)
    between, first, lost = (book.account(name, **gone) for name in ("Between", "First", "Lost"))
    merges = ((first, "merged", between), (between, "merged", now), (other, "duplicate", None), (lost, "merged", other))
    for one, why, into in merges:
        book.insert("account_endings", account_id=one, why=why, into_id=into, at="2026-11-20T00:00:00Z")
    for day, (one, score) in enumerate(((now, 3), (between, 6), (first, 9), (lost, 1)), 3):
        book.insert(
            "survey_answers", account_id=one, answered_on=f"2026-11-0{day}", kind="nps", score=score, contact="Champion",
            contact_key="champion", source="import", at="2026-12-01T00:00:00Z",
        )  # fmt: skip
    nps, _ = of_period(book.db, POLICY, *QUARTERS[1], TODAY)
    assert (nps.answers, nps.score) == (1, 100)
    first_day, last_day = QUARTERS[1]
    for of, answers in ((now, 1), (first, 0)):
        assert came(book.db, POLICY, first_day, last_day, "accounts.id = ?", (of,)) == (answers, 0)
    book.close()


def test_the_example_and_few_answers_are_counts_to_people():
    """NPS of 10, 9, 8, 6: 25."""
    assert counted("nps", [10, 9, 8, 6]).score("nps") == 25
    assert counted("csat", [5, 4, 3, 1]).score("csat") == 0.5
    assert counted("nps", []).score("nps") is None


def test_people_see_counts_of_few_answers_and_data_the_figure(tmp_path):
    book = Book(tmp_path, POLICY)
    acme = book.account("Acme", book.person("ann@example.com"), customer_since="2024-01-01")
    for number, score in enumerate((10, 9, 8, 6)):
        book.insert(
            "survey_answers", account_id=acme, answered_on="2026-11-02", kind="nps", score=score, external_id=f"r{number}",
            source="import", at="2026-12-01T00:00:00Z",
        )  # fmt: skip
    nps, csat = of_period(book.db, POLICY, *QUARTERS[1], TODAY)
    assert (record(nps)["score"], record(nps)["response_rate"], record(csat)["score"]) == (25, 1, None)
    assert tallied_line(nps) == "*NPS, round 2026-11* 4 answers: 2 promoting, 1 detracting · answered: 1 of 1"
    assert tallied_line(csat) == "*CSAT, round 2026-11* no answers · answered: 0 of 1"
    many = policy_from({"surveys": {"minimum": 4}})
    assert "+25 (n 4: 2 promoting, 1 detracting)" in tallied_line(of_period(book.db, many, *QUARTERS[1], TODAY)[0])
    assert of_period(book.db, POLICY, date(2027, 4, 1), date(2027, 6, 30), TODAY) == []
    book.close()


def test_rounds_begin_on_a_business_day_and_end_before_the_next():
    area, business = SurveyArea(), business_days_of(POLICY)
    assert [
        (one.name, one.first, one.last) for one in rounds(date(2026, 1, 1), date(2026, 12, 31), area, business)
    ] == [(name, *days) for name, days in oracle.rounds([2026]).items()]
    for day, name in ((date(2026, 11, 1), None), (date(2026, 11, 2), "2026-11"), (date(2026, 12, 1), "2026-11"),
                      (date(2026, 12, 2), None)):  # fmt: skip
        found = round_of(day, area, business)
        assert (found.name if found else None) == name
    long = SurveyArea(months=(11, 5), open_days=366)
    assert round_of(date(2027, 5, 2), long, business).name == "2026-11"
    assert round_of(date(2027, 5, 3), long, business).name == "2027-05"
    assert round_of(date(2026, 5, 1), SurveyArea(months=()), business) is None
