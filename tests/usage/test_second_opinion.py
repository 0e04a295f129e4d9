"""Usage of random histories: what the bot says equals what `oracle.py` works out over the export."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from handlers.importing.actions import import_file
from handlers.usage.figures import of_period
from storage.base.db import Store
from storage.base.exports import records
from storage.base.policy import policy_from
from storage.success import store as lives
from storage.usage import store as usage
from storage.usage.record import licence_colour, months_since
from tests.usage import oracle

TODAY = date(2026, 11, 30)
POLICY = policy_from({"usage": {"enabled": True}})
NUMBERS = (
    "licences_bought",
    "licences_activated",
    "billable_users",
    "active_users",
    "users CI",
    "users SCM",
    "users CD",
)
MEASURES = ("ci_builds", "deploy_users", "scanner_users", "scans", "pipelines", "scanner_types")
DAYS = st.sampled_from([0, 1, 29, 30, 31, 59, 60, 61, 90, 91, 120, 121, 150, 179, 180, 240, 300]).map(
    lambda back: TODAY - timedelta(days=back)
)
COUNT = st.none() | st.sampled_from([0, 1, 2, 5, 8, 10, 20, 25, 33, 50, 75, 80, 90, 100, 400])
ROW = st.fixed_dictionaries(
    {
        "as_of": DAYS,
        "instance": st.sampled_from(["", "two", "three"]),
        "environment": st.sampled_from(["", "production", "staging"]),
        "use_cases": st.sampled_from(["", "CI", "SCM; CD"]),
        **dict.fromkeys((*NUMBERS, *MEASURES), COUNT),
    }
)
ACCOUNT = st.fixed_dictionaries(
    {
        "started": st.none() | DAYS,
        "original": st.none() | st.sampled_from([0, 10, 50, 100]),
        "intent": st.sets(st.sampled_from(["CI", "SCM", "DevSecOps"])),
        "rows": st.lists(ROW, max_size=7, unique_by=lambda row: (row["as_of"], row["instance"])),
    }
)


def made(folder, accounts):
    """A store with these accounts and their usage, all from files."""
    store = Store(folder / "bot.db", policy=POLICY)
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    lines = ["name,customer_since,original_licences,purchase_intent"]
    rows = []
    for number, one in enumerate(accounts):
        original = "" if one["original"] is None else one["original"]
        lines.append(f"A{number},{one['started'] or ''},{original},{';'.join(sorted(one['intent']))}")
        rows += [{"account": f"A{number}", **row} for row in one["rows"]]
    columns = ("account", "as_of", "instance", "environment", "use_cases", *NUMBERS, *MEASURES)
    sheet = [",".join(columns)]
    sheet += [",".join("" if row[name] is None else str(row[name]) for name in columns) for row in rows]
    for kind, content in (("accounts", lines), ("usage", sheet)):
        if len(content) > 1:
            found = import_file(store, kind, "\n".join(content).encode(), f"{kind}.csv", now=now)
            assert not found.rejected
    return store


@given(accounts=st.lists(ACCOUNT, min_size=1, max_size=4))
@settings(max_examples=60, phases=[Phase.generate])
def test_figures_colours_scores_and_adoption(tmp_path_factory, accounts):
    store = made(tmp_path_factory.mktemp("usage"), accounts)
    db = store.connection()
    _, exported = records(db, "usage", POLICY, TODAY)
    exported = list(exported)
    ids = {row[1]: row[0] for row in db.execute("SELECT id, name FROM accounts")}
    found = usage.on_day(db, POLICY, ids.values(), TODAY)
    life_of = lives.lives(db, ids.values(), TODAY)
    in_words = []
    for number, one in enumerate(accounts):
        rows = [row for row in exported if row["account"] == f"A{number}"]
        account_id, of = ids[f"A{number}"], oracle.figure(rows, TODAY)
        mine = found.get(account_id)
        assert (of is None) == (mine is None)
        started = one["started"]
        assert life_of[account_id].adopted_on == oracle.adopted_on(rows, started, one["original"], one["intent"], TODAY)
        value = oracle.first(rows, lambda of, _: (share := oracle.utilisation(of)) is not None and share >= 0.10)
        assert started is None or life_of[account_id].reached("first_value") == value
        if of is None:
            continue
        assert (mine.bought, mine.activated, mine.utilisation) == (
            of["licences_bought"], oracle.activated(of), oracle.utilisation(of),
        )  # fmt: skip
        assert mine.licence_colour == oracle.licence_colour(mine.utilisation, started, TODAY)
        for use_case in oracle.CASES:
            assert mine.scores[use_case] == pytest.approx(oracle.score(of, use_case, started, TODAY)), use_case
        users = [of.get(f"users {use_case}") for use_case in oracle.CASES]
        known = [count for count in users if count is not None]
        assert mine.factor == (oracle.over(sum(known), of["active_users"]) if known else None)
        in_words.append((one, of, mine))
    said = {(row.what, row.name): row for row in of_period(db, POLICY, date(2026, 10, 1), date(2026, 12, 31), TODAY)}
    both = [of for _, of, _ in in_words if oracle.utilisation(of) is not None]
    if both:
        whole = sum(oracle.activated(of) for of in both) / sum(of["licences_bought"] for of in both)
        assert (said["utilisation", ""].n, said["utilisation", ""].value) == (len(both), whole)
    coloured = [
        colour
        for one, _, mine in in_words
        if (colour := oracle.licence_colour(mine.utilisation, one["started"], TODAY))
    ]
    for name in ("red", "yellow", "green"):
        if coloured:
            assert said["licence colour", name].value == coloured.count(name) / len(coloured)
    for use_case in oracle.CASES:
        scores = [s for one, of, _ in in_words if (s := oracle.score(of, use_case, one["started"], TODAY)) is not None]
        if scores:
            green = sum(oracle.colour(one) == "green" for one in scores) / len(scores)
            assert (said["adopted", use_case].n, said["adopted", use_case].value) == (len(scores), green)
            assert said["score", use_case].value == pytest.approx(sum(scores) / len(scores))
    seats = [
        (before["licences_bought"], of["licences_bought"])
        for number, one in enumerate(accounts)
        if not (one["started"] and date(2026, 10, 1) <= one["started"] <= TODAY)
        and (rows := [row for row in exported if row["account"] == f"A{number}"])
        and (before := oracle.figure(rows, date(2026, 9, 30)))
        and (of := oracle.figure(rows, TODAY))
        and before["licences_bought"] is not None
        and of["licences_bought"] is not None
    ]
    if seats:
        assert said["seats net", ""].value == sum(after - before for before, after in seats)
        assert said["seats added", ""].value == sum(max(after - before, 0) for before, after in seats)
    store.close()


@given(started=st.dates(date(2024, 1, 1), date(2026, 12, 31)), days=st.integers(0, 900), share=st.integers(0, 100))
def test_colours_by_whole_months(started, days, share):
    day = started + timedelta(days=days)
    assert months_since(started, day) == oracle.months(started, day)
    assert licence_colour(share / 100, months_since(started, day)) == oracle.licence_colour(share / 100, started, day)


def test_the_example(tmp_path):
    """Started on 3 Nov 2026 it is 6 months old on 3 May 2027: 0.50 is red, 0.51 yellow; 87.5, 62.5, 87.5 is green."""
    months = months_since(date(2026, 11, 3), date(2027, 5, 3))
    assert months == 6
    assert (licence_colour(0.50, months), licence_colour(0.51, months)) == ("red", "yellow")
    row = {"as_of": TODAY, "instance": "", "environment": "", "use_cases": "", **dict.fromkeys((*NUMBERS, *MEASURES))}
    row |= {"billable_users": 100, "scanner_users": 30, "scans": 30, "pipelines": 100, "scanner_types": 3}
    store = made(tmp_path, [{"started": None, "original": None, "intent": set(), "rows": [row]}])
    figure = usage.on_day(store.connection(), POLICY, [1], TODAY)[1]
    assert figure.scores["DevSecOps"] == pytest.approx((87.5 + 62.5 + 87.5) / 3)
    assert figure.colour("DevSecOps") == "green"
    store.close()


def test_measures_count_in_their_tiers_alone(tmp_path):
    measure = {"use_case": "CI", "measure": "ci_builds", "yellow_from": 1, "green_from": 2, "tiers": ["Ultimate"]}
    policy = policy_from({"usage": {"measures": [measure]}})
    row = {
        "as_of": TODAY,
        "instance": "",
        "environment": "",
        "use_cases": "",
        **dict.fromkeys((*NUMBERS, *MEASURES)),
        "ci_builds": 5,
    }
    store = made(tmp_path, [{"started": None, "original": None, "intent": set(), "rows": [row]}])
    db = store.connection()
    for tier, expected in (("premium", None), ("ultimate", 87.5)):
        db.execute("UPDATE usage_figures SET tier = ?", (tier,))
        assert usage.on_day(db, policy, [1], TODAY)[1].scores["CI"] == expected
    store.close()


def test_first_days_follow_the_policy_the_start_and_the_licences(tmp_path):
    rows = [
        {"as_of": date(2026, 6, 30), "instance": "", "environment": "", "use_cases": "",
         **dict.fromkeys((*NUMBERS, *MEASURES)), "licences_bought": 100, "licences_activated": 30},
        {"as_of": date(2026, 9, 30), "instance": "", "environment": "", "use_cases": "",
         **dict.fromkeys((*NUMBERS, *MEASURES)), "licences_bought": 100, "licences_activated": 85, "ci_builds": 90,
         "billable_users": 2},
    ]  # fmt: skip
    store = made(tmp_path, [{"started": date(2026, 6, 1), "original": None, "intent": {"CI"}, "rows": rows}])
    db = store.connection()
    adopted = lives.life(db, 1, TODAY).adopted_on
    assert adopted == date(2026, 9, 30)
    db.execute("UPDATE accounts SET original_licences = 200 WHERE id = 1")
    assert lives.life(db, 1, TODAY).adopted_on is None
    later = policy_from({"usage": {"adopted": 0.4}})
    assert usage.adopted_since(db, later, {1: ("CI",)}) == {1: (date(2026, 9, 30), "its usage")}
    assert json.loads(db.execute("SELECT value FROM meta WHERE key = 'usage_rules'").fetchone()[0])[0]["adopted"] == 0.8
    store.close()
