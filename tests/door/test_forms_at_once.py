"""Two people hold the same form: what one of them did not touch stays as the other has put it since."""

from storage.base import people
from tests.account.books import SOFIA
from tests.plan.conftest import objective, write

STRATEGY, HIGHLIGHTS = "Strategy: why did they buy?", "Highlights: what came of it so far, what comes next"


def opened(who, action):
    """A form that a button of the answer opens."""
    command, button = action
    reply = who.command(command)
    if button == "Update":
        reply.message.overflow(button)
    elif button:
        reply.message.click(button)
    return reply.modal


def test_what_nobody_touched_in_a_form_stays_as_somebody_else_has_put_it_since(make_book):
    book = make_book("plans", "growth", "health", "escalations")
    write(book)
    objective(book)
    maya, priya = book.as_("maya"), book.as_("priya")
    play = maya.command("/playbooks play add lack_of_budget 8 5 7").modal
    play.fill("Hypothesis", "They pay twice").fill("What to do", "Show the saving").submit()
    maya.command("/cta open Acme expand ci due 26 Nov")
    maya.command("/account health Acme red no budget")
    maya.command("/success escalate Acme medium no sponsor").modal.fill(
        "What has to be so for it to end?", "one"
    ).submit()
    book.after_acks()
    book.allow_messages()
    seen = []
    sofia = people.by_email(book.db, SOFIA).id
    for form, one, other, table, columns in (
        (("/account edit Acme", ""), ("Region", "EMEA"), ("Renewal date", "2027-06-30"), "accounts", "region, renewal_on"),
        (("/account edit Acme", ""), ("CRM link", "https://a.example/"), ("AE", "sofia"), "accounts", "crm_url, ae_id"),
        (("/success plan Acme", "Edit the plan"), (HIGHLIGHTS, "one"), (STRATEGY, "other"), "plans", "highlights, strategy"),
        (("/success plan Acme", "Edit"), ("Where do they stand today?", "one"), ("What is to be reached?", "other"),
         "objectives", "baseline, title"),
        (("/playbooks play 1 edit", ""), ("Hypothesis", "one"), ("What to do", "other"), "plays", "hypothesis, todo"),
        (("/success triage Acme", ""), ("What ends it", "one"), ("Next step", "other"), "triages", "ends, next_step"),
        (("/success update Acme", ""), ("How does it go?", "one"), ("How is it now?", "Yellow"), "triages",
         "'one', replace(colour, 'yellow', 'Yellow')"),
        (("/success escalations", "Update"), ("How does it go?", "one"), ("How bad is it?", "High"), "escalations",
         "'one', replace(severity, 'high', 'High')"),
        (("/cta edit 1", ""), ("Priority", "High"), ("Due", "2026-12-11"), "ctas", "priority, due_on"),
    ):  # fmt: skip
        mine, theirs = opened(maya, form), opened(priya, form)
        if "update" in form[0] or form[1] == "Update":
            theirs.fill("How does it go?", "worse")
        theirs.fill(*other).submit()
        book.after_acks()
        mine.fill(*one).submit()
        book.after_acks()
        book.allow_messages()
        (row,) = book.rows(f"SELECT {columns} FROM {table} ORDER BY id LIMIT 1")
        assert tuple(row.values()) == (one[1], other[1]) or table in ("accounts", "ctas"), form
        seen.append(tuple(row.values()))
    assert seen[:2] + seen[-1:] == [("EMEA", "2027-06-30"), ("https://a.example/", sofia), ("high", "2026-12-11")]


def test_a_task_that_somebody_did_since_its_form_was_opened_stays_done(book):
    maya = book.as_("maya")
    maya.command("/cta open Acme expand ci due 26 Nov")
    which = "Skip or change a task"
    form = maya.command("/cta task 1").modal
    form.select(which, form.options(which)[0])
    form = maya.expect_modal()
    book.as_("priya").command("/cta task 1 done 1")
    form.fill("Task", "Call them").submit()
    book.after_acks()
    assert book.rows("SELECT title, state FROM tasks WHERE position = 1") == [{"title": "Call them", "state": "done"}]
    book.allow_messages()
