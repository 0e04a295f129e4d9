"""A manager's team: a row a CSM, the list that it opens, and the nudge. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from storage.home.record import REVIEW_DAYS
from templates.blocks.day import Reader, Row, button, day_row, in_list, menu
from templates.blocks.mrkdwn import Mrkdwn, clip, mention, money_words, mrkdwn
from templates.blocks.notice import by_words, listed
from templates.blocks.told import a_line
from templates.blocks.words import joined, person_words
from templates.report.forecast import change_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from storage.base.day import DayItem
    from storage.base.person import Person
    from storage.home.record import Matter, TeamLine, TeamWeek

NAME = 80
MOST_SHOWN = 20
CHANGES = 5
WHAT = {
    "lapsed": "renewal day was {}, nobody has said whether it renewed",
    "signing": "in signature, renews {}",
    "missing": "renews {}, no review held or scheduled",
    "ebr": "EBR was due {}",
    "cta": "was due {}",
    "at_risk": "at risk, renews {}",
    "no_ae": "no AE",
}


def figures(line: TeamLine, reader: Reader, *, show_arr: bool) -> Mrkdwn:
    """`2 lapsed · 1 review missing in the next 90 days`; nothing for a CSM with nothing to look at."""
    at_risk = [
        f"{money_words(one.cents, one.currency, reader.policy.currency)} at risk"
        if show_arr and one.cents
        else f"{counted(one.accounts, 'account')} at risk"
        for one in line.at_risk
    ]
    return joined(
        [
            f"{line.lapsed:,} lapsed" if line.lapsed else None,
            f"{line.signing:,} in signature" if line.signing else None,
            f"{counted(line.missing, 'review')} missing in the next {REVIEW_DAYS} days" if line.missing else None,
            f"{counted(line.ebrs_overdue, 'EBR')} overdue" if line.ebrs_overdue else None,
            f"{counted(line.ctas.overdue, 'CTA')} overdue" if line.ctas.overdue else None,
            *at_risk,
            f"{counted(line.no_ae, 'account')} without AE" if line.no_ae else None,
        ]
    )


def csm_row(line: TeamLine, reader: Reader, *, show_arr: bool, with_accounts: bool = False) -> Row:
    """A CSM's row; it opens their list where there is one."""
    who = mention(line.person.slack_id, line.person.name)
    parts = [who, mrkdwn("{}", counted(line.accounts, "account"))] if with_accounts else [who]
    said = figures(line, reader, show_arr=show_arr)
    buttons = [] if line.is_empty else [button("Open", "home.csm", f"{line.person.id}:0")]
    return a_line(joined([*parts, said or "nothing open"]), *buttons)


def week(team: TeamWeek, reader: Reader, *, show_arr: bool) -> list[Row]:
    """A row for each CSM with something, one line for all others, and the accounts that are nobody's."""
    rows = [csm_row(line, reader, show_arr=show_arr) for line in team.lines if not line.is_empty]
    idle = [mention(line.person.slack_id, line.person.name) for line in team.lines if line.is_empty]
    rows += [a_line(mrkdwn("{}: nothing open", joined(idle, ", ")))] if idle else []
    if team.without_csm:
        words = mrkdwn("{} without a CSM", counted(team.without_csm, "account"))
        rows.append(a_line(words, button("Open", "account.list", "all:no-csm:0")))
    return [*rows, *_changes(team, reader, show_arr=show_arr)]


def _changes(team: TeamWeek, reader: Reader, *, show_arr: bool) -> list[Row]:
    """What changed in the forecast of their renewals since Monday, the largest first."""
    if not team.changes:
        return []
    more = len(team.changes) - CHANGES
    lines = [
        mrkdwn("*Forecast, since {}*", reader.day(team.since)),
        *(change_words(change, reader.policy, reader.today, arr=show_arr) for change in team.changes[:CHANGES]),
        mrkdwn("and {} more", f"{more:,}") if more > 0 else None,
    ]
    return [a_line(joined(lines, "\n"), button("Forecast", "report.forecast.team", f"team:{team.quarter}"))]


def week_rows(item: DayItem, reader: Reader, alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
    """The lines of a manager's week: alone a row a CSM, else one line that opens them."""
    team: TeamWeek = item.facts
    # A manager may see their team's; who stands in for one, what everybody may.
    own = item.row.whose == item.row.destination
    show_arr = own or reader.policy.arr_visible_to == "everyone"
    if alone:
        lines = week(team, reader, show_arr=show_arr)
        most = reader.policy.message_items
        everything = [button(f"Show all {len(lines)}", "home.week", "")] if len(lines) > most else []
        return [
            day_row("", Mrkdwn("*Your team this week*"), buttons=everything),
            *(day_row("", line["text"], buttons=line["buttons"]) for line in lines[:most]),
        ]
    busy = [line for line in team.lines if not line.is_empty]
    said = joined(
        [
            _sum(busy, "lapsed", "{:,} lapsed"),
            _sum(busy, "missing", f"{{:,}} without a review in the next {REVIEW_DAYS} days"),
            _sum(busy, "ebrs_overdue", "{:,} overdue for an EBR"),
            f"{counted(len(team.changes), 'change')} of the forecast" if team.changes else None,
        ],
        ", ",
    )
    people = counted(len(busy), "person", "people")
    head = mrkdwn("*Your team this week*: {} with something to look at", people)
    return [day_row("", joined([head, said]), buttons=[button("Open", "home.week", "")])]


def _sum(lines: Sequence[TeamLine], name: str, words: str) -> str | None:
    total = sum(getattr(line, name) for line in lines)
    return words.format(total) if total else None


def matter_words(matter: Matter, reader: Reader) -> Mrkdwn:
    """One thing to look at, in a line."""
    return mrkdwn("*{}* · {}", clip(matter.account.name, NAME), _what(matter, reader))


def _what(matter: Matter, reader: Reader) -> Mrkdwn:
    day = matter.day or matter.account.renewal_on
    what = WHAT[matter.part].format(reader.day(day) if day else "an unknown day")
    title = mrkdwn("{} · ", clip(matter.cta.title, NAME)) if matter.cta else Mrkdwn("")
    return mrkdwn("{}{}", title, what)


def csm_list(
    person: Person, found: Sequence[Matter], nudged: Mapping[str, date], reader: Reader, page: int, *, may_nudge: bool
) -> dict[str, Any]:
    """What templates/home/csm shows: a page of what of a CSM's needs looking at."""
    page = min(page, max(len(found) - 1, 0) // MOST_SHOWN)
    first, last = page * MOST_SHOWN, min((page + 1) * MOST_SHOWN, len(found))
    rows = []
    for matter in found[first:last]:
        said, value, on = _what(matter, reader), f"{person.id}:{matter.value}", nudged.get(matter.value)
        if on:
            said = mrkdwn("{} · _nudged {}_", said, "today" if on == reader.today else f"{on:%a}")
        doings = {"nudge": "Nudge"} if may_nudge and on != reader.today else {}
        doings["reassign"] = "Reassign"
        buttons = [button(label, f"home.{doing}", value) for doing, label in doings.items()]
        more = menu("home.csm_more", value, doings)
        rows.append(day_row(matter.account.name, said, place=matter.place, buttons=buttons, more=more))
    return {
        "head": mrkdwn(
            "{}: {}", person_words(person), counted(len(found), "thing") + " to look at" if found else "nothing open"
        ),
        "rows": in_list(rows),
        "words": f"{first + 1} to {last} of {len(found)}" if len(found) > MOST_SHOWN else "",
        "back": f"{person.id}:{page - 1}" if page else None,
        "on": f"{person.id}:{page + 1}" if last < len(found) else None,
    }


def nudge(
    by: Person | None, csm: Person, found: Sequence[Matter], reader: Reader, *, to_stand_in: bool
) -> dict[str, Any]:
    """What templates/notice/nudge shows: what a manager asks to look at."""
    whose = mrkdwn(" for {}", person_words(csm)) if to_stand_in else Mrkdwn("")
    lines = [matter_words(matter, reader) for matter in found]
    return {"said": mrkdwn("{} asks you to look at this{}:", by_words(by), whose), "lines": listed(lines)}
