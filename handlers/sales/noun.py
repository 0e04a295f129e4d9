"""The sales side's verbs and buttons, handed in.

Action ids. ACCOUNT is an account's id, CTA that of a checklist:

    sales.discovery, .strategy, .package   ACCOUNT   opens a checklist of its renewal
    sales.undo                             CTA       it was opened by mistake
    sales.meetings_mine, .meetings_team, .meetings_all, .meetings_back, .meetings_on   SCOPE:OFFSET   who meets when
    sales.meeting                          CSM:AE    the page of two people, by their ids
    sales.meeting_time, .meeting_held      CSM:AE    forms
    sales.meeting_undo                     MEETING:AUDIT   what was done to a meeting last was a mistake
    sales.reminders_daily, .reminders_weekly   daily, daily:off, weekly, …   one's own reminders, on or off
    sales.done                             ROW       of the outbox: its reader did it
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.sales.slack import checklists, meetings, routines

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {
    **checklists.CLICKS,
    "sales.undo": checklists.handle_undo,
    **meetings.CLICKS,
    **routines.CLICKS,
}
PRIVATE = frozenset({"sales.done"})
VIEWS: dict[str, Handler] = {**meetings.FORMS}
MORE_VERBS: dict[str, dict[str, Verb]] = {
    "/renewals": checklists.VERBS,
    "/success": {"meeting": meetings.by_meeting, "reminders": routines.by_reminders},
}
