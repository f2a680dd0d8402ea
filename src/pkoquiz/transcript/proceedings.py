"""Printed proceedings as plain text: talks with slides between paragraphs, tables, discussions.

The layout says which form each section has, and names whatever no rule can recognise. Page breaks
cut sentences: a paragraph that does not end like a sentence is joined to the next one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pkoquiz.diagnostics import Diagnostic, Place, Span, error, warning
from pkoquiz.model.passage import Section
from pkoquiz.prose import shortened
from pkoquiz.transcript.cleaning import cleaned, without_tags
from pkoquiz.transcript.layout import Layout, SectionLayout
from pkoquiz.transcript.numbering import Chapter, Draft, Reading
from pkoquiz.transcript.paragraphs import joined
from pkoquiz.transcript.pieces import Line, nearest_line, pieces_of
from pkoquiz.transcript.rows import rows_of
from pkoquiz.transcript.slugs import section_of_file

Breaks = list[tuple[int, int]]
"""The lines before and after each page break."""

_UNDESCRIBED = SectionLayout(slug="undescribed", title="undescribed", lines=("undescribed",))


def read(lines: Sequence[str], file: str, layout: Layout, layout_file: str) -> Reading:
    """Read proceedings as the layout describes them."""
    if not layout.sections:
        hint = "list the sections in the layout, or write `format: markdown`"
        place = Place(layout_file or file)
        return [], [error("PQ155", "no layout describes the sections", place, hint)]
    printed = [Line(number, text) for number, text in enumerate(lines, 1) if text.strip()]
    starts, faults = _starts(printed, layout, layout_file, file)
    if not starts:
        return [], faults
    chapters: list[Chapter] = []
    breaks: Breaks = []
    if before := printed[: starts[0][0]]:
        section = section_of_file(file, layout.title, {spec.slug: 1 for spec in layout.sections})
        chapters.append((section, joined(pieces_of(before, _UNDESCRIBED, Place(file), file)[0])[0]))
        place = Place(file, span=Span.on_line(before[0].number, 1, len(before[0].text)))
        hint = "describe them as a section in the layout"
        faults.append(warning("PQ157", "words before the first section of the layout", place, hint))
    known = {index for _, index in starts} | {len(layout.sections)}
    ends = [start for start, _ in starts[1:]] + [len(printed)]
    for (start, index), end in zip(starts, ends, strict=True):
        spec, place = layout.sections[index], Place(layout_file, ("sections", index))
        drafts, section_breaks, section_faults = _drafts(printed[start:end], spec, place, file)
        chapters.append((Section(spec.slug, spec.title, spec.speaker, spec.role), drafts))
        breaks += section_breaks
        # If the next section was not found, its lines are here, and do not fit this one.
        faults += section_faults if index + 1 in known else []
    return _with_pages(chapters, layout, breaks), faults


def _starts(
    printed: Sequence[Line], layout: Layout, layout_file: str, file: str
) -> tuple[list[tuple[int, int]], list[Diagnostic]]:
    """Return the index of the first line and the index in the layout of each section found."""
    texts = [" ".join(line.text.split()) for line in printed]
    indexes: defaultdict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        indexes[text].append(index)
    starts: list[tuple[int, int]] = []
    faults = []
    end = 0
    for number, spec in enumerate(layout.sections):
        title = [" ".join(line.split()) for line in spec.lines]
        candidates = indexes.get(title[0], [])
        for start in candidates[bisect_left(candidates, end) :]:
            if texts[start : start + len(title)] == title:
                starts.append((start, number))
                end = start + len(title)
                break
        else:
            place = Place(layout_file, ("sections", number, "lines"))
            faults.append(_section_not_found(spec, title, printed[end:], place, file))
    return starts, faults


def _section_not_found(
    spec: SectionLayout, title: list[str], printed: Sequence[Line], place: Place, file: str
) -> Diagnostic:
    message = f"the section `{spec.slug}` was not found: its title lines are not in the transcript"
    hint = "copy the lines from the transcript, and list sections in the order of the file"
    texts = [" ".join(line.text.split()) for line in printed]
    near = nearest_line(title[0], texts)
    if not near:
        return error("PQ156", message, place, hint)
    start = texts.index(near)
    for index, (wanted, line, found) in enumerate(
        zip(title, printed[start:], texts[start:], strict=False)
    ):
        if wanted != found:
            hint = f"found `{shortened(found, 80)}` instead of `{shortened(wanted, 60)}`"
            other = Place(file, span=Span.on_line(line.number))
            return error("PQ156", message, place.into(index), hint, other=other)
    return error("PQ156", message, place, hint)


def _drafts(
    body: Sequence[Line], spec: SectionLayout, place: Place, file: str
) -> tuple[list[Draft], Breaks, list[Diagnostic]]:
    """Return a section's drafts in order, its page breaks, and faults in its layout."""
    title, rest = body[: len(spec.lines)], body[len(spec.lines) :]
    if spec.form == "contents":
        # One passage: a table of contents proves nothing, but no word may be lost.
        text = "\n".join(cleaned(line.text) for line in body)
        return [Draft("toc", text, (body[0].number, body[-1].number))], [], []
    text = "\n".join(without_tags(line.text) for line in title)
    heading = Draft("heading", text, (title[0].number, title[-1].number), spec.speaker)
    if spec.form == "programme" or spec.form == "biographies":
        entries = [
            Draft("bio" if spec.form == "biographies" else "programme", text, (number, number))
            for number, text in ((line.number, cleaned(line.text)) for line in rest)
            if text  # a line of nothing but tags has no words to cite
        ]
        return [heading, *entries], [], []
    taken_apart = rows_of if spec.form == "table" else pieces_of
    pieces, faults = taken_apart(rest, spec, place, file)
    drafts, breaks = joined(pieces)
    spoken = [replace(draft, speaker=draft.speaker or spec.speaker) for draft in drafts]
    return [heading, *spoken], breaks, faults


def _with_pages(chapters: list[Chapter], layout: Layout, breaks: Breaks) -> list[Chapter]:
    """Add the bounds of its page to each draft, if the layout gives pages.

    A cut sentence proves a page break. So a page is at least the first page plus the breaks before
    the passage, and at most the last page minus the breaks after it.
    """
    group_of: dict[str, SectionLayout] = {}
    """Section → the section whose pages it shares."""
    group: SectionLayout | None = None
    for spec in layout.sections:
        group = spec if spec.pages else group
        if group:
            group_of[spec.slug] = group
    extents: dict[str, tuple[int, int]] = {}
    """The first and last line of each group."""
    for section, drafts in chapters:
        if section.slug in group_of:
            slug = group_of[section.slug].slug
            first, last = extents.get(slug, drafts[0].lines)
            extents[slug] = (
                min(first, *(draft.lines[0] for draft in drafts)),
                max(last, *(draft.lines[1] for draft in drafts)),
            )
    befores = sorted(before for before, _ in breaks)
    afters = sorted(after for _, after in breaks)

    def paged(draft: Draft, section: Section, group: SectionLayout) -> Draft:
        first, last = group.pages[0], group.pages[-1]
        if section.slug == group.slug and draft.kind == "heading" and draft.level == 0:
            return replace(draft, pages=(first, first))
        if len(group.pages) == 1:
            return draft
        start, end = extents[group.slug]
        ahead = bisect_left(afters, draft.lines[0] + 1) - bisect_left(afters, start)
        behind = bisect_left(befores, end + 1) - bisect_left(befores, draft.lines[1])
        low = min(first + ahead, last)
        return replace(draft, pages=(low, max(low, last - behind)))

    return [
        (section, [paged(draft, section, group_of[section.slug]) for draft in drafts])
        if section.slug in group_of
        else (section, drafts)
        for section, drafts in chapters
    ]
