"""Editors find no error in the shipped bank, according to yaml-language-server if installed."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).parents[2]
SERVER = os.environ.get("YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")


def send(stream: IO[bytes], **message: object) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    stream.flush()


def receive(stream: IO[bytes]) -> dict[str, Any]:
    length = 0
    while (line := stream.readline().strip()) or not length:
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    message: dict[str, Any] = json.loads(stream.read(length))
    return message


@pytest.mark.skipif(not SERVER, reason="yaml-language-server is not installed")
def test_the_language_server_finds_no_error_in_the_shipped_bank() -> None:
    assert SERVER is not None
    server = subprocess.Popen([SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        folder = (ROOT / "questions").as_uri()
        send(
            server.stdin, id=1, method="initialize",
            params={"processId": None, "rootUri": folder, "capabilities": {}},
        )  # fmt: skip
        while receive(server.stdout).get("id") != 1:
            pass
        send(server.stdin, method="initialized", params={})
        settings = {"yaml": {"validate": True, "schemaStore": {"enable": False}}}
        send(server.stdin, method="workspace/didChangeConfiguration", params={"settings": settings})
        paths = sorted((ROOT / "questions").glob("*.yaml"))
        for path in paths:
            document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1}
            document["text"] = path.read_text(encoding="utf-8")
            params = {"textDocument": document}
            send(server.stdin, method="textDocument/didOpen", params=params)
        found: dict[str, list[str]] = {}
        while len(found) < len(paths):
            message = receive(server.stdout)
            if message.get("method") == "textDocument/publishDiagnostics":
                found[message["params"]["uri"]] = [
                    f"{each['range']['start']['line'] + 1}: {each['message']}"
                    for each in message["params"]["diagnostics"]
                ]
            elif "id" in message and "method" in message:
                send(server.stdin, id=message["id"], result=[])
        assert {uri: errors for uri, errors in found.items() if errors} == {}
    finally:
        server.kill()
        server.wait()
