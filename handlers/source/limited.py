"""What a CRM's own client is bounded by: how long an answer takes, and how large it is once it is unpacked.

Both clients ask through urllib3, whose time limit begins anew with each byte, and which unpacks whatever comes.
"""

from __future__ import annotations

from functools import partial
from http.client import HTTPException
from io import BytesIO
from typing import TYPE_CHECKING, Any

from reminders.outbox.patience import Patience, hang_up
from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from urllib3 import PoolManager

_SECONDS = 120.0
_MEGABYTES = 50
_CHUNK = 1 << 16
_LATER = "It is tried again. Nothing was changed."


def limit(pools: PoolManager, name: str, halted: Callable[[], bool]) -> None:
    """Have answers to what goes through `pools` be read at once, within limits. They raise UserError there."""
    from urllib3.connection import HTTPSConnection  # noqa: PLC0415 - comes with the extras
    from urllib3.connectionpool import HTTPSConnectionPool  # noqa: PLC0415 - likewise
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - likewise
    from urllib3.response import HTTPResponse  # noqa: PLC0415 - likewise

    class Connection(HTTPSConnection):
        def request(self, *args: Any, **options: Any) -> None:
            super().request(*args, **(options | {"preload_content": False}))

        def getresponse(self) -> HTTPResponse:  # type: ignore[override]
            patience = Patience(_SECONDS, halted)
            try:
                with patience.cutting(partial(hang_up, self.sock)):
                    answer = self._read(super().getresponse())
            except (OSError, HTTPError, HTTPException):
                if not patience.is_over:
                    raise
            if patience.is_over:  # also where what was cut off by then looks whole
                raise UserError(f"{name}: an answer was given up on the way.", _LATER)
            return answer

        def _read(self, answer: HTTPResponse) -> HTTPResponse:
            body = BytesIO()
            for part in answer.stream(_CHUNK, decode_content=True):
                body.write(part)
                if body.tell() > _MEGABYTES * 1_000_000:
                    self.close()
                    raise UserError(f"{name}: an answer has more than {_MEGABYTES} MB.", _LATER)
            body.seek(0)
            packed = ("content-encoding", "transfer-encoding", "content-length")
            return HTTPResponse(
                body=body,
                headers={key: value for key, value in answer.headers.items() if key.lower() not in packed},
                status=answer.status,
                version=answer.version,
                reason=answer.reason,
                preload_content=False,
                original_response=answer._original_response,  # noqa: SLF001 - by it the connection is used again
            )

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    pools.pool_classes_by_scheme = {**pools.pool_classes_by_scheme, "https": Pool}
