"""The first weeks of a customer: checklist, milestones, delays, nudges, figures."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from reminders.engine.planner import plan
from reminders.engine.rehearsal import rehearse
from storage.account import store as accounts
from storage.base.exports import records
from storage.base.policy import policy_from
from storage.cta import store as ctas
from storage.onboarding import store as onboarding
from tests.reminders.factory import Book, at

ON = {"onboarding": {"enabled": True}}
STARTED = date(2026, 11, 3)  # a Tuesday, as in the examples


@pytest.fixture
def stored(tmp_path):
    """Acme started on 3 November 2026; Ann is its CSM."""
    made = Book(tmp_path)
    made.store.policy = policy_from(ON)
    made.ann = made.person("ann@example.com", "UTC")
    made.acme = made.account("Acme", made.ann, customer_since=STARTED)
    yield made
    made.close()


def coming(stored, now="2026-11-03 08:00", until="2027-03-01 00:00", policy=None):
    found = rehearse(stored.db, policy or stored.store.policy, at(now), at(until))
    return [(one.post_at.date(), one.due_on, one.step) for one in found if one.kind == "onboarding_nudge"]


def day(text):
    return date.fromisoformat(text)


def test_targets_and_nudges_are_those_of_the_example(stored):
    standing = onboarding.of_accounts(stored.db, stored.store.policy, accounts.many(stored.db, [stored.acme]), STARTED)[
        stored.acme
    ]
    assert [one.target_on for one in standing.values()] == [
        day("2026-11-17"), day("2026-12-03"), day("2026-12-18"), None, None,
    ]  # fmt: skip
    assert coming(stored) == [
        (day("2026-11-16"), day("2026-11-14"), 3),
        (day("2026-11-18"), day("2026-11-18"), -1),
        (day("2026-11-30"), day("2026-11-30"), 3),
        (day("2026-12-04"), day("2026-12-04"), -1),
        (day("2026-12-15"), day("2026-12-15"), 3),
        (day("2026-12-21"), day("2026-12-19"), -1),
    ]


def test_the_key_is_kind_account_milestone_target_day_and_step(stored):
    found = rehearse(stored.db, stored.store.policy, at("2026-11-03 08:00"), at("2026-11-17 00:00"))
    assert [one.dedupe_key for one in found if one.kind == "onboarding_nudge"] == [
        f"onboarding_nudge:{stored.acme}:engaged:2026-11-17:3"
    ]


@pytest.mark.parametrize(
    ("fields", "policy"),
    [
        ({"segment": "commercial"}, ON),
        ({"segment": "enterprise"}, {"onboarding": {"enabled": True, "segments": ["strategic"]}}),
        ({}, {}),
        ({"archived_at": "2026-11-03T00:00:00Z"}, ON),
        ({"engaged_on": "2026-11-10", "first_value_on": "2026-11-10", "onboarded_on": "2026-11-10"}, ON),
        ({"will_churn_on": "2026-11-03"}, ON),
    ],
)
def test_nobody_is_nudged_where_there_is_nothing_to_nudge_about(stored, fields, policy):
    with stored.store.write(at("2026-11-03 07:00")) as unit:
        accounts.write(unit, stored.acme, fields or {"region": "North"})
    assert coming(stored, policy=policy_from(policy)) == []


def test_two_of_one_posting_day_are_one_the_later_milestones(stored):
    policy = policy_from({**ON, "segments": {"default": {"engage_days": 14, "first_value_days": 14}}})
    stored.store.policy = policy
    assert [(on, step) for on, _, step in coming(stored)][:2] == [(day("2026-11-16"), 3), (day("2026-11-18"), -1)]
    plan(stored.store, at("2026-11-03 08:00"))
    plan(stored.store, at("2026-11-16 09:00"))
    rows = [r for r in stored.rows() if r["kind"] == "onboarding_nudge"]
    assert sorted((r["dedupe_key"].split(":")[2], r["state"]) for r in rows) == [
        ("engaged", "cancelled"), ("first_value", "pending"),
    ]  # fmt: skip
    assert "engaged" in next(r["why"] for r in rows if r["state"] == "pending")


def test_nudges_of_a_delay_count_from_the_day_that_is_expected_now(stored):
    with stored.store.write(at("2026-11-04 10:00")) as unit:
        account = accounts.get(unit.db, stored.acme)
        onboarding.delay(
            unit, account, onboarding.Delay("engaged", day("2026-12-01"), "customer", "unresponsive", None)
        )
    assert coming(stored, "2026-11-04 11:00")[:3] == [
        (day("2026-11-30"), day("2026-11-30"), 3),
        (day("2026-12-02"), day("2026-12-02"), -1),
        (day("2026-12-04"), day("2026-12-04"), -1),
    ]


def test_what_lay_before_the_area_was_on_is_recorded_as_missed(stored):
    plan(stored.store, at("2026-12-02 08:00"))
    plan(stored.store, at("2026-12-02 09:00"))
    rows = [(r["dedupe_key"].split(":")[2:], r["state"]) for r in stored.rows() if r["kind"] == "onboarding_nudge"]
    assert {state for _, state in rows} == {"cancelled"}
    assert all(when < "2026-12-04" for (_, when, _), _ in rows)


def test_the_checklist_opens_in_silence_once(stored):
    plan(stored.store, at("2026-11-03 08:00"))
    [cta] = [ctas.from_row(row) for row in stored.db.execute(f"SELECT {ctas.COLUMNS} FROM ctas")]
    assert (cta.playbook, cta.anchor_on, cta.owner_id) == ("Onboarding: New customer", STARTED, stored.ann)
    plan(stored.store, at("2026-11-04 08:00"))
    assert stored.db.execute("SELECT count(*) FROM ctas").fetchone()[0] == 1
    assert {r["kind"] for r in stored.rows()} <= {"monthly_plan"}


@pytest.mark.parametrize(
    "fields",
    [{"csm_id": None}, {"customer_since": "2026-07-05"}, {"customer_since": None}, {"onboarded_on": "2026-11-03"}],
)
def test_the_checklist_waits_for_a_csm_and_is_of_stage_onboarding(stored, fields):
    with stored.store.write(at("2026-11-03 07:00")) as unit:
        accounts.write(unit, stored.acme, fields)
    plan(stored.store, at("2026-11-03 08:00"))
    assert stored.db.execute("SELECT count(*) FROM ctas").fetchone()[0] == 0


def test_a_start_put_right_moves_the_tasks_of_its_checklist(stored):
    plan(stored.store, at("2026-11-03 08:00"))
    before = [row[0] for row in stored.db.execute("SELECT due_on FROM tasks ORDER BY position")]
    with stored.store.write(at("2026-11-04 08:00")) as unit:
        accounts.edit(unit, stored.acme, {"customer_since": "2026-11-02"})
    plan(stored.store, at("2026-11-04 09:00"))
    after = [row[0] for row in stored.db.execute("SELECT due_on FROM tasks ORDER BY position")]
    assert [(day(b) - day(a)).days for a, b in zip(after, before, strict=True)] == [1] * 14
    assert stored.db.execute("SELECT count(*) FROM ctas").fetchone()[0] == 1


def test_milestones_follow_the_checklist_and_an_entered_day_beats_them(stored):
    from storage.cta import tasks

    plan(stored.store, at("2026-11-03 08:00"))
    with stored.store.write(at("2026-11-12 08:00")) as unit:
        tasks.set_states(unit, 1, {6: "done"})
    found = standing(stored)
    assert (found["engaged"].reached_on, found["engaged"].source, found["engaged"].days) == (
        day("2026-11-12"),
        "the kick-off",
        9,
    )
    with stored.store.write(at("2026-11-20 08:00")) as unit:
        tasks.set_states(unit, 1, dict.fromkeys((1, 2, 3, 4, 5, 8, 9, 10, 11, 13), "done"))
        onboarding.reach(unit, accounts.get(unit.db, stored.acme), "engaged", day("2026-11-05"))
    found = standing(stored)
    assert (found["onboarded"].reached_on, found["onboarded"].source) == (day("2026-11-20"), "the checklist")
    assert (found["engaged"].reached_on, found["engaged"].source, found["engaged"].days) == (
        day("2026-11-05"),
        "entered",
        2,
    )


def test_engaged_is_the_first_call_before_the_kick_off(stored):
    from storage.call import store as calls

    with stored.store.write(at("2026-11-12 08:00")) as unit:
        calls.log(unit, stored.acme, day("2026-11-06"))
    assert (standing(stored)["engaged"].reached_on, standing(stored)["engaged"].source) == (
        day("2026-11-06"),
        "the first call",
    )


def test_a_customer_of_old_was_not_engaged_by_the_first_call_that_is_kept(stored):
    """Nor of first value by the first usage file: the kick-off of its own checklist stands, or nothing is known."""
    days = {
        "In": (120, False, 120),
        "Old": (1075, False, None),
        "Kicked off": (1075, True, 10),
        "Just out": (121, False, None),
    }
    for name, (first, kicked_off, reached) in days.items():
        started = STARTED - timedelta(days=first)
        account = stored.account(name, stored.ann, customer_since=started)
        stored.insert("calls", account_id=account, held_on=STARTED, kind="call", at="2026-11-03T07:00:00Z")
        if kicked_off:
            done = {"status": "new", "use_case": "", "playbook": "Onboarding: New customer", "reported": 0}
            made = stored.cta(account, stored.ann, **done, anchor="started", anchor_on=started)
            stored.task(made, started, sets="engaged", state="done", done_on=started + timedelta(days=10))
        some = accounts.many(stored.db, [account])
        found = onboarding.of_accounts(stored.db, stored.store.policy, some, STARTED)[account]["engaged"]
        assert (name, found.days) == (name, reached)


def standing(stored):
    return onboarding.of_accounts(stored.db, stored.store.policy, accounts.many(stored.db, [stored.acme]), STARTED)[
        stored.acme
    ]


def test_days_before_the_start_count_as_none(stored):
    with stored.store.write(at("2026-11-20 08:00")) as unit:
        onboarding.reach(unit, accounts.get(unit.db, stored.acme), "engaged", day("2026-10-20"))
    assert standing(stored)["engaged"].days == 0


def test_figures_by_segment_and_quarter(stored):
    from handlers.onboarding.figures import of_period, record

    said = {
        "One": (3, "2026-11-13"), "Two": (3, "2026-11-17"), "Three": (3, "2026-11-20"), "Four": (3, None),
        "Later": (20, None), "Before": (1, "2026-09-30"),
    }  # fmt: skip
    with stored.store.write(at("2026-11-03 07:00")) as unit:
        accounts.write(unit, stored.acme, {"segment": "gone", "customer_since": None})
    for name, (of_november, engaged) in said.items():
        number = stored.account(name, stored.ann, customer_since=date(2026, 11, of_november), segment="strategic")
        with stored.store.write(at("2026-11-03 07:00")) as unit:
            accounts.write(unit, number, {"engaged_on": engaged})
    found = of_period(stored.db, stored.store.policy, day("2026-10-01"), day("2026-12-31"), day("2026-11-30"))
    assert [record(one) for one in found if one.milestone == "engaged"] == [
        {
            "segment": "strategic", "milestone": "engaged", "n": 3, "median_days": 14.0, "mean_days": pytest.approx(41 / 3),
            "target_days": 14, "on_time": 3 / 5,
        }
    ]  # fmt: skip


def test_an_export_of_all_that_is_known(stored):
    plan(stored.store, at("2026-11-03 08:00"))
    fields, found = records(stored.db, "onboarding", stored.store.policy, day("2026-11-05"))
    [one] = list(found)
    assert fields[0] == "account"
    assert tuple(one) == fields
    assert (one["account"], one["stage"], one["started_on"], one["engaged_target"], one["engaged_on"]) == (
        "Acme", "onboarding", "2026-11-03", "2026-11-17", None,
    )  # fmt: skip
    json.dumps(one)


def test_who_becomes_a_customer_while_it_plans_has_the_checklist_with_that_plan(stored):
    """Seen failing between opening checklists and looking at accounts, the first time and again: it came hours later."""
    point, begun = 0, True
    while begun:
        point += 1
        new = stored.account(f"Globex {point}", stored.ann)
        passed, begun = [], False

        def reached(name, new=new, point=point, passed=passed):
            nonlocal begun
            passed.append(name)
            if name == "plan.after_commit" and passed.count(name) == point:
                begun = True
                with stored.store.write(at("2026-11-03 08:00")) as unit:
                    accounts.edit(unit, new, {"customer_since": "2026-11-02"})

        with stored.store.write(at("2026-11-03 08:00")) as unit:  # something else to look at
            accounts.edit(unit, stored.account(f"Other {point}", stored.ann), {"segment": f"s{point}"})
        plan(stored.store, at("2026-11-03 08:00"), reached=reached)
        plan(stored.store, at("2026-11-03 08:00"))
        rows = stored.db.execute("SELECT 1 FROM ctas WHERE account_id = ? AND anchor IS NOT NULL", (new,)).fetchall()
        assert len(rows) == begun, point
    assert point > 6


# In Slack


@pytest.fixture
def book(make_book):
    """The small book with onboarding on; Acme is made a customer of 20 November."""
    made = make_book(**ON)
    made.book("accounts", {"name": "Acme", "crm_id": "A1", "customer_since": "2026-11-20"})
    made.bot.machine.wake()
    wait_for(made, "SELECT 1 FROM ctas WHERE anchor IS NOT NULL")
    return made


def wait_for(book, sql):
    import time

    end = time.monotonic() + 30
    while not book.rows(sql):
        assert time.monotonic() < end, sql
        time.sleep(0.02)


def test_the_page_says_milestones_and_its_buttons_act(book):
    page = book.as_("maya").command("/success Acme").message
    assert "in onboarding" in page.text
    assert "Engaged: target Fri 4 Dec" in page.text
    assert page.click("Bought for").modal.labels == ["Use cases", "Licences at first"]
    assert page.click("Delay").modal.labels[:2] == ["Milestone", "Expected by"]


def test_words_act_and_are_undone(book):
    maya = book.as_("maya")
    said = maya.command("/success reached Acme engaged 21 Nov").message
    assert "engaged: reached on Sat 21 Nov" in said.text
    said.click("Undo")
    said.expect("taken back")
    assert book.rows("SELECT engaged_on FROM accounts WHERE name = 'Acme'") == [{"engaged_on": None}]
    assert "bought for CI, SCM · 250 licences" in maya.command("/success intent Acme ci;scm licences 250").text
    said = maya.command("/success delay Acme onboard until 9 Jan customer unresponsive on leave").message
    assert "onboarded expected Sat 9 Jan 2027 (unresponsive, the customer)" in said.text
    assert "Set health yellow" in said.text
    assert "expected Sat 9 Jan 2027" in maya.command("/success Acme").text


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/success reached Acme engaged 2026-11-30", "still ahead"),
        ("/success reached Acme somehow 3 Nov", "Which milestone?"),
        ("/success intent Acme ci;cooking", "'cooking' is no use case"),
        ("/success delay Acme onboard customer unresponsive", "Until when?"),
        ("/success delay Acme onboard until 9 Jan unresponsive", "Through us, or the customer?"),
        ("/success delay Acme onboard until 9 Jan us", "Why?"),
        ("/success delay Acme outcome until 9 Jan us capacity", "has no target day"),
    ],
)
def test_what_is_not_understood_changes_nothing(book, command, words):
    before = book.rows("SELECT count(*) AS n FROM audit")
    assert words in book.as_("maya").command(command).text
    assert book.rows("SELECT count(*) AS n FROM audit") == before


def test_others_see_and_may_not_change(book):
    lena = book.as_("lena")
    assert "Engaged: target" in lena.command("/success Acme").text
    assert "Reached" not in lena.command("/success Acme").text.split("Onboarding")[-1].split("\n")[-1]
    assert "Only" in lena.command("/success reached Acme engaged 21 Nov").text


def test_it_begins_by_hand_for_a_customer_of_old(book):
    maya = book.as_("maya")
    assert "checklist opened" in maya.command("/success onboarding Globex start 16 Nov").text
    assert book.rows("SELECT playbook, anchor_on FROM ctas WHERE playbook LIKE '%Existing%'") == [
        {"playbook": "Onboarding: Existing customer", "anchor_on": "2026-11-16"}
    ]
    assert "day 7 of onboarding" in maya.command("/success onboarding").text
    assert "its open tasks moved along" in maya.command("/success onboarding Globex start 18 Nov").text


def test_what_it_bought_for_is_asked_in_one_place_of_the_page(make_book):
    page = make_book(**ON, usage={"enabled": True}).as_("maya").command("/success Acme").message
    assert page.buttons.count("Bought for") == 1


def test_out_of_onboarding_nothing_is_late_on_its_page_and_what_was_reached_stays(book):
    maya = book.as_("maya")
    assert "Delay" in maya.command("/success Acme").text
    book.book("accounts", {"name": "Globex", "crm_id": "G1", "customer_since": "2024-05-01"})
    assert "out of onboarding, 936 days after its start" in maya.command("/success Globex").text
    maya.command("/success reached Globex first-value 20 Nov").expect()
    text = maya.command("/success Globex").text
    assert "First value: Fri 20 Nov" in text
    assert "not recorded: engaged, onboarded" in text
    assert not re.search(r"late|target|Delay", text)


def test_figures_of_those_on_time_say_of_how_many(book):
    book.jump(datetime(2027, 1, 15, 15, 0, tzinfo=UTC))
    book.allow_messages()
    text = book.as_("maya").command("/playbooks onboarding 2026Q4").text
    assert "on time 0 of 1" in text
    assert "%" not in text


def test_card_and_brief_have_a_line_while_it_is_on(book):
    assert "day 3 of onboarding" in book.as_("maya").command("/account Acme").text


def test_the_quarter_in_slack(book):
    book.as_("maya").command("/success reached Acme engaged 21 Nov").expect()
    assert "engaged" in book.as_("maya").command("/playbooks onboarding 2026Q4").text


def test_a_nudge_stands_in_the_morning_and_follows_the_record(book):
    book.allow_messages()
    book.jump(datetime(2026, 12, 1, 15, 0, tzinfo=UTC))  # three days before Acme's first target
    shown = book.as_("maya").expect_dm("onboarding: engaged by Fri 4 Dec", seconds=30)
    book.posted()
    form = shown.click("Reached").modal
    assert "reached today" in form.submit().text
    shown.expect("engaged is reached")


def test_imported_days_are_entered_and_none_lies_ahead(book):
    made = book.book(
        "accounts",
        {"name": "Acme", "crm_id": "A1", "engaged_on": "2026-11-21", "purchase_intent": "ci; scm", "original_licences": "250",
         "territory": "North", "tier": "Ultimate"},
    )  # fmt: skip
    assert not made.rejected
    assert book.rows(
        "SELECT engaged_on, purchase_intent, original_licences, tier FROM accounts WHERE name = 'Acme'"
    ) == [{"engaged_on": "2026-11-21", "purchase_intent": "CI; SCM", "original_licences": 250, "tier": "Ultimate"}]
    ahead = (book.now.date() + timedelta(days=2)).isoformat()
    assert book.book("accounts", {"name": "Acme", "crm_id": "A1", "onboarded_on": ahead}).rejected
    assert book.book("accounts", {"name": "Acme", "crm_id": "A1", "purchase_intent": "cooking"}).rejected


def test_no_checklist_is_begun_by_hand_for_an_account_in_the_archive(book):
    """Seen failing: its tasks came due for an account that nobody works on, while `/cta open` refused it."""
    with book.unit() as unit:
        account = accounts.named(unit.db, "Hooli")[0]
        accounts.write(unit, account.id, {"archived_at": "2026-11-20T00:00:00Z"})
    said = book.as_("tom").command("/success onboarding Hooli start 3 Nov").text
    assert "is archived" in said
    assert "/account unarchive" in said
    assert book.rows("SELECT 1 FROM ctas WHERE account_id = ?", account.id) == []
    assert accounts.get(book.db, account.id).archived_at is not None
