"""Templates for the addresses of recordings and reports in a course.

Only `http`, `https` and, for reports, `mailto` are allowed; a recording may also be a file beside
the page. Values are percent-encoded, so an id cannot change the structure of an address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from pkoquiz.prose import quoted
from pkoquiz.records import InvalidError

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_WEB = re.compile(r"https?://[^\s\"'<>\\/?#]++[^\s\"'<>\\]*+", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s\"'<>\\]+", re.IGNORECASE)
_RELATIVE = re.compile(r"(?!/)[^\s\"'<>\\:?#]+(?:[?#][^\s\"'<>\\]*)?")
_TIMES = ("seconds", "h", "m", "s")
_REPORTED = ("id", "edition", "passage")


def recording_template(template: str) -> str:
    """Return a valid template for the address of a recording; raise `InvalidError` otherwise."""
    _check_placeholders(template, _TIMES)
    if is_online(template):
        if not _PLACEHOLDER.search(template):
            message = "the address of the recording has no placeholder for the time"
            raise InvalidError(message, "add it as the player expects it, e.g. `&t={seconds}`")
    elif not _RELATIVE.fullmatch(template) or ".." in template.split("/"):
        message = "the recording is neither a web address nor a path inside the course"
        raise InvalidError(message, "write `https://…` or a path such as `media/talk.mp4`")
    return template


def report_template(template: str) -> str:
    """Return a valid template for the address of reports; raise `InvalidError` otherwise."""
    _check_placeholders(template, _REPORTED)
    if not (_WEB.fullmatch(template) or _MAIL.fullmatch(template)):
        message = "the address for reports is neither a web address nor a `mailto:` address"
        raise InvalidError(message, "write e.g. `mailto:course@example.org?subject={id}`")
    return template


def is_online(address: str) -> bool:
    """Return whether an address is on the web, so that it also works on cards and in quizzes."""
    return bool(_WEB.fullmatch(address))


def recording_address(template: str, second: float) -> str:
    """Return the address at which a recording begins to play at this second."""
    whole = int(second)
    times = {"seconds": whole, "h": whole // 3600, "m": whole // 60 % 60, "s": whole % 60}
    if not _PLACEHOLDER.search(template):
        return f"{template}#t={whole}"  # a media fragment: browsers seek in files
    return _filled(template, {name: str(value) for name, value in times.items()})


def report_address(template: str, identity: str, edition: str, passage: str) -> str:
    """Return the address for a report about a question."""
    return _filled(template, {"id": identity, "edition": edition, "passage": passage})


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: quote(values[match[1]], safe=""), template)


def _check_placeholders(template: str, names: tuple[str, ...]) -> None:
    for match in _PLACEHOLDER.finditer(template):
        if match[1] not in names:
            known = quoted("{" + name + "}" for name in names)
            raise InvalidError(f"unknown placeholder `{match[0]}`", f"use {known}")
    if set("{}") & set(_PLACEHOLDER.sub("", template)):
        raise InvalidError("an unmatched brace", "write placeholders as `{id}`")
