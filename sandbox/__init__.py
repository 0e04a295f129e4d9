"""A strict local Slack: one workspace on one's own machine, for trying the bot and for testing it.

The bot never imports this room, and this room never imports the bot: they talk over HTTP and
WebSocket only, as with the real Slack. Start at `sandbox/server.py`; tests start at
`sandbox/testing.py`; the web page talks through `sandbox/page_api.py`.
"""
