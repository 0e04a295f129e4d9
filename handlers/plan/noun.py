"""What a button about a success plan does, and its verbs of `/success`, handed in.

Action ids. ACCOUNT is the account's id, PLAN and OBJECTIVE theirs, KIND `roi` or `internal`:

    plan.show, .page_next, .page_previous   ACCOUNT:KIND:OFFSET   the page of a plan, and of its objectives
    plan.edit, .objective, .file            ACCOUNT:KIND          forms; a page to hand over
    plan.still_right                        PLAN                  nothing is to be changed
    plan.submit, .qualify, .return          ACCOUNT               the manager is asked; their answer, as forms
    plan.objective_edit                     OBJECTIVE             the form of an objective
    plan.more                               VERB:ID               `show:7`, `edit:7`, `submit:7`, `still_right:3`
    plan.round, .mine, .team, .all, .page_back, .page_on   SCOPE:OFFSET   a page of those that need something
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.plan import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {
    **{f"plan.{name}": slack.handle_show for name in ("show", "page_next", "page_previous")},
    **{f"plan.{name}": slack.handle_list for name in ("round", "mine", "team", "all", "page_back", "page_on")},
    "plan.edit": slack.handle_edit,
    "plan.still_right": slack.handle_still_right,
    "plan.submit": slack.handle_submit,
    "plan.qualify": slack.handle_qualify,
    "plan.return": slack.handle_return,
    "plan.file": slack.handle_file,
    "plan.objective": slack.handle_objective,
    "plan.objective_edit": slack.handle_objective_edit,
    "plan.more": slack.handle_more,
}
VIEWS: dict[str, Handler] = {
    "plan.edit": slack.submit_edit,
    "plan.objective": slack.submit_objective,
    "plan.qualify": slack.submit_qualify,
    "plan.return": slack.submit_return,
}
MORE_VERBS: dict[str, dict[str, Verb]] = {
    "/success": {
        "plan": slack.under_plan,
        "plans": slack.under_plans,
        "objective": slack.under_objective,
        "submit": slack.under_submit,
        "qualify": slack.under_qualify,
        "return": slack.under_return,
    }
}
