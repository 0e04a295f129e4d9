"""A small book for tests of accounts, renewals and EBRs, and who is in it.

Maya is the CSM of Acme and Globex, Tom of Hooli; Priya manages both. Alex is AE and Omar SA of Acme, Sofía is AE of
Globex. Lena is on nobody's team, Gina is a guest. It is Monday
23 November 2026, 10:30 UTC: this morning's messages are out.
"""

from datetime import UTC, datetime

MAYA, TOM, PRIYA = "maya@example.com", "tom@example.com", "priya@example.com"
ALEX, OMAR, SOFIA = "alex@example.com", "omar@example.com", "sofia@example.com"
PEOPLE = [
    {"email": MAYA, "role": "csm", "manager": PRIYA, "team": "East"},
    {"email": TOM, "role": "csm", "manager": PRIYA, "team": "East"},
    {"email": PRIYA, "role": "manager", "manager": "", "team": ""},
]
ACCOUNTS = [
    {"name": "Acme", "crm_id": "A1", "segment": "enterprise", "arr": "240000", "renewal_date": "2027-04-30", "csm": MAYA,
     "ae": ALEX, "sa": OMAR, "customer_since": "2024-05-01", "last_ebr": "2026-06-04"},
    {"name": "Globex", "crm_id": "G1", "segment": "commercial", "arr": "99000", "renewal_date": "2027-02-28", "csm": MAYA,
     "ae": SOFIA, "sa": "", "customer_since": "", "last_ebr": "2025-12-30"},
    {"name": "Hooli", "crm_id": "H1", "segment": "strategic", "arr": "", "renewal_date": "2028-01-15", "csm": TOM,
     "ae": "", "sa": "", "customer_since": "", "last_ebr": ""},
]  # fmt: skip
MEMBERS = ("maya", "tom", "priya", "alex", "omar", "sofia", "lena")


def fill(world):
    """Load the book, and have the bot know everybody's Slack id."""
    from handlers.door.people import keep

    world.start_at(datetime(2026, 11, 23, 10, 30, tzinfo=UTC))
    assert not world.book("people", *PEOPLE).rejected
    assert not world.book("accounts", *ACCOUNTS).rejected
    for handle in MEMBERS:
        keep(world.bot.services, world.bot.services.slack.users_info(user=world.person_id(handle))["user"])
    services = world.bot.services
    with services.store.write(services.clock()) as unit:  # her week has tests of its own
        unit.db.execute(
            "INSERT INTO mutes SELECT id, 'manager_week', NULL, ? FROM people WHERE email = 'priya@example.com'"
            " ON CONFLICT DO NOTHING",
            (unit.at,),
        )
    return world


def at(month, day, hour=15, year=2026):
    """A moment of the small book's time."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def account(world, name="Acme"):
    from storage.account import store as accounts

    return accounts.named(world.db, name)[0]


def audit(world, name="Acme"):
    """What was done to an account, the oldest first, without its import."""
    rows = world.rows("SELECT action FROM audit WHERE subject = ? ORDER BY id", f"account:{account(world, name).id}")
    return [row["action"] for row in rows if row["action"] != "account.import"]


def notices(world, notice):
    """To whom a note went, or is to go."""
    rows = world.rows("SELECT recipient, payload FROM outbox WHERE kind = 'notice' ORDER BY recipient")
    return [row["recipient"] for row in rows if f'"notice":"{notice}"' in row["payload"]]


def told(world, *handles, words=""):
    """These people get a direct message that says these words."""
    return [world.as_(handle).expect_dm(words) for handle in handles]
