"""`people erase`: names and words of somebody who has left go from everywhere; figures stay, and nothing brings it back."""

import argparse
import json
import re
from datetime import timedelta

import pytest

from handlers.terminal import people as command
from storage.base import people, reading, retention
from storage.base.erasing import erase, leaver, look
from storage.base.errors import UserError
from storage.base.ground import ground_of
from storage.base.remarks import Remark, remarks
from storage.importing import conflicts as kept_conflicts
from tests.account.books import MAYA, TOM

WORDS = "zebra {} on the loose"


@pytest.fixture
def book(make_book):
    areas = ("onboarding", "health", "calls", "escalations", "surveys", "sales")
    return make_book(*areas)


def standing(store, *needles):
    """Table and column of each text that holds one of these."""
    found = set()
    with store.read() as db:
        for table in ground_of(store).tables(db):
            for row in ground_of(store).rows(db, table):
                for column, value in zip(table.columns, row, strict=True):
                    if isinstance(value, str) and any(needle.lower() in value.lower() for needle in needles):
                        found.add(f"{table.name}.{column}")
    return found


def run(world, *argv):
    parser = argparse.ArgumentParser()
    command.configure(parser)
    return command.run(parser.parse_args(argv), world.terminal)


def escalate(who, reason):
    form = who.command(f"/success escalate Acme high {reason}").modal
    form.fill("What has to be so for it to end?", f"{reason}, or so they say").submit().expect("Acme")


def tell(world):
    """Maya writes wherever one can, and Tom writes of her."""
    maya, number = world.as_("maya"), iter(range(100))
    for line in (
        "/cta open Acme expand ci due 26 Nov note {}",
        "/cta note 1 {}",
        "/cta snooze 1 until 3 Jan {}",
        "/cta task 1 skip 1 {}",
        "/account note Acme {}",
        "/account health Acme red {}",
        "/account health Acme green {}",
        "/renewals outlook Acme at risk {}",
        "/renewals skip Acme {}",
        "/ebr log Acme 12 Nov {}",
        "/success call Acme 12 Nov {}",
        "/success survey Acme nps 3 {}",
        "/success delay Acme onboard until 9 Jan customer unresponsive {}",
        "/cta close 1 no-success lack_of_budget {}",
    ):
        maya.command(line.format(WORDS.format(next(number))))
    escalate(maya, WORDS.format(99))
    held = maya.command("/success meeting @alex held 20 Nov").modal
    held.fill("Next steps", WORDS.format(98)).submit()
    world.as_("tom").command(
        "/account note Hooli Maya Rosen and maya@EXAMPLE.com told <@U0000MAYA> and @maya something"
    )
    world.after_acks()
    world.allow_messages()


def leave(world):
    world.slack.person("maya").deactivate()
    world.after_acks()
    world.allow_messages()
    assert people.by_email(world.db, MAYA).deactivated


def figures(world):
    return {
        "ctas": world.rows("SELECT id, status, reason, closed_on, owner_id, closed_by FROM ctas ORDER BY id"),
        "accounts": world.rows("SELECT id, name, health, outlook, csm_id, last_ebr_on FROM accounts ORDER BY id"),
        "audit": world.rows(
            "SELECT id, at, person_id, action, subject FROM audit WHERE action <> 'person.erase' ORDER BY id"
        ),
    }


def test_names_and_words_go_from_everywhere_and_figures_stay(book, capsys):
    tell(book)
    assert len(standing(book.store, "zebra")) > 10
    leave(book)
    before = figures(book)
    assert run(book, "erase", MAYA, "--dry-run") == 0
    assert "Would be erased" in capsys.readouterr().err
    assert figures(book) == before
    assert "accounts.outlook_line" in standing(book.store, "zebra")
    assert run(book, "erase", MAYA, "--yes") == 0
    said = capsys.readouterr().err
    assert "Erased: " in said
    assert "stands under 'Former colleague" in said
    assert "Files and sources that name them" in said
    assert standing(book.store, MAYA, "Maya Rosen", "U0000MAYA", "@maya", "zebra") == set()
    assert figures(book) == before
    (row,) = book.rows("SELECT who, before, after, source FROM audit WHERE action = 'person.erase'")
    assert row["source"] == "terminal"
    assert json.loads(row["after"])["notes"] > 5
    with pytest.raises(UserError, match="Nobody here has the address"):
        run(book, "erase", MAYA, "--yes")


def test_others_of_whom_slack_says_nearly_the_same_stay_mentioned(book):
    said = "@maya.lopez and @mayan with x@maya and @maya-b, met@maya.example"
    book.as_("tom").command(f"/account note Hooli {said}, then @Maya. @maya, (@maya)")
    book.allow_messages()
    leave(book)
    erase(book.store, leaver(book.db, MAYA), book.now)
    (note,) = book.rows("SELECT text FROM account_notes")
    assert note["text"] == f"{said}, then {{0}}. {{0}}, ({{0}})".format("Former colleague 1")


def test_whom_another_is_mentioned_like_stays_mentioned(book):
    book.as_("tom").command("/account note Hooli told @maya")
    book.allow_messages()
    leave(book)
    with book.unit() as unit:
        people.ensure_email(unit, "maya@another.example.com")
    erase(book.store, leaver(book.db, MAYA), book.now)
    assert "account_notes.text" in standing(book.store, "@maya")


def test_slacks_directory_does_not_bring_the_name_back_but_the_person_may_come_back(book):
    leave(book)
    erase(book.store, leaver(book.db, MAYA), book.now)
    with book.unit() as unit:
        reading.begin(unit, reading.DIRECTORY)
    book.bot.machine.learn()
    assert standing(book.store, MAYA, "Maya Rosen") == set()
    reply = book.as_("tom").command("/cta list @maya")
    assert "Maya Rosen" not in reply.text
    assert standing(book.store, MAYA, "Maya Rosen") == set()
    book.slack.person("maya").set(deleted=False)
    book.after_acks()
    assert people.by_email(book.db, MAYA).slack_id == "U0000MAYA"
    book.allow_messages()


def test_an_active_person_is_refused_in_words(book):
    with pytest.raises(UserError, match="active in Slack"):
        run(book, "erase", TOM, "--yes")


def test_somebody_of_whom_slack_was_never_asked_is_refused(book):
    with book.unit() as unit:
        people.ensure_email(unit, "new@example.com")
        unit.db.execute("DELETE FROM meta WHERE key = 'directory_read_at'")
    with pytest.raises(UserError, match="was never read"):
        run(book, "erase", "new@example.com", "--yes")


def test_without_a_terminal_it_asks_for_yes_and_changes_nothing(book):
    leave(book)
    with pytest.raises(UserError, match="--yes"):
        run(book, "erase", MAYA)
    assert people.by_email(book.db, MAYA) is not None


def test_who_still_has_accounts_and_who_the_policy_names_is_said(book, capsys, tmp_path):
    leave(book)
    for copy in ("before-update-3", "replaced-20261130T0327Z", "replaced-20261130T0327Z-wal", "77.part"):
        (tmp_path / f"bot.db.{copy}").touch()
    book.terminal._policy = book.terminal.policy.model_copy(update={"managers": (MAYA,)})
    run(book, "erase", MAYA, "--yes")
    said = capsys.readouterr().err
    assert "Maya Rosen still has 2 accounts and 0 open CTAs" in said
    assert "policy.toml still names them" in said
    names = re.findall(r"bot\.db\.([\w-]+(?:\.part)?)", said)
    assert names == ["77.part", "before-update-3", "replaced-20261130T0327Z"]


def test_a_name_that_others_bear_stays_in_sentences(book):
    leave(book)
    with book.unit() as unit:
        unit.db.execute("UPDATE people SET name = 'Maya Rosen' WHERE email = ?", (TOM,))
    found = look(book.store, leaver(book.db, MAYA))
    assert found.name_stays


def test_one_that_was_cut_short_is_done_again_to_its_end(book):
    tell(book)
    leave(book)

    class End(BaseException):
        pass

    def cut():
        raise End

    with pytest.raises(End):
        erase(book.store, leaver(book.db, MAYA), book.now, cut)
    assert people.by_email(book.db, MAYA) is not None
    erase(book.store, leaver(book.db, MAYA), book.now)
    assert standing(book.store, MAYA, "Maya Rosen", "U0000MAYA", "zebra") == set()


@pytest.mark.of_a_file
def test_every_text_column_whose_author_is_known_is_told_of_or_is_a_fact(book):
    """A new column of words is handed in as a remark, or named here as what it is."""
    facts = {
        "health", "outlook", "state", "kind", "severity", "colour", "source", "outcome", "use_case", "currency",
        "status", "playbook", "category", "motion", "priority", "success_plan", "reason", "detail", "external_id",
        "anchor", "area", "title", "hint", "role", "asks", "sets", "segment", "region", "tier", "territory", "name",
        "name_key", "crm_id", "crm_url", "channel_id", "purchase_intent", "ebr_cadence_agreed_by", "milestone",
        "caused_by", "impact", "lapse", "was", "became", "look_at", "message", "email", "slack_id", "zone", "team", "dm_channel",
        "who", "action", "subject", "before", "after", "file", "counts", "people_made", "header", "means", "days",
        "amounts", "snoozed_until", "why", "contact", "contact_key", "case_id", "section", "month", "found", "on_day", "of_file", "said",
        "customer_since", "address",
    }  # fmt: skip
    told = {(remark.table, word) for remark in remarks() for word in remark.words}
    unknown = set()
    for table in ground_of(book.store).tables(book.db):
        people_of = book.db.execute(f"PRAGMA foreign_key_list({table.name})")
        if table.name == "people" or not any(row[2] == "people" for row in people_of):
            continue
        kinds = {row[1]: row[2] for row in book.db.execute(f"PRAGMA table_info({table.name})")}
        unknown |= {
            f"{table.name}.{c}"
            for c in table.columns
            if kinds.get(c) == "TEXT"
            and not c.endswith(("_at", "_on", "_by"))
            and c not in ("at", "sign_by")
            and (table.name, c) not in told
            and c not in facts
        }
    assert unknown == set()


@pytest.mark.parametrize("remark", remarks(), ids=lambda one: f"{one.table}.{one.words[0]}")
def test_each_remark_is_sql_that_holds(book, remark: Remark):
    book.db.execute(f"SELECT {remark.by}, {remark.on} FROM {remark.table} WHERE {remark.filled} AND {remark.over}")
    with book.unit() as unit:
        unit.db.execute(f"{remark.drop} WHERE {remark.key} = 0")


@pytest.mark.parametrize("words", ["Ann quit", "zebra on the loose, says their CTO"])
def test_what_was_answered_in_a_checklist_goes_from_the_audit_too(book, words):
    """The audit keeps answers by the number of their task; the short ones are anybody's where they are not called so."""
    with book.unit() as unit:
        unit.db.execute("UPDATE accounts SET ae_id = csm_id WHERE name = 'Acme'")
    book.as_("maya").command("/renewals discovery Acme")
    (number,) = book.rows("SELECT max(id) AS id FROM ctas")
    for said in (words, "later"):
        book.as_("maya").command(f"/cta task {number['id']} done 1 {said}")
        book.as_("maya").command(f"/cta task {number['id']} open 1")
    book.after_acks()
    book.allow_messages()
    assert "audit.after" in standing(book.store, words)
    leave(book)
    assert run(book, "erase", MAYA, "--yes") == 0
    assert "audit.after" not in standing(book.store, words)
    assert "tasks.answer" not in standing(book.store, words)


def test_words_of_a_task_are_of_who_typed_them_whose_ever_task_it_is(book):
    """Maya's go, of the AE's checklist too; what others typed on her tasks stays. Of old ones the audit knows."""
    maya, priya, alex = book.as_("maya"), book.as_("priya"), book.as_("alex")
    maya.command("/cta open Acme expand ci due 26 Nov")
    maya.command("/renewals discovery Acme")
    for who, line in (
        (priya, "1 skip 1 zebra priya skips it"),
        (maya, "1 skip 2 zebra maya skips it"),
        (priya, "1 skip 3 zebra of the audit alone"),
        (maya, "2 done 1 zebra maya answers"),
        (alex, "2 done 2 zebra alex answers"),
    ):
        who.command(f"/cta task {line}")
    with book.unit() as unit:
        unit.db.execute("UPDATE tasks SET skipped_by = NULL WHERE skip_reason LIKE '%alone%'")
        unit.db.execute("UPDATE ctas SET closed_on = '2026-11-24', status = 'closed_success'")
    book.after_acks()
    book.allow_messages()
    leave(book)
    assert run(book, "erase", MAYA, "--yes") == 0
    assert standing(book.store, "zebra maya") == set()
    kept = book.rows(
        "SELECT coalesce(skip_reason, answer) AS said FROM tasks WHERE skip_reason <> '' OR answer <> '' ORDER BY id"
    )
    assert [row["said"] for row in kept] == ["zebra priya skips it", "zebra of the audit alone", "zebra alex answers"]


def test_of_a_record_that_two_wrote_the_words_go_of_who_is_erased_and_the_other_s_stay(make_book):
    """Whoever wrote first, or last, and what was written over: in the record, the audit and all that was made of them."""
    book = make_book("plans", "growth")
    for one, other in (("maya", "priya"), ("priya", "maya")):
        form = book.as_("maya").command("/playbooks play add lack_of_budget 8 5 7").modal
        form.fill("Hypothesis", "zebra maya").fill("What to do", "zebra maya began with this").submit()
        (play,) = book.rows("SELECT max(id) AS id FROM plays")
        command = f"/playbooks play {play['id']}"
        for who in (one, other):
            form = book.as_(who).command(f"{command} edit").modal
            form.fill("What to do", f"zebra {who} knows better").submit()
        book.as_(one).command(f"{command} keep").modal.fill("Why?", f"zebra {one} said why").submit()
        book.as_(other).command(f"{command} result").modal.fill("What came of it?", f"zebra {other} saw it").submit()
        for who, label in (
            (one, "Strategy: why did they buy?"),
            (other, "Highlights: what came of it so far, what comes next"),
        ):
            page = book.as_(who).command(f"/success plan {'Acme' if one == 'maya' else 'Globex'}").message
            page.click("Begin the plan" if who == one else "Edit the plan")
            book.as_(who).expect_modal("Success plan").fill(label, f"zebra {who} says {label[:5]}").submit()
        book.allow_messages()
    book.after_acks()
    book.allow_messages()
    leave(book)
    assert run(book, "erase", MAYA, "--yes") == 0
    assert standing(book.store, "zebra maya") == set()
    gone = "(erased)"
    assert [
        tuple(said or gone for said in row.values())
        for row in book.rows("SELECT hypothesis, todo, line, result FROM plays ORDER BY id")
    ] == [
        (gone, "zebra priya knows better", gone, "zebra priya saw it"),
        (gone, gone, "zebra priya said why", gone),
    ]
    plans = book.rows("SELECT strategy, highlights FROM plans ORDER BY id")
    assert [(row["strategy"] or gone, row["highlights"] or gone) for row in plans] == [
        (gone, "zebra priya says Highl"),
        ("zebra priya says Strat", gone),
    ]


def test_short_words_and_words_with_signs_go_from_what_was_answered_and_no_click_counts_twice(book):
    """Seen failing: `Ann quit` stayed in the sentence that said it was noted, and so did all that was escaped there."""
    said = ("Ann quit", "R&D no", "zebra & lions are <loose> *now*", "zebra’s “quote”")
    for words in said:
        book.as_("maya").command(f"/account note Acme {words}").expect("noted")
        book.as_("priya").command("/account note Acme of somebody else").expect("noted")
    book.after_acks()
    book.allow_messages()
    parts = ("Ann quit", "R&amp;D", "lions", "quote")
    assert "inbox.answer" in standing(book.store, *parts)
    leave(book)
    keys = book.rows("SELECT key FROM inbox ORDER BY key")
    assert run(book, "erase", MAYA, "--yes") == 0
    assert standing(book.store, *said, *parts) == set()
    assert book.rows("SELECT key FROM inbox ORDER BY key") == keys


def test_what_was_replaced_or_stands_under_anothers_name_goes_too(book):
    """The audit knows who said what: what an answer in the inbox still holds, what who changed it since did not write."""
    maya, tom = book.as_("maya"), book.as_("tom")
    maya.command("/cta open Acme expand ci due 26 Nov note zebra first thoughts")
    escalate(maya, "zebra is their reason")
    maya.command("/account note Acme zebra words that go").expect("noted")
    with book.unit() as unit:
        unit.db.execute("UPDATE escalations SET opened_by = (SELECT id FROM people WHERE email = ?)", (TOM,))
        unit.db.execute("DELETE FROM account_notes")
    tom.command("/account note Hooli zebra of somebody else")
    book.after_acks()
    book.allow_messages()
    assert {"inbox.answer", "escalations.reason"} <= standing(book.store, "zebra words", "zebra is their")
    leave(book)
    assert run(book, "erase", MAYA, "--yes") == 0
    assert standing(book.store, "zebra first", "zebra is", "zebra words") == set()
    assert "account_notes.text" in standing(book.store, "zebra of somebody else")


@pytest.mark.parametrize("conflicts", ["ask", "crm_wins"])
@pytest.mark.parametrize("words", ["Ann quit", "zebra on the loose,\nsays their CTO"])
def test_words_that_others_or_files_put_away_go_too(make_book, conflicts, words):
    """What was there before somebody else said more: in their audit, in a renewal, beside a file's note, in a conflict."""
    book = make_book(import_conflicts=conflicts)
    maya, priya = book.as_("maya"), book.as_("priya")
    cta = {
        "account": "Acme",
        "playbook": "Expand: CI",
        "status": "new",
        "opened_on": "2026-11-02",
        "note": "of the CRM",
    }
    assert not book.book("ctas", cta).rejected
    maya.command(f"/cta note 1 {words}")
    assert not book.book("ctas", cta | {"note": "of the CRM, later"}).rejected
    for name in ("Acme", "Globex"):
        maya.command(f"/renewals outlook {name} at risk {words}")
    priya.command("/renewals outlook Acme renew all is well")
    priya.command("/renewals renewed Globex 28 Feb 2028")
    with book.unit() as unit:
        unit.db.execute(
            "INSERT INTO source_known(source, account_id, field, theirs, cell, stamp, at)"
            " VALUES ('crm', 1, 'next_step', '\"\"', ?, '', ?)",
            (words, unit.at),
        )
        kept_conflicts.keep(unit, "written", 1, "next_step", words, "of the CRM", source="crm")
    book.after_acks()
    book.allow_messages()
    before = standing(book.store, *words.split("\n"))
    assert {"audit.before", "conflicts.ours", "renewals.was", "source_known.cell"} <= before
    leave(book)
    assert run(book, "erase", MAYA, "--yes") == 0
    assert standing(book.store, *words.split("\n")) == set()
    assert "import_changes.after" in standing(book.store, "of the CRM")


def test_whose_words_still_stand_is_known_when_the_audit_is_dropped(make_book):
    """Seen failing: whose the line of an outlook was, the audit knew, which its age had dropped."""
    book = make_book(retention={"audit": 1})
    book.as_("maya").command("/renewals outlook Acme at risk zebra on the loose")
    book.after_acks()
    book.allow_messages()
    later = book.now + timedelta(days=90)
    for drop in retention.slices(book.db, book.store.policy, later, ()):
        with book.unit() as unit:
            drop(unit)
    assert "accounts.outlook_line" in standing(book.store, "zebra")
    leave(book)
    assert run(book, "erase", MAYA, "--yes") == 0
    assert standing(book.store, "zebra") == set()
