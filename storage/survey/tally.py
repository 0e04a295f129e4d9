"""NPS, CSAT and response rate of rounds, and CSAT of support cases by quarter (docs/domain.md, "Surveys").

Which answers count; what a score is made of stands in `record.py` (`Counted.score`). Called by
`handlers/survey/figures.py` and `headline.py`.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from storage.account.endings import COUNTS, became
from storage.base.business_days import business_days_of
from storage.base.moments import day as day_of
from storage.base.quarters import quarter_of
from storage.success.store import segments
from storage.survey.record import CASES, CSAT, KINDS, counted, round_of, rounds
from storage.survey.settings import SurveyArea
from storage.survey.store import invited

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.survey.record import Round


class Tallied(NamedTuple):
    """A kind in a round, or CSAT of the cases of a quarter; `invited` None: nobody was.

    `score` is NPS in points or CSAT as a share, None for no answers; `response_rate` None where nobody was invited. Of
    fewer answers than `least` people see counts.
    """

    round: str
    kind: str
    answers: int
    score: float | None
    invited: int | None
    response_rate: float | None
    positive: int
    negative: int
    least: int


class _Said(NamedTuple):
    account_id: int
    contact: str
    score: int
    on: date


def surveys(
    db: Connection,
    policy: Policy,
    first: date,
    last: date,
    today: date,
    condition: str = "1 = 1",
    values: Sequence[Any] = (),
) -> list[Tallied]:
    """The rounds that begin in a period and have begun, then the cases of the period; up to today."""
    area = policy.settings(SurveyArea)
    found: list[Tallied] = []
    for one in rounds(first, min(last, today), area, business_days_of(policy)):
        found += of_round(db, policy, one, condition, values)
    scores = [said.score for said in _answers(db, policy, CSAT, first, last, "case_id IS NOT NULL", condition, values)]
    if scores:
        cases = counted(CSAT, scores)
        name = quarter_of(first, policy.fiscal_year_start_month).name
        found.append(
            Tallied(
                name, CASES, len(scores), cases.score(CSAT), None, None, cases.positive, cases.negative, area.minimum
            )
        )
    return found


def of_round(
    db: Connection, policy: Policy, found: Round, condition: str = "1 = 1", values: Sequence[Any] = ()
) -> Iterator[Tallied]:
    """Each kind that is asked in a round."""
    where, asked = invited(policy, found.first)
    ids = {
        row[0]
        for row in db.execute(f"SELECT accounts.id FROM accounts WHERE {where} AND {condition}", (*asked, *values))
    }
    least = policy.settings(SurveyArea).minimum
    for kind in policy.settings(SurveyArea).kinds:
        said = _last_of_each(_answers(db, policy, kind, found.first, found.last, "case_id IS NULL", condition, values))
        count = counted(kind, [one.score for one in said])
        answered = len({one.account_id for one in said} & ids)
        rate = answered / len(ids) if ids else None
        yield Tallied(
            found.name, kind, count.answers, count.score(kind), len(ids), rate, count.positive, count.negative, least
        )


def came(
    db: Connection, policy: Policy, first: date, last: date, condition: str = "1 = 1", values: Sequence[Any] = ()
) -> tuple[int, int]:
    """The answers of some days, and the negative ones: of a contact in a round the last of them, as rounds count."""
    area, business = policy.settings(SurveyArea), business_days_of(policy)
    answers = negative = 0
    for kind in KINDS:
        scores = [
            one.score for one in _answers(db, policy, kind, first, last, "case_id IS NOT NULL", condition, values)
        ]
        of_rounds: dict[Round | None, list[_Said]] = {}
        for day, said in groupby(
            _answers(db, policy, kind, first, last, "case_id IS NULL", condition, values), key=lambda one: one.on
        ):
            of_rounds.setdefault(round_of(day, area, business), []).extend(said)
        scores += [one.score for said_in in of_rounds.values() for one in _last_of_each(said_in)]
        count = counted(kind, scores)
        answers, negative = answers + count.answers, negative + count.negative
    return answers, negative


def _last_of_each(answers: Sequence[_Said]) -> list[_Said]:
    """A contact's last answer; those of nobody known stand each."""
    found: dict[object, _Said] = {}
    for place, one in enumerate(answers):
        found[(one.account_id, one.contact) if one.contact else place] = one
    return list(found.values())


def _answers(
    db: Connection,
    policy: Policy,
    kind: str,
    first: date,
    last: date,
    which: str,
    condition: str,
    values: Sequence[Any],
) -> list[_Said]:
    """The answers of some days, the oldest first; those of a merged account are of what it is now, and of whose."""
    of_segments, named = segments(policy.settings(SurveyArea).segments)
    counts = db.execute(
        f"SELECT accounts.id FROM accounts WHERE {COUNTS} AND {of_segments} AND {condition}", (*named, *values)
    )
    counting = {row[0] for row in counts}
    rows = db.execute(
        "SELECT account_id, contact_key, score, answered_on FROM survey_answers"
        f" WHERE kind = ? AND answered_on BETWEEN ? AND ? AND {which} ORDER BY answered_on, id",
        (kind, first.isoformat(), last.isoformat()),
    )
    roots = became(db, policy.timezone)
    found = (_Said(roots.get(row[0], row[0]), row[1], row[2], day_of(row[3])) for row in rows)
    return [one for one in found if one.account_id in counting]
