"""One thing that Slack would refuse, in the shape of an entry of `blocks.validate`."""

from dataclasses import dataclass
from typing import Any

FAILED = "failed_constraint"
MISSING = "missing_required_field"
UNKNOWN = "invalid_additional_property"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Where (`pointer`, a JSON pointer), what (`code`, `message`), against which rule (`constraint`)."""

    pointer: str
    code: str
    message: str
    constraint: dict[str, Any] | None = None
    field: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the entry as `blocks.validate` answers it, without what does not apply."""
        entry = {
            "pointer": self.pointer,
            "code": self.code,
            "message": self.message,
            "constraint": self.constraint,
            "field": self.field,
        }
        return {key: value for key, value in entry.items() if value is not None}

    def __str__(self) -> str:
        """Say it as Slack does in `response_metadata.messages`."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


def failed(pointer: str, message: str, rule: str, expected: Any, got: Any = None) -> Problem:
    """Make the problem of a value that is there but breaks `rule`; the field is read off the pointer."""
    constraint = {"type": rule, "expected": expected}
    if got is not None:
        constraint["got"] = got
    names = [part for part in pointer.split("/") if part and not part.isdigit()]
    return Problem(
        pointer=pointer,
        code=FAILED,
        message=message,
        constraint=constraint,
        field=names[-1] if names else None,
    )
