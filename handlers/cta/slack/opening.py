"""Opening a CTA: by words, by the form, by shortcuts, and as what follows another one.

A command that names account, use case and motion opens at once; anything missing opens the form, filled with
what was said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from handlers.account.access import refuse_stranger
from handlers.account.by_name import NEW, cut_names, likest, whole_names
from handlers.cta import actions
from handlers.cta.slack.answers import answer
from handlers.cta.which import the_account, to_see
from handlers.cta.words import OpenWords, Subject, read_open
from handlers.door.actions import carry_out_and_show
from handlers.door.choices import CHOICES, did_you_mean, fitting
from handlers.door.people import known, person_meant
from handlers.door.request import Open, Options, Redraw, Say, as_number
from handlers.door.today import reader_today
from handlers.door.words import readable, split_words
from storage.account import store as accounts
from storage.base import destinations, people
from storage.base.alike import alike
from storage.base.errors import NotFound, UserError
from storage.base.texts import text_of
from storage.cta import store as ctas
from storage.cta.record import ENABLE, EXPAND, MOTION_LABELS
from storage.playbook import store as playbooks
from storage.playbook.record import OF_PLAYBOOK
from templates.cta import forms_show as cta_forms
from templates.cta import show as views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.cta.actions import Changed
    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.account.record import Account
    from storage.base.person import Person
    from storage.playbook.record import Playbook

FORM = "form:"
NOTE_LIMIT = 3000
ALIKE = 70


def open_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta open Acme expand ci due 18 Dec note …`; behind `form:` (the bot's own buttons) the form."""
    today = reader_today(request, services)
    to_form = bool(words) and words[0].text == FORM
    said = words[1:] if to_form else words
    read = read_open(request.text, said, services.policy, today, whole_names(services), cut_names(services))
    subject = read.subject
    if to_form:
        named = subject.account
        return _filled_form(request, services, named[0] if named and len(named) == 1 else None, read)
    account = _account_of(request, services, read)
    if account is None or not (subject.motion and subject.use_case):
        return _filled_form(request, services, account, read)
    refuse_stranger(request, services, account)
    db = services.store.connection()
    found = playbooks.for_use_case(db, subject.use_case, subject.motion)
    if not found:
        label = f"{MOTION_LABELS[subject.motion]}: {subject.use_case}"
        raise NotFound(f"The catalogue has no playbook {label}.", "/playbooks catalogue shows what there is.")
    owner = person_meant(request, services, read.owner) if read.owner else None
    return open_now(
        request,
        services,
        account,
        found[0],
        owner=owner,
        due_on=read.due_on,
        priority=read.priority or "medium",
        success_plan=read.success_plan or "roi",
        note=read.note,
    )


def open_now(
    request: Request,
    services: Services,
    account: Account,
    playbook: Playbook,
    *,
    owner: Person | None = None,
    **fields: Any,
) -> Say:
    """Open it, and answer with its card."""
    return carry_out_and_show(
        request,
        services,
        lambda unit: actions.open_new(unit, account, playbook, owner=owner, **fields),
        lambda opened: _opened(request, services, opened),
    )


def _opened(request: Request, services: Services, opened: Changed) -> Say:
    """With the card, unless that goes to the account's channel anyway: a shared one, or one that is gone, gets none."""
    db, facts = services.store.connection(), opened.facts
    cta, channel = facts.cta, facts.account.channel_id
    if not channel or cta.internal or destinations.health_of(db, f"channel:{channel}") != destinations.OK:
        return answer(request, services, ctas.facts(db, cta.id), opened.said, context=f"CTA {cta.id}")
    owner, today = facts.person(cta.owner_id), reader_today(request, services)
    context = views.opened(cta, facts.account, owner, today, here=request.channel_id == channel)
    return Say(services.render("cta/opened", **context), replace=True)


def open_enable(request: Request, services: Services, expand_id: int) -> Answer:
    """The Enable CTA that follows a won Expand: one click, linked to it."""
    return _follow(request, services, expand_id, ENABLE)


def open_again(request: Request, services: Services, cta_id: int) -> Answer:
    """A fresh CTA of the same playbook, linked to the old one: for what was deferred and comes back."""
    return _follow(request, services, cta_id, None)


def _follow(request: Request, services: Services, cta_id: int, motion: str | None) -> Answer:
    facts = to_see(services, cta_id)
    old = facts.cta
    refuse_stranger(request, services, facts.account)
    db = services.store.connection()
    playbook = None if motion else playbooks.named(db, old.playbook)
    if playbook is None:
        playbook = next(iter(playbooks.for_use_case(db, old.use_case, motion or old.motion or EXPAND)), None)
    if playbook is None:
        subject: Subject[Any] = Subject(motion=motion or old.motion or "", use_case=old.use_case)
        return _filled_form(request, services, facts.account, OpenWords(subject))
    owner = facts.person(old.owner_id)
    if owner and (owner.deactivated or owner.guest or owner.foreign):
        owner = None
    return open_now(
        request,
        services,
        facts.account,
        playbook,
        owner=owner,
        priority=old.priority,
        success_plan="roi" if motion == ENABLE else old.success_plan,
        linked_to=old.id,
    )


# The form


def handle_new(request: Request, services: Services) -> Answer:
    """The button "Open a CTA": its value is an account's id, `playbook:` and its name, or nothing."""
    db = services.store.connection()
    if request.value.startswith(OF_PLAYBOOK):
        named = playbooks.named(db, request.value.removeprefix(OF_PLAYBOOK))
        if named is None:
            raise NotFound("That playbook can't be opened any more.", "/playbooks catalogue shows what there is.")
        return _filled_form(request, services, None, OpenWords(Subject(motion=named.motion)), named)
    number = request.number()
    account = accounts.get(db, number) if number else None
    return _filled_form(request, services, account, OpenWords(Subject()))


def handle_shortcut(request: Request, services: Services) -> Answer:
    """The global shortcut: an empty form."""
    return _filled_form(request, services, None, OpenWords(Subject()))


def handle_message_shortcut(request: Request, services: Services) -> Answer:
    """The message shortcut: permalink and text of the message become the note, its channel says the account."""
    channel, ts = request.channel_id, str(request.message.get("ts") or "")
    text = as_read(services, str(request.message.get("text") or ""))
    url = f"{_team_url(request)}archives/{channel}/p{ts.replace('.', '')}"
    note = f"{url}\n{text}"[:NOTE_LIMIT]
    account = accounts.of_channel(services.store.connection(), channel) if channel else None
    return _filled_form(request, services, account, OpenWords(Subject(), note=note))


def handle_changed(request: Request, services: Services) -> Answer:
    """Account, motion or playbook was chosen: the form is drawn again with what follows from it."""
    db = services.store.connection()
    account = _account_chosen(request, services)
    motion = request.field("cta.motion") or EXPAND
    playbook = playbooks.named(db, request.field("cta.playbook")) if request.field("cta.playbook") else None
    if playbook and playbook.motion != motion:
        # The other motion of the same use case is what was meant.
        playbook = next(iter(playbooks.for_use_case(db, playbook.use_case, motion)), None)
    proposed = request.meta.get("owner")
    picked = request.field("owner")
    owner = known(services, picked, services.team_id) if picked and picked != proposed else _csm(services, account)
    return Redraw(
        *_form(
            services,
            account=account,
            motion=motion,
            playbook=playbook,
            owner=owner or request.person,
            due_on=request.day("due_on"),
            priority=request.field("priority") or "medium",
            success_plan=request.field("success_plan") or "roi",
            note=str(request.values.get("note") or ""),
            proposed=_csm(services, account) or request.person,
        )
    )


def handle_open(request: Request, services: Services) -> Answer:
    """The form submitted."""
    db = services.store.connection()
    account = _account_chosen(request, services)
    if account is None:
        raise UserError("Which account?", "Pick one from the list.", field="account")
    refuse_stranger(request, services, account)
    playbook = playbooks.named(db, request.field("cta.playbook")) if request.field("cta.playbook") else None
    if playbook is None:
        raise UserError("Which use case?", "Pick its playbook.", field="playbook")
    picked = request.field("owner")
    return open_now(
        request,
        services,
        account,
        playbook,
        owner=known(services, picked, services.team_id) if picked else None,
        due_on=request.day("due_on"),
        priority=request.field("priority") or "medium",
        success_plan=request.field("success_plan") or "roi",
        note=request.field("note"),
    )


def suggest_accounts(request: Request, services: Services) -> Answer:
    """The typeahead over accounts."""
    found = accounts.search(services.store.connection(), request.value)
    return Options([(account.name, str(account.id)) for account in found])


def _filled_form(
    request: Request,
    services: Services,
    account: Account | None,
    read: OpenWords[Any],
    playbook: Playbook | None = None,
) -> Open:
    if account is not None:
        refuse_stranger(request, services, account)
    db, subject = services.store.connection(), read.subject
    motion = subject.motion or EXPAND
    found = playbooks.for_use_case(db, subject.use_case, motion) if subject.use_case else []
    owner = person_meant(request, services, read.owner) if read.owner else None
    proposed = _csm(services, account) or request.person
    view, meta = _form(
        services,
        account=account,
        motion=motion,
        playbook=playbook or (found[0] if found else None),
        owner=owner or proposed,
        due_on=read.due_on,
        priority=read.priority or "medium",
        success_plan=read.success_plan or "roi",
        note=text_of(read.note, "note") or "",
        proposed=proposed,
    )
    return Open(view, meta)


def _form(services: Services, *, motion: str, proposed: Person, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The form and what it carries: the owner that it proposed, to be told from one that was picked."""
    found = playbooks.current(services.store.connection(), motion)
    view = services.render("cta/open_form", **cta_forms.open_form(motion=motion, playbooks=found, **fields))
    return view, {"owner": proposed.slack_id}


def _account_of(request: Request, services: Services, read: OpenWords[Any]) -> Account | None:
    """The account of a command; words that nothing explains are asked about, never dropped."""
    subject = read.subject
    if not read.unread:
        try:
            return the_account(
                request, services, subject, lambda found: open_command(read, found), open_command(read, NEW)
            )
        except NotFound as unknown:
            raise NotFound(unknown.message, unknown.hint, choices=_or_the_form(unknown.choices, read)) from unknown
    named = subject.account[0] if subject.account else None
    choices = []
    if named and not subject.use_case:
        close = alike(read.unread, services.policy.use_cases, ALIKE)
        if close:
            meant = replace(read, subject=replace(subject, use_case=close[0]))
            choices.append((f"{named.name}: {close[0]}", open_command(meant, f"account:{named.id}")))
    db = services.store.connection()
    choices += likest(db, subject.account_text, lambda found: open_command(read, found), limit=CHOICES - 2)
    if named and not read.note:
        noted = f"{open_command(read, f'account:{named.id}')} note {read.unread}"
        choices.append((f"{named.name}, with the note: {read.unread}", noted))
    raise UserError(
        f"I don't know what '{read.unread[:80]}' means here.",
        did_you_mean(choices) or "/cta help shows examples.",
        choices=_or_the_form(fitting(choices), read),
    )


def _or_the_form(choices: Sequence[tuple[str, str]], read: OpenWords[Any]) -> list[tuple[str, str]]:
    """Those to pick from, then the form with all that was typed; what nothing explains is its note."""
    note = " ".join(part for part in (read.unread, read.note_raw) if part)
    held = replace(read, note_raw=note, subject=replace(read.subject, motion=read.subject.motion or EXPAND))
    named = read.subject.account
    form = f"{FORM} account:{named[0].id}" if named and len(named) == 1 else FORM
    return [*choices[: CHOICES - 1], *fitting([("Open the form", open_command(held, form))])]


def open_command(read: OpenWords[Any], account: str) -> str:
    """The whole command again, with another name for the account."""
    subject = read.subject
    parts = ["/cta open", account, subject.motion, subject.use_case]
    parts += [f"due {read.due_on.isoformat()}"] if read.due_on else []
    parts += [f"priority {read.priority}"] if read.priority else []
    parts += [read.success_plan] if read.success_plan else []
    parts += [f"<@{read.owner.id}>"] if read.owner else []
    parts += [f"note {read.note_raw}"] if read.note_raw else []
    return " ".join(part for part in parts if part)


def _account_chosen(request: Request, services: Services) -> Account | None:
    chosen = request.field("cta.account")
    return accounts.get(services.store.connection(), as_number(chosen)) if chosen else None


def _csm(services: Services, account: Account | None) -> Person | None:
    csm_id = account.csm_id if account else None
    return people.many(services.store.connection(), [csm_id]).get(csm_id or 0)


def as_read(services: Services, text: str) -> str:
    """A message's text as people read it; Slack names those whom it mentions by their id alone."""
    db = services.store.connection()
    for word in split_words(text):
        if word.kind == "user" and (person := people.by_slack_id(db, word.id)):
            text = text.replace(f"<@{word.id}>", f"@{person.name}")
    return readable(text)


def _team_url(request: Request) -> str:
    domain = (request.body.get("team") or {}).get("domain") or "app"
    return f"https://{domain}.slack.com/"
