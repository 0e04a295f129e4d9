"""Checklists: CTAs of life-cycle playbooks, as docs/domain.md says of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storage.account import store as accounts
from storage.base.policy import Policy
from storage.cta import checklists, lists
from storage.cta import store as ctas
from storage.playbook import store as playbooks
from storage.playbook.record import is_reported, motion_of
from templates.playbook.catalogue import CATALOGUE, CHECKLISTS, load_catalogue, load_checklists
from tests.account.books import ALEX
from tests.forging import click
from tests.reminders.factory import at

NEW_CUSTOMER = "Onboarding: New customer"
STARTED = date(2026, 11, 20)  # a Friday
SHIPPED = load_checklists(CHECKLISTS)[0]


@pytest.fixture
def on(make_book):
    """The small book with onboarding on; nothing of it starts by itself, nor follows a start that Acme has."""
    world = make_book(onboarding={"enabled": True, "segments": ["none"]})
    with world.unit() as unit:
        accounts.edit(unit, accounts.named(unit.db, "Acme")[0].id, {"customer_since": None})
    return world


def opened(world, name=NEW_CUSTOMER, started=STARTED, *, segment="enterprise", again=False):
    acme = accounts.named(world.db, "Acme")[0]
    with world.unit(source="bot") as unit:
        found = playbooks.checklist(unit.db, name, segment)
        return checklists.open_checklist(unit, acme, found, "onboarding", {"started": started}, again=again)


def tasks(world, cta):
    return ctas.tasks_of(world.db, cta.id)


def settle(world, cta, *, but=(), skip=()):
    for task in tasks(world, cta):
        if task.position not in but and task.state == "open" and not task.optional:
            word = "skip" if task.position in skip else "done"
            said = world.as_("maya").command(
                f"/cta task {cta.id} {word} {task.position}{' not needed' if skip else ''}"
            )
            assert "Onboarding" in said.text


def status(world, cta):
    return ctas.get(world.db, cta.id).status


def test_those_shipped_are_read_and_in_no_report():
    assert load_checklists(CHECKLISTS)[1] == []
    assert {one.name for one in SHIPPED} == {
        NEW_CUSTOMER, f"{NEW_CUSTOMER} (commercial)", "Onboarding: Existing customer", "Handover: CSM to CSM",
        "Renewal: Discovery", "Renewal: Growth strategy", "Renewal: Deal package",
    }  # fmt: skip
    assert [one.name for one in SHIPPED if is_reported(one.name) or motion_of(one.name)] == []


def test_the_full_onboarding_is_as_the_handbook_has_it():
    full = next(one for one in SHIPPED if one.name == NEW_CUSTOMER)
    assert [(t.due_days, t.role, t.asks, t.optional, t.sets) for t in full.tasks] == [
        (5, "ae", "link", False, ""),
        (5, "ae", "", False, ""),
        (5, "sa", "link", False, ""),
        (7, "csm", "", False, ""),
        (10, "ae", "", False, ""),
        (14, "csm", "", False, "engaged"),
        (14, "csm", "", True, ""),
        (14, "csm", "", False, ""),
        (14, "csm", "", False, ""),
        (21, "csm", "", False, ""),
        (21, "csm", "", False, ""),
        (30, "csm", "", True, ""),
        (30, "csm", "", False, ""),
        (45, "csm", "", True, "infrastructure_ready"),
    ]
    short = next(one for one in SHIPPED if one.segments)
    assert (short.segments, len(short.tasks)) == (("commercial",), 5)


def test_a_segment_gets_its_own(on):
    for segment, name in (
        ("commercial", f"{NEW_CUSTOMER} (commercial)"),
        ("strategic", NEW_CUSTOMER),
        (None, NEW_CUSTOMER),
    ):
        assert playbooks.checklist(on.db, NEW_CUSTOMER, segment).name == name


def test_a_name_with_a_motion_is_refused(tmp_path):
    (tmp_path / "a.toml").write_text(
        'kind = "lifecycle"\nname = "Enable: onboarding"\nversion = 1\nanchor = "opened"\nsummary = "x"\n'
        '[[tasks]]\ntitle = "x"\ndue_days = 1\n'
    )
    assert "neither Expand nor Enable" in str(load_checklists(tmp_path)[1][0])


def test_they_are_no_playbooks_that_one_opens(book):
    assert [p.motion for p in playbooks.current(book.db) if p.motion is None] == []
    assert playbooks.named(book.db, NEW_CUSTOMER) is None
    assert "Onboarding" not in book.as_("maya").command("/playbooks catalogue").text
    assert len(load_catalogue(CATALOGUE, Policy().use_cases)[0]) == 18


def test_it_has_no_due_date_no_card_and_nobody_is_told(on):
    cta = opened(on)
    assert (cta.due_on, cta.motion, cta.reported) == (None, None, False)
    assert on.rows("SELECT kind FROM outbox WHERE cta_id = ? OR kind IN ('card', 'told')", cta.id) == []
    assert [t.due_on for t in tasks(on, cta)][:4] == [STARTED + timedelta(days=n) for n in (5, 5, 5, 7)]


def test_its_roles_get_their_tasks_and_where_nobody_is_the_csm_has_them(on):
    cta = opened(on)
    alex = on.rows("SELECT id FROM people WHERE email = ?", ALEX)[0]["id"]
    assert tasks(on, cta)[0].assignee_id == alex
    assert [t.assignee_id for t in tasks(on, cta) if t.position in (4, 6)] == [None, None]
    with on.unit() as unit:
        accounts.edit(unit, cta.account_id, {"ae_id": None})
    assert tasks(on, opened(on, started=date(2026, 11, 2)))[0].assignee_id is None


def test_one_open_per_account_playbook_and_day(on):
    assert opened(on) is not None
    assert opened(on) is None
    assert opened(on, again=True) is None
    assert opened(on, started=date(2026, 11, 3)) is not None
    assert opened(on, "Onboarding: Existing customer") is not None


@pytest.mark.parametrize("ended", ["/cta close {} no-success not_needed", "/cta withdraw {}"])
def test_the_bot_opens_none_again_that_was_ended(on, ended):
    cta = opened(on)
    answer = on.as_("maya").command(ended.format(cta.id))
    if "withdraw" in ended:
        answer = answer.modal.submit()
    assert "Onboarding" in answer.text
    assert status(on, cta) in ("closed_no_success", "withdrawn")
    assert opened(on) is None
    assert opened(on, again=True) is not None


def test_a_changed_start_moves_the_open_tasks_by_the_same_days(on):
    cta = opened(on, started=date(2026, 11, 3))
    assert "Onboarding" in on.as_("maya").command(f"/cta task {cta.id} done 6").text
    before = {t.position: t.due_on for t in tasks(on, cta)}
    with on.unit() as unit:
        accounts.edit(unit, cta.account_id, {"customer_since": "2026-11-10"})
        assert checklists.follow_anchors(unit) == 1
        assert checklists.follow_anchors(unit) == 0
    after = {t.position: t.due_on for t in tasks(on, cta)}
    assert {p: (after[p] - before[p]).days for p in before} == {p: 0 if p == 6 else 7 for p in before}
    assert ctas.get(on.db, cta.id).anchor_on == date(2026, 11, 10)


def test_who_owns_nothing_is_shown_that_tasks_of_checklists_are_theirs(on):
    alex = on.as_("alex")
    alex.command("/cta").expect("Nothing open")
    cta = opened(on)
    (acme,) = accounts.named(on.db, "Acme")
    own = [t for t in tasks(on, cta) if t.assignee_id == acme.ae_id]
    said = f"{len(own)} tasks of checklists are yours, the next one for Acme, due Wed 25 Nov."
    for words in ("/cta", "/cta list mine", "/cta list"):
        shown = alex.command(words).message
        shown.expect(said)
    assert shown.click("Its tasks").modal.title == "Tasks"
    assert said not in alex.command("/cta list overdue").text
    on.rows("UPDATE tasks SET state = 'done' WHERE assignee_id = ? RETURNING id", acme.ae_id)
    alex.command("/cta").expect("Nothing open")


def test_the_last_required_task_closes_it_as_success_and_undo_takes_that_back(on):
    cta = opened(on)
    settle(on, cta, but=(13,))
    assert status(on, cta) == "work_in_progress"
    assert "Onboarding" in on.as_("maya").command(f"/cta task {cta.id} done 13").text
    closed = ctas.get(on.db, cta.id)
    assert (closed.status, closed.closed_on) == ("closed_success", date(2026, 11, 23))
    assert [t.state for t in tasks(on, cta) if t.optional] == ["open"] * 3
    assert "Onboarding" in on.as_("maya").command(f"/cta reopen {cta.id}").text
    assert status(on, cta) == "work_in_progress"
    assert [t.position for t in tasks(on, cta) if t.state == "open" and not t.optional] == [13]


def test_a_task_skipped_counts_as_settled(on):
    cta = opened(on)
    settle(on, cta, skip=range(1, 20))
    assert status(on, cta) == "closed_success"


def test_success_by_hand_waits_for_its_tasks(on):
    cta = opened(on)
    said = on.as_("maya").command(f"/cta close {cta.id} success").text
    assert "11 tasks are still open" in said
    assert status(on, cta) == "new"


@pytest.mark.parametrize("words", ["no-success not_needed", "no-success Not needed", "no-success", "not needed"])
def test_not_needed_is_its_only_reason(on, words):
    cta = opened(on)
    assert "Onboarding" in on.as_("maya").command(f"/cta close {cta.id} {words}").text
    found = ctas.get(on.db, cta.id)
    assert (found.status, found.reason) == ("closed_no_success", "not_needed")
    assert "Not needed" in on.as_("maya").command(f"/cta show {cta.id}").text


@pytest.mark.parametrize(
    "words", ["deferred until 1 May", "no-success deferred until 1 May they wait", "lack_of_budget", "product gaps SSO"]
)
def test_another_reason_is_refused_with_what_can_be_done_and_never_taken_for_not_needed(on, words):
    cta = opened(on)
    said = on.as_("maya").command(f"/cta close {cta.id} {words}")
    said.expect("says nothing about what a customer wants", f"/cta snooze {cta.id} until 3 Jan", words)
    assert status(on, cta) == "new"
    click(on, "maya", "cta.no_success", f"deferred:{cta.id}")
    on.as_("maya").expect_dm("says nothing about what a customer wants")
    assert status(on, cta) == "new"


@pytest.mark.parametrize("words", ["", "all done by their admins", "on yesterday they know it"])
def test_where_nothing_says_how_it_ended_that_is_asked(on, words):
    cta = opened(on)
    on.jump(datetime(2026, 11, 24, 20, 0, tzinfo=UTC))
    on.posted()
    modal = on.as_("maya").command(f"/cta close {cta.id} {words}").modal
    assert (modal.value("Note") if words else "") == words.removeprefix("on yesterday ")
    assert modal.value("Closed on") == ("2026-11-23" if "yesterday" in words else "2026-11-24")
    assert status(on, cta) == "new"
    modal.fill("How did it end?", "No success")
    on.as_("maya").modal.fill("Why?", "Not needed").submit().expect("Not needed")
    assert ctas.get(on.db, cta.id).reason == "not_needed"
    on.allow_messages()


def test_not_needed_says_its_day_and_a_note(on):
    cta = opened(on)
    on.jump(datetime(2026, 11, 25, 20, 0, tzinfo=UTC))
    on.posted()
    on.as_("maya").command(f"/cta close {cta.id} not needed on yesterday they know it all").expect("Not needed")
    found = ctas.get(on.db, cta.id)
    assert (found.reason, found.closed_on, found.closing_note) == ("not_needed", date(2026, 11, 24), "they know it all")
    on.allow_messages()


def test_not_needed_is_no_reason_of_other_ctas(on):
    on.as_("maya").command("/cta open Acme expand ci").expect()
    number = on.rows("SELECT max(id) AS id FROM ctas")[0]["id"]
    assert on.as_("maya").command(f"/cta close {number} no-success not_needed").modal.labels
    assert on.rows("SELECT status FROM ctas WHERE id = ?", number) == [{"status": "new"}]
    on.allow_messages()


def test_a_due_date_is_refused(on):
    cta = opened(on)
    assert "no due date" in on.as_("maya").command(f"/cta due {cta.id} 18 Dec").text


def test_what_a_task_asks_for_is_kept_with_its_tick(on):
    cta = opened(on)
    shown = on.as_("alex").command(f"/cta task {cta.id} done 1 https://example.com/meta").text
    assert "https://example.com/meta" in shown
    assert tasks(on, cta)[0].answer == "https://example.com/meta"
    form = on.as_("maya").command(f"/cta task {cta.id}").modal
    assert "asks for a link" in form.text


def test_it_is_never_overdue_idle_or_due_soon_and_its_tasks_are_told_in_the_morning(on):
    cta = opened(on, started=date(2026, 11, 20))
    on.jump(datetime(2026, 11, 25, 20, 0, tzinfo=UTC))  # a Wednesday: three tasks of day 5
    on.as_("alex").expect_dm("2 tasks due", seconds=30)
    on.posted()
    on.allow_messages()
    maya = (
        on.bot.services.store.connection()
        .execute("SELECT id FROM people WHERE email = 'maya@example.com'")
        .fetchone()[0]
    )
    on.jump(datetime(2027, 6, 1, 15, 0, tzinfo=UTC))
    counts = lists.counts(on.db, on.store.policy, [maya], date(2027, 6, 1))
    assert (counts.open, counts.overdue, counts.due_this_week) == (1, 0, 0)
    states = {row["state"] for row in on.rows("SELECT state FROM outbox_news")}
    assert states <= {"due_today"}
    assert on.rows("SELECT 1 FROM outbox_news WHERE subject = ?", f"cta:{cta.id}") == []


def test_off_again_its_tasks_are_told_to_nobody(tmp_path):
    from reminders.cta.rules import news_of
    from reminders.engine.items import as_of
    from storage.base.policy import policy_from
    from storage.base.reminder import CtaFacts, TaskFacts, operations

    day = date(2026, 11, 25)
    facts = CtaFacts(
        1, 1, "Acme", None, True, operations("UTC"), None, None, None, None, False, at("2026-11-01 09:00"),
        (TaskFacts(1, day, None),), "onboarding",
    )  # fmt: skip
    on, off = policy_from({"onboarding": {"enabled": True}}), Policy()
    assert [n.state for n in news_of(facts, as_of(at("2026-11-25 09:00"), on))] == ["due_today"]
    assert list(news_of(facts, as_of(at("2026-11-25 09:00"), off))) == []
