"""One change of a record, as the audit keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One change: who did what, when, from where (`command`, `click`, `form`, `import` …), before and after.

    `subject` is the record that changed: `cta:12`, `account:7`; `title` is what people call it, where it was asked for.
    """

    at: datetime
    who: str
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    source: str
    subject: str = ""
    title: str = ""
