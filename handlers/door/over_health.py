"""The health port: `/healthz` (the process is there), `/readyz` (it is well, with words), `/metrics` for Prometheus.

Made by `bot.py` for `--health PORT`, beside Socket Mode and HTTP alike. It shows no account, no name and no secret.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from platform import python_version
from threading import Thread
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handlers.door.over_http import LARGEST_HEAD, PATIENCE, Impatient
from handlers.door.readiness import Check
from storage.base.watch import STEPS

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from starlette.requests import Request

    from handlers.door.readiness import Readiness

LACKING = "Metrics need a package that is not installed: .venv/bin/pip install -c constraints.txt '.[metrics]'\n"
STARTING = "it starts, and waits for Slack, or it stops"
COUNTED = {
    "asked": ("What people asked, by kind, name and outcome", ("kind", "name", "outcome")),
    "slack_calls": ("Calls to Slack, by method and what came of them", ("method", "code")),
}
TIMED = {
    "ack_seconds": ("From what Slack sent to its ack", ("kind",)),
    "tick_seconds": ("A look at what is due, planning in it", ()),
}


class OverHealth:
    """The port's server, in a thread of its own."""

    def __init__(self, readiness: Callable[[], Readiness | None], version: str) -> None:
        self._readiness = readiness
        self._version = version
        routes = [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes),
            http=_Impatient,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            h11_max_incomplete_event_size=LARGEST_HEAD,
            timeout_keep_alive=int(PATIENCE),
        )
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        self._server = uvicorn.Server(config)
        self._thread: Thread | None = None

    def listen(self, listener: socket.socket) -> None:
        """Serve on a socket that listens, until `close`."""
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [listener]}, name="health", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=3)

    async def _healthz(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok", "version": self._version})

    async def _readyz(self, _request: Request) -> Response:
        checks = await run_in_threadpool(_checks, self._readiness())
        well = all(check.ok for check in checks)
        body = {
            "status": "ok" if well else "not ready",
            "checks": {check.name: {"ok": check.ok, "words": check.words} for check in checks},
        }
        return JSONResponse(body, 200 if well else 503)

    async def _metrics(self, _request: Request) -> Response:
        try:
            from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest  # noqa: PLC0415 - an extra
        except ModuleNotFoundError:
            return Response(LACKING, 501, media_type="text/plain")
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collector(self._readiness(), self._version))
        text = await run_in_threadpool(generate_latest, registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)


class _Impatient(Impatient):
    """Those who open connections and say nothing would else use up what the process may open, and the bot go deaf."""

    waiting: dict[Impatient, None] = {}  # noqa: RUF012 - one table for this port


class _Collector:
    """All that is counted, in Prometheus' families; read when asked for."""

    def __init__(self, readiness: Readiness | None, version: str) -> None:
        self._readiness = readiness
        self._version = version

    def collect(self) -> Iterator[Any]:
        """The families."""
        from prometheus_client.core import (  # noqa: PLC0415 - an extra
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        yield from self._always(GaugeMetricFamily)
        if self._readiness is None:
            return
        watch = self._readiness.services.watch
        counts, spans = watch.counts(), watch.spans()
        for name, (words, labels) in COUNTED.items():
            counter = CounterMetricFamily(f"cta_bot_{name}", words, labels=labels)
            for (counted, held), number in sorted(counts.items()):
                if counted == name:
                    counter.add_metric(held, number)
            yield counter
        for name, (words, labels) in TIMED.items():
            histogram = HistogramMetricFamily(f"cta_bot_{name}", words, labels=labels)
            for (timed, held), (steps, total) in sorted(spans.items()):
                if timed == name:
                    histogram.add_metric(held, _cumulated(steps), total)
            yield histogram
        yield from _gauges(self._readiness, GaugeMetricFamily)

    def _always(self, gauge: Any) -> Iterator[Any]:
        ready = gauge("cta_bot_ready", "Whether a check is well: 1 or 0", labels=["check"])
        for check in _checks(self._readiness):
            ready.add_metric([check.name], float(check.ok))
        yield ready
        build = gauge("cta_bot_build_info", "Version of the bot and of Python", labels=["version", "python"])
        build.add_metric([self._version, python_version()], 1)
        yield build


def _checks(readiness: Readiness | None) -> list[Check]:
    return [Check("start", ok=False, words=STARTING)] if readiness is None else readiness.checks()


def _gauges(readiness: Readiness, gauge: Any) -> Iterator[Any]:
    services = readiness.services
    with suppress(OSError):
        free = readiness.disk_free()
        if free is not None:
            yield gauge("cta_bot_disk_free_bytes", "What is free beside the database", value=free)
    try:
        health = readiness.health()
        size = services.store.size()
    except Exception:  # noqa: BLE001 - the checks say so
        return
    rows = gauge("cta_bot_outbox_rows", "Rows of the outbox by state", labels=["state"])
    for state, number in health.counts.items():
        rows.add_metric([state], number)
    yield rows
    waits = (services.clock() - health.overdue_since).total_seconds() if health.overdue_since else 0
    yield gauge("cta_bot_outbox_oldest_seconds", "How long the oldest row waits that could go", value=max(0, waits))
    yield gauge("cta_bot_troubles", "Conversations and rows in trouble", value=len(health.troubles))
    yield gauge("cta_bot_database_bytes", "Size of the database", value=size)


def _cumulated(steps: list[int]) -> list[tuple[str, float]]:
    """Prometheus' buckets: how many took at most so long."""
    so_far, found = 0, []
    for bound, number in zip((*map(str, STEPS), "+Inf"), steps, strict=True):
        so_far += number
        found.append((bound, float(so_far)))
    return found
