"""All that can be asked of the bot in Slack, as asking.py writes it; the areas of the customer's life stand in life.py."""

from tests.may.asking import (
    ALL,
    BUTTON,
    MANAGERS,
    MAYA,
    OWNER,
    TEAM,
    Row,
    click,
    clicks,
    commands,
    does,
    form,
    in_form,
    said,
)
from tests.may.life import ACCOUNT, OF_LIFE, PAGE

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
    *commands(ALL, "/ebr", "", "all", "<@{maya}>", "Acme", "account Acme", "brief Acme", "coverage", "help"),
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

ROWS = [
    *ACCOUNTS,
    *CTAS,
    *RENEWALS,
    *EBRS,
    *PEOPLE,
    *IMPORTS,
    *HOME,
    *REPORTS,
    *OF_LIFE,
]
