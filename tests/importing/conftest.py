"""A desk with a database, a policy and a clock that stands: files are put on it and imported as from the terminal."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.importing.actions import import_file
from handlers.terminal import Terminal, commands
from handlers.terminal.settings import Settings
from storage.base.errors import UserError
from storage.base.ground import ground_of
from storage.base.policy import policy_from
from tests import engines

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


class Desk:
    def __init__(self, folder: Path, capsys) -> None:
        self.folder = folder
        self.capsys = capsys
        self.now = NOW
        self.terminal = Terminal(
            settings=Settings(_env_file=None, cta_bot_db=folder / "bot.db"),
            clock=lambda: self.now,
            _policy=policy_from({}),
        )
        self._store = None

    def policy(self, **keys):
        self.terminal._policy = policy_from(keys)
        if self._store:
            self._store.policy = self.terminal._policy

    @property
    def store(self):
        if self._store is None:
            engines.ready(self.folder / "bot.db")
            self._store = self.terminal.store(create=True)
        return self._store

    @property
    def db(self):
        return self.store.connection()

    def file(self, content, name="file.csv"):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def take(self, kind, content, **options):
        """Import text or bytes; the outcome."""
        data = content if isinstance(content, bytes) else content.encode()
        return import_file(self.store, kind, data, f"{kind}.csv", now=self.now, **options)

    def run(self, command, *argv):
        """Run a terminal command; exit status, stdout, stderr."""
        module = commands()[command]
        parser = argparse.ArgumentParser()
        module.configure(parser)
        self.capsys.readouterr()
        if command == "import" and any(Path(str(a)).is_file() for a in argv):
            engines.ready(self.folder / "bot.db")
        try:
            status = module.run(parser.parse_args([str(a) for a in argv]), self.terminal)
        except UserError as error:
            sys.stderr.write(f"{error}\n")
            status = 2
        said = self.capsys.readouterr()
        return status, said.out, said.err

    def export(self, what):
        """The records of an export."""
        status, out, _ = self.run("export", what, "--format", "json")
        assert status == 0
        return json.loads(out)

    def row(self, sql, *parameters):
        found = self.db.execute(sql, parameters).fetchone()
        return dict(found) if found else None

    def unit(self, actor=None, source="command"):
        return self.store.write(self.now, actor=actor, source=source)

    def dump(self):
        """All that is stored, to see that nothing changed."""
        ground = ground_of(self.store)
        with self.store.read() as db:
            return {table.name: list(ground.rows(db, table)) for table in ground.tables(db)}


@pytest.fixture
def desk(tmp_path, capsys):
    made = Desk(tmp_path, capsys)
    yield made
    if made._store:
        made._store.close()
