"""Handing accounts over, being away, and leaving for good."""

from datetime import UTC, date, datetime

import pytest

from reminders.outbox import slack_people
from storage.base import people
from tests.account.books import MAYA, PRIYA, TOM, account, audit, notices, told


@pytest.fixture
def book(open_book):
    return open_book


def person(world, email):
    return people.by_email(world.db, email)


def open_cta(world, name="Acme", owner="maya"):
    reply = world.as_(owner).command(f"/cta open {name} expand ci due 26 Nov")
    assert "Opened" in reply.text


def test_a_handover_asks_first_then_moves_accounts_ctas_and_tasks(book):
    open_cta(book)
    form = book.as_("priya").command("/account handover @maya @tom").modal
    assert "@maya has 2 accounts and 1 open CTA." in form.text
    assert account(book).csm_id == person(book, MAYA).id
    reply = form.submit()
    assert "2 accounts and 1 open CTA went from @maya to @tom" in reply.text
    tom = person(book, TOM)
    assert {account(book, name).csm_id for name in ("Acme", "Globex")} == {tom.id}
    assert {row["owner_id"] for row in book.rows("SELECT owner_id FROM ctas")} == {tom.id}
    assert {row["assignee_id"] for row in book.rows("SELECT assignee_id FROM tasks")} <= {None, tom.id}
    assert audit(book) == ["account.handover"]
    book.as_("maya").expect_dm("2 accounts and 1 open CTA went from you to @tom", "Acme", "Globex", "Expand: CI")
    book.as_("tom").expect_dm("went from @maya to you")
    assert notices(book, "handover") == [MAYA, TOM]


def test_some_accounts_only(book):
    open_cta(book)
    form = book.as_("priya").command("/account handover @maya @tom some").modal
    form.submit()
    assert form.errors == {"Accounts, if some": "Which accounts? Pick some, or take all of them."}
    assert form.suggest("Accounts, if some", "glo") == ["Globex"]
    form.fill("Accounts, if some", ["Globex"]).submit().expect()
    assert account(book, "Globex").csm_id == person(book, TOM).id
    assert account(book, "Acme").csm_id == person(book, MAYA).id
    assert {row["owner_id"] for row in book.rows("SELECT owner_id FROM ctas")} == {person(book, MAYA).id}
    told(book, "maya", "tom", words="1 account and 0 open CTAs")


def test_nobody_takes_their_own_and_no_guest_takes_any(book):
    form = book.as_("priya").command("/account handover @maya @maya").modal
    form.submit()
    assert "That is the same person twice." in form.errors["To"]
    form.fill("To", "gina").submit()
    assert "Gina Blume can't take accounts." in form.errors["To"]
    assert account(book).csm_id == person(book, MAYA).id


def test_only_managers_hand_over(book):
    assert "Only managers can hand accounts over." in book.as_("maya").command("/account handover @maya @tom").text


def test_away_sends_the_backup_a_packet_of_what_is_due(book):
    open_cta(book)
    reply = book.as_("maya").command("/account away until 8 Jan @tom")
    assert "Your nudges go to @tom" in reply.text
    packet = book.as_("tom").expect_dm("@maya is away until Fri 8 Jan 2027; you stand in")
    assert "Acme · five-month review due Mon 30 Nov" in packet.text
    assert "Globex · due Wed 30 Dec" in packet.text
    assert "Acme · Expand: CI · due Thu 26 Nov" in packet.text
    book.after_acks()
    assert "five-month review" in packet.click("Show", row="five-month review").text
    assert "Globex" in packet.click("Show", row="Globex").text
    assert "Next:" in packet.click("Show", row="Expand: CI").text
    maya = person(book, MAYA)
    assert (maya.away_until, maya.backup_id) == (date(2027, 1, 8), person(book, TOM).id)
    reply.message.click("I'm back").expect()
    assert person(book, MAYA).away_until is None


def test_away_from_home_with_errors_at_their_field(book):
    maya = book.as_("maya")
    form = maya.open_home().click("I'm away").modal
    form.fill("Until, that day included", "2026-11-01").fill("Backup", "tom").submit()
    assert form.errors == {"Until, that day included": "That day has passed. Until when are you away?"}
    form.fill("Until, that day included", "2026-12-01").fill("Backup", "maya").submit()
    assert "A backup is needed." in form.errors["Backup"]
    form.fill("Backup", "gina").submit()
    assert "Gina Blume can't stand in." in form.errors["Backup"]
    form.fill("Backup", "tom").submit()
    told(book, "maya", words="Away until Tue 1 Dec")
    maya.expect_home("you are away until Tue 1 Dec")
    told(book, "tom", words="you stand in")
    form = maya.open_home().click("I'm away").modal
    assert "You are away until Tue 1 Dec: your nudges go to @tom." in form.text
    form.click("I'm back")
    maya.expect_modal("I'm back", "Your nudges come to you again.")
    assert "you are away" not in maya.open_home().text


def test_what_is_due_while_away_goes_to_the_backup(book):
    book.as_("maya").command("/account away until 8 Jan @tom").expect()
    told(book, "tom", words="you stand in")
    book.jump(datetime(2026, 11, 24, 14, 30, tzinfo=UTC))
    book.as_("tom").expect_dm("Globex · renews")
    rows = book.rows("SELECT DISTINCT recipient FROM outbox WHERE kind = 'renewal_review'")
    assert [row["recipient"] for row in rows] == [TOM]


def test_the_accounts_of_somebody_who_leaves_need_a_home_and_the_manager_gives_them_one(book):
    open_cta(book)
    book.person("maya").deactivate()
    told_priya = book.as_("priya").expect_dm("2 accounts of Maya Rosen need a home", "1 open CTA is there")
    assert notices(book, "needs_home") == [PRIYA]
    form = told_priya.click("Hand over").modal
    form.fill("To", "tom").submit().expect()
    assert account(book).csm_id == person(book, TOM).id
    book.as_("tom").expect_dm("went from @maya to you")


def test_somebody_who_comes_back_is_known_as_back(book):
    book.person("lena").deactivate()
    book.settle()
    assert person(book, "lena@example.com").deactivated
    book.person("lena").set(deleted=False)
    book.settle()
    assert not person(book, "lena@example.com").deactivated
    assert notices(book, "needs_home") == []


def test_somebody_new_whom_an_import_has_named_is_known_once_they_join(book):
    with book.bot.services.store.write(book.now) as unit:
        ines = people.ensure_email(unit, "ines@example.com")
    assert person(book, "ines@example.com").slack_id is None
    book.hire("ines", email="ines@example.com", tz="Europe/Lisbon")
    book.settle()
    joined = person(book, "ines@example.com")
    assert (joined.id, joined.zone) == (ines.id, "Europe/Lisbon")
    assert joined.slack_id == book.person_id("ines")


def test_the_packet_of_a_handover_has_notes_outlook_and_open_questions(book):
    maya = book.as_("maya")
    assert "noted" in maya.command("/account note Acme sponsor moves to <!channel> in May").text
    assert "EBR on" in maya.command("/ebr schedule Acme 24 Nov 15:00").text
    book.db.execute("UPDATE accounts SET outlook = 'at_risk' WHERE name = 'Acme'")
    book.db.execute("UPDATE ebrs SET scheduled_on = '2026-11-20'")
    book.as_("priya").command("/account handover @maya @tom").modal.submit().expect()
    for who in ("maya", "tom"):
        packet = book.as_(who).expect_dm("2 accounts and 0 open CTAs went")
        assert "Acme · outlook: at risk" in packet.text
        assert "Maya Rosen: sponsor moves to <!channel> in May" in packet.text
        assert "<!channel>" not in str(packet.blocks)
        assert "Open question: was the EBR of Fri 20 Nov held?" in packet.text


@pytest.mark.parametrize("how", ["handover", "edit", "on"])
def test_a_packet_of_the_night_tells_by_morning_what_is_so_still(make_book, how):
    """Seen failing: who had got accounts for a minute read in the morning that they had them."""
    book = make_book()
    book.jump(datetime(2026, 11, 25, 1, tzinfo=UTC))  # 20:00 in New York
    priya = book.as_("priya")
    priya.command("/account handover @maya @lena").modal.submit().expect()
    if how == "edit":
        for name in ("Acme", "Globex"):
            priya.command(f"/account edit {name}").modal.fill("CSM", "maya").submit().expect()
    else:
        priya.command(f"/account handover @lena @{'maya' if how == 'handover' else 'tom'}").modal.submit().expect()
    book.after_acks()
    for hour in (9, 15):
        book.jump(datetime(2026, 11, 25, hour, tzinfo=UTC))
        book.after_acks()
        book.posted()
    heard = {who: [message.text for message in book.messages("dm", who)] for who in ("maya", "lena", "tom")}
    went = {who: [text.partition("\n")[0] for text in texts if " went from " in text] for who, texts in heard.items()}
    assert not [text for text in went["lena"] if text.endswith("to you")]
    assert bool([text for text in went["maya"] if "from you" in text]) is (how == "on")
    assert bool([text for text in went["tom"] if text.endswith("to you")]) is (how == "on")
    book.allow_messages()


def test_who_stood_in_hears_when_somebody_is_back_early(book):
    assert "Away until" in book.as_("maya").command("/account away until 8 Jan @tom").text
    book.as_("tom").expect_dm("you stand in")
    assert "Welcome back" in book.as_("maya").command("/account back").text
    book.as_("tom").expect_dm("@maya is back. Their nudges go to them again")
    book.jump(datetime(2027, 1, 11, 17, tzinfo=UTC))
    book.posted()
    rows = book.rows("SELECT state FROM outbox WHERE dedupe_key LIKE 'notice:away_over%'")
    assert [row["state"] for row in rows].count("sent") == 1
    book.allow_messages()


def test_and_when_the_day_that_was_said_has_passed(book):
    assert "Away until" in book.as_("maya").command("/account away until 25 Nov @tom").text
    book.as_("tom").expect_dm("you stand in")
    book.jump(datetime(2026, 11, 26, 17, tzinfo=UTC))
    book.as_("tom").expect_dm("@maya is back. Their nudges go to them again")
    book.allow_messages()


@pytest.mark.parametrize("how", ["over by then", "back at once"])
def test_who_would_have_stood_in_hears_nothing_where_it_is_over_by_their_morning(make_book, how):
    """Seen failing: they were thanked, and told then that they stand in until yesterday."""
    book = make_book()
    book.jump(datetime(2026, 11, 27, 23, 30, tzinfo=UTC))
    book.after_acks()
    book.allow_messages()
    book.as_("maya").command("/account away until 29 Nov @tom").expect("Away until")
    book.posted()
    if how == "back at once":
        book.as_("maya").command("/account back").expect("Welcome back")
    book.jump(datetime(2026, 11, 30, 15, tzinfo=UTC))
    book.posted()
    states = book.rows("SELECT DISTINCT state FROM outbox WHERE dedupe_key LIKE 'notice:away%'")
    assert [row["state"] for row in states] == ["cancelled"]
    book.allow_messages()


def test_an_account_that_somebody_left_behind_takes_nothing_from_their_present_one(book):
    """Seen failing: whichever of the two the directory named last was they, and their reminders went to nobody."""
    user = {"team_id": book.bot.services.team_id, "name": "maya", "profile": {"email": MAYA, "real_name": "Maya"}}
    present, left = {**user, "id": "U0NEWMAYA"}, {**user, "id": book.person_id("maya"), "deleted": True}
    for order in ((left, present), (present, left), (left, left)):
        for one in order:
            with book.unit() as unit:
                slack_people.keep(unit, one)
        maya = person(book, MAYA)
        assert (maya.slack_id, maya.deactivated) == ("U0NEWMAYA", False)
    assert account(book).csm_id == maya.id
    book.allow_messages()


def test_an_address_that_is_none_is_not_kept_and_what_was_known_stays(book):
    """Seen failing: a line break in it broke the calendar file of a review."""
    for odd in (
        "maya@example.com\r\nbcc: x@example.com",
        "<maya@example.com>",
        "maya",
        "a@b@c",
        'a"b@example.com',
        "m\0@example.com",
    ):
        with book.unit() as unit:
            user = {"id": book.person_id("maya"), "team_id": book.bot.services.team_id, "profile": {"email": odd}}
            assert slack_people.keep(unit, user).email == MAYA
    book.allow_messages()
