"""The Containerfile carried out step by step where no engine is: in a venv, or (`make image-check`) in a root of Debian.

What is left of it then is an image as `deploy/compose.yaml` runs it: a root that can't be written, one volume, somebody
without rights. It reads the instructions that ours has, and knows no others.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
_LEFT_OUT = ("FROM", "EXPOSE", "VOLUME")
_REGISTRIES = ("PIP_", "SSL_CERT", "HTTP", "http", "NO_PROXY", "no_proxy")


def steps(text):
    """The instructions, each with what it says; continued lines are one."""
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip() and not line.startswith("#")]
    return [(word, re.sub(r"\s+", " ", rest).strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def of_registries():
    """What this machine's environment says of where packages come from."""
    return {name: value for name, value in os.environ.items() if name.startswith(_REGISTRIES)}


@dataclass
class Venv:
    """A venv and an empty HOME in a folder. Debian's packages and users are left to `make image-check`."""

    folder: Path
    left_out: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "home").mkdir()
        (self.folder / "data").mkdir(mode=0o700)
        subprocess.run([sys.executable, "-m", "venv", self.folder / "venv"], check=True)

    def place(self, path):
        return self.folder / path.lstrip("/")

    def inside(self, value):
        """A path of the image as it is called here."""
        return str(self.place(value)) if value.startswith("/data") else value

    def environment(self, of_image):
        return {
            **of_registries(),
            "PATH": f"{self.folder / 'venv' / 'bin'}:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "PIP_NO_COMPILE": "1",  # the step after it would do so
            **{name: self.inside(value) for name, value in of_image.items()},
        }

    def do(self, line, workdir, of_image):
        if "apt-get" in line:
            self.left_out.append(line)
            return
        subprocess.run(["sh", "-ec", line], cwd=self.place(workdir), env=self.environment(of_image), check=True)

    def start(self, argv, image):
        argv = argv[2:] if argv[:2] == ["tini", "--"] else argv
        place, environment = self.place(image.workdir), self.environment(image.env)
        return subprocess.Popen(argv, cwd=place, env=environment, stderr=subprocess.PIPE, text=True)


@dataclass
class Debian:
    """A root of Debian that mmdebstrap made; whoever asks is root. Debian's Python is told to take our packages."""

    folder: Path

    def __post_init__(self):
        wanted = "python3,python3-pip,python-is-python3,ca-certificates,util-linux"
        release = ["--variant=minbase", f"--include={wanted}", "bookworm", str(self.folder)]
        subprocess.run(["mmdebstrap", "--quiet", *release], check=True)
        for name in ("resolv.conf", "hosts", "ssl/certs/ca-certificates.crt"):
            shutil.copy(f"/etc/{name}", self.folder / "etc" / name)

    def place(self, path):
        return self.folder / path.lstrip("/")

    def environment(self, of_image):
        return {
            **of_registries(),
            "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "PIP_BREAK_SYSTEM_PACKAGES": "1",
            **of_image,
        }

    def do(self, line, workdir, of_image):
        inside = ["chroot", self.folder, "sh", "-ec", f"cd {workdir}; {line}"]
        subprocess.run(inside, env={"HOME": "/nonexistent", **self.environment(of_image)}, check=True)

    def start(self, argv, image):
        """As the image's user, in a root that can't be written but for /tmp and the volume."""
        mounts = (
            f"mount --bind {self.folder} {self.folder} && mount --bind {self.folder}/data {self.folder}/data"
            f" && mount -o remount,bind,ro {self.folder} && mount -t tmpfs tmpfs {self.folder}/tmp"
            f" && mount -t proc proc {self.folder}/proc"
        )
        user = f"setpriv --reuid {image.user} --regid {image.user} --clear-groups --no-new-privs"
        go = f'cd {image.workdir}; exec {user} "$@"'
        whole = f"{mounts} && exec chroot {self.folder} sh -ec '{go}' sh \"$@\""
        return subprocess.Popen(
            ["unshare", "--mount", "sh", "-ec", whole, "sh", *argv],
            env=self.environment(image.env),
            stderr=subprocess.PIPE,
            text=True,
        )


@dataclass
class Image:
    """What the instructions made on a ground."""

    ground: object
    workdir: str = "/"
    user: str = "root"
    env: dict[str, str] = field(default_factory=dict)
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    check: list[str] = field(default_factory=list)

    def build(self, text):
        """Carry out each instruction; ValueError for one that this doesn't know."""
        for word, rest in steps(text):
            if word == "RUN":
                self.ground.do(rest, self.workdir, self.env)
            elif word == "WORKDIR":
                self.workdir = rest
                self.ground.place(rest).mkdir(parents=True, exist_ok=True)
            elif word == "COPY":
                self._copy(*rest.split())
            elif word == "ENV":
                self.env |= dict(pair.split("=", 1) for pair in rest.split())
            elif word == "USER":
                self.user = rest
            elif word == "HEALTHCHECK":
                self.check = json.loads(rest.partition("CMD ")[2])
            elif word in ("ENTRYPOINT", "CMD"):
                setattr(self, {"CMD": "command"}.get(word, "entrypoint"), json.loads(rest))
            elif word not in _LEFT_OUT:
                raise ValueError(f"what does {word} do?")
        return self

    def _copy(self, *names):
        *sources, to = names
        for name in sources:
            target = self.ground.place(f"{self.workdir}/{to}")
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, target / name if target.is_dir() else target)

    @contextmanager
    def running(self, **environment):
        """The bot as an engine would start it, and its health check once it is connected; its status."""
        port = _free_port()
        self.env |= environment
        here = [word.replace("9100", str(port)).replace("0.0.0.0", "127.0.0.1") for word in self.command]
        process = self.ground.start([*self.entrypoint, *here], self)
        said = []
        try:
            for line in process.stderr:
                said.append(line)
                if "Websocket connected" in line:
                    break
            else:
                raise AssertionError("".join(said))
            yield lambda: self._asked(port)
        finally:
            process.terminate()
            process.communicate(timeout=100)
        assert process.returncode == 0, said

    def _asked(self, port):
        words = [word.replace("9100", str(port)) for word in self.check]
        tries = 100  # as an engine asks again within its start period
        while tries:
            asked = self.ground.start(words, self)
            asked.communicate(timeout=100)
            if asked.returncode == 0:
                return 0
            tries -= 1
            time.sleep(0.05)
        return asked.returncode


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def slack_of(sandbox):
    """What an image is told of a Slack."""
    return {
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
    }


def main(folder):
    """Make the image in a root of Debian at a folder, run it once, and say that it is well."""
    from handlers.demo.book import WORLD
    from sandbox.server import Sandbox

    image = Image(Debian(Path(folder))).build(CONTAINERFILE.read_text())
    with Sandbox(manifest=ROOT / "manifest.json", seed=WORLD) as sandbox, image.running(**slack_of(sandbox)) as check:
        assert check() == 0
    assert (Path(folder) / "data" / "cta-bot.db").exists()
    sys.stdout.write(f"The image runs in a root of Debian at {folder}: remove it when you have looked.\n")


if __name__ == "__main__":
    main(sys.argv[1])
