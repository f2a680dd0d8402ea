"""The results of all readers, and the numbering of passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields

from pkoquiz.diagnostics import Diagnostic
from pkoquiz.model.passage import Kind, Passage, Section, fingerprint

# Each letter is counted separately: adding a slide does not change the ids of spoken paragraphs.
_FORMS: dict[Kind, str] = {
    "speech": "p{:03}",
    "question": "p{:03}",
    "answer": "p{:03}",
    "slide": "s{:02}",
    "heading": "h{:02}",
    "footnote": "f{:02}",
    "bio": "b{:02}",
    "programme": "g{:02}",
    "toc": "toc",
    "sound": "n{:02}",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A passage without an id; fields of the same name mean the same as in `Passage`."""

    kind: Kind
    text: str
    lines: tuple[int, int]
    speaker: str = ""
    label: str = ""
    stem: str = ""
    """The part of the id that comes from a label: `a1` in `gordon-qa.a1.p03`."""
    turn: int = 0
    level: int = 0
    joins: tuple[tuple[int, int], ...] = ()
    pages: tuple[int, int] | None = None
    footnotes: tuple[int, ...] = ()
    time: tuple[float, float] | None = None
    cues: tuple[tuple[int, float], ...] = ()


_SHARED = [field.name for field in fields(Draft) if field.name != "stem"]

Chapter = tuple[Section, list[Draft]]
"""A section and its passages, in order."""

Reading = tuple[list[Chapter], list[Diagnostic]]
"""What a reader returns: the transcript, and what is wrong with it."""


def numbered(section: str, drafts: Iterable[Draft]) -> list[Passage]:
    """Return the drafts of a section as passages with ids and fingerprints."""
    counts: Counter[str] = Counter()
    return [
        Passage(
            id=f"{section}.{_name(draft, counts)}",
            section=section,
            fingerprint=fingerprint(draft.text),
            **{name: getattr(draft, name) for name in _SHARED},
        )
        for draft in drafts
    ]


def _name(draft: Draft, counts: Counter[str]) -> str:
    """Return the last part of the id."""
    if draft.stem:
        counts[draft.stem] += 1
        return f"{draft.stem}.p{counts[draft.stem]:02}"
    if draft.kind == "heading" and draft.level == 0:
        return "title"
    form = _FORMS[draft.kind]
    counts[form] += 1
    return form.format(counts[form])
