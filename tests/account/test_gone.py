"""Of an account that leaves, has churned or is archived nothing is asked, promised or named as to come, wherever one looks.

Whatever stood open or due of it comes back with it.
"""

import re

import pytest

from storage.account import store as accounts
from storage.ebr import store as ebrs
from tests.account.books import account, at
from tests.forging import click
from tests.review.test_review import ask

AREAS = ("review", "health", "calls", "escalations", "onboarding", "plans", "surveys", "sales")
GOES = {
    "leaving": "/renewals churned Acme 30 Apr 2027 price",
    "churned": "/renewals churned Acme 24 Nov price",
    "archived": "/account archive Acme",
}
TO_COME = re.compile(
    r"next due|overdue since|EBR due|(next|EBR|review) scheduled|was due|update due|should be there|to be scheduled"
    r"|I'll |remind|ask again|asks:|target|late:|day \d+ of onboarding|in onboarding|\d late\b|first value by|next one|by \w{3} \d"
    r"|renews \w{3} \d|Summary to everybody|in \d+ days|fill in|no EBR yet|no call yet|Open one when|are asked|get the invitation"
    r"|what next\?|draft · due|not shared|no strategy|no success plan|not qualified|waits for an answer"
)
"""How the bot names what is to come."""
SCREENS = (
    "/account Acme",
    "/account brief Acme",
    "/renewals Acme",
    "/ebr Acme",
    "/success Acme",
    "/success plan Acme",
    "/success plan Acme internal",
    "/cta show 2",
    "/ebr log Acme",
    "/ebr log Acme 20 Nov 2026",
)
LISTS = ("/renewals", "/ebr", "/account list no-ebr", "/success", "/playbooks deferred", "/success escalations")
REFUSED = (
    *(
        f"/renewals {words}"
        for words in ("later Acme", "later Acme 3 Dec", "schedule Acme", "schedule Acme 3 Dec 15:00")
    ),
    *(f"/renewals {words}" for words in ("held Acme", "skip Acme", "skip Acme no need", "ask Acme", "signing Acme")),
    *("/renewals outlook Acme", "/ebr schedule Acme", "/ebr schedule Acme 3 Dec 15:00", "/ebr cadence Acme 6"),
    *("/ebr cadence Acme", "/success escalate Acme high down", "/success submit Acme", "/success objective Acme add x"),
    "/success delay Acme onboard until 9 Jan customer unresponsive",
    "/success onboarding Acme start today",
)
PRESSED = {
    "ebr.later": "{}",
    "ebr.pick_date": "{}",
    "ebr.cadence": "{}",
    "renewal.later": "{}:2027-04-30:5",
    "renewal.pick_time": "{}:2027-04-30:5",
    "renewal.held": "{}:2027-04-30:5",
    "renewal.skip": "{}:2027-04-30:5",
    "renewal.ask_team": "{}:2027-04-30:5",
    "renewal.ask_later": "{}:2027-04-30",
    "renewal.signing": "{}:2027-04-30",
    "onboarding.delay": "{}:onboarded",
    "triage.update": "1",
    "triage.needed": "{}",
    "escalation.open": "{}",
    "plan.edit": "{}:roi",
}


@pytest.fixture
def known(make_book):
    """Acme with something to come of each sort, and a question of Priya's; it is Tuesday morning."""
    book = make_book(*AREAS)
    maya, acme = book.as_("maya"), account(book)
    with book.unit() as unit:
        accounts.write(unit, acme.id, {"last_ebr_on": "2025-11-30", "customer_since": "2026-11-01"})
        accounts.look_again(unit, acme.id, ebr=True)
        ebrs.schedule(unit, acme.id, at(12, 3), at(12, 3).date())
    maya.command("/cta open Acme expand ci due 24 Nov").expect("Opened")
    maya.command("/cta open Acme expand scm").expect("Opened")
    number = book.rows("SELECT id FROM ctas WHERE playbook = 'Expand: SCM'")[0]["id"]
    maya.command(f"/cta close {number} no-success deferred 2 Dec 2026").expect("I'll bring it back")
    maya.command("/success plan Acme").message.click("Begin the plan")
    maya.expect_modal("Success plan").submit()
    maya.expect_ephemeral("Acme")
    maya.command("/account health Acme red").expect("red")
    maya.command("/success escalate Acme high").modal.fill("What has to be so for it to end?", "signed").submit()
    maya.expect_ephemeral("update due")
    ask(book)
    book.jump(at(11, 24))
    yield book, maya.expect_dm("Good morning", "@priya asks", "Expand: CI")
    book.allow_messages()


def go(known, way):
    """The account goes; what the answers and the forms say from then on is the test's."""
    book, message = known
    book.posted()
    said = book.as_("maya").command(GOES[way])
    if way == "archived":
        said.modal.submit()
        book.as_("maya").expect_ephemeral("is archived")
    else:
        said.expect("Acme")
    return book, message


@pytest.fixture(params=GOES)
def gone(known, request):
    return go(known, request.param)


def shown(book, words, who="maya"):
    """What a command shows: its form, or else its answer."""
    reply = book.as_(who).command(words)
    if form := book.as_(who).modal:
        form.close()
        return form.text
    return reply.text


def to_come(text):
    """Lines that name something to come; of the audit on a card only what was done."""
    lines = text.partition("\nLately\n")[0].splitlines()
    return [line for line in lines if TO_COME.search(line) and "no EBR to come" not in line]


def test_such_screens_do_name_what_is_to_come_of_an_account_that_stays(known):
    book, _ = known
    for screen in SCREENS[:-1]:
        assert to_come(shown(book, screen)), screen
    assert "Acme" in shown(book, "/ebr")
    assert "1 CTA deferred" in shown(book, "/playbooks deferred")


def test_no_screen_of_it_names_anything_to_come(gone):
    book, _ = gone
    found = {screen: to_come(shown(book, screen)) for screen in SCREENS}
    assert [lines for lines in found.items() if lines[1]] == []


def test_no_list_of_what_is_due_holds_it(gone):
    book, _ = gone
    assert [words for words in LISTS if re.search("Acme|1 CTA deferred", shown(book, words))] == []
    assert "Acme" not in shown(book, "/ebr team", "priya")
    book.as_("maya").command("/cta").expect()
    assert "due this week" not in book.as_("maya").command("/cta").text


def test_neither_a_morning_that_stands_nor_home_asks_about_it(gone):
    book, message = gone
    text = message.expect("all done", "✓ Acme").text
    assert "asks" not in text
    home = book.as_("maya").open_home().text
    assert "Acme" not in home
    assert "due this week" not in home


@pytest.mark.parametrize("way", GOES)
def test_what_would_promise_something_is_refused_in_words(known, way):
    book, _ = go(known, way)
    what = "is archived" if way == "archived" else "was recorded as churned"
    found = {words: shown(book, words) for words in REFUSED}
    assert [(words, text) for words, text in found.items() if f"Acme {what}." not in text] == []
    waiting = "SELECT kind FROM outbox WHERE state = 'pending' AND kind <> 'notice' AND kind NOT IN ('told', 'alert')"
    assert book.rows(waiting + " AND dedupe_key LIKE '%later%'") == []


@pytest.mark.parametrize("way", GOES)
def test_a_button_that_still_stands_says_what_is_so(known, way):
    book, _ = go(known, way)
    maya, what = book.as_("maya"), "is archived" if way == "archived" else "was recorded as churned"
    for action, value in PRESSED.items():
        click(book, "maya", action, value.format(account(book).id))
        book.after_acks()
        assert maya.modal is None, action
        assert f"Acme {what}." in maya.expect_dm().text, action


def test_a_question_about_it_is_not_put_on_its_morning_but_once_it_is_back(make_book):
    book = make_book(*AREAS)
    maya = book.as_("maya")
    ask(book)
    maya.command(GOES["leaving"]).expect("leaves")
    book.jump(at(11, 24))
    book.posted()
    asked = "SELECT state, error FROM outbox WHERE kind = 'review_ask'"
    assert book.rows(asked) == [{"state": "cancelled", "error": "the account is archived or churned"}]
    maya.command("/renewals undo Acme").expect("taken back")
    maya.expect_dm("@priya asks")
    book.allow_messages()


@pytest.mark.parametrize("way", GOES)
def test_all_of_it_is_back_with_it(known, way):
    book, message = known
    maya = book.as_("maya")
    book.posted()
    before = {screen: to_come(shown(book, screen)) for screen in (*SCREENS[:5], *LISTS)}
    go(known, way)
    message.expect("all done")
    book.posted()
    maya.command("/account unarchive Acme" if way == "archived" else "/renewals undo Acme").expect("Acme")
    text = message.expect("@priya asks").text
    assert "Expand: CI" in text
    assert {screen: to_come(shown(book, screen)) for screen in (*SCREENS[:5], *LISTS)} == before
    assert "asks" in maya.open_home().text
