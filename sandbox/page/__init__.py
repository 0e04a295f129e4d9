"""The sandbox's web page: a Slack client in miniature. Owns the page's HTML, CSS and scripts.

One Jinja template and plain ES modules, no build and nothing from elsewhere; all it shows and does goes
through the JSON of `page_api.py`. Mounted by `sandbox/server.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.requests import Request

FOLDER = Path(__file__).parent

# Pictures may come from where the app's blocks say; everything else is the page's own.
_POLICY = "default-src 'self'; img-src 'self' data: blob: http: https:; frame-ancestors 'none'; base-uri 'none'"

_templates = Environment(
    loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def routes() -> list[BaseRoute]:
    """Give the page itself, at `/` and wherever a permalink leads, and its files."""
    return [
        Route("/", _index),
        Route("/archives/{channel}/{message}", _index),
        Mount("/_page", StaticFiles(directory=FOLDER / "static")),
    ]


async def _index(_request: Request) -> HTMLResponse:
    return HTMLResponse(
        _templates.get_template("index.html.j2").render(),
        headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"},
    )
