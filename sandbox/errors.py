"""How the workspace refuses: Slack's own error codes, raised anywhere below the Web API."""

from collections.abc import Iterable
from typing import Any


class SlackError(Exception):
    """A refusal with Slack's error code; `extra` goes into the answer beside `ok` and `error`."""

    def __init__(self, code: str, *, status: int = 200, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.extra = extra

    def as_answer(self) -> dict[str, Any]:
        """The JSON that a caller of the Web API gets."""
        return {"ok": False, "error": self.code, **self.extra}


def invalid_arguments(*complaints: str) -> SlackError:
    """`invalid_arguments` with Slack's `[ERROR] …` lines, each naming one argument."""
    return explained("invalid_arguments", complaints)


def explained(code: str, complaints: Iterable[str], **extra: Any) -> SlackError:
    """A refusal whose `response_metadata.messages` say what is wrong and where."""
    lines = [f"[ERROR] {complaint}" for complaint in complaints]
    return SlackError(code, response_metadata={"messages": lines}, **extra)
