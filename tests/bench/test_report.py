"""`report` over a million CTAs, beside the best SQL that yields the same numbers, in one run."""

import random
import sys
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from reminders.report import metrics
from storage.base.db import Store
from storage.base.policy import Policy
from storage.base.quarters import Quarter
from storage.report import store as reports
from tests.bench.figures import ms, note
from tests.engines import is_postgres

CTAS, ACCOUNTS = 1_000_000, 15_000
AT = "2026-01-01T00:00:00Z"
QUARTER, TODAY = Quarter(2026, 4), date(2027, 2, 1)

# One window pass for the days, grouped in SQL; one grouping for the reasons; one for the openings.
BEST_DAYS = """
WITH closings AS MATERIALIZED (
    SELECT motion, use_case, closed_day - opened_day AS days, count(*) AS n,
           count(*) FILTER (WHERE status = 'closed_success') AS won
    FROM ctas WHERE reported = 1 AND status IN ('closed_success', 'closed_no_success') AND closed_day BETWEEN ? AND ?
    GROUP BY 1, 2, 3
), placed AS (
    SELECT *, sum(n) OVER (PARTITION BY motion, use_case ORDER BY days) AS seen,
           sum(n) OVER (PARTITION BY motion, use_case) AS total
    FROM closings
)
SELECT motion, use_case, sum(n), sum(won), 1.0 * sum(days * n) / sum(n),
       (min(days) FILTER (WHERE seen * 2 >= total) + min(days) FILTER (WHERE seen * 2 > total)) / 2.0
FROM placed GROUP BY 1, 2
"""
BEST_REASONS = """
SELECT motion, use_case, reason, count(*) FROM ctas
WHERE reported = 1 AND status IN ('closed_success', 'closed_no_success') AND status = 'closed_no_success'
  AND closed_day BETWEEN ? AND ? GROUP BY 1, 2, 3
"""
BEST_OPENED = """
SELECT motion, use_case, count(*) FROM ctas
WHERE reported = 1 AND status <> 'withdrawn' AND opened_day BETWEEN ? AND ? GROUP BY 1, 2
"""
BEST_COVERAGE = """
SELECT count(*) FILTER (WHERE last_ebr_on > ? AND last_ebr_on <= ?), count(*) FROM accounts
WHERE archived_at IS NULL AND churned_on IS NULL
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    policy = Policy()
    store = Store(tmp_path_factory.mktemp("million") / "ctas.db", policy=policy)
    rng = random.Random(8)
    first = QUARTER.previous.first_day
    reasons = [reason.key for reason in policy.reasons]

    def ctas():
        for _ in range(CTAS):
            closed = first + timedelta(rng.randrange(184))
            motion, use_case = rng.choice(("expand", "enable")), rng.choice(policy.use_cases)
            won = rng.random() < 0.5
            yield (
                rng.randrange(1, ACCOUNTS + 1),
                f"{motion}: {use_case}",
                use_case,
                motion,
                "closed_success" if won else "closed_no_success",
                (closed - timedelta(int(rng.expovariate(1 / 60)))).isoformat(),
                closed.isoformat(),
                None if won else rng.choice(reasons),
                AT,
            )

    with store.write(datetime(2026, 1, 1, tzinfo=UTC)) as unit:
        unit.db.executemany(
            "INSERT INTO accounts(id, name, name_key, currency, last_ebr_on, known_at, renewal_known_at, ebr_known_at,"
            " updated_at) VALUES (?, ?, ?, 'USD', ?, ?, ?, ?, ?)",
            ((n, f"A{n}", f"a{n}", "2026-05-05" if n % 2 else None, AT, AT, AT, AT) for n in range(1, ACCOUNTS + 1)),
        )
        unit.db.executemany(
            "INSERT INTO ctas(account_id, playbook, use_case, motion, reported, status, opened_on, closed_on, reason,"
            " known_at) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
            ctas(),
        )
    if is_postgres():
        store.connection().script("VACUUM ANALYZE")  # as a server does by itself, but for one of tests
    yield store
    store.close()


def ours(store):
    with store.read() as db:
        found = metrics.report(
            QUARTER,
            TODAY,
            now=reports.tally(db, QUARTER.span),
            before=reports.tally(db, QUARTER.compared_with(TODAY)),
            coverage=reports.ebr_coverage(db, TODAY),
            use_cases=store.policy.use_cases,
        )
    return found.as_data()


def best_sql(store):
    db = store.connection()
    span, before = ([day.toordinal() for day in (s.first, s.last)] for s in (QUARTER.span, QUARTER.previous.span))
    days = {row[:2]: row[2:] for row in map(tuple, db.execute(BEST_DAYS, span))}
    previous = {row[:2]: row[2:] for row in map(tuple, db.execute(BEST_DAYS, before))}
    reasons = {row[:3]: row[3] for row in map(tuple, db.execute(BEST_REASONS, span))}
    opened = {row[:2]: row[2] for row in map(tuple, db.execute(BEST_OPENED, span))}
    coverage = tuple(db.execute(BEST_COVERAGE, ("2026-02-01", "2027-02-01")).fetchone())
    return days, previous, reasons, opened, coverage


def fastest(work, *given):
    times = []
    for _ in range(3):
        began = time.perf_counter()
        result = work(*given)
        times.append(time.perf_counter() - began)
    return min(times), result


@pytest.mark.bench
@pytest.mark.timeout(600)
def test_a_report_over_a_million_ctas_is_no_slower_than_sql(store):
    our_time, found = fastest(ours, store)
    sql_time, (days, previous, reasons, opened, coverage) = fastest(best_sql, store)
    sys.stdout.write(f"\na report over {CTAS:,} CTAs: {our_time * 1000:.0f} ms, best SQL {sql_time * 1000:.0f} ms\n")
    note(
        "By the hundred thousand",
        f"`report` over {CTAS:,} CTAs",
        ms(our_time),
        ms(sql_time),
        f"{our_time / sql_time:.2f}, at most 1.5",
    )
    assert len(found["playbooks"]) == 18
    for row in found["playbooks"]:
        cell = row["motion"], row["use_case"]
        total, won, mean, median = days[cell]
        assert (row["success"], row["no_success"], row["opened"]) == (won, total - won, opened[cell])
        assert (row["mean_days"], row["median_days"]) == (pytest.approx(mean), median)
        assert (row["previous_completed"], row["previous_median_days"]) == (previous[cell][0], previous[cell][3])
    assert {(r["motion"], r["use_case"], r["reason"]): r["count"] for r in found["reasons"]} == reasons
    assert tuple(found["ebr_coverage"].values()) == coverage
    assert our_time <= 1.5 * sql_time
