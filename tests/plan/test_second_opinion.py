"""Success plans over random histories in a database: what the exports say is judged anew each evening (oracle.py)."""

import random
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from handlers.importing.actions import import_file
from handlers.plan.figures import of_period
from storage.account import store as accounts
from storage.base import people
from storage.base.db import Store
from storage.base.errors import UserError
from storage.base.exports import records
from storage.base.policy import policy_from
from storage.plan import life, objectives, store
from tests import engines
from tests.plan import oracle

FIRST, DAYS = date(2026, 1, 6), 420
CSMS = ("ann@example.com", "bo@example.com", "cy@example.com")
NAMES = ("Acme", "Globex", "Hooli", "Initech")
POLICY = policy_from({"plans": {"enabled": True}, "fiscal_year_start_month": 2})


def book(folder):
    """Four accounts, three of them with an open CTA; one started lately."""
    kept = Store(folder / "bot.db", policy=POLICY)
    if not engines.is_postgres():
        kept.connection().execute("PRAGMA synchronous=OFF")
    now = datetime.combine(FIRST, time(8), UTC)
    since = ("2025-01-01", "2026-06-01", "", "2025-06-01")
    lines = ["name,csm,segment,customer_since"]
    lines += [f"{name},{csm},enterprise,{day}" for name, csm, day in zip(NAMES, (*CSMS, CSMS[0]), since, strict=True)]
    work = ["account,playbook,status,opened_on"]
    work += [f"{name},Enable: CI,New,2026-01-01" for name in NAMES[:3]]
    people_ = "email,role\n" + "".join(f"{email},csm\n" for email in CSMS)
    for kind, text in (("people", people_), ("accounts", "\n".join(lines)), ("ctas", "\n".join(work))):
        assert not import_file(kept, kind, text.encode(), f"{kind}.csv", now=now).rejected
    return kept


def do_something(kept, luck, name, now):
    """One thing that somebody does with a plan; what is refused is none."""
    db = kept.connection()
    account = accounts.named(db, name)[0]
    actor = people.by_email(db, luck.choice(CSMS))
    with kept.write(now, actor=actor, source="terminal") as unit:
        plan = store.of_account(unit.db, POLICY, account.id)
        one = life.now(unit, account)
        match luck.choices(range(8), weights=(1, 2, 1, 4, 1, 1, 3, 6))[0]:
            case 0:
                whole = {"state": "active", "strategy": "why", "highlights": "so far", "shared_on": unit.today}
                life.save(unit, account, "roi", whole)
            case 1:
                life.save(unit, account, "roi", {"shared_on": unit.today - timedelta(luck.randrange(150))})
            case 2 if luck.random() < 0.3:
                life.save(unit, account, "roi", {luck.choice(["strategy", "highlights"]): ""})
            case 3 if plan:
                life.still_right(unit, plan)
            case 4:
                said = {"title": "fast", "why": "it pays", "criteria": luck.choice(["8", "8", "8", ""])}
                objectives.add(unit, account, "roi", said)
            case 5 if one.open_objectives:
                ended = {"status": luck.choice(["achieved", "dropped"]), "came_of": "9"}
                objectives.edit(unit, one.open_objectives[0], ended)
            case 6:
                csm = people.by_email(unit.db, luck.choice(CSMS))
                accounts.edit(unit, account.id, {"csm_id": csm.id})
            case 7 if not one.qualified:
                whole = {"state": "active", "strategy": "why", "highlights": "so far", "shared_on": unit.today}
                life.save(unit, account, "roi", whole)
                if not one.open_objectives:
                    objectives.add(unit, account, "roi", {"title": "fast", "why": "it pays", "criteria": "8"})
                life.submit(unit, account)
                life.qualify(unit, account)


def exported(kept, day):
    """What the exports say on a day."""
    what = ("plans", "objectives", "ctas", "accounts")
    return {name: list(records(kept.connection(), name, POLICY, day)[1]) for name in what}


def shade_of(row, said, day):
    """The oracle's colour of a plan of the export."""
    goals = [goal for goal in said["objectives"] if goal["account"] == row["account"]]
    work = [cta for cta in said["ctas"] if cta["account"] == row["account"] and cta["status"] == "new"]
    plan = row | {"shared_on": row["shared_on"] and date.fromisoformat(row["shared_on"])}
    return oracle.colour(plan, goals, work, day)


def look(said, day, ended):
    """What the oracle sees of each qualified plan on a day; `ended` remembers what has lapsed, and stays so."""
    csm_of = {row["name"]: row["csm"] for row in said["accounts"]}
    for row in said["plans"]:
        key = (row["account"], row["qualified_on"])
        if not row["qualified_on"] or key in ended:
            continue
        updates = [(date.fromisoformat(one[:10]), one[11:]) for one in row["updates"].split("; ")]
        since = date.fromisoformat(row["csm_since"] or row["qualified_on"])
        seen = {"on": day, "colour": shade_of(row, said, day), "csm": csm_of[row["account"]], "csm_since": since}
        found = oracle.lapsed_on(
            date.fromisoformat(row["qualified_on"]), row["qualified_csm"], [seen | {"updates": updates}], 2
        )
        if found:
            ended[key] = found


def compare(said, day, ended):
    """The bot's colour, whether it is qualified, and since when it is not, against the oracle's; why it is not."""
    for row in said["plans"]:
        assert row["colour"] == shade_of(row, said, day), (day, row)
        expected = ended.get((row["account"], row["qualified_on"]))
        assert row["lapsed_on"] == (expected and expected.isoformat()), (day, row, expected)
        assert row["qualified"] is (row["qualified_on"] is not None and expected is None)
    return {row["lapse"] for row in said["plans"] if row["lapse"]}


def test_the_exports_are_judged_alike_each_evening(tmp_path):
    luck, ended, whys = random.Random(1), {}, set()
    kept = book(tmp_path)
    said = exported(kept, FIRST)
    for number in range(DAYS):
        day = FIRST + timedelta(number)
        look(said, day, ended)
        names = [name for name in NAMES if luck.random() < 0.02]
        if not names and number < DAYS - 1:
            continue
        with kept.write(datetime.combine(day, time(2), UTC), source="bot") as unit:
            life.settle_open(unit)
        for name in names:
            with suppress(UserError):  # what is refused is not done
                do_something(kept, luck, name, datetime.combine(day, time(12), UTC))
        said = exported(kept, day)
        look(said, day, ended)
        whys |= compare(said, day, ended)
    assert whys >= {"not_green", "other_csm", "no_update"}
    of_all = of_period(kept.connection(), POLICY, day, day, day)[0]
    qualified = {row["account"] for row in said["plans"] if row["qualified"]}
    begun = (day - timedelta(60)).isoformat()
    old = {row["name"] for row in said["accounts"] if row["customer_since"] and row["customer_since"] <= begun}
    assert (of_all.qualified, of_all.n) == (len(qualified), len(qualified | old))
    kept.close()
