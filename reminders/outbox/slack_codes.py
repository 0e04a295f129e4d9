"""What Slack's refusals mean: one class for each error code that Slack documents for a method which the bot calls.

Called by senders (held, unsure) and posting (the others) for messages on their way, and by handlers for the words that
people get. A code that is not here is STRANGE. A test holds this to the lists of Slack's method pages.
"""

from __future__ import annotations

from typing import Final, Literal

Meaning = Literal["hold", "pause", "destination", "payload", "gone", "late", "unsure", "strange"]

HOLD: Final = "hold"
"""Too much, or not now: as a 429, nothing was done and no attempt is burnt."""
PAUSE: Final = "pause"
"""The token, or what it may do: nothing that needs it can be done until somebody mends that."""
DESTINATION: Final = "destination"
"""This conversation can't be used: the next in line is told."""
PAYLOAD: Final = "payload"
"""What was to be said is refused: the plain text once, then it is dead."""
GONE: Final = "gone"
"""A message or a form that was to be drawn anew stands no more, or may be drawn no more."""
LATE: Final = "late"
"""A form that was to open when its three seconds were over, or opened already."""
UNSURE: Final = "unsure"
"""Slack may have carried it out before it failed, as it says of fatal_error: the history tells."""
STRANGE: Final = "strange"
"""Not documented when this was written: held for an hour at a time, and operations are told."""

_CODES: Final[dict[Meaning, str]] = {
    HOLD: """
        ratelimited rate_limited message_limit_exceeded external_channel_migrating streaming_state_conflict
        team_added_to_org
        """,
    PAUSE: """
        invalid_auth not_authed token_revoked token_expired account_inactive missing_scope access_denied
        ekm_access_denied org_login_required not_allowed_token_type team_access_not_granted two_factor_setup_required
        accesslimited enterprise_is_restricted method_deprecated deprecated_endpoint unknown_method
        app_not_installed invalid_app_id not_authorized is_bot forbidden_team plan_upgrade_required invalid_team
        """,
    DESTINATION: """
        channel_not_found is_archived not_in_channel user_disabled user_not_found users_not_found user_not_visible
        cannot_dm_bot messages_tab_disabled restricted_action restricted_action_read_only_channel
        restricted_action_thread_only_channel restricted_action_non_threadable_channel restricted_action_thread_locked
        thread_not_found cannot_reply_to_message is_inactive method_not_supported_for_channel_type
        channel_is_limited_access too_many_members duplicate_channel_not_found team_not_found invalid_channel
        invalid_user_combination not_enough_users too_many_users users_list_not_supplied user_is_bot
        user_not_in_channel user_is_restricted user_is_ultra_restricted posting_to_general_channel_denied
        slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
        slack_connect_clip_sharing_blocked slack_connect_blocked_file_type slack_connect_lists_sharing_blocked
        slack_connect_file_upload_sharing_blocked no_permission posting_to_channel_denied app_access_restricted
        """,
    PAYLOAD: """
        invalid_blocks invalid_blocks_format msg_too_long msg_blocks_too_long no_text block_mismatch invalid_arguments
        invalid_attachments too_many_attachments attachment_payload_limit_exceeded too_many_contact_cards
        invalid_metadata_format invalid_metadata_schema metadata_too_large metadata_must_be_sent_from_app
        markdown_text_conflict as_user_not_supported cant_broadcast_message no_dual_broadcast_content_update
        duplicate_message_not_found invalid_arg_name invalid_array_arg invalid_charset invalid_form_data
        invalid_post_type missing_post_type invalid_json json_not_object missing_argument invalid_cursor invalid_limit
        invalid_ts_latest invalid_ts_oldest invalid_types invalid_metadata_keys view_too_large duplicate_external_id
        file_not_found file_deleted malware_detected blocked_file_type file_uploads_disabled
        file_uploads_except_images_disabled storage_limit_reached snippet_too_large alt_txt_too_large unknown_subtype
        missing_filename draft_already_deleted draft_already_sent draft_has_conflict draft_not_found missing_file_data
        send_on_behalf_not_allowed file_is_deleted file_share_limit_reached max_file_sharing_exceeded
        unable_to_share_files push_limit_reached missing_profile_id not_implemented not_enabled
        invalid_metadata_filter_keys limit_required file_type_not_allowed file_upload_size_restricted
        unknown_snippet_type channels_limit_exceeded canvas_disabled_file_team canvas_disabled_user_team
        canvas_globally_disabled not_visible template_not_visible insecure_request missing_args
        bot_not_found bots_not_found
        """,
    GONE: """
        message_not_found cant_update_message edit_window_closed cant_delete_message compliance_exports_prevent_deletion
        hash_conflict not_found view_not_found
        """,
    LATE: "expired_trigger_id invalid_trigger_id trigger_expired trigger_exchanged exchanged_trigger_id",
    UNSURE: """
        fatal_error internal_error request_timeout service_unavailable update_failed file_update_failed
        list_record_comment_fetch_failed
        """,
}  # fmt: skip

_MEANINGS: Final[dict[str, Meaning]] = {code: meaning for meaning, codes in _CODES.items() for code in codes.split()}
_TOKEN: Final = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})


def meaning_of(code: str) -> Meaning:
    """What a refusal with this code means."""
    return _MEANINGS.get(code, STRANGE)


def pauses(code: str) -> bool:
    """Whether everything waits after this code, until somebody mends the token or what it may do."""
    return meaning_of(code) == PAUSE


def is_of_token(code: str) -> bool:
    """Whether `auth.test` shows that this is mended; of the other pauses only a message does."""
    return code in _TOKEN
