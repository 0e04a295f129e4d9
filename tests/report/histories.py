"""Random histories in a database, and the same history as the rows that `export` writes."""

import random
from datetime import date, timedelta

from storage.playbook.record import is_reported, motion_of, use_case_of

PLAYBOOKS = [
    *(f"{motion}: {use_case}" for motion in ("Expand", "Enable") for use_case in ("CI", "DevSecOps", "SCM", "Package")),
    "Expand: CI/CD",
    "OLD Expand: CI",
    "Expand: SCM (OLD)",
    "Expand: Gold tier",
    "Enable: GOLD support",
    "Expand: old school CI",
    "enable agile planning",
    "Expand then Enable: CD",
    "EXPAND: Ünïcode Zeug",
    "Quarterly check",
    "Workshop on Monitor",
]
CATEGORIES = [None, None, "Expansion Stage Adoption", "Enablement Stage Adoption", "Renewal"]
REASONS = ["not_a_priority", "deferred", "lack_of_budget", "product_gaps", "other"]
AT = "2025-01-01T00:00:00Z"
TEAMS = ["EMEA", "AMER", None]


def write_history(unit, rng, *, size=400, boundaries=(), today=date(2026, 11, 21)):
    """Fill the database; gives back (CTA rows, account rows) in the shape of an export, with people's teams."""
    db, policy = unit.db, unit.policy
    for number in range(1, 7):
        db.execute(
            "INSERT INTO people(id, email, name, team, updated_at) VALUES (?, ?, ?, ?, ?)",
            (number, f"csm{number}@example.com", f"CSM {number}", TEAMS[number % 3], AT),
        )
    accounts = [write_account(db, rng, number, today) for number in range(1, 25)]
    rows = []
    for number in range(1, size + 1):
        name, category = rng.choice(PLAYBOOKS), rng.choice(CATEGORIES)
        closed = rng.choice([*boundaries] * 8 + [today - timedelta(rng.randrange(500)) for _ in range(60)])
        opened = closed - timedelta(rng.choice([0, 1, rng.randrange(30), rng.randrange(300)]))
        status = rng.choice(["closed_success", "closed_no_success", "closed_success", "closed_no_success", "withdrawn"])
        if rng.random() < 0.15:
            # Reopened, and not closed again.
            status = "work_in_progress"
        rows.append(
            {
                "id": number,
                "account": rng.randrange(1, 25),
                "playbook": name,
                "category": category,
                "owner": rng.choice([None, *range(1, 7)]),
                "status": status,
                "reason": rng.choice(REASONS) if status == "closed_no_success" else None,
                "opened_on": opened.isoformat(),
                "closed_on": closed.isoformat() if status.startswith("closed") else None,
                "motion": motion_of(name, category or ""),
                "use_case": use_case_of(name, policy.use_cases),
                "reported": is_reported(name, category or ""),
            }
        )
    # One at a time: of several open ones of a kind only the first stays, the others never were.
    seen = set()
    for row in list(rows):
        kind = (row["account"], row["use_case"], row["motion"])
        if row["status"] == "work_in_progress" and row["motion"]:
            if kind in seen:
                rows.remove(row)
            seen.add(kind)
    for row in rows:
        write_cta(db, row)
    return [export_row(row) for row in rows], accounts


def write_account(db, rng, number, today):
    ebrs = [
        (today + timedelta(rng.choice([0, 1, -365, -366, -364, -rng.randrange(700)]))).isoformat()
        for _ in range(rng.randrange(3))
    ]
    archived, churned = rng.random() < 0.15, rng.random() < 0.15
    last = ebrs[0] if ebrs and rng.random() < 0.5 else None
    db.execute(
        "INSERT INTO accounts(id, name, name_key, currency, csm_id, last_ebr_on, archived_at, churned_on, known_at,"
        " renewal_known_at, ebr_known_at, updated_at) VALUES (?, ?, ?, 'USD', ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            f"A{number}",
            f"a{number}",
            rng.randrange(1, 7),
            last,
            AT if archived else None,
            "2026-01-01" if churned else None,
            AT,
            AT,
            AT,
            AT,
        ),
    )
    for held in ebrs[1:] if last else ebrs:
        db.execute(
            "INSERT INTO ebrs(account_id, state, held_on, updated_at) VALUES (?, 'held', ?, ?)", (number, held, AT)
        )
    return {"archived": "yes" if archived else "", "outcome": "churned" if churned else "", "ebrs": ebrs}


def write_cta(db, row):
    columns = (
        "id",
        "account_id",
        "playbook",
        "category",
        "use_case",
        "motion",
        "reported",
        "owner_id",
        "status",
        "reason",
        "opened_on",
        "closed_on",
        "known_at",
    )
    values = (
        row["id"],
        row["account"],
        row["playbook"],
        row["category"],
        row["use_case"],
        row["motion"],
        row["reported"],
        row["owner"],
        row["status"],
        row["reason"],
        row["opened_on"],
        row["closed_on"],
        AT,
    )
    db.execute(f"INSERT INTO ctas({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", values)


def export_row(row):
    exported = {key: "" if value is None else str(value) for key, value in row.items()}
    del exported["reported"]
    return exported


def quarter_boundaries(first, last):
    """Days on both sides of a quarter's ends, where counting goes wrong first."""
    return [first - timedelta(1), first, first + timedelta(1), last - timedelta(1), last, last + timedelta(1)]


def seeded(seed):
    return random.Random(seed)
