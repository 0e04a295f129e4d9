"""What people do on the page, and what comes back from the app: commands, forms, clicks, threads, files."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MAYA, TEAM_CHANNEL, TOM
from tests.browser.echo_app import SUBMITTED, card

pytestmark = pytest.mark.browser


def composer(page):
    return page.get_by_role("textbox", name="Message #cs-team")


def send(page, text):
    composer(page).fill(text)
    composer(page).press("Escape")  # the completion
    composer(page).press("Enter")


def last_message(page):
    return page.locator("#pane .message").last


def open_form(page):
    send(page, "/form")
    dialog = page.get_by_role("dialog", name="Close")
    dialog.wait_for()
    return dialog


def pick_account(page, dialog, letters="glo", name="Globex"):
    dialog.get_by_text("Find an account").click()
    page.keyboard.type(letters)
    dialog.get_by_role("option", name=name).click()


def test_a_slash_command_is_completed_from_the_manifest_and_answered(page_at, echo):
    page = page_at()
    composer(page).press_sequentially("/")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options).to_have_count(5)
    composer(page).press_sequentially("e")
    expect(options).to_have_text([re.compile("/echo")])
    composer(page).press("Tab")
    expect(composer(page)).to_have_value("/echo ")
    composer(page).press_sequentially("good morning")
    composer(page).press("Enter")
    expect(last_message(page)).to_contain_text("You said: good morning")
    expect(last_message(page)).to_contain_text("Only visible to you")
    expect(composer(page)).to_have_value("")


def test_completion_goes_by_arrow_keys(page_at):
    page = page_at()
    composer(page).press_sequentially("/")
    composer(page).press("ArrowDown")
    composer(page).press("ArrowDown")
    composer(page).press("Enter")
    expect(composer(page)).to_have_value("/gallery ")


def test_a_form_is_filled_in_and_submitted(page_at, echo):
    page = page_at()
    dialog = open_form(page)
    pick_account(page, dialog)
    dialog.get_by_text("Timing", exact=True).click()
    page.keyboard.type("bud")
    page.keyboard.press("Enter")
    dialog.get_by_label("What happened?").fill("they wait & see")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(last_message(page)).to_contain_text("Saved: Globex, budget, they wait & see")


def test_an_inline_error_stands_at_its_field_and_nothing_typed_is_lost(page_at):
    page = page_at()
    dialog = open_form(page)
    pick_account(page, dialog)
    note = dialog.get_by_label("What happened?")
    note.fill("a bad thing")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".field.invalid").get_by_role("alert")).to_have_text("Say it more kindly.")
    expect(note).to_be_focused()
    expect(note).to_have_value("a bad thing")
    note.fill("a thing")
    dialog.get_by_role("button", name="Save").click()
    expect(last_message(page)).to_contain_text("Saved: Globex, timing, a thing")


def test_required_fields_are_asked_for(page_at):
    page = page_at()
    dialog = open_form(page)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Please complete this required field.")).to_have_count(2)


def test_every_kind_of_input_reaches_the_app(page_at, tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("a,b\n")
    page = page_at()
    send(page, "/gallery modal")
    dialog = page.get_by_role("dialog", name="Everything")

    def choose(label, *names):
        dialog.locator(".field", has=page.get_by_text(f"{label} (optional)", exact=True)).locator(
            ".select-trigger"
        ).click()
        for name in names:
            page.get_by_role("combobox").fill(name[:4])
            page.get_by_role("option", name=name, exact=True).click()
        page.keyboard.press("Escape") if page.get_by_role("combobox").count() else None

    dialog.get_by_label("Line (optional)", exact=True).fill("a line")
    dialog.get_by_label("Lines (optional)", exact=True).fill("one\ntwo")
    dialog.get_by_label("Number").fill("12.5")
    dialog.get_by_label("E-mail").fill("maya@example.com")
    dialog.get_by_label("Link").fill("https://example.com")
    choose("Reason", "Budget")
    choose("Reasons", "Timing", "Competitor")
    choose("Account", "Acme Labs", "Hooli")
    choose("Person", "Tom Okafor")
    choose("People", "Omar Haddad")
    choose("Channel", "#cs-team")
    choose("Conversation", "#general")
    dialog.get_by_role("checkbox", name="Product gap").check()
    dialog.get_by_role("checkbox", name="Timing").check()
    dialog.get_by_role("radio", name="Budget").check()
    dialog.get_by_label("Day (optional)").fill("2026-12-18")
    dialog.get_by_label("Time (optional)", exact=True).fill("15:30")
    dialog.get_by_label("Moment").fill("2026-12-18T15:30")
    dialog.get_by_label("Files").set_input_files(path)
    expect(dialog.locator(".file-input .chip")).to_contain_text("plan.csv")
    dialog.get_by_label("Rich").fill("in words")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()

    fields = {block_id: next(iter(held.values())) for block_id, held in SUBMITTED[-1].items()}
    assert [fields[name]["value"] for name in ("line", "lines", "number", "mail", "url")] == [
        "a line",
        "one\ntwo",
        "12.5",
        "maya@example.com",
        "https://example.com",
    ]
    assert fields["reason"]["selected_option"]["value"] == "budget"
    assert [one["value"] for one in fields["reasons"]["selected_options"]] == ["timing", "competitor"]
    assert [one["text"]["text"] for one in fields["account"]["selected_options"]] == ["Acme Labs", "Hooli"]
    assert fields["before"]["selected_option"]["value"] == "umbrella"
    assert fields["person"]["selected_user"] == TOM
    assert fields["people"]["selected_users"] == ["U0000LENA", "U0000OMAR"]
    assert fields["channel"]["selected_channel"] == TEAM_CHANNEL
    assert fields["conversation"]["selected_conversation"] == "C0GENERAL"
    assert [one["value"] for one in fields["ticks"]["selected_options"]] == ["timing", "product-gap"]
    assert fields["radio"]["selected_option"]["value"] == "budget"
    assert (fields["day"]["selected_date"], fields["time"]["selected_time"]) == ("2026-12-18", "15:30")
    assert fields["moment"]["selected_date_time"] == 1797625800  # half past three in New York
    assert fields["files"]["files"][0]["name"] == "plan.csv"
    assert fields["rich"]["rich_text_value"]["elements"][0]["elements"][0]["text"] == "in words"


def test_the_typeahead_narrows_while_one_types(page_at):
    page = page_at()
    dialog = open_form(page)
    dialog.get_by_text("Find an account").click()
    expect(dialog.get_by_text("Type 1 or more letters")).to_be_visible()
    page.keyboard.type("acme")
    options = dialog.get_by_role("option")
    expect(options).to_have_text(["Acme", "Acme Labs"])
    page.keyboard.type(" l")
    expect(options).to_have_text(["Acme Labs"])
    page.keyboard.press("Enter")
    expect(dialog.locator(".select-trigger").first).to_have_text("Acme Labs")
    expect(dialog.locator(".select-trigger").first).to_be_focused()


def test_modals_stack_and_go_back(page_at):
    page = page_at()
    dialog = open_form(page)
    dialog.get_by_label("What happened?").fill("half a line")
    dialog.get_by_role("button", name="Look something up").click()
    upper = page.get_by_role("dialog", name="Look-up")
    expect(upper).to_contain_text("Nothing here.")
    upper.get_by_role("button", name="Back").click()
    expect(dialog.get_by_label("What happened?")).to_have_value("half a line")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_reload_keeps_the_modal_and_what_was_typed(page_at):
    page = page_at()
    open_form(page).get_by_label("What happened?").fill("half a line")
    with page.expect_response("**/do/fill"):
        pass
    page.reload()
    expect(page.get_by_role("dialog").get_by_label("What happened?")).to_have_value("half a line")


def test_a_click_edits_the_message_in_place(page_at, echo):
    echo.say(blocks=card(0))
    page = page_at()
    message = last_message(page)
    message.get_by_role("button", name="Click me").click()
    expect(message).to_contain_text("Clicked 1 time")
    expect(message).to_contain_text("(edited)")
    expect(message.get_by_role("button", name="Click me")).to_be_focused()


def test_a_failed_click_shows_a_mark_beside_the_button(page_at, echo):
    echo.say(blocks=card(0))
    page = page_at()
    last_message(page).get_by_role("button", name="Fail").click()
    mark = last_message(page).get_by_role("alert")
    expect(mark).to_contain_text("We had some trouble connecting. Try again?")
    assert mark.evaluate("node => node.previousElementSibling.textContent") == "Fail"


def test_a_command_that_nobody_answers_says_so_and_keeps_the_words(page_at):
    page = page_at()
    send(page, "/silent please")
    expect(last_message(page)).to_contain_text('/silent failed with the error "operation_timeout"')
    expect(composer(page)).to_have_value("/silent please")


def test_a_risky_click_asks_first(page_at, echo):
    echo.say(blocks=card(0))
    page = page_at()
    last_message(page).get_by_role("button", name="Delete").click()
    question = page.get_by_role("alertdialog", name="Sure?")
    question.get_by_role("button", name="Keep it").click()
    expect(question).to_be_hidden()
    expect(page.get_by_text("Clicked 0 times")).to_be_visible()
    last_message(page).get_by_role("button", name="Delete").click()
    question.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("Clicked 0 times")).to_have_count(0)


def test_threads_have_replies_but_no_commands(page_at, echo):
    echo.say("The summary")
    page = page_at()
    last_message(page).hover()
    last_message(page).get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    box = thread.get_by_role("textbox", name="Reply…")
    box.fill("thank you")
    box.press("Enter")
    expect(thread.locator(".message").last).to_contain_text("thank you")
    expect(page.locator("#pane .thread-link")).to_contain_text("1 reply")
    box.fill("/echo hello")
    box.press("Enter")
    expect(thread.locator(".message").last).to_contain_text("/echo is not supported in threads. Sorry!")
    thread.get_by_role("button", name="Close the thread").click()
    expect(thread).to_be_hidden()


def test_shortcuts_on_a_message_and_from_anywhere(page_at, echo):
    echo.say("Worth quoting")
    page = page_at()
    last_message(page).hover()
    last_message(page).get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Quote it").click()
    page.locator("#pane .thread-link").click()
    expect(page.locator("#thread .message blockquote")).to_have_text("Worth quoting")
    page.get_by_role("button", name="Attach a file or run a shortcut").first.click()
    page.get_by_role("menuitem", name="Open a form").click()
    expect(page.get_by_role("dialog", name="Close")).to_be_visible()


def test_files_go_up_and_come_down(page_at, tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("account,arr\nAcme,240000\n")
    page = page_at()
    page.locator(".composer input[type=file]").set_input_files(path)
    expect(page.locator(".composer .chip")).to_contain_text("plan.csv")
    send(page, "the plan")
    expect(last_message(page)).to_contain_text("the plan")
    with page.expect_download() as download:
        last_message(page).get_by_role("link", name="plan.csv").click()
    assert download.value.path().read_text() == "account,arr\nAcme,240000\n"


def test_the_home_tab_opens_and_changes_live(page_at):
    page = page_at(where="home")
    home = page.locator(".home")
    expect(home).to_contain_text("45 accounts")
    home.get_by_role("button", name="Clear the day").click()
    expect(home).to_contain_text("All clear. Next up: Hooli, 8 December.")
    page.get_by_role("tab", name="About").click()
    expect(page.locator(".home")).to_contain_text("Says back what it hears")


def test_somebody_else_sees_other_things(page_at, echo):
    """An ephemeral answer is Maya's alone; what she writes to Tom waits for him, unread."""
    page = page_at()
    send(page, "/echo only mine")
    expect(last_message(page)).to_contain_text("only mine")
    page.get_by_role("button", name="Tom Okafor").click()
    box = page.get_by_role("textbox", name="Message Tom Okafor")
    box.fill("Lunch?")
    box.press("Enter")
    expect(last_message(page)).to_contain_text("Lunch?")
    page.locator(".side-row", has_text="cs-team").click()
    expect(composer(page)).to_be_visible()
    page.get_by_role("button", name="Acting as Maya Rosen").click()
    page.keyboard.type("okafor")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Acting as Tom Okafor")).to_be_visible()
    expect(page.get_by_text("only mine")).to_have_count(0)
    maya = page.locator(".side-row", has_text="Maya Rosen")
    expect(maya.locator(".badge")).to_have_text("1")
    maya.click()
    expect(last_message(page)).to_contain_text("Lunch?")
    expect(maya.locator(".badge")).to_have_count(0)
    assert TOM in page.url
    assert MAYA not in page.url


def test_time_jumps_forward(page_at, echo):
    page = page_at()
    echo.write(TOM, "before the jump")
    expect(page.locator(".clock-text")).to_have_text("Mon, 23 Nov 2026, 03:00")  # Maya lives in New York
    page.get_by_role("button", name="Tomorrow 09:00").click()
    expect(page.locator(".clock-text")).to_have_text("Tue, 24 Nov 2026, 09:00")
    assert echo.sandbox.now().isoformat() == "2026-11-24T14:00:00+00:00"
    page.get_by_role("button", name="Jump forward").click()
    page.get_by_role("menuitem", name="1 December 09:00").click()
    expect(page.locator(".clock-text")).to_have_text("Tue, 1 Dec 2026, 09:00")
    echo.write(TOM, "after the jump")
    expect(page.locator("#pane .day").last).to_have_text("Today")
    expect(page.locator("#pane .day").first).to_have_text("Monday 23 November")


def test_time_jumps_to_a_day_of_ones_own(page_at, echo):
    page = page_at()
    page.get_by_role("button", name="Jump forward").click()
    page.get_by_role("menuitem", name="Pick a date…").click()
    page.get_by_role("dialog").get_by_label("To").fill("2027-03-31T08:30")
    page.get_by_role("button", name="Jump", exact=True).click()
    expect(page.locator(".clock-text")).to_have_text("Wed, 31 Mar 2027, 08:30")
    assert echo.sandbox.now().isoformat() == "2027-03-31T12:30:00+00:00"  # summer time by then


def test_a_permalink_leads_to_its_message(page_at, echo):
    ts = echo.say("The one that is meant")
    for number in range(80):
        echo.write(TOM, f"later {number}")
    link = echo.client.chat_getPermalink(channel=TEAM_CHANNEL, message_ts=ts)["permalink"]
    page = page_at()
    page.goto(link)
    expect(page.get_by_text("The one that is meant")).to_be_in_viewport()


def test_a_channel_that_becomes_shared_shows_it(page_at, echo):
    page = page_at()
    page.get_by_role("button", name="Channel settings").click()
    page.get_by_role("menuitem", name="Share with another company").click()
    expect(page.locator("#channel-header")).to_contain_text("Shared with another company")
    page.get_by_role("button", name="Channel settings").click()
    page.get_by_role("menuitem", name="Archive").click()
    expect(page.locator("#composer")).to_contain_text("This channel is archived.")


def test_nobody_acts_as_somebody_who_is_gone(page_at, echo):
    page = page_at(person=TOM)
    who = echo.sandbox.workspace.people[TOM]
    echo.sandbox.workspace.change_person(who, deleted=True)
    expect(page.get_by_role("button", name="Acting as Maya Rosen")).to_be_visible()
