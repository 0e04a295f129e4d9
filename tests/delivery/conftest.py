"""An office: the outbox of a real database, delivered to the strict sandbox at an instant that the test moves on."""

import csv
import io
from datetime import timedelta

import pytest
from slack_sdk import WebClient

from reminders.engine.planner import plan
from reminders.outbox.context import nothing
from reminders.outbox.delivery import deliver_once
from reminders.outbox.slack_client import SlackSender
from sandbox.testing import START
from storage.account import store as accounts
from storage.base import outbox, people, sending
from storage.base.db import Store
from storage.base.outbox_row import Draft
from storage.base.policy import policy_from
from storage.cta import life as cta_life
from storage.playbook import store as playbooks
from templates.blocks.render import Renderer
from templates.playbook.catalogue import CATALOGUE, load_catalogue
from tests import engines
from tests.delivery.hasty import Hasty

RENDERER = Renderer()


class Office:
    """Puts rows in, delivers them, and says what stands in Slack and in the outbox."""

    def __init__(self, sandbox, database, **policy):
        self.sandbox = sandbox
        self.database = database
        self.delivery = {"channel_seconds": 0, **policy.pop("delivery", {})}
        self.policy = policy_from({"operations_channel": "#cs-operations", "delivery": self.delivery, **policy})
        self.store = Store(engines.ready(database), policy=self.policy)
        self.points = nothing

    # -- doing ------------------------------------------------------------------------------

    @property
    def now(self):
        return self.sandbox.now()

    @property
    def db(self):
        return self.store.connection()

    def sender(self, timeout=30, url=None):
        """`timeout`: for a post; a shorter one is for a Slack that hangs."""
        client = WebClient(token=self.sandbox.bot_token, base_url=url or self.sandbox.api_url, timeout=30)
        return Hasty(client, timeout) if timeout < client.timeout else SlackSender(client)

    def later(self, **span):
        """Time passes."""
        self.sandbox.jump(self.now + timedelta(**span))

    def write(self):
        return self.store.write(self.now)

    def person(self, name):
        with self.write() as unit:
            return people.ensure_email(unit, f"{name}@example.com")

    def note(self, key, to="maya", **fields):
        """Put in a row that needs no facts: to a person by name, to a channel by id, or to operations."""
        person = None if to.startswith("C") or to == "operations" else self.person(to)
        destination = f"person:{person.id}" if person else to if to == "operations" else f"channel:{to}"
        fields = {"not_before": self.now, "payload": {"notice": "trouble", "words": key}, **fields}
        recipient = person.address if person else to
        draft = Draft(dedupe_key=key, kind="notice", destination=destination, recipient=recipient, **fields)
        with self.write() as unit:
            outbox.put(unit, draft)
        return key

    def book(self, kind, *rows):
        """Import rows (dicts by plain header)."""
        from handlers.importing.actions import import_file

        text = io.StringIO()
        writer = csv.DictWriter(text, fieldnames=list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
        import_file(self.store, kind, text.getvalue().encode(), f"{kind}.csv", now=self.now)

    def account(self, name="Acme", **fields):
        """An account as the import makes it, with its CSM by name."""
        people_named = {key: f"{fields.pop(key)}@example.com" for key in ("csm", "ae", "sa") if key in fields}
        self.book("accounts", {"name": name, **people_named, **fields})
        return accounts.named(self.db, name)[0]

    def open_cta(self, account, playbook="Expand: CI", **fields):
        catalogue, _ = load_catalogue(CATALOGUE, self.policy.use_cases)
        with self.write() as unit:
            playbooks.sync_catalogue(unit, catalogue)
            return cta_life.open_cta(unit, account=account, playbook=playbooks.named(unit.db, playbook), **fields)

    def plan(self):
        return plan(self.store, self.now, reached=self.points)

    def deliver(self, **sender):
        return deliver_once(self.store, self.sender(**sender), RENDERER, self.policy, self.now, points=self.points)

    def tick(self):
        self.plan()
        return self.deliver()

    # -- seeing -----------------------------------------------------------------------------

    def messages(self, channel=None):
        """What took effect in Slack, oldest first."""
        found = self.sandbox.log.entries("posted", source="chat.postMessage")
        return [entry for entry in found if channel in (None, entry["channel"], entry["channel_name"], entry["to"])]

    def posted(self, channel=None):
        """The keys of each message that stands in Slack."""
        return [entry["metadata"]["event_payload"]["keys"] for entry in self.messages(channel)]

    def told(self):
        """The lines of trouble that the operations channel was told, oldest first."""
        blocks = [block for entry in self.messages("cs-operations") for block in entry["blocks"]]
        return [block["text"]["text"] for block in blocks if block["type"] == "section"]

    def keys(self):
        """All keys that Slack ever got, sorted: a key that stands there twice was doubled."""
        return sorted(key for keys in self.posted() for key in keys)

    def row(self, key):
        return outbox.by_key(self.db, key)

    def state(self, key):
        return self.row(key).state

    def states(self):
        return {row.dedupe_key: row.state for row in outbox.listed(self.db)}

    def unknown(self):
        return [row for rows in sending.unknown(self.db, self.now + timedelta(days=1)).values() for row in rows]

    def asked(self, method):
        return self.sandbox.log.entries("asked", method=method)


@pytest.fixture
def office(sandbox, tmp_path):
    sandbox.reset()
    office = Office(sandbox, tmp_path / "office.db")
    assert office.now == START
    yield office
    office.store.close()


@pytest.fixture
def make_office(sandbox, tmp_path):
    """A function that opens the office with policy keys; the database is the same each time."""
    sandbox.reset()
    offices = []

    def make(**policy):
        offices.append(Office(sandbox, tmp_path / "office.db", **policy))
        return offices[-1]

    yield make
    for office in offices:
        office.store.close()
