"""Passages before they have ids: what every reader makes, and the one place where ids are given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pkoquiz.diagnostics import Diagnostic
from pkoquiz.model.passage import Kind, Passage, Section, fingerprint

Reading = tuple[tuple[Section, ...], tuple[Passage, ...], list[Diagnostic]]
"""What a reader hands back."""

# Ordinals count per letter: a slide found later must not shift the ids of the spoken paragraphs.
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
    """A passage without id and fingerprint; `stem` is the label part of an id (`a1` in `gordon-qa.a1.p03`)."""

    kind: Kind
    text: str
    lines: tuple[int, int]
    speaker: str = ""
    label: str = ""
    stem: str = ""
    turn: int = 0
    level: int = 0
    joins: tuple[tuple[int, int], ...] = ()
    footnotes: tuple[int, ...] = ()
    time: tuple[float, float] | None = None
    cues: tuple[tuple[int, float], ...] = ()


def numbered(slug: str, drafts: Iterable[Draft]) -> tuple[Passage, ...]:
    """`drafts` of one section, in order, as passages with ids and fingerprints."""
    seen: Counter[str] = Counter()
    passages = []
    for draft in drafts:
        passages.append(
            Passage(
                id=f"{slug}.{_tail(draft, seen)}",
                section=slug,
                speaker=draft.speaker,
                kind=draft.kind,
                text=draft.text,
                lines=draft.lines,
                fingerprint=fingerprint(draft.text),
                label=draft.label,
                turn=draft.turn,
                level=draft.level,
                joins=draft.joins,
                footnotes=draft.footnotes,
                time=draft.time,
                cues=draft.cues,
            )
        )
    return tuple(passages)


def _tail(draft: Draft, seen: Counter[str]) -> str:
    if draft.stem:
        seen[draft.stem] += 1
        return f"{draft.stem}.p{seen[draft.stem]:02}"
    if draft.kind == "heading" and draft.level == 0:
        return "title"
    form = _FORMS[draft.kind]
    seen[form] += 1
    return form.format(seen[form])
