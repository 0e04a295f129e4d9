"""A small book on a real file, for tests of storage and of what is rendered from it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from storage.account import store as accounts
from storage.base import people
from storage.base.db import Store
from storage.base.folding import name_key
from storage.base.policy import Policy
from storage.cta import life as cta_life
from storage.cta import lists as cta_lists
from storage.cta.closing_checks import Closing
from storage.playbook import store as playbooks
from templates.playbook.catalogue import CATALOGUE, load_catalogue
from tests import engines

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
TODAY = NOW.date()


@dataclass
class Book:
    """A store with Acme (in a channel) and Globex, their CSM ann, the AE alex, and bob of nobody's team."""

    store: Store
    now: datetime = NOW

    def unit(self, actor="ann", source="command", key=None, now=None):
        return self.store.write(now or self.now, actor=self.person(actor), source=source, key=key)

    @property
    def db(self):
        return self.store.connection()

    def person(self, name):
        return people.by_email(self.db, f"{name}@example.com")

    def account(self, name="Acme"):
        return accounts.named(self.db, name)[0]

    def playbook(self, name="Expand: CI"):
        return playbooks.named(self.db, name)

    def audit(self, cta_id):
        rows = self.db.execute("SELECT action FROM audit WHERE subject = ? ORDER BY id", (f"cta:{cta_id}",))
        return [row[0] for row in rows]

    def cards(self, cta_id):
        rows = self.db.execute(
            "SELECT dedupe_key, op, state FROM outbox WHERE kind = 'card' AND cta_id = ? ORDER BY id", (cta_id,)
        )
        return [tuple(row) for row in rows]

    def sent(self):
        self.db.execute("UPDATE outbox SET state = 'sent', slack_ts = '1.1', conversation = recipient")


def insert_account(unit, name, csm=None, ae=None, channel=None):
    return unit.db.execute(
        "INSERT INTO accounts(name, name_key, currency, arr_cents, renewal_on, csm_id, ae_id, channel_id, known_at,"
        " renewal_known_at, ebr_known_at, updated_at) VALUES (?, ?, 'USD', 24000000, '2027-04-30', ?, ?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        (name, name_key(name), csm, ae, channel, unit.at, unit.at, unit.at, unit.at),
    ).fetchone()[0]


@pytest.fixture
def stored(tmp_path):
    store = Store(engines.ready(tmp_path / "bot.db"), policy=Policy())
    with store.write(NOW) as unit:
        playbooks.sync_catalogue(unit, load_catalogue(CATALOGUE, Policy().use_cases)[0])
        ann, alex, _bob = (people.ensure_email(unit, f"{name}@example.com") for name in ("ann", "alex", "bob"))
        insert_account(unit, "Acme", ann.id, alex.id, "C0ACME")
        insert_account(unit, "Globex", ann.id)
    yield Book(store)
    store.close()


MAYA, TOM, ALEX = "maya@example.com", "tom@example.com", "alex@example.com"


def a_book(world):
    """Acme in #acme and Initech in none are maya's; Globex is tom's, in a channel shared with Globex."""
    base = {"segment": "enterprise", "arr": "240000", "renewal_date": "2027-10-31", "ae": ALEX}
    world.book(
        "accounts",
        {**base, "name": "Acme", "crm_id": "001ACME", "csm": MAYA, "channel": "C0000ACME"},
        {**base, "name": "Acme Labs", "crm_id": "001LABS", "csm": MAYA, "channel": ""},
        {**base, "name": "Initech", "crm_id": "001INIT", "csm": MAYA, "channel": "", "ae": ""},
        {**base, "name": "Globex", "crm_id": "001GLOB", "csm": TOM, "channel": "C00GLOBEX"},
    )
    return world


@pytest.fixture
def acme(slack, make_world):
    """The running bot with a small book, on a Monday afternoon: the morning's messages are over."""
    slack.start_at(NOW.replace(hour=15))
    return a_book(make_world())


def open_one(stored, name="Expand: CI", account="Acme", actor="ann", **fields):
    with stored.unit(actor) as unit:
        return cta_life.open_cta(unit, account=stored.account(account), playbook=stored.playbook(name), **fields)


def close_one(stored, cta, outcome="no_success", actor="ann", **fields):
    fields = {"reason": "lack_of_budget", **fields} if outcome == "no_success" else fields
    with stored.unit(actor) as unit:
        return cta_life.close(unit, cta, Closing(outcome, **fields))


def list_all(stored, **which):
    listed, total = cta_lists.page(
        stored.db, stored.store.policy, stored.person("ann"), cta_lists.Which(**which), TODAY, limit=10
    )
    assert total == len(listed)
    return [(row.account_name, row.cta.title, row.open_tasks, row.next_task) for row in listed]
