"""Which addresses are Slack's own: where the token and answers may go."""

from handlers.door.slack_hosts import is_slacks

API = "http://api.test:8700/api/"
SLACKS = (
    "https://files.slack.com/files-pri/T0-F0/download/book.csv",
    "https://hooks.slack.com/commands/T0/1/x",
    "https://slack.com/x",
    "https://files.slack-gov.com/x",
    "https://slack.com:443/x",
    "http://api.test:8700/files-pri/x",
)
OTHERS = (
    "http://files.slack.com/x",
    "https://files.slack.com:8443/x",
    "https://evilslack.com/x",
    "https://files.slack.com.evil.example/x",
    "https://files.slack.com@evil.example/x",
    "https://evil@files.slack.com/x",
    "https://evil.example\\.slack.com/x",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "ftp://files.slack.com/x",
    "http://api.test:8701/x",
    "http://evil@api.test:8700/x",
    "https://[::1/x",
    "https://files.slack.com:99999/x",
    "",
)


def test_slacks_addresses_are_told_from_those_that_look_alike():
    assert [url for url in SLACKS if not is_slacks(url, API)] == []
    assert [url for url in OTHERS if is_slacks(url, API)] == []
