"""What is in deploy/ fits the bot: files that are copied exist, nobody is root, metrics that rules ask for are there."""

import json
import re
import socket
from pathlib import Path

from handlers.door.over_health import COUNTED, TIMED
from handlers.terminal import commands
from handlers.terminal.supervisor import READY, notify

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
IMAGE = (DEPLOY / "Containerfile").read_text()
GAUGES = (
    "ready",
    "build_info",
    "outbox_rows",
    "outbox_oldest_seconds",
    "troubles",
    "database_bytes",
    "disk_free_bytes",
)
METRICS = {
    *(f"cta_bot_{name}_total" for name in COUNTED),
    *(f"cta_bot_{name}_{part}" for name in TIMED for part in ("bucket", "sum", "count")),
    *(f"cta_bot_{name}" for name in GAUGES),
}


def test_the_image_copies_what_there_is_and_all_that_the_bot_imports():
    copied = [word for line in re.findall(r"^COPY (.*) \S+$", IMAGE, re.MULTILINE) for word in line.split()]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {"bot.py", "handlers", "reminders", "templates", "storage", "sandbox", "manifest.json"} <= set(copied)


def test_the_image_runs_the_bot_for_nobody_special_and_is_watched():
    assert re.search(r"^USER cta-bot$", IMAGE, re.MULTILINE)
    assert "HEALTHCHECK" in IMAGE
    assert "/readyz" in IMAGE
    command = json.loads(re.search(r"^CMD (\[.*\])$", IMAGE, re.MULTILINE)[1])
    assert command[0] in commands()


def test_the_unit_starts_and_reloads_the_bot():
    unit = (DEPLOY / "cta-bot.service").read_text()
    assert "bot.py run" in unit
    assert "kill -HUP" in unit
    assert "Type=notify" in unit
    for hardened in ("NoNewPrivileges=true", "ProtectSystem=strict", "UMask=0077"):
        assert hardened in unit


def test_litestream_copies_the_images_database_beside_it():
    compose, settings = ((DEPLOY / name).read_text() for name in ("compose.yaml", "litestream.yml"))
    database = re.search(r"CTA_BOT_DB=(\S+)", IMAGE)[1]
    assert f"path: {database}" in settings
    user = re.search(r"--uid (\d+)", IMAGE)[1]
    assert f'user: "{user}:{user}"' in compose
    assert "./litestream.yml:/etc/litestream.yml:ro" in compose


def services():
    """The services of the compose file, each as its text."""
    text = (DEPLOY / "compose.yaml").read_text()
    parts = re.split(r"^  (\w+):\n", text[text.index("\nservices:\n") : text.index("\nvolumes:\n")], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_replicas_have_a_server_of_their_own_and_are_not_started_beside_the_one_bot():
    found = services()
    assert set(found) == {"bot", "litestream", "replicas", "postgres"}
    replicas, server = found["replicas"], found["postgres"]
    assert "profiles" not in found["bot"]
    assert "bot" not in re.findall(r"depends_on:\n      (\w+):", replicas)
    assert "<<: *bot" in found["bot"]
    assert "<<: *bot" in replicas  # the same hardening
    assert "replicas: 2" in replicas
    user, host, name = re.search(r"CTA_BOT_DB: postgresql://(\w+)@(\w+)/(\w+)\n", replicas).groups()
    assert host in found
    assert {f"POSTGRES_USER: {user}", f"POSTGRES_DB: {name}"} <= {line.strip() for line in server.splitlines()}
    assert "PGPASSWORD: ${POSTGRES_PASSWORD:-}" in replicas
    assert "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-}" in server
    assert "/data" not in re.sub("/var/lib/postgresql/data", "", replicas)  # nothing is kept in a container
    wanted = re.search(r"'\.\[([\w,]+)\]'", IMAGE)[1].split(",")
    assert {"metrics", "postgres"} <= set(wanted)
    for service in found.values():
        assert not re.search(r"image: \S+(:latest|/[\w-]+)$", service, re.MULTILINE)


def test_rules_and_panels_ask_for_metrics_that_there_are():
    asked = (DEPLOY / "alerts.yaml").read_text() + (DEPLOY / "dashboard.json").read_text()
    assert set(re.findall(r"cta_bot_\w+", asked)) <= METRICS
    assert len(re.findall(r"- alert:", asked)) == 5
    assert len(json.loads((DEPLOY / "dashboard.json").read_text())["panels"]) == 8


def test_each_alert_is_told_of_in_operations():
    operations = (ROOT / "docs" / "operations.md").read_text()
    alerts = re.findall(r"- alert: (\w+)", (DEPLOY / "alerts.yaml").read_text())
    assert [name for name in alerts if f"`{name}`" not in operations] == []


def test_the_supervisor_hears_that_the_bot_is_ready(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        notify(str(tmp_path / "notify"), READY)
        assert listener.recv(100) == b"READY=1"
    notify(str(tmp_path / "nobody"), READY)
    notify("", READY)
