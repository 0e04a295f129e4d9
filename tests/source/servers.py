"""A PostgreSQL of the test's own, from the machine's binaries, run by somebody who is not root."""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest


def binaries():
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if not folders:
        pytest.skip("no PostgreSQL server is installed here")
    return folders[0]


def as_somebody(*command):
    """The command, as a user that PostgreSQL agrees to run under."""
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else list(command)


@contextmanager
def postgresql():
    """A running server; its address for SQLAlchemy."""
    folder = Path(tempfile.mkdtemp(prefix="cta-bot-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    data, bin_ = folder / "data", binaries()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = partial(subprocess.run, check=True, capture_output=True, cwd="/", timeout=60)
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=10"
    control = as_somebody(str(bin_ / "pg_ctl"), "-D", str(data), "-w")
    try:
        run(as_somebody(str(bin_ / "initdb"), "-D", str(data), "-U", "me", "-A", "trust", "-E", "UTF8"))
        run([*control, "-l", str(folder / "log"), "-o", options, "start"])
        try:
            yield f"postgresql+psycopg://me:s3cr3t@127.0.0.1:{port}/postgres"
        finally:
            run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
