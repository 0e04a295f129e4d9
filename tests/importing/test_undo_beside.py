"""`import undo` beside people and files: what follows by itself goes back, what others say too stays, Slack's word is no hand."""

import json
from datetime import timedelta

import pytest

from storage.base import channels, people
from storage.base.ground import ground_of
from storage.cta import work
from storage.renewal import outcomes as renewals
from tests.importing.conftest import NOW
from tests.importing.test_undo import FIRST, SECOND, undo

WRONG_AND_RIGHT = {
    "accounts": ("name,arr\nHooli,1\nInitech,5000\n", "5000", "500"),
    "people": ("email,role\na@x.com,csm\nb@x.com,admin\n", "admin", "manager"),
    "ctas": (
        "account,playbook,status,opened_on\nAcme,Expand: CI,new,2026-10-05\nAcme,Expand: CD,new,2026-10-06\n",
        "CD,new",
        "CD,work in progress",
    ),
    "calls": ("account,held_on,note\nAcme,2026-11-12,a\nAcme,2026-11-13,wrong\n", "wrong", "right"),
    "usage": ("account,as_of,licences\nAcme,2026-10-31,10\nAcme,2026-09-30,1000\n", "1000", "10"),
    "arr": ("account,as_of,arr\nAcme,2026-10-31,10\nAcme,2026-09-30,1000\n", "1000", "10"),
    "surveys": ("account,kind,score,answered_on\nAcme,nps,9,2026-11-12\nAcme,nps,1,2026-11-13\n", "nps,1", "nps,10"),
    "objectives": ("account,title,why\nAcme,a,it pays\nAcme,c,wrong\n", "wrong", "right"),
}


@pytest.mark.parametrize("kind", WRONG_AND_RIGHT)
def test_what_was_right_in_a_file_that_was_put_right_stays_where_the_wrong_one_is_taken_back(desk, kind):
    """The file that stands says it, too, though nothing had to be changed for that; that one taken back, it is no word."""
    areas = ("calls", "usage", "growth", "surveys", "plans")
    desk.policy(**{area: {"enabled": True} for area in areas})
    desk.take("accounts", FIRST)
    content, wrong, right = WRONG_AND_RIGHT[kind]
    desk.take(kind, content)
    counts = desk.take(kind, content.replace(wrong, right)).counts
    assert (counts["changed"], counts["unchanged"]) == (1, 1)
    stands = desk.export(kind)
    undone = undo(desk, 2)
    assert (undone.removed, undone.restored, len(undone.left)) == (0, 0, 2)
    assert desk.export(kind) == stands


def test_what_later_files_say_again_counts_while_they_stand(desk):
    desk.take("accounts", FIRST)
    desk.take("accounts", SECOND)
    undo(desk, 2)
    assert undo(desk, 1).removed == 3


ACCOUNT = {"name": "Acme", "renewal_date": "2026-11-15", "last_ebr": "2026-01-10", "customer_since": "2024-01-01"}
ACCOUNT |= {"csm": "maya@x.com"}
CTA = {"account": "Acme", "playbook": "Expand: CI", "status": "new", "opened_on": "2026-09-05", "due_on": "2027-01-15"}
CTA |= {"closed_on": "", "note": "of the CRM", "reason": ""}
CLOSED = {"status": "closed_no_success", "closed_on": "2026-11-01", "reason": "lack_of_budget"}


def as_it_stands(desk):
    """All of accounts and CTAs and what hangs on them, without what tells only that it was written."""
    of_itself = {"outbox", "audit", "imports", "import_changes", "import_bases", "renewal_dates", "renewals", "meta"}
    found = {}
    with desk.store.read() as db:
        for table in ground_of(desk.store).tables(db):
            if table.name not in of_itself:
                rows = (dict(zip(table.columns, row, strict=True)) for row in ground_of(desk.store).rows(db, table))
                found[table.name] = [row | dict.fromkeys(("updated_at", "look_at", "version")) for row in rows]
    return found


@pytest.mark.parametrize("conflicts", ["ask", "crm_wins"])
@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("accounts", {"renewal_date": "2026-12-20"}),
        ("accounts", {"renewal_date": "2027-11-15"}),
        ("accounts", {"renewal_date": ""}),
        ("accounts", {"last_ebr": "2026-10-10"}),
        ("accounts", {"customer_since": ""}),
        ("accounts", {"csm": "tim@x.com"}),
        ("ctas", {"due_on": "2027-03-15"}),
        ("ctas", {"due_on": "2026-11-25"}),
        ("ctas", {"due_on": "2026-11-03"}),
        ("ctas", {"note": "of the CRM since"}),
        ("ctas", CLOSED),
        ("ctas", {"playbook": "Enable: CI", "external_id": "X1"}),
    ],
)
def test_all_that_a_file_changes_by_itself_is_as_before(desk, kind, changed, conflicts):
    """Also since when a date is known, on which a question hangs; days of tasks; when somebody was at it; conflicts."""
    desk.policy(import_conflicts=conflicts, plans={"enabled": True})
    first = {"accounts": ACCOUNT, "ctas": CTA | {"external_id": "X1"}}
    desk.now = NOW - timedelta(days=70)
    for one, row in first.items():
        desk.take(one, lines(row))
    desk.now = NOW - timedelta(days=65)
    desk.take("objectives", "account,title\nAcme,fast\n")
    with desk.unit() as unit:
        days = ("2026-11-10", "2026-12-01", "2026-12-20", "2027-01-10")
        unit.db.executemany(
            "INSERT INTO tasks(cta_id, position, title, due_on) VALUES (1, ?, 'ask', ?)", enumerate(days)
        )
        work.add_note(unit, 1, "said here")
    desk.now = NOW
    before = as_it_stands(desk)
    desk.take(kind, lines(first[kind] | changed))
    assert as_it_stands(desk) != before
    desk.now = NOW + timedelta(days=1)
    assert undo(desk).left == ()
    assert as_it_stands(desk) == before
    assert not [a for a in desk.export("audit") if "beside" in str(a)]


def test_a_renewal_day_that_a_file_moved_and_somebody_took_back_is_asked_about_as_ever(desk):
    desk.now = NOW - timedelta(days=70)
    desk.take("accounts", lines(ACCOUNT))
    desk.now = NOW
    lapsed = renewals.undecided(desk.store.policy, NOW.date(), "old")

    def stands_last():
        return desk.db.execute(f"SELECT count(*) FROM accounts WHERE {lapsed[0]}", lapsed[1]).fetchone()[0]

    assert stands_last() == 0
    desk.take("accounts", lines(ACCOUNT | {"renewal_date": "2027-11-15"}))
    undo(desk)
    assert stands_last() == 0


def lines(row):
    return "\n".join([",".join(row), ",".join(row.values())]) + "\n"


@pytest.mark.parametrize("known", ["before", "since", "never"])
def test_no_role_of_a_people_file_stays_though_slack_or_an_account_knows_whose_it_was(desk, known):
    """Slack tells of everybody within a minute; how they are called there is no hand that somebody had in it."""

    def slack_tells():
        with desk.unit() as unit:
            people.from_slack(unit, slack_id="U0000ANN1", email="ann@x.com", name="Ann Lee", zone=None)

    desk.take("accounts", "name,csm\nAcme,maya@x.com\n")
    if known == "before":
        slack_tells()
    desk.take(
        "people",
        "email,name,role,manager,team,region\nann@x.com,Annie,admin,boss@x.com,West,EMEA\nmaya@x.com,Maya,manager,,,\n",
    )
    desk.take("accounts", "name,csm\nGlobex,ann@x.com\n")
    if known == "since":
        slack_tells()
    undone = undo(desk, 2)
    assert undone.left == ()
    assert undone.restored == 2
    said = {one["email"]: (one["role"], one["manager"], one["team"], one["region"]) for one in desk.export("people")}
    assert said == {"ann@x.com": (None,) * 4, "maya@x.com": (None,) * 4}
    assert desk.take("people", "email,role\nann@x.com,csm\n").counts["changed"] == 1


@pytest.mark.parametrize("said", ["new", "changed"])
def test_no_name_of_a_people_file_stays_where_it_is_taken_back(desk, said):
    """Also of whom accounts name. Seen failing: "Annie Lee" stayed, and the file that was right was a conflict."""
    for who in ("ann.low", "tim"):
        if said == "changed":
            desk.take("accounts", f"name,csm\n{who},{who}@x.com\n")
    desk.take("people", "email,name,role\nann.low@x.com,Annie Lee,csm\ntim@x.com,Tim,\nnew@x.com,Neo,\n")
    for who in ("ann.low", "tim"):
        if said == "new":
            desk.take("accounts", f"name,csm\n{who},{who}@x.com\n")
    undone = undo(desk, desk.row("SELECT id FROM imports WHERE kind = 'people'")["id"])
    assert undone.left == ()
    assert {one["email"]: one["name"] for one in desk.export("people")} == {
        "ann.low@x.com": "Ann Low",
        "tim@x.com": "Tim",
    }
    assert desk.take("people", "email,name\nann.low@x.com,Ann Lowe\ntim@x.com,Timothy\n").counts["conflicts"] == 0


def test_a_name_that_nobody_has_said_is_none_that_stands_against_a_file(desk):
    desk.take("people", "email,role\nann.low@x.com,csm\n")
    counts = desk.take("people", "email,role,name\nann.low@x.com,csm,Ann Lee\n").counts
    assert (counts["changed"], counts["conflicts"]) == (1, 0)


@pytest.mark.parametrize("changed", [False, True])
def test_what_slack_has_told_since_of_a_channel_or_a_person_is_nobodys_hand(desk, changed):
    """`#acme` has an id within a minute, somebody by Slack id an e-mail. Seen failing: nothing of that file went back."""
    first = {"name": "Acme", "crm_id": "001", "csm": "U0000TIM01", "channel": "#old"}
    file = lines(first | {"csm": "U0000ANN01", "channel": "#acme"})
    if changed:
        desk.take("accounts", lines(first))
    desk.take("accounts", file)
    with desk.unit() as unit:
        channels.remember(unit, [("C00000ACME", "acme"), ("C000000OLD", "old")])
        people.from_slack(unit, slack_id="U0000ANN01", email="ann@x.com", name="Ann Lee", zone=None)
        people.from_slack(unit, slack_id="U0000TIM01", email="tim@x.com", name="Tim Low", zone=None)
    undone = undo(desk)
    assert (undone.restored, undone.removed, undone.left) == ((1, 0, ()) if changed else (0, 1, ()))
    assert [one["csm"] for one in desk.export("accounts")] == (["tim@x.com"] if changed else [])
    desk.take("accounts", file)
    assert desk.take("accounts", lines(first)).counts["conflicts"] == 0


def test_what_slack_has_told_since_is_no_change_that_stands_against_a_file(desk):
    first = {"name": "Acme", "crm_id": "001", "csm": "U0000TIM01", "channel": "#old"}
    desk.take("accounts", lines(first))
    with desk.unit() as unit:
        channels.remember(unit, [("C000000OLD", "old")])
        people.from_slack(unit, slack_id="U0000TIM01", email="tim@x.com", name="Tim Low", zone=None)
    counts = desk.take("accounts", lines(first | {"csm": "ann@x.com", "channel": "#new"})).counts
    assert (counts["changed"], counts["conflicts"]) == (1, 0)


ANN, LEE = "ann.low@x.com", "ann.lee@x.com"
_CTAS = (
    "account,playbook,owner,status,opened_on\nAcme,Expand: CI,{},new,2026-10-05\nAcme,Expand: CD,{},new,2026-10-05\n"
)
OF_ANN = {
    "accounts": (f"name,csm\nAcme,tim@x.com\nHooli,{ANN}\n", f"name,csm\nAcme,{ANN}\nHooli,tim@x.com\n"),
    "ctas": (_CTAS.format("tim@x.com", ANN), _CTAS.format(ANN, "tim@x.com")),
    "people": (
        f"email,role,manager\n{ANN},csm,\ntim@x.com,csm,{ANN}\n",
        f"email,role,manager\n{ANN},admin,\ntim@x.com,csm,\n",
    ),
}


@pytest.mark.parametrize("named", ["before", "never"])
@pytest.mark.parametrize("kind", OF_ANN)
def test_another_address_that_slack_tells_is_nobodys_hand_and_the_one_before_means_them_still(desk, kind, named):
    """Seen failing: files were not taken back, or to somebody of the address of before, of whom Slack knew nothing."""
    right, wrong = OF_ANN[kind]

    def slack_tells(email):
        with desk.unit() as unit:
            people.from_slack(unit, slack_id="U0000ANN01", email=email, name="Ann Low", zone=None)

    def stands():
        found = json.dumps([one for one in desk.export(kind) if one.get("name") != "New"]).replace(LEE, ANN)
        return sorted(json.loads(found), key=str)

    slack_tells(ANN)
    desk.take("accounts", "name\nAcme\nHooli\n")
    desk.take(kind, right)
    before = stands()
    import_id = desk.take(kind, wrong).import_id
    if named == "before":
        desk.take("accounts", f"name,ae\nNew,{LEE}\n")
    slack_tells(LEE)
    undone = undo(desk, import_id)
    assert (undone.restored, undone.left) == (2, ())
    assert stands() == before
    now = desk.take(kind, right).counts
    assert (now["changed"], now["conflicts"], now["new"]) == (0, 0, 0)
    desk.take(kind, wrong)
    assert [one["email"] for one in desk.export("people") if one["email"] in (ANN, LEE)] == [LEE]


def test_an_address_that_is_somebody_elses_by_now_means_them(desk):
    with desk.unit() as unit:
        for slack_id, email in (("U0000ANN01", ANN), ("U0000ANN01", LEE), ("U0000NEW01", ANN)):
            people.from_slack(unit, slack_id=slack_id, email=email, name=slack_id, zone=None)
    desk.take("people", f"email,role\n{ANN},csm\n{LEE},ae\n")
    assert {one["slack_id"]: one["role"] for one in desk.export("people")} == {"U0000NEW01": "csm", "U0000ANN01": "ae"}


def test_one_person_under_two_addresses_stands_in_a_file_twice(desk):
    with desk.unit() as unit:
        for email in (ANN, LEE):
            people.from_slack(unit, slack_id="U0000ANN01", email=email, name="Ann", zone=None)
    refused = desk.take("people", f"email,role\n{ANN},csm\n{LEE},ae\n").rejected
    assert [str(one) for one in refused] == [f"line 3, column email: {LEE} is the person of line 2"]
