"""Evaluate scripts in pages in a real browser."""

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--virtual-time-budget=5000",
]


def digest(text: str) -> str:
    """Return the hash by which a Content Security Policy names a script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(text: str) -> dict[str, str]:
    """Return the directives of a page's Content Security Policy."""
    match = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert match is not None
    directives = (each.strip().partition(" ") for each in html.unescape(match[1]).split(";"))
    return {name: sources for name, _, sources in directives}


# A browser's window cannot be as narrow as a phone; a frame can.
_FRAME = """<!doctype html>
<title></title>
<script>addEventListener("message", event => { document.title = event.data; });</script>
<iframe src="page.html" width="%s" height="900" style="border: 0"></iframe>
"""


def evaluate(page: bytes, folder: Path, probe: str, *, width: int = 1200) -> Any:
    """Run the body of an async function in a page and return what it returns.

    The policy of the page gets the hash of the probe, so that it runs like a script of the page.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    script = f"""(async () => {{ {probe} }})().then(
      result => parent.postMessage(JSON.stringify({{ result: result ?? null }}), "*"),
      error => parent.postMessage(JSON.stringify({{ error: String(error) }}), "*"),
    );"""
    text = page.decode().replace("</body>", f"<script>{script}</script></body>")
    text = text.replace("script-src ", f"script-src {digest(script)} ", 1)
    (folder / "page.html").write_text(text, encoding="utf-8")
    frame = folder / "frame.html"
    frame.write_text(_FRAME % width, encoding="utf-8")
    profile = f"--user-data-dir={folder / 'profile'}"
    completed = subprocess.run(
        [chromium, *_OPTIONS, profile, "--window-size=1300,1000", "--dump-dom", frame.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    title = re.search(r"<title>(.*?)</title>", completed.stdout, re.DOTALL)
    assert title is not None
    assert title[1], "the probe returned nothing"
    outcome = json.loads(html.unescape(title[1]))
    assert "error" not in outcome, outcome
    return outcome["result"]
