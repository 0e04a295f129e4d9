"""Onboarding worked out a second time, from the rules in words alone: nudges day by day, figures from the export."""

from datetime import date, timedelta
from statistics import mean, median

from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.onboarding.figures import of_period, record
from reminders.engine.rehearsal import rehearse
from storage.account import store as accounts
from storage.base.exports import records
from storage.base.policy import policy_from
from tests.reminders.factory import Book, at

POLICY = policy_from({"onboarding": {"enabled": True}})
TARGETS = {"engaged": 14, "first_value": 30, "onboarded": 45}
TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)


def business_day(day):
    while day.weekday() > 4:
        day += DAY
    return day


def nudges_in_words(started, reached):
    """The later milestone of each posting day: (posting day, milestone, step)."""
    by_day = {}
    for milestone, days in TARGETS.items():
        if milestone in reached:
            continue
        target = started + days * DAY
        for step in (3, -1):
            by_day[business_day(target - step * DAY)] = (milestone, step)
    return sorted((day, *what) for day, what in by_day.items())


@given(started=some.dates(date(2026, 1, 1), date(2027, 12, 1)), reached=some.sets(some.sampled_from(sorted(TARGETS))))
@settings(max_examples=25)
def test_nudges(tmp_path_factory, started, reached):
    book = Book(tmp_path_factory.mktemp("nudges"))
    book.store.policy = POLICY
    acme = book.account("Acme", book.person("ann@example.com", "UTC"), customer_since=started)
    with book.store.write(at(f"{started} 07:00")) as unit:
        fields = {f"{name}_on": started.isoformat() for name in reached}
        accounts.write(unit, acme, fields or {"region": "North"})
    found = rehearse(book.db, POLICY, at(f"{started} 08:00"), at(f"{started + 90 * DAY} 08:00"))
    told = [
        (one.post_at.date(), one.dedupe_key.split(":")[2], one.step) for one in found if one.kind == "onboarding_nudge"
    ]
    assert told == nudges_in_words(started, reached)
    book.close()


HISTORY = some.lists(
    some.tuples(
        some.sampled_from(["strategic", "enterprise", "commercial", None]),
        some.dates(date(2026, 6, 1), TODAY),
        *(some.none() | some.dates(date(2026, 5, 1), TODAY) for _ in range(5)),
    ),
    max_size=12,
)
MILESTONES = {
    "engaged": "engaged", "first_value": "first_value", "onboarded": "onboarded",
    "infrastructure_ready": "infrastructure", "outcome_achieved": "outcome",
}  # fmt: skip


def figures_in_words(exported, first, last):
    """Segment, milestone → (n, median, mean, on time), from the plain records of the export."""
    found = {}
    for segment in {row["segment"] for row in exported}:
        for milestone, stem in MILESTONES.items():
            rows = [row for row in exported if row["segment"] == segment]
            pairs = [(date.fromisoformat(r["started_on"]), day_of(r[f"{stem}_on"])) for r in rows]
            days = [max(0, (on - since).days) for since, on in pairs if on and first <= on <= last]
            wanted = None if segment == "commercial" else TARGETS.get(milestone)
            due = [(since + wanted * DAY, on) for since, on in pairs] if wanted else []
            due = [on is not None and on <= target for target, on in due if first <= target <= last and target < TODAY]
            if days or due:
                found[segment, milestone] = (
                    len(days),
                    float(median(days)) if days else None,
                    mean(days) if days else None,
                    sum(due) / len(due) if due else None,
                )
    return found


def day_of(text):
    return date.fromisoformat(text) if text else None


@given(history=HISTORY)
@settings(max_examples=25)
def test_figures(tmp_path_factory, history):
    book = Book(tmp_path_factory.mktemp("figures"))
    book.store.policy = POLICY
    ann = book.person("ann@example.com", "UTC")
    for number, (segment, since, *days) in enumerate(history):
        account = book.account(f"Account {number}", ann, customer_since=since, segment=segment)
        fields = {f"{stem}_on": on and on.isoformat() for stem, on in zip(MILESTONES.values(), days, strict=True)}
        with book.store.write(at(f"{TODAY} 07:00")) as unit:
            accounts.write(unit, account, fields)
    _, exported = records(book.db, "onboarding", POLICY, TODAY)
    exported = list(exported)
    for first, last in ((date(2026, 7, 1), date(2026, 9, 30)), (date(2026, 10, 1), date(2026, 12, 31))):
        found = {
            (one["segment"], one["milestone"]): (one["n"], one["median_days"], one["mean_days"], one["on_time"])
            for one in map(record, of_period(book.db, POLICY, first, last, TODAY))
        }
        assert found == figures_in_words(exported, first, last)
    book.close()
