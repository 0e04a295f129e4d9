"""Closing a CTA and taking it back: by words, from cards and lists, by the form; Undo, withdraw, correct.

What needs nothing more closes in one click; what needs one answer opens a small form with that question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from handlers.cta import actions
from handlers.cta.slack.answers import change, chosen_verb, form, meta_id, rest_of_list, words_form
from handlers.cta.which import the_cta, to_change, to_close
from handlers.cta.work_words import read_close
from handlers.door.actions import carry_out_and_show
from handlers.door.request import Open, Options, Redraw, Say, as_number
from handlers.door.today import reader_today, team_today
from handlers.door.words import rest_from
from storage.base.counters import kept_against
from storage.base.errors import Stale, UserError
from storage.base.texts import text_of
from storage.cta import life as cta_life
from storage.cta import store as ctas
from storage.cta.closing_checks import STATUS_OF, Closing
from storage.cta.record import ENABLE
from templates.cta import forms_show as cta_forms
from templates.cta import show as views

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from handlers.door.request import Answer, Request
    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.cta.record import Cta, CtaFacts

Outcome = Literal["success", "no_success"]


def close_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta close 12 success`, `/cta close 12 no-success lack_of_budget until May at least`."""
    cta_id, rest = the_cta(request, services, words, "close")
    facts = _open_one(request, services, cta_id)
    today, checklist = reader_today(request, services), facts.cta.is_checklist
    read = read_close(request.text, rest, services.policy, today, checklist=checklist)
    reason = read.reason
    if read.outcome == "success" and not _to_settle(facts):
        return _close(request, services, facts, Closing("success", note=read.note, closed_on=read.closed_on))
    missing = reason is None or (
        not checklist
        and (
            (reason.asks == "revisit" and read.revisit_on is None)
            or (reason.asks in ("gap", "vendor") and not read.detail)
            or (reason.asks == "note" and not read.note)
        )
    )
    if read.outcome == "success" or missing:
        return _form(
            request,
            services,
            facts,
            read.outcome or "",
            reason.key if reason else "",
            note=text_of(read.note or read.unread, "note") or "",
            revisit_on=read.revisit_on,
            detail=read.detail,
            closed_on=read.closed_on,
            # What was said is not asked again; a day that was said must be seen.
            small=bool(reason or read.outcome == "success") and read.closed_on is None,
        )
    closing = Closing(
        "no_success",
        reason=reason.key if reason else None,
        note=read.note,
        detail=read.detail,
        revisit_on=read.revisit_on,
        closed_on=read.closed_on,
    )
    return _close(request, services, facts, closing)


def success(request: Request, services: Services, cta_id: int) -> Answer:
    """The button: closes at once, unless open tasks of an Enable are to be settled first."""
    facts = to_close(request, services, cta_id)
    if _closed_just_so(request, facts, "success", None, team_today(request, services)):
        return _closed(request, services, actions.with_cta(facts, facts.cta, request.person))
    if facts.cta.is_open and _to_settle(facts):
        return _form(request, services, facts, "success", small=True)
    return _close(request, services, facts, Closing("success"))


def handle_no_success(request: Request, services: Services) -> Answer:
    """The card's select of reasons: closes at once where the reason needs nothing more."""
    key, cta_id = chosen_verb(request)
    facts = to_close(request, services, cta_id)
    reason = services.policy.reason(key)
    if reason and _closed_just_so(request, facts, "no_success", reason.key, team_today(request, services)):
        return _closed(request, services, actions.with_cta(facts, facts.cta, request.person))
    if not facts.cta.is_open:
        raise _stale(request, services, facts.cta)
    if facts.cta.is_checklist:
        return _close(request, services, facts, Closing("no_success", reason=key))
    if reason is None or reason.asks:
        return _form(request, services, facts, "no_success", reason.key if reason else "", small=reason is not None)
    return _close(request, services, facts, Closing("no_success", reason=reason.key))


def ask_why_not(request: Request, services: Services, cta_id: int) -> Answer:
    """ "No success" in a list's menu: the form asks for the reason."""
    return _form(request, services, _open_one(request, services, cta_id), "no_success")


def handle_changed(request: Request, services: Services) -> Answer:
    """Outcome or reason was chosen in the form: it is drawn again with what that asks."""
    cta_id = meta_id(request)
    correcting = bool(request.meta.get("correcting"))
    facts = to_change(request, services, cta_id)
    view = services.render(
        "cta/close_form",
        **cta_forms.close_form(
            facts,
            services.policy,
            reader_today(request, services),
            outcome=_outcome_said(request),
            reason=services.policy.reason(_reason_said(request)),
            small=bool(request.meta.get("small")),
            correcting=correcting,
            tried=_tried(services, facts, _outcome_said(request), _reason_said(request)),
            **_typed(request),
        ),
    )
    return Redraw(view)


def handle_close(request: Request, services: Services) -> Answer:
    """The close form submitted."""
    facts = _open_one(request, services, meta_id(request))
    why = request.field("skip_reason")
    return _close(request, services, facts, _closing_said(request), done=_settled(request), skip_reason=why)


def handle_correct(request: Request, services: Services) -> Answer:
    """The same form of a closed CTA: outcome, reason, day and words put right."""
    facts = to_change(request, services, meta_id(request))
    if as_number(request.meta.get("correcting", facts.cta.version)) != facts.cta.version:
        raise Stale("Something was done to that CTA since.", f"How it stands now: /cta {facts.cta.id}")
    return change(request, services, facts.cta.id, actions.correct, _closing_said(request))


def ask_correct(request: Request, services: Services, facts: CtaFacts) -> Answer:
    """The form that corrects how a CTA was closed."""
    cta = facts.cta
    reason = services.policy.reason(cta.reason or "")
    outcome = "success" if cta.reason is None else "no_success"
    context = cta_forms.close_form(
        facts,
        services.policy,
        reader_today(request, services),
        outcome=outcome,
        reason=reason,
        small=False,
        note=cta.closing_note or "",
        detail=cta.detail or "",
        learned=cta.learned or "",
        revisit_on=cta.revisit_on,
        closed_on=cta.closed_on,
        correcting=True,
    )
    return form(request, services, "close_form", cta.id, context, correcting=cta.version)


# Taken back


def reopen_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta reopen 12`."""
    return undo(request, services, the_cta(request, services, words, "reopen", kind="closed", anywhere=True)[0])


def undo(request: Request, services: Services, cta_id: int) -> Answer:
    """Undo, of a close or a withdrawal, wherever it stands and at any time; of one that is open, nothing."""
    return change(request, services, cta_id, actions.reopen)


def withdraw_by_words(request: Request, services: Services, words: list[Word]) -> Answer:
    """`/cta withdraw 12 [why]`: asks first."""
    cta_id, rest = the_cta(request, services, words, "withdraw", kind="any")
    return ask_withdraw(request, services, cta_id, rest_from(request.text, rest[0]) if rest else "")


def ask_withdraw(request: Request, services: Services, cta_id: int, why: str = "") -> Answer:
    """Ask before a CTA is taken out of lists and reports."""
    facts = to_change(request, services, cta_id)
    return words_form(
        request,
        services,
        facts,
        "cta.withdraw",
        "Withdraw a CTA",
        about="For one that was opened by mistake: it leaves lists and reports, the history keeps it."
        " If the customer said no, close it instead.",
        words=("why", "What happened?", text_of(why, "why") or ""),
        optional=True,
        submit="Withdraw it",
    )


def handle_withdraw(request: Request, services: Services) -> Answer:
    """The withdrawal confirmed."""
    return change(request, services, meta_id(request), actions.withdraw, request.field("why"))


# Why it won, what would have changed it


def ask_learned(request: Request, services: Services, cta_id: int) -> Answer:
    """[Add a line] under the answer to a close."""
    facts = to_change(request, services, cta_id)
    asked = "Why did it win?" if facts.cta.reason is None else "What would have changed it?"
    words = ("learned", asked, facts.cta.learned or "")
    return words_form(request, services, facts, "cta.learned", "Add a line", words=words, submit="Keep it")


def handle_learned(request: Request, services: Services) -> Answer:
    """The line kept."""
    learned = request.field("learned")
    if not request.touched("learned"):
        learned = to_change(request, services, meta_id(request)).cta.learned or learned
    return change(request, services, meta_id(request), actions.add_learned, learned)


def suggest_gaps(request: Request, services: Services) -> Answer:
    """Earlier product gaps like what is typed, and what is typed."""
    return _suggest(request, services, "gap")


def suggest_vendors(request: Request, services: Services) -> Answer:
    """Earlier vendors like what is typed, and what is typed."""
    return _suggest(request, services, "vendor")


def _suggest(request: Request, services: Services, asks: str) -> Options:
    typed = " ".join(request.value.split())[:150]
    keys = [reason.key for reason in services.policy.reasons if reason.asks == asks]
    earlier = ctas.answers_given(services.store.connection(), keys, typed)
    new = [(f"New: {typed}", typed)] if typed and typed.casefold() not in {e.casefold() for e in earlier} else []
    return Options([*((answered, answered) for answered in earlier), *new])


def _open_one(request: Request, services: Services, cta_id: int) -> CtaFacts:
    """The CTA to close, for somebody who may; raises Stale, which says what became of it, if it is not open."""
    facts = to_close(request, services, cta_id)
    if not facts.cta.is_open:
        raise _stale(request, services, facts.cta)
    return facts


def _stale(request: Request, services: Services, cta: Cta) -> Stale:
    return cta_life.not_open(
        services.store.connection(), cta, services.policy.reason_label(cta.reason), reader_today(request, services)
    )


def _closed_just_so(request: Request, facts: CtaFacts, outcome: str, reason: str | None, today: date) -> bool:
    """Whether this person closed it today in this very way: a double click, which gets the same answer again."""
    cta = facts.cta
    return (
        cta.is_closed
        and cta.closed_by == request.person.id
        and cta.touched_on == today
        and (cta.status, cta.reason) == (STATUS_OF[outcome], reason)
    )


def _settled(request: Request) -> dict[int, str]:
    """Of each task that the form showed: `done` if it was ticked, else `skipped`."""
    found = {}
    for block in request.body["view"]["blocks"]:
        if block.get("block_id", "").startswith("settle:"):
            element = block.get("element") or {}
            ticked = request.values.get(element.get("action_id", "")) or ()
            for option in element.get("options") or ():
                found[as_number(option["value"])] = "done" if option["value"] in ticked else "skipped"
    return found


def _to_settle(facts: CtaFacts) -> bool:
    return facts.cta.motion == ENABLE and bool(facts.open_tasks)


def _close(
    request: Request,
    services: Services,
    facts: CtaFacts,
    closing: Closing,
    *,
    done: Mapping[int, str] | None = None,
    skip_reason: str = "",
) -> Say:
    return carry_out_and_show(
        request,
        services,
        lambda unit: actions.close(unit, facts, closing, done=done, skip_reason=skip_reason),
        lambda closed: _closed(request, services, closed),
    )


def _closed(request: Request, services: Services, facts: CtaFacts) -> Say:
    today = reader_today(request, services)
    offered = actions.offers_enable(services.store.connection(), facts.cta)
    tried = _tried(services, facts, "no_success", facts.cta.reason)
    context = views.closed(facts, services.policy, today, offer_enable=offered, tried=tried)
    message = services.render("cta/closed", **context, rest=rest_of_list(request, services, facts.cta.id))
    return Say(message, replace=True)


def _tried(services: Services, facts: CtaFacts, outcome: str, reason: str | None) -> Sequence[str]:
    """What was kept against a reason, where the outcome is no."""
    if outcome != "no_success":
        return ()
    db, account = services.store.connection(), facts.account
    return kept_against(db, services.policy, account.segment, reason, facts.cta.use_case)


def _form(
    request: Request,
    services: Services,
    facts: CtaFacts,
    outcome: str,
    reason_key: str = "",
    *,
    small: bool = False,
    **typed: Any,
) -> Open:
    context = cta_forms.close_form(
        facts,
        services.policy,
        reader_today(request, services),
        outcome=outcome,
        reason=services.policy.reason(reason_key),
        small=small,
        tried=_tried(services, facts, outcome, reason_key),
        **typed,
    )
    said = {"small": True, "outcome": outcome, "reason": reason_key} if small else {}
    return form(request, services, "close_form", facts.cta.id, context, **said)


def _outcome_said(request: Request) -> str:
    return str(request.field("cta.outcome") or request.meta.get("outcome") or "")


def _reason_said(request: Request) -> str:
    return str(request.field("cta.reason") or request.meta.get("reason") or "")


def _closing_said(request: Request) -> Closing:
    outcome = _outcome_said(request)
    if outcome not in ("success", "no_success"):
        raise UserError("How did it end?", "Pick success or no success.", field="outcome")
    said: Outcome = "success" if outcome == "success" else "no_success"
    typed = _typed(request)
    return Closing(said, reason=_reason_said(request) or None, **typed)


def _typed(request: Request) -> dict[str, Any]:
    """What stands in the form's fields."""
    return {
        "note": str(request.values.get("note") or ""),
        "detail": request.field("cta.gap") or request.field("cta.vendor"),
        "learned": str(request.values.get("learned") or ""),
        "revisit_on": request.day("revisit_on"),
        "closed_on": request.day("closed_on"),
    }
