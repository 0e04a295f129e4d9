"""`bot.py demo`: the bot in a Slack workspace on one's own machine, with sample data and no account anywhere."""

from __future__ import annotations

import csv
import errno
import io
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from handlers.terminal import port_number
from storage.base.errors import UserError
from storage.base.moments import add_months
from storage.base.policy import Summary
from storage.call.settings import CallArea
from storage.escalation.settings import EscalationArea
from storage.growth.settings import GrowthArea
from storage.health.settings import HealthArea
from storage.onboarding.settings import Onboarding
from storage.plan.settings import PlanArea
from storage.review.settings import ReviewArea
from storage.sales.settings import SalesArea
from storage.survey.settings import SurveyArea
from storage.usage.settings import UsageArea

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from handlers.demo.book import Book
    from handlers.terminal import Terminal
    from storage.base.db import Store, Unit
    from storage.review.record import Found, Review

NAME = "demo"
PLACE = 5
HELP = "use the bot in a browser, with sample data, without Slack"
EXAMPLES = ("demo", "demo --port 8765", "demo --keep var/demo.db")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("--port", type=port_number, default=0, help="of the page; default: a free one")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep the demo's world in FILE and go on with it")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Run until Ctrl-C; never touches the database of `CTA_BOT_DB`."""
    assert terminal.demo is not None  # noqa: S101 - bot.py hands it in
    try:
        return terminal.demo(terminal, args.port, args.keep)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise UserError(f"Port {args.port} is taken.", "Give another one, or none for a free one.") from None


_SAMPLE_POLICY = {
    "summaries": (Summary(channel="#cs-team"),),
    "operations_channel": "#cs-operations",
    "timezone": "Europe/London",
    "calls": CallArea(enabled=True),
    "health": HealthArea(enabled=True),
    "escalations": EscalationArea(enabled=True),
    "onboarding": Onboarding(enabled=True),
    "review": ReviewArea(enabled=True),
    "plans": PlanArea(enabled=True),
    "usage": UsageArea(enabled=True),
    "growth": GrowthArea(enabled=True),
    "surveys": SurveyArea(enabled=True),
    "sales": SalesArea(enabled=True),
}
"""What the sample world has and an empty policy has not: channels to post in, and areas that are on."""


@dataclass(frozen=True)
class SampleWorld:
    """A database of its own, and a terminal whose settings point to the sandbox."""

    terminal: Terminal
    database: Path


@contextmanager
def load_sample_world(terminal: Terminal, sandbox: Any, book: Book, keep: Path | None) -> Iterator[SampleWorld]:
    """The sample book, imported by the bot's own import unless `keep` holds a world already."""
    with tempfile.TemporaryDirectory(prefix="cta-bot-demo-") as folder:
        database = keep or Path(folder) / "demo.db"
        settings = terminal.settings.model_copy(
            update={
                "slack_bot_token": SecretStr(sandbox.bot_token),
                "slack_app_token": SecretStr(sandbox.app_token),
                "slack_signing_secret": SecretStr(sandbox.signing_secret),
                "slack_api_url": sandbox.api_url,
                "cta_bot_db": database,
            }
        )
        policy = terminal.policy.model_copy(update=_SAMPLE_POLICY)
        world = replace(terminal, settings=settings, clock=sandbox.now, _policy=policy)
        if not database.exists():
            _import_book(world, book)
        yield SampleWorld(world, database)


def _import_book(terminal: Terminal, book: Book) -> None:
    from handlers.importing.actions import import_file

    store = terminal.store(create=True)
    told_apart = {crm_id for crm_id, *_ in _HEALTHS}
    for kind, rows in book.items():
        of_kind = [row | {"health": ""} if row.get("crm_id") in told_apart else row for row in rows]
        import_file(store, kind, _as_csv(of_kind), f"{kind}.csv", now=terminal.now())
    for one in _healths(terminal.now().date()):
        import_file(store, "accounts", _as_csv([one]), "healths.csv", now=terminal.now())
    _come_of_age(store, terminal.now())
    _live_a_little(store, terminal.now())
    _ask_a_little(store, terminal.now())
    for kind, of_kind in _figures(store, terminal.now().date()).items():
        import_file(store, kind, _as_csv(of_kind), f"{kind}.csv", now=terminal.now())
    _plan_a_little(store, terminal.now())
    _play_a_little(store, terminal.now())
    _review_by_half(store, terminal.now())
    store.close()


def _come_of_age(store: Store, now: datetime) -> None:
    """Customers of old went through their onboarding before the bot was here: the days of it were typed in."""
    from storage.account import store as accounts
    from storage.onboarding import store as onboarding

    today = now.date()
    with store.write(now - timedelta(days=30), source="terminal") as unit:
        for number, (one,) in enumerate(unit.db.execute("SELECT id FROM accounts ORDER BY id").fetchall()):
            account = accounts.get(unit.db, one)
            start = account.customer_since
            if start is None or (today - start).days <= _LONG_AGO:
                continue
            for milestone, days in (("engaged", 4 + number % 9), ("first_value", 19 + number % 14)):
                onboarding.reach(unit, account, milestone, start + timedelta(days=days))
            onboarding.reach(unit, account, "onboarded", start + timedelta(days=36 + number % 11))


def _ask_a_little(store: Store, now: datetime) -> None:
    """What the rounds of the last year brought: most answer, of these most are content."""
    from storage.account import store as accounts
    from storage.base import people
    from storage.base.business_days import business_days_of
    from storage.survey import store as surveys
    from storage.survey.record import CSAT, NPS, rounds

    policy, today = store.policy, now.date()
    area, business = policy.settings(SurveyArea), business_days_of(policy)
    for held in rounds(today - timedelta(days=365), today, area, business):
        where, values = surveys.invited(policy, held.first)
        query = f"SELECT id FROM accounts WHERE {where} ORDER BY id"
        for number, (one,) in enumerate(store.connection().execute(query, values).fetchall()):
            on = held.first + timedelta(days=2 + number * 5 % 19)
            if number % 3 == 1 or on > min(held.last, today):
                continue
            account = accounts.get(store.connection(), one)
            teller = people.get(store.connection(), account.csm_id) if account.csm_id else None
            score = (9, 10, 8, 9, 6, 10, 7)[(number + held.first.month) % 7]
            at = now - (today - on)
            with store.write(at, source="terminal", actor=teller) as unit:
                surveys.record(unit, account, NPS, score, on, contact="champion")
                surveys.record(unit, account, CSAT, max(score // 2, 1), on, contact="admin")


def _live_a_little(store: Store, now: datetime) -> None:
    """What files do not bring: what the red account is about, calls, and an escalation."""
    from storage.account import store as accounts
    from storage.base import people
    from storage.call import store as calls
    from storage.escalation import store as escalations
    from storage.triage import store as triages

    def account_id(unit: Unit, name: str) -> int:
        return accounts.named(unit.db, name)[0].id

    rows = store.connection().execute("SELECT id, csm_id, customer_since FROM accounts ORDER BY id").fetchall()
    for number, (one, csm_id, since) in enumerate(rows, 1):
        csm = people.get(store.connection(), csm_id) if csm_id else None
        with store.write(now, source="terminal", actor=csm) as unit:
            held_on = max(unit.today - timedelta(days=number * 7 % 38), date.fromisoformat(since))
            calls.log(unit, one, held_on, note="went through the roadmap", next_step="send the plan")
    with store.write(now - timedelta(days=3), source="terminal") as unit:
        red = triages.current(unit.db, account_id(unit, "Cedarline Foods"))
        if red:
            about = {"impact": "churn", "reason": "loss_of_budget"}
            triages.describe(unit, red.id, about | {"ends": "the budget is signed", "next_step": "meet the CFO"})
        escalations.open_(
            unit,
            account_id(unit, "Dunmore Bank"),
            "high",
            "a week without a failed build",
            reason="builds fail since the upgrade",
            next_step="support looks at the runners",
        )


def _figures(store: Store, today: date) -> dict[str, list[dict[str, str]]]:
    """A year of usage, and ARR at the ends of its months: most grow, some do not."""
    rows = store.connection().execute("SELECT name, arr_cents FROM accounts ORDER BY id").fetchall()
    ends = [add_months(today.replace(day=1), -back) - timedelta(days=1) for back in range(13)][::-1]
    found: dict[str, list[dict[str, str]]] = {"usage": [], "arr": []}
    for number, (name, cents) in enumerate(rows, 1):
        bought = 60 + number * 37 % 400
        for month, day in enumerate(ends):
            seats = bought + (month // 4) * (number % 4 - 1) * 10
            used = min(seats, seats * (20 + month * (number % 7 + 1)) // 100)
            found["usage"].append(
                {
                    "account": name,
                    "as_of": day.isoformat(),
                    "tier": ("premium", "ultimate")[number % 2],
                    "licences_bought": str(seats),
                    "licences_activated": str(used),
                    "billable_users": str(used),
                    "active_users": str(used * 8 // 10),
                    "users SCM": str(used * 7 // 10),
                    "users CI": str(used * (number % 5) // 10),
                    "ci_builds": str(used * number % 90 * 10),
                }
            )
            if cents:
                arr = cents * (100 - (12 - month) * (number % 4 - 1)) // 10_000
                found["arr"].append({"account": name, "as_of": day.isoformat(), "arr": str(arr)})
    return found


def _play_a_little(store: Store, now: datetime) -> None:
    """One play against the budget was kept, one runs, one is an idea."""
    from storage.base import people
    from storage.play import store as plays

    maker = people.by_email(store.connection(), _MANAGER)
    budget = {"reason": "lack_of_budget", "impact": 8, "confidence": 5, "ease": 7, "use_case": None}
    ideas = (
        ("They pay for a second tool that ours replaces", "Add up both invoices with their buyer"),
        ("Next year's budget is closed in October", "Ask for the day on which it is planned, and come before it"),
        ("They do not know what waiting costs", "Count the hours that a release takes today"),
    )
    with store.write(now - timedelta(days=40), source="terminal", actor=maker) as unit:
        made = [plays.add(unit, budget | {"hypothesis": why, "todo": what}) for why, what in ideas]
        plays.start(unit, made[1], unit.today, unit.today + timedelta(days=90))
        plays.end(unit, made[0], "kept", "four of five budgets were found so")


def _plan_a_little(store: Store, now: datetime) -> None:
    """One success plan is qualified, one waits for the manager, one is a draft."""
    from storage.account import store as accounts
    from storage.base import people
    from storage.plan import life, objectives
    from storage.plan.record import ROI

    goal = {"title": "Releases twice a week", "why": "their market moves", "criteria": "8 releases in a month"}
    manager = people.by_email(store.connection(), _MANAGER)
    for name, days in (("Acme", 20), ("Dunmore Bank", 1), ("Harbor Lines", 5)):
        with store.write(now - timedelta(days=days), source="terminal") as unit:
            account = accounts.named(unit.db, name)[0]
            said = {"strategy": "ship what customers ask for in days", "highlights": "the pilot team does"}
            life.save(unit, account, ROI, {**said, "state": "active", "shared_on": unit.today})
            objectives.add(unit, account, ROI, {**goal, "original": True, "due_on": unit.today + timedelta(days=120)})
            if name == "Harbor Lines":
                life.save(unit, account, ROI, {"state": "draft"})
            else:
                life.submit(unit, account)
        if name == "Acme":
            with store.write(now - timedelta(days=days - 1), source="terminal", actor=manager) as unit:
                life.qualify(unit, account)


def _review_by_half(store: Store, now: datetime) -> None:
    """The manager has begun this month's review: every other account is seen, and of one its CSM was asked."""
    from handlers.review.actions import ask
    from storage.base import people
    from storage.review import store as reviews

    manager = people.by_email(store.connection(), _MANAGER)
    if manager is None:
        return
    with store.write(now, source="terminal", actor=manager) as unit:
        review = reviews.of_team(unit.db, unit.policy, manager, unit.today)
        for section in review.sections:
            seen = [found.account.id for found in section.found[::2]]
            reviews.see(unit, manager.id, review.month, section.name, seen)
        asked = next((found for found in _left_of(review, "triage") if found.account.csm_id), None)
        if asked:
            ask(unit, manager, review.month, "triage", asked, "what do they need from us this month?")


def _left_of(review: Review, name: str) -> Sequence[Found]:
    """What of a section nobody has looked at."""
    section = review.section(name)
    return section.found[1::2] if section else ()


def _healths(today: date) -> Iterator[dict[str, str]]:
    """How healths were before the book says how they are."""
    for crm_id, name, days, health in _HEALTHS:
        day = (today - timedelta(days=days)).isoformat()
        yield {"name": name, "crm_id": crm_id, "health": health, "health_on": day}


_MANAGER = "priya@example.com"
_LONG_AGO = 120
"""So many days after its start an account is a customer of old."""
_HEALTHS = (
    ("CRM-1006", "Cedarline Foods", 150, "green"),
    ("CRM-1006", "Cedarline Foods", 70, "yellow"),
    ("CRM-1006", "Cedarline Foods", 9, "red"),
    ("CRM-1007", "Dunmore Bank", 100, "green"),
)
"""CRM id, account, days ago, and health."""


def _as_csv(rows: Sequence[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
