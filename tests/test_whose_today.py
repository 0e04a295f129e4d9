"""What a person did just now was done today, wherever they are; it is kept on the day where the team is."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from storage.base.moments import civil_day
from storage.triage.store import begin_missing

# In Berlin it is late in the evening, or early in the morning: elsewhere it is tomorrow, or still yesterday.
AHEAD, BEHIND = datetime(2026, 11, 23, 22, 30, tzinfo=UTC), datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
TEAM = "Europe/Berlin"
PLACES = {
    "Australia/Sydney": AHEAD,
    "Pacific/Kiritimati": AHEAD,
    "America/Los_Angeles": BEHIND,
    "Pacific/Pago_Pago": BEHIND,
}
AREAS = ("plans", "onboarding", "surveys", "usage", "health", "calls", "escalations", "sales", "review", "growth")
SAID = (
    "/account health Acme red they are leaving",
    "/account note Acme met their CTO",
    "/cta open Acme expand ci",
    "/cta open Acme enable scm due today",
    "/cta open Globex expand cd",
    "/cta open Globex expand scm",
    "/cta note 2 called them",
    "/cta task 3 done 1",
    "/cta close 1 success",
    "/cta close 4 no-success lack_of_budget on today",
    "/ebr log Acme today",
    "/success call Acme today met them",
    "/success survey Acme nps 9",
    "/success onboarding Globex start today",
    "/success reached Globex engaged today",
    "/success adopted Globex CI today agreed with their CTO",
    "/renewals outlook Globex at risk sponsor is leaving",
    "/renewals discovery Acme",
)
FORMS = {
    "/renewals held Acme": {"Health": "Red", "Outlook": "Renews", "Next step": "call"},
    "/success update Acme": {"How does it go?": "they call back"},
    "/success meeting @alex held": {},
    "/success escalate Acme high it is down": {"What has to be so for it to end?": "it is up"},
    "/success objective Acme add": {
        "What is to be reached?": "Releases twice a week",
        "Why does the customer want it?": "Their market moves",
        "By what will everybody see it?": "8 releases in March",
    },
}
PAGES = tuple(
    f"{page} {name}"
    for name in ("Acme", "Globex")
    for page in ("/account", "/account brief", "/account history", "/renewals", "/ebr", "/success", "/success plan")
)
LISTS = ("/cta", "/cta list", "/cta show 1", "/cta show 2", "/cta show 3", "/cta show 4", "/cta history 1", "/success")
LISTS += ("/success health", "/success escalations", "/success triage", "/success onboarding", "/success meeting")

ELSEWHERE = re.compile(r"yesterday|tomorrow|\bago\b|\b1 day\b|for \d+ days?\b|overdue|was due|-\d+ days?\b")
TRUE = re.compile(
    r"CTA Bot imported it|data from|everybody by tomorrow|late: last one|to be scheduled|update due tomorrow"
)
"""What was there before, and what is still to be done."""


def off(text):
    """The lines of a text that say another day than today of what was done."""
    return [line for line in text.splitlines() if ELSEWHERE.search(line) and not TRUE.search(line)]


def shown(world, actor, page):
    reply = actor.command(page)
    text = reply.modal.text if "brief" in page else reply.text
    world.after_acks()
    world.allow_messages()
    return text


@pytest.mark.parametrize("zone", PLACES)
def test_what_was_done_just_now_was_done_today(make_book, zone):
    book, now = make_book(*AREAS, timezone=TEAM), PLACES[zone]
    for who, where in (("maya", zone), ("priya", TEAM)):
        book.slack.person(who).set(tz=where)
    book.after_acks()
    book.start_at(now)
    own, team = civil_day(now, zone), civil_day(now, TEAM)
    assert own != team
    maya, priya = book.as_("maya"), book.as_("priya")
    wrong = [(said, line) for said in SAID for line in off(shown(book, maya, said))]
    for said, fields in FORMS.items():
        form = maya.command(said).modal
        for label, value in fields.items():
            form.fill(label, value)
        assert not form.submit().errors, said
        book.after_acks()
        book.posted()
        book.allow_messages()
    wrong += [(page, line) for page in (*PAGES, *LISTS) for line in off(shown(book, maya, page))]
    behind = maya.command("/playbooks report").message.click("CTAs").modal.text
    assert "Expand: CI" in behind
    wrong += [("behind the report", line) for line in off(behind)]
    home = maya.open_home().text
    assert "Closed today" in home
    wrong += [("Home", line) for line in off(home)]
    assert wrong == []
    # Where the day is not as far on, it was not done tomorrow either; a day by which something is due may well be.
    read = [
        (page, line)
        for page in (*PAGES, "/cta show 1", "/cta history 1")
        for line in shown(book, priya, page).splitlines()
    ]
    assert [one for one in read if re.search(r"(?<!due )(?<!by )tomorrow|-\d+ day", one[1])] == []
    assert ("/success Globex", "Globex · in onboarding Account") in read
    kept = dict.fromkeys(("opened_on", "closed_on"), team.isoformat())
    assert book.rows("SELECT opened_on, closed_on FROM ctas WHERE id IN (1, 4)") == [kept, kept]
    assert book.rows("SELECT min(due_on) AS due FROM tasks") == [{"due": own.isoformat()}]


def test_a_day_that_somebody_names_is_said_by_the_readers_own(make_book):
    book = make_book("calls", "surveys", timezone=TEAM)
    maya = book.as_("maya")
    book.slack.person("maya").set(tz="Australia/Sydney")
    book.after_acks()
    book.start_at(AHEAD - timedelta(hours=12))
    maya.command("/account note Acme met their CTO").expect("noted")
    book.start_at(AHEAD)
    assert civil_day(AHEAD, TEAM) == date(2026, 11, 23), "which is yesterday in Sydney"
    said = [shown(book, maya, f"{words} yesterday") for words in ("/ebr log Acme", "/success call Acme")]
    said.append(shown(book, maya, "/success survey Acme nps 9 yesterday"))
    form = maya.command("/renewals held Acme yesterday").modal
    assert not form.fill("Health", "Green").fill("Outlook", "Renews").fill("Next step", "call").submit().errors
    book.after_acks()
    pages = [*said, *(shown(book, maya, f"{page} Acme") for page in ("/account", "/ebr", "/renewals", "/success"))]
    text = "\n".join(pages)
    assert re.findall(r"(?:last|last EBR|held|last call|NPS 9 ·|call of) today|NPS 9 \(today", text) == []
    for words in ("yesterday · Maya Rosen: met their CTO", "last EBR yesterday", "held yesterday", "NPS 9 (yesterday)"):
        assert words in text
    priya = book.as_("priya")
    book.slack.person("priya").set(tz=TEAM)
    maya.command("/ebr log Globex today").expect("EBR of today")
    assert "held today" in shown(book, priya, "/ebr Globex"), "for her it has not begun, but is no day to come"


@pytest.mark.parametrize("zone", PLACES)
def test_what_is_to_come_is_so_from_the_persons_today_on(make_book, zone):
    book, now = make_book("health", timezone=TEAM), PLACES[zone]
    book.slack.person("maya").set(tz=zone)
    book.after_acks()
    book.start_at(now)
    maya = book.as_("maya")
    said = [shown(book, maya, f"/renewals signing Acme {day} with legal") for day in ("yesterday", "today")]
    assert ["has passed" in text for text in said] == [True, False]
    with book.unit() as unit:
        unit.db.execute("UPDATE accounts SET renewal_on = '2026-11-20' WHERE name = 'Globex'")
    said = [shown(book, maya, f"/renewals renewed Globex {day}") for day in ("today", "tomorrow")]
    assert ["renewed until" in text for text in said] == [False, True], said


@pytest.fixture
def sydney(make_book):
    """Maya is where it is tomorrow already, Priya where she reads it today."""
    book = make_book("health", timezone=TEAM)
    book.slack.person("maya").set(tz="Pacific/Kiritimati")
    book.slack.person("priya").set(tz="America/Los_Angeles")
    book.after_acks()
    book.start_at(AHEAD)
    book.as_("maya").expect_dm("3 things today")
    yield book
    book.posted()
    book.allow_messages()


def test_an_alert_says_the_readers_day_of_what_was_done(sydney):
    sydney.as_("maya").command("/account health Acme red").expect("set today")
    sydney.jump(datetime(2026, 11, 23, 22, 33, tzinfo=UTC))
    sydney.as_("priya").expect_dm("Acme is red since today")
    sydney.as_("alex").expect_dm("Acme is red since")


def test_the_health_that_was_set_last_is_the_newest_whoever_set_it_where_the_day_is_further_on(sydney):
    sydney.as_("maya").command("/account health Acme yellow they are slow").expect("set today")
    sydney.as_("priya").command("/account health Acme red they are leaving").expect("set today")
    said = sydney.as_("priya").command("/account Acme").expect("health red, set today · “they are leaving”")
    assert "slow” (" not in said.text
    sydney.jump(datetime(2026, 11, 23, 22, 33, tzinfo=UTC))
    sydney.as_("alex").expect_dm("Acme is red since")


def test_a_triage_that_ended_today_is_not_begun_again(sydney):
    maya = sydney.as_("maya")
    maya.command("/account health Acme red").expect("in triage")
    with sydney.unit() as unit:
        unit.db.execute("UPDATE triages SET state = 'ended', ended_at = ?, outcome = 'contracted'", (unit.at,))
        assert begin_missing(unit) == 0


def test_an_ebr_held_on_the_day_it_was_planned_is_not_asked_about(make_book):
    book = make_book(timezone=TEAM)
    book.slack.person("maya").set(tz="America/Los_Angeles")
    book.after_acks()
    book.start_at(BEHIND)
    maya = book.as_("maya")
    maya.expect_dm("3 things today")
    maya.command("/ebr schedule Globex 3 Dec 15:00").expect("No nudges until then.")
    maya.command("/ebr log Globex today").expect("EBR of today logged")
    assert book.rows("SELECT state FROM ebrs ORDER BY id") == [{"state": "held"}]
    book.allow_messages()


HELD = (
    "/ebr log Acme {}",
    "/success call Acme {} met them",
    "/success survey Acme nps 9 {}",
    "/success reached Globex engaged {}",
    "/success onboarding Globex start {}",
    "/success adopted Globex CI {} agreed with their CTO",
    "/success meeting @alex held {}",
    "/renewals held Acme {}",
    "/cta close 1 success on {}",
    "/cta close 1 no-success not_relevant on {}",
    "/account add Umbrella since {}",
)
"""What was done, with its day."""
DATED = {
    "/ebr log Acme 24 Nov": ("EBR of today", "held_on FROM ebrs"),
    "/success call Acme 24 Nov met them": ("call of today", "held_on FROM calls"),
    "/success survey Acme nps 9 24 Nov": ("NPS 9 · today", "answered_on FROM survey_answers"),
    "/success onboarding Globex start 24/11": ("since today", "started_on FROM accounts WHERE name = 'Globex'"),
    "/cta close 1 success on 24 Nov": ("Closed", "closed_on FROM ctas WHERE id = 1"),
}


@pytest.fixture
def behind(make_book):
    """Maya is where it is still Monday; where the team is it is Tuesday 24 November."""
    book = make_book(*AREAS, timezone=TEAM)
    book.slack.person("maya").set(tz="America/Los_Angeles")
    book.after_acks()
    book.start_at(BEHIND)
    maya = book.as_("maya")
    maya.expect_dm("things today")
    maya.command("/cta open Acme expand ci").expect("Opened")
    yield book, maya
    book.posted()
    book.allow_messages()


def test_what_is_still_ahead_for_who_types_it_was_not_done(behind):
    _, maya = behind
    said = {words.format(day): maya.command(words.format(day)).text for words in HELD for day in ("tomorrow", "+1d")}
    assert [words for words, text in said.items() if "is still ahead" not in text or words not in text] == []


def test_a_date_that_is_today_where_the_team_is_has_come(behind):
    book, maya = behind
    for words, (answer, column) in DATED.items():
        maya.command(words).expect(answer)
        book.after_acks()
        assert [*book.rows(f"SELECT {column}")[0].values()] == ["2026-11-24"], words


def test_what_was_done_just_now_is_not_said_to_be_of_tomorrow_where_it_stands_in_the_way(behind):
    book, maya = behind
    maya.command("/cta open Acme expand ci").expect("CTA 1, since Mon 23 Nov")
    maya.command("/cta close 1 success on yesterday").expect("It was opened on Mon 23 Nov")
    maya.command("/cta close 1 success").expect("Closed")
    for words in ("close 1 success", "due 1 friday", "snooze 1 until friday"):
        maya.command(f"/cta {words}").expect("was closed on Mon 23 Nov by Maya Rosen")
    maya.command("/ebr log Acme 24 Nov").expect("EBR of today")
    maya.command("/ebr log Acme 24 Nov").expect("The EBR of Mon 23 Nov is logged already")
    with book.unit() as unit:
        unit.db.execute("UPDATE accounts SET renewal_on = '2026-11-20' WHERE name = 'Globex'")
    maya.command("/renewals churned Globex price").expect("recorded as churned: Price")
    maya.command("/renewals churned Globex price").expect("was recorded as churned on Mon 23 Nov")
    assert "omorrow" not in maya.command("/account Globex").text
    maya.command("/account returned Globex yesterday").expect("It left on Mon 23 Nov, after that.")
    maya.command("/account returned Globex today").expect("is back")
    back = "SELECT left_on, back_on FROM account_returns"
    assert book.rows(back) == [dict.fromkeys(("left_on", "back_on"), "2026-11-24")]
