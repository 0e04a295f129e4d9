"""A desk with sources: files, an HTTPS server of its own, and a clock that stands."""

import http.server
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import trustme

from handlers.source.actions import Pulls, pull
from handlers.source.writing import Writes
from reminders.outbox.context import nothing
from storage import importing as imports
from storage.account import store as accounts
from storage.source import store as sources
from storage.source import writes
from tests.importing.conftest import desk  # noqa: F401 - a fixture
from tests.source import test_salesforce
from tests.source.test_hubspot import theirs as companies  # noqa: F401 - a fixture
from tests.source.test_salesforce import theirs as records  # noqa: F401 - a fixture


class Book:
    """The desk, with one source `crm` of accounts from crm.csv and what pulls from it."""

    def __init__(self, made):
        self.desk = made
        self.secrets = {}
        self.halted = False
        self.points = nothing
        self.set()

    def __getattr__(self, name):
        return getattr(self.desk, name)

    def set(self, now=None, sources=None, **keys):
        rule = {"name": "crm", "kind": "file", "what": "accounts", "path": str(self.desk.folder / "crm.csv")}
        self.desk.policy(sources=sources if sources is not None else [rule | keys], operations_channel="#ops")
        self.desk.terminal.secret = lambda name: self.secrets.get(name, "")

    def crm(self, *rows, header="name,crm_id,arr,csm"):
        return self.desk.file("\n".join((header, *rows)) + "\n", "crm.csv")

    def pull(self, again=False, name=None, **options):
        rules = self.desk.terminal.policy.sources
        rule = next(rule for rule in rules if name in (None, rule.name))
        return pull(
            self.desk.store,
            rule,
            now=self.desk.now,
            secret=self.desk.terminal.secret,
            again=again,
            points=self.points,
            **options,
        )

    def counts(self, **options):
        outcome = self.pull(**options).outcome
        return {name: count for name, count in outcome.counts.items() if count} if outcome else None

    def pulls(self):
        return Pulls(
            self.desk.store, lambda: self.desk.now, self.desk.terminal.secret, lambda: self.halted, points=self.points
        )

    def look(self):
        """What the bot does each minute, to its end."""
        made = self.pulls()
        made.look()
        if made._thread:
            made._thread.join(30)
            assert not made.is_busy

    def state(self):
        return sources.states(self.desk.db, self.desk.terminal.policy, self.desk.now)[0][1]

    def told(self):
        rows = self.desk.db.execute("SELECT why FROM outbox WHERE destination = 'operations' ORDER BY id")
        return [row[0] for row in rows]

    def names(self, where="archived_at IS NULL"):
        return [row[0] for row in self.desk.db.execute(f"SELECT name FROM accounts WHERE {where} ORDER BY name")]


@pytest.fixture
def filled(desk):  # noqa: F811 - the fixture
    return Book(desk)


class Site:
    """An HTTPS server on this machine: what each path answers, and what it was asked."""

    def __init__(self, folder):
        self.answers = {}
        self.scripts = {}
        self.to_the_end = 0
        self.asked = []
        authority = trustme.CA()
        self.trusted = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self.trusted))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1", "files.example.com").configure_cert(context)
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append((urlsplit(self.path).path, dict(self.headers.items())))
                self.close_connection = True
                if script := site.scripts.get(urlsplit(self.path).path):
                    script(self.wfile)
                    return
                status, headers, body = site.answers.get(urlsplit(self.path).path, (404, {}, b""))
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.url = f"https://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def says(self, path, body=b"", status=200, **headers):
        body = body.encode() if isinstance(body, str) else body
        self.answers[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)

    def plays(self, path, *parts, drips=b"", times=40):
        """Bytes as they are, then some a few times a second."""

        def script(wire):
            for part in parts:
                wire.write(part)
            for _ in range(times if drips else 0):
                wire.write(drips)
                wire.flush()
                time.sleep(0.1)
            self.to_the_end += 1

        self.scripts[path] = script

    def stop(self):
        self.server.shutdown()
        self.thread.join(5)
        self.server.server_close()


@contextmanager
def serving(folder):
    site = Site(folder)
    try:
        yield site
    finally:
        site.stop()


@pytest.fixture
def site(tmp_path, monkeypatch):
    with serving(tmp_path) as made:
        monkeypatch.setenv("SSL_CERT_FILE", str(made.trusted))
        yield made


WRITE = {"health": "Health__c", "outlook": "Outlook__c", "next_step": "Next_Step__c", "last_ebr": "Last_EBR__c",
         "next_ebr": "Next_EBR__c", "last_call": "Last_Call__c", "renewal_outcome": "Renewal_Outcome__c"}  # fmt: skip


SOQL = "SELECT Id, Name, AnnualRevenue, Owner.Email, Health__c FROM Account WHERE Type = 'Customer'"


class Back:
    """A book that came from Salesforce, and what of it goes back; account 2 is the one that is changed."""

    def __init__(self, filled, theirs):
        self.book, self.theirs = filled, theirs
        theirs.fields |= set(WRITE.values())
        for record in theirs.records.values():
            record.update(dict.fromkeys(WRITE.values()))
        filled.query.write_text(SOQL)
        self.points = lambda _name: None
        self.set()
        filled.counts()
        self.work()
        self.pick(2)

    def pick(self, number):
        """The account that is meant from now on."""
        self.key = f"001{number:015d}"
        (self.id,) = self.book.db.execute("SELECT id FROM accounts WHERE crm_id = ?", (self.key,)).fetchone()

    def set(self, write=WRITE, **keys):
        mapping = test_salesforce.MAPPING | {"health": "Health__c"}
        test_salesforce.set_source(self.book, mapping=mapping, write=write, **keys)

    def work(self):
        Writes(
            self.book.store, lambda: self.book.desk.now, self.book.terminal.secret, lambda: False, points=self.points
        ).work()

    def edit(self, **fields):
        with self.book.unit() as unit:
            accounts.edit(unit, self.id, fields)

    def there(self, *names):
        return [self.theirs.records[self.key][WRITE[name]] for name in names]

    def change(self, **values):
        self.theirs.clock += timedelta(seconds=1)
        at = self.theirs.clock.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        self.theirs.records[self.key].update(values, SystemModstamp=at, LastModifiedDate=at)

    def here(self):
        return accounts.get(self.book.db, self.id)

    def states(self):
        return [(row.field, row.state) for row in reversed(writes.listed(self.book.db))]

    def later(self, **span):
        self.book.desk.now += timedelta(**span)

    def conflicts(self):
        return imports.list_conflicts(self.book.db, self.book.store.policy)

    def decide(self, decision):
        with self.book.unit() as unit:
            imports.decide(unit, self.conflicts()[0].id, decision)


@pytest.fixture
def back(filled, records):  # noqa: F811 - the fixture
    return Back(filled, records)
