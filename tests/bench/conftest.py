"""What is measured is a disk's: files of other tests are in memory, where a commit costs nothing."""

import shutil
import tempfile
from pathlib import Path

import pytest


class OnDisk:
    """As pytest's own, of which the benchmarks need this much."""

    def __init__(self):
        self.made = []

    def mktemp(self, name):
        self.made.append(Path(tempfile.mkdtemp(prefix=f"cta-bot-{name}-")))
        return self.made[-1]


@pytest.fixture(scope="session")
def tmp_path_factory():
    places = OnDisk()
    yield places
    for place in places.made:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def tmp_path(tmp_path_factory):
    return tmp_path_factory.mktemp("bench")
