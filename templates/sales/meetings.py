"""Meetings of account teams in words: the list, a page, the forms and the notes. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from templates.account.show import OUTLOOK_WORDS, arr_amount, scope_words
from templates.blocks.day import button
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, lived_day_words, moment, mrkdwn, past_day_words
from templates.blocks.notice import by_words
from templates.blocks.words import joined, person_words
from templates.renewal.show import passed_words
from templates.triage.show import state_words
from templates.usage.show import licences_words, too_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.sales.record import Agenda, Meeting, Pair
    from storage.usage.settings import UsageArea

LINES = 5
NAME, STEPS = 60, 1000


def state_of(pair: Pair, today: date, weeks: int) -> Mrkdwn:
    """`Thu 3 Dec, 15:00`; `was due Tue 24 Nov`, `due Tue 8 Dec, last 10 Nov`; `none yet`."""
    last = mrkdwn("last {}", lived_day_words(pair.last.held_on, today)) if pair.last and pair.last.held_on else None
    planned = pair.planned
    if planned and planned.scheduled_at and planned.scheduled_on:
        if pair.is_planned(today):
            return joined([moment(planned.scheduled_at), last])
        return joined([mrkdwn("was to be {}: held?", past_day_words(planned.scheduled_on, today)), last])
    due_on = pair.due_on(weeks)
    if due_on is None:
        return mrkdwn("no meeting yet")
    due = f"{'due' if due_on >= today else 'was due'} {day_words(due_on, today)}"
    return joined([due, last])


def names(pair: Pair, people: Mapping[int, Person], reader_id: int | None = None) -> Mrkdwn:
    """`@maya and @alex`; for one of them the other."""
    both = [people.get(pair.csm_id), people.get(pair.ae_id)]
    others = [one for one in both if one is None or one.id != reader_id]
    return joined([person_words(one) for one in (others if len(others) == 1 else both)], " and ")


def listing(
    found: Sequence[Pair],
    people: Mapping[int, Person],
    today: date,
    weeks: int,
    *,
    scope: str,
    offset: int,
    size: int,
    reader_id: int,
) -> dict[str, Any]:
    """What templates/sales/meetings shows: who never met first, then by the day on which they meet, or were to."""
    ordered = sorted(found, key=lambda one: (_day_of(one, weeks), one.value))
    some = ordered[offset : offset + size]
    late = sum(one.is_late(today, weeks) for one in found)
    return {
        "head": joined(
            [
                mrkdwn("*{}*", counted(len(found), "account team")) if found else mrkdwn("No account team meets"),
                f"{late} to meet" if late else ("all meet in time" if found else None),
                scope_words(scope),
            ]
        ),
        "plain": mrkdwn("{}", f"{counted(len(found), 'account team')}, {late} to meet"),
        "empty": None
        if found
        else "A CSM and an AE meet who have three common accounts, or a common renewal in six months.",
        "rows": [
            {
                "text": joined(
                    [
                        mrkdwn("*{}*", names(one, people, reader_id if scope == "mine" else None)),
                        counted(len(one.accounts), "account"),
                        state_of(one, today, weeks),
                    ]
                ),
                "buttons": [button("Open", "sales.meeting", one.value)],
            }
            for one in some
        ],
        "words": f"{offset + 1} to {offset + len(some)} of {len(found)}" if len(found) > size else None,
        "scope": scope,
        "back": f"{scope}:{max(offset - size, 0)}" if offset else None,
        "on": f"{scope}:{offset + size}" if offset + size < len(found) else None,
    }


def _day_of(pair: Pair, weeks: int) -> date:
    planned = pair.planned.scheduled_on if pair.planned else None
    return planned or pair.due_on(weeks) or date.min


def page(
    pair: Pair,
    people: Mapping[int, Person],
    agenda: Agenda,
    policy: Policy,
    today: date,
    *,
    weeks: int,
    may_change: bool,
    show_arr: bool,
    usage: UsageArea,
) -> dict[str, Any]:
    """What templates/sales/meeting shows: how their meetings stand, and the agenda, part by part."""
    last = pair.last
    buttons = [
        button("Pick a time", "sales.meeting_time", pair.value),
        button("Held", "sales.meeting_held", pair.value),
    ]
    parts = _agenda(agenda, policy, today, show_arr=show_arr, usage=usage)
    return {
        "head": joined([mrkdwn("*{}*", names(pair, people)), counted(len(pair.accounts), "common account")]),
        "state": joined([state_of(pair, today, weeks), _with_sa(pair, people)]),
        "steps": mrkdwn("*Next steps of the last meeting*\n{}", clip(last.next_steps, STEPS))
        if last and last.next_steps
        else None,
        "parts": [_part(title, lines) for title, lines in parts if lines],
        "nothing": None if any(lines for _, lines in parts) else "Nothing stands on the agenda.",
        "buttons": buttons if may_change else [],
    }


def _with_sa(pair: Pair, people: Mapping[int, Person]) -> Mrkdwn | None:
    sa = people.get(pair.planned.sa_id or 0) if pair.planned else None
    return mrkdwn("with {}", person_words(sa)) if sa else None


def _part(title: str, lines: Sequence[Mrkdwn]) -> Mrkdwn:
    more = [mrkdwn("and {} more", len(lines) - LINES)] if len(lines) > LINES else []
    said = [mrkdwn("*{}*", title), *(mrkdwn("• {}", line) for line in (*lines[:LINES], *more))]
    return Mrkdwn("\n".join(said))


def _agenda(
    agenda: Agenda, policy: Policy, today: date, *, show_arr: bool, usage: UsageArea
) -> list[tuple[str, list[Mrkdwn]]]:
    """The parts of an agenda with their lines; those whose area is off are absent."""
    found = [
        ("Renewals in six months", [_renewal(one, policy, today, show_arr=show_arr) for one in agenda.renewals]),
        (
            "Expand CTAs",
            [_cta(account, one.title, one.due_on, "due", "was due", today) for account, one in agenda.expand],
        ),
        (
            "Deferred",
            [
                _cta(account, one.title, one.revisit_on, "back", "to come back since", today)
                for account, one in agenda.deferred
            ],
        ),
    ]
    if agenda.triage is not None:
        found.append(
            ("In triage", [joined([_name(account), state_words(one, today)]) for account, one in agenda.triage])
        )
    if agenda.seats is not None:
        seats = [
            (joined([_name(account), licences_words(one, usage, with_room=False)]), one, life)
            for account, one, life in agenda.seats
        ]
        room = [line for line, one, _ in seats if one.utilisation is not None and one.utilisation >= usage.high]
        many = [line for line, one, life in seats if too_many(one, life, usage, today)]
        found += [("Room for seats", room), ("Too many seats", many)]
    return found


def _name(account: Account) -> str:
    return clip(account.name, NAME)


def _renewal(account: Account, policy: Policy, today: date, *, show_arr: bool) -> Mrkdwn:
    day = day_words(account.renewal_on, today) if account.renewal_on else None
    outlook = OUTLOOK_WORDS[account.outlook] if account.outlook else None
    return joined([_name(account), day, arr_amount(account, policy, show_arr=show_arr), outlook])


def _cta(account: Account, title: str, day: date | None, ahead: str, passed: str, today: date) -> Mrkdwn:
    when = f"{ahead if day >= today else passed} {day_words(day, today)}" if day else None
    return joined([_name(account), title, when])


def time_form(
    pair: Pair, people: Mapping[int, Person], sa: Person | None, at: datetime, zone_name: str, today: date
) -> dict[str, Any]:
    """What templates/sales/time shows; `at` is the time suggested, in the person's zone."""
    return {
        "about": mrkdwn("Meeting of *{}*", names(pair, people)),
        "passed": passed_words(at.date(), today),
        "day": at.date().isoformat(),
        "time": f"{at:%H:%M}",
        "zone": zone_name,
        "sa": sa.slack_id if sa else None,
    }


def held_form(pair: Pair, people: Mapping[int, Person], sa: Person | None, day: date) -> dict[str, Any]:
    """What templates/sales/held shows."""
    return {
        "about": mrkdwn("Meeting of *{}*", names(pair, people)),
        "held_on": day.isoformat(),
        "sa": sa.slack_id if sa else None,
    }


def invitation(meeting: Meeting, people: Mapping[int, Person], by: Person | None, at: datetime) -> dict[str, Any]:
    """What templates/notice/team_meeting_invited shows."""
    return {
        "said": mrkdwn("{} invites you: meeting of *{}*, {}", by_words(by), _who(meeting, people), moment(at)),
        "value": f"{meeting.csm_id}:{meeting.ae_id}",
    }


def was_held(meeting: Meeting, people: Mapping[int, Person], by: Person | None, today: date) -> dict[str, Any]:
    """What templates/notice/team_meeting_held shows."""
    when = lived_day_words(meeting.held_on, today) if meeting.held_on else ""
    return {
        "said": mrkdwn("{} noted the meeting of *{}*, held {}", by_words(by), _who(meeting, people), when),
        "steps": mrkdwn("Next: {}", clip(meeting.next_steps, STEPS)) if meeting.next_steps else None,
        "value": f"{meeting.csm_id}:{meeting.ae_id}",
    }


def taken_back(
    csm: Person | None, ae: Person | None, by: Person | None, at: datetime | None, *, without: bool = False
) -> dict[str, Any]:
    """What templates/notice/team_meeting_taken_back shows: not scheduled (`at`), or not held, after all.

    `without`: it is, but without the reader, who was invited to that time.
    """
    both = joined([person_words(csm), person_words(ae)], " and ")
    what = mrkdwn("is not {}", moment(at)) if at else Mrkdwn("was not held")
    if at and without:
        what = mrkdwn("on {} is without you", moment(at))
    value = f"{csm.id}:{ae.id}" if csm and ae else None
    return {"said": mrkdwn("{} took it back: the meeting of *{}* {}", by_words(by), both, what), "value": value}


def _who(meeting: Meeting, people: Mapping[int, Person]) -> Mrkdwn:
    return _all(people.get(i) for i in meeting.who)


def _all(some: Iterable[Person | None]) -> Mrkdwn:
    return joined([person_words(one) for one in some], ", ")
