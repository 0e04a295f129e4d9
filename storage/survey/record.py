"""Answers and rounds of NPS and CSAT (docs/domain.md, "Surveys"). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storage.account.record import Account
    from storage.base.business_days import BusinessDays
    from storage.survey.settings import SurveyArea

NPS, CSAT = "nps", "csat"
KINDS = (NPS, CSAT)
CASES = "case_csat"
"""What CSAT of support cases is called in figures: it is in no round."""
SCORES = {NPS: (0, 10), CSAT: (1, 5)}
NEGATIVE = {NPS: 6, CSAT: 3}
"""Up to which score an answer is negative."""
POSITIVE = {NPS: 9, CSAT: 4}
"""From which score it counts for the figure: a promoter, or content."""
PERSON, IMPORT = "person", "import"
SIGNAL_DAYS = 90
FOLLOW_UP_DAYS = 30
"""So long a negative answer is followed up; one that is older when it becomes known is history."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `contact` is a role or an id, '' where nobody knows; `at`: since when it is known."""

    id: int
    account_id: int
    answered_on: date
    kind: str
    score: int
    contact: str
    comment: str | None
    case_id: str | None
    external_id: str | None
    by_id: int | None
    source: str
    at: datetime

    @property
    def is_negative(self) -> bool:
        """A detractor, or not content."""
        return self.score <= NEGATIVE[self.kind]


class Asked(NamedTuple):
    """An account that is asked in a round, and its answers in it that count."""

    account: Account
    answers: tuple[Answer, ...]


class Round(NamedTuple):
    """A round is named by the month in which it begins; `last` is its last day."""

    name: str
    first: date
    last: date


def rounds(first: date, last: date, area: SurveyArea, business: BusinessDays) -> Iterator[Round]:
    """The rounds that begin between two days, in order; none where nothing is asked."""
    for year in range(first.year, last.year + 1):
        for month in area.months if area.kinds else ():
            found = _round(year, month, area, business)
            if first <= found.first <= last:
                yield found


def round_of(day: date, area: SurveyArea, business: BusinessDays) -> Round | None:
    """The round in whose days a day lies; None outside of all."""
    begun = list(rounds(day - timedelta(days=area.open_days + 31), day, area, business))
    return begun[-1] if begun and day <= begun[-1].last else None


def next_round(day: date, area: SurveyArea, business: BusinessDays) -> Round | None:
    """The round that a day is in, else the next one; None where there is none at all."""
    found = round_of(day, area, business)
    return found or next(rounds(day, day + timedelta(days=800), area, business), None)


def _round(year: int, month: int, area: SurveyArea, business: BusinessDays) -> Round:
    """It lasts its days, and ends at the latest when the next one begins."""
    first = business.next_from(date(year, month, 1))
    later = [other for other in area.months if other > month]
    then = date(year, later[0], 1) if later else date(year + 1, area.months[0], 1)
    last = min(first + timedelta(days=area.open_days - 1), business.next_from(then) - timedelta(days=1))
    return Round(f"{year:04}-{month:02}", first, last)


def contact_key(contact: str) -> str:
    """How a contact is compared: a role in other letters is that role."""
    return " ".join(contact.casefold().split())


def standing(answers: Iterable[Answer]) -> list[Answer]:
    """Those that count: of one contact of an account the last of a kind. Of a case, or of nobody known, each does."""
    found: dict[object, Answer] = {}
    for one in sorted(answers, key=lambda one: (one.answered_on, one.id)):
        alone = not one.contact or one.case_id is not None
        found[one.id if alone else (one.account_id, one.kind, contact_key(one.contact))] = one
    return sorted(found.values(), key=lambda one: (one.answered_on, one.id))


class Counted(NamedTuple):
    """Answers counted: all of them, those that count for the figure, and the negative ones."""

    answers: int
    positive: int
    negative: int

    def score(self, kind: str) -> float | None:
        """NPS in points, CSAT as a share; None for no answers."""
        if not self.answers:
            return None
        if kind == NPS:
            return 100 * (self.positive - self.negative) / self.answers
        return self.positive / self.answers


def counted(kind: str, scores: Sequence[int]) -> Counted:
    """The scores of a kind, counted."""
    positive = sum(score >= POSITIVE[kind] for score in scores)
    return Counted(len(scores), positive, sum(score <= NEGATIVE[kind] for score in scores))
