"""All SQL of parrots."""

from datetime import date


def keep(unit, account_id, name, feed_on):
    """The account's parrot, and the day on which it is to be fed."""
    unit.db.execute(
        "INSERT INTO parrots VALUES (?1, ?2, ?3) ON CONFLICT(account_id) DO UPDATE SET name = ?2, feed_on = ?3",
        (account_id, name, feed_on.isoformat()),
    )
    unit.audit("parrot.keep", f"parrot:{account_id}", {}, {"name": name, "feed_on": feed_on.isoformat()})


def of_accounts(db, ids):
    """The days on which these accounts' parrots are to be fed, by account."""
    rows = db.execute(f"SELECT account_id, feed_on FROM parrots WHERE account_id IN ({','.join(map(str, ids))})")
    return {account_id: date.fromisoformat(day) for account_id, day in rows}


def of_account(db, account_id):
    """A parrot's name, and the day on which it is to be fed."""
    name, day = db.execute("SELECT name, feed_on FROM parrots WHERE account_id = ?", (account_id,)).fetchone()
    return name, date.fromisoformat(day)
