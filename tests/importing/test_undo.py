"""`import undo`: what nobody has touched goes back, what it made goes away, the rest is listed."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from storage import importing as imports
from storage.account import store as accounts
from storage.base import mutes, people
from storage.base.errors import NotFound, Stale
from storage.cta import life as cta_life
from storage.cta import store as ctas
from storage.cta import work
from storage.cta.closing_checks import Closing
from storage.ebr import store as ebrs
from storage.growth import endings
from storage.importing.accounts import SAID_OF

FIRST = "name,crm_id,arr,csm\nAcme,001,100,maya@x.com\nGlobex,002,200,maya@x.com\nHooli,003,300,tim@x.com\n"
SECOND = FIRST.replace("100", "110").replace("200", "220") + "Initech,004,400,zoe@x.com\n"


def undo(desk, import_id=None):
    with desk.unit(source="import") as unit:
        return imports.undo(unit, import_id)


def arrs(desk):
    return {a["name"]: a["arr"] for a in desk.export("accounts")}


def test_an_untouched_import_is_taken_back_as_if_it_had_not_been(desk):
    desk.take("accounts", FIRST)
    before = {what: desk.export(what) for what in ("accounts", "people")}
    bases = [(*key, json.loads(fields)) for fields, *key in desk.dump()["import_bases"]]
    desk.take("accounts", SECOND)
    undone = undo(desk)
    assert (undone.restored, undone.removed, undone.left) == (2, 1, ())
    assert {what: desk.export(what) for what in ("accounts", "people")} == before
    assert [(*key, json.loads(fields)) for fields, *key in desk.dump()["import_bases"]] == bases
    # The file can be imported again, and the one before taken back too.
    assert desk.take("accounts", SECOND).counts["changed"] == 2
    undo(desk)
    assert undo(desk).removed == 3
    assert desk.export("accounts") == []
    assert desk.export("people") == []
    with pytest.raises(Stale) as refused:
        undo(desk)
    assert str(refused.value) == "Import 3 was taken back already. Nothing was changed."


def test_what_somebody_had_a_hand_in_stays_and_is_listed(desk):
    desk.take("accounts", FIRST)
    desk.take("accounts", SECOND + "Umbrella,005,500,\nStark,006,600,\n")
    with desk.unit() as unit:
        accounts.edit(unit, 1, {"arr_cents": 99900})
        accounts.edit(unit, 4, {"region": "EMEA"})
        ebrs.log(unit, 5, unit.today)
    undone = undo(desk)
    assert (undone.restored, undone.removed, sorted(undone.left)) == (1, 1, ["Acme", "Initech", "Umbrella"])
    assert arrs(desk) == {"Acme": 999, "Globex": 200, "Hooli": 300, "Initech": 400, "Umbrella": 500}


def test_an_earlier_import_leaves_what_a_later_one_changed(desk):
    desk.take("accounts", FIRST)
    desk.take("accounts", SECOND.replace("Hooli,003,300,tim@x.com\n", ""))
    undone = undo(desk, 1)
    assert (undone.removed, sorted(undone.left)) == (1, ["Acme", "Globex"])
    with pytest.raises(Stale):
        undo(desk, 1)
    with pytest.raises(NotFound):
        undo(desk, 77)


def test_ids_are_not_given_out_again(desk):
    desk.take("accounts", FIRST)
    undo(desk)
    desk.take("accounts", FIRST)
    assert desk.row("SELECT min(id) AS id FROM accounts") == {"id": 4}


def test_ctas_go_back_too(desk):
    desk.take("accounts", FIRST)
    head = "account,playbook,status,opened_on,closed_on\n"
    desk.take("ctas", f"{head}Acme,Expand: CI,new,2026-01-05,\n")
    desk.take(
        "ctas",
        f"{head}Acme,Expand: CI,closed_success,2026-01-05,2026-11-01\nAcme,Expand: CI,new,2026-11-05,\n"
        "Globex,Expand: CI,new,2026-11-05,\n",
    )
    with desk.unit() as unit:
        cta_life.close(unit, ctas.get(unit.db, 3), Closing(outcome="success", closed_on=unit.today))
    undone = undo(desk)
    assert (undone.restored, undone.removed) == (1, 1)
    assert undone.left == ("Globex, Expand: CI, opened 2026-11-05",)
    assert [(c["account"], c["status"]) for c in desk.export("ctas")] == [("Acme", "new"), ("Globex", "closed_success")]


def test_an_account_with_ctas_stays(desk):
    desk.take("accounts", FIRST)
    desk.take("ctas", "account,playbook,status,opened_on\nAcme,Expand: CI,new,2026-01-05\n")
    assert undo(desk, 1).left == ("Acme",)
    assert desk.export("ctas")[0]["account"] == "Acme"


OF_ITSELF = {
    "account_endings": "why it was archived itself; into_id is asked for",
    "arr_snapshots": "what the bot kept at the end of a month; what a file said is asked for",
    "health_settings": "the health that the file said",
    "renewal_dates": "earlier dates of its renewal",
    "triages": "the health that the file said; whatever people did is in the audit of the account",
    "usage_changed": "worked out",
    "usage_first_days": "worked out",
}


@pytest.mark.of_a_file
@pytest.mark.parametrize(
    ("table", "known"),
    [("accounts", {*SAID_OF, *OF_ITSELF}), ("ctas", {"tasks", "notes", "objective_ctas"})],
)
def test_whatever_would_go_with_a_record_is_asked_for_or_its_own(desk, table, known):
    tables = [row[0] for row in desk.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    pointing = {
        name
        for name in tables
        for key in desk.db.execute(f"PRAGMA foreign_key_list({name})")
        if key["table"] == table and key["on_delete"] == "CASCADE"
    }
    assert pointing == known


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("calls", "account,held_on\nAcme,2026-11-12\n"),
        ("usage", "account,as_of,licences\nAcme,2026-10-31,10\n"),
        ("arr", "account,as_of,arr\nAcme,2026-10-31,10\n"),
        ("surveys", "account,kind,score,answered_on\nAcme,nps,9,2026-11-12\n"),
        ("objectives", "account,title,why,criteria\nAcme,fast,it pays,8 a month\n"),
    ],
)
def test_what_another_file_said_of_an_account_keeps_it(desk, kind, file):
    areas = ("calls", "usage", "growth", "surveys", "plans")
    desk.policy(**{area: {"enabled": True} for area in areas})
    desk.take("accounts", FIRST)
    assert desk.take(kind, file).counts["new"] == 1
    undone = undo(desk, 1)
    assert (undone.removed, undone.left) == (2, ("Acme",))
    undo(desk)
    assert arrs(desk) == {"Acme": 100}


def test_a_cta_that_somebody_put_under_an_objective_stays(desk):
    desk.policy(plans={"enabled": True})
    desk.take("accounts", FIRST)
    desk.take("objectives", "account,title,why,criteria\nAcme,fast,it pays,8 a month\n")
    desk.take("ctas", "account,playbook,status,opened_on\nAcme,Expand: CI,new,2026-01-05\n")
    with desk.unit() as unit:
        unit.db.execute(
            "INSERT INTO objective_ctas(cta_id, objective_id) SELECT ctas.id, objectives.id FROM ctas, objectives"
        )
    assert undo(desk).removed == 0


def test_into_what_somebody_merged_an_account_stays(desk):
    desk.take("accounts", FIRST)
    desk.take("accounts", "name,crm_id\nInitech,004\n")
    with desk.unit() as unit:
        accounts.archive(unit, 1)
        endings.end(unit, accounts.get(unit.db, 1), endings.MERGED, accounts.named(unit.db, "Initech")[0])
    assert undo(desk).left == ("Initech",)
    assert endings.why(desk.db, 1) == (endings.MERGED, 4)


def test_conflicts_of_an_import_go_with_it(desk):
    desk.take("accounts", FIRST)
    with desk.unit() as unit:
        accounts.edit(unit, 3, {"arr_cents": 99900})
    desk.take("accounts", SECOND.replace("300", "330"))
    assert imports.count_conflicts(desk.db) == 1
    undo(desk)
    assert imports.count_conflicts(desk.db) == 0
    assert desk.take("accounts", SECOND.replace("300", "330")).counts["conflicts"] == 1


def test_pending_reminders_of_what_goes_away_are_cancelled(desk):
    desk.take("accounts", FIRST)
    with desk.unit() as unit:
        unit.db.execute(
            "INSERT INTO outbox(dedupe_key, kind, destination, recipient, account_id, post_at, not_before, created_at,"
            " updated_at) VALUES ('k', 'ebr_nudge', 'person:1', 'maya@x.com', 1, ?, ?, ?, ?)",
            (unit.at,) * 4,
        )
    undo(desk)
    assert desk.row("SELECT state, error FROM outbox") == {"state": "cancelled", "error": "the import was undone"}


def test_every_step_is_in_the_audit(desk):
    desk.take("accounts", FIRST)
    desk.take("accounts", SECOND)
    undo(desk)
    actions = [(a["action"], a["subject"], a["source"]) for a in desk.export("audit")]
    assert actions[:3] == [("account.import", f"account:{i}", "import") for i in (1, 2, 3)]
    assert actions[3:6] == [("account.import", f"account:{i}", "import") for i in (1, 2, 4)]
    assert sorted(actions[6:]) == [("account.import_undo", f"account:{i}", "import") for i in (1, 2, 4)]
    audit = desk.export("audit")
    assert (audit[3]["before"], audit[3]["after"]) == ({"arr_cents": 10000}, {"arr_cents": 11000})


def test_people_go_back_though_they_point_to_each_other(desk):
    desk.take("accounts", FIRST)
    desk.take("people", "email,role,manager,name\nmaya@x.com,csm,boss@x.com,Maya Lin\nboss@x.com,manager,,\n")
    undone = undo(desk)
    assert (undone.restored, undone.removed, undone.left) == (1, 1, ())
    assert [(p["email"], p["role"], p["manager"]) for p in desk.export("people")] == [
        ("maya@x.com", None, None),
        ("tim@x.com", None, None),
    ]


def test_whom_another_file_or_somebody_has_said_something_of_stays(desk):
    desk.take("accounts", "name,csm,ae\nInitech,zoe@x.com,ann@x.com\n")
    desk.take("people", "email,manager\nmaya@x.com,tim@x.com\n")
    desk.take("people", "email,role,team\nzoe@x.com,manager,North\ntim@x.com,manager,\n")
    with desk.unit() as unit:
        mutes.mute(unit, people.ensure(unit, "ann@x.com").id, "cta_morning")
    undo(desk, 2)
    undo(desk, 1)
    assert {one["email"]: one["role"] for one in desk.export("people")} == {
        "ann@x.com": None,
        "tim@x.com": "manager",
        "zoe@x.com": "manager",
    }


def test_what_a_last_ebr_of_the_file_has_ended_is_scheduled_again(desk):
    desk.take("accounts", FIRST)
    with desk.unit() as unit:
        ebrs.schedule(unit, 1, unit.now + timedelta(hours=1), unit.today)
        ebrs.schedule(unit, 2, unit.now + timedelta(days=9), unit.today + timedelta(days=9))
    planned = [ebrs.scheduled(desk.db, number) for number in (1, 2)]
    with_ebrs = FIRST.replace("csm\n", "csm,last_ebr\n").replace("@x.com\n", f"@x.com,{unit.today}\n")
    desk.take("accounts", with_ebrs)
    assert [ebrs.scheduled(desk.db, number) for number in (1, 2)] == [None, planned[1]]
    assert undo(desk).restored == 3
    again = [ebrs.scheduled(desk.db, number) for number in (1, 2)]
    assert [replace(one, id=0) for one in again] == [replace(one, id=0) for one in planned]


@pytest.mark.parametrize("how", ["snoozed", "deferred"])
def test_what_somebody_said_beside_an_outcome_of_a_cta_is_so_again(desk, how):
    desk.policy(import_conflicts="crm_wins")
    desk.take("accounts", FIRST)
    head = "account,playbook,status,opened_on,closed_on,reason\n"
    desk.take("ctas", f"{head}Acme,Expand: CI,new,2026-01-05,,\n")
    with desk.unit() as unit:
        later = unit.today + timedelta(days=60)
        if how == "snoozed":
            work.snooze(unit, 1, later)
        else:
            closing = Closing(outcome="no_success", reason="deferred", revisit_on=later, closed_on=unit.today)
            cta_life.close(unit, ctas.get(unit.db, 1), closing)
    said = "SELECT status, closed_on, reason, closed_by, snoozed_until, revisit_on FROM ctas"
    before = desk.row(said)
    assert later.isoformat() in before.values()
    desk.take("ctas", f"{head}Acme,Expand: CI,closed_no_success,2026-01-05,2026-11-01,lack_of_budget\n")
    assert later.isoformat() not in desk.row(said).values()
    undo(desk)
    assert desk.row(said) == before


@pytest.mark.parametrize("wrong", ["2026-12-15", "2026-11-01", "2027-11-20"])
def test_taking_back_a_file_that_moved_a_renewal_date_renews_nothing(desk, wrong):
    file = "name,renewal_date\nAcme,2027-12-01\n"
    desk.take("accounts", file)
    with desk.unit() as unit:
        accounts.write(unit, 1, {"outlook": "at_risk"})
    before = desk.row("SELECT renewal_on, outlook FROM accounts")
    desk.take("accounts", file.replace("2027-12-01", wrong))
    undo(desk)
    assert desk.row("SELECT renewal_on, outlook FROM accounts") == before
    assert desk.db.execute("SELECT count(*) FROM renewals").fetchone()[0] == 0
