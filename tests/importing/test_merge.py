"""The three-way merge: an old file turns nothing back, and what both sides changed is asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import importing as imports
from storage.account import store as accounts
from storage.cta import life as cta_life
from storage.cta import store as ctas
from storage.cta.closing_checks import Closing
from storage.importing.merge import merge, same
from storage.renewal import outcomes

FIRST = "name,crm_id,arr,renewal_date,csm,segment\nAcme,001,100,2026-11-30,maya@x.com,enterprise\n"

fields = st.dictionaries(st.sampled_from("abc"), st.sampled_from([None, "x", "y", "z", 1]))


@given(fields, fields, fields, st.booleans())
def test_merge_laws(base, ours, theirs, crm_wins):
    merged = merge(base, ours, theirs, crm_wins=crm_wins)
    for field, value in theirs.items():
        conflicting = field in {c.field for c in merged.conflicts}
        if base.get(field) == value:
            assert field not in merged.after
        elif ours.get(field) == base.get(field) or crm_wins:
            assert {**ours, **merged.after}.get(field) == value
        assert conflicting == (not crm_wins and len({base.get(field), ours.get(field), value}) == 3)
        assert not (conflicting and field in merged.after)
    assert merged.after.keys() <= theirs.keys()
    assert all(merged.before[field] == ours.get(field) for field in merged.after)
    # What was said is remembered: the same file again is nothing new.
    assert same({**base, **merged.base}, theirs)


def acme(desk):
    return desk.export("accounts")[0]


def test_the_same_file_twice_changes_nothing(desk):
    desk.take("accounts", FIRST)
    before = desk.dump()
    outcome = desk.take("accounts", FIRST)
    assert outcome.counts["unchanged"] == 1
    assert outcome.import_id is None
    assert desk.dump() == before


def test_what_changed_only_in_the_file_is_taken_and_what_changed_only_here_is_kept(desk):
    desk.take("accounts", FIRST)
    with desk.unit() as unit:
        accounts.edit(unit, 1, {"segment": "strategic"})
    outcome = desk.take("accounts", FIRST.replace("100", "200"))
    assert (outcome.counts["changed"], outcome.conflicts) == (1, [])
    assert outcome.changed[0].before == {"arr_cents": 10000}
    assert outcome.changed[0].after == {"arr_cents": 20000}
    assert (acme(desk)["arr"], acme(desk)["segment"]) == (200, "strategic")


def test_an_old_crm_file_does_not_turn_a_renewal_back(desk):
    desk.take("accounts", FIRST)
    with desk.unit() as unit:
        outcomes.renew(unit, 1, unit.today.replace(year=2027, month=11, day=30))
    outcome = desk.take("accounts", FIRST)
    assert (outcome.counts["unchanged"], outcome.conflicts) == (1, [])
    assert (acme(desk)["renewal_date"], acme(desk)["outcome"]) == ("2027-11-30", "renewed")
    outcome = desk.take("accounts", FIRST.replace("2026-11-30", "2026-12-31"))
    ((title, conflict),) = outcome.conflicts
    assert (title, *conflict) == ("Acme", "renewal_on", "2027-11-30", "2026-12-31")
    assert acme(desk)["renewal_date"] == "2027-11-30"
    # The same file again lists nothing new; the conflict still waits.
    assert desk.take("accounts", FIRST.replace("2026-11-30", "2026-12-31")).conflicts == []
    (waiting,) = imports.list_conflicts(desk.db, desk.store.policy)
    assert (waiting.title, waiting.ours, waiting.theirs) == ("Acme", "2027-11-30", "2026-12-31")


def test_the_crm_wins_where_the_policy_says_so(desk):
    desk.policy(import_conflicts="crm_wins")
    desk.take("accounts", FIRST)
    with desk.unit() as unit:
        accounts.edit(unit, 1, {"arr_cents": 15000})
    assert desk.take("accounts", FIRST).counts["unchanged"] == 1
    assert acme(desk)["arr"] == 150
    desk.take("accounts", FIRST.replace("100", "200"))
    assert acme(desk)["arr"] == 200


@pytest.mark.parametrize(("decision", "arr"), [("ours", 150), ("theirs", 200)])
def test_conflicts_are_decided_one_by_one(desk, decision, arr):
    desk.take("accounts", FIRST)
    with desk.unit() as unit:
        accounts.edit(unit, 1, {"arr_cents": 15000, "segment": "strategic"})
    outcome = desk.take("accounts", FIRST.replace("100", "200").replace("enterprise", "commercial"))
    assert outcome.counts["conflicts"] == 2
    waiting = {c.field: c for c in imports.list_conflicts(desk.db, desk.store.policy)}
    with desk.unit() as unit:
        imports.decide(unit, waiting["arr_cents"].id, decision)
    assert acme(desk)["arr"] == arr
    assert [c.field for c in imports.list_conflicts(desk.db, desk.store.policy)] == ["segment"]
    assert imports.count_conflicts(desk.db) == 1
    assert desk.export("audit")[-1]["action"] == "account.conflict"
    with pytest.raises(Exception, match="settled already"), desk.unit() as unit:
        imports.decide(unit, waiting["arr_cents"].id, "theirs")


def test_a_conflict_that_the_file_gives_up_is_settled(desk):
    desk.take("accounts", FIRST)
    with desk.unit() as unit:
        accounts.edit(unit, 1, {"arr_cents": 15000})
    desk.take("accounts", FIRST.replace("100", "200"))
    desk.take("accounts", FIRST.replace("100", "150"))
    assert imports.count_conflicts(desk.db) == 0
    desk.take("accounts", FIRST.replace("100", "300"))
    assert acme(desk)["arr"] == 300


def test_a_value_emptied_in_the_file_is_emptied_here_and_an_id_or_owner_is_not(desk):
    desk.take("accounts", FIRST)
    desk.take("accounts", "name,crm_id,arr,csm\nAcme,,,\n")
    assert (acme(desk)["arr"], acme(desk)["csm"], acme(desk)["crm_id"]) == (None, None, "001")


def test_columns_that_the_file_does_not_have_are_left_alone(desk):
    desk.take("accounts", FIRST)
    desk.take("accounts", "crm_id,name\n001,Acme Corp\n")
    assert (acme(desk)["name"], acme(desk)["arr"]) == ("Acme Corp", 100)
    assert accounts.search(desk.db, "corp")[0].id == 1


def test_an_account_without_an_id_is_given_the_one_of_its_name(desk):
    with desk.unit() as unit:
        accounts.add(unit, "Acme", {"arr_cents": 10000})
    desk.take("accounts", FIRST)
    assert [(a["name"], a["crm_id"], a["csm"]) for a in desk.export("accounts")] == [("Acme", "001", "maya@x.com")]


def test_two_accounts_of_one_name_need_the_id(desk):
    desk.take("accounts", "name,crm_id\nAcme,1\nAcme,2\n")
    outcome = desk.take("accounts", "name,arr\nAcme,5\n")
    assert str(outcome.rejected[0]) == "line 2, column name: 2 accounts are called Acme; a crm_id tells which"


def test_a_changed_renewal_or_ebr_fact_is_known_from_now_on_and_looked_at(desk):
    desk.take("accounts", "name,arr,renewal_date,last_ebr\nAcme,5,2027-04-30,2026-01-10\n")
    first = desk.now
    desk.db.execute("UPDATE accounts SET look_at = 'later'")
    desk.now = first.replace(hour=15)
    desk.take("accounts", "name,arr,renewal_date,last_ebr\nAcme,6,2027-04-30,2026-01-10\n")
    row = desk.row("SELECT renewal_known_at, ebr_known_at, look_at FROM accounts")
    assert row == {"renewal_known_at": "2026-11-21T09:00:00Z", "ebr_known_at": "2026-11-21T09:00:00Z", "look_at": ""}
    desk.take("accounts", "name,arr,renewal_date,last_ebr\nAcme,6,2027-05-31,2026-11-10\n")
    row = desk.row("SELECT renewal_known_at, ebr_known_at, last_ebr_on FROM accounts")
    assert row["renewal_known_at"] == row["ebr_known_at"] == "2026-11-21T15:00:00Z"
    assert row["last_ebr_on"] == "2026-11-10"


def test_a_health_from_a_file_is_of_the_day_of_the_import(desk):
    desk.take("accounts", "name,health\nAcme,Green\n")
    assert (acme(desk)["health"], acme(desk)["health_on"]) == ("green", "2026-11-21")
    desk.now = desk.now.replace(day=25)
    desk.take("accounts", "name,health\nAcme,green\n")
    assert acme(desk)["health_on"] == "2026-11-21"
    desk.take("accounts", "name,health,health_on\nAcme,red,2026-11-24\n")
    assert (acme(desk)["health"], acme(desk)["health_on"]) == ("red", "2026-11-24")


CTA = "account,playbook,status,opened_on,closed_on,reason\nAcme,Expand: CI,{}\n"


def test_a_cta_closed_here_is_not_reopened_by_yesterdays_export(desk):
    desk.take("accounts", FIRST)
    yesterday = CTA.format("Work In Progress,2026-11-02,,")
    desk.take("ctas", yesterday)
    with desk.unit() as unit:
        cta_life.close(
            unit, ctas.get(unit.db, 1), Closing(outcome="no_success", reason="lack_of_budget", closed_on=unit.today)
        )
    outcome = desk.take("ctas", yesterday)
    assert (outcome.counts["unchanged"], outcome.conflicts) == (1, [])
    # Nor by one in which somebody moved it on meanwhile: that is a conflict.
    outcome = desk.take("ctas", CTA.format("New,2026-11-02,,"))
    assert [c.field for _, c in outcome.conflicts] == ["outcome"]
    cta = desk.export("ctas")[0]
    assert (cta["status"], cta["reason"], cta["closed_on"]) == ("closed_no_success", "lack_of_budget", "2026-11-21")


def test_our_own_export_of_yesterday_reopens_nothing(desk):
    desk.take("accounts", FIRST)
    desk.take("ctas", CTA.format("New,2026-11-02,,"))
    _, yesterday, _ = desk.run("export", "ctas", "--format", "csv")
    with desk.unit() as unit:
        cta_life.close(unit, ctas.get(unit.db, 1), Closing(outcome="success", closed_on=unit.today))
    desk.take("ctas", yesterday)
    assert desk.export("ctas")[0]["status"] == "closed_success"


def test_a_cta_closed_in_the_file_is_closed_here_and_touched_today(desk):
    desk.take("accounts", FIRST)
    desk.take("ctas", CTA.format("New,2026-11-02,,"))
    assert desk.row("SELECT touched_on FROM ctas") == {"touched_on": "2026-11-02"}
    desk.take("ctas", CTA.format("Closed Success,2026-11-02,2026-11-20,"))
    row = desk.row("SELECT status, closed_on, touched_on, version, look_at FROM ctas")
    assert row == {
        "status": "closed_success",
        "closed_on": "2026-11-20",
        "touched_on": "2026-11-21",
        "version": 2,
        "look_at": "",
    }


def test_deciding_for_a_file_that_closed_a_cta(desk):
    desk.take("accounts", FIRST)
    desk.take("ctas", CTA.format("New,2026-11-02,,"))
    with desk.unit() as unit:
        cta_life.close(unit, ctas.get(unit.db, 1), Closing(outcome="success", closed_on=unit.today))
    desk.take("ctas", CTA.format("Closed - No Success,2026-11-02,2026-11-20,Not a priority"))
    (waiting,) = imports.list_conflicts(desk.db, desk.store.policy)
    assert waiting.theirs == "closed_no_success, 2026-11-20, not_a_priority"
    with desk.unit() as unit:
        imports.decide(unit, waiting.id, "theirs")
    assert desk.export("ctas")[0]["reason"] == "not_a_priority"


def at_once(desk, monkeypatch, kind, first, second, **options):
    """The outcome of the second of two files that are read at once: the first is written before the second can be."""
    write = desk.store.write

    def written_meanwhile(*arguments, **named):
        monkeypatch.undo()
        desk.take(kind, first)
        return write(*arguments, **named)

    monkeypatch.setattr(desk.store, "write", written_meanwhile)
    return desk.take(kind, second, **options)


CTAS = "account,playbook,status,opened_on,external_id,note\nAcme,Expand: CI,New,2026-11-02,1,a\n"
ANSWERS = "account,answered_on,kind,score,external_id\nAcme,2026-10-01,nps,1,1\n"


@pytest.mark.parametrize(
    ("kind", "file", "other"),
    [
        ("accounts", "name,arr\nA,1\nB,2\nC,3\n", "name,arr\nA,1\nB,9\nD,4\n"),
        (
            "people",
            "email,region\na@x.com,1\nb@x.com,2\nc@x.com,3\n",
            "email,region\na@x.com,1\nb@x.com,9\nd@x.com,4\n",
        ),
        (
            "ctas",
            f"{CTAS}Acme,Expand: SCM,New,2026-11-02,2,b\nAcme,Expand: CD,New,2026-11-02,3,c\n",
            f"{CTAS}Acme,Expand: SCM,New,2026-11-02,2,z\nAcme,Enable: CI,New,2026-11-02,4,d\n",
        ),
        (
            "usage",
            "account,as_of,active_users\nAcme,2026-10-01,1\nAcme,2026-10-02,2\nAcme,2026-10-03,3\n",
            "account,as_of,active_users\nAcme,2026-10-01,1\nAcme,2026-10-02,9\nAcme,2026-10-04,4\n",
        ),
        (
            "arr",
            "account,as_of,arr\nAcme,2026-10-01,1\nAcme,2026-10-02,2\nAcme,2026-10-03,3\n",
            "account,as_of,arr\nAcme,2026-10-01,1\nAcme,2026-10-02,9\nAcme,2026-10-04,4\n",
        ),
        (
            "surveys",
            f"{ANSWERS}Acme,2026-10-02,nps,2,2\nAcme,2026-10-03,nps,3,3\n",
            f"{ANSWERS}Acme,2026-10-02,nps,9,2\nAcme,2026-10-04,nps,4,4\n",
        ),
        (
            "objectives",
            "account,title,why\nAcme,one,a\nAcme,two,b\nAcme,three,c\n",
            "account,title,why\nAcme,one,a\nAcme,two,z\nAcme,four,d\n",
        ),
    ],
    ids=lambda value: value if value.isalpha() else "",
)
def test_of_two_files_at_once_the_second_counts_what_it_did_itself(desk, monkeypatch, kind, file, other):
    desk.take("accounts", "name,arr\nAcme,1\n")
    same_one = at_once(desk, monkeypatch, kind, file, file)
    assert (same_one.counts["new"], same_one.counts["unchanged"], same_one.new) == (0, 3, [])
    assert same_one.import_id is None
    assert len(imports.listed(desk.db)) == 2
    undone = imports.listed(desk.db)[0]
    with desk.unit() as unit:
        imports.undo(unit, undone.id)
    second = at_once(desk, monkeypatch, kind, file, other)
    assert [second.counts[what] for what in ("new", "changed", "unchanged")] == [1, 1, 1]
    assert (len(second.new), len(second.changed)) == (1, 1)
    assert imports.listed(desk.db)[0].counts == second.counts


def test_of_two_files_at_once_what_the_second_can_not_bring_any_more_is_counted_and_kept(desk, monkeypatch):
    desk.take("accounts", "name,arr\nAcme,1\n")
    header, kept = "account,playbook,status,opened_on\n", []
    line = "Acme,Expand: CI,New,{}\n"
    late = line.format("2026-11-03")
    options = {"skip_rejected": True, "rejects": kept.append}
    second = at_once(desk, monkeypatch, "ctas", header + line.format("2026-11-02"), header + late, **options)
    assert ([second.counts["new"], second.counts["rejected"]], kept) == ([0, 1], [header, late])
    assert second.import_id is None
