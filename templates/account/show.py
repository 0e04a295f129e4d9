"""What the templates of an account need, from its records: lines of words, never blocks. Pure.

Used by `/account`, `/renewals`, `/ebr`, their forms, and the reminders about an account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account.brief import reviewed_on
from storage.account.record import SEGMENTS
from storage.base.moments import civil_day
from templates.account.history_show import IN_FULL, change_line
from templates.account.notes_show import note_lines
from templates.account.parts import (
    charts,
    closed_lines,
    facts_or_lack,
    found_out,
    meetings,
    of_health,
    open_lines,
    standing,
    trends,
)
from templates.blocks.mrkdwn import Mrkdwn, day_words, link, money_words, mrkdwn, past_day_words
from templates.blocks.words import counted_day, joined, person_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from storage.account.brief import Brief
    from storage.account.notes import Noted
    from storage.account.record import Account
    from storage.base.change import Change
    from storage.base.person import Person
    from storage.base.policy import Policy

HEALTH_WORDS = {"green": "green", "yellow": "yellow", "red": "red"}
OUTLOOK_WORDS = {"renew": "renews", "at_risk": "at risk", "churn": "will churn"}
OUTLOOK_OPTIONS = [["Renews", "renew"], ["At risk", "at_risk"], ["Will churn", "churn"]]
YES_OR_NO = [["Yes", "yes"], ["No", "no"]]
HEALTH_OPTIONS = [["Green", "green"], ["Yellow", "yellow"], ["Red", "red"]]
PARTS = (("csm_id", "CSM"), ("ae_id", "AE"), ("sa_id", "SA"), ("pse_id", "PSE"))
SHOWN = 8
NOTES_IN_BRIEF = 10
NOTED = ("account.note", "cta.note")


def team_line(account: Account, people: Mapping[int, Person]) -> Mrkdwn:
    """`CSM @ann · AE @alex`; who is missing is not named, but a missing CSM is."""
    pieces = [
        mrkdwn("{} {}", part, person_words(people.get(person_id)))
        for field, part in PARTS
        if (person_id := getattr(account, field)) is not None
    ]
    return joined(pieces if account.csm_id else ["no CSM yet", *pieces])


def renewal_words(account: Account, today: date) -> str:
    """`renews Fri 30 Apr 2027, in 158 days`; what became of an account that does not."""
    if account.leaving(today):
        return gone_words(account, today)
    if account.churned_on:
        return f"churned {past_day_words(account.churned_on, today)}"
    if account.renewal_on is None:
        return "no renewal date"
    if account.archived_at:
        return f"archived, with renewal date {day_words(account.renewal_on, today)}"
    when = counted_day(account.renewal_on, today)
    if account.renewal_on < today:
        return f"renewal was due {when}"
    return f"renews {when}{notice_words(account, today)}{', by itself' if account.auto_renews else ''}"


def notice_words(account: Account, today: date) -> str:
    """`, notice by Sat 30 Jan 2027`; nothing where none has to be given before the renewal, or that has passed."""
    last = account.decision_on
    if not account.notice_days or last is None or last < today:
        return ""
    return f", notice by {day_words(last, today)}"


def gone_words(account: Account, today: date) -> str:
    """What an account is that is not active: `leaves Fri 30 Apr`, `churned`, `archived`."""
    if account.churned_on and account.leaving(today):
        return f"leaves {day_words(account.churned_on, today)}"
    return "churned" if account.churned_on else "archived"


def health_words(account: Account, today: date) -> str:
    """`health green, set 12 Nov`, or that nobody has set it."""
    if not account.health:
        return "health not set"
    since = f", set {past_day_words(account.health_on, today)}" if account.health_on else ""
    return f"health {HEALTH_WORDS[account.health]}{since}"


def arr_words(account: Account, policy: Policy, *, show_arr: bool) -> str | None:
    """`240,000 a year`; None where there is none, or where the person may not see it."""
    amount = arr_amount(account, policy, show_arr=show_arr)
    return f"{amount} a year" if amount else None


def arr_amount(account: Account, policy: Policy, *, show_arr: bool) -> str | None:
    """`240,000`, for a list; None as above."""
    if not show_arr or account.arr_cents is None:
        return None
    return money_words(account.arr_cents, account.currency, policy.currency)


def facts_line(brief: Brief, today: date, policy: Policy, *, show_arr: bool) -> Mrkdwn:
    """`240,000 a year · health green, set 12 Nov · last EBR 4 June`."""
    account = brief.account
    outlook = f"outlook: {OUTLOOK_WORDS[account.outlook]}" if account.outlook else None
    money = arr_words(account, policy, show_arr=show_arr)
    return joined([money, health_words(account, today), outlook, *facts_or_lack(brief, today)])


def card(
    brief: Brief,
    changes: Sequence[Change],
    today: date,
    zone_name: str,
    policy: Policy,
    *,
    may_change: bool,
    show_arr: bool,
    notes: Sequence[Noted] = (),
    gone: Sequence[tuple[str, str, object]] = (),
    then: str = "",
) -> dict[str, Any]:
    """The account's card; `notes` are the newest, `gone` what can be done about one that has left."""
    account, work = brief.account, open_lines(brief, today)
    return {
        "id": account.id,
        "name": account.name,
        "title": mrkdwn("*{}*", link(account.crm_url, account.name)),
        "kind": joined([account.segment, account.region, account.crm_id, state_words(account, today, zone_name)]),
        "team": team_line(account, brief.people),
        "money": joined([arr_words(account, policy, show_arr=show_arr), renewal_words(account, today)]),
        "health": joined(
            [
                health_words(account, today),
                *of_health(brief, today),
                f"outlook: {OUTLOOK_WORDS[account.outlook]}" if account.outlook else None,
                *standing(brief, today),
            ]
        ),
        "charts": charts(brief, today),
        "ctas": work[:SHOWN],
        "active": account.active,
        "more_ctas": max(len(work) - SHOWN, 0),
        "notes": note_lines(notes, today),
        "changes": [
            change_line(change, account.id, today, zone_name, show_arr=show_arr)
            for change in changes
            if change.action not in NOTED  # they stand above
        ],
        "crm_url": account.crm_url if link(account.crm_url, "x") != "x" else None,
        "health_options": [[words, f"{account.id}:{health}"] for words, health in HEALTH_OPTIONS],
        "may_change": may_change and account.archived_at is None,
        "archived": account.archived_at is not None,
        "may_unarchive": may_change and account.archived_at is not None,
        "gone": gone if may_change else (),
        "then": then,
        "more": [
            ["Brief", f"brief:{account.id}"],
            ["Renewal and reviews", f"renewal.show:{account.id}"],
            ["History", f"history:{account.id}"],
            *([["Add a note", f"note:{account.id}"]] if may_change and not account.archived_at else []),
            *([["Archive …", f"archive:{account.id}"]] if may_change else []),
        ],
    }


def long_form(
    brief: Brief, today: date, zone_name: str, policy: Policy, *, show_arr: bool, notes: Sequence[Noted] = ()
) -> dict[str, Any]:
    """The brief of an account: what is open, what was noted since the last review, what was closed, what was held."""
    account = brief.account
    return {
        "name": account.name,
        "lines": [
            joined([account.segment, account.region, state_words(account, today, zone_name)]),
            team_line(account, brief.people),
            joined([arr_words(account, policy, show_arr=show_arr), renewal_words(account, today)]),
            joined(
                [
                    health_words(account, today),
                    *of_health(brief, today),
                    f"outlook: {OUTLOOK_WORDS[account.outlook]}" if account.outlook else None,
                    *standing(brief, today),
                ]
            ),
            *trends(brief, today),
        ],
        "open": open_lines(brief, today)[:20],
        "found_out": found_out(brief, today)[:20],
        "notes": note_lines(notes[:NOTES_IN_BRIEF], today),
        "more_notes": len(notes) > NOTES_IN_BRIEF,
        "reviewed": reviewed_on(brief) is not None,
        "closed": closed_lines(brief, policy, today)[:20],
        "meetings": meetings(brief, today, zone_name)[:12],
    }


def state_words(account: Account, today: date, zone_name: str) -> str | None:
    """`archived Mon 3 Aug`, how it went, or None for an account that is there."""
    if account.archived_at:
        return f"archived {day_words(civil_day(account.archived_at, zone_name), today)}"
    return gone_words(account, today) if account.churned_on else None


def csm_words(account: Account, people: Mapping[int, Person], understood_id: int | None) -> Mrkdwn | None:
    """The CSM, for a list; None where it would say nothing: the reader's own, or whose the list is."""
    if account.csm_id is None:
        return mrkdwn("no CSM")
    return None if account.csm_id == understood_id else person_words(people.get(account.csm_id))


SCOPE_WORDS = {
    "mine": "your accounts",
    "team": "your team",
    "all": "all accounts",
    "nobody": "accounts without a CSM",
}


def scope_words(scope: str) -> str:
    """Whose accounts a list has, where nobody is named."""
    return SCOPE_WORDS.get(scope, "this CSM's accounts")


def whose_words(scope: str, person: Person | None) -> Mrkdwn:
    """Whose accounts a list has: `your team`, `accounts of @maya`."""
    return mrkdwn("accounts of {}", person_words(person)) if person else Mrkdwn(SCOPE_WORDS[scope])


def changes(
    account: Account,
    found: Sequence[Change],
    today: date,
    zone_name: str,
    *,
    show_arr: bool,
    offset: int = 0,
    total: int = 0,
    size: int = 10,
) -> dict[str, Any]:
    """A page of an account's history, each note in full."""
    return {
        "name": account.name,
        "changes": [
            change_line(change, account.id, today, zone_name, show_arr=show_arr, longest=IN_FULL) for change in found
        ],
        "first": offset + 1,
        "last": offset + len(found),
        "total": total,
        "back": f"{account.id}:{max(offset - size, 0)}" if offset else None,
        "on": f"{account.id}:{offset + size}" if offset + size < total else None,
    }


def told_apart(account: Account, among: Sequence[Account]) -> str:
    """The name, with something that tells it from another of the same name."""
    twins = sum(1 for other in among if other.name.casefold() == account.name.casefold())
    sign = account.crm_id or account.region or account.segment or f"no. {account.id}"
    return f"{account.name} ({sign})" if twins > 1 else account.name


def form(
    account: Account | None,
    people: Mapping[int, Person],
    policy: Policy,
    *,
    show_arr: bool,
    typed: Mapping[str, str | None] | None = None,
) -> dict[str, Any]:
    """The form to add (no account) or edit one; `typed` is what a command said already, by field."""
    given = dict(typed or {})

    def slack_id(part: str) -> str | None:
        person = people.get(getattr(account, f"{part}_id") or 0) if account else None
        return given.get(part) or (person.slack_id if person else None)

    def day(field: str) -> str | None:
        known = getattr(account, field) if account else None
        return given.get(field) or (known.isoformat() if known else None)

    def text(field: str) -> str | None:
        known = getattr(account, field) if account else None
        return given.get(field) or (None if known is None else str(known))

    by_itself = given.get("auto_renews") or _yes_or_no(account.auto_renews if account else None)
    arr = account.arr_cents if account else None
    currency = account.currency if account else policy.currency
    unseen = [
        mrkdwn("{} {}", words, person.name)
        for field, words in PARTS
        if account and (person := people.get(getattr(account, field) or 0)) and not person.slack_id
    ]
    return {
        "callback": "account.edit" if account else "account.add",
        "title": "Edit account" if account else "Add an account",
        "submit": "Save" if account else "Add",
        "others": mrkdwn("{}: not in Slack, kept unless you pick another", joined(unseen, ", ")) if unseen else None,
        "name": text("name"),
        "csm": slack_id("csm"),
        "ae": slack_id("ae"),
        "sa": slack_id("sa"),
        "pse": slack_id("pse"),
        "renewal_on": day("renewal_on"),
        "notice_days": text("notice_days"),
        "yes_or_no": YES_OR_NO,
        "auto_renews": next((one for one in YES_OR_NO if one[1] == by_itself), None),
        "customer_since": day("customer_since"),
        "last_ebr_on": day("last_ebr_on"),
        "show_arr": show_arr,
        "arr": given.get("arr") or (arr_text(arr, currency) if arr is not None else None),
        "currency": currency,
        "segments": ", ".join(SEGMENTS),
        "segment": text("segment"),
        "channel": given.get("channel") or (account.channel_id if account else None),
        "region": text("region"),
        "crm_id": text("crm_id"),
        "crm_url": text("crm_url"),
    }


def _yes_or_no(known: bool | None) -> str:  # noqa: FBT001 - a fact, not a switch
    return "" if known is None else "yes" if known else "no"


def arr_text(cents: int, currency: str) -> str:
    """`EUR 240000.50`: as the form's field reads it back."""
    units, rest = divmod(cents, 100)
    return f"{currency} {units}.{rest:02}" if rest else f"{currency} {units}"
