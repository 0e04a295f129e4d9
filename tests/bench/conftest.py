"""What is measured is a disk's: files of other tests are in memory, where a commit costs nothing."""

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path():
    folder = Path(tempfile.mkdtemp(prefix="cta-bot-bench-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
