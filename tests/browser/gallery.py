"""Messages that hold every block and element, for looking at and for the tests."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, **more: Any) -> Json:
    return {"text": plain(text), "value": text.lower().replace(" ", "-"), **more}


def button(text: str, **more: Any) -> Json:
    return {"type": "button", "action_id": f"gallery.{text.lower().replace(' ', '-')}", "text": plain(text), **more}


def run(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


REASONS = [option(word) for word in ("Timing", "Budget", "Product gap", "Competitor")]
OVERFLOW = {"type": "overflow", "action_id": "more", "options": [option("Skip"), option("Renewed"), option("Remind me Thursday"), option("Open in CRM", url="https://crm.example.com")]}  # fmt: skip
CONFIRM = {"title": plain("Withdraw it?"), "text": plain("The card goes, the history stays."), "confirm": plain("Withdraw"), "deny": plain("Keep it"), "style": "danger"}  # fmt: skip
PICTURE = "https://example.invalid/never.png"

BLOCKS: list[Json] = [
    {"type": "header", "text": plain("Acme renews 30 April :calendar:")},
    {
        "type": "section",
        "text": mrkdwn("*Why now:* five months before _renewal_ (CRM import of `06:00`) ~not this~\n<https://crm.example.com|Open in CRM> · <@U0000LENA> and <@U0000MAYA> should be there <#C0GENERAL>\nDue <!date^1797606000^{date_short}|18 Dec>, in the morning :sunrise:"),
        "accessory": OVERFLOW,
    },
    {"type": "section", "text": mrkdwn("> A clear no helps the next CSM.\n> What would have changed it?\n• first thing\n• second thing, which is rather longer than the first and so it runs on to the next line of the message\n```cta close 12 no-success lack_of_budget```")},
    {"type": "section", "fields": [mrkdwn("*ARR*\n240,000"), mrkdwn("*Health*\n:large_green_circle: green, set 12 Nov"), mrkdwn("*Last EBR*\n4 June"), plain("Open\nExpand CI, Enable SCM")]},
    {"type": "context", "elements": [mrkdwn(":bulb: 2 of 5 tasks"), mrkdwn("internal plan"), plain("due Fri 18 Dec")]},
    {"type": "actions", "elements": [button("Success", style="primary"), button("Tasks"), button("Withdraw", style="danger", confirm=CONFIRM), {"type": "static_select", "action_id": "why", "placeholder": plain("No success: pick why"), "options": REASONS}]},
    {"type": "divider"},
    {"type": "section", "text": mrkdwn("Choose people, places and several things"), "accessory": {"type": "users_select", "action_id": "who", "placeholder": plain("Who?"), "initial_user": "U0000LENA"}},
    {"type": "actions", "elements": [{"type": "multi_static_select", "action_id": "reasons", "placeholder": plain("Reasons"), "options": REASONS, "initial_options": REASONS[:2]}, {"type": "channels_select", "action_id": "where", "placeholder": plain("Where?")}, {"type": "external_select", "action_id": "account", "placeholder": plain("Find an account"), "min_query_length": 1}, {"type": "static_select", "action_id": "grouped", "placeholder": plain("Grouped"), "option_groups": [{"label": plain("Expand"), "options": [option("CI"), option("SCM")]}, {"label": plain("Enable"), "options": [option("DevSecOps")]}]}]},
    {"type": "actions", "elements": [{"type": "datepicker", "action_id": "day", "initial_date": "2026-12-18"}, {"type": "timepicker", "action_id": "hour", "initial_time": "09:00"}, {"type": "datetimepicker", "action_id": "moment", "initial_date_time": 1797606000}]},
    {"type": "section", "text": mrkdwn("What is true?"), "accessory": {"type": "checkboxes", "action_id": "true", "options": [{"text": mrkdwn("*Champion* known"), "value": "a", "description": mrkdwn("somebody who _wants_ it")}, {"text": plain("Budget asked"), "value": "b"}], "initial_options": [{"text": plain("Budget asked"), "value": "b"}]}},
    {"type": "section", "text": mrkdwn("And the outlook?"), "accessory": {"type": "radio_buttons", "action_id": "outlook", "options": [option("Will renew"), option("Not sure"), option("Will leave")], "initial_option": option("Will renew")}},
    {"type": "input", "dispatch_action": True, "label": plain("A line in the message"), "element": {"type": "plain_text_input", "action_id": "line", "placeholder": plain("Press Enter to send")}},
    {"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [run("Rich "), run("bold", bold=True), run(", "), run("italic", italic=True), run(", "), run("struck", strike=True), run(" and "), run("code", code=True), run(" for "), {"type": "user", "user_id": "U0000LENA"}, run(" "), {"type": "emoji", "name": "tada"}]},
        {"type": "rich_text_list", "style": "ordered", "elements": [{"type": "rich_text_section", "elements": [run("Demo")]}, {"type": "rich_text_section", "elements": [run("Decide")]}]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [{"type": "rich_text_section", "elements": [run("with the platform team")]}]},
        {"type": "rich_text_quote", "elements": [run("We would buy it if it were faster.")]},
        {"type": "rich_text_preformatted", "elements": [run("make test\nmake run")]},
    ]},
    {"type": "image", "title": plain("A picture"), "image_url": "https://example.invalid/never.png", "alt_text": "A picture that never loads"},
    {"type": "context_actions", "elements": [{"type": "feedback_buttons", "action_id": "helped", "positive_button": {"text": plain("Good"), "value": "+"}, "negative_button": {"text": plain("Bad"), "value": "-"}}, {"type": "icon_button", "action_id": "bin", "icon": "trash", "text": plain("Delete")}]},
]  # fmt: skip


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def number(value: float, text: str = "") -> Json:
    return {"type": "raw_number", "value": value, "text": text or f"{value:,}"}


def points(values: list[float], labels: list[str]) -> list[Json]:
    return [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]


CARD = {
    "type": "card", "icon": {"type": "image", "image_url": PICTURE, "alt_text": "A logo"},
    "title": mrkdwn("*Acme*"), "subtitle": mrkdwn("renews 30 April"), "body": mrkdwn("Five months before _renewal_: is there a review?"),
    "actions": [button("Pick a time", style="primary"), button("Later")],
}  # fmt: skip
GROUPED: list[Json] = [
    {"type": "card", **{name: part for name, part in CARD.items() if name != "icon"}, "hero_image": {"type": "image", "image_url": PICTURE, "alt_text": "A banner"}},
    {"type": "carousel", "elements": [CARD, *[{"type": "card", "title": plain(name), "body": mrkdwn("*Health* amber"), "actions": [button(f"Open {name}")]} for name in ("Globex", "Hooli", "Initech")]]},
    {"type": "container", "title": plain("Two records"), "subtitle": mrkdwn("look before you *confirm*"), "icon": CARD["icon"], "has_header_divider": True, "child_blocks": [
        {"type": "section", "text": mrkdwn("*Acme* open → closed"), "accessory": OVERFLOW},
        {"type": "divider"},
        {"type": "actions", "elements": [button("Confirm", style="primary")]},
    ]},
    {"type": "container", "rich_text_title": {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [run("What was "), run("tried", bold=True)]}]}, "is_collapsible": True, "default_collapsed": True, "width": "narrow", "child_blocks": [{"type": "section", "text": mrkdwn("A demo, a trial, a price")}]},
]  # fmt: skip

ACCOUNTS = [("Acme", 240000, "green"), ("Globex", 1250000, "amber"), ("Hooli", 90000, "red"), ("Initech", 480000, "green"), ("Umbrella", 36000, "green"), ("Stark", 720000, "amber"), ("Wayne", 510000, "green")]  # fmt: skip
MONTHS = ["Sep", "Oct", "Nov", "Dec", "Jan", "Feb"]

DATA: list[Json] = [
    {"type": "header", "text": plain("Playbooks, 23–29 November")},
    {
        "type": "data_table", "caption": "Renewals without a review", "page_size": 5,
        "rows": [[raw("Account"), raw("ARR"), raw("Health")], *[[raw(name), number(arr), raw(health)] for name, arr, health in ACCOUNTS]],
    },
    {
        "type": "data_visualization", "title": "Closed by use case",
        "chart": {
            "type": "bar",
            "series": [{"name": "Success", "data": points([4, 6, 2, 3], ["CI", "SCM", "Sec", "Plan"])}, {"name": "No success", "data": points([5, 1, 3, 0], ["CI", "SCM", "Sec", "Plan"])}],
            "axis_config": {"categories": ["CI", "SCM", "Sec", "Plan"], "x_label": "Use case", "y_label": "CTAs"},
        },
    },
    {
        "type": "data_visualization", "title": "Why no",
        "chart": {"type": "pie", "segments": [{"label": "Timing", "value": 3}, {"label": "Budget", "value": 1}, {"label": "Product gap", "value": 1}, {"label": "Competitor", "value": 2}]},
    },
]  # fmt: skip

MORE_DATA: list[Json] = [
    {"type": "table", "column_settings": [None, {"align": "right"}], "rows": [[raw("CTA"), raw("Days open")], [raw("Acme · Expand: CI"), raw("61")], [raw("Globex · Enable: DevSecOps"), raw("9")], [raw("Hooli · Expand: SCM"), raw("120")]]},
    {"type": "data_visualization", "title": "Win rate by month", "chart": {"type": "line", "series": [{"name": "This year", "data": points([38, 41, 43, 40, 47, 52], MONTHS)}, {"name": "Last year", "data": points([30, 35, 38, 36, 33, 41], MONTHS)}], "axis_config": {"categories": MONTHS, "y_label": "Percent"}}},
    {"type": "data_visualization", "title": "Open CTAs", "chart": {"type": "area", "series": [{"name": "Expand", "data": points([12, 14, 9, 11, 16, 18], MONTHS)}, {"name": "Enable", "data": points([5, 6, 8, 4, 6, 7], MONTHS)}], "axis_config": {"categories": MONTHS}}},
]  # fmt: skip

HOME: list[Json] = [
    {"type": "header", "text": plain("45 accounts")},
    {"type": "context", "elements": [mrkdwn("data from today 06:00")]},
    {"type": "section", "text": mrkdwn("*Acme* renewal review, five months"), "accessory": button("Pick a time")},
    {"type": "section", "text": mrkdwn("*Globex* EBR in 30 days"), "accessory": {"type": "overflow", "action_id": "home.more", "options": [option("Later"), option("Done")]}},
    {"type": "divider"},
    {"type": "actions", "block_id": "home", "elements": [{"type": "button", "action_id": "home.later", "text": plain("Clear the day"), "style": "primary"}, button("Find account")]},
]  # fmt: skip


def asks(label: str, element: Json, **more: Any) -> Json:
    block_id = element["action_id"]
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, "optional": True, **more}


MODAL: list[Json] = [
    {"type": "alert", "text": mrkdwn("Every *input* that there is."), "level": "info"},
    asks("Line", {"type": "plain_text_input", "action_id": "line", "placeholder": plain("One line"), "max_length": 40}, hint=plain("A hint")),
    asks("Lines", {"type": "plain_text_input", "action_id": "lines", "multiline": True}),
    asks("Number", {"type": "number_input", "action_id": "number", "is_decimal_allowed": True, "min_value": "0", "max_value": "100"}),
    asks("E-mail", {"type": "email_text_input", "action_id": "mail"}),
    asks("Link", {"type": "url_text_input", "action_id": "url"}),
    asks("Reason", {"type": "static_select", "action_id": "reason", "options": REASONS}),
    asks("Reasons", {"type": "multi_static_select", "action_id": "reasons", "options": REASONS, "max_selected_items": 2}),
    asks("Account", {"type": "multi_external_select", "action_id": "account", "min_query_length": 1}),
    asks("Before", {"type": "external_select", "action_id": "before", "initial_option": option("Umbrella")}),
    asks("Person", {"type": "users_select", "action_id": "person"}),
    asks("People", {"type": "multi_users_select", "action_id": "people", "initial_users": ["U0000LENA"]}),
    asks("Channel", {"type": "channels_select", "action_id": "channel"}),
    asks("Conversation", {"type": "conversations_select", "action_id": "conversation"}),
    asks("Ticks", {"type": "checkboxes", "action_id": "ticks", "options": REASONS[:3]}),
    asks("One of", {"type": "radio_buttons", "action_id": "radio", "options": REASONS[:3], "initial_option": REASONS[0]}),
    asks("Day", {"type": "datepicker", "action_id": "day"}),
    asks("Time", {"type": "timepicker", "action_id": "time"}),
    asks("Moment", {"type": "datetimepicker", "action_id": "moment"}),
    asks("Files", {"type": "file_input", "action_id": "files", "filetypes": ["csv"]}),
    asks("Rich", {"type": "rich_text_input", "action_id": "rich"}),
]  # fmt: skip
