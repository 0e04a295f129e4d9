"""The weekly summary: its words, its numbers, and Slack's limits from an empty book to the largest."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from reminders.report.summary import build_weekly_summary, week_span
from sandbox.blockkit import check_message
from storage.base.policy import Summary
from storage.base.quarters import Span
from templates.blocks.render import Renderer
from tests.report import histories

WEEK = "2026-W48"
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)
AT = histories.AT


@pytest.fixture
def summary(make_store):
    """Build the summary of a store; every message has passed Slack's checks."""

    def build(store, **schedule):
        messages = build_weekly_summary(
            store.connection(), store.policy, Renderer(), Summary(channel="C1", **schedule), WEEK, NOW
        )
        for message in messages:
            assert check_message({"channel": "C1", **message}) == []
            assert characters(message) <= 13_000
        return messages

    return build


def characters(message):
    """The text of all blocks together, as Slack's limit for a message counts it."""
    found, waiting = 0, [message["blocks"]]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            found += len(part["text"]) if isinstance(part.get("text"), str) else 0
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found


def words(message):
    return "\n".join(
        text
        for block in message["blocks"]
        for text in [
            (block.get("text") or {}).get("text") if block["type"] == "section" else None,
            block["elements"][0]["text"] if block["type"] == "context" else None,
        ]
        if text
    )


def buttons(message):
    return [
        e.get("text", e.get("placeholder"))["text"]
        for b in message["blocks"]
        if b["type"] == "actions"
        for e in b["elements"]
    ]


def numbers(message):
    return next(e for b in message["blocks"] if b["type"] == "actions" for e in b["elements"] if "options" in e)[
        "options"
    ]


def charts(message):
    return {b["title"]: b["chart"] for b in message["blocks"] if b["type"] == "data_visualization"}


def add_cta(unit, number, **fields):
    row = {
        "id": number,
        "account": 1,
        "playbook": "Expand: CI",
        "category": None,
        "owner": 1,
        "status": "closed_success",
        "reason": None,
        "opened_on": "2026-11-02",
        "closed_on": "2026-11-25",
        "motion": "expand",
        "use_case": "CI",
        "reported": True,
    } | fields
    histories.write_cta(unit.db, row)


def add_people(unit, people=1, accounts=1):
    for number in range(1, people + 1):
        unit.db.execute(
            "INSERT INTO people(id, email, name, updated_at) VALUES (?, ?, ?, ?)",
            (number, f"c{number}@example.com", f"Csm Number {number}", AT),
        )
    for number in range(1, accounts + 1):
        unit.db.execute(
            "INSERT INTO accounts(id, name, name_key, currency, csm_id, known_at, renewal_known_at, ebr_known_at, updated_at)"
            " VALUES (?, ?, ?, 'USD', 1, ?, ?, ?, ?)",
            (number, f"Acme {number}", f"acme {number}", AT, AT, AT, AT),
        )


def test_a_week_is_monday_to_sunday():
    assert week_span("2026-W48") == Span(MONDAY, SUNDAY)
    assert week_span("2026-W53") == Span(date(2026, 12, 28), date(2027, 1, 3))


def test_nothing_at_all_is_three_lines_and_no_thread(make_store, summary):
    (main,) = summary(make_store())
    assert words(main).splitlines() == [
        "*Playbooks, 23–29 November*",
        "Nothing was opened or closed.",
        "Open a CTA with `/cta open` when you start exploring with a customer.",
    ]
    assert buttons(main) == []


def test_one_cta_in_the_first_quarter(make_store, summary):
    store = make_store()
    with store.write(NOW) as unit:
        add_people(unit)
        add_cta(unit, 1)
    main, thread = summary(store)
    assert words(main).splitlines() == [
        "*Playbooks, 23–29 November*",
        "Expand: 1 closed, success",
        "Enable: nothing closed",
        "Quarter to date: win rate 1 of 1",
        "*Needs you:* EBR coverage 0%, target 75%",
    ]
    assert charts(main)["Closed by use case"]["axis_config"]["categories"] == ["CI"]
    (table,) = [block for block in thread["blocks"] if block["type"] == "data_table"]
    assert [cell["text"] for cell in table["rows"][1]] == [
        "Expand: CI",
        "1",
        "1",
        "1 of 1 (n/a)",
        "23 (n/a)",
    ]


def test_a_normal_week_reads_as_drawn(make_store, summary):
    store = make_store(
        reasons=[
            {
                "key": "deferred",
                "label": "Timing: deferred to a later date",
                "asks": "revisit",
                "counter_play": "Ask for the date of their next planning",
            },
            {"key": "lack_of_budget", "label": "Lack of budget"},
        ]
    )
    with store.write(NOW) as unit:
        add_people(unit, accounts=2)
        unit.db.execute("UPDATE accounts SET renewal_on = '2027-03-01', last_ebr_on = '2026-06-01' WHERE id = 1")
        number = 0
        for count, fields in (
            (4, {}),
            (3, {"status": "closed_no_success", "reason": "deferred"}),
            (2, {"status": "closed_no_success", "reason": "lack_of_budget", "use_case": "SCM"}),
            (6, {"motion": "enable", "playbook": "Enable: CI"}),
            (5, {"opened_on": "2026-07-01", "closed_on": "2026-08-01"}),
        ):
            for _ in range(count):
                number += 1
                add_cta(unit, number, **fields)
    main, _ = summary(store)
    assert words(main).splitlines() == [
        "*Playbooks, 23–29 November*",
        "Expand: 9 closed, 4 success, 5 no (more than half is expected)",
        "Enable: 6 closed, all success",
        "Quarter to date (same day last quarter): win rate 44% of 9 (100% of 5) · Enable days, median 23",
        "Why no: Timing 3 · Lack of budget 2",
        "When it is Timing: Ask for the date of their next planning",
        "*Needs you:* 1 renewal without a review · EBR coverage 50%, target 75%",
    ]
    assert buttons(main) == [
        "This week's CTAs",
        "Reasons",
        "1 renewal",
        "More …",
    ]
    bars = charts(main)["Closed by use case"]
    assert {s["name"]: [(p["label"], p["value"]) for p in s["data"]] for s in bars["series"]} == {
        "Success": [("CI", 10), ("SCM", 0)],
        "No success": [("CI", 3), ("SCM", 2)],
    }
    assert list(charts(main)) == ["Closed by use case"]
    assert [option["text"]["text"] for option in numbers(main)][-1] == "1 without an EBR"


@pytest.mark.parametrize(("timezone", "age"), [("", "yesterday 23:30"), ("Asia/Tokyo", "today 08:30")])
def test_the_age_of_the_data_is_told_in_the_schedules_zone(make_store, summary, timezone, age):
    store = make_store()
    with store.write(NOW) as unit:
        unit.db.execute(
            "INSERT INTO imports(kind, file, imported_at, counts) VALUES ('accounts', 'x.csv', ?, '{}')",
            ("2026-11-29T23:30:00Z",),
        )
    (main,) = summary(store, timezone=timezone)
    assert f"Data: import of {age}" in words(main)


def test_a_no_is_never_called_a_failure(make_store, summary):
    store = make_store()
    with store.write(NOW) as unit:
        histories.write_history(unit, histories.seeded(1), boundaries=[MONDAY, SUNDAY], today=SUNDAY)
    said = json.dumps(summary(store)).casefold()
    for word in ("fail", "lost", "danger", "unsuccessful", ":x:", ":red_circle:"):
        assert word not in said


@pytest.mark.parametrize("individual_figures", [False, True])
def test_the_largest_week_stays_inside_every_limit(make_store, summary, individual_figures):
    use_cases = [f"Use case number {n} with quite a long name of its own" for n in range(40)]
    reasons = [
        {"key": f"reason_{n}", "label": f"Reason {n}: as long as people like to write such things"} for n in range(30)
    ]
    store = make_store(use_cases=use_cases, reasons=reasons, individual_figures=individual_figures)
    rng = histories.seeded(7)
    with store.write(NOW) as unit:
        add_people(unit, people=300, accounts=500)
        for number in range(1, 5_001):
            closed = MONDAY + timedelta(rng.randrange(7))
            motion, use_case, won = rng.choice(("expand", "enable")), rng.choice(use_cases), rng.random() < 0.4
            add_cta(
                unit,
                number,
                account=rng.randrange(1, 501),
                owner=rng.randrange(1, 301),
                motion=motion,
                use_case=use_case,
                playbook=f"{motion}: {use_case}",
                status="closed_success" if won else "closed_no_success",
                reason=None if won else f"reason_{rng.randrange(30)}",
                closed_on=closed.isoformat(),
                opened_on=(closed - timedelta(rng.randrange(300))).isoformat(),
            )
        for number in range(5_001, 5_201):
            add_cta(
                unit,
                number,
                account=number - 5_000,
                owner=number - 5_000,
                status="new",
                closed_on=None,
                opened_on="2025-01-01",
                playbook="Expand: " + "x" * 200,
                use_case="x" * 200,
            )
    messages = summary(store)
    assert len(messages) == (3 if individual_figures else 2)
    (bars,) = charts(messages[0]).values()
    assert len(bars["axis_config"]["categories"]) == 20
    assert sum(point["value"] for series in bars["series"] for point in series["data"]) == 5_000
    assert len(words(messages[0]).splitlines()) <= 12
    assert ("Csm Number" in json.dumps(messages[0])) is False


def test_nobodys_figures_without_the_policys_word(make_store, summary):
    store = make_store()
    with store.write(NOW) as unit:
        add_people(unit)
        add_cta(unit, 1)
    assert "Csm Number 1" not in json.dumps(summary(store))


def test_a_teams_summary_counts_its_own(make_store, summary):
    store = make_store(teams={"North": ["c1@example.com"]})
    with store.write(NOW) as unit:
        add_people(unit, people=2)
        add_cta(unit, 1)
        add_cta(unit, 2, owner=2)
    main, _ = summary(store, team="North")
    assert "*Playbooks, 23–29 November* · North" in words(main)
    assert "Expand: 1 closed, success" in words(main)


def test_a_teams_own_template_is_used(make_store, tmp_path):
    (tmp_path / "summary").mkdir()
    (tmp_path / "summary" / "main.json.j2").write_text('{"text": {{ mrkdwn("Ours: {}", title) }}, "blocks": []}')
    store = make_store()
    (main,) = build_weekly_summary(
        store.connection(), store.policy, Renderer(tmp_path), Summary(channel="C1"), WEEK, NOW
    )
    assert main["text"] == "Ours: Playbooks, 23–29 November"


def test_how_old_the_data_is(make_store, summary):
    store = make_store(timezone="Europe/Berlin")
    with store.write(NOW) as unit:
        unit.db.execute(
            "INSERT INTO imports(kind, file, imported_at, counts) VALUES ('accounts', 'a.csv', '2026-11-30T05:00:00Z', '{}')"
        )
        for field in ("arr", "segment"):
            unit.db.execute(
                "INSERT INTO conflicts(import_id, kind, record_id, field) VALUES (1, 'accounts', 1, ?)", (field,)
            )
    (main,) = summary(store)
    assert "Data: import of today 06:00, 2 conflicts" in words(main)
