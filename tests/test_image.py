"""The Containerfile's own steps, in an environment with nothing in it and an empty HOME; then the bot that they made."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.image import CONTAINERFILE, Image, Venv, of_registries, slack_of

ROOT = Path(__file__).parents[1]


@pytest.mark.timeout(600)
def test_the_steps_of_the_image_make_a_bot_that_is_well(sandbox, slack, tmp_path):
    ground = Venv(tmp_path / "image")
    image = Image(ground).build(CONTAINERFILE.read_text())
    assert len(ground.left_out) == 1
    assert image.user == "cta-bot"
    with image.running(**slack_of(sandbox)) as check:
        assert check() == 0
    assert (ground.folder / "data" / "cta-bot.db").exists()
    assert list((ground.folder / "home").iterdir()) == []
    installed = subprocess.run(
        [ground.folder / "venv/bin/python", "-m", "pip", "list", "--format=freeze"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    pinned = {line.partition("==")[0].lower().replace("-", "_"): line.partition("==")[2] for line in (ROOT / "constraints.txt").read_text().split()}  # fmt: skip
    found = {line.partition("==")[0].lower().replace("-", "_"): line.partition("==")[2] for line in installed.split()}
    ours = {name: version for name, version in found.items() if name not in ("pip", "setuptools", "cta_bot")}
    assert {name: version for name, version in ours.items() if pinned.get(name) != version} == {}
    assert not {"pytest", "mypy", "ruff", "playwright"} & set(found)


@pytest.mark.timeout(600)
def test_an_operator_installs_it_as_operations_say(tmp_path):
    """Word by word, in a copy of the code, with an empty HOME."""
    commands = re.search(r"```sh\n(.*?)```", (ROOT / "docs" / "operations.md").read_text(), re.DOTALL)[1].splitlines()
    assert len(commands) == 3
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / "code" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / "code" / name)
    (tmp_path / "home").mkdir()
    environment = of_registries() | {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(tmp_path / "home"),
    }
    said = [
        subprocess.run(["sh", "-ec", command], cwd=tmp_path / "code", env=environment, capture_output=True, text=True, check=True)
        for command in commands
    ]  # fmt: skip
    assert said[-1].stdout.startswith("CTA Bot ")
    assert list((tmp_path / "home").iterdir()) == []


def test_an_instruction_that_nobody_carries_out_is_noticed(tmp_path):
    with pytest.raises(ValueError, match="STOPSIGNAL"):
        Image(None).build("STOPSIGNAL SIGKILL\n")


def test_compose_runs_it_without_rights_and_as_the_unit_does():
    compose = (ROOT / "deploy" / "compose.yaml").read_text()
    for hardened in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "tmpfs: [/tmp]"):
        assert hardened in compose
    mounted = re.findall(r"- (\S+):(/opt/cta-bot/\S+?):ro", compose)
    assert all((ROOT / "deploy" / source).exists() for source, _ in mounted)
