"""Text as a field of an Anki note: HTML in which nothing is a command to Anki.

Anki reads more than HTML in a field: `[sound:…]` plays, `[anki:tts …]` speaks, `[latex]` and `[$]` run
LaTeX, `{{c1::…}}` makes cards in cloze notes, `[[type:…]]` becomes an input. Words of a bank never do: the
first character of such a command is written as an entity, which reads the same and does nothing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import PurePosixPath

from pkoquiz import markup
from pkoquiz.markup import MediaHtml

_COMMAND = re.compile(r"\[(?=/?(?:sound:|anki:|latex|\$)|\[type:)|\{(?=\{)", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# Of TeX, what leads out of the formula: links, styles, further packages.
_TEX_ESCAPE = re.compile(r"\\(?=(?:href|url|html\w*|require|class|cssId|style|data|unicode)\b)")
_SOUND = re.compile(r'<i data-sound="(pko-[0-9a-f]+\.[a-z0-9]+)"></i>')
_GAP = re.compile(r'<i data-gap="(\d+)">([^<]*)</i>')
_USED = re.compile(r'(?:src="|\[sound:)(pko-[0-9a-f]+\.[a-z0-9]+)')


def field(html: str) -> str:
    """HTML made by `markup` (or escaped text) as the content of a field: normal form C (as Anki stores it), inert."""
    text = unicodedata.normalize("NFC", _UNPRINTABLE.sub("", html))
    if "[" in text or "{{" in text:
        text = _COMMAND.sub(lambda match: "&#91;" if match[0] == "[" else "&#123;", text)
    if "\\" in text:
        text = _TEX_ESCAPE.sub("", text)
    # Only now the commands of our own: a bank cannot write these tags, its `<` comes out as `&lt;`.
    if "<i data-" in text:
        text = _GAP.sub(r"{{c\1::\2}}", _SOUND.sub(r"[sound:\1]", text))
    return text


def plain(text: str) -> str:
    """Plain words as HTML."""
    return escape(text, quote=False)


def gap(number: str, answer: str, hint: str) -> str:
    """A gap of a cloze note, as a tag that `field` turns into `{{c1::answer::hint}}`."""
    return f'<i data-gap="{number}">{_in_gap(answer)}{"::" + _in_gap(hint) if hint else ""}</i>'


def _in_gap(text: str) -> str:
    # Braces and double colons end or split a cloze, so they become entities.
    told = plain(text).replace("{", "&#123;").replace("}", "&#125;")
    return (
        told.replace(":", "&#58;")
        if "::" in told or told.startswith(":") or told.endswith(":")
        else told
    )


def first_words(text: str, limit: int = 70) -> str:
    """The beginning of a Markdown text in plain words, on one line."""
    told = " ".join(_UNPRINTABLE.sub("", unicodedata.normalize("NFC", markup.plain(text))).split())
    return told if len(told) <= limit else told[: limit - 1].rsplit(" ", 1)[0] + "…"


def media_names(media: Mapping[str, bytes]) -> dict[str, str]:
    """Path in the course → name in the collection: `pko-<first 8 digits of the sha256>.<ending>`.

    Learners of several courses share one media folder, and Anki renames a file that changes under the
    same name: a name made of the content meets neither.
    """
    names: dict[str, str] = {}
    contents: dict[str, str] = {}
    for path in sorted(media):
        ending = PurePosixPath(path).suffix.lower()
        if ending not in markup.IMAGES + markup.AUDIO:
            continue
        digest = hashlib.sha256(media[path]).hexdigest()
        name = f"pko-{digest[:8]}{ending}"
        if contents.setdefault(name, digest) != digest:
            name = f"pko-{digest}{ending}"
        names[path] = name
    return names


def media_html(names: Mapping[str, str]) -> MediaHtml:
    """How a picture or sound is shown; one that is not there is told by its description."""

    def show(path: str, told: str) -> str:
        name = names.get(path)
        if name is None:
            return f'<span class="pko-media">[{escape(told or path)}]</span>'
        if name.endswith(markup.AUDIO):
            return f'<span class="pko-media">{escape(told)}</span> <i data-sound="{name}"></i>'
        return f'<img src="{name}" alt="{escape(told)}">'

    return show


def media_used(fields: Iterable[str]) -> set[str]:
    """Names of the media that fields refer to."""
    return {name for text in fields if "pko-" in text for name in _USED.findall(text)}
