"""What the templates of notes about handing over need, from records. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted, form_for
from templates.account.notes_show import note_lines
from templates.account.parts import questions
from templates.account.show import OUTLOOK_WORDS, renewal_words
from templates.blocks.mrkdwn import Mrkdwn, day_words, mrkdwn
from templates.blocks.notice import by_words, listed
from templates.blocks.words import joined, person_words
from templates.ebr.show import due_words
from templates.renewal.show import step_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from storage.account.brief import Brief
    from storage.account.notes import Noted
    from storage.account.record import Account
    from storage.base.person import Person
    from storage.ebr.due import EbrDue
    from storage.renewal.review_steps import Renewing


DUE_ROWS = 12
"""Rows of each sort in a stand-in's list: a message holds 50 blocks."""
NOTE_LENGTH = 200
"""Characters of a note in a packet, which has those of many accounts."""


def handover(
    giver: Person,
    taker: Person,
    by: Person | None,
    moved: Sequence[Account],
    titles: Sequence[str],
    today: date,
    *,
    is_taker: bool,
    known: Sequence[tuple[Brief, Sequence[Noted]]] = (),
) -> dict[str, Any]:
    """The list that giver and taker get; `known` is what to know of each: its brief, and what was noted last."""
    whom = mrkdwn("from {} to you", person_words(giver)) if is_taker else mrkdwn("from you to {}", person_words(taker))
    return {
        "said": mrkdwn(
            "{} and {} went {}",
            counted(len(moved), "account"),
            counted(len(titles), "open CTA"),
            whom,
        ),
        "why": mrkdwn("{} handed them over.", by_words(by)),
        "accounts": listed([joined([mrkdwn("*{}*", a.name), renewal_words(a, today)]) for a in moved]),
        "ctas": listed([mrkdwn("{}", title) for title in titles]),
        "known": [words for brief, notes in known if (words := _to_know(brief, notes, today))],
    }


def _to_know(brief: Brief, notes: Sequence[Noted], today: date) -> Mrkdwn | None:
    """`*Acme* · outlook: at risk`, below it what was noted and what is still open; None where there is nothing."""
    outlook = f"outlook: {OUTLOOK_WORDS[brief.account.outlook]}" if brief.account.outlook else None
    lines = note_lines(notes, today, NOTE_LENGTH)
    lines += [mrkdwn("Open question: {}", question) for question in questions(brief, today)]
    if not outlook and not lines:
        return None
    head = joined([mrkdwn("*{}*", brief.account.name), outlook])
    return Mrkdwn("\n".join([head, *(mrkdwn("• {}", line) for line in lines)]))


def away_over(person: Person) -> dict[str, Any]:
    """Somebody is back: who stood in does so no more."""
    return {
        "said": mrkdwn("{} is back. Their nudges go to them again; thank you for standing in.", person_words(person))
    }


def packet(
    person: Person,
    until: date,
    renewing: Sequence[Renewing],
    ebrs: Sequence[EbrDue],
    ctas: Sequence[tuple[str, date, int]],
    today: date,
    zone_name: str,
) -> dict[str, Any]:
    """What falls due while somebody is away, for the backup: each row opens what it is about."""
    reviews = [
        (joined([mrkdwn("*{}*", r.account.name), step_words(r.next_step, today, zone_name)]), r.account.id)
        for r in renewing
        if r.next_step and (r.next_step.due_on <= until or r.next_step.state)
    ]
    due = [
        (joined([mrkdwn("*{}*", e.account.name), due_words(e, today, zone_name)]), e.account.id)
        for e in ebrs
        if (e.due_on and e.due_on <= until) or e.scheduled
    ]
    return {
        "said": mrkdwn("{} is away until {}; you stand in", person_words(person), day_words(until, today)),
        "why": mrkdwn("Their nudges come to you until then. This is what falls due:"),
        "parts": [
            {
                "label": label,
                "rows": [{"words": words, "action_id": action_id, "id": one} for words, one in rows[:DUE_ROWS]],
                "more": max(len(rows) - DUE_ROWS, 0),
            }
            for label, action_id, rows in (
                ("Renewal reviews", "renewal.show", reviews),
                ("EBRs", "ebr.show", due),
                ("CTAs", "cta.show", [(mrkdwn("{} · due {}", t, day_words(on, today)), one) for t, on, one in ctas]),
            )
            if rows
        ],
    }


def needs_home(person: Person, accounts: int, ctas: int) -> dict[str, Any]:
    """A CSM has left: their accounts need somebody."""
    return {
        "said": mrkdwn(
            "{} of {} {} a home", counted(accounts, "account"), person.name, form_for(accounts, "needs", "need")
        ),
        "why": mrkdwn(
            "{} was deactivated in Slack; {} there.", person.name, counted(ctas, "open CTA is", "open CTAs are")
        ),
        "id": person.id,
    }
