"""All that can be asked of the bot in Slack: by whom, whether it changes anything, and how that is taken back.

In texts, `{acme}` and the like stand for what conftest.py made. `TEAM` are the account team and managers, `OWNER` also
the owner of a CTA who is on no team, `MANAGERS` managers and admins, `PRIYA` and
`MAYA` her whose own it is, `MAKER` who made a play, and managers; `ALL` is for everybody, to look at something or
about oneself.
"""

from dataclasses import dataclass, replace
from typing import Any

TEAM, OWNER, MANAGERS, PRIYA, MAYA, ALL = "team", "owner", "managers", "priya", "maya", "all"
MAKER = "maker"
BUTTON = "[Undo] in the answer"


@dataclass(frozen=True)
class Row:
    """One thing that can be asked: `how` is command, click, form, pick (a typeahead) or shortcut."""

    who: str
    how: str
    name: str
    value: str = ""
    meta: Any = None
    fields: Any = None
    does: bool = False
    undo: Any = None
    on: str = "Acme"

    def __str__(self):
        return " ".join(str(part) for part in (self.how, self.name, self.value, self.meta) if part)


def said(who, text, **more):
    return Row(who, "command", text, **more)


def click(who, name, value="", **more):
    return Row(who, "click", name, value, **more)


def form(who, name, meta, fields=None, **more):
    return Row(who, "form", name, "", meta, fields or {}, **more)


def in_form(who, names, meta, value="", **more):
    """Clicks in a form."""
    return [Row(who, "click", name, value, meta, **more) for name in names.split()]


def clicks(who, names, value="", **more):
    return [click(who, name, value, **more) for name in names.split()]


def commands(who, command, *texts, **more):
    return [said(who, f"{command} {text}".strip(), **more) for text in texts]


def does(*rows, undo=None):
    """These change something; `undo` takes back what each of them did."""
    return [replace(row, does=True, undo=row.undo or undo) for row in rows]


ACCOUNT, PAGE = {"account": "{acme}"}, "all:0"
ACCOUNTS = [
    *does(
        said(TEAM, "/account health Acme yellow"),
        click(TEAM, "account.health", "{acme}:yellow"),
        form(TEAM, "account.health", ACCOUNT, {"health": "green"}),
        click(TEAM, "account.more", "health:{acme}:yellow"),
        undo=BUTTON,
    ),
    *does(
        form(TEAM, "account.archive", ACCOUNT, undo=click(TEAM, "account.unarchive", "{acme}")),
        said(TEAM, "/account note Acme a line"),
        form(TEAM, "account.note", ACCOUNT, {"note": "a line"}),
        form(TEAM, "account.edit", ACCOUNT, {"name": "Acme Works"}),
        click(TEAM, "account.undo", "{audit}", on="Globex"),
        said(TEAM, "/account undo Globex", on="Globex"),
        click(TEAM, "account.unarchive", "{gone}", on="Initech"),
        click(TEAM, "account.more", "unarchive:{gone}", on="Initech"),
        said(TEAM, "/account unarchive Initech", on="Initech"),
        said(ALL, "/account add Newco renewal 30 Apr 2028"),
        form(ALL, "account.add", {}, {"name": "Newco"}),
    ),
    *commands(TEAM, "/account", "edit Acme", "health Acme", "archive Acme", "note Acme"),
    *clicks(TEAM, "account.edit account.archive account.note account.health", "{acme}"),
    *(click(TEAM, "account.more", f"{verb}:{{acme}}") for verb in ("edit", "archive", "note")),
    *(click(ALL, "account.more", f"{verb}:{{acme}}") for verb in ("show", "brief", "history")),
    *clicks(ALL, "account.show account.brief account.history account.search", "{acme}"),
    *clicks(ALL, "account.history_back account.history_on", "{acme}:0"),
    *clicks(ALL, "account.list account.sort account.only account.page_back account.page_on", "all:all:0"),
    *clicks(ALL, "account.find account.add"),
    *commands(ALL, "/account", "Acme", "show Acme", "brief Acme", "history Acme", "list", "help", "add"),
    *commands(ALL, "/account success", "", "Acme"),
    Row(ALL, "pick", "account.search", "ac"),
]

CTA, CLOSED = {"cta": "{cta}"}, {"cta": "{closed}"}
CTA_MENU = ("tasks", "show", "history")
CTAS = [
    *does(
        *commands(
            OWNER, "/cta", "close {cta} success", "close {cta} no-success lack_of_budget", "close {hers} success"
        ),
        *clicks(OWNER, "cta.success", "{cta}"),
        *clicks(OWNER, "cta.no_success", "lack_of_budget:{cta}"),
        click(OWNER, "cta.more", "success:{cta}"),
        form(OWNER, "cta.close", CTA, {"cta.outcome": "no_success", "cta.reason": "not_relevant"}),
        form(OWNER, "cta.withdraw", CTA, {"why": "by mistake"}),
        undo=BUTTON,
    ),
    *does(
        *commands(OWNER, "/cta", "snooze {cta} until 3 Jan", undo=said(OWNER, "/cta snooze {cta} off")),
        form(OWNER, "cta.snooze", CTA, {"snoozed_until": "2027-01-03"}, undo=said(OWNER, "/cta snooze {cta} off")),
        said(OWNER, "/cta task {enable} done 1"),
        said(OWNER, "/cta task {cta} add Book the demo"),
        *in_form(OWNER, "cta.tick.0", {"cta": "{enable}"}, "1"),
        form(OWNER, "cta.task", CTA, {"title": "Demo"}),
        form(OWNER, "cta.task", {"cta": "{enable}", "task": 1}, {"title": "Demo", "state": "done"}),
        *commands(OWNER, "/cta", "reopen {closed}", "note {cta} a line", "due {cta} 18 Jan", "assign {cta} <@{tom}>"),
        click(OWNER, "cta.undo", "{closed}"),
        click(OWNER, "cta.undo", "{withdrawn}"),
        form(OWNER, "cta.note", CTA, {"note": "a line"}),
        form(OWNER, "cta.edit", CTA, {"owner": "{tom}", "due_on": "2027-01-18", "priority": "high"}),
        form(OWNER, "cta.correct", CLOSED, {"cta.outcome": "no_success", "cta.reason": "not_relevant"}),
        form(OWNER, "cta.learned", CLOSED, {"learned": "a line"}),
        # What is opened is of the account's team alone, whoever owned what it follows.
        said(TEAM, "/cta open Acme expand configure"),
        form(
            TEAM, "cta.open", {}, {"cta.account": "{acme}", "cta.motion": "expand", "cta.playbook": "Expand: Configure"}
        ),
        click(TEAM, "cta.enable", "{won}"),
        click(TEAM, "cta.open_again", "{deferred}"),
        click(TEAM, "cta.more", "again:{deferred}"),
    ),
    *commands(
        OWNER, "/cta", "withdraw {cta}", "snooze {cta}", "edit {cta}", "edit {closed}", "close {cta}", "note {cta}"
    ),
    *(click(OWNER, "cta.more", f"{verb}:{{cta}}") for verb in ("no_success", "note", "snooze", "edit", "withdraw")),
    click(OWNER, "cta.update", "note:{cta}"),
    click(OWNER, "cta.learned", "{closed}"),
    *in_form(OWNER, "cta.outcome cta.reason", CTA, "no_success"),
    *in_form(OWNER, "cta.task_pick", CTA, "1:{enable}"),
    *in_form(OWNER, "cta.task_add", CTA, "{cta}"),
    *(row for group in range(1, 8) for row in in_form(OWNER, f"cta.tick.{group}", CTA)),
    click(TEAM, "cta.new", "{acme}"),
    *in_form(ALL, "cta.account cta.motion cta.playbook", {}, ""),
    *clicks(ALL, "cta.tasks cta.show cta.history", "{cta}"),
    *(click(ALL, "cta.more", f"{verb}:{{cta}}") for verb in CTA_MENU),
    *clicks(ALL, "cta.history.newer cta.history.older", "{cta}|0"),
    click(ALL, "cta.list", "0|all"),
    *clicks(
        ALL, "cta.list.next cta.list.previous cta.list.all cta.list.everybody cta.list.mine cta.list.open", "0|all"
    ),
    *clicks(ALL, "cta.list.overdue cta.list.team cta.list.week cta.list.slow cta.list.deferred", "0|all"),
    *commands(ALL, "/cta", "", "list all", "show {cta}", "history {cta}", "task {cta}", "help", "<@{maya}>"),
    said(MANAGERS, "/cta admin"),
    *(Row(ALL, "pick", f"cta.{name}", "ac") for name in ("account", "gap", "vendor")),
    Row(ALL, "shortcut", "cta.open_shortcut"),
    Row(ALL, "shortcut", "cta.open_from_message", "Met their new CTO"),
]

STEP, SKIPPED = "{acme}:2027-04-30:5", "{globex}:2027-02-28:{skipped}"
ENDED = {"account": "{acme}:2027-04-30"}
RENEWALS = [
    *does(
        *commands(TEAM, "/renewals", "renewed Acme 30 Apr 2028", "churned Acme 20 Nov price"),
        click(TEAM, "renewal.by_itself", "{acme}:2027-04-30"),
        form(TEAM, "renewal.renewed", ENDED, {"next_renewal_on": "2028-04-30"}),
        form(TEAM, "renewal.churned", ENDED, {"churned_on": "2026-11-20", "reason": "price"}),
        said(TEAM, "/renewals skip Acme no need"),
        form(TEAM, "renewal.skip", {"review": STEP}, {"reason": "no need"}),
        form(TEAM, "renewal.held", {"review": STEP}, {"outlook": "churn", "next_step": "call them"}),
        undo=BUTTON,
    ),
    *does(
        *commands(TEAM, "/renewals", "schedule Acme 3 Dec 15:00", "ask Acme", "outlook Acme at risk"),
        *commands(TEAM, "/renewals", "signing Acme 18 May 2027 with legal"),
        said(TEAM, "/renewals undo Globex", on="Globex"),
        click(TEAM, "renewal.undo", SKIPPED, on="Globex"),
        *clicks(TEAM, "renewal.ask_team", STEP),
        click(TEAM, "renewal.more", f"ask:{STEP}"),
        said(TEAM, "/renewals later Vandelay", on="Vandelay"),
        click(TEAM, "renewal.later", "{vandelay}", on="Vandelay"),
        click(TEAM, "renewal.more", "later:{vandelay}", on="Vandelay"),
        click(TEAM, "renewal.ask_later", "{lapsed}", on="Umbrella"),
        click(TEAM, "renewal.more", "ask_later:{lapsed}", on="Umbrella"),
        form(TEAM, "renewal.pick_time", {"review": STEP}, {"scheduled_on": "2026-12-03", "scheduled_time": "10:00"}),
        form(TEAM, "renewal.outlook", {"review": "{acme}"}, {"outlook": "churn", "expected": "1"}),
        form(TEAM, "renewal.signing", ENDED, {"sign_by": "2027-05-18"}),
    ),
    *commands(TEAM, "/renewals", "schedule Acme", "held Acme", "skip Acme", "outlook Acme", "renewed Acme"),
    *commands(TEAM, "/renewals", "churned Acme", "signing Acme"),
    *clicks(TEAM, "renewal.pick_time renewal.held renewal.skip", STEP),
    *clicks(TEAM, "renewal.outlook renewal.renewed renewal.churned renewal.signing", "{acme}"),
    *(click(TEAM, "renewal.more", f"{verb}:{STEP}") for verb in ("pick_time", "held", "skip")),
    *(click(TEAM, "renewal.more", f"{verb}:{{acme}}") for verb in ("renewed", "churned", "signing")),
    *(click(ALL, "renewal.more", f"{verb}:{{acme}}") for verb in ("show", "brief")),
    *clicks(ALL, "renewal.show renewal.brief", "{acme}"),
    *clicks(ALL, "renewal.mine renewal.team renewal.all renewal.page_back renewal.page_on renewal.no_review", PAGE),
    *clicks(ALL, "renewal.sort renewal.only renewal.plan renewal.lapsed renewal.old renewal.signing_list", PAGE),
    *clicks(ALL, "renewal.lapsed_back renewal.lapsed_on", PAGE),
    *commands(ALL, "/renewals", "", "all", "<@{maya}>", "Acme", "account Acme", "lapsed", "help", "forecast"),
]

EBRS = [
    *does(
        *commands(TEAM, "/ebr", "log Acme 12 Nov", "cadence Acme 6"),
        click(TEAM, "ebr.held", "{acme}:2026-11-23"),
        click(TEAM, "ebr.more", "held:{acme}:2026-11-23"),
        form(TEAM, "ebr.log", ACCOUNT, {"held_on": "2026-11-12"}),
        form(TEAM, "ebr.cadence", ACCOUNT, {"months": "6"}),
        undo=BUTTON,
    ),
    *does(
        *commands(TEAM, "/ebr", "schedule Globex 3 Dec 15:00", on="Globex", undo=said(TEAM, "/ebr cancel Globex")),
        form(
            TEAM, "ebr.schedule", {"account": "{globex}"}, {"scheduled_on": "2026-12-03", "scheduled_time": "10:00"},
            on="Globex", undo=said(TEAM, "/ebr cancel Globex"),
        ),
        said(TEAM, "/ebr cancel Acme"),
        said(TEAM, "/ebr undo Hooli", on="Hooli"),
        click(TEAM, "ebr.call_off", "{acme}:2026-11-23"),
        click(TEAM, "ebr.more", "call_off:{acme}:2026-11-23"),
        *clicks(TEAM, "ebr.later", "{globex}", on="Globex"),
        click(TEAM, "ebr.more", "later:{globex}", on="Globex"),
    ),
    *commands(TEAM, "/ebr", "log Acme", "schedule Acme", "cadence Acme"),
    *clicks(TEAM, "ebr.pick_date ebr.log ebr.cadence ebr.fill_in", "{acme}"),
    *(click(TEAM, "ebr.more", f"{verb}:{{acme}}") for verb in ("pick_date", "log", "cadence", "fill_in")),
    *(click(ALL, "ebr.more", f"{verb}:{{acme}}") for verb in ("fill", "brief", "show", "show_account")),
    *clicks(ALL, "ebr.brief ebr.show ebr.show_account ebr.fill", "{acme}"),
    *clicks(ALL, "ebr.mine ebr.team ebr.all ebr.page_back ebr.page_on", PAGE),
    *clicks(ALL, "ebr.every ebr.overdue ebr.dateless ebr.unrecorded", PAGE),
    *clicks(ALL, "ebr.coverage ebr.coverage_mine ebr.coverage_team ebr.coverage_all", "all"),
    *commands(ALL, "/ebr", "", "all", "<@{maya}>", "Acme", "account Acme", "coverage", "help"),
]  # fmt: skip

PEOPLE = [
    *does(
        said(ALL, "/account away 15 Jan <@{sofia}>", undo=said(ALL, "/account back")),
        form(ALL, "people.away", {}, {"away_until": "2027-01-15", "backup": "{sofia}"}, undo=click(ALL, "people.back")),
        form(MANAGERS, "account.handover", {"giver": "{maya_id}"}, {"taker": "{tom}", "which": "all"}),
    ),
    *commands(ALL, "/account", "away", "back"),
    *clicks(ALL, "people.away people.back"),
    said(MANAGERS, "/account handover <@{maya}> <@{tom}> all"),
    click(MANAGERS, "account.handover_open", "{maya_id}"),
    Row(MANAGERS, "pick", "account.handover_accounts", "a", {"giver": "{maya_id}"}),
]

FILE = "accounts:F1:0"
IMPORTS = [
    *does(click(MANAGERS, "account.decide", "theirs:{conflict}")),
    *commands(MANAGERS, "/account", "conflicts", "import"),
    *clicks(MANAGERS, "account.conflicts account.conflicts_back account.conflicts_on", "0"),
    click(MANAGERS, "account.import_open"),
    *in_form(MANAGERS, "account.import_confirm", {}, FILE),
    *in_form(MANAGERS, "account.import_columns", {"order": FILE, "days": {}}),
    *in_form(MANAGERS, "account.import_days account.import_always", {"order": FILE, "days": {}}, "1:mdy"),
    form(MANAGERS, "account.import", {}, {"kind": "accounts"}),
    form(MANAGERS, "account.import_columns", {"order": FILE, "days": {}}, {"column_1": "csm"}),
]

MATTER = "{maya_id}:{matter}"
HOME = [
    *does(
        *in_form(ALL, "day.mute", {}, "ebr_nudge", undo=Row(ALL, "click", "day.unmute", "ebr_nudge", {})),
        *in_form(MANAGERS, "day.mute", {}, "renewal_review"),
        *in_form(MANAGERS, "home.nudge", {}, MATTER),
        form(MANAGERS, "home.reassign", {"matter": MATTER}, {"taker": "{tom}"}),
    ),
    *in_form(ALL, "day.unmute", {}, "ebr_nudge"),
    *in_form(MANAGERS, "day.unmute", {}, "renewal_review"),
    *clicks(MANAGERS, "home.reassign", MATTER),
    *in_form(MANAGERS, "home.csm_more", {}, f"reassign:{MATTER}"),
    *clicks(MANAGERS, "home.csm", "{maya_id}:0"),
    *in_form(MANAGERS, "home.csm_back home.csm_on", {}, "{maya_id}:0"),
    *clicks(ALL, "home.back home.on", "0"),
    *clicks(ALL, "home.week day.mine day.reminders"),
    *in_form(ALL, "day.back day.on", {}, "mine:0"),
    click(MAYA, "day.all", "{row}"),
]

WEEK = "what=closed&first=2026-11-16&last=2026-11-22"
LIST = {"list": WEEK}
REPORTS = [
    *clicks(ALL, "report.quarter report.quarter.last", "2026Q4"),
    *clicks(ALL, "report.ctas report.numbers report.row report.again report.changed report.stalled", WEEK),
    *clicks(ALL, "report.reasons report.renewals report.renewals.decided report.renewals.lapsed", "what=decided"),
    click(ALL, "report.ebrs", "what=no-ebr"),
    click(ALL, "report.catalogue", "enable"),
    *in_form(ALL, "report.page.before report.page.after report.csv", LIST, "0"),
    *in_form(ALL, "report.motion report.outcome", LIST, "all"),
    *in_form(ALL, "report.renewals.before report.renewals.after", {"list": "what=decided"}, "0"),
    *in_form(ALL, "report.ebrs.before report.ebrs.after", {"list": "what=no-ebr"}, "0"),
    *clicks(ALL, "report.forecast.mine report.forecast.team report.forecast.all", "all:2027Q2:0"),
    *clicks(ALL, "report.forecast.back report.forecast.on", "all:2027Q2:0"),
    *clicks(ALL, "report.forecast.before report.forecast.after", "all:2027Q2:0"),
    *commands(ALL, "/playbooks", "summary", "report 2026Q4", "reasons", "stalled", "deferred", "catalogue", "help"),
    said(ALL, "/playbooks onboarding 2026Q4"),
]

ONE, HELD = {"escalation": "{escalation}"}, {"held_on": "2026-11-12", "kind": "call", "note": "met their CTO"}
TRIAGE = {"triage": "{triage}"}
REACHED = {"milestone": "engaged", "on": "2026-11-20"}
DELAYED = {"milestone": "onboarded", "expected_on": "2027-01-09", "caused_by": "us", "reason": "capacity"}
LIFE = [
    *does(
        said(TEAM, "/success call Acme 12 Nov met their CTO"),
        form(TEAM, "call.log", ACCOUNT, HELD),
        form(TEAM, "escalation.open", ACCOUNT, {"severity": "low", "criteria": "it builds", "reason": "slow"}),
        form(
            TEAM, "escalation.open", {"account": "{globex}"}, {"severity": "low", "criteria": "it builds", "more": ["red"]},
            on="Globex",
        ),
        form(TEAM, "escalation.close", ONE, {"outcome": "positive", "met": ["met"], "health": "green"}),
        form(TEAM, "triage.edit", {"account": "{globex}"}, {"impact": "churn"}, on="Globex"),
        form(TEAM, "triage.edit", TRIAGE, {"impact": "churn"}),
        form(TEAM, "triage.update", TRIAGE, {"colour": "red", "progress": "talking", "next_step": "call them"}),
        form(TEAM, "triage.helped", {"triage": "{ended_triage}"}, {"helped": "a call"}, on="Globex"),
        said(MANAGERS, "/success will-churn Umbrella they merged"),
        form(MANAGERS, "triage.will_churn", {"triage": "{grave}"}, {"retrospective": "they merged"}),
        said(TEAM, "/success onboarding Acme start 3 Nov"),
        said(TEAM, "/success reached Acme engaged 20 Nov"),
        form(TEAM, "onboarding.reached", ACCOUNT, REACHED),
        said(TEAM, "/success intent Acme ci;scm licences 250"),
        form(TEAM, "onboarding.intent", ACCOUNT, {"use_cases": ["CI"], "licences": "250"}),
        said(TEAM, "/success delay Acme onboard until 9 Jan customer unresponsive"),
        form(TEAM, "onboarding.delay", ACCOUNT, DELAYED),
        click(TEAM, "health.more", "yellow:{acme}"),
        undo=BUTTON,
    ),
    *does(
        form(TEAM, "escalation.update", ONE, {"state": "monitoring", "severity": "high", "progress": "mended"}),
        click(TEAM, "escalation.reopen", "{ended_escalation}"),
        click(TEAM, "escalation.more", "reopen:{ended_escalation}"),
        click(TEAM, "onboarding.handover", "{acme}"),
        click(TEAM, "health.confirm", "all", on="Vandelay"),
    ),
    *commands(TEAM, "/success", "call Acme", "escalate Acme high it is down", "triage Acme", "update Acme"),
    *commands(TEAM, "/success", "reached Acme", "intent Acme", "delay Acme"),
    said(MANAGERS, "/success will-churn Acme"),
    *clicks(TEAM, "call.log escalation.open onboarding.intent", "{acme}"),
    *clicks(TEAM, "escalation.update escalation.close", "{escalation}"),
    *(click(TEAM, "escalation.more", f"{verb}:{{escalation}}") for verb in ("update", "close")),
    *clicks(TEAM, "triage.update triage.edit", "{triage}"),
    click(TEAM, "triage.helped", "{ended_triage}", on="Globex"),
    click(TEAM, "triage.needed", "{globex}", on="Globex"),
    *(click(TEAM, "triage.more", f"{verb}:{{triage}}") for verb in ("update", "edit")),
    click(MANAGERS, "triage.will_churn", "{triage}"),
    *clicks(TEAM, "onboarding.reached onboarding.delay", "{acme}:"),
    *(click(ALL, f"{noun}.{name}", PAGE) for noun in ("escalation", "triage", "health", "success")
      for name in ("mine", "team", "all", "page_back", "page_on")),
    click(ALL, "health.round", PAGE),
    *clicks(ALL, "onboarding.mine onboarding.team onboarding.all", "all"),
    click(ALL, "success.show", "{acme}"),
    click(ALL, "escalation.show", "{escalation}"),
    click(ALL, "escalation.more", "show:{escalation}"),
    *clicks(ALL, "triage.more health.more", "show:{acme}"),
    *commands(ALL, "/success", "", "all", "Acme", "show Acme", "help", "health", "escalations", "triage"),
    *commands(ALL, "/success", "onboarding", "onboarding Acme"),
]  # fmt: skip

USAGE = [
    *does(
        said(TEAM, "/success adopted Acme CI 12 Nov agreed with their CTO"),
        form(TEAM, "usage.adopted", ACCOUNT, {"use_case": "CI", "on": "2026-11-12", "agreed_with": "their CTO"}),
        undo=BUTTON,
    ),
    said(TEAM, "/success adopted Acme"),
    click(TEAM, "usage.adopted", "{acme}"),
    click(ALL, "usage.show", "{acme}"),
    said(ALL, "/success usage Acme"),
    said(ALL, "/playbooks adoption 2026Q4"),
]

PLANS = [
    *does(
        form(TEAM, "plan.edit", {"account": "{acme}", "kind": "internal"}, {"state": "draft", "strategy": "as one"}),
        form(TEAM, "plan.objective", ACCOUNT, {"title": "fast", "priority": "low", "status": "new"}),
        form(TEAM, "plan.objective", {"objective": "{goal}"}, {"title": "faster", "priority": "low", "status": "new"}),
        click(TEAM, "plan.still_right", "{plan}"),
        click(TEAM, "plan.more", "still_right:{plan}"),
        form(MANAGERS, "plan.qualify", ACCOUNT, {}),
        form(MANAGERS, "plan.return", ACCOUNT, {"line": "no number"}),
        said(MANAGERS, "/success return Acme no number"),
        said(TEAM, "/success submit Globex", on="Globex"),
        click(TEAM, "plan.submit", "{globex}", on="Globex"),
        click(TEAM, "plan.more", "submit:{globex}", on="Globex"),
        undo=BUTTON,
    ),
    said(TEAM, "/success objective Acme add fast"),
    *clicks(TEAM, "plan.edit plan.objective", "{acme}:roi"),
    click(TEAM, "plan.more", "edit:{acme}"),
    click(TEAM, "plan.objective_edit", "{goal}"),
    *clicks(MANAGERS, "plan.qualify plan.return", "{acme}"),
    *commands(MANAGERS, "/success", "qualify Acme", "return Acme"),
    *clicks(ALL, "plan.show plan.page_next plan.page_previous plan.file", "{acme}:roi:0"),
    *clicks(ALL, "plan.round plan.mine plan.team plan.all plan.page_back plan.page_on", PAGE),
    click(ALL, "plan.more", "show:{acme}"),
    *commands(ALL, "/success", "plan Acme", "plan Acme internal file", "plans"),
    said(ALL, "/playbooks plans 2026Q4"),
]

HEARD = {"kind": "nps", "score": "9", "on": "2026-11-12", "contact": "champion"}
SURVEYS = [
    *does(
        said(TEAM, "/success survey Acme nps 9 from champion saves us days"),
        form(TEAM, "survey.answer", ACCOUNT, HEARD),
        undo=BUTTON,
    ),
    said(TEAM, "/success survey Acme"),
    click(TEAM, "survey.answer", "{acme}"),
    *(click(ALL, f"survey.{name}", PAGE) for name in ("round", "mine", "team", "all", "page_back", "page_on")),
    said(ALL, "/success surveys"),
    said(ALL, "/playbooks surveys 2026Q4"),
]

GROWTH = [
    *does(
        *clicks(TEAM, "growth.duplicate growth.never growth.left", "{gone}", on="Initech"),
        form(TEAM, "growth.merged", {"account": "{gone}"}, {"account.search": "{globex}"}, on="Initech"),
        said(TEAM, "/account returned Stark 20 Nov", on="Stark", undo=BUTTON),
        form(
            TEAM,
            "growth.returned",
            {"account": "{stark}"},
            {"on": "2026-11-20", "arr": "5000"},
            on="Stark",
            undo=BUTTON,
        ),
    ),
    click(TEAM, "growth.merged", "{gone}", on="Initech"),
    click(TEAM, "growth.returned", "{stark}", on="Stark"),
    said(ALL, "/playbooks growth 2026Q4"),
]

DUO = {"pair": "{maya_id}:{alex_id}"}
SALES = [
    *does(
        *commands(TEAM, "/renewals", "discovery Acme", "strategy Acme"),
        *clicks(TEAM, "sales.discovery sales.strategy", "{acme}"),
        click(TEAM, "sales.package", "{globex}", on="Globex"),
        said(TEAM, "/renewals package Globex", on="Globex"),
        undo=BUTTON,
    ),
    *does(
        said(TEAM, "/success meeting <@{maya}> <@{alex}> 3 Dec 15:00"),
        form(TEAM, "sales.meeting_time", DUO, {"scheduled_on": "2026-12-03", "scheduled_time": "10:00"}),
        form(TEAM, "sales.meeting_held", DUO, {"held_on": "2026-11-20", "next_steps": "call them"}),
        undo=BUTTON,
    ),
    *does(click(TEAM, "sales.undo", "{checklist}"), click(TEAM, "sales.meeting_undo", "{meeting}")),
    *does(
        said(ALL, "/success reminders daily", undo=said(ALL, "/success reminders off daily")),
        click(ALL, "sales.reminders_weekly", "weekly", undo=click(ALL, "sales.reminders_weekly", "weekly:off")),
        click(ALL, "sales.reminders_daily", "daily", undo=click(ALL, "sales.reminders_daily", "daily:off")),
    ),
    click(MAYA, "sales.done", "{routine}"),
    said(ALL, "/success reminders"),
    said(TEAM, "/success meeting <@{maya}> <@{alex}> held"),
    *clicks(TEAM, "sales.meeting_time sales.meeting_held", DUO["pair"]),
    click(ALL, "sales.meeting", DUO["pair"]),
    *(click(ALL, f"sales.meetings_{name}", PAGE) for name in ("mine", "team", "all", "back", "on")),
    *commands(ALL, "/success", "meeting", "meeting all", "meeting <@{maya}> <@{alex}>"),
]

PLAY, ONE_PLAY = "{play}", {"play": "{play}"}
NEW_PLAY = {"reason": "lack_of_budget", "use_case": "CI", "hypothesis": "they pay twice", "todo": "show the saving",
            "impact": "8", "confidence": "5", "ease": "7"}  # fmt: skip
PLAYS = [
    *does(
        form(ALL, "play.edit", {}, NEW_PLAY),
        form(MAKER, "play.edit", ONE_PLAY, NEW_PLAY | {"ease": "9"}),
        form(MAKER, "play.start", ONE_PLAY, {"starts_on": "2026-12-01", "ends_on": "2027-01-31"}),
        form(MAKER, "play.end", ONE_PLAY, {"state": "kept", "line": "3 of 4 said yes"}),
        form(MAKER, "play.result", ONE_PLAY, {"result": "two won"}),
        undo=BUTTON,
    ),
    *does(click(MAKER, "play.undo", "{done_to_play}")),
    *clicks(MAKER, "play.start play.keep play.drop play.result play.edit", PLAY),
    *(click(MAKER, "play.more", f"{verb}:{PLAY}") for verb in ("start", "keep", "drop", "result", "edit")),
    *commands(MAKER, "/playbooks play {play}", "start", "keep", "drop", "result", "edit"),
    click(ALL, "play.add", "lack_of_budget"),
    click(ALL, "play.show", PLAY),
    click(ALL, "play.more", f"show:{PLAY}"),
    *clicks(ALL, "play.page_back play.page_on play.which", "all:0"),
    *commands(ALL, "/playbooks", "plays", "play", "play {play}", "play add lack_of_budget 8 5 7"),
]

AT = {"where": "triage:0:{vandelay}"}
REVIEWS = [
    *does(
        click(
            PRIYA,
            "review.seen",
            "triage:0:{vandelay}",
            undo=click(PRIYA, "review.take_back", "triage:0:{vandelay}"),
        ),
        form(PRIYA, "review.ask", AT, {"note": "how is it?"}),
        form(PRIYA, "review.note", AT, {"note": "a line"}),
        click(PRIYA, "review.rest_seen", "triage:0"),
        click(PRIYA, "review.take_back", "triage:0:{umbrella}"),
        click(PRIYA, "review.rest_back", "renewals:0:{rest}"),
        form(TEAM, "review.answer", {"mark": "{question}"}, {"answer": "well"}),
    ),
    *clicks(MANAGERS, "review.ask review.note", "triage:0:{vandelay}"),
    *clicks(MANAGERS, "review.section review.section_on review.section_back", "triage:0"),
    *clicks(MANAGERS, "review.open review.sections"),
    said(MANAGERS, "/success review <@{maya}>"),
    click(TEAM, "review.answer", "{question}"),
    click(ALL, "review.account", "{acme}"),
]

ROWS = [
    *ACCOUNTS,
    *CTAS,
    *RENEWALS,
    *EBRS,
    *PEOPLE,
    *IMPORTS,
    *HOME,
    *REPORTS,
    *LIFE,
    *USAGE,
    *PLANS,
    *GROWTH,
    *SURVEYS,
    *SALES,
    *PLAYS,
    *REVIEWS,
]
