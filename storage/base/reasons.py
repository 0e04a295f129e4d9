"""The reasons of the policy: why a CTA ended without success, and why a customer left or pays less.

Two lists, since they answer two questions: a key may stand in both and mean its own. Read by `policy.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from storage.base.folding import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


Ending: TypeAlias = Literal["churned", "less"]
ENDINGS: Final[tuple[Ending, ...]] = ("churned", "less")


class _Named(BaseModel):
    """`hint` says in a few words what is meant by it; it stands under the label where one picks."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    label: Annotated[str, Field(min_length=1, max_length=70)]
    hint: Annotated[str, Field(max_length=75)] = ""


class Reason(_Named):
    """Why a customer said no. `asks` is the one thing that the reason needs (docs/domain.md, "CTAs")."""

    asks: Literal["", "revisit", "gap", "vendor", "note"] = ""
    counter_play: str = ""
    counter_play_url: str = ""
    counter_playbook: str = ""


class RenewalReason(_Named):
    """Why a customer left (`churned`) or renewed with less (`less`); `only` where it can't be both."""

    asks: Literal["", "gap", "vendor", "note"] = ""
    only: Literal["", "churned", "less"] = ""

    @property
    def endings(self) -> tuple[str, ...]:
        """Where it is offered."""
        return (self.only,) if self.only else ENDINGS


DEFAULT_REASONS = (
    Reason(key="not_a_priority", label="Not a priority"),
    Reason(key="already_solved", label="Already solved"),
    Reason(key="not_relevant", label="Not relevant"),
    Reason(key="lack_of_engagement", label="Lack of engagement"),
    Reason(key="deferred", label="Timing: deferred to a later date", asks="revisit"),
    Reason(key="internal_challenges", label="Internal challenges"),
    Reason(key="competitive_loss", label="Competitive loss", asks="vendor", hint="To a vendor that is new there"),
    Reason(key="product_gaps", label="Product gaps", asks="gap"),
    Reason(key="team_unengaged", label="Responsible team unengaged"),
    Reason(key="no_value_seen", label="Didn't see value", hint="Also: they stay with the vendor that they have"),
    Reason(key="lack_of_budget", label="Lack of budget"),
    Reason(key="other", label="Other", asks="note"),
)
NOT_NEEDED = Reason(key="not_needed", label="Not needed")
"""Why a checklist ends without success: the only reason for these, and for nothing else; in no figures."""
DEFAULT_RENEWAL_REASONS = (
    RenewalReason(key="competitor", label="Competitor", asks="vendor"),
    RenewalReason(key="price", label="Price"),
    RenewalReason(key="product_gap", label="Product gap", asks="gap"),
    RenewalReason(key="lack_of_adoption", label="Lack of adoption"),
    RenewalReason(key="sponsor_left", label="Sponsor left"),
    RenewalReason(key="support_quality", label="Quality of support"),
    RenewalReason(key="built_it_themselves", label="Built it themselves"),
    RenewalReason(key="company_closed", label="Company closed", only="churned"),
    RenewalReason(key="merged", label="Merged with another company"),
    RenewalReason(key="non_payment", label="Did not pay", only="churned"),
    RenewalReason(key="fewer_seats", label="Fewer seats", only="less"),
    RenewalReason(key="lower_tier", label="Lower tier", only="less"),
    RenewalReason(key="other", label="Other", asks="note"),
)


R = TypeVar("R", bound=_Named)


def spoken(text: str) -> str:
    """What makes two ways of writing a reason the same: its words, without signs, case and accents."""
    return " ".join(re.findall(r"[^\W_]+", folded(text)))


def names_of(reasons: Iterable[R]) -> dict[str, R]:
    """Reasons by label and key, as spoken, and by key as written; a key wins, the first of two labels over the second.

    A label with a colon is known by what stands before it too, and by more of it: exports cut labels.
    """
    listed = tuple(reasons)
    cut: dict[str, R] = {}
    for reason in reversed(listed):
        words, head = spoken(reason.label).split(), spoken(reason.label.partition(":")[0]).split()
        cut |= {" ".join(words[:count]): reason for count in range(len(head), len(words))}
    labels = {spoken(r.label): r for r in reversed(listed)}
    return cut | labels | {name: r for r in listed for name in (spoken(r.key), r.key)}


def named(reasons: Mapping[str, R], text: str) -> R | None:
    """The reason that a text names, of `names_of`; None for none."""
    return reasons.get(text) or reasons.get(spoken(text))


def label_of(found: _Named | None, key: str | None) -> str:
    """The label of a reason; a key that has left the policy stays readable."""
    return found.label if found else (key or "no reason given").replace("_", " ").capitalize()


def option_of(reason: _Named) -> tuple[str, ...]:
    """What stands in a select: label, key and, where it has one, its hint."""
    return (reason.label, reason.key, reason.hint) if reason.hint else (reason.label, reason.key)
