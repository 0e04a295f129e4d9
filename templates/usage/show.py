"""Usage in words: licences, users, use cases, what is adopted, and the numbers of all accounts. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted, form_for
from storage.usage.record import GREEN
from storage.usage.times import LEGS
from templates.account.show import HEALTH_WORDS
from templates.blocks import figures as numbers
from templates.blocks.mrkdwn import Mrkdwn, clip, lived_day_words, mrkdwn, past_day_words
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.success.record import Life
    from storage.usage.record import Agreed, Figure
    from storage.usage.settings import UsageArea
    from storage.usage.tally import Tallied

CHART = "Licences and users by day"
WHO = 120
NO_USAGE = "no usage is known: `import usage` brings it"
_ROOM = "room for seats"


def licences_words(figure: Figure, area: UsageArea, *, with_room: bool = True) -> str:
    """`72% of 500 licences, yellow`; what is not known is left out, and room for more where it is said already."""
    if figure.bought is None:
        return f"{figure.activated:,} licences in use" if figure.activated is not None else ""
    if figure.utilisation is None:
        return f"{figure.bought:,} licences"
    said = [f"{numbers.percent(figure.utilisation)} of {figure.bought:,} licences in use"]
    if figure.licence_colour:
        said.append(figure.licence_colour)
    if with_room and figure.utilisation >= area.high:
        said.append(_ROOM)
    return ", ".join(said)


def too_many(figure: Figure, life: Life, area: UsageArea, today: date) -> bool:
    """Whether more licences were bought than are used, of an account past onboarding."""
    onboarded = life.reached("onboarded")
    past = (onboarded is not None and onboarded <= today) or (
        life.started_on is not None and (today - life.started_on).days > _WINDOW
    )
    return past and figure.utilisation is not None and figure.utilisation < area.low


_WINDOW = 120


def licences_line(figure: Figure | None, latest: Sequence[date], life: Life, area: UsageArea, today: date) -> Mrkdwn:
    """The licences, and of which day; says so where nothing is known, or only long ago."""
    if figure is None:
        if not latest:
            return mrkdwn("{}", NO_USAGE.capitalize())
        return mrkdwn("The last figures are of {}: too old to go by", past_day_words(latest[0], today))
    many = "too many licences" if too_many(figure, life, area, today) else None
    active = f"{counted(figure.active, 'active user')}" if figure.active is not None else None
    factor = f"SMAU factor {numbers.tenths(figure.factor)}" if figure.factor is not None else None
    as_of = f"as of {past_day_words(latest[0], today)}" if latest else None
    return joined([licences_words(figure, area) or "licences not known", many, active, factor, as_of])


def use_cases_line(figure: Figure) -> Mrkdwn | None:
    """Which use cases are adopted, and used; None where nothing is known of them."""
    adopted = [use_case for use_case in figure.scores if figure.colour(use_case) == GREEN]
    used = sorted(figure.used - set(adopted))
    if not figure.has_data and not adopted:
        return None
    said = [f"Adopted: {', '.join(adopted)}" if adopted else "No use case is adopted yet"]
    said += [f"used: {', '.join(used)}"] if used else []
    return joined(said)


def adopted_line(life: Life, today: date) -> Mrkdwn:
    """Since when it is adopted, and how that is known."""
    if life.adopted_on is None:
        if not life.intent:
            return Mrkdwn("Not adopted yet as a whole: nobody has said what it bought for")
        return mrkdwn("Not adopted yet as a whole: it bought for {}", ", ".join(life.intent))
    return mrkdwn("Adopted since {} ({})", past_day_words(life.adopted_on, today), life.adopted_source)


def usage_page(
    account: Account,
    figure: Figure | None,
    history: Sequence[Figure],
    life: Life,
    said: Sequence[Agreed],
    policy: Policy,
    area: UsageArea,
    today: date,
    *,
    may_change: bool,
) -> dict[str, Any]:
    """All that is known of an account's use: a line for each use case, and a chart of its usage days."""
    days = [one.day for one in reversed(history)]
    agreed = {one.use_case or "": one for one in said}
    rows = []
    if figure is not None:
        rows = [row for use_case in policy.use_cases if (row := _use_case_row(use_case, figure, agreed, today))]
    return {
        "id": account.id,
        "name": account.name,
        "licences": licences_line(figure, days, life, area, today),
        "adopted": adopted_line(life, today),
        "agreed": _agreed_words(agreed[""], today) if "" in agreed else None,
        "rows": rows,
        "chart": chart(history),
        "may_change": may_change,
    }


def _use_case_row(use_case: str, figure: Figure, agreed: Mapping[str, Agreed], today: date) -> Mrkdwn | None:
    users, score, colour = figure.users.get(use_case), figure.scores.get(use_case), figure.colour(use_case)
    if users is None and score is None and use_case not in figure.named and use_case not in agreed:
        return None
    return joined(
        [
            mrkdwn("*{}*", use_case),
            counted(users, "user") if users is not None else "used" if use_case in figure.named else None,
            f"{HEALTH_WORDS[colour]}, score {numbers.days(score)}" if colour else "not scored",
            _agreed_words(agreed[use_case], today) if use_case in agreed else None,
        ]
    )


def _agreed_words(one: Agreed, today: date) -> Mrkdwn:
    return mrkdwn("adopted {}, agreed with {}", lived_day_words(one.adopted_on, today), clip(one.agreed_with, WHO))


def chart(history: Sequence[Figure]) -> dict[str, Any] | None:
    """A line chart's data: licences bought and in use and active users, on days on which all that is shown is known."""
    lines: dict[str, Callable[[Figure], int | None]] = {
        "bought": lambda one: one.bought,
        "in use": lambda one: one.activated,
        "active users": lambda one: one.active,
    }
    shown = {name: of for name, of in lines.items() if sum(of(one) is not None for one in history) > 1}
    days = [one for one in history if all(of(one) is not None for of in shown.values())]
    if not shown or len(days) < 2:  # noqa: PLR2004 - one point is no line
        return None
    labels = [f"{one.day.day} {one.day:%b %Y}" for one in days]
    return {
        "title": CHART,
        "categories": labels,
        "series": [
            {
                "name": name,
                "data": [{"label": label, "value": of(one)} for label, one in zip(labels, days, strict=True)],
            }
            for name, of in shown.items()
        ],
    }


def adopted_form(
    name: str, use_cases: Iterable[str], chosen: str | None, day: date, agreed_with: str, everything: str
) -> dict[str, Any]:
    """What the form about an agreed adoption needs."""
    options = [["All that it bought for", everything], *([use_case, use_case] for use_case in use_cases)]
    wanted = everything if chosen == "" else chosen
    return {
        "name": name,
        "options": options,
        "chosen": next((option for option in options if option[1] == wanted), None),
        "day": day.isoformat(),
        "agreed_with": agreed_with,
    }


# The numbers of all accounts

_SEATS = ("seats added", "seats lost")
_SHARES = {"utilisation", "using more than", "adopted accounts", "seats net share"}


def _value(one: Tallied) -> str:
    if one.value is None:
        return numbers.NONE
    if one.what in _SHARES:
        return numbers.change(one.value) if one.what == "seats net share" else numbers.percent(one.value)
    return f"{one.value:,.1f}" if isinstance(one.value, float) else f"{one.value:,}"


def tallied_lines(found: Sequence[Tallied]) -> list[Mrkdwn]:
    """The numbers in words: of all, of each use case, of seats as a whole and by group."""
    by = {(one.what, one.group, one.name): one for one in found}
    lines = [line for line in (_overall(by), _colours(by), _adopted_words(by)) if line]
    named = list(dict.fromkeys(one.name for one in found if one.group == "use case"))
    lines += [mrkdwn("*{}* {}", name, joined([_use_case(by, name), _took(by, name)])) for name in named]
    groups: dict[str, list[str]] = {}
    for one in found:
        if one.what == "seats added":
            groups.setdefault(one.group, []).append(one.name)
    lines += [_seats(by, group) for group in _AS_A_WHOLE if group in groups]
    lines += [
        line for group, names in groups.items() if group not in _AS_A_WHOLE and (line := _moved(by, group, names))
    ]
    new = by.get(("seats of new accounts", "all", ""))
    if new is not None and new.n:
        lines.append(mrkdwn("*Seats of new accounts* {} (n {})", f"{new.value:,}", new.n))
    return lines


def _overall(by: Mapping[tuple[str, str, str], Tallied]) -> Mrkdwn | None:
    accounts, used = by.get(("accounts with usage", "all", "")), by.get(("utilisation", "all", ""))
    if accounts is None:
        return None
    factor = by.get(("SMAU factor", "all", ""))
    more = next((one for (what, _, _), one in by.items() if what == "using more than"), None)
    return joined(
        [
            mrkdwn("*{} with usage*", counted(accounts.n, "account")),
            f"utilisation {_value(used)} (n {used.n:,})" if used else None,
            f"SMAU factor {_value(factor)} (n {factor.n:,})" if factor and factor.value is not None else None,
            f"using more than {more.name} use cases: {_value(more)} (n {more.n:,})" if more and more.n else None,
        ]
    )


def _colours(by: Mapping[tuple[str, str, str], Tallied]) -> Mrkdwn | None:
    found = [one for (what, _, _), one in by.items() if what == "licence colour"]
    if not found:
        return None
    said = ", ".join(f"{one.name} {numbers.percent(one.value)}" for one in found)
    return mrkdwn("*Licences* {} (n {})", said, f"{found[0].n:,}")


def _adopted_words(by: Mapping[tuple[str, str, str], Tallied]) -> Mrkdwn | None:
    share, lately = by.get(("adopted accounts", "all", "")), by.get(("adopted in the period", "all", ""))
    if share is None or lately is None:
        return None
    return mrkdwn("*Adopted* {} of {}, {} in this quarter", _value(share), counted(share.n, "account"), _value(lately))


def _use_case(by: Mapping[tuple[str, str, str], Tallied], name: str) -> Mrkdwn | None:
    used, adopted, score = (by.get((what, "use case", name)) for what in ("used", "adopted", "score"))
    if used is None and adopted is None:
        return None
    return joined(
        [
            f"used {numbers.percent(used.value)} (n {used.n:,})" if used else None,
            f"adopted {numbers.percent(adopted.value)} (n {adopted.n:,})" if adopted else None,
            f"score {numbers.days(score.value)}" if score and score.value is not None else None,
        ]
    )


def _many(days: float | None) -> str:
    """`45 days`, `1 day`, `34.5 days`; n/a for none."""
    return f"{numbers.days(days)} {form_for(1 if days == 1 else 2, 'day')}"


def _took(by: Mapping[tuple[str, str, str], Tallied], name: str) -> Mrkdwn | None:
    """`from Enable opened to adopted median 42 days, mean 45.3 (n 3)`, its legs, who had it before, and who not yet."""
    median, mean, already, yet = (
        by.get((what, "use case", name))
        for what in ("median days", "mean days", "already there", "not adopted yet, median age")
    )
    if median is None and already is None and yet is None:
        return None
    legs = [
        f"{leg} {numbers.days(one.value)} (n {one.n:,})"
        for leg in LEGS
        if (one := by.get((f"median days, {leg}", "use case", name)))
    ]
    return joined(
        [
            f"Enable opened to adopted: median {_many(median.value)}, mean {numbers.days(mean.value)} (n {median.n:,})"
            if median and mean
            else None,
            f"medians: {', '.join(legs)}" if legs else None,
            f"adopted before Enable {already.n:,}" if already else None,
            f"Enable open, not adopted {yet.n:,}, median age {_many(yet.value)}" if yet else None,
        ]
    )


def _net(seats: float) -> str:
    return f"net {seats:+,}" if seats else "net ±0"


_AS_A_WHOLE = {"all": "Seats", "at renewal": "Seats at renewal"}


def _moved(by: Mapping[tuple[str, str, str], Tallied], group: str, names: Sequence[str]) -> Mrkdwn | None:
    """`Seats by tier premium +30, +1% (n 17), ultimate +200, +4% (n 19)`: those in which seats moved."""
    said = []
    for name in names:
        if not any(by[what, group, name].value for what in _SEATS if (what, group, name) in by):
            continue
        net, share = by.get(("seats net", group, name)), by.get(("seats net share", group, name))
        parts = [
            f"{net.value:+,}" if net and net.value else "±0",
            _value(share) if share and share.value is not None else None,
        ]
        said.append(mrkdwn("{} {} (n {})", name, joined(parts, ", "), f"{net.n if net else 0:,}"))
    return mrkdwn("*Seats by {}* {}", group, joined(said, ", ")) if said else None


def _seats(by: Mapping[tuple[str, str, str], Tallied], group: str) -> Mrkdwn:
    added, lost, net = (by.get((what, group, "")) for what in ("seats added", "seats lost", "seats net"))
    share, of = by.get(("seats net share", group, "")), _AS_A_WHOLE[group]
    n = next((one.n for one in (added, net) if one), 0)
    return joined(
        [
            mrkdwn("*{}*", of),
            f"added {added.value:,}" if added else None,
            f"lost {lost.value:,}" if lost else None,
            _net(net.value) if net and net.value is not None else None,
            _value(share) if share and share.value is not None else None,
            f"n {n:,}",
        ]
    )
