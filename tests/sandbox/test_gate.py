"""Nobody but this machine: foreign names and pages are turned away, and uploads are never shown as pages."""

import http.client

import pytest
from starlette.requests import Request
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from sandbox.gate import Gate


def ask(sandbox, method="GET", path="/_sandbox/log", body=b"", **headers):
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"))
    try:
        connection.request(
            method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        response.read()
        return response
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/", "/_sandbox/log", "/_sandbox/do/send", "/_sandbox/faults", "/api/auth.test"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_a_foreign_name_or_page_is_turned_away(slack, sandbox, path, headers):
    assert ask(sandbox, "POST", path, b"{}", **headers).status == 403


def test_the_page_itself_and_local_programs_pass(slack, sandbox):
    port = sandbox.url.rpartition(":")[2]
    assert ask(sandbox).status == 200
    assert ask(sandbox, Origin=sandbox.url).status == 200
    assert ask(sandbox, Host=f"localhost:{port}", Origin=f"http://localhost:{port}").status == 200


@pytest.mark.parametrize("path", ["/_sandbox/live", "/link/"])
def test_a_foreign_page_opens_no_socket(slack, sandbox, path):
    url = sandbox.url.replace("http", "ws") + path
    with pytest.raises(InvalidStatus, match="403"), connect(url, proxy=None, origin="https://evil.example"):
        pass


@pytest.mark.parametrize("name", ["page.html", "drawing.svg"])
def test_an_upload_is_saved_not_shown(slack, sandbox, name):
    file = sandbox.people.upload("U0000MAYA", name, b"<script>1</script>")
    page = ask(sandbox, path=f"/_sandbox/files/{file.id}?as=U0000MAYA")
    app = ask(sandbox, path=f"/files-pri/{file.id}/{name}", Authorization=f"Bearer {sandbox.bot_token}")
    for response in (page, app):
        assert response.status == 200
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_body_that_is_too_large_is_not_read(slack, sandbox):
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"))
    connection.putrequest("POST", "/_sandbox/do/upload")
    connection.putheader("Content-Length", "50000001")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_who_has_gone_in_the_middle_of_a_request_is_no_fault():
    async def inner(scope, receive, send):
        await Request(scope, receive).body()

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        raise AssertionError(message)

    request = {"type": "http", "method": "POST", "headers": [(b"host", b"localhost")]}
    with pytest.raises(StopIteration):  # it came to its end: nothing in it waits
        Gate(inner)(request, receive, send).send(None)
