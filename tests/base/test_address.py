"""Where the database is, as it is written in the environment: nothing else is taken for a file, no password is shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.base.address import Server, address
from storage.base.errors import UserError
from storage.base.policy import Policy
from tests.conftest import ROOT

PASSWORDS = [
    "geheim",
    "geheim/x",
    "geheim#x",
    "geheim?x",
    "geheim@x",
    "geheim:x",
    "geheim[x",
    "[geheim]",
    "geheim%zz",
    "geheim x",
]


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_password_is_not_shown_whatever_signs_it_has(password):
    server = address(f"postgresql://bot:{password}@db.example.com:5432/cta")
    assert str(server) == "postgresql://bot@db.example.com:5432/cta"
    assert "geheim" not in repr(server)


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.postgres
def test_nor_is_it_where_the_driver_repeats_it(password):
    from storage.base.db import Store

    with pytest.raises(UserError) as refused:
        Store(address(f"postgresql://bot:{password}@127.0.0.1:1/cta"), policy=Policy())
    assert "geheim" not in str(refused.value)
    assert "postgresql://bot@127.0.0.1:1/cta" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "mysql://bot:geheim@db/cta",
        "postgressql://bot:geheim@db/cta",
        "postgresql+psycopg://bot:geheim@db/cta",
        "sqlite:///cta.db",
        "host=db password=geheim dbname=cta",
        "postgresql:/bot:geheim@db/cta",
    ],
)
def test_what_is_neither_a_file_nor_a_server_is_refused_and_not_repeated(text, tmp_path):
    with pytest.raises(UserError, match="postgresql://") as refused:
        address(text)
    assert "geheim" not in str(refused.value)
    environment = {**os.environ, "CTA_BOT_DB": text, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, ROOT / "bot.py", "migrate"], cwd=tmp_path, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "geheim" not in done.stdout + done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["cta-bot.db", "/var/lib/cta bot/cta.db", "C:/bots/cta.db", "host=3.db"])
def test_a_file_is_one_whatever_it_is_called(text):
    assert address(text) == Path(text)


@pytest.mark.parametrize("text", ["POSTGRES://bot@db/cta", " postgresql://bot@db/cta\n"])
def test_a_server_is_one_however_it_is_written(text):
    server = address(text)
    assert isinstance(server, Server)
    assert server.url in ("postgres://bot@db/cta", "postgresql://bot@db/cta")
