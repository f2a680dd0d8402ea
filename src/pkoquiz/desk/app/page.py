"""The page of the desk: its frame, style and scripts. All content is fetched and built as nodes."""

from __future__ import annotations

from dataclasses import dataclass

from pkoquiz.model.bank import Bank
from pkoquiz.web.page import policy_of, render, resource

_SCRIPTS = ("talk.js", "form.js", "transcript.js", "writing.js", "preview.js", "main.js")
_OWN = {"connect-src": "'self'", "frame-src": "'self'"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and its Content Security Policy."""

    html: bytes
    policy: str


def desk_page(bank: Bank) -> Page:
    """Return the page of the desk, which contains only the title of the course."""
    html = render(
        __package__,
        "desk.html.j2",
        style=resource(__package__, "desk.css"),
        # In a block, so that their functions do not replace those of the browser, such as `open`.
        script="\n".join(["{", *(resource(__package__, name) for name in _SCRIPTS), "}"]),
        policy=_OWN,
        title=bank.course.title,
    )
    return Page(html, f"{policy_of(html)}; frame-ancestors 'none'")


def entrance() -> Page:
    """Return the page behind the link with the token, which goes on to the desk.

    After a redirect, browsers would not send the cookie if the link was opened from a file.
    """
    html = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>pkoquiz desk</title>'
        '<meta http-equiv="refresh" content="0; url=/"><p><a href="/">Open the desk</a></p></html>'
    )
    return Page(html.encode(), "default-src 'none'; frame-ancestors 'none'")
