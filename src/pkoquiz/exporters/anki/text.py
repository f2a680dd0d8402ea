"""The text of fields of Anki notes: HTML without commands to Anki.

Anki reads more than HTML in a field: `[sound:…]` plays, `[anki:tts …]` speaks, `[latex]` and `[$]`
run LaTeX, `{{c1::…}}` makes cards of cloze notes, `[[type:…]]` becomes an input. In the text of a
bank, the first character of such a command is written as an entity: it reads the same and does
nothing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import PurePosixPath

from pkoquiz import markup
from pkoquiz.exporters.feedback import escaped
from pkoquiz.markup import MediaHtml

_COMMAND = re.compile(r"\[(?=/?(?:sound:|anki:|latex|\$)|\[type:)|\{(?=\{)", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_FORMULA = re.compile(r"\\[(\[]")
_SOUND_TAG = re.compile(r'<i data-sound="(pko-[0-9a-f]+\.[a-z0-9]+)"></i>')
_GAP_TAG = re.compile(r'<i data-gap="(\d+)">([^<]*)</i>')
_MEDIA_NAME = re.compile(r'(?:src="|\[sound:)(pko-[0-9a-f]+\.[a-z0-9]+)')


def field_html(html: str) -> str:
    """Return HTML from `markup` as the content of a field, with only our own tags as commands.

    The result is in normal form C, as Anki stores it.
    """
    text = unicodedata.normalize("NFC", _UNPRINTABLE.sub("", html))
    if "[" in text or "{{" in text:
        text = _COMMAND.sub(lambda match: "&#91;" if match[0] == "[" else "&#123;", text)
    # MathJax finds the end of a formula by its own rules, so all that follows the first is checked.
    if formula := _FORMULA.search(text):
        text = text[: formula.start()] + markup.inert(text[formula.start() :])
    # Our own commands come last. A bank cannot write these tags: its `<` becomes `&lt;`.
    if "<i data-" in text:
        text = _GAP_TAG.sub(r"{{c\1::\2}}", _SOUND_TAG.sub(r"[sound:\1]", text))
    return text


def gap_tag(number: str, answer: str, hint: str = "") -> str:
    """Return a gap, of plain text, as a tag that becomes `{{c1::answer::hint}}` in `field_html`."""
    return f'<i data-gap="{number}">{_in_gap(answer)}{"::" + _in_gap(hint) if hint else ""}</i>'


def _in_gap(text: str) -> str:
    # Braces end a cloze and double colons divide it, so they become entities.
    html = escaped(text).replace("{", "&#123;").replace("}", "&#125;")
    has_colons = "::" in html or html.startswith(":") or html.endswith(":")
    return html.replace(":", "&#58;") if has_colons else html


def media_names(media: Mapping[str, bytes]) -> dict[str, str]:
    """Return names in Anki's media folder by path: `pko-<8 digits of the sha256>.<suffix>`.

    All courses of a learner share one media folder, and Anki renames a file whose content changes
    under the same name. A name that depends on the content avoids both conflicts.
    """
    names: dict[str, str] = {}
    digests: dict[str, str] = {}
    for path in sorted(media):
        suffix = PurePosixPath(path).suffix.lower()
        if suffix not in markup.IMAGES + markup.AUDIO:
            continue
        digest = hashlib.sha256(media[path]).hexdigest()
        name = f"pko-{digest[:8]}{suffix}"
        if digests.setdefault(name, digest) != digest:
            name = f"pko-{digest}{suffix}"
        names[path] = name
    return names


def media_html(names: Mapping[str, str]) -> MediaHtml:
    """Return a function that shows a file, or its description if the file is missing."""

    def show(path: str, description: str) -> str:
        name = names.get(path)
        if name is None:
            return f'<span class="pko-media">[{escape(description or path)}]</span>'
        if name.endswith(markup.AUDIO):
            return (
                f'<span class="pko-media">{escape(description)}</span> <i data-sound="{name}"></i>'
            )
        return f'<img src="{name}" alt="{escape(description)}">'

    return show


def media_used(fields: Iterable[str]) -> set[str]:
    """Return the names of the media that fields show."""
    return {name for text in fields if "pko-" in text for name in _MEDIA_NAME.findall(text)}
