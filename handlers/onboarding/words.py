"""The grammar of onboarding's verbs of `/success`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handlers.door.dates import find_day
from storage.base.errors import UserError
from storage.onboarding.record import LABELS, REASONS, TARGETS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handlers.door.words import Word
    from storage.base.policy import Policy

MORE: Final = {
    "/success": (
        {
            "verbs": {
                "onboarding": "onboarding",
                "onboard": "onboarding",
                "reached": "reached",
                "reach": "reached",
                "delay": "delay",
            },
            "help": [
                (
                    "/success onboarding Acme [start 3 Nov]",
                    "its milestones; or begin its onboarding by hand on that day",
                ),
                ("/success onboarding [mine|team|all]", "who is in onboarding, and what is late"),
                (
                    "/success reached Acme first-value 20 Nov",
                    "a milestone was reached on that day; `none` takes it out",
                ),
                (
                    "/success delay Acme onboard until 9 Jan customer unresponsive",
                    "a milestone comes later: by when, through whom, why",
                ),
            ],
            "areas": ("onboarding",),
        },
        {
            "verbs": {"intent": "intent"},
            "help": [
                (
                    "/success intent Acme ci;scm [licences 250]",
                    "for which use cases it first bought, and how many licences",
                ),
            ],
            "areas": ("onboarding", "usage"),
        },
    ),
    "/playbooks": {
        "verbs": {"onboarding": "onboarding"},
        "help": [("/playbooks onboarding 2026Q4", "days to each milestone, and how many were on time, by segment")],
        "areas": ("onboarding",),
    },
}
_NAMES: Final = {
    "engaged": "engaged",
    "engage": "engaged",
    "first-value": "first_value",
    "first_value": "first_value",
    "firstvalue": "first_value",
    "value": "first_value",
    "onboarded": "onboarded",
    "onboard": "onboarded",
    "infrastructure": "infrastructure_ready",
    "infrastructure_ready": "infrastructure_ready",
    "infrastructure-ready": "infrastructure_ready",
    "infra": "infrastructure_ready",
    "outcome": "outcome_achieved",
    "outcome_achieved": "outcome_achieved",
    "outcome-achieved": "outcome_achieved",
}
_NONE: Final = {"none", "clear", "no", "unknown"}
_BY: Final = {"us": "us", "ours": "us", "customer": "customer", "customers": "customer", "them": "customer"}
_EXAMPLE: Final = "/success delay Acme onboard until 9 Jan customer unresponsive"
WORDS: Final = ", ".join(name.replace("_", "-") for name in LABELS)


@dataclass(frozen=True, slots=True)
class Reached:
    """`first-value 20 Nov`; `day` None: it is taken out; `said_day` False: no day was said."""

    milestone: str
    day: date | None
    said_day: bool


@dataclass(frozen=True, slots=True)
class Delayed:
    """`onboard until 9 Jan customer unresponsive waiting for legal`."""

    milestone: str
    expected_on: date
    caused_by: str
    reason: str
    line: str


def milestone_at(words: Sequence[Word], example: str) -> tuple[str, list[Word]]:
    """The milestone that the words begin with, and the rest; raises UserError for none."""
    for count in (2, 1):
        said = "-".join(word.text.casefold() for word in words[:count])
        if len(words) >= count and said in _NAMES:
            return _NAMES[said], list(words[count:])
    raise UserError("Which milestone?", f"One of {WORDS}: {example}", field="milestone")


def read_reached(words: Sequence[Word], policy: Policy, today: date) -> Reached:
    """A milestone and its day; raises UserError for words that are neither."""
    example = "/success reached Acme first-value 20 Nov"
    milestone, rest = milestone_at(words, example)
    if not rest:
        return Reached(milestone, today, said_day=False)
    if rest[0].text.casefold() in _NONE and len(rest) == 1:
        return Reached(milestone, None, said_day=True)
    texts = [word.text for word in rest if word.text.casefold() != "on"]
    found = find_day(texts, today, policy.date_formats, past=True)
    if not found or found[1] != len(texts):
        raise UserError(f"'{' '.join(texts)[:80]}' is no day.", f"For example: {example}", field="on")
    return Reached(milestone, found[0], said_day=True)


def read_delay(words: Sequence[Word], policy: Policy, today: date) -> Delayed:
    """All that a delay says; raises UserError for what is missing."""
    milestone, rest = milestone_at(words, _EXAMPLE)
    if milestone not in TARGETS:
        raise UserError(f"{LABELS[milestone]} has no target day.", f"Only {', '.join(TARGETS)} have one.")
    if rest and rest[0].text.casefold() in ("until", "to", "by"):
        rest = rest[1:]
    found = find_day([word.text for word in rest], today, policy.date_formats)
    if not found:
        raise UserError("Until when?", f"For example: {_EXAMPLE}", field="expected_on")
    day, rest = found[0], rest[found[1] :]
    by = _BY.get(rest[0].text.casefold()) if rest else None
    if by is None:
        raise UserError("Through us, or the customer?", f"For example: {_EXAMPLE}", field="caused_by")
    rest = rest[1:]
    reason = rest[0].text.casefold().strip(",:;.") if rest else ""
    if reason not in REASONS:
        raise UserError("Why?", f"One of {', '.join(REASONS)}: {_EXAMPLE}", field="reason")
    return Delayed(milestone, day, by, reason, " ".join(word.text for word in rest[1:]))


def read_intent(words: Sequence[Word], policy: Policy) -> tuple[tuple[str, ...], int | None]:
    """Use cases, as the policy writes them, and licences, where they are said; raises UserError for another one."""
    texts = [word.text for word in words]
    licences = None
    for place, text in enumerate(texts):
        if text.casefold().rstrip(":") in ("licences", "licenses", "seats") and texts[place + 1 :]:
            said = texts[place + 1].replace(",", "")
            if not (said.isascii() and said.isdigit() and len(said) <= 9):  # noqa: PLR2004 - more are none
                raise UserError(f"'{said[:40]}' is no number of licences.", "/success intent Acme ci licences 250")
            licences, texts = int(said), [*texts[:place], *texts[place + 2 :]]
            break
    return use_cases(" ".join(texts), policy), licences


def use_cases(said: str, policy: Policy) -> tuple[str, ...]:
    """Use cases with `;` or `,` between them, as the policy writes them; raises UserError for another one."""
    known = {use_case.casefold(): use_case for use_case in policy.use_cases}
    found: list[str] = []
    for part in (piece.strip() for piece in re.split(r"[;,]", said)):
        if not part:
            continue
        if part.casefold() not in known:
            raise UserError(f"'{part[:60]}' is no use case.", f"There are: {', '.join(policy.use_cases)}.")
        if known[part.casefold()] not in found:
            found.append(known[part.casefold()])
    return tuple(found)
