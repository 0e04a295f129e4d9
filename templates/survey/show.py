"""Answers, rounds and their figures in words, the list and the form. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from storage.survey.record import CASES, CSAT, NPS, SCORES
from templates.account.show import csm_words
from templates.blocks import figures as numbers
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, lived_day_words, mrkdwn
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.survey.record import Answer, Asked, Round
    from storage.survey.settings import SurveyArea
    from storage.survey.tally import Tallied
    from templates.blocks.listed import Listed

COMMENT = 200
LABELS = {NPS: "NPS", CSAT: "CSAT", CASES: "CSAT of support cases"}
ASKED = {NPS: "NPS: would they recommend us, 0 to 10", CSAT: "CSAT: how content are they, 1 to 5"}


def score_words(one: Answer) -> str:
    """`NPS 9 (champion)`, `CSAT 4, case 4711`."""
    case = f", case {clip(one.case_id, 40)}" if one.case_id else ""
    who = f" ({clip(one.contact, 60)})" if one.contact else ""
    return f"{LABELS[one.kind]} {one.score}{case}{who}"


def answer_words(one: Answer, today: date) -> Mrkdwn:
    """`NPS 9 (champion) · Thu 12 Nov · “saves us days”`."""
    said = mrkdwn("“{}”", clip(one.comment, COMMENT)) if one.comment else None
    return joined([mrkdwn("{}", score_words(one)), lived_day_words(one.answered_on, today), said])


def latest_words(answers: Sequence[Answer], today: date) -> Mrkdwn | str:
    """`NPS 9, CSAT 4 (12 Nov)`: the newest of each kind; of one day, the day stands once."""
    newest = [next((one for one in answers if one.kind == kind), None) for kind in (NPS, CSAT)]
    known = [one for one in newest if one is not None]
    if not known:
        return ""
    if len({one.answered_on for one in known}) == 1:
        what = ", ".join(f"{LABELS[one.kind]} {one.score}" for one in known)
        return f"{what} ({lived_day_words(known[0].answered_on, today)})"
    return ", ".join(f"{LABELS[one.kind]} {one.score} ({lived_day_words(one.answered_on, today)})" for one in known)


def round_words(found: Round, area: SurveyArea) -> str:
    """`NPS and CSAT, round 2026-11`."""
    kinds = " and ".join(LABELS[kind] for kind in area.kinds) or "Surveys"
    return f"{kinds}, round {found.name}"


def round_list(found: Round, asked: Sequence[Asked], page: Listed, whose: str, area: SurveyArea) -> dict[str, Any]:
    """A page of the accounts that are asked in a round; before it begins, those that would be today."""
    some = asked[page.offset : page.offset + page.size]
    answered = sum(bool(one.answers) for one in asked)
    begun = found.first <= page.today
    when = f"until {day_words(found.last, page.today)}" if begun else f"from {day_words(found.first, page.today)} on"
    return {
        **page.ways(len(some), len(asked)),
        "title": round_words(found, area),
        "when": when,
        "whose": whose,
        "answered": f"{answered:,} of {counted(len(asked), 'account')} answered" if begun else "",
        "begun": begun,
        "rows": [_row(one, page) for one in some],
    }


def _row(one: Asked, page: Listed) -> dict[str, Any]:
    said = ", ".join(score_words(answer) for answer in one.answers)
    name = mrkdwn("*{}*", one.account.name)
    changeable = one.account.id in page.changeable
    return {
        "line": joined(
            [name, mrkdwn("{}", said) if said else "no answer", csm_words(one.account, page.people, page.understood_id)]
        ),
        "button": ("Record an answer", "survey.answer") if changeable else ("Show", "success.show"),
        "id": one.account.id,
    }


def answer_form(
    account: Account, area: SurveyArea, on: date, said: tuple[str | None, int | None, str], comment: str
) -> dict[str, Any]:
    """What the form of an answer holds at first."""
    kind, score, contact = said
    kinds = [[ASKED[one], one] for one in area.kinds or (NPS, CSAT)]
    scores = [[str(one), str(one)] for one in range(SCORES[NPS][1], -1, -1)]
    return {
        "about": mrkdwn("*{}*", account.name),
        "kinds": kinds,
        "kind": next((option for option in kinds if option[1] == kind), kinds[0] if len(kinds) == 1 else None),
        "scores": scores,
        "score": next((option for option in scores if option[1] == str(score)), None),
        "on": on.isoformat(),
        "contact": contact or None,
        "comment": comment or None,
    }


def tallied_line(one: Tallied) -> Mrkdwn:
    """A kind in a round in words; of few answers people see counts."""
    what = f"{LABELS[one.kind]}, {one.round}" if one.kind == CASES else f"{LABELS[one.kind]}, round {one.round}"
    asked = None
    if one.invited is not None and one.response_rate is not None:
        share = numbers.win_rate(one.response_rate, one.invited, one.least)
        asked = f"response rate {share} of {one.invited:,}" if share.endswith("%") else f"answered: {share}"
    elif one.invited is not None:
        asked = "nobody was asked"
    return joined([mrkdwn("*{}* {}", what, _score_words(one)), asked])


def _score_words(one: Tallied) -> str:
    if one.score is None:
        return "no answers"
    good, bad = ("promoting", "detracting") if one.kind == NPS else ("content", "not")
    counts = f"{one.positive:,} {good}, {one.negative:,} {bad}"
    if one.answers < one.least:
        return f"{counted(one.answers, 'answer')}: {counts}"
    points = numbers.whole(one.score) if one.kind == NPS else 0
    score = (f"{points:+}" if points else "0") if one.kind == NPS else f"{numbers.percent(one.score)} content"
    return f"{score} (n {one.answers:,}: {counts})"
