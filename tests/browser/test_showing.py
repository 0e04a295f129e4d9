"""What the page shows and how: blocks, tables, charts, text as text, both looks and widths, by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser import gallery
from tests.browser.conftest import MAYA, TOM

pytestmark = pytest.mark.browser

LOOKS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_block_fits_in_every_look(page_at, echo, width, scheme):
    for blocks in (gallery.BLOCKS, gallery.DATA, gallery.MORE_DATA, gallery.GROUPED):
        echo.say(blocks=blocks)
    page = page_at(width, scheme)
    expect(page.locator(".chart")).to_have_count(4)
    assert page.locator(".unsupported").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    pane = page.evaluate(
        "(() => { const { scrollWidth, clientWidth } = document.querySelector('.timeline'); return scrollWidth - clientWidth })()"
    )
    assert pane <= 0
    light = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert light == (scheme == "light")


def test_the_look_can_be_chosen_and_stays(page_at):
    page = page_at(1280, "light")
    theme = page.get_by_role("button", name="Light or dark")
    theme.click()
    theme.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"


def test_a_table_is_sorted_and_turned(page_at, echo):
    echo.say(blocks=gallery.DATA)
    page = page_at()
    table = page.get_by_role("table", name="Renewals without a review")
    names = table.locator("tbody th")
    expect(names).to_have_text(["Acme", "Globex", "Hooli", "Initech", "Umbrella"])
    table.get_by_role("button", name="ARR").click()
    expect(names).to_have_text(["Umbrella", "Hooli", "Acme", "Initech", "Wayne"])
    expect(table.get_by_role("columnheader", name="ARR")).to_have_attribute("aria-sort", "ascending")
    table.get_by_role("button", name="ARR").click()
    expect(names.first).to_have_text("Globex")
    page.get_by_role("button", name="Next page").click()
    expect(names).to_have_text(["Hooli", "Umbrella"])
    expect(page.locator(".pager")).to_contain_text("6–7 of 7")


def test_numbers_written_as_text_sort_as_numbers(page_at, echo):
    echo.say(blocks=gallery.MORE_DATA[:1])
    page = page_at()
    page.get_by_role("button", name="Days open").click()
    expect(page.locator(".table-block tbody td.right")).to_have_text(["9", "61", "120"])


def test_charts_say_their_figures(page_at, echo):
    echo.say(blocks=gallery.DATA)
    page = page_at()
    bars = page.get_by_role("img", name="Success: CI 4, SCM 6, Sec 2, Plan 3; No success: CI 5, SCM 1, Sec 3, Plan 0")
    expect(bars.locator("rect.bar")).to_have_count(8)
    expect(page.locator(".pie .legend li").first).to_have_text("Timing · 3 (43%)")


def test_cards_carousels_and_containers(page_at, echo):
    echo.say(blocks=gallery.GROUPED)
    page = page_at()
    message = page.locator("#pane .message").last
    expect(message.locator(".carousel-scroll > .block-card")).to_have_count(4)
    expect(message.get_by_role("region", name="4 cards").get_by_text("Acme")).to_be_visible()
    expect(message.locator("details.narrow summary")).to_have_text("What was tried")
    tried = message.get_by_text("A demo, a trial, a price")
    expect(tried).to_be_hidden()
    message.get_by_text("What was tried").click()
    expect(tried).to_be_visible()


def test_what_stands_in_cards_and_containers_tells_the_app(page_at, echo):
    echo.say(blocks=gallery.GROUPED)
    page = page_at()
    message = page.locator("#pane .message").last
    for where, name in (
        (".carousel-scroll", "Open Globex"),
        (".container.divided", "Confirm"),
        (":not(.carousel-scroll) > .block-card", "Later"),
    ):
        with page.expect_response("**/_sandbox/do/act") as answer:
            message.locator(where).get_by_role("button", name=name).click()
        assert answer.value.json() == {"ok": True}, name
    message.locator(".container.divided").get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Skip").click()
    expect(message.locator(".warning-mark")).to_have_count(0)


def test_a_confirmation_in_mrkdwn_is_formatted(page_at, echo):
    confirm = gallery.CONFIRM | {"text": gallery.mrkdwn("The *card* goes, see <https://example.com|why>.")}
    echo.say(blocks=[{"type": "actions", "elements": [gallery.button("Take it back", confirm=confirm)]}])
    page = page_at()
    page.get_by_role("button", name="Take it back").click()
    dialog = page.get_by_role("alertdialog", name="Withdraw it?")
    expect(dialog.locator("b")).to_have_text("card")
    expect(dialog.get_by_role("link", name="why")).to_be_visible()
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)


def test_a_data_table_on_home_is_sorted_and_turned(page_at, echo):
    rows = [
        [gallery.raw("Account"), gallery.raw("ARR")],
        *[[gallery.raw(f"Account {i}"), gallery.number(i)] for i in range(200)],
    ]
    table = {"type": "data_table", "caption": "Everything", "page_size": 100, "rows": rows}
    page = page_at(where="home")
    expect(page.locator(".home-blocks")).to_contain_text("45 accounts")
    echo.client.views_publish(user_id=MAYA, view={"type": "home", "blocks": [table]})
    expect(page.get_by_role("table", name="Everything").locator("tbody tr")).to_have_count(100)
    page.get_by_role("button", name="Next page").click()
    expect(page.locator(".pager")).to_contain_text("101–200 of 200")


def test_what_people_wrote_stays_text(page_at, echo):
    page = page_at()
    evil = "<img src=x onerror=alert(1)> <script>alert(2)</script> &amp; *bold*"
    echo.write(TOM, evil)
    message = page.locator("#pane .message").last
    expect(message.locator(".text")).to_have_text("<img src=x onerror=alert(1)> <script>alert(2)</script> &amp; bold")
    assert message.locator("img, script").count() == 0


MRKDWN = [
    ("*bold* _italic_ ~gone~ `code`", "<b>bold</b> <i>italic</i> <s>gone</s> <code>code</code>"),
    ("*_both_*", "<b><i>both</i></b>"),
    ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
    ("* not bold* and *not bold *", "* not bold* and *not bold *"),
    ("a &lt;b&gt; &amp; c", "a &lt;b&gt; &amp; c"),
    ("`*as it is*`", "<code>*as it is*</code>"),
    ("```\na\n*b*\n```", '<pre class="code-block">a\n*b*</pre>'),
    ("one\ntwo", "one<br>two"),
    ("&gt; quoted\n&gt; too\nnot", "<blockquote>quoted<br>too</blockquote>not"),
    ("<https://example.com/?a=1&amp;b=2|Example>", '<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">Example</a>'),
    ("<javascript:alert(1)|click>", "click"),
    ("<@U00000TOM>", '<span class="mention" title="Tom Okafor, Customer Success Manager">@Tom Okafor</span>'),
    ("<@U0000MAYA>", '<span class="mention mine" title="Maya Rosen, Customer Success Manager">@Maya Rosen</span>'),
    ("<!here>", '<span class="mention mine">@here</span>'),
    ("<#C00CSTEAM>", '<button class="mention" type="button">#cs-team</button>'),
    ("<!date^1797606000^due {date_num}|18 Dec>", "<time>due 2026-12-18</time>"),
    ("<!date^1797606000^{nonsense}|18 Dec>", "<time>18 Dec</time>"),
    (":no_such_emoji: 12:30:45", ":no_such_emoji: 12:30:45"),
]  # fmt: skip


def test_mrkdwn(page_at):
    page = page_at()
    script = """async (texts) => {
        const { mrkdwn } = await import("/_page/mrkdwn.js");
        return texts.map((text) => {
            const box = document.createElement("div");
            box.append(...mrkdwn(text));
            return box.innerHTML.replace(/<time title="[^"]+">/g, "<time>"); // how a browser words a day is its own
        });
    }"""
    shown = page.evaluate(script, [text for text, _ in MRKDWN])
    assert shown == [html for _, html in MRKDWN]


def test_menus_and_lists_go_by_keyboard(page_at, echo):
    echo.say(blocks=gallery.BLOCKS)
    page = page_at()
    more = page.locator("#pane .message").last.get_by_role("button", name="More", exact=True)
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Skip")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Remind me Thursday")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(more).to_be_focused()


def test_several_options_are_chosen_and_taken_back(page_at, echo):
    echo.say(blocks=gallery.BLOCKS)
    page = page_at()
    select = page.locator(".action-multi_static_select")
    expect(select.locator(".chip")).to_have_text(["Timing", "Budget"])
    select.locator(".select-trigger").click()
    page.keyboard.type("comp")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(select.locator(".chip")).to_have_text(["Timing", "Budget", "Competitor"])
    select.get_by_role("button", name="Remove Timing").click()
    expect(select.locator(".chip")).to_have_text(["Budget", "Competitor"])


def test_on_a_phone_the_channels_are_behind_a_button(page_at):
    page = page_at(390, "light")
    expect(page.locator("#sidebar")).not_to_be_in_viewport()
    page.get_by_role("button", name="Channels", exact=True).click()
    page.locator(".side-row", has_text="general").click()
    expect(page.locator("#sidebar")).not_to_be_in_viewport()
    expect(page.locator("#channel-header h1")).to_have_text("general")


def test_unread_channels_stand_out_and_the_first_new_message_is_marked(page_at, echo):
    page = page_at(where="C0GENERAL")
    echo.write(TOM, "one")
    echo.write(TOM, "two")
    row = page.locator(".side-row", has_text="cs-team")
    expect(row).to_have_class("side-row unread")
    row.click()
    expect(page.locator(".unread-mark + .message")).to_contain_text("one")
    expect(row).to_have_class("side-row current")
