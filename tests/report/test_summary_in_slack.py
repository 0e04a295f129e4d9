"""The weekly summary in its channel: posted once, and every number opens its CTAs."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reminders.engine.planner import plan
from storage.base.policy import Summary
from tests.report import histories
from tests.report.test_playbooks_command import counted, listed

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
FIRST, LAST = date(2026, 11, 23), date(2026, 11, 29)


@pytest.fixture
def monday(make_world, slack):
    """The bot on the Monday after a busy week; gives back the world, the summary and the rows of the book."""
    slack.start_at(MONDAY - timedelta(days=8))  # a Sunday: the summary before this one has expired by then
    world = make_world(summaries=[{"channel": "#cs-team"}])
    world.allow("users_not_found")
    with world.unit() as unit:
        rows, _ = histories.write_history(unit, histories.seeded(4), boundaries=[FIRST, LAST], today=FIRST)
    world.jump(MONDAY)
    shown = world.expect_message("#cs-team", "Playbooks, 23–29 November")
    world.expect_message("#cs-team", "2026Q4 to date")
    return world, shown, rows


def test_its_numbers_open_their_ctas(monday):
    _, summary, rows = monday
    week = counted(rows, FIRST, LAST)
    modal = summary.by("maya").click("This week's CTAs").modal
    ids = listed(modal)
    while "Next" in modal.text:
        modal = modal.click("Next").modal
        ids += listed(modal)
    assert sorted(ids) == sorted(int(row["id"]) for row in week)
    wins = [row for row in week if row["motion"] == "expand" and row["status"] == "closed_success"]
    modal = summary.by("maya").select("More …", f"Expand: {len(wins)} success").modal
    assert sorted(listed(modal)) == sorted(int(row["id"]) for row in wins)
    others = [
        option["text"]["text"]
        for block in summary.blocks
        for e in block.get("elements", ())
        for option in e.get("options", ())
    ]
    slow = next(words for words in others if "slower" in words)
    assert f"{slow.split()[0]} CTA" in summary.by("maya").select("More …", slow).modal.text
    without = next(words for words in others if "without an EBR" in words)
    assert "without an EBR in the last twelve months" in summary.by("maya").select("More …", without).modal.text
    assert "Why no, 2026Q4" in summary.by("maya").click("Reasons").text


def test_it_is_posted_once_a_week(monday):
    world, _, _ = monday
    for hours in (1, 5, 24, 72):
        world.jump(MONDAY + timedelta(hours=hours))
    world.expect_nothing_more()
    world.jump(MONDAY + timedelta(days=7))
    world.expect_message("#cs-team", "Playbooks, 30 November – 6 December")
    world.expect_message("#cs-team", "2026Q4 to date")
    sent = world.rows("SELECT dedupe_key FROM outbox WHERE kind = 'weekly_summary' AND state = 'sent' ORDER BY id")
    assert [row["dedupe_key"] for row in sent] == [
        "weekly_summary:weekly:#cs-team:2026-W48",
        "weekly_summary:weekly:#cs-team:2026-W49",
    ]


@pytest.mark.parametrize(
    ("summaries", "more"),
    [
        ([{"channel": "C00CSTEAM"}], 0),
        ([{"channel": "cs-team", "name": "ours"}], 0),
        ([{"channel": "#cs-team", "name": "ours", "day": "tuesday"}], 0),
        ([{"channel": "#cs-team"}, {"channel": "#cs-team", "name": "theirs", "team": "EMEA"}], 1),
    ],
    ids=["the channel's id", "another name", "another day", "one more"],
)
def test_a_schedule_that_is_spelt_otherwise_since_has_told_its_week_already(monday, summaries, more):
    """Seen failing: the channel had the same summary again, the next morning."""
    world, _, _ = monday
    policy = world.bot.services.policy.model_copy(update={"summaries": tuple(map(Summary.model_validate, summaries))})
    world.bot.services.adopt(policy, world.bot.services.renderer)
    world.bot.machine.adopt(policy, world.bot.services.renderer)
    for hours in (1, 24, 25, 48):
        world.jump(MONDAY + timedelta(hours=hours))
        plan(world.store, world.now)
        world.posted()
    for _ in range(more):
        world.expect_message("#cs-team", "Playbooks, 23–29 November")
        world.expect_message("#cs-team", "2026Q4 to date")
    world.expect_nothing_more()
    for days in (7, 8):
        world.jump(MONDAY + timedelta(days=days))
    for _ in range(1 + more):
        world.expect_message("#cs-team", "Playbooks, 30 November")
    world.posted()
    world.allow_messages()
