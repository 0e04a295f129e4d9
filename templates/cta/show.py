"""CTAs made into what cards, lists and answers show: pure. Used by handlers/cta and reminders/cta/messages.py.

What people typed stays plain text here (the templates escape it), or is escaped by `dots`. Forms are in
`cta_forms.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from storage.base.moments import day_said, past_today
from storage.base.plurals import counted, form_for
from storage.base.reasons import NOT_NEEDED, option_of
from storage.cta.record import CLOSED_SUCCESS, EXPAND, STATUS_LABELS
from templates.account.notes_show import note_lines
from templates.account.show import renewal_words
from templates.blocks.mrkdwn import (
    Mrkdwn,
    as_mrkdwn,
    channel_mention,
    clip,
    day_words,
    mention,
    money_words,
    mrkdwn,
    on_day_words,
    on_words,
    paragraph,
    past_day_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from storage.account.notes import Noted
    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.base.reasons import Reason
    from storage.cta.record import Cta, CtaFacts, ListedCta, Task

Say = Callable[["date", "date"], str]
"""How a day is said."""

# Long names and notes are cut so that one record never fills a message.
TRIED = 600
NAME, TITLE, NEXT, NOTE = 80, 70, 32, 300

WHEN_TO_OPEN = {
    "expand": "Open it when you start exploring with the customer, not when they say yes: a no is worth knowing."
    " A small pilot is still Expand.",
    "enable": "Open it when the customer is ready to begin, not when they say that they will be."
    " A few teams adopting it by themselves, beyond a pilot, is Enable.",
}
"""When to open a CTA of each motion (docs/domain.md, "CTAs")."""

CARD_MENU = (
    ("Add a note", "note"),
    ("Snooze", "snooze"),
    ("Edit", "edit"),
    ("History", "history"),
    ("Withdraw", "withdraw"),
)
ROW_MENU = (
    ("Success", "success"),
    ("No success", "no_success"),
    ("Tasks", "tasks"),
    ("Add a note", "note"),
    ("Snooze", "snooze"),
    ("Edit: owner, due date …", "edit"),
    ("Show", "show"),
    ("Withdraw", "withdraw"),
)
DEFERRED_MENU = (("Open again", "again"), ("Show", "show"), ("Correct", "edit"), ("History", "history"))


def dots(parts: Iterable[object]) -> Mrkdwn:
    """The parts that are not empty, escaped, with middle dots between them."""
    return Mrkdwn(" · ".join(as_mrkdwn(part) for part in parts if part))


def named(person: Person | None) -> Mrkdwn:
    """A mention, or the name of somebody whom Slack does not know."""
    return mention(person.slack_id, clip(person.name, NAME)) if person else Mrkdwn("nobody")


def due_words(due_on: date | None, today: date, *, closed: bool = False, say: Say = day_words) -> str:
    """`due Fri 18 Dec`, `was due Fri 20 Nov`; nothing without a day."""
    if due_on is None:
        return ""
    return f"{'was due' if due_on < today and not closed else 'due'} {say(due_on, today)}"


def task_count(tasks: Sequence[Task]) -> str:
    """`2 of 5 tasks`: those settled, ticked or skipped."""
    settled = sum(task.state != "open" for task in tasks)
    return f"{settled} of {counted(len(tasks), 'task')}" if tasks else ""


def reasons_for(cta: Cta, policy: Policy) -> Sequence[Reason]:
    """The reasons for which it can end without success; a checklist has one of its own."""
    return (NOT_NEEDED,) if cta.is_checklist else policy.reasons


def outcome_words(cta: Cta, policy: Policy) -> str:
    """`Closed: success`, `Closed: Lack of engagement`, `Closed: Timing`, `Withdrawn`; the status of an open one."""
    if cta.status == CLOSED_SUCCESS:
        return "Closed: success"
    if cta.is_closed:
        reason, label = policy.reason(cta.reason or ""), policy.reason_label(cta.reason)
        # Of "Timing: deferred to a later date" the first word says enough: the date stands beside it.
        return f"Closed: {label.partition(':')[0] if reason and reason.asks == 'revisit' else label}"
    return STATUS_LABELS[cta.status]


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows. `block_id` names the CTA (`card:12:3`), so that its menus are the same on every card."""

    id: int
    block_id: str
    account: str
    title: str
    facts: Mrkdwn
    summary: Mrkdwn
    next: str
    crm_url: str | None
    ended: bool
    reasons: tuple[tuple[str, ...], ...]
    menu: tuple[tuple[str, str], ...]


def card(facts: CtaFacts, policy: Policy, today: date, *, stays: bool = False) -> Card:
    """Of an open CTA how it stands and what can be done, of an ended one how it ended, to be undone.

    One that `stays` in a channel names its days: its readers are in many zones, and read it tomorrow too.
    """
    say = day_said if stays else day_words
    cta, account = facts.cta, facts.account
    ended = not cta.is_open
    upcoming = None if ended else facts.next_task
    name, title = clip(account.name, NAME), clip(cta.title, TITLE)
    said = _ending(facts, policy, today, say) if ended else _state(facts, today, say)
    return Card(
        id=cta.id,
        block_id=f"card:{cta.id}:{cta.version}",
        account=name,
        title=title,
        facts=said,
        summary=mrkdwn("*{}* · {} · {}", name, title, said),
        next=dots([f"Next: {clip(upcoming.title, TITLE)}{_on(upcoming.due_on, today, say)}"]) if upcoming else "",
        crm_url=account.crm_url,
        ended=ended,
        reasons=() if ended else tuple(option_of(reason) for reason in reasons_for(cta, policy)),
        menu=CARD_MENU,
    )


def opened(cta: Cta, account: Account, owner: Person | None, today: date, *, here: bool) -> dict[str, Any]:
    """The answer to whoever opened a CTA whose card goes to the account's channel: one line if they are in it."""
    name = (account.channel_id or "").removeprefix("#")
    return {
        "id": cta.id,
        "words": dots(
            [
                mrkdwn("Opened: *{}*", clip(account.name, NAME)),
                clip(cta.title, TITLE),
                named(owner),
                due_words(cta.due_on, today),
                f"CTA {cta.id}" if here else "",
            ]
        ),
        # Until Slack was asked for it the channel is known by the name that stood in the file.
        "channel": None if here else channel_mention(account.channel_id, f"#{name}"),
    }


def not_there(account: Account, because: str) -> Mrkdwn:
    """`No card in #globex: the channel is shared with another company.`."""
    name = (account.channel_id or "").removeprefix("#")
    channel = channel_mention(account.channel_id, f"#{name}" if name else "any channel")
    return mrkdwn("No card in {}{}.", channel, f": {because}" if because else "")


def _state(facts: CtaFacts, today: date, say: Say) -> Mrkdwn:
    cta = facts.cta
    ae = facts.person(facts.account.ae_id)
    who = mrkdwn("{}, AE {}", named(facts.person(cta.owner_id)), named(ae)) if ae else named(facts.person(cta.owner_id))
    return dots(
        [
            who,
            "internal plan" if cta.internal else "",
            "high priority" if cta.priority == "high" else "",
            due_words(cta.due_on, today, say=say),
            task_count(facts.tasks),
            f"snoozed until {say(cta.snoozed_until, today)}" if cta.snoozed_until else "",
        ]
    )


def _ending(facts: CtaFacts, policy: Policy, today: date, say: Say) -> Mrkdwn:
    cta = facts.cta
    by = (facts.person(cta.closed_by) or facts.person(cta.owner_id)) if cta.is_closed else None
    reason, past = policy.reason(cta.reason or ""), past_today(today)
    # A reason that asks what happened says nothing without it.
    said = cta.closing_note if reason and reason.asks == "note" else cta.detail
    return dots(
        [
            outcome_words(cta, policy),
            named(by) if by else "",
            say(cta.closed_on, past) if cta.closed_on and cta.closed_on < past else "",
            clip(said or "", TITLE),
            f"ask again {on_words(say(cta.revisit_on, today))}" if cta.revisit_on and facts.account.active else "",
        ]
    )


def details(
    facts: CtaFacts, policy: Policy, today: date, *, show_arr: bool, notes: Sequence[Noted] = ()
) -> dict[str, Any]:
    """What `/cta show` adds to the card: number, dates, plan, words, notes, tasks.

    ARR stands there only where policy lets it be seen. `notes` are the newest of the CTA and its account.
    """
    cta, account = facts.cta, facts.account
    arr = money_words(account.arr_cents, account.currency, policy.currency) if account.arr_cents is not None else ""
    opening = None if any(note.text == cta.note for note in notes) else cta.note
    said = [("Note", opening), ("At the close", cta.closing_note)]
    said.append(("Why it won" if cta.status == CLOSED_SUCCESS else "What would have changed it", cta.learned))
    return {
        "number": dots(
            [
                f"CTA {cta.id}",
                STATUS_LABELS[cta.status] if cta.is_open else "",
                f"opened {past_day_words(cta.opened_on, today)}",
                f"{cta.priority} priority",
                "" if cta.is_checklist else "internal plan" if cta.internal else "ROI plan",
                f"after CTA {cta.linked_to}" if cta.linked_to else "",
            ]
        ),
        "account_facts": dots(
            [
                f"{arr} a year" if arr and show_arr else "",
                renewal_words(account, today) if account.renewal_on or not account.active else "",
            ]
        ),
        "said": [Mrkdwn(f"{label}: {clip(paragraph(text), NOTE)}") for label, text in said if text],
        "notes": note_lines(notes, today),
        "tasks": clip(Mrkdwn("\n".join(task_line(task, facts.people, today) for task in facts.tasks)), 2900),
    }


def task_line(task: Task, people: Mapping[int, Person], today: date) -> Mrkdwn:
    """`✓ 1. Kick-off`, `3. Demo · Thu 3 Dec · @sam`, `~ 4. Workshop · skipped: not needed`."""
    mark = {"done": "✓ ", "skipped": "– "}.get(task.state, "")
    assignee = people.get(task.assignee_id) if task.assignee_id else None
    return dots(
        [
            f"{mark}{task.position}. {clip(task.title, TITLE)}",
            day_words(task.due_on, today) if task.due_on and task.state == "open" else "",
            named(assignee) if assignee else "",
            f"skipped: {clip(task.skip_reason, TITLE)}" if task.skip_reason else "",
            "optional" if task.optional and task.state == "open" else "",
            clip(task.answer, TITLE) if task.answer else "",
        ]
    )


def row(listed: ListedCta, today: date, *, viewer_id: int, query: str) -> dict[str, Any]:
    """One line of a list, with its menu; `query` is what draws the list again after something was done in it."""
    cta = listed.cta
    overdue = cta.due_on is not None and cta.due_on < today
    left = f"{counted(listed.open_tasks, 'task')} left" if listed.open_tasks else ""
    following = f"next: {clip(listed.next_task, NEXT)}{_on(listed.next_due_on, today)}" if listed.next_task else ""
    deferred = cta.revisit_on is not None and cta.is_closed
    words = [
        mrkdwn("*{}*", clip(listed.account_name, NAME)),
        clip(cta.title, TITLE),
        named(listed.owner) if cta.owner_id != viewer_id else "",
        f"back {day_words(cta.revisit_on, today)}" if deferred and cta.revisit_on else due_words(cta.due_on, today),
        "" if deferred else left if overdue else following,
        f"snoozed until {day_words(cta.snoozed_until, today)}" if cta.snoozed_until else "",
        f"#{cta.id}",
    ]
    return {
        "block_id": f"row:{cta.id}:{cta.version}:{query}"[:255],
        "words": dots(words),
        "menu": DEFERRED_MENU if deferred else ROW_MENU,
    }


def closed(
    facts: CtaFacts, policy: Policy, today: date, *, offer_enable: bool = False, tried: Sequence[str] = ()
) -> dict[str, Any]:
    """The answer to whoever closed it: what was done with Undo, thanks, the counter-plays, and what comes next.

    `tried` is what was kept against the reason.
    """
    cta = facts.cta
    won = cta.status == CLOSED_SUCCESS
    reason = policy.reason(cta.reason or "")
    play = Mrkdwn("")
    if reason:
        play = dots([reason.counter_play, f"Playbook: {reason.counter_playbook}" if reason.counter_playbook else ""])
    if cta.is_checklist:
        thanks = ""
    elif won:
        thanks = "Well done. Why did it win? A line helps the next CSM."
    else:
        thanks = "Thanks, a clear no helps the next CSM. What would have changed it?"
    shown = facts
    if cta.revisit_on:
        # The promise says the day, and there is no clear no to be thanked for.
        shown, thanks = replace(facts, cta=replace(cta, revisit_on=None)), ""
    return {
        "card": card(shown, policy, today),
        "thanks": "" if cta.learned else thanks,
        "learned_block": f"card:{cta.id}:{cta.version}:learned",
        "back": f"I'll bring it back {on_day_words(cta.revisit_on, today)}."
        if cta.revisit_on and facts.account.active
        else "",
        "counter_play": play,
        "counter_play_url": reason.counter_play_url if reason else "",
        "tried": tried_words(tried),
        "enable": f"Open Enable: {clip(cta.use_case, 50)}" if offer_enable and won and cta.motion == EXPAND else "",
    }


def tried_words(tried: Sequence[str]) -> Mrkdwn | None:
    """What helped elsewhere, a line each; None for nothing."""
    if not tried:
        return None
    return Mrkdwn("*What helped elsewhere*" + "".join(mrkdwn("\n• {}", clip(one, TRIED)) for one in tried))


def list_head(total: int, which: str) -> str:
    """`7 open CTAs of yours`, `1 overdue CTA of your team`."""
    return f"{total:,} {which}" if total else f"No {which}"


def archived_words(account: Account) -> Mrkdwn:
    """Why a list of an archived account's CTAs is empty, whether it has any or not."""
    return mrkdwn("*{}* is archived: its CTAs stand in no list until it is back.", account.name)


def tasks_words(tasks: Sequence[tuple[int, str, date | None]], today: date) -> Mrkdwn:
    """`3 tasks of checklists are yours, the next one for Acme, due Fri 4 Dec`; nothing without any."""
    if not tasks:
        return Mrkdwn("")
    _, account, due_on = tasks[0]
    are = form_for(len(tasks), "task of a checklist is yours", "tasks of checklists are yours")
    due = f", due {day_words(due_on, today)}" if due_on else ""
    return mrkdwn("{} {}, the next one for {}{}.", f"{len(tasks):,}", are, account, due)


def closed_words(count: int, shown: int) -> str:
    """`Closed today`; `Closed today: the latest 5 of 7` where there are more."""
    return f"Closed today: the latest {shown} of {count:,}" if count > shown else "Closed today"


def counts_line(open_count: int, overdue: int, this_week: int) -> str:
    """`7 open CTAs · 1 overdue · 2 due this week`."""
    parts = [counted(open_count, "open CTA")]
    parts += [f"{overdue:,} overdue"] if overdue else []
    parts += [f"{this_week:,} due this week"] if this_week else []
    return " · ".join(parts)


def preview(playbook_name: str, tasks: Sequence[tuple[str, int]], discovery: Sequence[str]) -> Mrkdwn:
    """The tasks and the discovery questions of a playbook, for the open form."""
    lines = [mrkdwn("*{}*", playbook_name)]
    lines += [mrkdwn("{}. {}, day {}", place, title, due) for place, (title, due) in enumerate(tasks, start=1)]
    if discovery:
        lines += [Mrkdwn("*Worth asking*"), *(mrkdwn("• {}", question) for question in discovery)]
    return clip(Mrkdwn("\n".join(lines)), 2900)


def _on(day: date | None, today: date, say: Say = day_words) -> str:
    return f", {say(day, today)}" if day else ""
