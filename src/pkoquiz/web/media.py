"""Embed pictures and sounds in a page as data URIs, so that it needs no other file."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import PurePosixPath

from markupsafe import Markup

from pkoquiz import markup

_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".flac": "audio/flac",
}


def embedded(media: Mapping[str, bytes]) -> markup.MediaHtml:
    """Return a function for `markup.html` that embeds the pictures and sounds in `media`.

    A file that is missing or that browsers cannot show is replaced with its description in
    brackets.
    """

    def show(path: str, description: str) -> str:
        uri = data_uri(path, media)
        if not uri:
            return str(Markup("<span class=media>[{}]</span>").format(description or path))
        if uri.startswith("data:audio/"):
            sound = '<span class=media>[{}]</span> <audio controls src="{}"></audio>'
            return str(Markup(sound).format(description, uri))
        return str(Markup('<img src="{}" alt="{}">').format(uri, description))

    return show


def data_uri(path: str, media: Mapping[str, bytes]) -> str:
    """Return a picture or sound as a data URI; empty if missing or unknown to browsers."""
    content = media.get(path)
    kind = _TYPES.get(PurePosixPath(path).suffix.lower(), "")
    if content is None or not kind:
        return ""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
