"""A manager's review in words: its sections, a page of one, its forms, and the answer that comes back. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account.findings import ASSIGNMENT, ONBOARDING, PLANS, RENEWALS, TRIAGE
from storage.base.moments import civil_day
from storage.base.plurals import counted
from storage.base.switches import area_on
from storage.review.record import ASKED
from templates.blocks.day import button
from templates.blocks.mrkdwn import Mrkdwn, clip, lived_day_words, money_words, mrkdwn
from templates.blocks.notice import by_words
from templates.blocks.words import joined, person_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.review.record import Found, Load, Mark, Review, Section

NAME, SAID, TEXT = 80, 400, 300
LOADS = 20
TITLES = {ASSIGNMENT: "Assignment", ONBOARDING: "Onboarding", RENEWALS: "Renewals"}


def title(name: str, policy: Policy) -> str:
    """What a section is called; what is in it depends on the areas that are on."""
    if name == PLANS:
        return "Success plans and old CTAs" if area_on(policy, "plans") else "Old CTAs"
    if name == TRIAGE:
        return "Health and triage" if area_on(policy, "health") else "Customers at risk"
    return TITLES[name]


def month_words(day: date) -> str:
    """`November 2026`."""
    return f"{day:%B %Y}"


def overview(review: Review, policy: Policy, today: date) -> dict[str, Any]:
    """What templates/review/sections shows: each section, what is left of it, and the rest in order."""
    whose = person_words(review.of_one) if review.of_one else Mrkdwn("your team")
    if not review.found:
        said = "nothing to look at"
    elif review.of_one:
        said = f"{counted(review.found, 'thing')} to talk about"
    else:
        said = f"{review.left} of {review.found} to look at" if review.left else "all looked at"
    return {
        "head": mrkdwn("*Review of {}* · {} · {}", month_words(today), whose, said),
        "plain": mrkdwn("Review of {}: {}", month_words(today), said),
        "rows": [_section_line(section, review, policy) for section in review.sections],
        "footer": "Nothing of this is recorded." if review.of_one else None,
    }


def _section_line(section: Section, review: Review, policy: Policy) -> dict[str, Any]:
    done = not section.left and not review.of_one
    found = f"{section.left} of {len(section.found)} left" if section.left and not review.of_one else ""
    found = found or (f"{len(section.found)} found" if section.found else "")
    words = [
        mrkdwn("✓ *{}*" if done else "*{}*", title(section.name, policy)),
        found or None,
        f"{section.in_order} in order" if section.in_order or not section.found else None,
    ]
    value = _where(section.name, 0, review.of_one)
    open_it = section.found or section.name == ASSIGNMENT
    return {"text": joined(words), "buttons": [button("Open", "review.section", value)] if open_it else []}


def _where(section: str, offset: int, of_one: Person | None) -> str:
    return f"{section}:{offset}" + (f":{of_one.id}" if of_one else "")


def section_page(
    section: Section,
    review: Review,
    people: Mapping[int, Person],
    policy: Policy,
    today: date,
    zone_name: str,
    *,
    offset: int,
    size: int,
    show_arr: bool,
    just_seen: int | None = None,
    said: str | None = None,
) -> dict[str, Any]:
    """What templates/review/section shows: a page of what was found, with what can be done about each."""
    offset = min(offset, max(len(section.found) - 1, 0) // size * size)
    some, one = section.found[offset : offset + size], review.of_one
    more = offset + size < len(section.found)
    whose = person_words(one) if one else Mrkdwn("your team")
    left = "all looked at" if not section.left else f"{section.left} left"
    return {
        "head": joined(
            [
                mrkdwn("*{}* · review of {}", title(section.name, policy), month_words(today)),
                whose,
                f"{len(section.found)} found" if section.found else None,
                left if section.found and not one else None,
                f"{section.in_order} in order" if section.in_order or not section.found else None,
            ]
        ),
        "said": said,
        "loads": _loads(review.loads, policy, show_arr=show_arr) if section.name == ASSIGNMENT else None,
        "rows": [_row(found, section.name, offset, people, (today, zone_name), recorded=one is None) for found in some],
        "words": f"{offset + 1} to {offset + len(some)} of {len(section.found)}" if len(section.found) > size else "",
        "rest": _where(section.name, offset, one) if section.left and not one else None,
        "just_seen": None if just_seen is None else f"{section.name}:{offset}:{just_seen}",
        "back": _where(section.name, max(offset - size, 0), one) if offset else None,
        "on": _where(section.name, offset + size, one) if more else None,
        "up": str(one.id) if one else "team",
    }


def _loads(loads: Sequence[Load], policy: Policy, *, show_arr: bool) -> Mrkdwn | None:
    """`@maya 12 accounts, 1,200,000 · @tom 9 accounts`: what each CSM looks after."""
    found = []
    for load in loads[:LOADS]:
        money = [money_words(cents, currency, policy.currency) for currency, cents in load.arr.items()]
        arr = joined(money, " + ") if show_arr and money else None
        who = mrkdwn("{} {}", person_words(load.person), counted(load.accounts, "account"))
        found.append(joined([who, arr], ", "))
    if len(loads) > LOADS:
        found.append(mrkdwn("and {} more", len(loads) - LOADS))
    return joined(found) if found else None


def _row(
    found: Found, section: str, offset: int, people: Mapping[int, Person], now: tuple[date, str], *, recorded: bool
) -> dict[str, Any]:
    account, mark = found.account, found.mark
    csm = people.get(account.csm_id or 0)
    words = [
        mrkdwn("✓ *{}*" if mark else "*{}*", clip(account.name, NAME)),
        clip("; ".join(found.said), SAID),
        person_words(csm) if csm and recorded and mark and mark.asked_id != csm.id else None,
        mark_words(mark, people, *now) if mark else None,
    ]
    value = f"{section}:{offset}:{account.id}"
    buttons = []
    if recorded and mark is None:
        buttons.append(button("Seen", "review.seen", value))
        if csm is not None and not csm.deactivated:
            buttons.append(button(f"Ask {clip(csm.name, 40)}", "review.ask", value))
    if recorded and not (mark and mark.waits):  # what is noted then would be read as the question
        buttons.append(button("Note", "review.note", value))
    if recorded and mark is not None and mark.answer is None:
        buttons.append(button("Take back", "review.take_back", value))
    return {"text": joined(words), "show": button("Show", "review.account", account.id), "buttons": buttons}


def mark_words(mark: Mark, people: Mapping[int, Person], today: date, zone_name: str) -> Mrkdwn:
    """`seen today, “call them”`; `asked @maya today: “why?”, “they moved”`."""
    when = lived_day_words(civil_day(mark.at, zone_name), today)
    note = mrkdwn("“{}”", clip(mark.note, TEXT)) if mark.note else None
    if mark.state != ASKED:
        return joined([mrkdwn("seen {}", when), note], ", ")
    asked = mrkdwn("asked {} {}", person_words(people.get(mark.asked_id or 0)), when)
    answered = mrkdwn("answer: “{}”", clip(mark.answer, TEXT)) if mark.answer else "no answer yet"
    return joined([asked, note, answered], ", ")


def ask_form(found: Found, csm: Person) -> dict[str, Any]:
    """What templates/review/ask shows."""
    return {
        "about": mrkdwn("*{}* · {}", clip(found.account.name, NAME), clip("; ".join(found.said), SAID)),
        "label": f"What do you ask {clip(csm.name, 60)}?",
    }


def note_form(found: Found) -> dict[str, Any]:
    """What templates/review/note shows."""
    return {
        "about": mrkdwn("*{}* · {}", clip(found.account.name, NAME), clip("; ".join(found.said), SAID)),
        "note": found.mark.note if found.mark else None,
    }


def answer_form(manager: Person | None, account: Account, mark: Mark) -> dict[str, Any]:
    """What templates/review/answer shows."""
    return {"about": mrkdwn("*{}* · {}", clip(account.name, NAME), question_words(manager, mark))}


def question_words(manager: Person | None, mark: Mark) -> Mrkdwn:
    """`@priya asks: “why?” (health red, 48 days old)`."""
    note = mrkdwn(": “{}”", clip(mark.note, TEXT)) if mark.note else Mrkdwn("")
    found = mrkdwn(" ({})", clip(mark.found, TEXT)) if mark.found else Mrkdwn("")
    return mrkdwn("{} asks{}{}", person_words(manager, "A manager"), note, found)


def answer_note(by: Person | None, account: Account, mark: Mark) -> dict[str, Any]:
    """What templates/notice/review_answer shows: the answer, and what was asked."""
    asked = mrkdwn("You asked: “{}”", clip(mark.note, TEXT)) if mark.note else None
    found = mrkdwn("Found in your review: {}", clip(mark.found, TEXT)) if mark.found else None
    return {
        "said": mrkdwn("{} about *{}*: “{}”", by_words(by), clip(account.name, NAME), clip(mark.answer or "", 2000)),
        "asked": joined([asked, found], "\n"),
        "id": account.id,
    }
