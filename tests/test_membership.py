"""Whose payloads the bot carries out, and who counts as a member: Slack's signature alone says neither."""

import copy

import pytest
from slack_bolt import BoltRequest

from sandbox import payloads
from sandbox.workspace import OTHER_TEAM_ID, TEAM_ID

GRID = {"enterprise_id": "E0GRID", "enterprise_name": "Grid", "teams": [TEAM_ID, "T0SIBLING"]}
BASE = {"user_id": "U0000MAYA", "channel_id": "C00CSTEAM", "trigger_id": "1.2.abc", "team_id": TEAM_ID}


def dispatched(world, body, number=[0]):  # noqa: B006 - a counter
    number[0] += 1
    body = {**body, "trigger_id": f"{number[0]}.2.abc"}
    return world.bot.app.dispatch(BoltRequest(body=body, mode="socket_mode"))


def payload(world, kind):
    """One of each kind that Slack sends, all signed, as the sandbox makes them."""
    workspace = world.slack.sandbox.workspace
    maya = workspace.people["U0000MAYA"]
    if kind == "command":
        dm = workspace.dm(maya.id)
        return payloads.command(
            workspace, maya, dm, "/account", "add Initech arr 5", url="http://127.0.0.1:1/", trigger="t"
        )
    if kind == "event":
        workspace.homes.clear()
        return payloads.event(workspace, {"type": "app_home_opened", "user": maya.id, "tab": "home"}, shared=False)
    if kind == "shortcut":
        return payloads.shortcut(workspace, maya, "cta.open_shortcut", "t", "1")
    return payloads._common(workspace, "block_actions", maya) | {
        "actions": [{"action_id": "day.reminders", "block_id": "b", "type": "button", "action_ts": "1"}],
        "response_url": "http://127.0.0.1:1/",
    }


ELSEWHERE = {
    "command": [{"team_id": OTHER_TEAM_ID}, {"enterprise_id": "E0OTHER"}, {"api_app_id": "A0OTHER"}, {"team_id": ""}],
    "event": [
        {"team_id": OTHER_TEAM_ID}, {"context_team_id": OTHER_TEAM_ID}, {"api_app_id": "A0OTHER"},
        {"context_enterprise_id": "E0OTHER"},
        {"team_id": OTHER_TEAM_ID, "is_ext_shared_channel": True, "authorizations": [{"team_id": OTHER_TEAM_ID}]},
        {"authorizations": [{"team_id": OTHER_TEAM_ID, "enterprise_id": None}]},
    ],
    "shortcut": [{"team": {"id": OTHER_TEAM_ID}}, {"enterprise": {"id": "E0OTHER"}}, {"api_app_id": "A0OTHER"}],
    "action": [
        {"team": {"id": OTHER_TEAM_ID}}, {"team": None}, {"api_app_id": "A0OTHER"},
        {"team": {"id": TEAM_ID, "enterprise_id": "E0OTHER"}},
        {"team": None, "enterprise": {"id": "E0OTHER"}, "is_enterprise_install": True},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "change"), [(kind, change) for kind, changes in ELSEWHERE.items() for change in changes]
)
def test_what_is_signed_for_another_team_enterprise_or_app_is_refused(world, caplog, kind, change):
    workspace = world.slack.sandbox.workspace
    calls = lambda: len(world.slack.log.entries("asked"))  # noqa: E731
    before = calls()
    answer = dispatched(world, payload(world, kind) | change)
    assert answer.status == 200
    assert ("belongs to another workspace" in answer.body) == (kind == "command")
    assert "for another workspace or app" in caplog.text
    assert not world.rows("SELECT 1 FROM accounts")
    assert not world.rows("SELECT 1 FROM inbox")
    assert not workspace.homes
    assert calls() == before


@pytest.mark.parametrize("kind", ["command", "event", "action"])
def test_what_is_ours_is_carried_out(world, kind, caplog):
    ours = payload(world, kind)
    if kind == "action":
        ours |= {
            "actions": [{"action_id": "home.on", "block_id": "b", "type": "button", "action_ts": "1", "value": "0"}]
        }
        ours |= {"view": {"id": "V1", "type": "home"}}
    answer = dispatched(world, ours)
    assert answer.status == 200
    world.after_acks()
    assert "another workspace" not in answer.body + caplog.text
    assert world.rows("SELECT 1 FROM accounts") if kind == "command" else world.slack.sandbox.workspace.homes


def test_an_event_out_of_a_channel_shared_with_others_may_name_them_as_its_place(world):
    event = payload(world, "event") | {"team_id": OTHER_TEAM_ID, "is_ext_shared_channel": True}
    assert dispatched(world, event).status == 200
    assert world.slack.sandbox.workspace.homes


@pytest.mark.parametrize("team", ["T0SIBLING", "E0GRID"])
def test_a_member_whom_the_grid_files_elsewhere_is_one(world, team):
    maya = world.slack.sandbox.workspace.people["U0000MAYA"]
    maya.team_id, maya.grid = team, copy.deepcopy(GRID)
    click = payload(world, "action")
    assert click["user"]["team_id"] == team
    click |= {"actions": [{"action_id": "home.on", "block_id": "b", "type": "button", "action_ts": "1", "value": "0"}]}
    click |= {"view": {"id": "V1", "type": "home"}}
    for _ in range(2):
        assert dispatched(world, click).status == 200
        world.after_acks()
        assert world.slack.sandbox.workspace.homes.pop("U0000MAYA")
    assert "Opened" not in world.as_("maya").command("/cta").text  # answered, with a menu
    assert not world.rows("SELECT 1 FROM people WHERE is_foreign = 1")


@pytest.mark.parametrize(
    ("team", "grid"),
    [
        ("T0SIBLING", GRID | {"teams": ["T0SIBLING"]}),  # of the organisation, and not of this workspace
        ("E0GRID", GRID | {"teams": []}),
        ("T0SIBLING", None),
        (OTHER_TEAM_ID, None),
    ],
)
def test_a_member_of_the_organisation_alone_is_none(world, team, grid):
    maya = world.slack.sandbox.workspace.people["U0000MAYA"]
    maya.team_id, maya.grid = team, grid
    assert "members of this workspace only" in world.as_("maya").command("/cta").text


def test_a_click_under_a_team_that_the_directory_does_not_name_is_refused(world):
    click = payload(world, "action")
    click["user"]["team_id"] = "T0CLAIMED"
    click |= {"actions": [{"action_id": "home.on", "block_id": "b", "type": "button", "action_ts": "1", "value": "0"}]}
    del click["response_url"]
    dispatched(world, click)
    assert "members of this workspace only" in world.as_("maya").expect_dm().text
    assert not world.slack.sandbox.workspace.homes


# -- time zones ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "hour"), [(19_800, "14:30"), (-12_600, "05:30"), (None, "10:00"), (10**9, "10:00")],
)  # fmt: skip
def test_a_zone_that_this_machine_does_not_know_is_told_by_its_offset(make_world, caplog, offset, hour):
    world = make_world(timezone="Europe/Berlin")
    maya = world.slack.sandbox.workspace.people["U0000MAYA"]
    maya.tz, maya.tz_offset = "Mars/Olympus_Mons", offset if offset is not None else 0
    found = maya.as_slack(world.now, with_email=True)
    if offset is None:
        del found["tz_offset"]
    from handlers.door import people
    from storage.base.moments import zone

    for _ in range(3):
        person = people.keep(world.bot.services, found)
    local = world.now.astimezone(zone(person.zone or world.bot.services.policy.timezone))
    assert f"{local:%H:%M}" == hour
    assert caplog.text.count("knows no time zone") <= 1


def test_commands_home_and_reminders_work_in_a_zone_that_this_machine_does_not_know(world, caplog):
    maya = world.slack.sandbox.workspace.people["U0000MAYA"]
    maya.tz, maya.tz_offset = "Europe/Atlantis", 19_800
    assert "Initech" in world.as_("maya").command("/account add Initech arr 5").text
    assert "Opened" in world.as_("maya").command("/cta open Initech expand ci due +2d").text
    assert world.as_("maya").open_home().text
    assert world.rows("SELECT zone FROM people WHERE slack_id = 'U0000MAYA'") == [{"zone": "UTC+05:30"}]
    assert caplog.text.count("knows no time zone 'Europe/Atlantis'") == 1
    # What an earlier version has stored, or a machine with newer tables.
    with world.unit() as unit:
        unit.db.execute("UPDATE people SET zone = 'Europe/Atlantis' WHERE slack_id = 'U0000MAYA'")
    assert "Opened" in world.as_("maya").command("/cta open Initech expand cd").text
    assert "2 open" in world.as_("maya").open_home().text
    world.as_("maya").expect_dm("Expand: CI", "due Wed 25 Nov")  # reminders are planned, too


def test_who_became_a_guest_unheard_is_refused_after_an_absence(world):
    maya = world.as_("maya")
    assert "Initech" in maya.command("/account add Initech arr 5").text
    world.slack.sandbox.workspace.people["U0000MAYA"].guest = True  # without a word to the bot
    assert "Initech" in maya.command("/account Initech").text
    with world.unit() as unit:  # as after an hour's absence
        unit.db.execute("UPDATE people SET told_at = '2026-11-01T00:00:00Z'")
    assert "Initech" not in maya.command("/account Initech").text
    assert not world.rows("SELECT 1 FROM people WHERE guest = 0 AND slack_id = 'U0000MAYA'")
