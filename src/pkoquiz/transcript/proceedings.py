"""Printed proceedings turned into text: talks with slides between the paragraphs, question tables, discussions.

The grammar is general; which section has which form, and what no rule can tell, stands in the layout.
Page breaks cut sentences in two: a paragraph that does not end as a sentence is joined to the next one.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from pkoquiz.diagnostics import Diagnostic, Place, Span, error, warning
from pkoquiz.model.passage import Kind, Passage, Section
from pkoquiz.transcript.blocks import Line, pieces_of
from pkoquiz.transcript.drafts import Draft, Reading, numbered
from pkoquiz.transcript.inline import cleaned, without_tags
from pkoquiz.transcript.layout import Layout, SectionLayout
from pkoquiz.transcript.paragraphs import joined
from pkoquiz.transcript.slugs import slug_of


def read(lines: Sequence[str], file: str, layout: Layout, layout_file: str) -> Reading:
    """The sections and passages of `lines` as `layout` describes them, and what did not fit."""
    if not layout.sections:
        hint = "list them in the layout, or read the transcript as `markdown`"
        return (
            (),
            (),
            [error("PQ155", "no layout describes the sections", Place(layout_file or file), hint)],
        )
    full = [Line(number, text) for number, text in enumerate(lines, 1) if text.strip()]
    starts, faults = _starts(full, layout, layout_file)
    if not starts:
        return (), (), faults
    sections: list[Section] = []
    passages: list[Passage] = []
    breaks: list[tuple[int, int]] = []
    if starts[0][0] > 0:
        sections.append(_lead(file, layout))
        faults.append(_words_before(full[0], file))
        body = full[: starts[0][0]]
        drafts, _ = joined(
            pieces_of(body, SectionLayout(slug="lead", title="lead", lines=("lead",)), Place(file))[
                0
            ]
        )
        passages += numbered(sections[0].slug, drafts)
    bounds = [start for start, _ in starts[1:]] + [len(full)]
    for (start, index), end in zip(starts, bounds, strict=True):
        spec = layout.sections[index]
        place = Place(layout_file, ("sections", index))
        drafts, cuts, found = _section(full[start:end], spec, place, file)
        sections.append(Section(spec.slug, spec.title, spec.speaker, spec.role))
        passages += numbered(spec.slug, drafts)
        breaks += cuts
        faults += found
    return tuple(sections), _with_pages(passages, layout, breaks), faults


def _starts(
    full: list[Line], layout: Layout, layout_file: str
) -> tuple[list[tuple[int, int]], list[Diagnostic]]:
    """For each section that was found: the index of its first title line in `full`, and its index in the layout."""
    texts = [" ".join(line.text.split()) for line in full]
    where: defaultdict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        where[text].append(at)
    starts: list[tuple[int, int]] = []
    faults = []
    cursor = 0
    for index, spec in enumerate(layout.sections):
        wanted = [" ".join(line.split()) for line in spec.lines]
        candidates = where.get(wanted[0], [])
        for at in candidates[bisect_left(candidates, cursor) :]:
            if texts[at : at + len(wanted)] == wanted:
                starts.append((at, index))
                cursor = at + len(wanted)
                break
        else:
            place = Place(layout_file, ("sections", index, "lines"))
            faults.append(_not_found(spec, wanted, texts[cursor:], place))
    return starts, faults


def _not_found(
    spec: SectionLayout, wanted: list[str], texts: list[str], place: Place
) -> Diagnostic:
    message = f"the section `{spec.slug}` was not found: its title lines do not stand together in the transcript"
    # Comparing with every line of a long transcript would be slow, and a title is a short line.
    short = [text for text in texts if len(text) <= 2 * len(wanted[0]) + 20][:2000]
    near = difflib.get_close_matches(wanted[0], short, n=1)
    if near and near[0] != wanted[0]:
        hint = f"did you mean `{near[0][:80]}`?"
    elif near and len(wanted) > 1:
        found = texts[texts.index(near[0]) :][: len(wanted)]
        odd = next((at for at, text in enumerate(found) if text != wanted[at]), 0)
        hint = f"where `{wanted[odd][:60]}` is expected stands `{found[odd][:80]}`"
    else:
        hint = "copy the lines from the transcript; sections are listed in the order of the file"
    return error("PQ156", message, place, hint)


def _section(
    body: list[Line], spec: SectionLayout, place: Place, file: str
) -> tuple[list[Draft], list[tuple[int, int]], list[Diagnostic]]:
    """The drafts of one section in order, the pairs of lines with a page break between, and what did not fit."""
    title, rest = body[: len(spec.lines)], body[len(spec.lines) :]
    if spec.form == "contents":
        # One passage: a table of contents proves nothing but itself, yet no word may be lost.
        text = "\n".join(cleaned(line.text) for line in body)
        return [Draft("toc", text, (body[0].number, body[-1].number))], [], []
    text = "\n".join(without_tags(line.text) for line in title)
    heading = Draft("heading", text, (title[0].number, title[-1].number), spec.speaker)
    if spec.form == "programme" or spec.form == "biographies":
        kind: Kind = "programme" if spec.form == "programme" else "bio"
        told = [(cleaned(line.text), line.number) for line in rest]
        # A line of nothing but tags has no words to cite.
        return (
            [heading, *(Draft(kind, text, (number, number)) for text, number in told if text)],
            [],
            [],
        )
    pieces, faults = pieces_of(rest, spec, place, file)
    drafts, breaks = joined(pieces)
    return (
        [heading, *(replace(draft, speaker=draft.speaker or spec.speaker) for draft in drafts)],
        breaks,
        faults,
    )


def _with_pages(
    passages: list[Passage], layout: Layout, breaks: list[tuple[int, int]]
) -> tuple[Passage, ...]:
    """`passages` with the bounds of their page, where the layout gives pages.

    A sentence cut in two proves a page break, so the page lies between the first page plus the breaks
    before the passage and the last page less the breaks behind it. Nothing narrower is known.
    """
    first_of = {spec.slug: spec for spec in layout.sections if spec.pages}
    group_of: dict[str, str] = {}
    group = ""
    for spec in layout.sections:
        group = spec.slug if spec.pages else group
        group_of[spec.slug] = group
    spans: dict[str, tuple[int, int]] = {}
    for passage in passages:
        name = group_of.get(passage.section, "")
        low, high = spans.get(name, passage.lines)
        spans[name] = (min(low, passage.lines[0]), max(high, passage.lines[1]))
    befores = sorted(before for before, _ in breaks)
    behinds = sorted(behind for _, behind in breaks)
    result = []
    for passage in passages:
        name = group_of.get(passage.section, "")
        if not name:
            result.append(passage)
            continue
        pages = first_of[name].pages
        start, end = spans[name]
        if passage.section == name and passage.level == 0 and passage.kind == "heading":
            result.append(replace(passage, pages=(pages[0], pages[0])))
        elif len(pages) == 2:
            ahead = bisect_left(behinds, passage.lines[0] + 1) - bisect_left(behinds, start)
            after = bisect_left(befores, end + 1) - bisect_left(befores, passage.lines[1])
            low = min(pages[0] + ahead, pages[1])
            result.append(replace(passage, pages=(low, max(low, pages[1] - after))))
        else:
            result.append(passage)
    return tuple(result)


def _lead(file: str, layout: Layout) -> Section:
    """A section for the words before the first described one, so that they are not lost."""
    taken = {spec.slug: 1 for spec in layout.sections}
    name = PurePath(file).stem
    return Section(slug_of(name, taken), layout.title or name)


def _words_before(line: Line, file: str) -> Diagnostic:
    place = Place(file, span=Span(line.number, 1, line.number, len(line.text) + 1))
    hint = "describe them as a section in the layout"
    return warning("PQ157", "words before the first section of the layout", place, hint)
