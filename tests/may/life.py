"""What can be asked about the areas of the customer's life, as asking.py writes it."""

from tests.may.asking import ALL, BUTTON, MAKER, MANAGERS, MAYA, PRIYA, TEAM, click, clicks, commands, does, form, said

ACCOUNT, PAGE = {"account": "{acme}"}, "all:0"
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

PLAY, ONE_PLAY = "{play}", {"play": "{play}", "version": "{play_version}"}
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

OF_LIFE = [
    *LIFE,
    *USAGE,
    *PLANS,
    *GROWTH,
    *SURVEYS,
    *SALES,
    *PLAYS,
    *REVIEWS,
]
