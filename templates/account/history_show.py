"""A change of an account, in words: `Ann set health green`. Pure; used by the account's card and history."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from storage.account.record import LIVED
from storage.base.moments import civil_day, instant, latest_today
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, lived_day_words, mrkdwn, past_day_words

if TYPE_CHECKING:
    from storage.base.change import Change

ACTIONS = {
    "account.add": "added the account",
    "account.edit": "changed",
    "account.health": "set health",
    "account.note": "noted",
    "account.undo": "took back what was set",
    "renewal.undo": "took back what became of the renewal",
    "ebr.undo": "took back what was recorded of EBRs",
    "account.archive": "archived it",
    "account.unarchive": "brought it back from the archive",
    "account.handover": "handed it over",
    "account.import": "imported",
    "cta.import": "imported",
    "account.conflict": "decided a conflict",
    "account.written": "wrote to its CRM",
    "review.ask": "asked for a time for the review",
    "review.later": "wants to be reminded of the review",
    "ebr.later": "wants to be reminded of the EBR",
    "review.schedule": "scheduled the review",
    "review.hold": "held the review",
    "review.skip": "skipped the review",
    "review.undo": "took back what became of the review",
    "renewal.renewed": "recorded that it renewed",
    "renewal.churned": "recorded that it churned",
    "renewal.outlook": "said what to expect of the renewal",
    "renewal.signing": "recorded that the renewal is in signature",
    "renewal.later": "wants to be asked later whether it renewed",
    "account.ended": "said why it is archived",
    "account.back": "recorded that it is back",
    "success.reached": "recorded a milestone",
    "success.started": "began its onboarding",
    "success.intent": "recorded what it bought for",
    "success.delay": "said that a milestone comes later",
    "success.adopted": "recorded what it has adopted",
    "success.undo": "took back what was said of its life",
    "ebr.schedule": "scheduled the EBR",
    "ebr.call_off": "called off the EBR",
    "ebr.log": "logged an EBR",
    "ebr.cadence": "changed how often it has an EBR",
    "escalation.open": "escalated",
    "escalation.update": "updated the escalation",
    "escalation.close": "closed the escalation",
    "escalation.reopen": "opened the escalation again",
    "escalation.undo": "took back what was done to the escalation",
    "triage.open": "put it into triage",
    "triage.describe": "said of the triage",
    "triage.update": "updated the triage",
    "triage.will_churn": "expects it to churn",
    "triage.undo": "took back what was said of the triage",
    "plan.edit": "wrote the success plan",
    "plan.still_right": "said that the success plan is still right",
    "plan.objective": "wrote an objective",
    "plan.ctas": "put CTAs under an objective",
    "plan.submit": "submitted the success plan",
    "plan.qualify": "qualified the success plan",
    "plan.return": "returned the success plan",
    "plan.undo": "took back what was done to the success plan",
    "survey.answer": "recorded an answer",
    "survey.undo": "took back the answer",
    "call.log": "logged a call",
    "call.undo": "took back the call",
    "cta.open": "opened",
    "cta.close": "closed",
    "cta.reopen": "reopened",
    "cta.withdraw": "withdrew",
    "cta.assign": "reassigned",
    "cta.note": "noted on",
    "cta.snooze": "snoozed",
    "cta.due": "moved the due date of",
    "cta.edit": "changed",
    "cta.task": "worked on the tasks of",
    "cta.anchor": "moved the tasks of",
    "cta.correct": "corrected the closing of",
    "cta.learned": "said what was learned of",
}
_FIELDS = {
    "arr_cents": "ARR",
    "arr_before_cents": "ARR before",
    "expected_cents": "expected ARR",
    "outlook_line": "because",
    "original_licences": "licences at first",
    "purchase_intent": "use cases",
    "caused_by": "through",
    "sign_by": "by",
    "renewal_on": "renewal date",
    "csm_id": "CSM",
    "ae_id": "AE",
    "sa_id": "SA",
    "pse_id": "PSE",
    "channel_id": "channel",
    "customer_since": "customer since",
    "last_ebr_on": "last EBR",
    "ebr_cadence_months": "EBR cadence",
    "ebr_cadence_agreed_by": "agreed by",
    "crm_id": "CRM id",
    "crm_url": "CRM link",
    "notice_days": "days of notice",
    "auto_renews": "renews by itself",
    "health_on": "health's day",
    "held_on": "on",
    "next_renewal_on": "next renewal",
    "scheduled_at": "for",
    "months": "months out",
    "skip_reason": "because",
    "next_step": "next step",
}
# Told by the action itself, or a name for the machine only.
_SILENT = {
    "answer",
    "call",
    "checklist",
    "escalation",
    "planned",
    "triage",
    "triage_was",
    "triage_now",
    "triage_update",
    "plan",
    "objective",
    "qualification",
    "renewed",
    "lapsed",
    "update",
    "written_by",
    "written_at",
    "made",
    "ctas",
    "of",
    "original",
    "submitted_on",
    "qualified_on",
    "validated_on",
    "undone",
    "back",
    "agreed",
    "delay",
    "started_known_at",
    "archived_at",
    "name_key",
    "state",
    "health_on",
    "months",
    "renewal_known_at",
    "ebr_known_at",
}
_NAMED = {"held_on", "last_ebr_on", "shared_on", "answered_on", "adopted", "agreed_on"}
_PAST = {
    "health_on",
    "closed_on",
    "opened_on",
    "ended_on",
    "started_on",
    "submitted_on",
    "qualified_on",
    "validated_on",
    *LIVED,
}
_WORDS = ("note", "comment", "next_step", "skip_reason", "title", "line", "why")
"""What people said: never among the fields that are left out where there are many."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SHOWN = 4
_VALUE_LIMIT = 60
IN_FULL = 1000


def change_line(
    change: Change, account_id: int, today: date, zone_name: str, *, show_arr: bool, longest: int = _VALUE_LIMIT
) -> Mrkdwn:
    """`Mon 23 Nov · Ann set health: green (was yellow)`; a CTA's change names the CTA, and what was noted on it."""
    said = ACTIONS.get(change.action) or change.action.replace(".", " ").replace("_", " ")
    if change.subject != f"account:{account_id}":
        about = mrkdwn("{} {}", said, change.title or change.subject.replace(":", " "))
        if note := change.after.get("note"):
            about = mrkdwn("{}: {}", about, clip(str(note), longest))
    elif not change.before and change.action in ("account.import", "account.add"):
        about = mrkdwn("{} it", said.removesuffix(" the account"))
    else:
        about = mrkdwn("{}{}", said, _fields(change, today, zone_name, show_arr, longest))
    when = day_words(civil_day(change.at, zone_name), today)
    return mrkdwn("{} · {} {}", when, change.who, about)


def field_words(name: str) -> str:
    """A field's name as people say it: `renewal date`, `ARR`."""
    return _FIELDS.get(name, name.removesuffix("_on").replace("_", " "))


def _fields(change: Change, today: date, zone_name: str, show_arr: bool, longest: int) -> str:  # noqa: FBT001
    names = [
        n
        for n in change.after
        if n not in _SILENT and not _said_by_twin(n, change) and (show_arr or not n.endswith("_cents"))
    ]
    names.sort(key=lambda name: name not in _WORDS)
    shown = [_field(name, change, today, zone_name, longest) for name in names[:_SHOWN]]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f": {', '.join(shown)}{more}" if shown else ""


def _said_by_twin(name: str, change: Change) -> bool:
    """Whether it is the day of an instant that is among the fields too: said once."""
    return name.endswith("_on") and f"{name.removesuffix('_on')}_at" in change.after


def _field(name: str, change: Change, today: date, zone_name: str, longest: int) -> str:
    before, after = change.before, change.after
    label = field_words(name)
    if after.get(name) == []:
        return f"{label} nobody"
    if name.endswith("_id") and name not in ("crm_id", "channel_id"):
        return label  # a number would say nothing
    new = _value(name, after.get(name), today, zone_name, longest)
    if name == "churned_on" and str(after[name] or "") > latest_today(today).isoformat():
        label = "leaves"
    if name == "note" or (label == "on" and " " not in new):
        return new  # "yesterday", not "on yesterday"
    if before.get(name) is None:
        return f"{label} {new}"
    return f"{label} {new} (was {_value(name, before[name], today, zone_name, longest)})"


def _value(name: str, value: Any, today: date, zone_name: str, longest: int) -> str:
    if value is None:
        return "none"
    if name in _NAMED:
        return lived_day_words(date.fromisoformat(str(value)), today)
    if name in _PAST:
        return past_day_words(date.fromisoformat(str(value)), today)
    if name == "auto_renews":
        return "yes" if value else "no"
    if _DAY.fullmatch(str(value)):
        day = date.fromisoformat(str(value))
        has_left = name == "churned_on" and day <= latest_today(today)
        return past_day_words(day, today) if has_left else day_words(day, today)
    if name.endswith("_at"):
        return day_words(civil_day(instant(str(value)), zone_name), today)
    if name.endswith("_cents"):
        return f"{int(value) / 100:,.2f}".removesuffix(".00")
    text = ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value).replace("_", " ")
    return clip(text, longest)
