"""What Slack refuses in the ordinary course of things, in words for people. Asked by the guard (`errors.py`).

What a code means stands in `slack_codes`. One that says that the bot sent something wrong is a bug, and gets a
reference.
"""

from __future__ import annotations

from http.client import HTTPException
from typing import Final
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from reminders.outbox.slack_codes import DESTINATION, GONE, HOLD, LATE, PAUSE, UNSURE, is_of_token, meaning_of, pauses
from storage.base.errors import UserError

TOO_MANY, UNWELL = 429, 500
TROUBLE: Final = (SlackApiError, OSError, HTTPException)
"""What a call of Slack raises: it is refused, or not answered."""
OUTSIDERS: Final = UserError(
    "CTA Bot answers members of this workspace only.", "Ask a colleague of the account team to do it for you."
)
OPERATOR: Final = "Tell your operator: “python bot.py doctor” says what is missing."


def code_of(error: BaseException) -> tuple[str, int]:
    """Slack's error code, empty for none, and the HTTP status; both empty for anything that is not Slack's."""
    if not isinstance(error, SlackApiError):
        return "", 0
    response = error.response
    if isinstance(response, dict):  # an answer that is no JSON is none of Slack's own
        return "", max(int(response.get("status") or 0), UNWELL)
    data = response.data if isinstance(response.data, dict) else {}
    code = str(data.get("error") or "")
    return "" if " " in code else code, int(response.status_code or 0)  # words are the SDK's, for what is no answer


def is_gone(error: BaseException) -> bool:
    """Whether the form that was to be drawn is closed, or drawn anew already: nobody misses anything."""
    return meaning_of(code_of(error)[0]) == GONE


def is_limited(error: BaseException) -> bool:
    """Whether Slack did nothing because too much is asked of it."""
    code, status = code_of(error)
    return status == TOO_MANY or (meaning_of(code) == HOLD and "limit" in code)


def left_alone_for(error: BaseException) -> int:
    """For how many seconds Slack wants to be left alone, as far as it says."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    seconds = next((str(value) for name, value in headers.items() if name.lower() == "retry-after"), "")
    return max(1, int(seconds)) if seconds.isdigit() else 1  # never at once, whatever it says


def is_passing(error: BaseException) -> bool:
    """Whether Slack was only out of reach or unwell, so that it is worth asking again by itself."""
    code, status = code_of(error)
    if code:
        return meaning_of(code) in (HOLD, UNSURE)
    return status >= UNWELL or status == TOO_MANY or isinstance(error, URLError | OSError | HTTPException)


def is_of_the_token(error: BaseException) -> bool:
    """Whether Slack has something against the token or its scopes, which only the operator can mend."""
    return pauses(code_of(error)[0])


def in_words(error: BaseException) -> UserError | None:
    """What to say of something that Slack refused or did not answer; None for a bug."""
    code, status = code_of(error)
    meaning = meaning_of(code)
    if meaning == LATE:
        return UserError("Slack lets a form open for three seconds only, and they were over.", "Please try once more.")
    if meaning == GONE:
        return UserError("The form was closed meanwhile.", "Open it again.")
    if is_limited(error):
        return UserError("Slack asks the bot to slow down: too much is going on.", "Please try again in a minute.")
    if is_of_token(code):
        return UserError(f"Slack does not accept the bot's token ({code}).", OPERATOR)
    if meaning == PAUSE:
        return UserError(f"Slack does not let the bot do this ({_lacking(error) or code}).", OPERATOR)
    if meaning == DESTINATION:
        return UserError(f"Slack does not let the bot answer there ({code}).", "Use a direct message with the bot.")
    if meaning in (HOLD, UNSURE) or status >= UNWELL:
        return UserError(f"Slack has trouble just now ({code or status}).", "Please try again in a minute.")
    if isinstance(error, URLError | TimeoutError | ConnectionError | HTTPException):
        return UserError("Slack did not answer in time.", "Please try again in a minute.")
    return None


def _lacking(error: BaseException) -> str:
    """The scope that a refusal names: `missing_scope: users:read`."""
    if not isinstance(error, SlackApiError) or isinstance(error.response, dict):
        return ""
    needed = error.response.get("needed")
    return f"missing scope {needed}" if needed else ""
