"""What the web page asks of the workspace, as routes: JSON under `/_sandbox/` (docs/sandbox-page.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from sandbox.client import NotThere
from sandbox.errors import SlackError
from sandbox.looking import Looking, nonsense
from sandbox.page_doings import DOINGS
from sandbox.page_live import Live

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.model import Json
    from sandbox.parts import World


def routes(sandbox: World) -> list[BaseRoute]:
    """The page's JSON routes, for one sandbox."""
    looking = Looking(sandbox)
    live = Live(sandbox, looking)
    doing = Doing(sandbox, looking)
    return [
        Route("/_sandbox/state", looking.state),
        Route("/_sandbox/messages", looking.messages),
        Route("/_sandbox/files/{file}", looking.file),
        Route("/_sandbox/log", looking.log),
        WebSocketRoute("/_sandbox/live", live.serve),
        Route("/_sandbox/do/{action}", doing.serve, methods=["POST"]),
    ]


class Doing:
    """The POSTs: each action by name, its answer as JSON."""

    def __init__(self, sandbox: World, looking: Looking) -> None:
        self._sandbox = sandbox
        self._looking = looking

    async def serve(self, request: Request) -> Response:
        """One action."""
        doing = DOINGS.get(request.path_params["action"])
        if doing is None:
            return nonsense(LookupError("no such action"))
        try:
            body = await _body(request)
            me = self._sandbox.people.person(str(body.get("as", "")))
            answer = await doing(self._sandbox, self._looking, me, body)
        except (NotThere, KeyError, TypeError, ValueError) as wrong:
            return nonsense(wrong)
        except SlackError as refusal:
            return JSONResponse({"ok": False, "error": refusal.code})
        finally:
            await request.close()  # an upload's temporary file
        return JSONResponse(answer)


async def _body(request: Request) -> Json:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return dict(await request.form())
    body = json.loads(await request.body() or b"{}")
    if not isinstance(body, dict):
        raise TypeError("the body is no object")
    return body
