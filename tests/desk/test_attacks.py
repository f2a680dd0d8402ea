"""The desk answers only a browser with the link, and only requests of its own page."""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any

import pytest

from pkoquiz.desk.app.server import MAX_BODY, Server

from .conftest import QUESTION

POST = {"Content-Type": "application/json"}


def send(
    server: Server, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> tuple[int, dict[str, str], bytes]:
    """Send a request with exactly these headers; a `Host` and the cookie are added if missing."""
    own = {
        "Host": f"127.0.0.1:{server.port}",
        "Cookie": f"{server.cookie}={server.token}",
        **(headers or {}),
    }
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in own.items():
        if value is not None:
            connection.putheader(name, value)
    if method == "POST" and "Content-Length" not in own and "Transfer-Encoding" not in own:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body or None)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, {k.lower(): v for k, v in response.getheaders()}, content


def raw(server: Server, request: bytes) -> bytes:
    """Send bytes and return the beginning of the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(request)
        return connection.recv(200)


def origin(server: Server) -> dict[str, str]:
    return {**POST, "Origin": f"http://127.0.0.1:{server.port}"}


def save(server: Server) -> bytes:
    return json.dumps({"item": QUESTION, "section": "beams", "was": None}).encode()


# --- the way in -----------------------------------------------------------------------------------


def test_the_link_lets_in(server: Server) -> None:
    path = server.link.partition(f":{server.port}")[2]
    status, headers, body = send(server, "GET", path, {"Cookie": ""})
    assert status == 200
    cookie = headers["set-cookie"]
    assert cookie.startswith(f"pkoquiz-{server.port}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert server.token.encode() not in body
    assert b"url=/" in body
    status, headers, body = send(server, "GET", "/", {"Cookie": cookie.partition(";")[0]})
    assert status == 200
    assert b"<h1" in body


def test_the_page_is_not_kept_or_framed(server: Server) -> None:
    for path in ("/", "/forms", "/questions"):
        _, headers, _ = send(server, "GET", path)
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert not [name for name in headers if name.startswith("access-control")]


def test_the_policy_of_the_page(server: Server) -> None:
    _, headers, _ = send(server, "GET", "/")
    policy = headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "trusted-types 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "script-src 'sha256-" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy


@pytest.mark.parametrize("path", ["/", "/forms", "/questions", "/inbox", "/preview?draft=1", "/x"])
@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "=;,", "ä"])
def test_nothing_without_the_token(server: Server, path: str, token: str) -> None:
    cookie = f"{server.cookie}={token}".encode().decode("latin-1")
    assert send(server, "GET", path, {"Cookie": cookie})[0] == 403
    assert send(server, "GET", f"/?t={token.encode().hex()}", {"Cookie": ""})[0] == 403


def test_the_token_of_another_desk_is_refused(server: Server) -> None:
    cookie = {"Cookie": f"pkoquiz-{server.port + 1}={server.token}"}
    assert send(server, "GET", "/", cookie)[0] == 403


# --- other sites ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["evil.test", "evil.test:{port}", "127.0.0.1", "localhost", "127.0.0.1:1", "[::1]:{port}",
     "127.0.0.1:{port}.evil.test", "", "LOCALHOST.:{port}", "0.0.0.0:{port}", "127.1:{port}"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_hosts_are_refused(server: Server, method: str, host: str) -> None:
    headers = {**origin(server), "Host": host.format(port=server.port)}
    assert send(server, method, "/", headers)[0] == 421
    link = server.link.partition(f":{server.port}")[2]
    assert send(server, "GET", link, {"Host": headers["Host"], "Cookie": ""})[0] == 421


def test_one_host_is_needed(server: Server) -> None:
    host = f"Host: 127.0.0.1:{server.port}\r\n".encode()
    cookie = f"Cookie: {server.cookie}={server.token}\r\n".encode()
    assert b" 200 " in raw(server, b"GET /forms HTTP/1.1\r\n" + host + cookie + b"\r\n")
    assert b" 421 " in raw(server, b"GET /forms HTTP/1.1\r\n" + host + host + cookie + b"\r\n")
    assert b" 421 " in raw(server, b"GET /forms HTTP/1.1\r\n" + cookie + b"\r\n")
    assert b" 421 " in raw(server, b"GET /forms HTTP/1.0\r\n" + cookie + b"\r\n")
    absolute = b"GET http://evil.test/ HTTP/1.1\r\n"
    assert b" 400 " in raw(server, absolute + host + cookie + b"\r\n")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.test"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:{port}.evil.test"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://evil.test", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_other_origins_cannot_save(server: Server, headers: dict[str, str]) -> None:
    sent = {name: value.format(port=server.port) for name, value in headers.items()}
    before = (server.service.course.folder / "questions" / "beams.yaml").read_bytes()
    assert send(server, "POST", "/save", {**POST, **sent}, save(server))[0] == 403
    assert (server.service.course.folder / "questions" / "beams.yaml").read_bytes() == before


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_forms_of_other_pages_cannot_save(server: Server, kind: str) -> None:
    headers = {**origin(server), "Content-Type": kind}
    assert send(server, "POST", "/save", headers, save(server))[0] == 415


def test_the_page_itself_can_save(server: Server) -> None:
    status, _, body = send(server, "POST", "/save", origin(server), save(server))
    assert status == 200, body
    host = {"Host": f"localhost:{server.port}", "Origin": f"http://localhost:{server.port}"}
    assert send(server, "POST", "/undo", {**POST, **host}, b"{}")[0] == 200
    same = {**POST, "Sec-Fetch-Site": "same-origin"}
    assert send(server, "POST", "/judge", same, b'{"item": {}, "section": ""}')[0] == 200


def test_nothing_is_saved_without_the_token(server: Server) -> None:
    headers = {**origin(server), "Cookie": ""}
    assert send(server, "POST", "/save", headers, save(server))[0] == 403


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "X"])
def test_other_methods(server: Server, method: str) -> None:
    assert send(server, method, "/save")[0] == 501


# --- sizes and forms ------------------------------------------------------------------------------


def test_large_requests_are_refused(server: Server) -> None:
    headers = {**origin(server), "Content-Length": str(MAX_BODY + 1)}
    assert send(server, "POST", "/save", headers)[0] == 413
    headers["Content-Length"] = "9" * 400
    assert send(server, "POST", "/save", headers)[0] == 413


@pytest.mark.parametrize("length", ["", "-1", "x", "1e3", "+5", "٣"])
def test_lengths_that_are_not_numbers(server: Server, length: str) -> None:
    request = (
        f"POST /save HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Origin: http://127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        f"Cookie: {server.cookie}={server.token}\r\nContent-Length: {length}\r\n\r\n"
    )
    assert b" 411 " in raw(server, request.encode())


def test_chunks_and_two_lengths(server: Server) -> None:
    headers = {**origin(server), "Transfer-Encoding": "chunked"}
    assert send(server, "POST", "/save", headers)[0] == 411
    request = (
        f"POST /save HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Origin: http://127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        f"Cookie: {server.cookie}={server.token}\r\nContent-Length: 2\r\n"
        "Content-Length: 4\r\n\r\n{}"
    )
    assert b" 411 " in raw(server, request.encode())


def test_long_lines_and_many_headers(server: Server) -> None:
    assert send(server, "GET", "/" + "a" * 70_000)[0] == 414
    assert send(server, "GET", "/", {f"X-{n}": "1" for n in range(200)})[0] == 431


@pytest.mark.parametrize(
    "path",
    ["/../course.yaml", "/..%2fcourse.yaml", "/questions/beams.yaml", "//etc/passwd",
     "/desk.css", "/%00", "/?t", "/preview/../course.yaml", "/anki.lock.json"],
)  # fmt: skip
def test_no_file_is_served(server: Server, path: str) -> None:
    status, _, body = send(server, "GET", path)
    assert status == 404 or (path == "/?t" and status in (200, 403))
    assert b"section: beams" not in body


def test_deep_json(server: Server) -> None:
    body = b'{"item": ' + b"[" * 400_000
    assert send(server, "POST", "/judge", origin(server), body)[0] == 400


def test_an_idle_connection_stops_nobody(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)):
        assert send(server, "GET", "/changed")[0] == 200


def test_only_this_machine_is_served(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_two_tabs_at_once(server: Server) -> None:
    from concurrent.futures import ThreadPoolExecutor

    body = json.dumps({"item": QUESTION, "section": "beams"}).encode()

    def judge(_: int) -> Any:
        return send(server, "POST", "/judge", origin(server), body)[0]

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(judge, range(16))) == {200}
