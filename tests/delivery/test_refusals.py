"""Every refusal that Slack documents has a class, and each class its way: held, paused, passed on, plain text, dead."""

from datetime import timedelta

import pytest

from reminders import slack_codes
from storage import destinations

ACME, HOOLI = "C0000ACME", "C000HOOLI"

ANY = """
    access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted
    fatal_error internal_error invalid_arg_name invalid_arguments invalid_array_arg invalid_auth invalid_charset
    invalid_form_data invalid_post_type method_deprecated missing_post_type missing_scope no_permission
    not_allowed_token_type not_authed org_login_required ratelimited request_timeout service_unavailable
    team_access_not_granted team_added_to_org token_expired token_revoked two_factor_setup_required
"""
DOCUMENTED = {
    "chat.postMessage": """
        as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message channel_not_found
        duplicate_channel_not_found duplicate_message_not_found invalid_blocks invalid_blocks_format
        invalid_metadata_format invalid_metadata_schema is_archived markdown_text_conflict message_limit_exceeded
        messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large msg_blocks_too_long msg_too_long no_text
        not_in_channel rate_limited restricted_action restricted_action_non_threadable_channel
        restricted_action_read_only_channel restricted_action_thread_locked restricted_action_thread_only_channel
        slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked slack_connect_file_link_sharing_blocked
        slack_connect_lists_sharing_blocked team_not_found too_many_attachments too_many_contact_cards""",
    "chat.update": """
        as_user_not_supported block_mismatch cant_broadcast_message cant_update_message channel_not_found
        edit_window_closed external_channel_migrating invalid_attachments invalid_blocks invalid_blocks_format
        invalid_metadata_format invalid_metadata_schema is_inactive markdown_text_conflict message_not_found
        metadata_must_be_sent_from_app metadata_too_large msg_too_long no_dual_broadcast_content_update no_text
        slack_connect_file_link_sharing_blocked streaming_state_conflict team_not_found too_many_attachments
        update_failed""",
    "chat.delete": "cant_delete_message channel_not_found compliance_exports_prevent_deletion message_not_found",
    "conversations.open": """
        channel_not_found invalid_user_combination method_not_supported_for_channel_type not_enough_users too_many_users
        user_disabled user_not_found user_not_visible users_list_not_supplied""",
    "conversations.join": """
        channel_is_limited_access channel_not_found is_archived method_not_supported_for_channel_type
        too_many_members""",
    "users": "user_not_found user_not_visible users_not_found",
    "views.publish": "duplicate_external_id hash_conflict not_enabled view_too_large",
}


@pytest.mark.parametrize("method", DOCUMENTED)
def test_every_documented_refusal_has_one_class(method):
    strange = [code for code in (ANY + DOCUMENTED[method]).split() if slack_codes.meaning_of(code) == slack_codes.STRANGE]
    assert strange == []


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
    from storage import cta_work

    cta = office.open_cta(office.account(csm="maya", channel=ACME))
    office.deliver()
    for code, waits in (("rate_limited", 62), ("ekm_access_denied", 31), ("some_new_code", 3601), ("invalid_blocks", 0)):
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
