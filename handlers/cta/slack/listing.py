"""Lists of CTAs as messages to act in: drawn for a command, a page button, and again after an action in one.

A list is named by its query, `PAGE|WORDS`: the words are those of `/cta list` in a fixed order (`team overdue
account:17`), `bare` is what `/cta` alone shows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from handlers.account.by_name import cut_names, whole_names
from handlers.cta.which import the_account
from handlers.cta.words import OWNER, read_list
from handlers.door.people import person_meant
from handlers.door.request import as_number
from handlers.door.today import reader_today, zone_name
from handlers.door.words import split_words
from storage.account import store as accounts
from storage.base import people
from storage.base.errors import UserError
from storage.base.nouns import handed_in
from storage.base.plurals import form_for
from storage.cta import lists as cta_lists
from storage.cta import store as ctas
from storage.cta.lists import Which
from storage.cta.record import MOTION_LABELS
from templates.cta import show as views

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.cta.lists import Scope, State

PAGE, BARE_ROWS, CLOSED_ROWS = 10, 5, 5
BARE = "bare"
_WHOSE = {"mine": " of yours", "team": " of your team", "all": ""}
_STATES = {"week": "open", "slow": "open"}
_ID_OF = {"My team": "team", "All": "everybody"}
"""The ids of buttons as they were before their words: old ones stay."""
_THEN = {"week": ", due this week", "slow": ", slower than usual"}
_EMPTY = "Nothing open. Open one when you start exploring with a customer."


def list_message(request: Request, services: Services, query: str, answered: int | None = None) -> dict[str, Any]:
    """The message of a query; a page beyond the end is the last one. Raises UserError for words that say nothing.

    `answered` is the CTA of the answer that stands above it, if one does.
    """
    page_text, _, words = query.partition("|")
    page = as_number(page_text)
    if words == BARE:
        return _bare(request, services, answered)
    return _list(request, services, which_of(request, services, words), page)


def which_of(request: Request, services: Services, words: str) -> Which:
    """What the words of `/cta list` ask for: one's own open ones by default, everybody's where a subject is named."""
    read = read_list(split_words(words), services.policy, whole_names(services), cut_names(services))
    subject = read.subject
    if read.unread:
        subject = replace(subject, account_text=read.unread)
    named = subject.account or subject.account_text
    account = the_account(request, services, subject, lambda found: f"/cta list {found}") if named else None
    narrowed = bool(account or subject.use_case or subject.motion or read.owner)
    return Which(
        scope=read.scope or ("all" if narrowed else "mine"),  # type: ignore[arg-type] # read_list gives these words
        state=read.state,  # type: ignore[arg-type] # the same
        account_id=account.id if account else None,
        use_case=subject.use_case or None,
        motion=subject.motion or None,
        owner_id=_owner(request, services, read.owner) if read.owner else None,
    )


def _owner(request: Request, services: Services, word: Word) -> int:
    """Whose list it is: of somebody mentioned, or of the person whom a button names by number."""
    if word.kind != "word":
        return person_meant(request, services, word).id
    found = people.many(services.store.connection(), [as_number(word.text.partition(":")[2])])
    if not found:
        raise UserError("Whose CTAs?", "Mention somebody: /cta list @maya")
    return next(iter(found))


def query_of(which: Which, page: int) -> str:
    """The query that names a page of a list."""
    words = [f"{OWNER}{which.owner_id}" if which.owner_id else which.scope]
    words += ["" if which.state == "open" else which.state]
    words += [f"account:{which.account_id}" if which.account_id else ""]
    words += [which.motion or "", which.use_case or ""]
    return f"{page}|{' '.join(word for word in words if word)}"


def _list(request: Request, services: Services, which: Which, page: int) -> dict[str, Any]:
    db, policy, today = services.store.connection(), services.policy, reader_today(request, services)
    for noun in handed_in("handlers", "noun"):
        # A list that another noun works out, such as those slower than usual.
        if find_ids := getattr(noun, "CTA_LISTS", {}).get(which.state):
            which = replace(which, ids=find_ids(db, policy, request.person, which, today))
    listed, total = cta_lists.page(db, policy, request.person, which, today, limit=PAGE, offset=page * PAGE)
    if not listed and total:
        page = (total - 1) // PAGE
        listed, total = cta_lists.page(db, policy, request.person, which, today, limit=PAGE, offset=page * PAGE)
    query = query_of(which, page)
    motion = MOTION_LABELS.get(which.motion or "", "")
    account = accounts.get(db, which.account_id) if which.account_id else None
    gone = account if account and account.archived_at else None
    of = f" of {account.name}" if account else ""
    whose = f" of {people.get(db, which.owner_id).name}" if which.owner_id else _WHOSE[which.scope]
    kind = " ".join(part for part in (_STATES.get(which.state, which.state), motion, which.use_case) if part)
    what = f"{form_for(total, f'{kind} CTA')}{of}{whose}{_THEN.get(which.state, '')}"
    buttons = []
    # "Next" first: it stays in its place while somebody reads on.
    if (page + 1) * PAGE < total:
        buttons.append(("Next", "cta.list.next", query_of(which, page + 1)))
    if page:
        buttons.append(("Previous", "cta.list.previous", query_of(which, page - 1)))
    for label, other in _others(which):
        name = _ID_OF.get(label, label.lower())
        buttons.append((label, f"cta.list.{name}", query_of(other, 0)))
    is_bare = which == Which() and not total
    tasks = cta_lists.tasks_of_others(db, policy, request.person.id) if is_bare else []
    buttons += _to_tasks(tasks)
    buttons.append(
        ("Show the account", "account.show", str(gone.id))
        if gone
        else ("Open a CTA", "cta.new", str(which.account_id or ""))
    )
    message: dict[str, Any] = services.render(
        "cta/list",
        head="" if gone else views.list_head(total, what),
        empty=views.archived_words(gone) if gone else views.tasks_words(tasks, today),
        rows=[views.row(row, today, viewer_id=which.owner_id or request.person.id, query=query) for row in listed],
        closed_today=[],
        closed_words="",
        context=f"{page * PAGE + 1} to {page * PAGE + len(listed)} of {total:,}" if total > PAGE else "",
        buttons=buttons,
    )
    return message


def _bare(request: Request, services: Services, answered: int | None) -> dict[str, Any]:
    """What `/cta` alone shows: the counts, what is due first, what was closed today."""
    db, today, person = services.store.connection(), reader_today(request, services), request.person
    listed, total = cta_lists.page(db, services.policy, person, Which(), today, limit=BARE_ROWS)
    counts = cta_lists.counts(db, services.policy, [person.id], today)
    closed = cta_lists.closed_today(db, person.id, request.now, zone_name(request, services))
    others = [row for row in closed if row.cta.id != answered]
    buttons = [(f"Show all {total:,}", "cta.list.all", query_of(Which(), 0))] if total > BARE_ROWS else []
    buttons += [(f"Overdue {counts.overdue:,}", "cta.list.overdue", "0|mine overdue")] if counts.overdue else []
    buttons += [(f"This week {counts.due_this_week:,}", "cta.list.week", "0|mine week")] if counts.due_this_week else []
    tasks = [] if total else cta_lists.tasks_of_others(db, services.policy, person.id)
    buttons += [*_to_tasks(tasks), ("Open a CTA", "cta.new", ""), ("My day", "day.mine", "")]
    message: dict[str, Any] = services.render(
        "cta/list",
        head=views.counts_line(counts.open, counts.overdue, counts.due_this_week) if total else "",
        empty="" if total else views.tasks_words(tasks, today) or _EMPTY,
        rows=[views.row(row, today, viewer_id=person.id, query=f"0|{BARE}") for row in listed],
        closed_today=[views.card(ctas.facts(db, row.cta.id), services.policy, today) for row in others[:CLOSED_ROWS]],
        closed_words=views.closed_words(len(others), CLOSED_ROWS),
        context="",
        buttons=buttons,
    )
    return message


def _to_tasks(tasks: Sequence[tuple[int, str, date | None]]) -> list[tuple[str, str, str]]:
    """The button to the checklist whose task of this person is the next one."""
    return [("Its tasks", "cta.tasks", str(tasks[0][0]))] if tasks else []


def _others(which: Which) -> list[tuple[str, Which]]:
    """Lists beside this one, with the same account, use case and motion."""
    scopes: list[tuple[str, Scope]] = [("Mine", "mine"), ("My team", "team"), ("All", "all")]
    states: list[tuple[str, State]] = [("Open", "open"), ("Overdue", "overdue"), ("Deferred", "deferred")]
    found = [
        (label, replace(which, scope=scope, owner_id=None))
        for label, scope in scopes
        if which.owner_id or scope != which.scope
    ]
    return found + [(label, replace(which, state=state)) for label, state in states if state != which.state]
