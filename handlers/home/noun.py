"""The Home tab, and the buttons of a morning's message that are about no one thing.

home.back, home.on   OFFSET    another page of today
day.all              ROW       everything of the morning's message that this outbox row was in
day.mine                       what is due today
day.back, day.on     WHAT:PAGE another page of either: `row-12:1`, `mine:1`
day.reminders                  what comes in the next 30 days and why, and what is muted
day.mute, day.unmute KIND      one kind of reminder, for oneself
home.week                      a manager's team, a row a CSM
home.csm     PERSON:PAGE       what of a CSM's needs looking at; `home.csm_back`, `home.csm_on` page
home.nudge   PERSON:PART:ID    has the CSM, or who stands in, asked to look at it
home.reassign PERSON:PART:ID   a form: whose it is from now on
home.csm_more VERB:…           `⋯` of the list: either of these
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.home import slack, team

if TYPE_CHECKING:
    from handlers.door.nouns import Handler

HOME = slack.publish
"""Draws a person's Home."""
EVENTS: dict[str, Handler] = {"app_home_opened": slack.handle_home_opened}
ACTIONS: dict[str, Handler] = {
    "home.back": slack.handle_page,
    "home.on": slack.handle_page,
    "day.all": slack.handle_all,
    "day.mine": slack.handle_mine,
    "day.back": slack.handle_day_page,
    "day.on": slack.handle_day_page,
    "day.reminders": slack.handle_reminders,
    "day.mute": slack.handle_mute,
    "day.unmute": slack.handle_mute,
    "home.week": team.handle_week,
    "home.csm": team.handle_csm,
    "home.csm_back": team.handle_csm_page,
    "home.csm_on": team.handle_csm_page,
    "home.csm_more": team.handle_more,
    "home.nudge": team.handle_nudge,
    "home.reassign": team.handle_reassign,
}
SAID_WHOLE: dict[str, tuple[str, str, str]] = {
    **dict.fromkeys(("my day", "day", "today"), ("My day", "day.mine", "mine")),
    **dict.fromkeys(("my reminders", "reminders"), ("My reminders", "day.reminders", "")),
}
VIEWS: dict[str, Handler] = {"home.reassign": team.submit_reassign}
