"""The rest: who am I, the socket's address, the team, bots, emoji, and checking blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.registry import Call, method
from sandbox.blockkit import check_blocks, check_message, check_view
from sandbox.checks import explain
from sandbox.errors import SlackError, invalid_arguments
from sandbox.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_ID

if TYPE_CHECKING:
    from sandbox.model import Json


@method("api.test", tier=4, token="none")  # noqa: S106 - no token is what it takes
def test(call: Call) -> Json:
    """Echo the arguments; `error` makes it fail."""
    if error := call.text("error"):
        raise SlackError(error, args=call.args)
    return {"args": call.args} if call.args else {}


@method("auth.test", tier=0)
def who_am_i(call: Call) -> Json:
    """Whose token this is."""
    return {
        "url": f"{call.base_url}/",
        "team": call.workspace.team_name,
        "user": call.workspace.bot.name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", tier=1, token="app")  # noqa: S106 - the kind of token, not a token
def open_connection(call: Call) -> Json:
    """A WebSocket address for Socket Mode, good for one connection."""
    return {"url": call.sockets.new_url(call.base_url)}


@method("team.info", scope="team:read", tier=3, takes_json=False)
def team_info(call: Call) -> Json:
    """The workspace's name and domain."""
    return {
        "team": {
            "id": TEAM_ID,
            "name": call.workspace.team_name,
            "domain": call.workspace.team_domain,
            "email_domain": "example.com",
            "icon": {"image_default": True},
        }
    }


@method("bots.info", scope="users:read", tier=3, takes_json=False)
def bot_info(call: Call) -> Json:
    """The app's bot."""
    if call.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    bot = call.workspace.bot
    return {
        "bot": {
            "id": BOT_ID,
            "deleted": False,
            "name": bot.real_name,
            "updated": bot.updated,
            "app_id": APP_ID,
            "user_id": BOT_USER,
            "icons": {},
        }
    }


@method("emoji.list", scope="emoji:read", tier=2, takes_json=False)
def list_emoji(_call: Call) -> Json:
    """The custom emoji: there are none."""
    return {"emoji": {}, "cache_ts": "0.000000"}


@method("blocks.validate", tier=4)
def validate_blocks(call: Call) -> Json:
    """Check blocks, a message or a view without sending them anywhere."""
    if sum(call.args.get(name) is not None for name in ("blocks", "message", "view")) != 1:
        raise invalid_arguments("provide exactly one of blocks, message, view")
    if (blocks := call.structure("blocks")) is not None:
        problems, code = check_blocks(blocks, "message", at=""), "invalid_blocks"
    elif (message := call.structure("message")) is not None:
        problems, code = check_message(message), "invalid_message"
    else:
        problems, code = check_view(call.structure("view")), "invalid_view"
    if problems:
        refusal = explain(problems, code)
        refusal.code = code
        raise refusal
    return {}
