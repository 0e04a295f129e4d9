"""Seeded worlds in which counts go wrong: archived, churned, deferred, come back, withdrawn, several people, a manager.

They are written as rows, since what a world may hold is more than what one command leads to.
"""

import random
from datetime import UTC, date, datetime, timedelta

from storage.base.folding import name_key
from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_SUCCESS, NEW, WITHDRAWN

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)  # a Tuesday, noon or evening for everybody: the mornings are over
TODAY = NOW.date()
CSMS = ("maya", "tom", "lena")
MEMBERS = (*CSMS, "priya", "alex", "omar", "sofia")
USE_CASES = ("CI", "CD", "SCM")


def address(handle):
    return f"{handle}@example.com"


def settle(world):
    """Who is there: Priya leads Maya and Tom, Lena is on another team."""
    from handlers.door.people import keep

    world.book(
        "people",
        *(
            {"email": address(h), "role": "csm", "manager": address("priya"), "team": "East", "region": "EMEA"}
            for h in ("maya", "tom")
        ),
        {"email": address("lena"), "role": "csm", "manager": "", "team": "West", "region": "AMER"},
        {"email": address("priya"), "role": "manager", "manager": "", "team": "East", "region": "EMEA"},
    )
    for handle in MEMBERS:
        keep(world.bot.services, world.bot.services.slack.users_info(user=world.person_id(handle))["user"])
    return {
        handle: world.rows("SELECT id FROM people WHERE slack_id = ?", world.person_id(handle))[0]["id"]
        for handle in MEMBERS
    }


def fill(world, seed):
    """Write a world of this seed into the book."""
    ids = settle(world)
    with world.unit() as unit:
        write(unit, seed, ids, accounts=40, ctas=90)
    world.bot.machine.learn()
    return world


def write(unit, seed, ids, *, accounts, ctas):
    """The accounts and CTAs of a seed, for the people of these ids."""
    luck = random.Random(seed)
    found = [_account(unit, luck, ids, number) for number in range(accounts)]
    open_ones, written = set(), []
    for number in range(ctas):
        written.append(_cta(unit, luck, ids, luck.choice(found), number, open_ones, written))


def arrived(world):
    """Wait until the mornings of Maya and Priya are there."""
    world.as_("maya").expect_dm("things today", seconds=30)
    world.as_("priya").expect_dm(seconds=30)
    world.posted()
    world.after_acks()


def _days(luck, low, high):
    return TODAY + timedelta(days=luck.randint(low, high))


def _maybe(luck, share, value):
    return value if luck.random() < share else None


def _iso(day):
    return day.isoformat() if day else None


def _insert(unit, table, **values):
    marks = ", ".join("?" * len(values))
    sql = f"INSERT INTO {table}({', '.join(values)}) VALUES ({marks}) RETURNING id"
    values = [_iso(v) if isinstance(v, date) else v for v in values.values()]
    return unit.db.execute(sql, values).fetchone()[0]


def _account(unit, luck, ids, number):
    name = f"Customer {number:04}"
    known = dict.fromkeys(("known_at", "renewal_known_at", "ebr_known_at", "updated_at"), unit.at)
    csm = luck.choice((*CSMS, "maya", "maya", "priya", None))
    renewal = _maybe(luck, 0.8, _days(luck, -60, 300))
    gone = luck.random()
    account = _insert(
        unit,
        "accounts",
        name=name,
        name_key=name_key(name),
        crm_id=f"C{number}",
        currency="USD",
        renewal_on=renewal,
        csm_id=csm and ids[csm],
        ae_id=_maybe(luck, 0.4, ids[luck.choice(("alex", "sofia", "maya"))]),
        sa_id=_maybe(luck, 0.3, ids[luck.choice(("omar", "maya", "priya"))]),
        region=luck.choice(("EMEA", "AMER", None)),
        customer_since=_maybe(luck, 0.5, _days(luck, -900, -30)),
        # Some last EBRs are written down before they are held.
        last_ebr_on=_maybe(luck, 0.4, _days(luck, -800, 20)),
        archived_at=unit.at if gone < 0.12 else None,
        churned_on=_days(luck, -90, 0) if 0.12 <= gone < 0.2 else None,
        **known,
    )
    # Some reviews are of months that the policy names no more, or of a renewal date that was moved.
    for months in luck.sample((6, 5, 4, 3, 2, 1), luck.randint(0, 3)):
        state = luck.choice(("scheduled", "held", "skipped"))
        day = _days(luck, -40, 60) if state == "scheduled" else None
        if renewal:
            _insert(
                unit,
                "reviews",
                account_id=account,
                renewal_on=renewal if luck.random() < 0.8 else renewal - timedelta(days=365),
                offset_months=months,
                state=state,
                scheduled_on=day,
                scheduled_at=f"{day}T12:00:00.000000Z" if day else None,
                held_on=_days(luck, -40, 0) if state == "held" else None,
                updated_at=unit.at,
            )
    if luck.random() < 0.25:
        _insert(unit, "ebrs", account_id=account, state="held", held_on=_days(luck, -500, 0), updated_at=unit.at)
    if luck.random() < 0.2:
        day = _days(luck, -5, 90)
        _insert(
            unit,
            "ebrs",
            account_id=account,
            state="scheduled",
            scheduled_on=day,
            scheduled_at=f"{day}T12:00:00.000000Z",
            updated_at=unit.at,
        )
    return account


def _cta(unit, luck, ids, account, number, open_ones, written):
    motion, use_case = luck.choice(("expand", "enable")), luck.choice(USE_CASES)
    status = luck.choices((NEW, CLOSED_NO_SUCCESS, CLOSED_SUCCESS, WITHDRAWN), (5, 5, 2, 1))[0]
    if status == NEW and (account, use_case, motion) in open_ones:
        status = CLOSED_SUCCESS
    if status == NEW:
        open_ones.add((account, use_case, motion))
    owner = luck.choice((*CSMS, "maya", "maya", "priya", "alex", None))
    closed = status in (CLOSED_NO_SUCCESS, CLOSED_SUCCESS)
    no = status == CLOSED_NO_SUCCESS
    reported = luck.random() < 0.9
    opened = _days(luck, -200, -60)
    closed_on = max(opened, _days(luck, -70, 0)) if closed else None
    reason = luck.choice(("deferred", "deferred", "lack_of_budget", "lack_of_engagement")) if no else None
    return _insert(
        unit,
        "ctas",
        account_id=account,
        playbook=f"{motion.capitalize()}: {use_case}",
        use_case=use_case,
        motion=motion,
        reported=int(reported),
        owner_id=owner and ids[owner],
        status=status,
        opened_on=opened,
        due_on=_maybe(luck, 0.8, _days(luck, -20, 20)),
        closed_on=closed_on,
        closed_by=(closed and owner and luck.random() < 0.7 and ids[owner]) or None,
        reason=reason,
        revisit_on=_days(luck, -60, 120) if reason == "deferred" else None,
        snoozed_until=_days(luck, 1, 20) if status == NEW and luck.random() < 0.2 else None,
        # What came back after a no is linked to it, whatever it was at first.
        linked_to=luck.choice(written) if written and status != CLOSED_SUCCESS and luck.random() < 0.3 else None,
        touched_on=TODAY if luck.random() < 0.3 else _days(luck, -60, -1),
        known_at=unit.at,
    )
