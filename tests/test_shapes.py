"""Payloads that Slack would never send, signed all the same: words or silence, never a bug's reference, nothing done."""

import copy
import itertools
import json
import logging
import random
import re

import pytest
from slack_bolt import BoltRequest

from handlers.door import nouns
from handlers.door.shapes import fault
from tests.account.books import fill

REFERENCE = re.compile(r"E-[0-9a-f]{6}|Traceback")
KEPT = ("accounts", "ctas", "tasks", "notes", "reviews", "renewals", "ebrs", "mutes", "audit", "playbooks")
GONE = object()
WRONG = (
    GONE,
    None,
    7,
    -1,
    10**30,
    float("nan"),
    [],
    ["x"],
    {},
    {"x": {"y": 1}},
    True,
    "",
    "x" * 5_000,
    "\ud800",
    "9999-99-99",
    "§",
    "\0",
)
MOST = 90
"""Of the mutations of one payload, as many are tried."""


@pytest.fixture
def recorded(world, monkeypatch):
    """A running bot, and one genuine payload of each kind and sort of element, as the sandbox made them."""
    found = []
    real = world.bot.app.dispatch

    def dispatch(request):
        found.append(copy.deepcopy(request.body))
        return real(request)

    fill(world)
    monkeypatch.setattr(world.bot.app, "dispatch", dispatch)
    maya = world.as_("maya")
    maya.command("/cta open Hooli expand ci").expect()
    maya.command("/cta open Acme expand ci").expect("Opened")
    maya.command("/account Acme").expect()
    maya.command("/renewals Acme").expect()
    listed = maya.command("/cta").message
    tasks = listed.select("Update", "Tasks").modal
    tasks.select("cta.tick.0", tasks.options("cta.tick.0")[:1])
    world.after_acks()
    form = maya.command("/ebr log Acme").modal
    form.fill("Held on", "2026-11-20").fill("Note", "the CIO came").submit().expect()
    form = maya.command("/account edit Acme").modal
    form.fill("Segment", "Commercial").submit().expect()
    form = maya.command("/cta open Acme").modal
    form.suggest("Account", "glo")
    assert maya.command("/cta close 1 no-success").modal
    maya.shortcut("Open a CTA")
    maya.open_home()
    maya.says("cta")
    world.after_acks()
    monkeypatch.setattr(world.bot.app, "dispatch", real)
    world.bot.machine.stop()
    return world, found


def kind_of(body):
    return (body.get("command") or body["type"], *[body.get(name) for name in ("callback_id", "action_id")],
            *[action["action_id"] for action in body.get("actions") or ()], (body.get("view") or {}).get("callback_id"),
            (body.get("event") or {}).get("type"))  # fmt: skip


def paths(value, so_far=()):
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, held in inside:
        yield (*so_far, name)
        if name == "private_metadata" and held:
            yield from ((*so_far, name, inner) for inner in json.loads(held))
        yield from paths(held, (*so_far, name))


def stored(world):
    """All that people's doings change."""
    return json.dumps([world.rows(f"SELECT * FROM {table}") for table in KEPT])


def with_wrong(body, path, wrong):
    """A copy of the payload with something else at a place; also inside of `private_metadata`."""
    mutated = copy.deepcopy(body)
    place = mutated
    for name in path[:-1]:
        if name == "private_metadata":
            meta = json.loads(place[name]) | {path[-1]: None if wrong is GONE else wrong}
            place[name] = json.dumps(meta)
            return mutated
        place = place[name]
    if wrong is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = wrong
    return mutated


def test_what_no_client_sends_is_answered_in_words_or_not_at_all_and_does_nothing(recorded, caplog):
    world, found = recorded
    world.allow_messages()
    world.allow(
        "invalid_arguments",
        "invalid_trigger_id",
        "expired_trigger_id",
        "not_found",
        "channel_not_found",
        "user_not_found",
        "used_url",
    )
    samples = {kind_of(body): body for body in found}
    assert {"block_actions", "view_submission", "block_suggestion", "shortcut", "event_callback", "/cta"} <= {
        kind[0] for kind in samples
    }
    chance, number = random.Random(4), itertools.count(1)
    bad = []
    for kind, body in samples.items():
        assert fault(body) == "", kind
        mutations = list(itertools.product(paths(body), WRONG))
        for path, wrong in chance.sample(mutations, min(MOST, len(mutations))):
            mutated = with_wrong(body, path, wrong)
            once = f"1.{next(number)}.x"  # what comes again is not looked at
            for name in ("trigger_id", "event_id"):
                if isinstance(mutated.get(name), str) and path != (name,):
                    mutated[name] = once
            caplog.clear()
            wrong_at = fault(mutated)
            before = stored(world) if wrong_at else ""
            try:
                request = BoltRequest(mode="socket_mode", body=mutated)
            except Exception:  # noqa: BLE001 - over_socket and over_http say so in a line
                continue
            answer = world.bot.app.dispatch(request)
            world.bot.lanes.wait(30)
            loud = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
            where = f"{kind} {'.'.join(map(str, path))} = {'gone' if wrong is GONE else repr(wrong)[:30]}"
            if loud or REFERENCE.search(answer.body or "") or answer.status >= 500:
                trace = caplog.records[-1].exc_info
                bad.append(f"{where}: {loud} {answer.status} {trace and repr(trace[1])[:300]}")
            elif wrong_at and stored(world) != before:
                bad.append(f"{where}: changed something")
    world.after_acks()
    world.allow_messages()
    if "x" * 3_001 in stored(world):
        bad.append("more was stored than any field takes")
    assert not bad, "\n".join(bad[:80])


JUNK = (
    "",
    "x",
    "-1",
    "0",
    "99999999999999999999",
    "²",
    "7:7:7",
    "a:b",
    "1:1",
    "|",
    "1|x",
    "null",
    "7:2027-13-40:3",
    "[1]",
)
METAS = ({}, {"cta": 10**14, "account": "x", "review": "1:2:3", "order": "7", "page": -1, "list": "||", "task": "x", "home": "a", "giver": "²"},
         {"cta": [1], "account": {"a": 1}, "review": [], "order": [], "page": [], "list": 7, "task": {}, "days": 5, "missing": 3, "giver": []})  # fmt: skip


def test_no_button_form_or_typeahead_stumbles_over_what_it_never_held(world, caplog):
    fill(world)
    world.bot.machine.stop()
    maya, team, number = world.as_("maya"), world.bot.services.team_id, itertools.count(1)
    views = [{"id": "V1", "type": "modal", "callback_id": "x", "hash": "1", "private_metadata": json.dumps(meta), "state": {"values": {}},
              "blocks": [{"type": "input", "block_id": "note"}]} for meta in METAS]  # fmt: skip
    bad, changed, seen = [], [], [stored(world)]

    def hand_in(kind, **body):
        once = f"2.{next(number)}.x"
        payload = {
            "type": kind,
            "user": {"id": maya.id, "team_id": team},
            "team": {"id": team},
            "trigger_id": once,
            **body,
        }
        caplog.clear()
        answer = world.bot.app.dispatch(BoltRequest(mode="socket_mode", body=payload))
        assert world.bot.lanes.wait(30)
        loud = [record for record in caplog.records if record.levelno >= logging.ERROR]
        if (now := stored(world)) != seen[0]:
            seen[0] = now
            changed.append(
                str((body.get("actions") or [{}])[0].get("action_id") or body.get("view", {}).get("callback_id"))
            )
        if loud or REFERENCE.search(answer.body or ""):
            bad.append(f"{kind} {body}"[:200] + f" {loud and loud[-1].exc_info and repr(loud[-1].exc_info[1])}"[:300])

    for name in nouns.table("ACTIONS"):
        for i, value in enumerate(JUNK):
            element = {"action_id": name, "block_id": f"card:{value}", "action_ts": "1"}
            chosen = (
                {"type": "overflow", "selected_option": {"value": value}}
                if i % 2
                else {"type": "button", "value": value}
            )
            hand_in("block_actions", actions=[element | chosen], **({"view": views[i % 3]} if i % 3 else {}))
    for name in nouns.table("VIEWS"):
        for view in views:
            hand_in("view_submission", view=view | {"callback_id": name})
            held = {
                "b": {
                    field: {"type": "plain_text_input", "value": "§ 7"}
                    for field in (
                        "cta.account",
                        "cta.outcome",
                        "cta.reason",
                        "on",
                        "due_on",
                        "date",
                        "day",
                        "state",
                        "kind",
                    )
                }
            }
            hand_in("view_submission", view=view | {"callback_id": name, "state": {"values": held}})
    for name in nouns.table("OPTIONS"):
        for value in JUNK:
            hand_in("block_suggestion", action_id=name, block_id="b", value=value, view=views[1])
    world.after_acks()
    world.allow_messages()
    world.allow("invalid_arguments", "invalid_trigger_id", "not_found", "view_not_found")
    assert not bad, "\n".join(bad[:60])
    # `1:1` is an account and months: the one junk that a button may hold, and who clicks is on that team.
    assert set(changed) <= {"renewal.ask_team"}
