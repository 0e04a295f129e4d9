"""Without rights: a clear refusal on every path, and nothing changed (command, old button, forged submit, outsiders)."""

import json

import pytest

from handlers.door import nouns
from tests.account.books import account

TEAM_ONLY = "Only the account team of Acme and managers can change this. Ask @maya."
MANAGERS_ONLY = "Only managers"
COMMANDS = [
    ("/account edit Acme", TEAM_ONLY),
    ("/account health Acme red", TEAM_ONLY),
    ("/account note Acme a line", TEAM_ONLY),
    ("/account undo Acme", TEAM_ONLY),
    ("/ebr undo Acme", TEAM_ONLY),
    ("/account archive Acme", TEAM_ONLY),
    ("/account unarchive Acme", TEAM_ONLY),
    ("/account handover @maya @tom all", MANAGERS_ONLY),
    ("/account conflicts", MANAGERS_ONLY),
    ("/account import", MANAGERS_ONLY),
    ("/renewals schedule Acme 3 Dec 15:00", TEAM_ONLY),
    ("/renewals ask Acme", TEAM_ONLY),
    ("/renewals held Acme", TEAM_ONLY),
    ("/renewals skip Acme no need", TEAM_ONLY),
    ("/renewals undo Acme", TEAM_ONLY),
    ("/renewals later Acme", TEAM_ONLY),
    ("/ebr cancel Acme", TEAM_ONLY),
    ("/renewals renewed Acme 30 Apr 2028", TEAM_ONLY),
    ("/renewals outlook Acme at risk", TEAM_ONLY),
    ("/renewals churned Acme price", TEAM_ONLY),
    ("/renewals signing Acme 1 Jan 2030", TEAM_ONLY),
    ("/ebr log Acme 12 Nov", TEAM_ONLY),
    ("/ebr schedule Acme 3 Dec 15:00", TEAM_ONLY),
    ("/ebr cadence Acme 6", TEAM_ONLY),
]
REVIEW = "{id}:2027-04-30:5"
ACTIONS = {
    "account.edit": ("{id}", TEAM_ONLY),
    "account.archive": ("{id}", TEAM_ONLY),
    "account.unarchive": ("{id}", TEAM_ONLY),
    "account.health": ("{id}:red", TEAM_ONLY),
    "account.note": ("{id}", TEAM_ONLY),
    "account.undo": ("{audit}", TEAM_ONLY),
    "account.more": ("archive:{id}", TEAM_ONLY),
    "account.conflicts": ("", MANAGERS_ONLY),
    "account.conflicts_back": ("0", MANAGERS_ONLY),
    "account.conflicts_on": ("0", MANAGERS_ONLY),
    "account.decide": ("theirs:1", MANAGERS_ONLY),
    "account.import_open": ("", MANAGERS_ONLY),
    "account.import_confirm": ("accounts:F1:0", MANAGERS_ONLY),
    "account.import_columns": ("", MANAGERS_ONLY),
    "account.import_days": ("1:mdy", MANAGERS_ONLY),
    "account.import_always": ("1:mdy", MANAGERS_ONLY),
    "account.handover_open": ("1", MANAGERS_ONLY),
    "renewal.pick_time": (REVIEW, TEAM_ONLY),
    "renewal.ask_team": (REVIEW, TEAM_ONLY),
    "renewal.held": (REVIEW, TEAM_ONLY),
    "renewal.skip": (REVIEW, TEAM_ONLY),
    "renewal.undo": (REVIEW, TEAM_ONLY),
    "renewal.later": (REVIEW, TEAM_ONLY),
    "renewal.renewed": ("{id}", TEAM_ONLY),
    "renewal.outlook": ("{id}", TEAM_ONLY),
    "renewal.churned": ("{id}", TEAM_ONLY),
    "renewal.signing": ("{id}", TEAM_ONLY),
    "renewal.by_itself": ("{id}", TEAM_ONLY),
    "renewal.ask_later": ("{id}", TEAM_ONLY),
    "renewal.more": (f"skip:{REVIEW}", TEAM_ONLY),
    "ebr.pick_date": ("{id}", TEAM_ONLY),
    "ebr.log": ("{id}", TEAM_ONLY),
    "ebr.held": ("{id}:2026-11-20", TEAM_ONLY),
    "ebr.call_off": ("{id}:2026-11-20", TEAM_ONLY),
    "ebr.later": ("{id}", TEAM_ONLY),
    "ebr.cadence": ("{id}", TEAM_ONLY),
    "ebr.fill_in": ("{id}", TEAM_ONLY),
    "ebr.more": ("log:{id}", TEAM_ONLY),
}
# Whoever may click in this workspace may do these: they show something, or concern nobody but the person.
FOR_EVERYBODY = {
    *(f"account.{name}" for name in ("show", "brief", "history", "list", "page_back", "page_on", "find", "search", "add")),
    "account.history_back", "account.history_on", "account.sort", "account.only", "renewal.sort", "renewal.only",
    *(f"renewal.{name}" for name in ("show", "brief", "mine", "team", "all", "page_back", "page_on", "no_review", "plan")),
    *(f"renewal.{name}" for name in ("lapsed", "old", "signing_list", "lapsed_back", "lapsed_on")),
    *(f"ebr.{name}" for name in ("brief", "show", "show_account", "fill", "mine", "team", "all", "page_back", "page_on")),
    *(f"ebr.{name}" for name in ("every", "overdue", "dateless", "unrecorded")),
    *(f"ebr.{name}" for name in ("coverage", "coverage_mine", "coverage_team", "coverage_all")),
    "people.away", "people.back",
}  # fmt: skip
SUBMITS = {
    "account.edit": ({"account": "{id}"}, {"name": "Stolen"}, TEAM_ONLY),
    "account.health": ({"account": "{id}"}, {"health": "red"}, TEAM_ONLY),
    "account.note": ({"account": "{id}"}, {"note": "a line"}, TEAM_ONLY),
    "account.archive": ({"account": "{id}"}, {}, TEAM_ONLY),
    "account.handover": ({"giver": 1}, {"taker": "U00000TOM", "which": "all"}, MANAGERS_ONLY),
    "account.import": ({}, {"kind": "accounts"}, MANAGERS_ONLY),
    "account.import_columns": ({"order": "accounts:F1:0", "days": {}}, {"column_1": "csm"}, MANAGERS_ONLY),
    "renewal.pick_time": ({"review": REVIEW}, {"scheduled_on": "2026-12-03", "scheduled_time": "10:00"}, TEAM_ONLY),
    "renewal.held": ({"review": REVIEW}, {"health": "red", "outlook": "churn", "next_step": "x"}, TEAM_ONLY),
    "renewal.skip": ({"review": REVIEW}, {"reason": "x"}, TEAM_ONLY),
    "renewal.outlook": ({"review": "{id}"}, {"outlook": "churn", "expected": "1"}, TEAM_ONLY),
    "renewal.renewed": ({"review": "{id}"}, {"next_renewal_on": "2030-01-01"}, TEAM_ONLY),
    "renewal.churned": ({"review": "{id}"}, {"churned_on": "2026-11-01", "reason": "price"}, TEAM_ONLY),
    "renewal.signing": ({"account": "{id}"}, {"sign_by": "2030-01-01"}, TEAM_ONLY),
    "ebr.schedule": ({"account": "{id}"}, {"scheduled_on": "2026-12-03", "scheduled_time": "10:00"}, TEAM_ONLY),
    "ebr.log": ({"account": "{id}"}, {"held_on": "2026-11-01"}, TEAM_ONLY),
    "ebr.cadence": ({"account": "{id}"}, {"months": "6"}, TEAM_ONLY),
}
SUBMITS_FOR_EVERYBODY = {"account.add", "people.away"}
NOUNS = ("account.", "renewal.", "ebr.", "people.")


def state(world):
    """All that could have been changed; the planner's marks move by themselves."""
    tables = (
        "accounts",
        "reviews",
        "renewals",
        "signings",
        "ebrs",
        "audit",
        "outbox",
        "ctas",
        "conflicts",
        "import_readings",
    )
    found = {table: world.rows(f"SELECT * FROM {table} ORDER BY 1") for table in (*tables, "account_notes")}
    for row in (*found["accounts"], *found["ctas"]):
        row.pop("look_at")
    return found


def forged(world, who, kind, **fields):
    person = world.sandbox.workspace.people[world.person_id(who)]
    return {
        "type": kind,
        "user": {"id": person.id, "team_id": person.team_id},
        "team": {"id": "T0SANDBOX"},
        "trigger_id": f"1.2.{who}",
        **fields,
    }


def click(world, who, action_id, value):
    action = {"action_id": action_id, "block_id": "b", "type": "button", "value": value, "action_ts": "1"}
    world.forge(forged(world, who, "block_actions", actions=[action]))


def submit(world, who, callback_id, meta, values):
    filled = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in values.items()}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": json.dumps(meta).replace("{id}", str(account(world).id)),
        "state": {"values": filled},
        "blocks": [{"type": "input", "block_id": name} for name in values] or [{"type": "section", "block_id": "s"}],
    }
    return world.forge(forged(world, who, "view_submission", view=view), accepts_payload=True)


def test_every_action_and_form_is_looked_at_here():
    mine = {name for name in nouns.table("ACTIONS") if name.startswith(NOUNS)}
    assert mine == ACTIONS.keys() | FOR_EVERYBODY
    forms = {name for name in nouns.table("VIEWS") if name.startswith(NOUNS)}
    assert forms == SUBMITS.keys() | SUBMITS_FOR_EVERYBODY


@pytest.mark.parametrize(("command", "refusal"), COMMANDS)
def test_a_command_of_a_stranger_is_refused(book, command, refusal):
    before = state(book)
    assert refusal in book.as_("lena").command(command).text
    assert state(book) == before


def test_an_old_button_in_the_hands_of_a_stranger_is_refused(book):
    assert "health green" in book.as_("maya").command("/account health Acme green").text
    audit = book.rows("SELECT max(id) AS id FROM audit WHERE action = 'account.health'")[0]["id"]
    before = state(book)
    for action_id, (value, refusal) in ACTIONS.items():
        click(book, "lena", action_id, value.format(id=account(book).id, audit=audit))
        assert refusal in book.as_("lena").expect_dm().text, action_id
    assert state(book) == before


def test_a_forged_submit_is_refused(book):
    before = state(book)
    for callback_id, (meta, values, refusal) in SUBMITS.items():
        answer = submit(book, "lena", callback_id, meta, values)
        assert answer["response_action"] in ("errors", "update"), callback_id
        assert refusal.replace("@maya", "Maya Rosen") in json.dumps(answer), callback_id
    assert state(book) == before


def test_values_that_are_no_ids_change_nothing(book):
    before = state(book)
    for action_id in sorted(ACTIONS.keys() - {"account.conflicts", "account.import_open"}):
        for value in ("", "0", "999999", "1; DROP TABLE accounts", "skip:", "²", "x:2027-04-30:5"):
            click(book, "maya", action_id, value)
            assert "E-" not in book.as_("maya").expect_dm().text, (action_id, value)
    assert state(book) == before


@pytest.mark.parametrize("outsider", ["gina", "rita"])
def test_guests_and_people_of_other_workspaces_get_nothing_at_all(book, outsider):
    before = state(book)
    reply = book.as_(outsider).command("/account Acme", forged=True)
    assert "members of this workspace only" in reply.text
    for callback_id, (meta, values, _) in SUBMITS.items():
        answer = submit(book, outsider, callback_id, meta, values)
        assert "members of this workspace only" in json.dumps(answer), callback_id
    typed = forged(
        book, outsider, "block_suggestion", action_id="account.search", block_id="b", value="ac", view={"id": "V1"}
    )
    assert book.forge(typed, accepts_payload=True) == {"options": []}
    assert state(book) == before
