"""Which account, CTA or person is meant, and whether the one who asks may change it: for all of handlers/cta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from handlers.account import access
from handlers.account.by_name import cut_names, likest, one_of, unknown, whole_names
from handlers.cta.words import VERBS, Subject, take_id, take_subject
from handlers.door.choices import CHOICES, did_you_mean, fitting
from handlers.door.today import reader_today
from handlers.door.verbs import meant_verb
from handlers.door.words import readable
from storage.account import store as accounts
from storage.base.errors import NotFound, UserError
from storage.base.permissions import may
from storage.cta import lists as cta_lists
from storage.cta import store as ctas

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handlers.account.by_name import Accounts
    from handlers.door.request import Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.account.record import Account
    from storage.cta.record import CtaFacts

Kind = Literal["open", "closed", "any"]


# Which account, which CTA


def the_account(
    request: Request, services: Services, subject: Subject[Accounts], command: Callable[[str], str], then: str = ""
) -> Account | None:
    """The account that is meant; in an account's channel it need not be said. None where none was.

    Raises UserError with accounts to pick from, each as the whole command again (`command` of `account:17`); `then` is
    what follows once one that is not known is added.
    """
    found, typed = subject.account or (), subject.account_text
    if found:
        return one_of(found, typed or found[0].name, command)
    db = services.store.connection()
    if not typed:
        return accounts.of_channel(db, request.channel_id) if request.channel_id else None
    raise unknown(typed, likest(db, typed, command), then)


def the_cta(
    request: Request,
    services: Services,
    words: Sequence[Word],
    verb: str,
    *,
    kind: Kind = "open",
    anywhere: bool = False,
) -> tuple[int, list[Word]]:
    """The number of the CTA that is meant, and the words after it.

    By its number, or by account, use case and motion where only one CTA fits: an `open` one, a `closed` one, or
    (`any`) an open one if there is one; else UserError with those to pick from, each as the whole command again.
    """
    number, rest = take_id(words, anywhere=anywhere)
    if number:
        return number, rest
    db = services.store.connection()
    subject, rest = take_subject(words, services.policy, whole_names(services), cut_names(services))
    after = " ".join(word.text for word in rest)
    account = the_account(request, services, subject, lambda found: f"/cta {verb} {found} {after}".strip())
    if account is None:
        raise _which(request, services, verb, after, kind)
    about = (account.id, subject.use_case or None, subject.motion or None)
    found = ctas.open_ones(db, *about) if kind != "closed" else []
    if not found and kind != "open":
        found = ctas.closed_ones(db, *about)
    if len(found) == 1:
        return found[0].id, rest
    if not found:
        such = "" if kind == "any" else f"{kind} "
        shown = f'/cta list account "{account.name}" shows the open ones.'
        raise NotFound(f"{account.name} has no such {such}CTA.", shown)
    choices = [(f"{account.name} · {cta.title} ({cta.id})", f"/cta {verb} {cta.id} {after}".strip()) for cta in found]
    raise UserError(f"{account.name} has {len(found)} such CTAs.", "Which one?", choices=fitting(choices[:CHOICES]))


# Permission


def to_see(services: Services, cta_id: int) -> CtaFacts:
    """The CTA with all that hangs on it; everybody of the workspace may see it."""
    return ctas.facts(services.store.connection(), cta_id)


def to_change(request: Request, services: Services, cta_id: int) -> CtaFacts:
    """The same, for somebody who wants to change it; raises Refused, which says who can."""
    return _refused_or(request, services, ctas.facts(services.store.connection(), cta_id))


def to_close(request: Request, services: Services, cta_id: int) -> CtaFacts:
    """The same with only what closing needs: the tasks of an Enable, and nobody's name."""
    return _refused_or(request, services, ctas.facts_to_close(services.store.connection(), cta_id))


def _refused_or(request: Request, services: Services, facts: CtaFacts) -> CtaFacts:
    if not may(request.rights, "change", services.policy, facts.account, facts.cta.owner_id):
        raise access.refusal(request, services, facts.account)
    return facts


def unknown_command(services: Services, words: Sequence[Word], text: str) -> UserError:
    """What to say to words that begin with no sub-command: the one that was nearly typed, or what fits the words."""
    close = meant_verb(words[0].text, VERBS) if words[0].kind == "word" else ""
    rest = text[words[1].start :] if len(words) > 1 else ""
    if close:
        choices = [(f"{close} {readable(rest)}".strip(), f"/cta {close} {rest}".strip())]
        return UserError(f"There is no /cta {words[0].text[:40]}.", did_you_mean(choices), choices=fitting(choices))
    subject, left = take_subject(words, services.policy, whole_names(services), cut_names(services))
    if subject.account:
        choices = [("Open a CTA", f"/cta open {text}"), ("List its CTAs", f"/cta list {text}")]
        asked = "Open a CTA?" if left else "Open a CTA, or list its CTAs?"
        named = f"{subject.account[0].name} is an account."
        return UserError(named, asked, choices=fitting(choices[:1] if left else choices))
    return UserError(
        f"There is no /cta {words[0].text[:40]}.", "/cta help shows examples.", choices=[("Help", "/cta help")]
    )


def _which(request: Request, services: Services, verb: str, after: str, kind: Kind) -> UserError:
    """Which CTA? The person's own to pick from: open ones, or those closed last."""
    db, policy = services.store.connection(), services.policy
    if kind == "closed":
        listed = cta_lists.closed_last(db, request.person.id, CHOICES)
    else:
        today = reader_today(request, services)
        listed, _ = cta_lists.page(db, policy, request.person, cta_lists.Which(), today, limit=CHOICES)
    choices = [
        (f"{row.account_name} · {row.cta.title} ({row.cta.id})", f"/cta {verb} {row.cta.id} {after}".strip())
        for row in listed
    ]
    hint = f"Give its number, such as /cta {verb} 12, or pick one of yours." if choices else f"Such as /cta {verb} 12."
    return UserError("Which CTA?", hint, choices=fitting(choices))
