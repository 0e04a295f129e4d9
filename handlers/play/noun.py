"""What a button about a play does, and its verbs of `/playbooks`, handed in.

Action ids. PLAY is its id, STATE `all` or one of its states, OFFSET the first row of a page, AUDIT an audit row's id:

    play.add                       REASON or nothing   the form of a new one
    play.more                      VERB:PLAY           an overflow: `edit:3`, `start:3`, `keep:3`, `drop:3`, `result:3`
    play.edit, .start, .keep, .drop, .result   PLAY    their forms
    play.show                      PLAY                all that is known of one
    play.page_back, .page_on       STATE:OFFSET        a page of the list
    play.which                     STATE:OFFSET        those of a state
    play.undo                      AUDIT               what was done last is taken back
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.play import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {
    "play.add": slack.handle_add,
    "play.more": slack.handle_more,
    **{f"play.{verb}": handler for verb, handler in slack.MENU.items()},
    **{f"play.{name}": slack.handle_page for name in ("page_back", "page_on", "which")},
    "play.undo": slack.handle_undo,
}
VIEWS: dict[str, Handler] = {
    "play.edit": slack.submit_edit,
    "play.start": slack.submit_start,
    "play.end": slack.submit_end,
    "play.result": slack.submit_result,
}
MORE_VERBS: dict[str, dict[str, Verb]] = {"/playbooks": {"plays": slack.under_plays, "play": slack.under_play}}
