"""An HTTP server on 127.0.0.1 that answers only a browser with the token.

A page of another site, a name that resolves to 127.0.0.1, or another user of the machine can send
requests to this port. So every request needs the right `Host` header and the token as a cookie;
requests that change anything also need the right `Origin`. There are no CORS headers. See
`tests/desk/test_attacks.py`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pkoquiz.desk.app.page import entrance
from pkoquiz.desk.app.service import Request, Response, Service

MAX_BODY = 1024 * 1024
"""Larger requests are refused; no question is that large."""

_SECONDS = 15
"""How long a connection may be silent."""

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def usual_port(folder: Path) -> int:
    """Return the port of a course, which is constant because browsers store drafts by port."""
    digest = hashlib.sha256(str(folder.resolve()).encode("utf-8", "replace")).digest()
    return 49_152 + int.from_bytes(digest[:4], "big") % 16_000


class Server(ThreadingHTTPServer):
    """The server of one course, with a token that is valid as long as it runs."""

    daemon_threads = True

    def __init__(self, service: Service, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.service = service
        self.token = secrets.token_urlsafe(32)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore closed connections; show any other error."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    @property
    def port(self) -> int:
        """The port that the server listens on."""
        return int(self.server_address[1])

    @property
    def link(self) -> str:
        """The address to open, including the token, so that nobody else can use the desk."""
        return f"http://127.0.0.1:{self.port}/?t={self.token}"

    @property
    def hosts(self) -> tuple[str, str]:
        """The values of the `Host` header that are accepted."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    @property
    def cookie(self) -> str:
        """The name of the cookie with the token: browsers share cookies between ports."""
        return f"pkoquiz-{self.port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = _SECONDS
    server_version = "pkoquiz"
    sys_version = ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(self._read_nothing)

    def do_POST(self) -> None:
        self._answer(self._read_body)

    def _answer(self, read: Callable[[], bytes | HTTPStatus]) -> None:
        body = self._refused() or read()
        if isinstance(body, HTTPStatus):
            self._refuse(body)
            return
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, max_num_fields=20))
        if self.command == "GET" and parts.path == "/" and "t" in query:
            self._let_in(query["t"])
        elif not self._has_token():
            self._refuse(HTTPStatus.FORBIDDEN)
        else:
            asked = self.headers.get("Range", "")
            request = Request(self.command, unquote(parts.path), query, body, asked)
            self._send(self._handled(request))

    def _handled(self, request: Request) -> Response:
        """Return the response; print an error of the program, and report it to the page."""
        try:
            return self.server.service.handle(request)
        except Exception:
            traceback.print_exc()
            reason = "the desk failed; what it printed in the terminal says why"
            body = json.dumps({"error": reason}).encode()
            return Response(HTTPStatus.INTERNAL_SERVER_ERROR, body)

    def _refused(self) -> HTTPStatus | None:
        """Return why a request is refused without being read, or None."""
        if self.headers.get_all("Host") not in [[host] for host in self.server.hosts]:
            return HTTPStatus.MISDIRECTED_REQUEST
        if not self.path.startswith("/"):  # `GET http://elsewhere/`
            return HTTPStatus.BAD_REQUEST
        if "Transfer-Encoding" in self.headers:
            return HTTPStatus.LENGTH_REQUIRED
        if self.command == "GET":
            return None
        origins = self.headers.get_all("Origin")
        ours = [[f"http://{host}"] for host in self.server.hosts]
        same_site = self.headers.get_all("Sec-Fetch-Site") == ["same-origin"]
        if origins not in ours and not (origins is None and same_site):
            return HTTPStatus.FORBIDDEN
        if not self._has_token():
            return HTTPStatus.FORBIDDEN
        if self.headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        return None

    def _read_nothing(self) -> bytes | HTTPStatus:
        return b"" if self.headers.get("Content-Length", "0") == "0" else HTTPStatus.BAD_REQUEST

    def _read_body(self) -> bytes | HTTPStatus:
        lengths = self.headers.get_all("Content-Length") or []
        if len(lengths) != 1 or not lengths[0].isdecimal():
            return HTTPStatus.LENGTH_REQUIRED
        length = int(lengths[0][:20])
        if length > MAX_BODY:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return self.rfile.read(length)

    def _has_token(self) -> bool:
        try:
            cookies = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return False
        morsel = cookies.get(self.server.cookie)
        return morsel is not None and self._is_token(morsel.value)

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self.server.token.encode())

    def _let_in(self, token: str) -> None:
        if not self._is_token(token):
            self._refuse(HTTPStatus.FORBIDDEN)
            return
        page = entrance()
        attributes = "Path=/; HttpOnly; SameSite=Strict"
        cookie = f"{self.server.cookie}={self.server.token}; {attributes}"
        response = Response(HTTPStatus.OK, page.html, "text/html; charset=utf-8", page.policy)
        self._send(replace(response, more={"Set-Cookie": cookie}))

    def _refuse(self, status: HTTPStatus) -> None:
        text = f"{status.phrase}. Open the link that `pkoquiz desk` printed.\n"
        # What was not read of the body must not be taken for the next request.
        self.close_connection = True
        self._send(Response(status, text.encode(), "text/plain; charset=utf-8"))

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        headers = {
            "Content-Type": response.type,
            "Content-Length": str(len(response.body)),
            "Content-Security-Policy": response.policy,
            **_HEADERS,
            **response.more,
        }
        if self.close_connection:
            headers["Connection"] = "close"
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if isinstance(response.body, bytes):
            self.wfile.write(response.body)
        else:
            response.body.copy_to(self.wfile)

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing, so that the terminal shows only the link."""
