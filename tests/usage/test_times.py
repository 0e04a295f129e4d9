"""How long use cases take until they are adopted: random histories, worked out a second time over the exports."""

from datetime import date, timedelta
from statistics import fmean, median

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from handlers.usage.figures import data, lines, of_period
from storage.base.exports import records
from storage.base.policy import policy_from
from storage.success.store import BETWEEN
from tests.reminders.factory import Book, at
from tests.usage import oracle

TODAY = date(2026, 11, 30)
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
POLICY = policy_from({"usage": {"enabled": True, "segments": ["big"]}})
NEAR = [-300, -92, -91, -1, 0, 1, 45, 91, 92, 93, 150]
DAY = st.sampled_from(NEAR).map(lambda days: FIRST + timedelta(days=days))
CASES = ("CI", "SCM")
RARE = st.one_of([st.none()] * 4)
CTA = st.fixed_dictionaries(
    {
        "motion": st.sampled_from(["expand", "enable", "enable"]),
        "use_case": st.sampled_from(CASES),
        "opened": DAY,
        "took": st.none() | st.sampled_from([0, 1, 30, 90]),
        "status": st.sampled_from(["closed_success", "closed_no_success", "closed_no_success", "withdrawn"]),
        "reported": st.sampled_from([1, 1, 1, 0]),
    }
)
ACCOUNT = st.fixed_dictionaries(
    {
        "segment": st.sampled_from(["big", "big", "big", "small"]),
        "intent": st.sampled_from([(), ("CI",), ("CI", "SCM")]),
        "ctas": st.lists(CTA, min_size=2, max_size=5),
        "usage": st.dictionaries(DAY, st.tuples(st.sampled_from([5, 40]), st.sampled_from([5, 40])), max_size=3),
        "agreed": RARE.map(lambda _: []) | st.lists(st.tuples(st.sampled_from([None, "CI"]), DAY), max_size=2),
        "archived": RARE | st.tuples(DAY, st.sampled_from([None, "merged", "merged", "duplicate", "left"])),
        "churned": RARE | DAY,
        "returned": RARE | st.tuples(DAY, st.sampled_from([1, 46, 200])),
    }
)


def made(book, accounts):
    """The accounts, written straight into the tables; what is merged goes into the next account."""
    for place, name in enumerate(CASES, start=1):
        book.insert("usage_columns", family="users", name=name, place=place)
    ids = [
        book.account(
            f"A{number}", segment=one["segment"], customer_since=date(2020, 1, 1), churned_on=one["churned"],
            archived_at=at(f"{one['archived'][0]} 12:00") if one["archived"] else None,
            purchase_intent=BETWEEN.join(one["intent"]) or None,
        )
        for number, one in enumerate(accounts)
    ]  # fmt: skip
    for place, (number, one) in enumerate(zip(ids, accounts, strict=True), start=1):
        busy = set()
        for cta in one["ctas"]:
            closed = cta["opened"] + timedelta(days=cta["took"]) if cta["took"] is not None else None
            status = cta["status"] if closed else "work_in_progress"
            at_once = (cta["motion"], cta["use_case"])
            if status == "work_in_progress" and (at_once in busy or busy.add(at_once)):
                continue
            book.insert(
                "ctas", account_id=number, playbook="P" if cta["reported"] else "OLD P", use_case=cta["use_case"],
                motion=cta["motion"], reported=cta["reported"], status=status, opened_on=cta["opened"], known_at="",
                closed_on=closed if status != "withdrawn" else None,
                reason="other" if status == "closed_no_success" else None,
            )  # fmt: skip
        for day, (ci, scm) in one["usage"].items():
            book.insert(
                "usage_figures", account_id=number, instance="", as_of=day, environment="production",
                billable_users=100, users_1=ci, users_2=scm, made_by=1, changed_by=1,
            )  # fmt: skip
        for use_case, day in one["agreed"]:
            book.insert("usage_agreed", account_id=number, use_case=use_case, adopted_on=day, agreed_with="them", at="")
        if one["archived"] and (why := one["archived"][1]):
            into = ids[place % len(ids)]
            if why != "merged" or into != number:
                book.insert(
                    "account_endings", account_id=number, why=why, into_id=into if why == "merged" else None, at=""
                )
        if one["returned"]:
            left, days = one["returned"]
            book.insert("account_returns", account_id=number, left_on=left, back_on=left + timedelta(days=days), at="")


def exported(book, what):
    return list(records(book.db, what, POLICY, TODAY)[1])


def by_words(book, day):  # noqa: C901, PLR0912 - the rules, one after the other
    """Of each use case what the rules in words say as of the end of a quarter, over plain records alone."""
    everyone = {row["name"]: row for row in exported(book, "accounts")}
    intents = {row["account"]: row["purchase_intent"] or "" for row in exported(book, "onboarding")}
    gone, into, nowhere = set(), {}, set()
    for row in exported(book, "endings"):
        if row["day"] <= day.isoformat() and not (row["back_on"] and row["back_on"] <= day.isoformat()):
            gone.add(row["account"])
            if row["why"] == "merged":
                into[row["account"]] = row["into"]
            if row["why"] in ("duplicate", "never"):
                nowhere.add(row["account"])

    def home(name):
        seen = [name]
        while seen[-1] in into:
            if into[seen[-1]] in seen:
                return name
            seen.append(into[seen[-1]])
        return seen[-1]

    ctas = [row for row in exported(book, "ctas") if row["status"] != "withdrawn" and "OLD" not in row["playbook"]]
    usage, agreed = exported(book, "usage"), exported(book, "adopted")
    found = {}
    for use_case in CASES:
        days, legs, already, ages = [], [[], [], [], []], 0, []
        for name, account in everyone.items():
            if account["segment"] != "big" or name in nowhere or home(name) != name:
                continue
            family = [one for one in everyone if home(one) == name]
            mine = [
                row
                for row in ctas
                if row["account"] in family and row["use_case"] == use_case and row["opened_on"] <= day.isoformat()
            ]

            def firsts(motion, column, wanted=None, mine=mine):
                said = [r[column] for r in mine if r["motion"] == motion and (not wanted or r["status"] == wanted)]
                return min((date.fromisoformat(one) for one in said if one <= day.isoformat()), default=None)

            opened = firsts("enable", "opened_on")
            if opened is None:
                continue
            said, greens = [], []
            for one in family:
                own = [r for r in agreed if r["account"] == one and r["use_case"] == use_case]
                whole = [r for r in agreed if r["account"] == one and r["use_case"] is None]
                bought = [part for part in intents[one].split("; ") if part]
                last = own or (whole if not bought or use_case in bought else [])
                said += [date.fromisoformat(last[-1]["adopted_on"])] if last else []
                rows = [row for row in usage if row["account"] == one]
                green = oracle.first(
                    rows, lambda of, d, u=use_case: oracle.colour(oracle.score(of, u, date(2020, 1, 1), d)) == "green"
                )
                greens += [green] if green else []
            adopted = min(said, default=None) or min(greens, default=None)
            alive = [
                r for r in mine
                if r["motion"] == "enable" and (r["status"] != "closed_no_success" or r["closed_on"] > day.isoformat())
            ]  # fmt: skip
            if adopted and adopted < opened:
                already += opened >= FIRST
            elif not adopted or adopted > day:
                ages += [(day - opened).days] if alive and name not in gone else []
            elif adopted >= FIRST:
                days.append((adopted - opened).days)
                steps = [
                    firsts("expand", "opened_on"), firsts("expand", "closed_on", "closed_success"), opened,
                    firsts("enable", "closed_on", "closed_success"), adopted,
                ]  # fmt: skip
                for leg, before, after in zip(legs, steps, steps[1:], strict=False):
                    if before and after:
                        leg.append((after - before).days)
        found[use_case] = (days, *legs, already, ages)
    return found


LEGS = ("", ", Expand opened to won", ", won to Enable opened", ", Enable opened to finished", ", finished to adopted")


@pytest.fixture(scope="module")
def one_book(tmp_path_factory):
    book = Book(tmp_path_factory.mktemp("times"), POLICY)
    yield book
    book.close()


@given(accounts=st.lists(ACCOUNT, min_size=4, max_size=6))
@settings(max_examples=40, phases=[Phase.generate], deadline=None)
def test_times_of_random_histories(one_book, accounts):
    book = one_book
    for table in ("accounts", "usage_columns"):
        book.db.execute(f"DELETE FROM {table}")
    made(book, accounts)
    said = {(row.what, row.name): row for row in of_period(book.db, POLICY, FIRST, LAST, TODAY)}
    for use_case, (days, *legs, already, ages) in by_words(book, LAST).items():
        for name, values in zip(LEGS, (days, *legs), strict=True):
            row = said.get((f"median days{name}", use_case))
            assert (row and (row.n, row.value)) == ((len(values), median(values)) if values else None), (use_case, name)
            if values:
                assert said[f"mean days{name}", use_case].value == pytest.approx(fmean(values))
        there = said.get(("already there", use_case))
        assert (there.value if there else 0) == already, use_case
        row = said.get(("not adopted yet, median age", use_case))
        assert (row and (row.n, row.value)) == ((len(ages), median(ages)) if ages else None), use_case


def test_an_example_in_words(tmp_path):
    """Enable opened on 1 July, green on 15 August: 45 days, and where they went; one had it before, one has it not."""
    book = Book(tmp_path, POLICY)
    cta = {"use_case": "CI", "reported": 1}
    story = [
        cta | {"motion": "expand", "opened": date(2026, 6, 1), "took": 20, "status": "closed_success"},
        cta | {"motion": "enable", "opened": date(2026, 7, 1), "took": 30, "status": "closed_success"},
    ]
    plain = {"segment": "big", "intent": (), "agreed": [], "archived": None, "churned": None, "returned": None}
    early, late = {date(2026, 6, 30): (40, 0)}, {date(2026, 8, 15): (40, 0)}
    made(book, [plain | {"ctas": story, "usage": of} for of in (late, early, {})])
    said = [str(line) for line in lines(of_period(book.db, POLICY, FIRST, LAST, TODAY))]
    (line,) = [line for line in said if "Enable opened to adopted: " in line]
    assert "median 45 days, mean 45 (n 1)" in line
    assert "Expand opened to won 20 (n 1), won to Enable opened 10 (n 1)" in line
    assert "Enable opened to finished 30 (n 1), finished to adopted 15 (n 1)" in line
    assert "adopted before Enable 1" in line
    assert "Enable open, not adopted 1, median age 91 days" in line
    assert data(book.db, POLICY, FIRST, LAST, TODAY) == [
        {
            "use_case": "CI",
            "n": 1,
            "median_days": 45.0,
            "mean_days": 45.0,
            "open": 1,
            "open_median_days": 91.0,
            "already": 1,
        }
    ]
    book.close()
