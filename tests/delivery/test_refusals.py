"""Every refusal that Slack documents has a class, and each class its way: held, paused, passed on, plain text, dead."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk import WebClient

from reminders.outbox import posting, slack_codes
from reminders.outbox.messages import Message
from storage.base import destinations

ROOT = Path(__file__).parents[2]
ACME, HOOLI = "C0000ACME", "C000HOOLI"

ANY = """
    access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted
    fatal_error invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type is_bot
    method_deprecated missing_post_type missing_scope no_permission not_allowed_token_type not_authed
    org_login_required ratelimited request_timeout service_unavailable team_added_to_org token_expired token_revoked
    two_factor_setup_required unknown_method
"""
DOCUMENTED = {
    "chat.getPermalink": "channel_not_found message_not_found",
    "bots.info": "bot_not_found bots_not_found missing_argument team_not_found",
    "chat.postMessage": """
        app_access_restricted as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message
        channel_not_found draft_already_deleted draft_already_sent draft_has_conflict draft_not_found
        duplicate_channel_not_found duplicate_message_not_found invalid_blocks invalid_blocks_format
        invalid_metadata_format invalid_metadata_schema is_archived markdown_text_conflict
        message_limit_exceeded messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large
        missing_file_data msg_blocks_too_long no_text not_in_channel rate_limited restricted_action
        restricted_action_non_threadable_channel restricted_action_read_only_channel
        restricted_action_thread_locked restricted_action_thread_only_channel send_on_behalf_not_allowed
        slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
        slack_connect_lists_sharing_blocked team_not_found too_many_attachments too_many_contact_cards""",
    "chat.update": """
        as_user_not_supported block_mismatch blocked_file_type cant_broadcast_message cant_update_message
        channel_not_found edit_window_closed external_channel_migrating file_deleted file_is_deleted
        file_not_found file_share_limit_reached invalid_attachments invalid_blocks invalid_blocks_format
        invalid_metadata_format invalid_metadata_schema is_inactive markdown_text_conflict
        max_file_sharing_exceeded message_limit_exceeded message_not_found metadata_must_be_sent_from_app
        metadata_too_large msg_too_long no_dual_broadcast_content_update no_text posting_to_channel_denied
        slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked
        slack_connect_file_link_sharing_blocked slack_connect_file_upload_sharing_blocked
        streaming_state_conflict team_not_found too_many_attachments unable_to_share_files update_failed""",
    "chat.delete": "cant_delete_message channel_not_found message_not_found",
    "chat.postEphemeral": """
        cannot_reply_to_message channel_not_found invalid_attachments invalid_blocks invalid_blocks_format
        is_archived markdown_text_conflict message_limit_exceeded messages_tab_disabled msg_too_long no_text
        not_in_channel restricted_action too_many_attachments user_not_in_channel""",
    "views.open": "duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id view_too_large",
    "views.push": """
        duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id not_found
        push_limit_reached view_too_large""",
    "views.update": "duplicate_external_id hash_conflict not_found view_too_large",
    "views.publish": """
        duplicate_external_id hash_conflict missing_profile_id not_enabled not_implemented view_too_large""",
    "conversations.open": """
        channel_not_found invalid_user_combination method_not_supported_for_channel_type not_enough_users
        too_many_users user_disabled user_not_found user_not_visible users_list_not_supplied""",
    "conversations.join": """
        channel_is_limited_access channel_not_found is_archived method_not_supported_for_channel_type
        too_many_members""",
    "conversations.info": "channel_is_limited_access channel_not_found",
    "conversations.list": """
        invalid_cursor invalid_limit invalid_types method_not_supported_for_channel_type missing_argument""",
    "conversations.history": """
        channel_is_limited_access channel_not_found invalid_cursor invalid_metadata_filter_keys
        invalid_ts_latest invalid_ts_oldest not_in_channel""",
    "conversations.replies": """
        channel_not_found invalid_cursor invalid_metadata_filter_keys invalid_ts_latest invalid_ts_oldest
        list_record_comment_fetch_failed method_not_supported_for_channel_type thread_not_found""",
    "users.info": "too_many_users user_not_found user_not_visible",
    "users.list": "invalid_cursor limit_required missing_argument",
    "users.lookupByEmail": "users_not_found",
    "usergroups.list": "invalid_cursor invalid_team missing_argument plan_upgrade_required users_not_found",
    "files.getUploadURLExternal": """
        alt_txt_too_large file_type_not_allowed file_upload_size_restricted file_uploads_disabled
        file_uploads_except_images_disabled missing_argument snippet_too_large storage_limit_reached
        unknown_snippet_type unknown_subtype""",
    "files.completeUploadExternal": """
        channel_not_found channels_limit_exceeded file_not_found file_type_not_allowed file_update_failed
        file_uploads_except_images_disabled invalid_blocks invalid_channel not_in_channel
        posting_to_channel_denied""",
    "files.info": """
        canvas_disabled_file_team canvas_disabled_user_team canvas_globally_disabled file_deleted file_not_found
        not_visible slack_connect_canvas_sharing_blocked template_not_visible""",
    "auth.test": "internal_error invalid_auth",
    "apps.connections.open": "forbidden_team insecure_request internal_error invalid_auth missing_args",
}
"""What Slack's method pages list, as of August 2026."""


@pytest.mark.parametrize("method", DOCUMENTED)
def test_every_documented_refusal_has_one_class(method):
    strange = [
        code for code in (ANY + DOCUMENTED[method]).split() if slack_codes.meaning_of(code) == slack_codes.STRANGE
    ]
    assert strange == []


def test_every_method_that_the_bot_calls_is_in_the_table():
    """`files_upload_v2` is three of them."""
    called = set()
    for path in [ROOT / "bot.py", *(ROOT / "handlers").rglob("*.py"), *(ROOT / "reminders").rglob("*.py")]:
        called |= {name for name in re.findall(r"\.([a-z]+_\w+)", path.read_text()) if hasattr(WebClient, name)}
    called -= {"api_call", "files_upload_v2", "token_refresh", "base_url"}
    methods = {name.replace("_", ".") if name.startswith("apps") else name.replace("_", ".", 1) for name in called}
    assert methods == DOCUMENTED.keys()


def test_no_code_has_two_classes():
    codes = [code for text in slack_codes._CODES.values() for code in text.split()]
    assert len(codes) == len(set(codes))


def of(meaning):
    return sorted(slack_codes._CODES[meaning].split())


@pytest.mark.parametrize("code", of("hold"))
def test_too_much_is_held_like_a_429_whatever_its_status(office, code):
    office.sandbox.faults.add("error", "chat.postMessage", code=code, channel=ACME)
    office.note("one", to=ACME)
    office.note("two", to=HOOLI)
    office.deliver()
    assert (office.state("one"), office.row("one").attempts) == ("pending", 0)
    assert office.keys() == ["two"], "the other channels go on"
    office.later(seconds=62)
    office.deliver()
    assert office.keys() == ["one", "two"]
    assert office.told() == []


@pytest.mark.parametrize("code", of("pause"))
def test_what_is_refused_to_the_bot_as_such_pauses_everything(office, code):
    office.sandbox.faults.add("error", "chat.postMessage", code=code)
    office.note("one", to=ACME)
    office.note("two", to=HOOLI)
    office.deliver()
    assert office.keys() == []
    assert (office.state("one"), office.row("one").attempts) == ("pending", 0)
    assert [trouble.health for trouble in destinations.troubles(office.db)] == [code]
    office.later(seconds=31)
    office.deliver()
    assert {"one", "two"} <= set(office.keys())


def test_a_pause_that_only_a_message_shows_is_told_once(office):
    office.sandbox.faults.add("error", "chat.postMessage", code="ekm_access_denied", times=5)
    office.note("one", to=ACME)
    for _ in range(6):
        office.deliver()
        office.later(seconds=31)
    assert office.state("one") == "sent"
    assert sum("refuses the bot's token" in words for words in office.told()) == 1


@pytest.mark.parametrize("code", sorted(set(of("destination")) - {"not_in_channel"}))
def test_a_conversation_that_can_not_be_used_passes_on_to_operations(office, code):
    office.sandbox.faults.add("error", "chat.postMessage", code=code, channel=ACME)
    office.note("one", to=ACME)
    office.deliver()
    assert office.state("one") == "blocked"
    assert office.states()["one:operations"] == "sent"


@pytest.mark.parametrize("code", of("payload"))
def test_a_payload_that_is_refused_goes_out_as_plain_text(office, code):
    office.sandbox.faults.add("error", "chat.postMessage", code=code, channel=ACME)
    office.note("one", to=ACME)
    office.deliver()
    (message,) = office.messages("acme")
    assert office.state("one") == "sent"
    assert not message["blocks"]


@pytest.mark.parametrize("code", ["some_new_code", "policy_forbids_it"])
def test_an_unknown_refusal_waits_an_hour_and_operations_are_told_at_once(office, code):
    office.sandbox.faults.add("error", "chat.postMessage", code=code, channel=ACME, times=3)
    office.note("one", to=ACME)
    for _ in range(12):
        office.deliver()
        office.later(minutes=1)
    assert office.state("one") == "pending"
    assert len([entry for entry in office.asked("chat.postMessage") if entry["outcome"] != "ok"]) == 1
    assert [words for words in office.told() if code in words]
    assert office.row("one").not_before > office.now + timedelta(minutes=45)
    for _ in range(3):
        office.later(hours=1)
        office.deliver()
    assert office.state("one") == "sent"
    assert sum(code in words for words in office.told()) == 1


def test_edits_have_the_same_classes(office):
    from storage.cta import work as cta_work

    cta = office.open_cta(office.account(csm="maya", channel=ACME))
    office.deliver()
    for code, waits in (
        ("rate_limited", 62),
        ("ekm_access_denied", 31),
        ("some_new_code", 3601),
        ("invalid_blocks", 0),
    ):
        office.sandbox.faults.add("error", "chat.update", code=code)
        with office.write() as unit:
            cta = cta_work.move_due(unit, cta.id, cta.due_on + timedelta(days=1))
        office.deliver()
        office.later(seconds=waits)
        office.deliver()
        assert set(office.states().values()) == {"sent"}, code


def test_no_permission_in_one_channel_holds_up_nobody_else(office):
    office.sandbox.faults.add("error", "chat.postMessage", code="no_permission", channel="C0000ACME", times=9)
    office.note("notice:1", to="C0000ACME")
    office.note("notice:2", to="maya")
    office.deliver()
    assert office.state("notice:1") == "blocked"
    assert office.state("notice:2") == "sent"


# What one method or one place is refused holds up nobody else --------------------------------------------------------

TOKEN = {code for code in of("pause") if slack_codes.is_of_token(code)}
SCOPES = sorted(set(of("pause")) - TOKEN)
NEEDED = ["conversations.join", "conversations.open", "conversations.info"]


def trouble_told(office):
    return [words for words in office.told() if "Slack" in words or "arrive" in words or "any more" in words]


@pytest.mark.parametrize("code", SCOPES)
@pytest.mark.parametrize("method", NEEDED)
def test_a_scope_that_is_missing_for_one_method_holds_up_what_needs_it_alone(office, method, code):
    members = office.sandbox.workspace.channels[HOOLI].members
    members[:] = [member for member in members if member != "U0000BOT"]
    needs = {"conversations.join": HOOLI, "conversations.open": "maya", "conversations.info": HOOLI}[method]
    fault = {"channel": HOOLI} if needs == HOOLI else {}
    office.sandbox.faults.add("error", method, code=code, times=3, **fault)
    office.note("needs it", to=needs)
    for number in range(4):
        office.note(f"needs it not {number}", to=ACME)
        office.deliver()
        office.later(seconds=31)
    assert [office.state(f"needs it not {number}") for number in range(4)] == ["sent"] * 4
    assert (office.state("needs it"), office.row("needs it").attempts) == ("pending", 0)
    assert len(trouble_told(office)) == 1
    assert method in trouble_told(office)[0]
    for _ in range(4):
        office.later(minutes=11)
        office.deliver()
    assert office.state("needs it") == "sent"
    assert len(trouble_told(office)) == 2, "that it is over, once"
    assert destinations.troubles(office.db) == []


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
def test_where_no_file_may_be_sent_everything_else_is(office, monkeypatch, method):
    real, calendar = posting.compose, Message("For your calendar", file=("a.ics", b"BEGIN:VCALENDAR"))
    monkeypatch.setattr(posting, "compose", lambda *a: [calendar] if a[3][0].dedupe_key == "a file" else real(*a))
    office.sandbox.faults.add("error", method, code="missing_scope", times=2)
    office.note("a file", to=ACME)
    for number in range(3):
        office.note(f"a note {number}", to=HOOLI)
        office.deliver()
        office.later(seconds=31)
    assert [office.state(f"a note {number}") for number in range(3)] == ["sent"] * 3
    for _ in range(3):
        office.later(minutes=11)
        office.deliver()
    assert office.state("a file") == "sent"
    assert len(trouble_told(office)) == 2


@pytest.mark.parametrize("code", SCOPES)
def test_what_one_place_alone_refuses_like_a_bad_token_is_that_places(office, code):
    office.sandbox.faults.add("error", "chat.postMessage", code=code, channel=ACME, times=500)
    for number in range(12):
        office.note(f"there {number}", to=ACME)
        office.note(f"elsewhere {number}", to=HOOLI)
        office.deliver()
        office.later(seconds=31)
    office.deliver()
    assert [office.state(f"elsewhere {number}") for number in range(12)] == ["sent"] * 12
    assert {office.state(f"there {number}") for number in range(11)} == {"blocked"}
    assert len(trouble_told(office)) <= 3, "the pause, its end, and the place"


@pytest.mark.parametrize("code", ["restricted_action", "no_permission", "cannot_reply_to_message"])
def test_a_place_that_takes_no_posts_is_not_said_to_be_well_before_one_arrives(office, code):
    office.sandbox.faults.add("error", "chat.postMessage", code=code, channel=ACME, times=500)
    for number in range(5):
        office.note(f"one {number}", to=ACME)
        for _ in range(8):
            office.deliver()
            office.later(minutes=1)
    assert len(trouble_told(office)) == 1
    office.sandbox.faults.clear()
    office.note("two", to=ACME)
    office.deliver()
    office.deliver()
    assert office.state("two") == "sent"
    assert len(trouble_told(office)) == 2
