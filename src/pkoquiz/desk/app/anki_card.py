"""Render cards as Anki does, with the part of its template language that our note types use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from pkoquiz.exporters.anki.notes import CardNote
from pkoquiz.exporters.anki.notetypes import NoteType

_SECTION = re.compile(r"\{\{([#^])([^{}]+)\}\}((?:(?!\{\{[#^/]).)*?)\{\{/\2\}\}", re.DOTALL)
_FIELD = re.compile(r"\{\{(cloze:)?([^{}#^/]+)\}\}")
_GAP = re.compile(
    r"\{\{c(\d{1,3}+)::((?:(?!::|\}\}|\{\{).)*+)(?:::((?:(?!\}\}|\{\{).)*+))?\}\}", re.DOTALL
)
_SOUND = re.compile(r"\[sound:[^\]]*\]")
_PLAY = '<a class="replay-button soundLink" href="#">▶</a>'


def sides(kind: NoteType, note: CardNote, ordinal: int) -> tuple[str, str]:
    """Return the front and the back of a card of a note as HTML, without its style."""
    fields = dict(zip(kind.fields, note.fields, strict=True))
    template = kind.templates[0 if note.kind == "cloze" else ordinal]
    front = _rendered(template.front, fields, ordinal + 1, back=False)
    back = _rendered(template.back, fields | {"FrontSide": front}, ordinal + 1, back=True)
    return _SOUND.sub(_PLAY, front), _SOUND.sub(_PLAY, back)


def _rendered(template: str, fields: Mapping[str, str], number: int, *, back: bool) -> str:
    def section(match: re.Match[str]) -> str:
        filled = bool(fields.get(match[2], "").strip())
        return match[3] if filled == (match[1] == "#") else ""

    while _SECTION.search(template):
        template = _SECTION.sub(section, template)

    def field(match: re.Match[str]) -> str:
        text = fields.get(match[2], "")
        return _with_gaps(text, number, back=back) if match[1] else text

    return _FIELD.sub(field, template)


def _with_gaps(text: str, number: int, *, back: bool) -> str:
    """Return a cloze in which the gap with the number is asked or answered, the others shown."""

    def gap(match: re.Match[str]) -> str:
        own, answer, hint = int(match[1]), match[2], match[3]
        if own != number:
            return f'<span class="cloze-inactive" data-ordinal="{own}">{answer}</span>'
        if back:
            return f'<span class="cloze" data-ordinal="{own}">{answer}</span>'
        hidden = escape(answer.replace("&#58;", ":"), quote=True)
        asked = f'<span class="cloze" data-cloze="{hidden}" data-ordinal="{own}">'
        return f"{asked}[{hint or '...'}]</span>"

    return _GAP.sub(gap, text)
