"""A sender that waits for the answer to a post for a moment only, and for all other answers as long as it takes.

So that a Slack that hangs costs no test its seconds, and a machine that is busy fails no look or history.
"""

from slack_sdk import WebClient

from reminders.outbox.slack_client import SlackSender


class Hasty(SlackSender):
    """Gives a post so many seconds."""

    def __init__(self, client, seconds):
        super().__init__(client)
        self._posts = SlackSender(WebClient(token=client.token, base_url=client.base_url, timeout=seconds))

    def post(self, *args, **kwargs):
        return self._posts.post(*args, **kwargs)
